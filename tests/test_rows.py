"""Examples as word pieces: the same pieces that the reading network is given when somebody asks."""

import pytest
import torch

from index.errors import TrainingError
from index.models import model_folder
from qa.training.examples import Example
from qa.training.rows import Batching, Rows

TEXT = "Ann's brother left Oslo. Bo stayed — “yes”, he said."
EXAMPLES = [
    Example("a", "1", "Who left Oslo?", "A head | 2019-02-08", TEXT, ((0, 13), (25, 27)), "answer"),
    Example("a", "1", "Who left Oslo?", "", "Bo stayed.", (), "found"),
    Example("b", "2", "Who stayed?", "A head | 2019-02-08", TEXT, ((25, 27),), "answer"),
]

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def rows():
    from qa.training import pieces

    return pieces.rows(EXAMPLES, model_folder())


def test_a_batch_is_what_the_network_is_given(rows):
    from qa.network import Network

    batch = Batching(rows).batch([0, 1, 2])
    given = Network(model_folder()).encode(
        *([getattr(each, name) for each in EXAMPLES] for name in ("asked", "header", "text"))
    )
    assert torch.equal(batch.ids, given.ids)
    assert torch.equal(batch.types, given.types)
    assert torch.equal(batch.mask, given.mask.bool())
    assert torch.equal(batch.readable, given.readable)


def test_the_pieces_of_an_answer_are_gold_and_where_there_is_none_the_first(rows):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(model_folder(), local_files_only=True)
    batch = Batching(rows).batch([0, 1, 2])
    found = []
    for row in range(3):
        starts, ends = (batch.golds[row, :, side].nonzero().flatten().tolist() for side in (0, 1))
        found.append([tokenizer.decode(batch.ids[row, a : b + 1]) for a, b in zip(starts, ends, strict=True)])
    assert found == [["ann ' s brother", "bo"], ["[CLS]"], ["bo"]]


def test_every_text_stands_once(rows):
    assert len(rows.begins) - 1 == len({text for each in EXAMPLES for text in (each.asked, each.header, each.text)})
    assert rows.texts[0, 2] == rows.texts[2, 2]
    assert rows.bundles.tolist() == [0, 0, 1]
    assert rows.counts() == {"a": {"answer": 1, "found": 1}, "b": {"answer": 1}}


def test_what_is_too_long_loses_the_end_of_its_passage():
    from qa.training import pieces

    long = "word " * 400
    example = Example("a", "1", "Who?", "head", f"Ann left. {long}Bo came.", ((0, 3), (2010, 2012)), "answer")
    rows = pieces.rows([example], model_folder())
    batch = Batching(rows).batch([0])
    assert batch.ids.shape == (1, 256)
    assert batch.ids[0, -1] == rows.marks[1]
    assert batch.golds[0, :, 0].sum() == 1
    alone = pieces.rows([Example("a", "1", "Who?", "", f"{long}Bo came.", ((2000, 2002),), "answer")], model_folder())
    assert Batching(alone).batch([0]).golds[0, :, 0].nonzero().tolist() == [[0]]


def test_what_is_kept_comes_back(rows, tmp_path):
    rows.save(tmp_path / "rows.zip")
    again = Rows.load(tmp_path / "rows.zip")
    assert again.names == rows.names
    for name in ("pieces", "begins", "texts", "kinds", "sources", "bundles", "golds", "marks"):
        assert torch.equal(getattr(again, name), getattr(rows, name))


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "rows.zip").write_bytes(b"torn")
    with pytest.raises(TrainingError, match=r"rows\.zip cannot be read .* remove it"):
        Rows.load(tmp_path / "rows.zip")
