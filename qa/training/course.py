"""Rows -> the batches of a course: what is shown, how often, and beside what."""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.training.rows import KINDS, Kind, Rows

_POOL = 64
"""Batches whose rows are sorted by length together, so that little is padded."""


@dataclass(frozen=True, slots=True)
class Course:
    """How a network is trained.

    Attributes:
        epochs: Times that each answer is seen.
        batch: Rows in a step, about; a bundle is never parted.
        rate: Highest learning rate; reached after `warm` of all steps, and falling to 0 in a line.
        head_rate: The same for the head, which starts from nothing.
        found: Passages that our search gave and that do not answer, shown for each that does, drawn anew each epoch,
            the best ranked oftener. Parts of one are chances.
        removed: The same for passages whose answering sentence was taken away.
        turned: The same for questions that were turned another way. Questions that people made to have no answer are
            all shown.
        rank: Weight of the loss that puts the answer before everything else in its bundle.
        held: Share that the numbers it started from have in those that come out, which are a mean of before and after;
            0 for none. It helps where the start was trained as far (Izmailov et al. 2018, "Averaging Weights Leads to
            Wider Optima and Better Generalization").
        listen: Weight of what a teacher says, where there is one, beside what the rows say.
        seconds: After this long it ends, the learning rate having fallen to 0; None for when all steps are done.
    """

    epochs: int = 1
    batch: int = 32
    rate: float = 1e-4
    head_rate: float = 1e-3
    warm: float = 0.06
    found: float = 1.0
    removed: float = 0.3
    turned: float = 0.3
    rank: float = 0.5
    held: float = 0.0
    listen: float = 0.0
    seconds: float | None = None
    seed: int = 20261128


def batches(rows: Rows, course: Course, epoch: int) -> Iterator[list[int]]:
    """Give an epoch's batches: every answer once with what is drawn of its bundle, and every trap."""
    draw = random.Random(f"{course.seed} {epoch}")
    bundles: dict[int, dict[Kind, list[int]]] = {}
    for row, (bundle, kind) in enumerate(zip(rows.bundles.tolist(), rows.kinds.tolist(), strict=True)):
        bundles.setdefault(bundle, {}).setdefault(KINDS[kind], []).append(row)
    lengths = rows.lengths().tolist()
    shown = [_shown(bundle, course, draw) for bundle in bundles.values()]
    draw.shuffle(shown)
    batches: list[list[int]] = []
    for some in _pools(shown, _POOL * course.batch):
        some.sort(key=lambda bundle: max(lengths[row] for row in bundle))
        batches.append([])
        for bundle in some:
            if batches[-1] and len(batches[-1]) + len(bundle) > course.batch:
                batches.append([])
            batches[-1] += bundle
    draw.shuffle(batches)
    yield from batches


def _pools(bundles: Sequence[list[int]], size: int) -> Iterator[list[list[int]]]:
    pool: list[list[int]] = []
    count = 0
    for bundle in bundles:
        pool.append(bundle)
        count += len(bundle)
        if count >= size:
            yield pool
            pool, count = [], 0
    if pool:
        yield pool


def _shown(bundle: dict[Kind, list[int]], course: Course, draw: random.Random) -> list[int]:
    """Draw what is shown of a bundle in an epoch."""
    shown = [*bundle.get("answer", ()), *bundle.get("trap", ())]
    if "answer" not in bundle:
        return shown
    found = bundle.get("found", [])
    for _ in range(min(len(found), _count(course.found, draw))):
        # Squared, so that the best ranked come oftener; one drawn twice is shown once.
        shown.append(found[int(len(found) * draw.random() ** 2)])
    for made, share in ((bundle.get("removed", []), course.removed), (bundle.get("turned", []), course.turned)):
        shown += draw.sample(made, min(len(made), _count(share, draw)))
    return list(dict.fromkeys(shown))


def _count(share: float, draw: random.Random) -> int:
    return math.floor(share) + (draw.random() < share % 1)
