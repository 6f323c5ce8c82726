"""The lines of `spans.jsonl`: places that answer a question, held against the texts of their articles."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.article import Fault
from index.corpus import Corpus
from index.errors import ArticleError, EvaluationError
from qa.evaluation.dataset import Gold, Question
from qa.evaluation.sets.checks import objects

_TEMPTING = "distractor"


@dataclass(frozen=True, slots=True)
class Marked:
    """A line that can be used, if its question and its article are there.

    Attributes:
        where: `file:line`.
        question: Id of the question.
        text: The words that should stand there; None where the line does not say.
    """

    where: str
    question: str
    gold: Gold
    text: str | None


def each_marked(path: Path) -> Iterator[Marked | Fault]:
    """Give the lines of a file, in its order; a line that cannot be used is a fault.

    Lines whose `kind` begins with "distractor" mark what only tempts; they are no gold, and passed over.

    Raises:
        OSError: The file cannot be read.
    """
    for each in objects(path):
        if isinstance(each, Fault):
            yield each
            continue
        where, given = each
        if str(given.get("kind") or "").startswith(_TEMPTING):
            continue
        start, end, text = given.get("start"), given.get("end"), given.get("text")
        if type(start) is not int or type(end) is not int or not 0 <= start < end:
            yield Fault(where, f"the span goes from {start!r} to {end!r}: give code points, 0 <= start < end.")
        elif not (text is None or isinstance(text, str)):
            yield Fault(where, f'"text" is {text!r}: give the words of the span, or leave it out.')
        else:
            gold = Gold(str(given.get("corpus_id")), start, end)
            yield Marked(where, str(given.get("query_id")), gold, text)


def miscut(marked: Marked, article: str) -> str | None:
    """Say why a span is not what it should be in the text of its article; None when it is."""
    gold = marked.gold
    if gold.end > len(article):
        return f"the span {gold.start}-{gold.end} ends beyond article {gold.article_id} of {len(article)} characters."
    if marked.text is not None and article[gold.start : gold.end] != marked.text:
        found = article[gold.start : gold.end]
        return (
            f"article {gold.article_id} reads “{_short(found)}” there, not “{_short(marked.text)}”: correct its place."
        )
    return None


def golds(
    marked: Iterable[Marked | Fault], asked: Container[str], broken: Mapping[str, str], faults: list[Fault]
) -> dict[str, dict[Gold, None]]:
    """Give the places of each question, each once, in the order of the file.

    Args:
        marked: What `each_marked` gave.
        asked: Ids of the questions there are.
        broken: Place of a line -> why it cannot be used.
        faults: Gets those that are left out.
    """
    found: dict[str, dict[Gold, None]] = {}
    for each in marked:
        if isinstance(each, Fault):
            faults.append(each)
        elif each.question not in asked:
            faults.append(Fault(each.where, f"there is no question “{each.question}”: correct query_id."))
        elif reason := broken.get(each.where):
            faults.append(Fault(each.where, reason))
        else:
            found.setdefault(each.question, {})[each.gold] = None
    return found


def row(question: Question, gold: Gold, corpus: Corpus) -> dict[str, Any]:
    """Give the object of a line, with the words that stand there.

    Raises:
        EvaluationError: The article is not in the index, or the place lies outside it.
    """
    try:
        text = corpus.article(gold.article_id).text
    except ArticleError as error:
        raise EvaluationError(f"A place that answers “{question.text}” is not indexed: {error}") from error
    if not 0 <= gold.start < gold.end <= len(text):
        raise EvaluationError(
            f"The place {gold.start}-{gold.end} that answers “{question.text}” lies outside article {gold.article_id} "
            f"of {len(text)} characters: read the set again over this index."
        )
    words = {"start": gold.start, "end": gold.end, "text": text[gold.start : gold.end]}
    return {"query_id": question.id, "corpus_id": gold.article_id, **words}


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
