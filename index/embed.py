"""Text to unit vectors, by a sentence-transformers model that is checked before it is loaded."""

import hashlib
import json
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.models import checked
from index.settings import Settings

Vector: TypeAlias = NDArray[np.float32]
Matrix: TypeAlias = NDArray[np.float32]

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
        self._folder, sums = checked(settings.model, "model")
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


def unit(rows: NDArray[np.floating[Any]]) -> Matrix:
    """Scale rows to unit length, in float32; a row of zeros stays zero."""
    wide = np.asarray(rows, dtype=np.float32)
    norms = np.linalg.norm(wide, axis=1, keepdims=True)
    return np.ascontiguousarray(wide / np.where(norms == 0, 1, norms), dtype=np.float32)
