"""Rows -> the weights of a reading network; stopped at any moment, it goes on where it stopped. Needs only PyTorch."""

import copy
import hashlib
import logging
import math
import time
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import torch
from torch import Tensor, nn

from index.errors import TrainingError
from qa.training import tensors
from qa.training.course import Course, batches
from qa.training.encoder import Encoder
from qa.training.rows import KINDS, Batch, Batching, Rows

log = logging.getLogger("verbatim")

_TELL_EVERY, _KEEP_EVERY = 50, 500
_WARMTH = 2.0
"""Temperature at which a teacher is listened to (Hinton, Vinyals and Dean 2015, "Distilling the Knowledge")."""


class Reading(nn.Module):
    """An encoder with a head that scores where an answer starts and ends; the same as `qa.network.Network` computes.

    Args:
        encoder: Of any architecture.
        ids: int64, shape (word pieces,): the encoder's number of each of our word pieces; None where they are the same.
    """

    _ids: Tensor | None

    def __init__(self, encoder: Encoder, ids: Tensor | None = None) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(encoder.shape.width, 2)
        # A buffer moves to a device with the rest; this one is no number that was learnt.
        self.register_buffer("_ids", ids, persistent=False)

    def forward(self, batch: Batch) -> Tensor:
        """Give float32, shape (rows, pieces, 2): how well an answer starts and ends; minus infinity if unreadable."""
        ids = batch.ids if self._ids is None else self._ids[batch.ids]
        scores: Tensor = self.head(self.encoder(ids, batch.types, batch.mask)).float()
        return scores.masked_fill(~batch.readable[..., None], -math.inf)


def learn(rows: Rows, reading: Reading, state: Path, course: Course, teacher: Reading | None = None) -> None:
    """Train an encoder but for its word embeddings, and its head.

    Three jobs at once. Span and answer or near miss: cross-entropy of start and end over the pieces of the passage and
    the first piece, which stands for "no answer"; where several places answer, their probabilities are added up (Clark
    and Gardner 2018, "Simple and Effective Multi-Paragraph Reading Comprehension"). Rank: cross-entropy of the answer's
    log-odds among those of all passages and questions that it is bundled with (ListNet's top one; Cao et al. 2007). A
    teacher's distributions are taken over by their Kullback-Leibler divergence.

    Args:
        rows: Passages with an answer and without.
        reading: Where it starts; it ends ready to read, holding as much of its start as the course says.
        state: File that keeps the state of the training; what it holds of this very training is taken up.
        course: How to train.
        teacher: Listened to where the course says so.

    Raises:
        TrainingError: There is nothing to learn from, or the file cannot be read.
    """
    if not (rows.kinds == KINDS.index("answer")).any():
        raise TrainingError("No row holds an answer: name other sources.")
    start = {name: numbers.clone() for name, numbers in reading.state_dict().items()} if course.held else {}
    _train(rows, reading, state, course, teacher)
    # The state keeps what was learnt; what comes out is the mean.
    for name, numbers in start.items():
        own = reading.state_dict()[name]
        own.lerp_(numbers.to(own.device), course.held)


def _train(rows: Rows, reading: Reading, state: Path, course: Course, teacher: Reading | None) -> None:
    """Show all batches of a course, from where its state stands."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    reading.encoder.embeddings.word_embeddings.requires_grad_(False)
    steps = [batch for epoch in range(course.epochs) for batch in batches(rows, course, epoch)]
    digest = _digest(rows, reading, course, teacher)
    # Nothing is dropped out: on a processor the drawing took half of the time, and few epochs hardly overfit.
    for network in filter(None, (reading, teacher)):
        network.to(device).eval()
    # What is learnt is added up in float32; to compute in bfloat16 throughout takes a quarter less than autocast does.
    light = copy.deepcopy(reading).to(torch.bfloat16)
    listened_to = None if teacher is None else copy.deepcopy(teacher).to(torch.bfloat16)
    # A GPU is so fast that keeping its steps would else take a fifth of the time.
    keep_every = 8 * _KEEP_EVERY if device.type == "cuda" else _KEEP_EVERY
    optimizer = _optimizer(reading, course)
    kept = _State(state, reading, optimizer, digest)
    done, spent = kept.taken_up()
    making, shown, began = Batching(rows, device), 0, time.monotonic() - spent
    total = torch.zeros((), device=device)
    for step in range(done, len(steps)):
        passed = time.monotonic() - began
        share = max(step / len(steps), passed / course.seconds if course.seconds else 0.0)
        if share >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * _height(share, course.warm)
        _take_over(light, reading)
        loss = _step(making.batch(steps[step]), light, listened_to, course)
        loss.backward()  # type: ignore[no-untyped-call]
        _hand_back(light, reading)
        torch.nn.utils.clip_grad_norm_([each for each in reading.parameters() if each.requires_grad], 1.0)
        optimizer.step()
        shown += len(steps[step])
        total += loss.detach()
        if (step + 1) % _TELL_EVERY == 0:
            average, total = float(total) / _TELL_EVERY, torch.zeros((), device=device)
            pace = shown / (time.monotonic() - began - spent)
            log.info("step %d of %d, %.0f%%, loss %.3f, %.1f rows/s", step + 1, len(steps), 100 * share, average, pace)
        if (step + 1) % keep_every == 0:
            kept.put_down(step + 1, time.monotonic() - began)
    kept.put_down(len(steps), time.monotonic() - began)


@torch.no_grad()
def _take_over(light: Reading, reading: Reading) -> None:
    for copied, own in zip(light.parameters(), reading.parameters(), strict=True):
        if own.requires_grad:
            copied.copy_(own)


def _hand_back(light: Reading, reading: Reading) -> None:
    for copied, own in zip(light.parameters(), reading.parameters(), strict=True):
        own.grad = None if copied.grad is None else copied.grad.float()
        copied.grad = None


def odds(scores: Tensor) -> Tensor:
    """Give the log-odds that a passage holds an answer: float32, shape (rows,); scores as `Reading` gives them."""
    return (scores[:, 1:].logsumexp(dim=1) - scores[:, 0]).sum(dim=1)


def _step(batch: Batch, reading: Reading, teacher: Reading | None, course: Course) -> Tensor:
    scores = reading(batch)
    loss = _told(scores, batch.golds) + course.rank * _ranked(odds(scores), batch)
    if teacher is not None and course.listen:
        with torch.inference_mode():
            said = teacher(batch)
        loss = (1 - course.listen) * loss + course.listen * (
            _listened(scores, said) + course.rank * _same_order(odds(scores), odds(said), batch)
        )
    return loss


def _told(scores: Tensor, golds: Tensor) -> Tensor:
    right = scores.masked_fill(~golds, -math.inf).logsumexp(dim=1)
    return (scores.logsumexp(dim=1) - right).sum(dim=1).mean()


def _ranked(odds: Tensor, batch: Batch) -> Tensor:
    """Give the loss of each answer among itself and what does not answer in its bundle."""
    if not len(batch.answers):
        return odds.sum() * 0.0
    among = odds[None].expand(len(odds), -1).masked_fill(~_beside(batch), -math.inf)
    return (among.logsumexp(dim=1) - odds)[batch.answers].mean()


def _same_order(odds: Tensor, said: Tensor, batch: Batch) -> Tensor:
    if not len(batch.answers):
        return odds.sum() * 0.0
    beside = _beside(batch)
    ours, theirs = (
        (each[None].expand(len(odds), -1) / _WARMTH).masked_fill(~beside, -1e4)[batch.answers] for each in (odds, said)
    )
    return _divergence(ours, theirs, dim=1).mean()


def _beside(batch: Batch) -> Tensor:
    """Give bool of shape (rows, rows): an answer's own row, and those that do not answer beside it."""
    none = batch.golds[:, 0, 0]
    own = torch.eye(len(none), dtype=torch.bool, device=none.device)
    return own | ((batch.bundles[:, None] == batch.bundles[None]) & none[None])


def _listened(scores: Tensor, said: Tensor) -> Tensor:
    # What is not readable has no share in either distribution; a number stands for minus infinity, which has no slope.
    ours, theirs = (each.clamp(min=-1e4) / _WARMTH for each in (scores, said))
    return _divergence(ours, theirs, dim=1).sum(dim=1).mean()


def _divergence(ours: Tensor, theirs: Tensor, dim: int) -> Tensor:
    ours, theirs = ours.log_softmax(dim), theirs.log_softmax(dim)
    return _WARMTH**2 * (theirs.exp() * (theirs - ours)).sum(dim)


def _optimizer(reading: Reading, course: Course) -> torch.optim.AdamW:
    learnt = [each for each in reading.encoder.parameters() if each.requires_grad]
    groups = [
        {"params": learnt, "peak": course.rate},
        {"params": list(reading.head.parameters()), "peak": course.head_rate},
    ]
    # Fused, for else it takes a third of a step, on a processor too.
    return torch.optim.AdamW(groups, lr=0.0, weight_decay=0.01, betas=(0.9, 0.98), fused=True)


@dataclass(frozen=True, slots=True)
class _State:
    """The file that a stopped training goes on from."""

    path: Path
    reading: Reading
    optimizer: torch.optim.AdamW
    digest: str

    def put_down(self, done: int, spent: float) -> None:
        kept = {f"numbers.{name}": numbers for name, numbers in self.reading.state_dict().items()}
        for place, moments in self.optimizer.state_dict()["state"].items():
            kept.update({f"moments.{place}.{name}": numbers for name, numbers in moments.items()})
        tensors.write(self.path, kept, {"done": done, "spent": spent, "digest": self.digest})

    def taken_up(self) -> tuple[int, float]:
        """Load what was done of the same training; give the number of steps, and the seconds they took."""
        if not self.path.exists():
            return 0, 0.0
        kept, card = tensors.read(self.path, "remove it, and training begins anew.")
        if card["digest"] != self.digest:
            return 0, 0.0
        numbers: dict[str, Tensor] = {}
        moments: dict[int, dict[str, Tensor]] = {}
        for name, tensor in kept.items():
            kind, _, rest = name.partition(".")
            if kind == "numbers":
                numbers[rest] = tensor
            else:
                place, _, moment = rest.partition(".")
                moments.setdefault(int(place), {})[moment] = tensor
        self.reading.load_state_dict(numbers)
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": moments})
        return int(card["done"]), float(card["spent"])


def _digest(rows: Rows, reading: Reading, course: Course, teacher: Reading | None) -> str:
    digest = hashlib.sha256(repr(course).encode())
    networks = [each.state_dict().values() for each in (reading, teacher) if each]
    for numbers in (*chain(*networks), rows.pieces, rows.texts, rows.kinds, rows.bundles, rows.golds):
        digest.update(tensors.raw(numbers))
    return digest.hexdigest()


def _height(share: float, warm: float) -> float:
    return share / warm if share < warm else (1 - share) / (1 - warm)
