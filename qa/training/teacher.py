"""Pieces that travelled -> the numbers of the teacher, a larger encoder that ours learns from.

Where training runs on a machine that holds nothing but PyTorch, it imports this room; `teacher_files` made the pieces.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from qa.training import parts
from qa.training.encoder import Shape

PIECES = "teacher"
"""What they are called."""
IDS = "ids"
"""Name of the table of ids among the tensors."""


@dataclass(frozen=True, slots=True)
class Teacher:
    """The teacher's encoder.

    Attributes:
        shape: Its sizes.
        numbers: Of an `Encoder` of that shape; float32.
        ids: int64: the id of a word piece of BERT -> the teacher's id of it.
        name: As it is published.
        sha256: Of its published weights.
    """

    shape: Shape
    numbers: dict[str, Tensor]
    ids: Tensor
    name: str
    sha256: str


def joined(paths: Iterable[Path]) -> Teacher:
    """Put the pieces of a teacher together; see `parts.read`."""
    kept, card = parts.read(paths, PIECES)
    ids = kept.pop(IDS)
    return Teacher(Shape(**card["shape"]), parts.restored(kept), ids, card["name"], card["sha256"])
