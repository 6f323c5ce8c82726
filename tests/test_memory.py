"""What was embedded once is remembered, exactly."""

import numpy as np
import pytest
from conftest import FakeEmbedder

from index.settings import Settings
from qa.evaluation.memory import Memory


@pytest.fixture
def inner():
    return FakeEmbedder()


@pytest.fixture
def memory(inner, tmp_path):
    memory = Memory(inner, tmp_path / "cache")
    yield memory
    memory.close()


def test_only_what_is_new_is_embedded_and_each_once(inner, memory):
    memory.passages(["tanker", "bridge", "tanker"])
    memory.passages(["bridge", "border"])
    assert inner.embedded == ["tanker", "bridge", "border"]


def test_rows_come_in_the_order_asked_for_and_are_exactly_the_others(inner, memory):
    texts = ["tanker", "bridge", "tanker", "border"]
    memory.passages(["border", "bridge"])
    assert np.array_equal(memory.passages(texts), FakeEmbedder().passages(texts))
    assert memory.passages(texts).dtype == np.float32


def test_it_remembers_after_it_is_closed(inner, memory, tmp_path):
    first = memory.passages(["tanker"])
    memory.close()
    again = Memory(FakeEmbedder(fail_after=0), tmp_path / "cache")
    assert np.array_equal(again.passages(["tanker"]), first)
    again.close()


class Opposed(FakeEmbedder):
    """Gives a question the opposite of what it gives a passage."""

    def passages(self, texts):
        return -self.questions(texts)


def test_questions_and_passages_are_two_things(tmp_path):
    memory = Memory(Opposed(), tmp_path / "cache")
    assert np.array_equal(memory.questions(["tanker"]), -memory.passages(["tanker"]))
    memory.close()


def test_another_model_has_a_file_of_its_own(tmp_path):
    for prompt in ("", "query: "):
        memory = Memory(FakeEmbedder(Settings(question_prompt=prompt)), tmp_path / "cache")
        memory.questions(["tanker"])
        memory.close()
    assert len(list((tmp_path / "cache").glob("*.sqlite"))) == 2


def test_asleep_it_neither_remembers_nor_recalls(inner, memory):
    memory.passages(["tanker"])
    with memory.asleep():
        memory.passages(["tanker", "bridge"])
    memory.passages(["bridge"])
    assert inner.embedded == ["tanker", "tanker", "bridge", "bridge"]


def test_nothing_asked_is_nothing_given(memory):
    assert memory.passages([]).shape == (0, 64)


def test_more_texts_than_one_query_can_name(memory):
    texts = [f"word{n}" for n in range(1_201)]
    memory.passages(texts[:700])
    assert np.array_equal(memory.passages(texts), FakeEmbedder().passages(texts))


def test_it_is_asked_like_the_other(inner, memory):
    assert (memory.dim, memory.max_pieces, memory.fingerprint) == (64, 256, inner.fingerprint)
    assert memory.pieces(["two words"]) == [4]


def test_passages_are_remembered_by_piece_and_given_in_the_order_asked_for(inner, memory):
    calls = []
    inner.tokens = lambda question, passages: calls.append(list(passages)) or FakeEmbedder().tokens(question, passages)
    memory.tokens("who?", ["a tanker", "a bridge"])
    asked, found = memory.tokens("what else?", ["a border", "a bridge", "a tanker", "a border"])
    assert calls == [["a tanker", "a bridge"], ["a border"]]
    wanted, fresh = FakeEmbedder().tokens("what else?", ["a border", "a bridge", "a tanker", "a border"])
    assert np.array_equal(asked.vectors, wanted.vectors)
    assert all(np.array_equal(one.vectors, other.vectors) for one, other in zip(found, fresh, strict=True))
    with memory.asleep():
        memory.tokens("who?", ["a tanker"])
    assert calls[2:] == [["a tanker"]]


def test_the_oldest_pieces_are_forgotten(inner, memory, monkeypatch):
    monkeypatch.setattr("qa.evaluation.memory._MOST_BY_PIECE", 2)
    calls = []
    inner.tokens = lambda question, passages: calls.append(list(passages)) or FakeEmbedder().tokens(question, passages)
    memory.tokens("who?", ["a", "b", "c"])
    memory.tokens("who?", ["b", "c"])
    memory.tokens("who?", ["a"])
    assert calls == [["a", "b", "c"], [], ["a"]]
