"""Examples -> the weights of the reading network; stopped at any moment, it goes on where it stopped."""

import hashlib
import logging
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from index.errors import TrainingError
from qa.network import Encoded, Network
from qa.training.examples import Example, Kind

log = logging.getLogger("verbatim")

_TELL_EVERY, _KEEP_EVERY = 50, 250
_POOL = 64
"""Batches whose examples are sorted by length together, so that little is padded."""


@dataclass(frozen=True, slots=True)
class Course:
    """How the network is trained; the defaults are those of a first course, from an encoder that never read.

    Attributes:
        epochs: Times that each answer is seen.
        batch: Examples in a step.
        rate: Highest learning rate; reached after `warm` of all steps, and falling to 0 in a line.
        head_rate: The same for the head, which starts from nothing.
        found: Passages that our search gave and that do not answer, shown for each that does, drawn anew each epoch.
        removed: The same for passages whose answering sentence was taken away.
        turned: The same for questions that were turned another way. Questions made by people to have no answer are
            all shown, `traps` times each.
        frozen: Layers of the encoder, the lowest first, that stay as they are.
    """

    epochs: int = 2
    batch: int = 32
    rate: float = 1e-4
    head_rate: float = 1e-3
    warm: float = 0.06
    found: float = 0.5
    removed: float = 0.0
    turned: float = 0.0
    traps: int = 1
    frozen: int = 0
    seed: int = 20261124


def train(rows: Sequence[Example], network: Network, state: Path, course: Course) -> None:
    """Train the encoder but for its word embeddings, and the head.

    Cross-entropy of start and end over the pieces of the passage and the first piece, which stands for "no answer";
    where several places answer, their probabilities are added up (Clark and Gardner 2018, "Simple and Effective
    Multi-Paragraph Reading Comprehension").

    Args:
        rows: Passages with an answer and without.
        network: Where it starts; it ends ready to read.
        state: File that keeps the state of the training; what it holds of this very training is taken up.
        course: How to train.

    Raises:
        TrainingError: There is nothing to learn from, or the file cannot be read.
    """
    batches = [batch for epoch in range(course.epochs) for batch in _batches(rows, course, epoch)]
    if not any(row.kind == "answer" for row in rows):
        raise TrainingError("No example holds an answer: name other sources.")
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    digest = _digest(rows, network, course)
    network.encoder.embeddings.word_embeddings.requires_grad_(False)
    if course.frozen:
        network.encoder.embeddings.requires_grad_(False)
        network.encoder.encoder.layer[: course.frozen].requires_grad_(False)
    # Nothing is dropped out: on a processor the drawing took half of the time, and two epochs hardly overfit.
    network.to(device).eval()
    learnt = [each for each in network.encoder.parameters() if each.requires_grad]
    peaks = {"encoder": course.rate, "head": course.head_rate}
    optimizer = torch.optim.AdamW(
        [{"params": learnt, "name": "encoder"}, {"params": list(network.head.parameters()), "name": "head"}],
        weight_decay=0.01,
        betas=(0.9, 0.98),
    )
    kept = _State(state, network, optimizer, digest)
    done, began, average = kept.taken_up(), time.monotonic(), 0.0
    for step in range(done, len(batches)):
        for group in optimizer.param_groups:
            group["lr"] = peaks[group["name"]] * _height(step / len(batches), course.warm)
        pairs, golds = _encoded(network, batches[step], device)
        with torch.autocast(device.type, torch.bfloat16):
            starts, ends = network(pairs)
        loss = _loss(starts, golds[..., 0]) + _loss(ends, golds[..., 1])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        average = 0.98 * average + 0.02 * loss.item() if average else loss.item()
        if (step + 1) % _TELL_EVERY == 0:
            pace = (step + 1 - done) * course.batch / (time.monotonic() - began)
            log.info("step %d of %d, loss %.3f, %.1f examples/s", step + 1, len(batches), average, pace)
        if (step + 1) % _KEEP_EVERY == 0 or step + 1 == len(batches):
            kept.put_down(step + 1)


@dataclass(frozen=True, slots=True)
class _State:
    """The file that a stopped training goes on from."""

    path: Path
    network: Network
    optimizer: torch.optim.AdamW
    digest: str

    def put_down(self, done: int) -> None:
        tensors = {f"network.{name}": numbers for name, numbers in self.network.state_dict().items()}
        for place, moments in self.optimizer.state_dict()["state"].items():
            tensors.update({f"optimizer.{place}.{name}": numbers for name, numbers in moments.items()})
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(".next")
        save_file(tensors, partial, metadata={"done": str(done), "digest": self.digest})
        partial.replace(self.path)

    def taken_up(self) -> int:
        """Load what was done of the same training; give the number of steps."""
        if not self.path.exists():
            return 0
        try:
            with safe_open(self.path, framework="pt") as kept:
                stated = kept.metadata()
                if stated["digest"] != self.digest:
                    return 0
                tensors = {name: kept.get_tensor(name) for name in kept.keys()}  # noqa: SIM118 (it is no dict)
        except (OSError, KeyError, SafetensorError) as error:
            raise TrainingError(
                f"{self.path} cannot be read ({error}): remove it, and training begins anew."
            ) from error
        moments: dict[int, dict[str, Tensor]] = {}
        numbers: dict[str, Tensor] = {}
        for name, tensor in tensors.items():
            kind, _, rest = name.partition(".")
            if kind == "network":
                numbers[rest] = tensor
            else:
                place, _, moment = rest.partition(".")
                moments.setdefault(int(place), {})[moment] = tensor
        self.network.load_state_dict(numbers)
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": moments})
        return int(stated["done"])


def _digest(rows: Sequence[Example], network: Network, course: Course) -> str:
    digest = hashlib.sha256(repr(course).encode())
    for numbers in network.state_dict().values():
        digest.update(numbers.numpy())
    for row in rows:
        digest.update(repr(row).encode())
    return digest.hexdigest()


def _height(share: float, warm: float) -> float:
    return share / warm if share < warm else max(0.0, (1 - share) / (1 - warm))


def _batches(rows: Sequence[Example], course: Course, epoch: int) -> Iterator[list[Example]]:
    """Give an epoch's batches: every answer once, and as many near misses as the course says."""
    draw = random.Random(f"{course.seed} {epoch}")
    of = {kind: [row for row in rows if row.kind == kind] for kind in get_args(Kind)}
    shown = of["answer"] + course.traps * of["trap"]
    for kind, share in (("found", course.found), ("removed", course.removed), ("turned", course.turned)):
        shown += draw.sample(of[kind], min(len(of[kind]), round(share * len(of["answer"]))))
    draw.shuffle(shown)
    pool = _POOL * course.batch
    batches = []
    for at in range(0, len(shown), pool):
        some = sorted(shown[at : at + pool], key=lambda row: len(row.asked) + len(row.header) + len(row.text))
        batches += [some[first : first + course.batch] for first in range(0, len(some), course.batch)]
    draw.shuffle(batches)
    yield from batches


def _encoded(network: Network, rows: Sequence[Example], device: torch.device) -> tuple[Encoded, Tensor]:
    """Give word pieces, and bool of shape (rows, pieces, 2): where an answer may start, and end."""
    pairs = network.encode([row.asked for row in rows], [row.header for row in rows], [row.text for row in rows])
    golds = torch.zeros(*pairs.ids.shape, 2, dtype=torch.bool)
    for place, row in enumerate(rows):
        readable, places = pairs.readable[place].clone(), pairs.places[place]
        readable[0] = False
        for start, end in row.spans:
            inside = torch.nonzero(readable & (places[:, 1] > start) & (places[:, 0] < end)).flatten()
            if len(inside) and places[inside[-1], 1] >= end:
                golds[place, inside[0], 0] = golds[place, inside[-1], 1] = True
        if not golds[place].any():
            golds[place, 0] = True
    moved = replace(pairs, **{name: getattr(pairs, name).to(device) for name in Encoded.__dataclass_fields__})
    return moved, golds.to(device)


def _loss(scores: Tensor, golds: Tensor) -> Tensor:
    right = scores.masked_fill(~golds, -math.inf).logsumexp(dim=1)
    return (scores.logsumexp(dim=1) - right).mean()
