"""What the shipped weights are made from: the sources, how much of each, and what is kept out to measure on."""

import json
import logging
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from index.embed import packaged
from index.settings import Settings
from qa import weights
from qa.confidence import WEIGHTS as CONFIDENCE
from qa.evaluation.dataset import Dataset
from qa.evaluation.readying import Tell
from qa.marking import WEIGHTS, marker
from qa.network import Network
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
_TUNED = ("squad2-half", "squadshifts-wiki")
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
    """Train the reading network and write its weights into the package, with their card."""
    rows = [example for source in (*SETS, *PAIRS) for example in _examples_of(source, places.work)]
    base = packaged()
    network = reader.train(rows, base, places.work, reader.Course())
    packed = weights.pack(network.state_dict(), Network(base).untrained())
    weights.write(packed, WEIGHTS, _card(rows))


def calibrate(places: Places) -> None:
    """Fit how sentences are weighed and how sure a reply is, with the network and without; write both files."""
    sets = [_tuned(places.sets / name) for name in _TUNED]
    for way in ("read", "plain"):
        settings = Settings(home=places.work, reader="own" if way == "read" else "none")
        reads = marker(settings)
        whole = [case for dataset in sets for case in calibration.asked(dataset, settings, reads)]
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
    """Give the questions of a set that no weight has seen: those about the second half of the titles kept out.

    A set that nothing was learnt from is given whole.
    """
    if folder.name not in _TUNED:
        return sources.read(folder)
    out = kept_out(folder)
    dataset = sources.read(folder, set(sources.titles(folder)) - set(out[len(out) // 2 :]))
    return replace(dataset, name=f"{dataset.name}, titles kept out")


def _tuned(folder: Path) -> Dataset:
    """Give the questions about the first half of the titles kept out."""
    out = kept_out(folder)
    return sources.read(folder, set(sources.titles(folder)) - set(out[: len(out) // 2]))


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


def _card(rows: Sequence[Example]) -> Mapping[str, object]:
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        counts.setdefault(row.source, Counter())[row.kind] += 1
    return {
        "trained_on": counts,
        "course": asdict(reader.Course()),
    }
