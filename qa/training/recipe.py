"""What the shipped weights are made from: the sources, how much of each, and what is kept out to measure on."""

import hashlib
import json
import logging
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby, islice
from pathlib import Path

import torch

from index.embed import model_folder
from index.errors import TrainingError
from index.settings import Settings
from qa import weights
from qa.assemble import marker
from qa.confidence import WEIGHTS as CONFIDENCE
from qa.evaluation.dataset import Dataset
from qa.evaluation.readying import Tell
from qa.marking import WEIGHTS
from qa.network import Network, trained
from qa.reader import WEIGHTS as SENTENCES
from qa.training import calibration, reader, sources
from qa.training.examples import Example, examples

log = logging.getLogger("verbatim")


@dataclass(frozen=True, slots=True)
class Places:
    """Folders: of evaluation sets, of training pairs, and of what is made on the way."""

    sets: Path
    pairs: Path
    work: Path


@dataclass(frozen=True, slots=True)
class Source:
    """One source of questions.

    Attributes:
        name: Of its folder among the sets, or of its file among the pairs, without suffixes.
        questions: How many are drawn at most; None for all.
    """

    name: str
    questions: int | None = None


SETS = (Source("squad2-half"), Source("squadshifts-wiki"))
PAIRS = (
    # Its questions are about one sentence each, 34,041 of them about 978 sentences: a third says nearly as much.
    Source("qamr-wiki", questions=9_600),
    Source("squadshifts-amazon_reviews"),
    Source("squadshifts-reddit"),
)
KEPT_OUT = 3
"""Of a set that is trained on, every third title is kept out to measure on."""
FIRST = reader.Course()
"""Learns to read, from the packaged encoder."""
SECOND = reader.Course(
    epochs=1, rate=6e-5, head_rate=3e-4, found=0.4, removed=0.5, turned=0.4, traps=3, frozen=2, seed=20261125
)
"""Learns to tell near misses, from what the first course gave."""
_SECOND_SHARE = 3
"""Of the questions in the pairs, every third is in the second course; of the sets, all."""
_TUNED = ("squad2-half", "squadshifts-wiki", "clapnq-dev")
"""Half of what the network has not seen of these fits the two other files of weights; the other half is measured."""
_SEED = 1


def kept_out(folder: Path) -> list[str]:
    """Give the titles of a set whose questions no weight has seen."""
    return sources.titles(folder)[::KEPT_OUT]


def prepare(places: Places) -> None:
    """Write the examples of every source into the working folder; those that are there are kept."""
    places.work.mkdir(parents=True, exist_ok=True)
    for source in (*SETS, *PAIRS):
        path = places.work / f"{source.name}.jsonl"
        if path.exists():
            continue
        partial = path.with_suffix(".next")
        with partial.open("w", encoding="utf-8") as file:
            for example in examples(_dataset(source, places), Settings(home=places.work), _tell(source.name)):
                file.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")
        partial.replace(path)


def train(places: Places) -> None:
    """Give the reading network its first course and write its weights into the package, with their card."""
    rows = [example for source in (*SETS, *PAIRS) for example in _examples_of(source, places.work)]
    torch.manual_seed(FIRST.seed)  # the head starts from chance
    network = Network(model_folder())
    reader.train(rows, network, places.work / "first.safetensors", FIRST)
    _ship(network, _card(rows, FIRST))


def tell_apart(places: Places) -> None:
    """Give the network in the package its second course, on near misses, and write what comes of it in its place."""
    card = json.loads(WEIGHTS.with_suffix(".json").read_text(encoding="utf-8"))
    if "first" in card:
        raise TrainingError(
            f"{WEIGHTS} has had its second course: train it from the start, `python -m qa.training reader`."
        )
    rows = [example for source in SETS for example in _examples_of(source, places.work)]
    for source in PAIRS:
        of = groupby(_examples_of(source, places.work), key=lambda example: example.question)
        rows += [example for _, group in islice(of, 0, None, _SECOND_SHARE) for example in group]
    network = trained(WEIGHTS, "float32")
    reader.train(rows, network, places.work / "second.safetensors", SECOND)
    _ship(network, {**_card(rows, SECOND), "first": card})


def _ship(network: Network, card: Mapping[str, object]) -> None:
    weights.write(weights.pack(network.state_dict(), Network(model_folder()).untrained()), WEIGHTS, card)


def calibrate(places: Places) -> None:
    """Fit how sentences are weighed and how sure a reply is, with the network and without; write both files."""
    sets = [_tuned(places.sets / name) for name in _TUNED]
    for way in ("read", "plain"):
        settings = Settings(home=places.work, reader="own" if way == "read" else "none")
        reads = marker(settings)
        whole = [case for each in sets for case in calibration.asked(calibration.whole(each, _SEED), settings, reads)]
        log.info("%s: %d questions asked of whole sets", way, len(whole))
        _put(SENTENCES, way, calibration.sentences(whole))
        small = [
            case
            for dataset in sets
            for corpus, missing in calibration.drawn(dataset, _SEED)
            for case in calibration.asked(corpus, settings, reads, missing)
        ]
        log.info("%s: %d questions asked of small corpora", way, len(small))
        evidence, intercept = calibration.confidence(calibration.weighed_anew(whole) + small)
        _put(CONFIDENCE, way, {"weights": evidence, "intercept": intercept})


def measured(folder: Path) -> Dataset:
    """Give the questions of a set that no weight has seen; a set that nothing was learnt from is given whole."""
    if folder.name not in _TUNED:
        return sources.read(folder)
    dataset = _half(folder, 1)
    return replace(dataset, name=f"{dataset.name}, questions kept out")


def _tuned(folder: Path) -> Dataset:
    return _half(folder, 0)


def _half(folder: Path, which: int) -> Dataset:
    """Give every other question that the network has not seen: 0 for those that the other weights are fitted on, or 1.

    By questions, not by titles: a set has few, and how hard its makers made the questions differs from one to another.
    """
    learnt = folder.name in {source.name for source in SETS}
    dataset = sources.read(folder, set(sources.titles(folder)) - set(kept_out(folder)) if learnt else ())
    digest = hashlib.sha256(f"{dataset.digest} {which}".encode()).hexdigest()
    return replace(dataset, questions=dataset.questions[which::2], digest=digest)


def _put(path: Path, way: str, weighed: Mapping[str, object]) -> None:
    stored = json.loads(path.read_text(encoding="utf-8"))
    stored[way] = weighed
    path.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _dataset(source: Source, places: Places) -> Dataset:
    if source in SETS:
        return sources.read(places.sets / source.name, kept_out(places.sets / source.name))
    dataset = sources.read(places.pairs / f"{source.name}.jsonl.gz")
    if source.questions is None:
        return dataset
    drawn = random.Random(_SEED).sample(dataset.questions, source.questions)
    return replace(dataset, questions=tuple(drawn))


def _tell(name: str) -> Tell:
    def tell(stage: str, done: int, total: int) -> None:
        if done == total or done % 2048 == 0:
            log.info("%s: %s %d of %d", name, stage, done, total)

    return tell


def _examples_of(source: Source, work: Path) -> Iterator[Example]:
    with (work / f"{source.name}.jsonl").open(encoding="utf-8") as lines:
        yield from (_example(json.loads(line)) for line in lines)


def _example(row: Mapping[str, object]) -> Example:
    spans = row["spans"]
    assert isinstance(spans, list)
    return Example(**{**row, "spans": tuple((start, end) for start, end in spans)})  # type: ignore[arg-type]


def _card(rows: Sequence[Example], course: reader.Course) -> Mapping[str, object]:
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        counts.setdefault(row.source, Counter())[row.kind] += 1
    return {
        "trained_on": counts,
        "course": asdict(course),
    }
