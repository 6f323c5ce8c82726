"""The ruler against a published figure: BM25 on SciFact, from reading the set to nDCG@10."""

import os
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, FakeEmbedder, stand_in

from index.settings import Settings
from qa.evaluation import sets
from qa.evaluation.evaluate import evaluate

SCIFACT = Path(os.environ.get("QA_EVAL_DATA", ROOT.parent / "shared" / "eval")) / "scifact-dev"
PUBLISHED = 0.679
"""Anserini's flat BM25 index with k1 0.9 and b 0.4, BEIR 1.0.0; see docs/benchmarks.md."""


class Blind(FakeEmbedder):
    """Gives every text the same vector, at no cost: nothing is measured here but words."""

    def questions(self, texts):
        return np.full((len(texts), 4), 0.5, dtype=np.float32)

    passages = questions


@pytest.mark.slow
@pytest.mark.skipif(not SCIFACT.is_dir(), reason=f"SciFact is not in {SCIFACT}: set QA_EVAL_DATA to measure against it")
def test_bm25_on_scifact_is_within_a_hundredth_of_what_was_published(tmp_path, monkeypatch):
    stand_in(monkeypatch, lambda settings: Blind(settings, dim=4, max_pieces=100_000))
    dataset = sets.read(SCIFACT, qrels=SCIFACT / "qrels_cited.tsv")
    result = evaluate(dataset, Settings(home=tmp_path), layer="lexical").result
    assert (result["settings"]["bm25_k1"], result["settings"]["bm25_b"]) == (0.9, 0.4)
    assert result["corpus"]["articles"] == 5183
    assert result["questions"]["counted"]["retrieval"] == 300
    assert result["retrieval"]["nDCG@10"] == pytest.approx(PUBLISHED, abs=0.01)
