"""The lines of `queries.jsonl`: questions, their answers, and what was asked before."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from index.article import Fault
from index.text import half
from qa.evaluation.dataset import Question
from qa.evaluation.sets.checks import objects, refused


def read(path: Path, faults: list[Fault]) -> tuple[dict[str, Question], set[str]]:
    """Read a file, and check each of its lines.

    Args:
        path: JSON lines `{"_id", "text", "metadata": {"answers", "answerable", "history"}}`; of `history`, texts and
            what the speaker "user" says are questions, the rest is passed over.
        faults: Gets what is left out.

    Returns:
        Questions by id, in the order of the file, answers each once; and the ids of those that say themselves whether
        they are answerable.

    Raises:
        OSError: The file cannot be read.
    """
    asked: dict[str, Question] = {}
    stated: set[str] = set()
    for each in objects(path):
        if isinstance(each, Fault):
            faults.append(each)
            continue
        where, given = each
        try:
            question = _question(given)
        except ValueError as error:
            faults.append(Fault(where, f"{error}."))
            continue
        if reason := refused(question.id, question.text, asked):
            faults.append(Fault(where, reason))
            continue
        asked[question.id] = question
        if "answerable" in (given.get("metadata") or {}):
            stated.add(question.id)
    return asked, stated


def row(question: Question) -> dict[str, Any]:
    """Give the object of a line."""
    history = [{"speaker": "user", "text": text} for text in question.history]
    known = {"answers": list(question.answers), "answerable": question.answerable, "history": history}
    return {"_id": question.id, "text": question.text, "metadata": known}


def _question(given: Mapping[str, Any]) -> Question:
    """Read what a line says; ValueError says what in it is of the wrong kind."""
    id, text, metadata = given.get("_id"), given.get("text"), given.get("metadata") or {}
    if isinstance(id, bool) or not isinstance(id, (str, int)):
        raise ValueError(f'"_id" is {id!r}: give a text or a number')
    if not isinstance(text, str):
        raise ValueError(f'"text" is {text!r}: give the question as a text')
    if not isinstance(metadata, dict):
        raise ValueError(f'"metadata" is {metadata!r}: give an object')
    answerable = metadata.get("answerable")
    if not (answerable is None or isinstance(answerable, bool)):
        raise ValueError(f'"answerable" is {answerable!r}: write true, false or null')
    answers = _texts(metadata.get("answers"), "answers")
    spoken = metadata.get("history") or []
    if isinstance(spoken, list):
        spoken = [each for each in spoken if not isinstance(each, dict) or each.get("speaker", "user") == "user"]
        spoken = [each.get("text") if isinstance(each, dict) else each for each in spoken]
    return Question(
        str(id),
        text,
        answers=() if answerable is False else answers,
        answerable=answerable,
        history=_texts(spoken, "history", once=False),
    )


def _texts(given: object, key: str, *, once: bool = True) -> tuple[str, ...]:
    if given is None:
        return ()
    if not isinstance(given, list) or not all(isinstance(each, str) and each.strip() for each in given):
        raise ValueError(f'"{key}" is {json.dumps(given)[:80]}: give a list of texts, none of them empty')
    if any(map(half, given)):
        raise ValueError(f'"{key}" holds half a character, which no file can carry: correct it')
    return tuple(dict.fromkeys(given) if once else given)
