"""Reading networks: question and passage together, and two numbers for each word piece; first of all our own.

Only what trains or runs the network imports this room: it loads torch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import AutoTokenizer, BertModel
from transformers.utils import logging

from index.models import model_folder
from qa import weights

MOST_PIECES = 256
"""Word pieces of question, header and passage together; what lies beyond is not read."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Pairs of question and passage as word pieces, padded to the longest.

    Attributes:
        ids: int64, shape (pairs, pieces).
        types: int64, the same shape: 1 in header and passage, 0 in the question.
        mask: int64, the same shape: 0 where it is padding.
        readable: bool, the same shape: True for pieces of the passage itself, and for the first piece, which
            stands for "no answer here".
        places: int64, shape (pairs, pieces, 2): code points of each piece in the passage; of meaning where readable.
    """

    ids: Tensor
    types: Tensor
    mask: Tensor
    readable: Tensor
    places: Tensor


@dataclass(frozen=True, slots=True)
class Pieces:
    """What the network says of a passage; scores are natural logs, comparable within one passage.

    Attributes:
        places: int64, shape (pieces, 2): code points of each of its word pieces.
        starts: float32, shape (pieces,): how well an answer starts there.
        ends: float32, shape (pieces,): how well it ends there.
        none: How well it fits that the passage holds no answer; beside the sum of a start and an end.
    """

    places: NDArray[np.int64]
    starts: NDArray[np.float32]
    ends: NDArray[np.float32]
    none: float


class Extractive(nn.Module):
    """Anything that scores where an answer starts and ends; subclasses say how, in `forward`.

    Args:
        folder: Of the tokenizer, one that knows the places of its pieces.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        logging.set_verbosity_error()  # type: ignore[no-untyped-call] # that the model's pooler is not used is no news
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True, padding_side="right")

    def forward(self, pairs: Encoded) -> tuple[Tensor, Tensor]:
        """Give how well an answer starts and ends at each piece: two of float32, shape (pairs, pieces).

        Pieces that are not readable come out at minus infinity; the first piece stands for "no answer here".
        """
        raise NotImplementedError

    def encode(self, questions: Sequence[str], headers: Sequence[str], texts: Sequence[str]) -> Encoded:
        """Make word pieces of pairs; what is too long loses its end, the longer of question and passage first."""
        opened = [f"{header}\n" for header in headers]
        encoded = self._tokenizer(
            list(questions),
            [before + text for before, text in zip(opened, texts, strict=True)],
            truncation="longest_first",
            max_length=MOST_PIECES,
            padding=True,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        places = encoded["offset_mapping"] - torch.tensor([len(before) for before in opened])[:, None, None]
        passage = torch.tensor(
            [[part == 1 for part in encoded.sequence_ids(row)] for row in range(len(questions))], dtype=torch.bool
        )
        readable = passage & (places[..., 0] >= 0)
        readable[:, 0] = True
        return Encoded(encoded["input_ids"], self._types(encoded, passage), encoded["attention_mask"], readable, places)

    def _types(self, encoded: Any, passage: Tensor) -> Tensor:
        return encoded["token_type_ids"] if "token_type_ids" in encoded else torch.zeros_like(encoded["input_ids"])

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Pieces]:
        """Read passages for an answer to a question.

        Args:
            question: At most 200 words.
            passages: Header and words of each; about the same length, for they are padded to the longest.

        Returns:
            In the same order.
        """
        pairs = self.encode([question] * len(passages), [header for header, _ in passages], [t for _, t in passages])
        with torch.inference_mode():
            starts, ends = self(pairs)
        read = []
        for row, readable in enumerate(pairs.readable):
            inside = readable.clone()
            inside[0] = False
            none = float(starts[row, 0] + ends[row, 0])
            scores = starts[row, inside].numpy(), ends[row, inside].numpy()
            read.append(Pieces(pairs.places[row, inside].numpy(), *scores, none))
        return read


class Network(Extractive):
    """Our own: MiniLM's encoder and its head.

    Args:
        folder: Of a BERT model in safetensors, with its tokenizer.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.encoder: Any = BertModel.from_pretrained(
            folder, add_pooling_layer=False, local_files_only=True, use_safetensors=True, attn_implementation="sdpa"
        )
        self.head = nn.Linear(self.encoder.config.hidden_size, 2)

    def untrained(self) -> dict[str, Tensor]:
        """Give the encoder's own numbers, without the head, which starts from nothing."""
        return {name: numbers for name, numbers in self.state_dict().items() if name.startswith("encoder.")}

    def _types(self, encoded: Any, passage: Tensor) -> Tensor:
        # As it was trained: the mark at the very end counts to the question.
        return passage.long()

    def forward(self, pairs: Encoded) -> tuple[Tensor, Tensor]:
        """Score starts and ends; see `Extractive`."""
        states = self.encoder(pairs.ids, attention_mask=pairs.mask, token_type_ids=pairs.types).last_hidden_state
        scores = self.head(states).float().masked_fill(~pairs.readable[..., None], float("-inf"))
        return scores[..., 0], scores[..., 1]


def trained(weights_file: Path, dtype: str) -> Network:
    """Give the network as it was trained, ready to read.

    Args:
        weights_file: What training changed of the packaged model.
        dtype: Number format to compute in.

    Raises:
        ModelError: Weights or packaged model are missing or not those expected.
    """
    network = Network(model_folder())
    network.load_state_dict(weights.unpack(weights.read(weights_file), network.untrained()))
    return network.to(getattr(torch, dtype)).eval()
