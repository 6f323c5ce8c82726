"""The path of an evaluation: a set -> its articles indexed -> every question asked -> figures -> a folder."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.corpus import Corpus
from index.disk import writable
from index.embed import SentenceEmbedder
from index.errors import EvaluationError
from index.settings import Settings
from index.text import counted
from qa.answer import QA
from qa.assemble import assemble, marker
from qa.evaluation import asking, comparison, keeping, readying, retrieval, scoring, speed
from qa.evaluation.chance import Table
from qa.evaluation.dataset import Dataset
from qa.evaluation.layers import layer as known
from qa.evaluation.layers import layers
from qa.evaluation.memory import Memory
from qa.evaluation.readying import Ready
from qa.evaluation.record import Evaluation, Row
from qa.pace import Listener, Pace

_NOT_ASKED_WITH = {"home", "host", "port", "batch_size", "max_file_mb"}
"""Settings that change no figure of quality."""
_DEPTH = 100
"""Down to where the figures look."""
_CHANGED = ("nDCG@10", "quote_hit@1")
"""The figures whose most changed questions a comparison lists, 20 at most of each."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ranking made elsewhere, to compare with: question id -> (article id, score), best first."""

    name: str
    run: Mapping[str, Sequence[tuple[str, float]]]


def evaluate(
    dataset: Dataset,
    settings: Settings,
    *,
    layer: str | None = None,
    ablate: bool = False,
    other: Evaluation | Ranked | None = None,
    listener: Listener = lambda _: None,
) -> Evaluation:
    """Ask every question of a set and measure what came out.

    Stopped at any moment, by an exception of the listener too, the next call with the same set, settings and code
    goes on where it stopped.

    Args:
        dataset: What to ask; its own corpus is indexed in the cache, else the index in force is asked.
        settings: How to index, search, read and refuse.
        layer: Which layer of the searcher expression ranks and is read; None for the whole. See `layers`.
        ablate: Measure every layer, each compared with the best one before it.
        other: Compared with, on the questions both have.
        listener: Told how far it has come.

    Returns:
        The finished evaluation, in a folder of its own.

    Raises:
        EvaluationError: There is no such layer, or nothing to compare.
        StoreError: The index cannot be used or written.
    """
    pace = Pace(listener)
    embedder = SentenceEmbedder(settings)
    home = settings.home / keeping.FOLDER
    with writable(home):
        ready = readying.index(dataset, settings, embedder, home / "cache", pace.tell)
        with closing(Memory(embedder, home / "cache")) as memory:
            qa = assemble(ready.settings, memory, marker(settings))
            layer = layer or qa.searcher.name
            known(qa.searcher, layer)
            names = list(layers(qa.searcher)) if ablate else [layer]
            about = _about(dataset, settings, layer, qa, ready)
            folder = home / f"next-{_key(dataset, settings, names, ready)}"
            with keeping.under_way(folder):
                measured, rows = _measure(dataset, qa, names, chosen=layer, folder=folder, pace=pace)
                times = speed.asked_ms(qa, memory, dataset.questions, pace)
                result = {
                    **about,
                    **measured[layer].sections,
                    "curves": {**measured[layer].sections["curves"], "latency_ms": times},
                    "speed": {**ready.speed, **speed.summary(times)},
                    "compared": None if other is None else _compared(about, rows, other, qa.corpus),
                    "ablation": _ablation(measured) if ablate else None,
                }
                return keeping.keep(folder, result, rows, qa.corpus)


@dataclass(frozen=True, slots=True)
class _Measured:
    """A layer's figures: question by question, and the sections of a result."""

    table: Table
    sections: Mapping[str, Any]


def _measure(
    dataset: Dataset, qa: QA, names: Sequence[str], *, chosen: str, folder: Path, pace: Pace
) -> tuple[dict[str, _Measured], list[Row]]:
    """Ask every question of every layer, what an interrupted run asked left out; give the rows of the chosen layer."""
    measured: dict[str, _Measured] = {}
    kept: list[Row] = []  # of one layer only: 8,000 rows with their rankings take 250 MB
    total = len(names) * len(dataset.questions)
    for place, name in enumerate(names):
        path = folder / f"{name.replace(' ', '')}.jsonl"
        rows = keeping.taken_up(path)
        for group in asking.ask(qa, name, dataset.questions[len(rows) :]):
            keeping.put_down(path, group)
            rows += group
            pace.tell("asking", place * len(dataset.questions) + len(rows), total)
        rows = scoring.score(rows, dataset.questions, qa.corpus)
        measured[name] = _Measured(scoring.table(rows), scoring.figures(rows, qa.corpus))
        if name == chosen:
            kept = rows
    return measured, kept


def _ablation(measured: Mapping[str, _Measured]) -> list[dict[str, Any]]:
    """Give a section a layer, each compared with the best one before it by nDCG@10."""
    out: list[dict[str, Any]] = []
    best: tuple[float, str] | None = None
    for name, each in measured.items():
        parts = {part: each.sections[part] for part in ("retrieval", "passages", "answers", "refusal", "ci95")}
        compared = None
        if best is not None:
            compared = {
                "with": best[1],
                **comparison.compare(each.table, measured[best[1]].table).to_json(),
            }
        out.append({"layer": name, **parts, "compared": compared})
        height = each.sections["retrieval"]["nDCG@10"]
        if best is None or (height is not None and height > best[0]):
            best = (height or 0.0, name)
    return out


def _compared(
    about: Mapping[str, Any], rows: Sequence[Row], other: Evaluation | Ranked, corpus: Corpus
) -> dict[str, Any]:
    """Compare, and say what else than the ranking may have made the difference."""
    if isinstance(other, Ranked):
        name = other.name
        notes = _fit(other, rows, corpus)
        theirs: dict[str, dict[str, float]] = {}
        for id, values in retrieval.measure(other.run, {row.id: row.judged for row in rows}).items():
            for figure, value in values.items():
                theirs.setdefault(figure, {})[id] = value
    else:
        name = other.result["id"]
        theirs = scoring.table(list(other.rows()))
        apart = {
            "set of questions": about["set_digest"] != other.result["set_digest"],
            "corpus": about["corpus"]["stamp"] != other.result["corpus"]["stamp"],
            "code": about["code"] != other.result["code"],
        }
        notes = [f"The {what} has changed between the two." for what, so in apart.items() if so]
    outcome = comparison.compare(scoring.table(rows), theirs)
    asked = {row.id: row.question for row in rows}
    changed = [
        {
            "_id": each.question,
            "question": asked[each.question],
            "figure": figure,
            "this": each.this,
            "other": each.other,
        }
        for figure in _CHANGED
        if figure in outcome.figures
        for each in outcome.changed(figure)
    ]
    return {"with": name, "notes": notes, **outcome.to_json(), "changed": changed}


def _fit(other: Ranked, rows: Sequence[Row], corpus: Corpus) -> list[str]:
    """Say how a run made elsewhere fits the set and its articles.

    Raises:
        EvaluationError: None of its questions, or of its documents, is one of these.
    """
    asked = {row.id for row in rows if row.judged}
    unknown, missing = set(other.run) - {row.id for row in rows}, asked - set(other.run)
    ranked = {document for id in other.run.keys() & asked for document, _ in other.run[id]}
    if not ranked:
        raise EvaluationError(
            f"{other.name} ranks nothing for any question of this set (its first is “{next(iter(other.run), '')}”, the "
            f"set's “{next(iter(sorted(asked)), '')}”): give it the ids of the set's questions."
        )
    articles = corpus.article_ids()
    foreign = ranked - articles
    if foreign == ranked:
        raise EvaluationError(
            f"No document of {other.name} is an article of this set (its first is “{min(foreign)}”): give it the ids "
            "of the articles, or every figure of it would be 0."
        )
    depth = min((len(other.run[id]) for id in other.run.keys() & asked), default=0)
    notes = []
    if unknown:
        notes.append(f"Questions of the run that are not in this set, left out: {len(unknown):,}.")
    if missing:
        ratio = f"{len(missing):,} of {len(asked):,}"
        notes.append(f"Questions of the set that the run does not rank, counted as 0 for it: {ratio}.")
    if foreign:
        ratio = f"{len(foreign):,} of {len(ranked):,}"
        notes.append(f"Documents of the run that are no articles of this set: {ratio}.")
    if depth < min(_DEPTH, len(articles)):
        few = counted(depth, "document")
        notes.append(f"The run ranks as few as {few} for a question: figures beyond that are too low for it.")
    return notes


def _about(dataset: Dataset, settings: Settings, layer: str, qa: QA, ready: Ready) -> dict[str, Any]:
    values = json.loads(settings.model_dump_json())
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    changed = {name: value for name, value in values.items() if name != "home" and value != _plain(defaults[name])}
    counts = qa.corpus.counts()
    faults = dict.fromkeys((*ready.faults, *dataset.faults))
    return {
        "dataset": dataset.name,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "code": keeping.code(),
        "set_digest": dataset.digest,
        "layer": layer,
        "settings": values,
        "changed_settings": changed,
        "corpus": {
            "articles": counts.articles,
            "passages": counts.passages,
            "words": counts.words,
            "stamp": ready.stamp,
        },
        "faults": [{"where": fault.where, "reason": fault.reason} for fault in faults],
    }


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Path) else value


def _key(dataset: Dataset, settings: Settings, names: Sequence[str], ready: Ready) -> str:
    """Name all that what comes out depends on."""
    asked = {name: value for name, value in settings.model_dump(mode="json").items() if name not in _NOT_ASKED_WITH}
    parts = [dataset.digest, asked, list(names), ready.stamp, keeping.code()]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
