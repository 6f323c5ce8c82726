"""A folder or a file of questions -> a Dataset; one module a layout, and the one table of layouts."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from index.corpus import Corpus
from index.errors import EvaluationError
from qa.evaluation.dataset import Dataset
from qa.evaluation.sets import beir, squad, table

Reader: TypeAlias = Callable[[Path, Corpus | None], Dataset]

READERS: Mapping[str, Reader] = MappingProxyType({".json": squad.read, ".jsonl": squad.read, ".csv": table.read})
"""Suffix in lower case, with its dot -> what reads such a file; a folder is in BEIR's layout."""


def read(source: Path, *, qrels: Path | None = None, corpus: Corpus | None = None) -> Dataset:
    """Read a set of questions, check everything in it, and list what is left out.

    Args:
        source: A folder in BEIR's layout, a SQuAD file (1.1 or 2.0, `.json`) or a CSV of questions (`.csv`).
        qrels: Judgements that stand in place of the folder's own; with a folder only.
        corpus: The index in force, for sets without a corpus of their own.

    Returns:
        Questions in the order of the file; its name is the folder's, or the file's without suffix.

    Raises:
        EvaluationError: It cannot be read, is of another kind, needs a corpus that is not given, or no question is
            left after what is faulty was left out.
    """
    if source.is_dir():
        return beir.read(source, qrels, corpus)
    if qrels is not None:
        raise EvaluationError(f"{source} states its own judgements: leave out --qrels {qrels}, or name a folder.")
    if not source.exists():
        raise EvaluationError(f"There is no {source}: name a folder in BEIR's layout, a SQuAD file or a CSV.")
    reader = READERS.get(source.suffix.lower())
    if reader is None:
        raise EvaluationError(
            f"{source} is no set of questions that can be read: name a folder in BEIR's layout (queries.jsonl), "
            "a SQuAD file (.json) or a CSV with a column “question” (.csv)."
        )
    return reader(source, corpus)
