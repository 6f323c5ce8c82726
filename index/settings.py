"""Frozen settings with defaults; `qa.toml` in the working folder and `QA_*` variables override them.

A variable wins over the file. An unknown key is refused by name, never ignored.
"""

import difflib
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from index.errors import SettingsError

FILE = "qa.toml"
DEFAULT_MODEL = "all-MiniLM-L6-v2"
OWN = "own"
"""The setting `reader` for the network that is shipped."""
NOT_SETTINGS = frozenset({"QA_EVAL_DATA"})
"""Variables of the same prefix that others read: the tests' and the training's data."""


class Settings(BaseSettings):
    """Everything that can be set, with its default and range."""

    model_config = SettingsConfigDict(env_prefix="QA_", toml_file=FILE, frozen=True, extra="forbid")

    home: Path = Field(Path(".qa"), description="Folder of the built index.")
    model: str = Field(DEFAULT_MODEL, description="sentence-transformers model: a name, or the path of a folder.")
    question_prompt: str = Field("", description="Put before a question when it is embedded.")
    passage_prompt: str = Field("", description="Put before a passage when it is embedded.")
    dtype: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="Number format of the model; auto takes bfloat16 where the processor computes in it."
    )
    batch_size: int = Field(256, ge=1, le=1024, description="Passages embedded at once.")
    passage_words: int = Field(120, ge=20, le=400, description="Words in a passage, at most.")
    max_article_chars: int = Field(1_000_000, ge=1_000, description="Longer articles are skipped, with the reason.")
    max_file_mb: int = Field(
        50, ge=1, description="Larger files are skipped; tables, corpora, mailboxes, feeds and archives may be larger."
    )
    file_timeout_s: int = Field(
        10, ge=1, le=3600, description="Seconds that the reading of a file may take, or of each article in it."
    )
    file_memory_mb: int = Field(1000, ge=300, description="Memory that the reading of a file may take (on Linux).")
    text_field: str = Field("", description="Column of the text in .json, .jsonl, .csv and .tsv; empty: it is guessed.")
    title_field: str = Field("", description="Column of the headline; empty: it is guessed.")
    author_field: str = Field("", description="Column of the author; empty: it is guessed.")
    date_field: str = Field("", description="Column of the day of publication; empty: it is guessed.")
    source_field: str = Field("", description="Column of the outlet; empty: it is guessed.")
    url_field: str = Field("", description="Column of the address; empty: it is guessed.")
    id_field: str = Field("", description="Column of a text or number that is each article's own; empty: none.")
    vectors: Literal["faiss", "exact"] = Field("faiss", description="What finds the nearest vectors.")
    bm25_k1: float = Field(0.9, gt=0, le=10, description="BM25: how soon a repeated word stops counting.")
    bm25_b: float = Field(0.4, ge=0, le=1, description="BM25: how much long passages are discounted.")
    depth: int = Field(100, ge=1, le=1000, description="Passages taken from each way in before they are fused.")
    dense_weight: float = Field(0.35, ge=0, le=1, description="Share of the vectors in the fused score.")
    reader: str = Field(
        OWN,
        description="What reads the best passages: own, the network shipped with Verbatim; none, words and vectors "
        "alone; or a cross-encoder or extractive model: a name, or the path of a folder.",
    )
    read_passages: int = Field(12, ge=1, le=100, description="Best passages that are read for quotes.")
    quotes: int = Field(3, ge=1, le=20, description="Quotes in a reply, at most.")
    quote_words: int = Field(80, ge=10, le=80, description="Words in a quote, at most.")
    answer_at: float = Field(0.68, ge=0, le=1, description="Confidence from which quotes are offered as an answer.")
    related_at: float = Field(0.1, ge=0, le=1, description="Confidence below which nothing is said to be related.")
    host: str = Field("127.0.0.1", description="Address the web app listens on; a loopback address.")
    port: int = Field(7860, ge=1, le=65535, description="Port the web app listens on.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load(**given: Any) -> Settings:
    """Read the settings in force here.

    Args:
        given: Settings by name that win over file and environment; None means not given.

    Raises:
        SettingsError: A key is unknown or a value out of range; the message names it.
    """
    for name in sorted(os.environ):
        if name.startswith("QA_") and name not in NOT_SETTINGS:
            key = name.removeprefix("QA_").lower()
            if key not in Settings.model_fields:
                raise SettingsError(f"{name} is set but is no setting{_meant(key)}: unset it or correct its name.")
    try:
        return Settings(**{key: value for key, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise SettingsError(f"{FILE}: unknown key “{key}”{_meant(key)}.") from error
        raise SettingsError(f"Setting {key} = {first['input']!r}: {first['msg']}.") from error
    except ValueError as error:
        raise SettingsError(f"{FILE} is not valid TOML: {error}.") from error


def _meant(key: str) -> str:
    close = difflib.get_close_matches(key, Settings.model_fields, n=1)
    return f" (did you mean “{close[0]}”?)" if close else ""
