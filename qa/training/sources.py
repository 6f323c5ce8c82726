"""A file of questions with their contexts, or a set in BEIR's layout -> a Dataset to learn from."""

import gzip
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from index.errors import TrainingError
from qa.evaluation import sets
from qa.evaluation.dataset import Dataset, Gold, Question

_TOGETHER = 5
"""Sentences given one by one that are put together, so that a passage has more than one to choose from."""


def read(source: Path, kept_out: Collection[str] = ()) -> Dataset:
    """Read what can be learnt from.

    Args:
        source: A folder in BEIR's layout, or a gzip'd file of JSON lines `question`, `context` and `answers`
            [{`text`, `start`}] (`start`: code point). Rows with a `sentence` id ("document:place") have
            one sentence as context; neighbours of one document are put together.
        kept_out: Titles whose questions are left out, to measure on.

    Raises:
        TrainingError: A line of the file is not as described.
        EvaluationError: The folder cannot be read.
    """
    if source.is_dir():
        dataset = sets.read(source)
        return _without(dataset, kept_out) if kept_out else dataset
    rows = []
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                row["question"], row["context"], [(each["text"], each["start"]) for each in row["answers"]]
            except (ValueError, KeyError, TypeError) as error:
                raise TrainingError(
                    f"{source}:{number} is no row of question, context and answers ({error!r}): correct or remove it."
                ) from error
            rows.append(row)
    return _joined(source.name.partition(".")[0], rows)


def titles(source: Path) -> list[str]:
    """Give the titles of a set's articles, each once, sorted."""
    with (source / "corpus.jsonl").open(encoding="utf-8") as lines:
        return sorted({str(json.loads(line)["title"]) for line in lines})


def about(source: Path) -> dict[str, list[str]]:
    """Give question id -> ids of the articles that it is about, as a set names them, whether they answer it or not."""
    with (source / "queries.jsonl").open(encoding="utf-8") as lines:
        named = {row["_id"]: row.get("metadata", {}).get("about_doc") or [] for row in map(json.loads, lines)}
    return {id: [ids] if isinstance(ids, str) else ids for id, ids in named.items()}


def _without(dataset: Dataset, kept_out: Collection[str]) -> Dataset:
    """Leave out the questions about some titles; an unanswerable one is about the articles that its set names."""
    assert isinstance(dataset.corpus, Path)
    with dataset.corpus.open(encoding="utf-8") as lines:
        out = {row["_id"] for row in map(json.loads, lines) if row["title"] in kept_out}
    named = about(dataset.corpus.parent)
    left = tuple(each for each in dataset.questions if out.isdisjoint((*named[each.id], *each.judged)))
    # Another set of questions: what was kept of an evaluation of the whole must not be taken for its own.
    digest = hashlib.sha256("\n".join((dataset.digest, *sorted(kept_out))).encode()).hexdigest()
    return replace(dataset, questions=left, digest=digest)


def _joined(name: str, rows: Sequence[Mapping[str, Any]]) -> Dataset:
    """Make one article of each context, or of a few neighbouring sentences."""
    contexts = sorted({(row.get("sentence", ""), row["context"]) for row in rows}, key=_place)
    articles: dict[str, str] = {}
    stands: dict[str, tuple[str, int]] = {}
    for _, group in groupby(contexts, key=lambda each: each[0].rsplit(":", 2)[0] or each[1]):
        together = list(group)
        for first in range(0, len(together), _TOGETHER):
            texts = [text for _, text in together[first : first + _TOGETHER]]
            id = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
            articles[id] = " ".join(texts)
            start = 0
            for text in texts:
                stands[text] = (id, start)
                start += len(text) + 1
    return Dataset(name, tuple(_question(row, *stands[row["context"]]) for row in rows), _corpus(articles), name)


def _place(context: tuple[str, str]) -> tuple[str, list[int], str]:
    document, *place = context[0].rsplit(":", 2)
    return document, [int(number) for number in place], context[1]


def _question(row: Mapping[str, Any], id: str, start: int) -> Question:
    found = {(each["start"], each["text"]) for each in row["answers"] if each["text"].strip()}
    spans = tuple(Gold(id, start + at, start + at + len(text)) for at, text in sorted(found))
    answers = tuple(sorted({text for _, text in found}))
    return Question(str(row["id"]), row["question"].strip(), answers, spans, {id: 1}, answerable=bool(found))


def _corpus(articles: Mapping[str, str]) -> bytes:
    rows: Iterable[str] = (
        json.dumps({"_id": id, "title": "", "text": text}, ensure_ascii=False) for id, text in articles.items()
    )
    return "\n".join(rows).encode()
