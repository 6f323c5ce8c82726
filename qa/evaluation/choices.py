"""What a person names -> what is meant: a set to ask, something to compare with, bars to clear."""

import shutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import generations
from index.corpus import Corpus
from index.disk import writable
from index.errors import EvaluationError, NoIndex
from index.settings import Settings, load
from qa.evaluation import keeping, sets
from qa.evaluation.dataset import Dataset
from qa.evaluation.evaluate import Ranked
from qa.evaluation.explain import lower_is_better
from qa.evaluation.judgements import Judgements
from qa.evaluation.record import RESULT, RUN, Evaluation
from qa.evaluation.scoring import FIGURES
from qa.evaluation.sets import beir
from qa.trec import read_run

THUMBS = "thumbs"
_SECTIONS = ("retrieval", "passages", "answers", "refusal")


def dataset(name: str, settings: Settings, qrels: Path | None = None) -> Dataset:
    """Give a set of questions by its name.

    Args:
        name: A folder or a file; the name of a set that was uploaded; "thumbs" for the judgements made in the chat.
        settings: Say where the index lies, for sets without articles of their own.
        qrels: Judgements to take in place of the set's own.

    Raises:
        EvaluationError: There is no such set, or it cannot be read.
        StoreError: It has no articles of its own, and none are indexed.
    """
    if name == THUMBS:
        with _corpus(settings) as corpus:
            return Judgements(settings.home).dataset(corpus)
    uploaded = settings.home / keeping.FOLDER / keeping.SETS / Path(name).name
    source = Path(name) if Path(name).exists() else uploaded
    if not source.exists():
        raise EvaluationError(
            f"There is no set “{name}”: name a folder with queries.jsonl, a SQuAD .json, a .csv of questions, or "
            f"“{THUMBS}” for the judgements made in the chat."
        )
    try:
        opened = _corpus(settings)
    except NoIndex:
        return sets.read(source, qrels=qrels)
    with opened as corpus:
        return sets.read(source, qrels=qrels, corpus=corpus)


def _corpus(settings: Settings) -> Corpus:
    return Corpus(generations.current(settings.home).folder / generations.CORPUS)


def other(name: str, settings: Settings) -> Evaluation | Ranked | Settings:
    """Give what to compare with by its name.

    Args:
        name: An earlier evaluation by its id, its folder, or the file of its result; a TREC run; a `.toml` file of
            settings, which the same questions are then asked under as well.
        settings: In force, where the file says nothing else.

    Raises:
        EvaluationError: It is none of these.
        SettingsError: A setting in the file is unknown or out of range.
    """
    path = Path(name)
    kept = settings.home / keeping.FOLDER / path.name
    if not path.exists() and (kept / RESULT).is_file():
        return Evaluation.open(kept)
    if path.is_dir():
        return Evaluation.open(path)
    if not path.is_file():
        raise EvaluationError(
            f"There is nothing to compare with at {name}: name an evaluation (such as 0001-thumbs), the file of its "
            "result, a TREC run, or a .toml file of settings."
        )
    if path.suffix == ".toml":
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise EvaluationError(f"{name} is not valid TOML: {error}.") from error
        return load(**{**given, "home": settings.home})
    if path.read_bytes().lstrip()[:1] == b"{":
        return Evaluation.of(path)
    return Ranked(path.name, read_run(path))


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure and the worst it may be: the least, or the most where lower is better."""

    figure: str
    worst: float


def bar(text: str) -> Bar:
    """Read `nDCG@10=.75`.

    Raises:
        EvaluationError: It is not the name of a figure, an equals sign and a number.
    """
    name, _, value = text.partition("=")
    figure = name.strip()
    if figure not in FIGURES:
        raise EvaluationError(f"There is no figure “{figure}”: choose one of {', '.join(FIGURES)}.")
    try:
        return Bar(figure, float(value))
    except ValueError as error:
        raise EvaluationError(f"--min {text} is no bar: write a figure and a number, such as nDCG@10=.75.") from error


def below(result: Mapping[str, Any], bars: Sequence[Bar]) -> list[str]:
    """Say which bars were missed, a sentence each."""
    known: dict[str, float | None] = {}
    for section in _SECTIONS:
        known.update(result[section])
    missed = []
    for each in bars:
        value = known[each.figure]
        if value is None:
            missed.append(f"{each.figure} is not defined for this set; the bar is {each.worst:g}.")
        elif lower_is_better(each.figure) and not value <= each.worst:
            missed.append(f"{each.figure} = {value:.4f} is above the bar of {each.worst:g}; lower is better.")
        elif not lower_is_better(each.figure) and not value >= each.worst:
            missed.append(f"{each.figure} = {value:.4f} is below the bar of {each.worst:g}.")
    return missed


def nothing_counts(result: Mapping[str, Any]) -> list[str]:
    """Say, in a sentence, where no question of a set is in any figure; empty where one is."""
    if any(result["questions"]["counted"].values()):
        return []
    return [
        f"Nothing in {result['dataset']} can be counted: say of its questions what answers them (answers, places or "
        "relevant articles), or that nothing does."
    ]


def written(done: Evaluation, compared: Evaluation | Ranked | None, *, report: Path | None, run: Path | None) -> None:
    """Write a report and a TREC run to the files that were asked for.

    Raises:
        Unwritable: A file cannot be written.
        EvaluationError: The ids of this set cannot stand in a TREC run.
    """
    if report is not None:
        from qa.evaluation.report import report as made  # loads matplotlib, which no other way out needs

        with writable(report.parent):
            report.write_text(made(done, compared if isinstance(compared, Evaluation) else None), encoding="utf-8")
    if run is not None:
        ranked = done.folder / RUN
        if not ranked.exists():
            raise EvaluationError("No TREC run is written: ids with white space cannot stand in one.")
        with writable(run.parent):
            shutil.copyfile(ranked, run)


def export(dataset: Dataset, settings: Settings, folder: Path) -> None:
    """Write a set in BEIR's layout, with the articles it is asked over.

    Raises:
        Unwritable: The folder cannot be written.
    """
    with writable(folder), _corpus(settings) as corpus:
        beir.write(dataset, folder, corpus)
