"""SQuAD's JSON, 1.1 or 2.0: each paragraph becomes an article, each question is about its paragraph."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from index.article import Fault
from index.corpus import Corpus
from index.errors import EvaluationError
from index.text import half
from qa.evaluation.dataset import Dataset, Gold, Question
from qa.evaluation.sets.checks import data, finished, refused

_KNOWN = {"paragraphs", "context", "qas"}
_ROWS = "rows"
"""Where a paragraph made of flat rows keeps its questions, each with its place."""
_ANYWHERE = "anywhere"


def read(path: Path, _corpus: Corpus | None) -> Dataset:
    """Read a file; what cannot be used is listed with its place in the JSON and left out, the rest counts.

    Three forms are read: `{"data": [articles]}` as SQuAD publishes it, the list alone, and flat rows with a context and
    a question each, in a list or one a line. An article is `{"title", "paragraphs"}`; a paragraph,
    `{"context", "qas"}`, may stand for one. Answers are a list of `{"text", "answer_start"}`, or of texts, or the two
    lists `{"text": […], "answer_start": […]}`.

    A paragraph's article is named `<title>-<n>`, n from 0 among the paragraphs of that title, white space in it as
    "_"; its text is the context, as given. Its questions have it as the one relevant article. A question that
    `is_impossible` has no answer and nothing judged; so has one with an empty list of answers, if any other question of
    the file has answers; else, and of one without such a list, nobody knows whether it is answerable. Where an answer
    does not stand at its `answer_start`, its words stay an answer, its place is left out; one without `answer_start`
    has a place where its words stand once.

    Returns:
        Its corpus is the bytes of a `corpus.jsonl`; its digest is the file's sha256.

    Raises:
        EvaluationError: It cannot be read, is no SQuAD file, or no question is left.
    """
    raw = data(path)
    faults: list[Fault] = []
    articles: list[str] = []
    questions: dict[str, Question] = {}
    without: list[str] = []
    numbers: Counter[str] = Counter()
    for place, paragraph, title in _paragraphs(_listed(raw, path), path, faults):
        name = re.sub(r"\s+", "_", title.strip()) or "untitled"
        article = f"{name}-{numbers[name]}"
        numbers[name] += 1
        text = paragraph.get("context")
        if not isinstance(text, str) or not text.strip() or "\0" in text or half(text):
            reason = (
                "the context is empty, no text, or holds what no file can carry: correct it; its questions are out."
            )
            faults.append(Fault(place, reason))
            continue
        articles.append(json.dumps({"_id": article, "title": title, "text": text}, ensure_ascii=False) + "\n")
        for at, asked in paragraph[_ROWS] if _ROWS in paragraph else _each(paragraph, "qas", place, faults):
            question = _question(asked, (article, text), at, faults)
            if why := _refused(question, asked, questions):
                faults.append(Fault(at, why))
            else:
                questions[question.id] = question
                if question.answerable is None and "answers" in asked:
                    without.append(question.id)
    if any(question.answers for question in questions.values()):
        questions |= {id: replace(questions[id], answerable=False) for id in without}
    corpus = "".join(articles).encode()
    return finished(path, questions.values(), corpus, digest=hashlib.sha256(raw).hexdigest(), faults=faults)


def _listed(raw: bytes, path: Path) -> list[Any]:
    """Give the list of a file, whichever form it has.

    Raises:
        EvaluationError: It has none.
    """
    try:
        text = raw.decode("utf-8-sig")
        try:
            given = json.loads(text)
        except ValueError:
            given = [json.loads(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"{path} is no JSON ({error}): give a SQuAD file, 1.1 or 2.0.") from error
    listed = given.get("data", [given] if "context" in given else None) if isinstance(given, dict) else given
    if not isinstance(listed, list) or not any(isinstance(each, dict) and _KNOWN & each.keys() for each in listed):
        raise EvaluationError(
            f"{path} is no SQuAD file: write {{“data”: [{{“title”, “paragraphs”: [{{“context”, “qas”: [{{“id”, "
            "“question”, “answers”}]}]}]}, or rows of {“id”, “title”, “context”, “question”, “answers”}."
        )
    return listed


def _paragraphs(given: list[Any], path: Path, faults: list[Fault]) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """Give every paragraph with its place and its title; flat rows of one context are one paragraph."""
    rows: dict[str, tuple[str, Mapping[str, Any], str]] = {}
    for place, each in _each({"data": given}, "data", f"{path}:", faults):
        title = each.get("title")
        whole = title if isinstance(title, str) and "\0" not in title and not half(title) else ""
        if "paragraphs" in each:
            for at, paragraph in _each(each, "paragraphs", place, faults):
                yield at, paragraph, whole
        elif "question" in each:
            first: tuple[str, Mapping[str, Any], str] = (place, {"context": each.get("context"), _ROWS: []}, whole)
            rows.setdefault(json.dumps([whole, each.get("context")]), first)[1][_ROWS].append((place, each))
        else:
            yield place, each, whole
    yield from rows.values()


def _each(
    given: Mapping[str, Any], key: str, place: str, faults: list[Fault]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the objects of a list, each with its place, such as `dev.json: data[3].paragraphs[0].qas[7]`."""
    inside = f"{place} {key}" if place.endswith(":") else f"{place}.{key}"
    listed = given.get(key)
    if not isinstance(listed, list):
        faults.append(Fault(inside, f"it is no list ({json.dumps(listed)[:40]}): give a list of objects."))
        return
    for number, each in enumerate(listed):
        if isinstance(each, dict):
            yield f"{inside}[{number}]", each
        else:
            faults.append(Fault(f"{inside}[{number}]", f"it is no object ({json.dumps(each)[:40]}): give an object."))


def _refused(question: Question, asked: Mapping[str, Any], seen: Container[str]) -> str | None:
    for key, value in (("id", asked.get("id")), ("question", asked.get("question"))):
        if isinstance(value, bool) or not isinstance(value, (str, int) if key == "id" else str):
            return f"“{key}” is {json.dumps(value)[:40]}: give a text."
    return refused(question.id, question.text, seen)


def _question(asked: Mapping[str, Any], article: tuple[str, str], place: str, faults: list[Fault]) -> Question:
    id, text = str(asked.get("id")), str(asked.get("question"))
    if asked.get("is_impossible") is True:
        return Question(id, text, answerable=False)
    name, context = article
    answers: dict[str, None] = {}
    spans: dict[Gold, None] = {}
    for at, answer in _each({"answers": _one_by_one(asked.get("answers", []))}, "answers", place, faults):
        words, start = answer.get("text"), answer.get("answer_start", _ANYWHERE)
        if not isinstance(words, str) or not words.strip() or half(words):
            faults.append(Fault(at, f"the answer's text is {json.dumps(words)[:40]}: give its words."))
            continue
        answers[words] = None
        if start == _ANYWHERE:
            if context.count(words) == 1:
                spans[Gold(name, context.index(words), context.index(words) + len(words))] = None
        elif type(start) is int and start >= 0 and context.startswith(words, start):
            spans[Gold(name, start, start + len(words))] = None
        else:
            what = f"“{words[:40]}” does not stand at answer_start {json.dumps(start)[:20]} of {name}"
            faults.append(Fault(at, f"{what}: correct it; the words stay an answer, the place is left out."))
    known = bool(answers)
    judged = {name: 1} if known else {}
    return Question(id, text, tuple(answers), tuple(spans), judged, True if known else None)


def _one_by_one(answers: Any) -> Any:
    """Give answers as a list of objects, where they are texts, or two lists side by side."""
    if isinstance(answers, dict) and isinstance(answers.get("text"), list):
        starts = answers.get("answer_start")
        starts = starts if isinstance(starts, list) else []
        return [
            {"text": words, **({} if start is None else {"answer_start": start})}
            for words, start in zip_longest(answers["text"], starts[: len(answers["text"])])
        ]
    if isinstance(answers, list):
        return [{"text": each} if isinstance(each, str) else each for each in answers]
    return [{"text": answers}] if isinstance(answers, str) else answers
