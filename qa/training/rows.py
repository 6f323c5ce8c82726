"""Examples as word pieces: what the networks learn from, put into batches with nothing but PyTorch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import torch
from torch import Tensor

from qa.training import tensors

Kind: TypeAlias = Literal["answer", "trap", "found", "removed", "turned"]
"""A passage that answers; one under a question that people made to have no answer in it; one that our search gave and
that does not answer; the answering one without the sentence that answers; the answering one under a question turned
another way."""
KINDS: Sequence[Kind] = get_args(Kind)
MOST_PIECES = 256
"""As many as the reading network reads; see `qa.network`."""
_MOST_OF_QUESTION = 128


@dataclass(frozen=True, slots=True)
class Rows:
    """Questions with passages; every text stands once.

    Attributes:
        pieces: int16, shape (all pieces,): the texts' word pieces, one text after another.
        begins: int64, shape (texts + 1,): where in `pieces` each text begins, and where the last one ends.
        texts: int32, shape (rows, 3): question, header and passage of each row.
        kinds: uint8, shape (rows,): places in `KINDS`.
        sources: uint8, shape (rows,): places in `names`.
        bundles: int32, shape (rows,): rows of one number are learnt beside each other.
        golds: int32, shape (places, 3): a row, and the first and last piece of a place in its passage that answers.
        marks: int64, shape (2,): the pieces that open a pair, and that close question and passage.
        names: Of the sources.
    """

    pieces: Tensor
    begins: Tensor
    texts: Tensor
    kinds: Tensor
    sources: Tensor
    bundles: Tensor
    golds: Tensor
    marks: Tensor
    names: Sequence[str]

    def __len__(self) -> int:
        return len(self.kinds)

    def save(self, path: Path) -> None:
        """Write a file that `load` reads."""
        kept = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "names"}
        tensors.write(path, kept, {"names": list(self.names)}, compressed=True)

    @classmethod
    def load(cls, path: Path) -> "Rows":
        """Read what `save` wrote.

        Raises:
            TrainingError: It cannot be read.
        """
        kept, card = tensors.read(path, "remove it, and it is made anew.")
        return cls(**kept, names=card["names"])

    def lengths(self) -> Tensor:
        """Give the pieces of each row, marks left out, before anything is cut: int64, shape (rows,)."""
        sizes = self.begins.diff()
        return sizes[self.texts.long()].sum(dim=1)

    def taken(self, which: Tensor) -> "Rows":
        """Give some of the rows, with no more texts than they have.

        Args:
            which: bool, shape (rows,).
        """
        texts, places = self.texts[which].long().unique(return_inverse=True)  # type: ignore[no-untyped-call]
        sizes = self.begins.diff()[texts]
        ends = sizes.cumsum(dim=0)
        moved = (self.begins[texts] - ends + sizes).repeat_interleave(sizes)
        golds = self.golds[which[self.golds[:, 0].long()]]
        numbers = which.cumsum(dim=0, dtype=torch.int32) - 1
        return replace(
            self,
            pieces=self.pieces[moved + torch.arange(len(moved))],
            begins=torch.cat((ends.new_zeros(1), ends)),
            texts=places.to(torch.int32),
            kinds=self.kinds[which],
            sources=self.sources[which],
            bundles=self.bundles[which],
            golds=torch.cat((numbers[golds[:, :1].long()], golds[:, 1:]), dim=1),
        )

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Give source -> kind -> rows."""
        both = (self.sources.long() * len(KINDS) + self.kinds.long()).bincount(minlength=len(self.names) * len(KINDS))
        table = both.reshape(len(self.names), len(KINDS)).tolist()
        return {
            name: {kind: count for kind, count in zip(KINDS, counts, strict=True) if count}
            for name, counts in zip(self.names, table, strict=True)
        }


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that go through a network together, padded to the longest.

    Attributes:
        ids: int64, shape (rows, pieces).
        types: int64, the same shape: 1 in header and passage, 0 in the question.
        mask: bool, the same shape: False where it is padding.
        readable: bool, the same shape: True in the passage, and for the first piece: "no answer here".
        golds: bool, shape (rows, pieces, 2): where an answer starts, and ends; the first piece where there is none.
        bundles: int64, shape (rows,).
        answers: int64, shape (answers,): the rows that hold an answer.
    """

    ids: Tensor
    types: Tensor
    mask: Tensor
    readable: Tensor
    golds: Tensor
    bundles: Tensor
    answers: Tensor


class Batching:
    """Makes batches of rows, without a loop, and never asking a device for what it holds, which would be to wait.

    Args:
        rows: All of them.
        device: Gets the batches; None for the processor.
    """

    def __init__(self, rows: Rows, device: torch.device | None = None) -> None:
        self._rows, self._device = rows, device or torch.device("cpu")
        # After all pieces come those of the marks, and that of padding.
        self._pieces = torch.cat((rows.pieces, rows.marks.short(), rows.pieces.new_zeros(1))).to(self._device)
        asked, headed, said = rows.begins.diff()[rows.texts.long()].unbind(dim=1)
        asked = asked.clamp(max=_MOST_OF_QUESTION)
        headed = headed.minimum(MOST_PIECES - 3 - asked)
        said = said.minimum(MOST_PIECES - 3 - asked - headed)
        self._sizes = torch.stack((asked, headed, said), dim=1)
        self._golds = rows.golds[rows.golds[:, 0].argsort(stable=True)].long()
        self._counts = self._golds[:, 0].bincount(minlength=len(rows))
        self._before = self._counts.cumsum(dim=0) - self._counts

    def batch(self, rows: Sequence[int]) -> Batch:
        """Put rows together; what is too long loses the end of its passage."""
        chosen = torch.tensor(rows)
        sizes = self._sizes[chosen]
        longest = 3 + int(sizes.sum(dim=1).max())
        places, answers = self._marked(chosen, sizes)
        begins = self._rows.begins[self._rows.texts[chosen].long()]
        bundles = self._rows.bundles[chosen].long()
        known, places, answers, bundles = (
            each.to(self._device, non_blocking=True)
            for each in (torch.cat((begins, sizes), dim=1), places, answers, bundles)
        )
        q, h, p, asked, headed, said = known[..., None].unbind(dim=1)
        second = asked + 2
        text, end = second + headed, second + headed + said
        at = torch.arange(longest, device=self._device)
        opened = len(self._rows.pieces)
        source = torch.where(at < second, q - 1 + at, torch.where(at < text, h - second + at, p - text + at))
        source = source.where(at > 0, opened).where((at != second - 1) & (at != end), opened + 1)
        golds = torch.zeros((len(chosen), longest, 2), dtype=torch.bool, device=self._device)
        golds[places[0], places[1:], torch.arange(2, device=self._device)[:, None]] = True
        return Batch(
            ids=self._pieces[source.where(at <= end, opened + 2)].long(),
            types=((at >= second) & (at < end)).long(),
            mask=at <= end,
            readable=(at == 0) | (at >= text) & (at < end),
            golds=golds,
            bundles=bundles,
            answers=answers,
        )

    def _marked(self, chosen: Tensor, sizes: Tensor) -> tuple[Tensor, Tensor]:
        """Give int64, shape (3, places): a row, and where a gold answer starts and ends in it; and the rows of those.

        What has no answer that is read has one place, the first piece.
        """
        counts = self._counts[chosen]
        row = torch.arange(len(chosen)).repeat_interleave(counts)
        within = torch.arange(len(row)) - (counts.cumsum(dim=0) - counts)[row]
        places = self._golds[self._before[chosen][row] + within, 1:]
        read = places[:, 1] < sizes[row, 2]
        row, places = row[read], places[read]
        starts_at = 2 + sizes[row, 0] + sizes[row, 1]
        answered = torch.zeros(len(chosen), dtype=torch.bool).index_fill(0, row, True)
        bare = (~answered).nonzero().T
        marked = torch.cat((row[None], starts_at + places.T))
        return torch.cat((marked, torch.cat((bare, bare * 0, bare * 0))), dim=1), answered.nonzero().flatten()
