"""Rows -> weights: what a network learns, that a stopped training goes on, and that a teacher is listened to."""

import math
from dataclasses import replace

import pytest
import torch
from conftest import Killed

from index.article import Passage
from index.errors import TrainingError
from qa.marking import best
from qa.training import learning
from qa.training.course import Course, batches
from qa.training.encoder import Encoder, Shape
from qa.training.examples import Example
from qa.training.learning import Reading, learn, odds
from qa.training.rows import Batching

pytestmark = [pytest.mark.model, pytest.mark.usefixtures("in_one_thread")]

LEARNT = [
    Example("made", "1", "who ran", "head", "ann ran. bo sat.", ((0, 3),), "answer"),
    Example("made", "2", "who sat", "head", "ann ran. bo sat.", ((9, 11),), "answer"),
    Example("made", "1", "who fell", "head", "ann ran. bo sat.", (), "trap"),
    Example("made", "4", "who fell", "", "dee fell. bo ran.", ((0, 3),), "answer"),
    Example("made", "4", "who fell", "", "cy sat. bo ran.", (), "found"),
]
COURSE = Course(epochs=80, batch=2, rate=3e-3, head_rate=1e-2)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    words = "who ran sat fell ann bo cy dee . head".split()
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=15, hidden_size=64, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=40,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    BertTokenizerFast.from_pretrained(folder).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def rows(tiny):
    from qa.training import pieces

    return pieces.rows(LEARNT, tiny)


def untrained(tiny, seed=1):
    from qa.network import Network

    torch.manual_seed(seed)
    network = Network(tiny)
    reading = Reading(Encoder(Shape.of(network.encoder.config.to_dict())))
    reading.load_state_dict(network.state_dict())
    return reading


def trained(rows, tiny, folder, course, teacher=None):
    reading = untrained(tiny)
    learn(rows, reading, folder / "state.zip", course, teacher)
    return reading


def test_it_learns_who_did_it_and_that_nobody_did_and_the_network_reads_the_same(rows, tiny, tmp_path):
    from qa.network import Network

    network = Network(tiny)
    network.load_state_dict(trained(rows, tiny, tmp_path, COURSE).state_dict())
    for row in LEARNT:
        (read,) = network.eval().read(row.asked, [(row.header, row.text)])
        (marked,) = best(Passage("a", 0, 0, len(row.text), row.text, ((0, len(row.text)),)), read)
        if row.spans:
            assert marked.odds > 0, row
            assert marked.span == row.spans[0]
        else:
            assert marked.odds < 0, row


def test_the_answer_comes_before_what_it_is_bundled_with(rows, tiny, tmp_path):
    # The rank alone is learnt: spans and near misses have no weight against it.
    batch = Batching(rows).batch(range(len(LEARNT)))
    before = odds(untrained(tiny)(batch))
    after = odds(trained(rows, tiny, tmp_path, replace(COURSE, epochs=20, rank=100.0))(batch))
    for right, wrong in ((0, 2), (3, 4)):
        assert after[right] - after[wrong] > before[right] - before[wrong] + 1


def test_the_loss_of_rank_is_that_of_the_answer_among_its_bundle(rows):
    batch = Batching(rows).batch(range(len(LEARNT)))
    given = torch.tensor([1.0, 5.0, 2.0, 0.0, 3.0])
    # Answers 0 and 3 stand beside the near misses 2 and 4; answer 1 is alone in its bundle.
    expected = [math.log1p(math.exp(2.0 - 1.0)), 0.0, math.log1p(math.exp(3.0 - 0.0))]
    assert learning._ranked(given, batch).item() == pytest.approx(sum(expected) / 3, abs=1e-5)


def test_log_odds_are_those_of_any_place_against_none():
    scores = torch.full((1, 4, 2), -math.inf)
    scores[0, 0] = torch.tensor([1.0, 2.0])
    scores[0, 2:] = torch.tensor([[0.5, 0.0], [0.25, 1.0]])
    starts, ends = math.log(math.exp(0.5) + math.exp(0.25)), math.log(math.exp(0.0) + math.exp(1.0))
    assert odds(scores).item() == pytest.approx(starts + ends - 3.0, abs=1e-5)


def test_stopped_and_gone_on_it_is_the_same(rows, tiny, tmp_path, monkeypatch):
    course = Course(epochs=3, batch=1, rate=1e-3)
    whole = trained(rows, tiny, tmp_path / "a", course).state_dict()
    monkeypatch.setattr(learning, "_KEEP_EVERY", 2)
    step, calls = learning._step, []

    def killed(*given):
        calls.append(1)
        if len(calls) == 5:
            raise Killed
        return step(*given)

    monkeypatch.setattr(learning, "_step", killed)
    with pytest.raises(Killed):
        trained(rows, tiny, tmp_path / "b", course)
    before = len(calls)
    monkeypatch.setattr(learning, "_step", lambda *given: calls.append(1) or step(*given))
    again = trained(rows, tiny, tmp_path / "b", course).state_dict()
    steps = sum(1 for epoch in range(3) for _ in batches(rows, course, epoch))
    assert len(calls) - before == steps - 4
    for name, numbers in whole.items():
        assert numbers.tolist() == again[name].tolist(), name


def test_another_training_starts_anew(rows, tiny, tmp_path, monkeypatch):
    trained(rows, tiny, tmp_path, Course(batch=1))
    step, calls = learning._step, []
    monkeypatch.setattr(learning, "_step", lambda *given: calls.append(1) or step(*given))
    trained(rows, tiny, tmp_path, Course(batch=1, rate=1e-5))
    assert len(calls) == sum(1 for _ in batches(rows, Course(batch=1), 0))


def test_it_ends_in_time_with_the_rate_at_its_end(rows, tiny, tmp_path, monkeypatch):
    clock = iter(range(10_000))
    monkeypatch.setattr(learning.time, "monotonic", lambda: float(next(clock)))
    step, rates = learning._step, []
    monkeypatch.setattr(learning, "_step", lambda *given: rates.append(1) or step(*given))
    trained(rows, tiny, tmp_path, Course(epochs=1_000, batch=2, seconds=12.0))
    assert 5 <= len(rates) <= 12


def test_word_embeddings_stay_as_they_are(rows, tiny, tmp_path):
    name = "encoder.embeddings.word_embeddings.weight"
    before = untrained(tiny).state_dict()
    after = trained(rows, tiny, tmp_path, Course(epochs=3, rate=1e-3)).state_dict()
    assert [each for each in before if torch.equal(before[each], after[each])] == [name]


def test_every_answer_and_trap_is_shown_once_and_a_bundle_is_never_parted(rows):
    course = Course(batch=2, found=2.0, removed=0.0, turned=0.0)
    made = list(batches(rows, course, 0))
    assert sorted(row for batch in made for row in batch) == [0, 1, 2, 3, 4]
    assert any({0, 2} <= set(batch) for batch in made)
    assert any({3, 4} <= set(batch) for batch in made)
    none = [row for batch in batches(rows, replace(course, found=0.0), 0) for row in batch]
    assert sorted(none) == [0, 1, 2, 3]


def test_a_teacher_is_listened_to(rows, tiny, tmp_path):
    teacher = trained(rows, tiny, tmp_path / "teacher", COURSE)
    batch = Batching(rows).batch(range(len(LEARNT)))
    # Rows without any answer to learn from but the teacher's word.
    course = replace(COURSE, epochs=60, listen=1.0)
    student = untrained(tiny, seed=2)
    learn(rows, student, tmp_path / "student.zip", course, teacher)
    with torch.inference_mode():
        said, learnt, before = (each(batch).softmax(dim=1) for each in (teacher, student, untrained(tiny, seed=2)))
    assert (learnt - said).abs().max() < 0.1 < (before - said).abs().max()


def test_a_broken_state_is_named(rows, tiny, tmp_path):
    (tmp_path / "state.zip").write_bytes(b"torn")
    with pytest.raises(TrainingError, match=r"state\.zip cannot be read .* remove it"):
        trained(rows, tiny, tmp_path, COURSE)


def test_nothing_to_learn_is_told(tiny, tmp_path):
    from qa.training import pieces

    with pytest.raises(TrainingError, match="No row holds an answer"):
        trained(pieces.rows([LEARNT[2]], tiny), tiny, tmp_path, COURSE)
