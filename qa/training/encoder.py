"""Word pieces -> a vector for each: the encoders of BERT and of MPNet, in nothing but torch.

Training may run on a machine that holds nothing but PyTorch; so this room imports nothing else.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

_AWAY = -1e4
"""Added to the score of padding: finite in every number format, and its exponential is exactly 0."""
_FARTHEST = 128
"""Pieces apart; all that is farther is one bucket to MPNet."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of an encoder.

    Attributes:
        vocabulary: Word pieces that it knows.
        layers: How many.
        width: Numbers for each piece.
        heads: Of attention, in each layer.
        intermediate: Width between the two halves of a layer.
        positions: That it knows, those before the first included.
        types: Kinds of text told apart, such as question and passage; 0 where it tells none.
        eps: Of layer normalization.
        relative: Buckets of relative positions; 0 where it has none.
        first_position: Of the first piece.
    """

    vocabulary: int
    layers: int
    width: int
    heads: int
    intermediate: int
    positions: int
    types: int
    eps: float
    relative: int = 0
    first_position: int = 0

    @staticmethod
    def of(config: Mapping[str, Any]) -> "Shape":
        """Read the sizes from what a model's `config.json` says.

        Raises:
            ValueError: It is neither BERT nor MPNet, or not computed as they commonly are.
            KeyError: A size is missing.
        """
        kind, activation = config["model_type"], config["hidden_act"]
        if kind not in ("bert", "mpnet") or activation != "gelu":
            raise ValueError(f"an encoder of type {kind} with {activation} is not known, only bert and mpnet with gelu")
        shape = Shape(
            vocabulary=config["vocab_size"],
            layers=config["num_hidden_layers"],
            width=config["hidden_size"],
            heads=config["num_attention_heads"],
            intermediate=config["intermediate_size"],
            positions=config["max_position_embeddings"],
            types=config["type_vocab_size"] if kind == "bert" else 0,
            eps=config["layer_norm_eps"],
            relative=config["relative_attention_num_buckets"] if kind == "mpnet" else 0,
            # MPNet's positions 0 and 1 stand for no piece.
            first_position=2 if kind == "mpnet" else 0,
        )
        if shape.width % shape.heads:
            raise ValueError(f"a width of {shape.width} cannot be parted among {shape.heads} heads")
        return shape


class Encoder(nn.Module):
    """A transformer encoder that normalizes after each sum, and drops nothing out.

    Its parameters are named as those of transformers' `BertModel` without a pooler.

    Args:
        shape: Its sizes.
        fused: Whether to use torch's own attention; None for where it is fast: on a processor its backward pass
            takes half of the time of a training.
    """

    def __init__(self, shape: Shape, fused: bool | None = None) -> None:
        super().__init__()
        self.shape, self.fused = shape, fused
        self.embeddings = _Embeddings(shape)
        self.encoder = _Layers(shape)

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        """Give a vector for each piece.

        Args:
            ids: int64, shape (batch, pieces).
            types: int64, the same shape; not looked at where the encoder tells no types.
            mask: bool, the same shape: True for a piece, False for padding, which stands at the end.

        Returns:
            Shape (batch, pieces, width); what stands at padding means nothing.
        """
        fused = ids.is_cuda if self.fused is None else self.fused
        states: Tensor = self.encoder(self.embeddings(ids, types), mask, fused)
        return states


class _Embeddings(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self._first = shape.first_position
        self.word_embeddings = nn.Embedding(shape.vocabulary, shape.width)
        self.position_embeddings = nn.Embedding(shape.positions, shape.width)
        self.token_type_embeddings = nn.Embedding(shape.types, shape.width) if shape.types else None
        self.LayerNorm = nn.LayerNorm(shape.width, eps=shape.eps)

    def forward(self, ids: Tensor, types: Tensor) -> Tensor:
        positions = torch.arange(self._first, self._first + ids.shape[1], device=ids.device)
        states: Tensor = self.word_embeddings(ids) + self.position_embeddings(positions)
        if self.token_type_embeddings is not None:
            states = states + self.token_type_embeddings(types)
        normal: Tensor = self.LayerNorm(states)
        return normal


class _Layers(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.layer = nn.ModuleList(_Layer(shape) for _ in range(shape.layers))
        self.relative_attention_bias = nn.Embedding(shape.relative, shape.heads) if shape.relative else None

    def forward(self, states: Tensor, mask: Tensor, fused: bool) -> Tensor:
        bias = torch.zeros_like(mask, dtype=states.dtype).masked_fill(~mask, _AWAY)[:, None, None, :]
        if self.relative_attention_bias is not None:
            buckets = _buckets(mask.shape[1], self.relative_attention_bias.num_embeddings, mask.device)
            bias = bias + self.relative_attention_bias(buckets).permute(2, 0, 1)
        for layer in self.layer:
            states = layer(states, bias, fused)
        return states


class _Layer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.attention = nn.ModuleDict({"self": _Attention(shape), "output": _Sum(shape.width, shape)})
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(shape.width, shape.intermediate)})
        self.output = _Sum(shape.intermediate, shape)

    def forward(self, states: Tensor, bias: Tensor, fused: bool) -> Tensor:
        states = self.attention["output"](self.attention["self"](states, bias, fused), states)
        summed: Tensor = self.output(functional.gelu(self.intermediate["dense"](states)), states)
        return summed


class _Sum(nn.Module):
    def __init__(self, width: int, shape: Shape) -> None:
        super().__init__()
        self.dense = nn.Linear(width, shape.width)
        self.LayerNorm = nn.LayerNorm(shape.width, eps=shape.eps)

    def forward(self, new: Tensor, before: Tensor) -> Tensor:
        normal: Tensor = self.LayerNorm(self.dense(new) + before)
        return normal


class _Attention(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self._heads = shape.heads
        self.query = nn.Linear(shape.width, shape.width)
        self.key = nn.Linear(shape.width, shape.width)
        self.value = nn.Linear(shape.width, shape.width)

    def forward(self, states: Tensor, bias: Tensor, fused: bool) -> Tensor:
        query, key, value = (
            each(states).unflatten(-1, (self._heads, -1)).transpose(1, 2) for each in (self.query, self.key, self.value)
        )
        if fused:
            seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias.to(query.dtype))
        else:
            scores = (query / math.sqrt(query.shape[-1])) @ key.transpose(2, 3) + bias
            seen = scores.softmax(dim=-1).to(value.dtype) @ value
        return seen.transpose(1, 2).flatten(2)


def _buckets(pieces: int, buckets: int, device: torch.device) -> Tensor:
    """Number how far a piece looks, shape (pieces, pieces): near by the piece, farther ever more coarsely."""
    places = torch.arange(pieces, device=device)
    back = places[:, None] - places
    half = buckets // 2
    exact = half // 2
    apart = back.abs()
    # At distance 0 the logarithm would be infinite; it is not used below `exact`.
    steps = torch.log(apart.clamp(min=1).float() / exact) / math.log(_FARTHEST / exact) * (half - exact)
    coarse = (exact + steps.long()).clamp(max=half - 1)
    return torch.where(apart < exact, apart, coarse) + half * (back < 0)


def mpnet_names(numbers: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Rename what transformers' `MPNetModel` calls its numbers to what `Encoder` does; its pooler is left out."""
    renamed = {}
    for name, each in numbers.items():
        if name.startswith("pooler.") or name.endswith(".position_ids"):
            continue
        name = name.replace(".attention.LayerNorm.", ".attention.output.LayerNorm.")
        for short, whole in (("q", "self.query"), ("k", "self.key"), ("v", "self.value"), ("o", "output.dense")):
            name = name.replace(f".attention.attn.{short}.", f".attention.{whole}.")
        renamed[name] = each
    return renamed
