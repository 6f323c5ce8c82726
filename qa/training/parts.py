"""Tensors -> files small enough to travel, and whole again; numbers in eight bits, and nearly as they were again."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import torch
from torch import Tensor

from index.errors import TrainingError
from qa.training import tensors

_Piece: TypeAlias = dict[tuple[str, int], Tensor]
"""Name of a tensor and the first of its rows here -> the rows."""
_CARD_BYTES, _BLOCK_BYTES = 4096, 1024
"""More than what a piece takes without its card, and each part of a tensor in it, besides the numbers."""
_GROUP = 64
"""Neighbouring numbers of a row that share one scale."""
_STEPS = 127
"""A number becomes one of -127 to 127 times its group's scale."""
_SCALE = ".scale"


def write(
    folder: Path, name: str, numbers: Mapping[str, Tensor], card: Mapping[str, Any], most_bytes: int
) -> list[Path]:
    """Write tensors in pieces.

    Args:
        folder: Gets the pieces, in the place of others of that name.
        name: What they are pieces of; their files are called "name-1.zip" and so on.
        numbers: By name; each of at least one row.
        card: As `tensors.write` keeps it, in each piece.
        most_bytes: Of a piece.

    Returns:
        The pieces, for `read`.

    Raises:
        TrainingError: Pieces so small cannot hold a row.
    """
    pieces = _parted(numbers, most_bytes - _CARD_BYTES - len(json.dumps(card)), most_bytes)
    digest = hashlib.sha256(str(len(pieces)).encode())
    for called, each in numbers.items():
        digest.update(called.encode())
        digest.update(tensors.raw(each))
    for old in folder.glob(_file(name, "*")):
        old.unlink()
    paths = []
    for number, piece in enumerate(pieces, start=1):
        stated = {"piece": number, "of": len(pieces), "whole": digest.hexdigest(), "card": card}
        paths.append(folder / _file(name, number))
        tensors.write(paths[-1], {f"{called}/{first}": rows for (called, first), rows in piece.items()}, stated)
    return paths


def read(paths: Iterable[Path], name: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Put what `write` wrote together, in whatever order it is given.

    Args:
        paths: The pieces.
        name: What they are pieces of.

    Returns:
        The tensors, and the card.

    Raises:
        TrainingError: One is missing, damaged, or of another whole.
    """
    first: dict[str, Any] = {}
    numbers: set[int] = set()
    found: _Piece = {}
    for path in paths:
        piece, card = tensors.read(path, "copy it again.")
        first = first or card
        if card["whole"] != first["whole"]:
            raise TrainingError(
                f"{path} is a piece of another {name} than those before it: remove all, and copy those of one {name}."
            )
        numbers.add(card["piece"])
        for called, rows in piece.items():
            of, _, begin = called.rpartition("/")
            found[of, int(begin)] = rows
    if not first:
        raise TrainingError(f"No piece of the {name} is given: copy all of them.")
    if missing := ", ".join(_file(name, number) for number in range(1, first["of"] + 1) if number not in numbers):
        raise TrainingError(f"Of the {first['of']} pieces of the {name} there is no {missing}: copy it too.")
    whole: dict[str, list[Tensor]] = {}
    for (of, _), rows in sorted(found.items(), key=lambda block: block[0]):
        whole.setdefault(of, []).append(rows)
    return {of: torch.cat(rows) for of, rows in whole.items()}, first["card"]


def in_eight_bits(numbers: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Round matrices whose rows can be parted into groups of 64; all else stays as it is.

    Returns:
        Such a matrix as int8, beside its scales as float16.
    """
    rounded = {}
    for name, each in numbers.items():
        if each.dim() != 2 or each.shape[1] % _GROUP:
            rounded[name] = each
            continue
        groups = each.float().reshape(len(each), -1, _GROUP)
        scale = (groups.abs().amax(dim=2, keepdim=True) / _STEPS).to(torch.float16)
        # A group of zeros stays one.
        steps = (groups / scale.float().where(scale > 0, 1.0)).round().clamp(-_STEPS, _STEPS)
        rounded |= {name: steps.to(torch.int8).flatten(1), name + _SCALE: scale[..., 0]}
    return rounded


def restored(rounded: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Give numbers back as float32: the inverse of `in_eight_bits` but for its rounding."""
    numbers = {name: each.float() for name, each in rounded.items() if not name.endswith(_SCALE)}
    for name, each in rounded.items():
        if name.endswith(_SCALE):
            of = name.removesuffix(_SCALE)
            numbers[of] = (numbers[of].reshape(*each.shape, _GROUP) * each.float()[..., None]).flatten(1)
    return numbers


def _file(name: str, number: int | str) -> str:
    return f"{name}-{number}.zip"


def _parted(numbers: Mapping[str, Tensor], room: int, most_bytes: int) -> list[_Piece]:
    """Deal out tensors in their order, cut between rows where a piece is full."""
    pieces: list[_Piece] = [{}]
    left = room
    for name, each in numbers.items():
        first = 0
        while first < len(each):
            fitting = each[first : first + max(0, left - _BLOCK_BYTES) // each[0].nbytes]
            if len(fitting):
                pieces[-1][name, first] = fitting
                first += len(fitting)
                left -= fitting.nbytes + _BLOCK_BYTES
            elif pieces[-1]:
                pieces.append({})
                left = room
            else:
                raise TrainingError(f"Not even a row of {name} fits in {most_bytes} bytes: let pieces be larger.")
    return pieces
