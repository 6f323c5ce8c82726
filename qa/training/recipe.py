"""What the shipped weights are made from: the sources, how much of each, and what is kept out to measure on."""

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from index.models import model_folder
from index.settings import Settings
from qa import weights
from qa.assemble import marker
from qa.confidence import WEIGHTS as CONFIDENCE
from qa.evaluation.dataset import Dataset
from qa.marking import WEIGHTS
from qa.network import Network, trained
from qa.reader import WEIGHTS as SENTENCES
from qa.training import calibration, pieces, sources
from qa.training.course import Course
from qa.training.encoder import Encoder, Shape
from qa.training.examples import examples
from qa.training.learning import Reading, learn
from qa.training.rows import Rows

log = logging.getLogger("verbatim")


@dataclass(frozen=True, slots=True)
class Places:
    """Folders: of evaluation sets, of training rows, and of what is made on the way."""

    sets: Path
    pairs: Path
    work: Path


@dataclass(frozen=True, slots=True)
class Source:
    """One source of questions.

    Attributes:
        name: Of its folder among the sets, or of its file among the rows, without suffixes.
        teaches: What it is there for.
        questions: How many are drawn at most; None for all.
        vague: Whether its questions mean nothing without their passage.
    """

    name: str
    teaches: str
    questions: int | None = None
    vague: bool = False


SETS = (
    Source("squad2-half", "near misses that people wrote; every third title is kept out"),
    Source("squadshifts-wiki", "to read encyclopaedias; every third title is kept out"),
)
PAIRS = (
    Source("squad2-rebuilt", "near misses that people wrote beside the question they were made from"),
    Source("squad2-sentences", "the same, over one sentence"),
    Source("tsqa-human", "the right subject at another time"),
    Source("nq-dev-part", "questions that people searched with"),
    Source("quoref-part", "whom a pronoun means, in long texts"),
    Source("selqa", "answers of a whole sentence, and texts that lost theirs"),
    # The posts are long, and their questions alike: four in ten say nearly as much.
    Source("squadshifts-reddit", "to read how people talk", 4_000),
    Source("squadshifts-amazon_reviews", "to read opinions", 4_000),
    # 34,041 questions about 978 sentences.
    Source("qamr-wiki", "every part of one sentence", 4_000),
    Source("fairytaleqa-explicit", "why and how", 2_500),
    # Stiff wording and tokenised text: enough to know the kind, not to learn the style.
    Source("qadiscourse", "why, how, despite and after what, in news", 2_000),
    Source("qasrl-gs", "who did what to whom, in news", 1_000, vague=True),
    Source("checklist-templates", "comparatives, negation, agent and object", 1_500, vague=True),
    Source("claims-fever", "yes or no; what refutes a claim answers it too", 2_000),
)
KEPT_OUT = 3
"""Of a set that is trained on, every third title is kept out to measure on."""
KEPT_WHOLE = ("onestopqa", "clapnq-dev", "covidqa", "mtrag-un", "scifact-dev")
"""Sets of which nothing is trained on."""
READ = Course(epochs=2)
"""Learns to read, from the packaged encoder."""
TELL = Course(batch=32, rate=5e-5, head_rate=1e-4, found=1.5, removed=0.4, turned=0.4, seed=20261129)
"""Learns to tell near misses and to rank, from what the first course gave."""
AGAIN = replace(TELL, held=0.5, seed=20261201)
"""The same once more, with other draws in another order; the mean of the two reads better than either."""
_TUNED = ("squad2-half", "squadshifts-wiki", "clapnq-dev")
"""Half of what the network has not seen of these fits the two other files of weights; the other half is measured."""
_SEED = 1
_ROWS = "rows.zip"


def kept_out(folder: Path) -> list[str]:
    """Give the titles of a set whose questions no weight has seen."""
    return sources.titles(folder)[::KEPT_OUT]


def prepare(places: Places) -> None:
    """Write the rows of all sources into the working folder; what is there is kept."""
    path = places.work / _ROWS
    if path.exists():
        return
    places.work.mkdir(parents=True, exist_ok=True)
    made = examples(gathered(places), Settings(home=places.work), _log)
    pieces.rows(made, model_folder()).save(path)


def gathered(places: Places) -> sources.Pool:
    """Give the questions of all sources, apart from all that is measured."""
    measured = [sources.read(places.sets / name) for name in KEPT_WHOLE]
    measured += [_kept(places.sets / source.name) for source in SETS]
    parts = []
    for source in (*SETS, *PAIRS):
        path, dataset = _read(source, places)
        taken = sources.drawn(dataset, source.questions, _SEED)
        left = sources.apart(taken, measured)
        near = len(taken.questions) - len(left.questions)
        log.info("%s: %d questions, %d too near to what is measured", source.name, len(left.questions), near)
        parts.append((path, left))
    return sources.pool(parts, [source.name for source in PAIRS if source.vague])


def _read(source: Source, places: Places) -> tuple[Path, Dataset]:
    path = places.sets / source.name
    if source in SETS:
        return path, sources.read(path, kept_out(path))
    path = places.pairs / f"{source.name}.jsonl.gz"
    return path, sources.read(path)


def _kept(folder: Path) -> Dataset:
    """Give the questions of a set under the titles that are kept out."""
    return sources.read(folder, set(sources.titles(folder)) - set(kept_out(folder)))


def read(places: Places) -> None:
    """Train the reading network from the packaged encoder, and write its weights into the package, with their card."""
    torch.manual_seed(READ.seed)  # the head starts from chance
    _give(places, READ, Network(model_folder()), "the packaged encoder")


def tell(places: Places) -> None:
    """Give the network in the package its second course, and write what comes of it in its place."""
    _further(places, TELL)


def again(places: Places) -> None:
    """Give the network in the package its third course, and write what comes of it in its place."""
    _further(places, AGAIN)


def _further(places: Places, course: Course) -> None:
    card = json.loads(WEIGHTS.with_suffix(".json").read_text(encoding="utf-8"))
    _give(places, course, trained(WEIGHTS, "float32"), card)


def _give(places: Places, course: Course, network: Network, start: Any) -> None:
    rows = Rows.load(places.work / _ROWS)
    packed = taught(rows, network, course, places.work / f"{course.seed}.zip")
    card = {"trained_on": rows.counts(), "course": asdict(course), "started_from": start}
    weights.write(packed, WEIGHTS, card)


def taught(rows: Rows, network: Network, course: Course, state: Path) -> dict[str, Tensor]:
    """Train a copy of a reading network; give what training changed of the packaged model, packed.

    Args:
        rows: As `pieces.rows` makes them.
        network: Where it starts.
        course: How to train.
        state: File that keeps the state of the training; see `learning.learn`.
    """
    reading = Reading(Encoder(Shape.of(network.encoder.config.to_dict())))
    reading.load_state_dict(network.state_dict())
    learn(rows, reading, state, course)
    return weights.pack(reading.cpu().state_dict(), Network(model_folder()).untrained())


def calibrate(places: Places) -> None:
    """Fit how sentences are weighed and how sure a reply is, with the network and without; write both files."""
    sets = [tuned(places.sets / name) for name in _TUNED]
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


def tuned(folder: Path) -> Dataset:
    """Give the questions of a set that the network has not seen and that the other weights are fitted on."""
    return _half(folder, 0)


def _half(folder: Path, which: int) -> Dataset:
    """Give every other question that the network has not seen: 0 for those that the other weights are fitted on, or 1.

    By questions, not by titles: a set has few, and how hard its makers made the questions differs from one to another.
    """
    learnt = folder.name in {source.name for source in SETS}
    dataset = _kept(folder) if learnt else sources.read(folder)
    digest = hashlib.sha256(f"{dataset.digest} {which}".encode()).hexdigest()
    return replace(dataset, questions=dataset.questions[which::2], digest=digest)


def _put(path: Path, way: str, weighed: Mapping[str, object]) -> None:
    stored = json.loads(path.read_text(encoding="utf-8"))
    stored[way] = weighed
    path.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _log(stage: str, done: int, total: int) -> None:
    if done == total or done % 4096 == 0:
        log.info("%s %d of %d", stage, done, total)
