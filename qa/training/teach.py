"""Loads that travelled -> a network that learnt from its teacher; the job of a machine that holds nothing but PyTorch.

`python -m qa.training.teach --work FOLDER --out FOLDER`; stopped, it goes on where it was. `travel` makes the loads,
and puts what comes out into the package.
"""

import argparse
import logging
import sys
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import torch
from torch import Tensor

from index.errors import TrainingError
from qa.training import parts, tensors
from qa.training.course import Course
from qa.training.encoder import Encoder, Shape
from qa.training.learning import Reading, learn, odds
from qa.training.rows import KINDS, Batching, Rows
from qa.training.teacher import PIECES, joined

log = logging.getLogger("verbatim")

ROWS, MEASURED, START = "rows.zip", "measured.zip", "student.zip"
"""What the working folder holds beside the teacher: rows to learn from and to measure on, and where ours starts."""
STUDENT = "student"
"""What the pieces are called that come out."""
WORDS = "encoder.embeddings.word_embeddings.weight"
"""Stay as they are; so they need not come back."""
MOST_BYTES = 15 << 20
"""Of a piece that comes out."""
TO_TEACHER = Course(epochs=3, batch=64, rate=4e-5, head_rate=4e-4, found=2.0, seconds=240.0, seed=20261130)
TO_STUDENT = Course(
    epochs=6, batch=128, rate=2e-4, head_rate=1e-3, found=4.0, removed=0.4, turned=0.4, listen=0.7, seconds=210.0,
    seed=20261201,
)  # fmt: skip
_LONGEST = 60
"""Word pieces in an answer, at most; as `qa.marking` has it."""
_AT_ONCE = 64


def teach(work: Path, out: Path, to_teacher: Course = TO_TEACHER, to_student: Course = TO_STUDENT) -> list[Path]:
    """Train the teacher on all rows, and then the student on what the teacher says of them beside the rows themselves.

    Args:
        work: Holds what the loads held, and keeps the states of both trainings.
        out: Gets the student.
        to_teacher: How the teacher is trained.
        to_student: How the student is.

    Returns:
        Its pieces: all numbers but the word embeddings, in float16; their card says how they were made.

    Raises:
        TrainingError: Something is missing or damaged.
    """
    if missing := ", ".join(name for name in (ROWS, MEASURED, START) if not (work / name).exists()):
        raise TrainingError(f"In {work} there is no {missing}: copy there what all loads hold.")
    rows, measured = Rows.load(work / ROWS), Rows.load(work / MEASURED)
    known = joined(sorted(work.glob(f"{PIECES}-*.zip")))
    begun, stated = tensors.read(work / START, "copy it again.")
    teacher = _reading(known.shape, known.numbers, to_teacher.seed, known.ids)
    student = _reading(Shape(**stated["shape"]), parts.restored(begun), to_student.seed)
    figures = {"before": {"teacher": figures_of(teacher, measured), "student": figures_of(student, measured)}}
    log.info("before: %s", figures["before"])
    learn(rows, teacher, work / "learnt-teacher.zip", to_teacher)
    figures["after"] = {"teacher": figures_of(teacher, measured)}
    log.info("after: %s", figures["after"])
    learn(rows, student, work / "learnt-student.zip", to_student, teacher)
    figures["after"]["student"] = figures_of(student, measured)
    log.info("after: %s", figures["after"])
    card = {
        "trained_on": rows.counts(),
        "courses": {"teacher": asdict(to_teacher), "student": asdict(to_student)},
        "teacher": {"name": known.name, "sha256": known.sha256},
        "figures": {"rows": len(measured), **figures},
    }
    numbers = {name: each.half().cpu() for name, each in student.state_dict().items() if name != WORDS}
    written = parts.write(out, STUDENT, numbers, card, MOST_BYTES)
    log.info("written: %s", ", ".join(f"{path} ({path.stat().st_size / 2**20:.1f} MiB)" for path in written))
    return written


def _reading(shape: Shape, numbers: Mapping[str, Tensor], seed: int, ids: Tensor | None = None) -> Reading:
    torch.manual_seed(seed)  # the head starts from chance
    reading = Reading(Encoder(shape), ids)
    reading.encoder.load_state_dict(numbers)
    return reading.to("cuda" if torch.cuda.is_available() else "cpu")


def figures_of(reading: Reading, rows: Rows) -> dict[str, float]:
    """Measure how well a network tells what is answered, and finds the answer.

    Args:
        reading: Any.
        rows: Answers and traps.

    Returns:
        "auroc", of the log-odds of rows with an answer against those without; and "f1", of the likeliest place.
    """
    making = Batching(rows, reading.head.weight.device)
    told, found = [], []
    with torch.inference_mode():
        for first in range(0, len(rows), _AT_ONCE):
            batch = making.batch(range(first, min(first + _AT_ONCE, len(rows))))
            scores = reading(batch)
            begins = batch.readable[:, 1:].int().argmax(dim=1, keepdim=True) + 1
            told.append(odds(scores).cpu())
            found += (likeliest(scores) - begins).tolist()
    golds: dict[int, list[tuple[int, int]]] = {}
    for row, start, end in rows.golds.tolist():
        golds.setdefault(row, []).append((start, end))
    overlaps = [max(overlap((found[row][0], found[row][1]), gold) for gold in known) for row, known in golds.items()]
    right = rows.kinds == KINDS.index("answer")
    return {"auroc": round(auroc(torch.cat(told), right), 4), "f1": round(sum(overlaps) / max(1, len(overlaps)), 4)}


def auroc(odds: Tensor, right: Tensor) -> float:
    """Give how often the odds of one that is right are above those of one that is not; equal ones count half.

    Args:
        odds: float, shape (rows,).
        right: bool, the same shape.
    """
    above, below = odds[right][:, None], odds[~right]
    return float(((above > below).double() + (above >= below).double()).mean() / 2)


def likeliest(scores: Tensor) -> Tensor:
    """Give the place of at most 60 pieces whose start and end have the highest sum, the first piece left out.

    Args:
        scores: float, shape (rows, pieces, 2), as `Reading` gives them.

    Returns:
        int64, shape (rows, 2): its first and last piece.
    """
    sums = scores[:, 1:, None, 0] + scores[:, None, 1:, 1]
    pieces = sums.shape[1]
    may_be = torch.ones(pieces, pieces, dtype=torch.bool, device=scores.device).triu().tril(_LONGEST - 1)
    best = sums.masked_fill(~may_be, -torch.inf).flatten(1).argmax(dim=1)
    return torch.stack((best // pieces, best % pieces), dim=1) + 1


def overlap(found: tuple[int, int], gold: tuple[int, int]) -> float:
    """Give F1 over the pieces of two places, first and last piece of each."""
    both = min(found[1], gold[1]) - max(found[0], gold[0]) + 1
    return 2 * max(0, both) / (found[1] - found[0] + gold[1] - gold[0] + 2)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m qa.training.teach", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder of all that the loads hold; keeps states")
    parser.add_argument("--out", type=Path, required=True, help="folder that gets the student")
    parser.add_argument(
        "--seconds", type=float, nargs=2, default=(TO_TEACHER.seconds, TO_STUDENT.seconds),
        help="after so long the teacher's training ends, and the student's; 0 for when all is shown",
    )  # fmt: skip
    parser.add_argument("--batch", type=int, help="rows in a step of both, about; for a trial")
    return parser


def main(words: list[str] | None = None) -> int:
    """Do the job.

    Args:
        words: Of the command line; None for those that the program was started with.

    Returns:
        0; or 1 where it cannot be done, as the message says.
    """
    given = _arguments().parse_args(words)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    courses = (
        replace(course, seconds=seconds or None, batch=given.batch or course.batch)
        for course, seconds in zip((TO_TEACHER, TO_STUDENT), given.seconds, strict=True)
    )
    try:
        teach(given.work, given.out, *courses)
    except TrainingError as error:
        log.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
