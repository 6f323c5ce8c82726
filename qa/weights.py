"""Small weights: what training changed of a model that is installed anyway, kept in four bits a number.

Only what trains or runs the network imports this room: it loads torch.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from index.errors import ModelError

_GROUP = 64
"""Neighbouring numbers of a row that share one scale."""
_STEPS = 7
"""A number becomes one of -7 to 7 times its group's scale."""
_SCALE = ".scale"


def pack(trained: Mapping[str, Tensor], base: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Keep what training changed.

    Args:
        trained: Name -> numbers after training.
        base: The same before it; what is absent here is kept whole.

    Returns:
        Matrices whose rows can be parted into groups of 64 as uint8, two numbers a byte, with their scales as
        float16; all else as float16. Numbers that did not change are left out.
    """
    packed: dict[str, Tensor] = {}
    for name, after in trained.items():
        change = after.float() - base[name].float() if name in base else after.float()
        if name in base and not change.any():
            continue
        if change.dim() != 2 or change.shape[1] % _GROUP:
            packed[name] = change.to(torch.float16)
            continue
        groups = change.reshape(change.shape[0], -1, _GROUP)
        scale = (groups.abs().amax(dim=2, keepdim=True) / _STEPS).to(torch.float16)
        steps = torch.where(scale > 0, groups / scale.float(), 0.0).round().clamp(-_STEPS, _STEPS) + 8
        pairs = steps.to(torch.uint8).reshape(change.shape[0], -1, 2)
        packed[name] = pairs[..., 0] | pairs[..., 1] << 4
        packed[name + _SCALE] = scale[..., 0]
    return packed


def unpack(packed: Mapping[str, Tensor], base: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Give the numbers after training, as float32: the inverse of `pack` but for its rounding."""
    trained = {name: numbers.float() for name, numbers in base.items()}
    for name, kept in packed.items():
        if name.endswith(_SCALE):
            continue
        change = kept.float()
        if kept.dtype == torch.uint8:
            steps = torch.stack((kept & 15, kept >> 4), dim=2).float() - 8
            scale = packed[name + _SCALE].float()
            change = (steps.reshape(*scale.shape, _GROUP) * scale[..., None]).reshape(kept.shape[0], -1)
        trained[name] = trained[name] + change if name in base else change
    return trained


def write(packed: Mapping[str, Tensor], path: Path, card: Mapping[str, object]) -> None:
    """Write weights beside a card that names their sha256.

    Args:
        packed: As `pack` gives them.
        path: Gets the weights; the card gets the same name with `.json`.
        card: What they were trained from, and how.
    """
    data = save({name: numbers.contiguous() for name, numbers in packed.items()})
    path.write_bytes(data)
    stated = {"sha256": hashlib.sha256(data).hexdigest(), **card}
    path.with_suffix(".json").write_text(json.dumps(stated, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(path: Path) -> dict[str, Tensor]:
    """Read weights, checked against their card.

    Raises:
        ModelError: They are missing, or not those that the card describes.
    """
    try:
        data = path.read_bytes()
        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        found = hashlib.sha256(data).hexdigest()
        if card["sha256"] != found:
            raise ModelError(f"{path} is not the file that its card describes (sha256 {found}): reinstall Verbatim.")
        return load(data)
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise ModelError(f"The weights {path} cannot be read ({error}): reinstall Verbatim.") from error
