"""Reading models that the user names instead of our own: extractive ones and cross-encoders, from a folder or a hub.

Only what runs such a model imports this room: it loads torch.
"""

import json
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import torch
from safetensors import SafetensorError
from sentence_transformers import CrossEncoder
from torch import Tensor
from transformers import AutoModelForQuestionAnswering

from index.article import Passage
from index.embed import number_format
from index.errors import ModelError
from index.models import model_folder
from index.settings import Settings
from qa.marking import Marker, NetworkMarker
from qa.network import Encoded, Extractive
from qa.reader import sentence
from qa.reply import Marked

_MINI_BATCH = 32
_FAULTS = (OSError, ValueError, KeyError, RuntimeError, SafetensorError)


def other(settings: Settings) -> Marker:
    """Give the marker for the model that the setting `reader` names.

    Raises:
        ModelError: It is missing, unsafe, or neither extractive nor a cross-encoder of one score.
    """
    folder = model_folder(settings.reader, "reader")
    dtype = getattr(torch, number_format(settings.dtype))
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        (kind,) = config["architectures"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{folder / 'config.json'} does not say what kind of model it is ({error!r}).") from error
    if str(kind).endswith("ForQuestionAnswering"):
        return NetworkMarker(lambda: OtherNetwork(folder, dtype))
    if str(kind).endswith("ForSequenceClassification") and len(config.get("id2label", ("",) * 2)) == 1:
        return CrossMarker(folder, dtype)
    raise ModelError(
        f"“{settings.reader}” is a {kind}, which does not read: name an extractive model (ForQuestionAnswering) or a "
        "cross-encoder of one score (ForSequenceClassification) in the setting `reader`, or leave it out."
    )


class OtherNetwork(Extractive):
    """An extractive model trained on questions of which some have no answer, as in SQuAD 2.0.

    Args:
        folder: Of the model in safetensors, checked.
        dtype: Number format to compute in.

    Raises:
        ModelError: It cannot be loaded.
    """

    def __init__(self, folder: Path, dtype: torch.dtype) -> None:
        try:
            super().__init__(folder)
            self.model = AutoModelForQuestionAnswering.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, trust_remote_code=False, dtype=dtype
            )
        except _FAULTS as error:
            raise ModelError(f"The model in {folder} could not be loaded: {error}") from error
        self._typed = "token_type_ids" in self._tokenizer.model_input_names
        self.eval()

    def forward(self, pairs: Encoded) -> tuple[Tensor, Tensor]:
        """Score starts and ends; see `Extractive`."""
        types = {"token_type_ids": pairs.types} if self._typed else {}
        said = self.model(input_ids=pairs.ids, attention_mask=pairs.mask, **types)
        unread = ~pairs.readable
        starts, ends = (
            each.float().masked_fill(unread, float("-inf")) for each in (said.start_logits, said.end_logits)
        )
        return starts, ends


class CrossMarker:
    """A cross-encoder: scores every sentence under its headline, and marks no words; safe to use from many threads.

    Args:
        folder: Of the model in safetensors, checked.
        dtype: Number format to compute in.
    """

    def __init__(self, folder: Path, dtype: torch.dtype) -> None:
        self._folder, self._dtype, self._lock = folder, dtype, threading.Lock()

    def mark(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[tuple[Marked, ...]]:
        """Score sentences, the model's score taken for log-odds; see `Marker`.

        Raises:
            ModelError: The model cannot be loaded.
        """
        pairs = [
            (question, f"{header}\n{sentence(passage, place)}")
            for header, passage in passages
            for place in range(len(passage.sentences))
        ]
        # One at a time, as in `NetworkMarker`.
        with self._lock:
            scores = iter(
                self._model.predict(
                    pairs,
                    batch_size=_MINI_BATCH,
                    show_progress_bar=False,
                    activation_fn=torch.nn.Identity(),
                    convert_to_tensor=True,
                ).tolist()
                if pairs
                else ()
            )
        return [tuple(Marked(float(next(scores)), None) for _ in passage.sentences) for _, passage in passages]

    @cached_property
    def _model(self) -> CrossEncoder:
        try:
            model: CrossEncoder = CrossEncoder(
                str(self._folder),
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"use_safetensors": True, "dtype": self._dtype},
            )
        except _FAULTS as error:
            raise ModelError(f"The model in {self._folder} could not be loaded: {error}") from error
        return model
