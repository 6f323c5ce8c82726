"""Files of questions with contexts, sets in BEIR's layout -> one Pool to learn from, apart from what is measured."""

import gzip
import hashlib
import json
import random
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from index.errors import TrainingError
from index.text import fold
from qa.evaluation import sets
from qa.evaluation.dataset import Dataset, Gold, Question

_TOGETHER = 5
"""Sentences given one by one that are put together, so that a passage has more than one to choose from."""
_BY_SENTENCE = "Wiki1k:"
"""Groups of this kind are documents whose sentences are the contexts."""
_NO_TITLE = ("ck-", "fs-", "nqm-", "quoref-", "sq-", "sqs-", "sf-", _BY_SENTENCE)
"""Groups of these kinds are numbers; others are titles of articles."""
_SHINGLE = 8
"""Words in a run that two texts are compared by."""
_SHARED = 0.1
"""Two texts that share this much of the runs of the shorter one are not apart."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Questions over the articles of many sources together.

    Attributes:
        dataset: Its questions are named "source/id".
        about: Question -> ids of the articles that it is about, whether they answer it or not.
        siblings: Question that has no answer -> the one with an answer that it was made from.
        vague: Sources whose questions mean nothing without their passage, so that others may answer them too.
    """

    dataset: Dataset
    about: Mapping[str, Sequence[str]]
    siblings: Mapping[str, str]
    vague: Collection[str] = ()


def read(source: Path, kept_out: Collection[str] = ()) -> Dataset:
    """Read what can be learnt from.

    Args:
        source: A folder in BEIR's layout, or a gzip'd file of JSON lines `question`, `context` and `answers`
            [{`text`, `start`}] (`start`: code point), or `claim`, `evidence` and `label`. A `group` that is no number
            is the title of the article. Rows with a `sentence` id ("document:place"), or of a group of sentences, have
            one sentence as context; neighbours of one document are put together.
        kept_out: Titles whose questions are left out, to measure on.

    Raises:
        TrainingError: A line of the file is not as described.
        EvaluationError: The folder cannot be read.
    """
    if source.is_dir():
        dataset = sets.read(source)
        return _without(dataset, kept_out) if kept_out else dataset
    return _joined(source.name.partition(".")[0], list(_rows(source)))


def pool(sources: Sequence[tuple[Path, Dataset]], vague: Collection[str] = ()) -> Pool:
    """Put the questions of several sources together, over all the articles that they are about.

    Args:
        sources: Where each was read from, and what is left of it.
        vague: Names of those whose questions mean nothing without their passage.
    """
    questions: list[Question] = []
    meant: dict[str, Sequence[str]] = {}
    siblings: dict[str, str] = {}
    articles: dict[str, str] = {}
    for path, dataset in sources:
        name = dataset.name
        given = about(path) if path.is_dir() else {each.id: list(each.judged) for each in dataset.questions}
        prefix = f"{name}/" if path.is_dir() else ""  # other ids are digests of the text
        known = {each.id for each in dataset.questions}
        pairs = {} if path.is_dir() else _pairs(path)
        siblings |= {f"{name}/{one}": f"{name}/{other}" for one, other in pairs.items() if {one, other} <= known}
        for each in dataset.questions:
            named = [prefix + id for id in given[each.id]]
            spans = tuple(replace(gold, article_id=prefix + gold.article_id) for gold in each.spans)
            meant[f"{name}/{each.id}"] = named
            questions.append(replace(each, id=f"{name}/{each.id}", spans=spans, judged=dict.fromkeys(named, 1)))
        wanted = {id for each in dataset.questions for id in given[each.id]}
        articles |= {
            prefix + row["_id"]: json.dumps({**row, "_id": prefix + row["_id"]}, ensure_ascii=False)
            for row in _articles(dataset)
            if row["_id"] in wanted
        }
    digest = hashlib.sha256("\n".join(dataset.digest for _, dataset in sources).encode()).hexdigest()
    dataset = Dataset("all", tuple(questions), "\n".join(articles.values()).encode(), digest)
    return Pool(dataset, meant, siblings, vague)


def drawn(dataset: Dataset, questions: int | None, seed: int) -> Dataset:
    """Draw as many questions of a set, always the same, in their order; all for None."""
    if questions is None or len(dataset.questions) <= questions:
        return dataset
    places = sorted(random.Random(seed).sample(range(len(dataset.questions)), questions))
    return replace(dataset, questions=tuple(dataset.questions[place] for place in places))


def apart(dataset: Dataset, measured: Iterable[Dataset]) -> Dataset:
    """Leave out what is too near to what is measured: a question asked there too, or one about a paragraph of it.

    Paragraphs are compared by their runs of eight words: one that shares a tenth of its runs is of the same text.

    Args:
        dataset: To learn from.
        measured: Sets whose questions, and the articles that answer them, no weight may have seen.
    """
    asked: set[str] = set()
    runs: set[int] = set()
    for each in measured:
        wanted = {id for question in each.questions for id in question.judged}
        asked |= {_same(question.text) for question in each.questions}
        runs.update(*(shingles(row["text"]) for row in _articles(each) if row["_id"] in wanted))
    near = {row["_id"] for row in _articles(dataset) if _share(shingles(row["text"]), runs) >= _SHARED}
    return replace(
        dataset,
        questions=tuple(
            each
            for each in dataset.questions
            if _same(each.text) not in asked and near.isdisjoint((*each.judged, *(g.article_id for g in each.spans)))
        ),
    )


def shingles(text: str) -> set[int]:
    """Give the runs of eight words of a text, letters and digits only, as numbers."""
    words = _same(text).split()
    return {hash(tuple(words[at : at + _SHINGLE])) for at in range(max(1, len(words) - _SHINGLE + 1))}


def titles(source: Path) -> list[str]:
    """Give the titles of a set's articles, each once, sorted."""
    with (source / "corpus.jsonl").open(encoding="utf-8") as lines:
        return sorted({str(json.loads(line)["title"]) for line in lines})


def about(source: Path) -> dict[str, list[str]]:
    """Give question id -> ids of the articles that it is about, as a set names them, whether they answer it or not."""
    with (source / "queries.jsonl").open(encoding="utf-8") as lines:
        named = {row["_id"]: row.get("metadata", {}).get("about_doc") or [] for row in map(json.loads, lines)}
    return {id: [ids] if isinstance(ids, str) else ids for id, ids in named.items()}


def _pairs(source: Path) -> dict[str, str]:
    """Give near miss -> the answerable question that it was made from, where the file names it."""
    return {str(row["id"]): str(row["pair"]) for row in _rows(source) if row.get("pair") and not row["answers"]}


def _rows(source: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                row = _asked(row) if "claim" in row else row
                row["question"], row["context"], [(each["text"], each["start"]) for each in row["answers"]]
            except (ValueError, KeyError, TypeError) as error:
                raise TrainingError(
                    f"{source}:{number} is no row of question, context and answers ({error!r}): correct or remove it."
                ) from error
            yield row


def _asked(row: dict[str, Any]) -> dict[str, Any]:
    """Make a question of a claim: what refutes it answers as well as what supports it."""
    claim = row["claim"].strip().rstrip(".")
    ways = (f"Is it true that {claim}?", f"{claim}?", f"{claim}.", f"{claim}, is that right?")
    way = int(hashlib.sha256(row["id"].encode()).hexdigest(), 16) % len(ways)
    answers = [] if row["label"] == "not_enough" else [{"text": row["evidence"], "start": 0}]
    return {**row, "question": ways[way], "context": row["evidence"], "answers": answers}


def _without(dataset: Dataset, kept_out: Collection[str]) -> Dataset:
    """Leave out the questions about some titles; an unanswerable one is about the articles that its set names."""
    assert isinstance(dataset.corpus, Path)
    out = {row["_id"] for row in _articles(dataset) if row["title"] in kept_out}
    named = about(dataset.corpus.parent)
    left = tuple(each for each in dataset.questions if out.isdisjoint((*named[each.id], *each.judged)))
    # Another set of questions: what was kept of an evaluation of the whole must not be taken for its own.
    digest = hashlib.sha256("\n".join((dataset.digest, *sorted(kept_out))).encode()).hexdigest()
    return replace(dataset, questions=left, digest=digest)


def _joined(name: str, rows: Sequence[Mapping[str, Any]]) -> Dataset:
    """Make one article of each context, or of a few neighbouring sentences."""
    contexts: dict[str, tuple[str, list[int]]] = {}
    for number, row in enumerate(rows):
        contexts.setdefault(row["context"], _place(row, number))
    named = {row["context"]: _title(row) for row in rows}
    articles: dict[str, tuple[str, str]] = {}
    stands: dict[str, tuple[str, int]] = {}
    ordered = sorted(contexts, key=lambda context: contexts[context])
    for _, group in groupby(ordered, key=lambda context: contexts[context][0]):
        together = list(group)
        for first in range(0, len(together), _TOGETHER):
            texts = together[first : first + _TOGETHER]
            id = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
            articles[id] = named[texts[0]], " ".join(texts)
            start = 0
            for text in texts:
                stands[text] = (id, start)
                start += len(text) + 1
    questions = tuple(_question(row, *stands[row["context"]]) for row in rows)
    corpus = "\n".join(
        json.dumps({"_id": id, "title": title, "text": text}, ensure_ascii=False)
        for id, (title, text) in articles.items()
    )
    return Dataset(name, questions, corpus.encode(), hashlib.sha256(corpus.encode()).hexdigest())


def _place(row: Mapping[str, Any], number: int) -> tuple[str, list[int]]:
    """Give a context's document, and its place there; one that is no sentence of a document is one of its own."""
    if "sentence" in row:
        document, *place = row["sentence"].rsplit(":", 2)
        return document, [int(each) for each in place]
    group = row.get("group", "")
    return (group if group.startswith(_BY_SENTENCE) else row["context"]), [number]


def _title(row: Mapping[str, Any]) -> str:
    """Give the title of a row's article; "" where the group is a number."""
    group = row.get("group", "").removeprefix("quoref-") if "kind" in row else ""
    known = group and not group.startswith(_NO_TITLE) and not re.fullmatch(r"[0-9a-f]{10,}", group)
    return unquote(group).replace("_", " ") if known else ""


def _question(row: Mapping[str, Any], id: str, start: int) -> Question:
    found = {(each["start"], each["text"]) for each in row["answers"] if each["text"].strip()}
    spans = tuple(Gold(id, start + at, start + at + len(text)) for at, text in sorted(found))
    answers = tuple(sorted({text for _, text in found}))
    return Question(str(row["id"]), row["question"].strip(), answers, spans, {id: 1}, answerable=bool(found))


def _articles(dataset: Dataset) -> Iterator[dict[str, Any]]:
    if isinstance(dataset.corpus, Path):
        with dataset.corpus.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)
    elif dataset.corpus is not None:
        yield from map(json.loads, dataset.corpus.splitlines())


def _same(text: str) -> str:
    """Give a text as it is compared: letters and digits of its words."""
    return " ".join(re.findall(r"\w+", fold(text)))


def _share(runs: Set[int], known: Set[int]) -> float:
    return len(runs & known) / len(runs)
