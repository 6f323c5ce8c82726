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
