"""A set's own articles -> an index that can be asked, kept in a cache so that the same articles are embedded once."""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from index import build, generations
from index.article import Fault
from index.disk import sha256_of
from index.embed import Embedder
from index.settings import Settings
from qa.evaluation.dataset import Dataset

Tell: TypeAlias = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Ready:
    """An index that can be asked, and what making it took.

    Attributes:
        settings: Those given, with the home of this index.
        speed: "index_s" and "passages_per_s"; None where nothing was made.
        stamp: Names what was indexed.
    """

    settings: Settings
    speed: Mapping[str, float | None]
    faults: tuple[Fault, ...]
    stamp: str


def index(dataset: Dataset, settings: Settings, embedder: Embedder, cache: Path, tell: Tell) -> Ready:
    """Index a set's own corpus; a set without one is asked over the index in force.

    Args:
        dataset: Its articles are indexed once for each way of cutting and embedding them.
        settings: How to index.
        embedder: The model that the settings name.
        cache: Gets a folder for each corpus.
        tell: Told the stage, and how much of it is done.

    Raises:
        StoreError: The index cannot be used or written.
    """
    if dataset.corpus is None:
        stamp = generations.stamp(settings.home)
        return Ready(settings, {"index_s": None, "passages_per_s": None}, (), stamp)
    given = dataset.corpus
    digest = hashlib.sha256(given).hexdigest() if isinstance(given, bytes) else sha256_of(given)
    cut = hashlib.sha256(build.cutting(settings, embedder).encode()).hexdigest()
    home = cache / f"{digest[:16]}-{cut[:16]}"
    if isinstance(given, bytes):
        path = cache / digest[:16] / "corpus.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(given)
        given = path
    own = settings.model_copy(update={"home": home})
    began = time.perf_counter()
    report = build.index([given], own, listener=lambda at: tell(at.stage, at.done, at.total))
    took = time.perf_counter() - began
    rate = round(report.embedded / took, 1) if report.embedded else None
    return Ready(own, {"index_s": round(took, 2), "passages_per_s": rate}, report.faults, digest)
