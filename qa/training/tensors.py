"""Tensors -> a file and back, with nothing but PyTorch: a zip, which keeps a checksum of everything in it."""

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import torch
from torch import Tensor

from index.errors import TrainingError

_CARD = "card.json"
_FORMATS = MappingProxyType(
    {
        str(dtype).removeprefix("torch."): dtype
        for dtype in (
            torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16, torch.float32,
        )
    }
)  # fmt: skip
UNREADABLE = (OSError, EOFError, ValueError, KeyError, TypeError, RuntimeError, BadZipFile, zlib.error)
"""What reading a damaged zip raises."""


def raw(numbers: Tensor) -> bytearray:
    """Give a tensor's bytes, without numpy, which need not be where PyTorch is."""
    data = bytearray(numbers.nbytes)
    if data:
        torch.frombuffer(data, dtype=numbers.dtype).copy_(numbers.detach().flatten())
    return data


def write(path: Path, tensors: Mapping[str, Tensor], card: Mapping[str, Any], compressed: bool = False) -> None:
    """Write tensors; a file that is half written never has the name.

    Args:
        path: Gets the file; its folder is made.
        tensors: By name, on any device.
        card: What else is to be kept: anything that JSON holds.
        compressed: Whether to make it smaller, which takes time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".next")
    stated = {}
    with ZipFile(partial, "w") as stored:
        for name, numbers in tensors.items():
            stated[name] = (str(numbers.dtype).removeprefix("torch."), list(numbers.shape))
            # The day is always the same, so that the same tensors give the same bytes.
            stored.writestr(_entry(name), raw(numbers), ZIP_DEFLATED if compressed else ZIP_STORED)
        stored.writestr(_entry(_CARD), json.dumps({"tensors": stated, "card": card}))
    partial.replace(path)


def read(path: Path, cure: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read what `write` wrote.

    Args:
        path: The file.
        cure: What to do where it cannot be read.

    Returns:
        The tensors, and the card.

    Raises:
        TrainingError: It is missing or damaged.
    """
    try:
        with ZipFile(path) as stored:
            stated = json.loads(stored.read(_CARD))
            tensors = {}
            for name, (format, shape) in stated["tensors"].items():
                data, dtype = bytearray(stored.read(name)), _FORMATS[format]
                numbers = torch.frombuffer(data, dtype=dtype) if data else torch.empty(0, dtype=dtype)
                tensors[name] = numbers.reshape(shape)
            return tensors, stated["card"]
    except UNREADABLE as error:
        raise TrainingError(f"{path} cannot be read ({error}): {cure}") from error


def _entry(name: str) -> ZipInfo:
    return ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
