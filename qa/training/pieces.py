"""Examples -> Rows: every text cut into word pieces once, and the places that answer found among them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer

from index.article import Span
from qa.training.examples import Example
from qa.training.rows import KINDS, Rows

_AT_ONCE = 2_000
"""Texts that are cut together."""


def rows(examples: Iterable[Example], folder: Path) -> Rows:
    """Cut examples into word pieces, in their order.

    A text gives the same pieces by itself as between others, because the tokenizer parts words at blanks first.

    Args:
        examples: Of any sources.
        folder: Of the tokenizer, one that knows the places of its pieces, with no more than 32,767 of them.
    """
    texts: dict[str, int] = {}
    names: dict[str, int] = {}
    bundles: dict[str, int] = {}
    made: list[tuple[int, int, int]] = []
    known: list[tuple[int, int, int]] = []
    spans: list[tuple[int, int, tuple[Span, ...]]] = []
    for row, each in enumerate(examples):
        question, header, passage = (
            texts.setdefault(text, len(texts)) for text in (each.asked, each.header, each.text)
        )
        made.append((question, header, passage))
        place = names.setdefault(each.source, len(names)), bundles.setdefault(each.bundle, len(bundles))
        known.append((KINDS.index(each.kind), *place))
        if each.spans:
            spans.append((row, passage, each.spans))
    tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    cut = _cut(list(texts), tokenizer)
    golds = [
        (row, *place)
        for row, passage, given in spans
        for place in dict.fromkeys(_inside(cut[passage][1], span) for span in given)
        if place
    ]
    kinds, sources, bundle = torch.tensor(known, dtype=torch.int32).reshape(-1, 3).unbind(dim=1)
    sizes = torch.tensor([0] + [len(pieces) for pieces, _ in cut], dtype=torch.int64)
    return Rows(
        pieces=torch.tensor([piece for pieces, _ in cut for piece in pieces], dtype=torch.int16),
        begins=sizes.cumsum(dim=0),
        texts=torch.tensor(made, dtype=torch.int32).reshape(-1, 3),
        kinds=kinds.to(torch.uint8),
        sources=sources.to(torch.uint8),
        bundles=bundle.clone(),
        golds=torch.tensor(golds, dtype=torch.int32).reshape(-1, 3),
        marks=torch.tensor([tokenizer.cls_token_id, tokenizer.sep_token_id]),
        names=list(names),
    )


def _cut(texts: Sequence[str], tokenizer: Any) -> list[tuple[list[int], list[Span]]]:
    """Give the pieces of each text, and where they stand in it."""
    found: list[tuple[list[int], list[Span]]] = []
    for first in range(0, len(texts), _AT_ONCE):
        some = tokenizer(
            list(texts[first : first + _AT_ONCE]), add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )
        found += zip(some["input_ids"], some["offset_mapping"], strict=True)
    return found


def _inside(places: Sequence[Span], span: Span) -> tuple[int, int] | None:
    """Give the first and last piece of a place; None where no piece stands in it."""
    first = bisect_right(places, span[0], key=lambda place: place[1])
    last = bisect_left(places, span[1], key=lambda place: place[0]) - 1
    return (first, last) if first <= last else None
