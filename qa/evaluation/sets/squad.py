"""SQuAD's JSON, 1.1 or 2.0: each paragraph becomes an article, each question is about its paragraph."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any

from index.article import Fault
from index.corpus import Corpus
from index.errors import EvaluationError
from qa.evaluation.dataset import Dataset, Gold, Question
from qa.evaluation.sets.checks import data, finished, half, refused


def read(path: Path, _corpus: Corpus | None) -> Dataset:
    """Read a file; what cannot be used is listed with its place in the JSON and left out, the rest counts.

    A paragraph's article is named `<title>-<n>`, n from 0 among the paragraphs of that title, white space in it as
    "_"; its text is the context, as given. Its questions have it as the one relevant article. A question that
    `is_impossible` has no answer and nothing judged; where it has no answers otherwise, nobody knows whether it is
    answerable. Where an answer does not stand at its `answer_start`, its words stay an answer, its place is left out.

    Returns:
        Its corpus is the bytes of a `corpus.jsonl`; its digest is the file's sha256.

    Raises:
        EvaluationError: It cannot be read, is no SQuAD file, or no question is left.
    """
    raw = data(path)
    try:
        given = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"{path} is no JSON ({error}): give a SQuAD file, 1.1 or 2.0.") from error
    if not isinstance(given, dict) or not isinstance(given.get("data"), list):
        raise EvaluationError(f"{path} has no list “data”: give a SQuAD file, 1.1 or 2.0.")
    faults: list[Fault] = []
    articles: list[str] = []
    questions: dict[str, Question] = {}
    numbers: Counter[str] = Counter()
    for place, paragraph, title in _paragraphs(given, path, faults):
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
        for at, asked in _each(paragraph, "qas", place, faults):
            question = _question(asked, (article, text), at, faults)
            if why := _refused(question, asked, questions):
                faults.append(Fault(at, why))
            else:
                questions[question.id] = question
    corpus = "".join(articles).encode()
    return finished(path, questions.values(), corpus, digest=hashlib.sha256(raw).hexdigest(), faults=faults)


def _paragraphs(
    given: Mapping[str, Any], path: Path, faults: list[Fault]
) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    for place, article in _each(given, "data", f"{path}:", faults):
        title = article.get("title")
        whole = title if isinstance(title, str) and "\0" not in title and not half(title) else ""
        for at, paragraph in _each(article, "paragraphs", place, faults):
            yield at, paragraph, whole


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
    for at, answer in _each({"answers": [], **asked}, "answers", place, faults):
        words, start = answer.get("text"), answer.get("answer_start")
        if not isinstance(words, str) or not words.strip() or half(words):
            faults.append(Fault(at, f"the answer's text is {json.dumps(words)[:40]}: give its words."))
            continue
        answers[words] = None
        if type(start) is int and start >= 0 and context.startswith(words, start):
            spans[Gold(name, start, start + len(words))] = None
        else:
            what = f"“{words[:40]}” does not stand at answer_start {json.dumps(start)[:20]} of {name}"
            faults.append(Fault(at, f"{what}: correct it; the words stay an answer, the place is left out."))
    known = bool(answers)
    judged = {name: 1} if known else {}
    return Question(id, text, tuple(answers), tuple(spans), judged, True if known else None)
