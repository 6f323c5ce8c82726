"""Loads travel, a student learns from its teacher where there is nothing but PyTorch, and lands in the package."""

import json
import math
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from conftest import ROOT, Killed

from index.errors import TrainingError
from qa import weights
from qa.training import learning, parts, recipe, tensors, travel
from qa.training.course import Course
from qa.training.encoder import Encoder, Shape
from qa.training.examples import Example
from qa.training.learning import Reading
from qa.training.rows import KINDS, Batching, Rows
from qa.training.teach import MOST_BYTES, WORDS, auroc, figures_of, likeliest, main, overlap, teach

pytestmark = [pytest.mark.model, pytest.mark.usefixtures("in_one_thread")]

SUBJECTS, DEEDS = ("ann", "bo", "cy", "dee"), ("ran", "sat", "fell")
MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS_KNOWN = ["who", *SUBJECTS, *DEEDS, ".", "head"]
COURSE = Course(epochs=2, batch=6, rate=2e-3, head_rate=5e-3, found=2.0)
TO_STUDENT = replace(COURSE, listen=0.7, seed=2)


def made():
    """Give 28 examples: who did what of two, and who did what nobody of them did."""
    for number, who in enumerate(SUBJECTS):
        for deed, other in zip(DEEDS, DEEDS[1:] + DEEDS[:1], strict=True):
            bundle, asked, text = f"{who} {deed}", f"who {deed}", f"{who} {deed} . {SUBJECTS[number - 1]} {other} ."
            yield Example("made", bundle, asked, "head", text, ((0, len(who)),), "answer")
            yield Example("made", bundle, asked, "head", f"{who} {other} .", (), "found")
        without = f"{who} fell . {SUBJECTS[number - 1]} sat ."
        yield Example("made", f"{who} ran", "who ran", "head", without, (), "trap")


@pytest.fixture(scope="module")
def bert(tmp_path_factory):
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("bert")
    (folder / "vocab.txt").write_text("\n".join([*MARKS, *WORDS_KNOWN]) + "\n")
    torch.manual_seed(0)
    sizes = {"hidden_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    BertModel(BertConfig(vocab_size=15, max_position_embeddings=40, **sizes)).save_pretrained(folder)
    BertTokenizerFast.from_pretrained(folder).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def mpnet(tmp_path_factory):
    from transformers import MPNetConfig, MPNetModel

    folder = tmp_path_factory.mktemp("mpnet")
    words = ["<s>", "<pad>", "</s>", "<unk>", *MARKS, *WORDS_KNOWN, "<mask>"]
    (folder / "vocab.txt").write_text("".join(f"{word}\n" for word in words))
    torch.manual_seed(1)
    config = MPNetConfig(
        vocab_size=len(words), hidden_size=64, num_hidden_layers=1, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=42, layer_norm_eps=1e-5,
    )  # fmt: skip
    MPNetModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def rows(bert):
    from qa.training import pieces

    return pieces.rows(made(), bert)


@pytest.fixture(scope="module")
def loaded(bert, mpnet, rows, tmp_path_factory):
    """All that the loads of a tiny teacher and a tiny student hold, in one folder."""
    from qa.training import teacher_files

    folder = tmp_path_factory.mktemp("loaded")
    teacher_files.pieces(mpnet, folder, [*MARKS, *WORDS_KNOWN], 30_000)
    rows.save(folder / "rows.zip")
    rows.taken(rows.kinds != KINDS.index("found")).save(folder / "measured.zip")
    travel.start(bert, folder / "student.zip")
    return folder


@pytest.fixture
def work(loaded, tmp_path):
    return shutil.copytree(loaded, tmp_path / "work")


@pytest.fixture(scope="module")
def taught(loaded, tmp_path_factory):
    """The folder of a job that was done: what it was done in, and what came out."""
    folder = tmp_path_factory.mktemp("taught")
    shutil.copytree(loaded, folder / "work")
    course = replace(COURSE, epochs=24)
    teach(folder / "work", folder / "out", course, replace(course, listen=0.7))
    return folder


def learnt(work):
    kept, _ = tensors.read(work / "learnt-student.zip", "")
    return {name.removeprefix("numbers."): each for name, each in kept.items() if name.startswith("numbers.")}


class TestJob:
    def test_teacher_and_student_learn(self, taught):
        _, card = parts.read((taught / "out").iterdir(), "student")
        before, after = card["figures"]["before"], card["figures"]["after"]
        for who in ("teacher", "student"):
            for figure in ("auroc", "f1"):
                assert after[who][figure] > max(0.9, before[who][figure]), card["figures"]

    def test_the_card_says_how_it_was_made(self, taught, mpnet):
        _, card = parts.read((taught / "out").iterdir(), "student")
        assert card["trained_on"] == {"made": {"answer": 12, "trap": 4, "found": 12}}
        assert {who: course["listen"] for who, course in card["courses"].items()} == {"teacher": 0.0, "student": 0.7}
        assert card["teacher"]["name"] == mpnet.name
        assert len(card["teacher"]["sha256"]) == 64
        assert card["figures"]["rows"] == 16

    def test_what_comes_out_is_what_was_learnt_but_for_the_words(self, taught):
        numbers, _ = parts.read((taught / "out").iterdir(), "student")
        expected = learnt(taught / "work")
        assert set(numbers) == set(expected) - {WORDS}
        assert all(torch.equal(numbers[name], expected[name].half()) for name in numbers)

    @pytest.mark.parametrize("left", [1, 14])
    def test_stopped_it_goes_on_where_it_was(self, loaded, tmp_path, monkeypatch, left):
        monkeypatch.setattr(learning, "_KEEP_EVERY", 1)
        for name in ("whole", "stopped"):
            shutil.copytree(loaded, tmp_path / name)
        step, calls = learning._step, []
        monkeypatch.setattr(learning, "_step", lambda *given: calls.append(1) or step(*given))
        whole = teach(tmp_path / "whole", tmp_path / "a", COURSE, TO_STUDENT)
        steps = len(calls)
        assert 14 < steps < 28  # the last step is the student's, and the fourteenth before it the teacher's

        def killed(*given):
            calls.append(1)
            if len(calls) == 2 * steps - left:
                raise Killed
            return step(*given)

        monkeypatch.setattr(learning, "_step", killed)
        with pytest.raises(Killed):
            teach(tmp_path / "stopped", tmp_path / "b", COURSE, TO_STUDENT)
        again = teach(tmp_path / "stopped", tmp_path / "b", COURSE, TO_STUDENT)
        assert len(calls) == 2 * steps + 1
        assert [path.read_bytes() for path in again] == [path.read_bytes() for path in whole]

    def test_of_another_teacher_the_student_learns_anew(self, work, tmp_path, monkeypatch):
        teach(work, tmp_path / "out", COURSE, TO_STUDENT)
        step, calls = learning._step, []
        monkeypatch.setattr(learning, "_step", lambda *given: calls.append(given[2]) or step(*given))
        teach(work, tmp_path / "out", COURSE, TO_STUDENT)
        assert calls == []
        teach(work, tmp_path / "out", replace(COURSE, rate=1e-3), TO_STUDENT)
        assert len([teacher for teacher in calls if teacher]) > 5

    @pytest.mark.parametrize("lost", ["rows.zip", "measured.zip", "student.zip", "teacher-1.zip"])
    def test_what_is_missing_is_named(self, work, tmp_path, lost, caplog):
        (work / lost).unlink()
        assert main(["--work", str(work), "--out", str(tmp_path / "out")]) == 1
        assert f"there is no {lost}" in caplog.text

    def test_it_ends_in_the_time_it_is_given(self, work, tmp_path, caplog):
        caplog.set_level("INFO")
        given = ["--work", str(work), "--out", str(tmp_path / "out"), "--batch", "6", "--seconds", "1e-9", "1e-9"]
        assert main(given) == 0
        _, card = parts.read((tmp_path / "out").iterdir(), "student")
        assert [card["courses"][who]["seconds"] for who in ("teacher", "student")] == [1e-9, 1e-9]
        assert "student-1.zip" in caplog.text

    def test_it_needs_nothing_but_torch(self, work, tmp_path):
        others = "transformers tokenizers safetensors sentence_transformers huggingface_hub numpy scipy pydantic regex"
        code = (
            "import sys\n"
            "class Without:\n"
            "    def __init__(self, finder):\n"
            "        self.finder = finder\n"
            "    def find_spec(self, name, *given):\n"
            f"        hidden = name.partition('.')[0] in {others.split()}\n"
            "        return None if hidden else self.finder.find_spec(name, *given)\n"
            "sys.meta_path = [Without(each) for each in sys.meta_path]\n"
            "from qa.training import teach\n"
            "sys.exit(teach.main())"
        )
        given = ["--work", work, "--out", tmp_path / "out", "--seconds", "0.5", "0.5"]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        subprocess.run([sys.executable, "-W", "ignore", "-c", code, *given], check=True, cwd=ROOT, env=environment)
        assert len(list((tmp_path / "out").glob("student-*.zip"))) == 1


def test_no_step_asks_a_device_for_what_it_holds(rows):
    # A GPU would have to be waited for; "meta" holds nothing, and refuses to be asked and to be mixed with others.
    device = torch.device("meta")
    student = Reading(Encoder(Shape(15, 1, 64, 2, 64, 40, 2, 1e-12), fused=True)).to(device)
    teacher = Reading(Encoder(Shape(20, 1, 64, 4, 64, 42, 0, 1e-5, 32, 2), fused=True), torch.arange(15)).to(device)
    batch = Batching(rows, device).batch(range(12))
    loss = learning._step(batch, student, teacher, TO_STUDENT)
    loss.backward()
    assert loss.device == student.head.weight.grad.device == likeliest(student(batch)).device == device


class TestProcessor:
    def test_what_comes_out_holds_as_much_of_the_start_as_the_course_says(self, bert, rows, tmp_path, monkeypatch):
        from qa.network import Network

        monkeypatch.setattr(recipe, "model_folder", lambda: bert)
        start = Network(bert)
        name, before = "encoder.encoder.layer.0.intermediate.dense.bias", start.state_dict()
        learnt, mean = (
            weights.unpack(packed, start.untrained())[name] - before[name]
            for packed in (
                recipe.taught(rows, start, replace(COURSE, held=held), tmp_path / f"{held}.zip") for held in (0.0, 0.25)
            )
        )
        assert learnt.norm() > 0.01
        assert (mean - 0.75 * learnt).norm() < 0.01 * learnt.norm()


class TestLanding:
    def test_it_changes_the_packaged_model_by_what_was_learnt(self, taught, bert, tmp_path):
        from qa.network import Network

        into = tmp_path / "reader.safetensors"
        travel.land(taught / "out", into, bert)
        base = Network(bert).untrained()
        landed, expected = weights.unpack(weights.read(into), base), learnt(taught / "work")
        Network(bert).load_state_dict(landed)
        assert torch.equal(landed[WORDS], base[WORDS])
        for name in set(expected) - {WORDS}:
            change = expected[name].half().float() - base.get(name, 0)
            step = change.abs().max() / (7 if change.dim() == 2 else 1000)
            assert (landed[name] - base.get(name, 0) - change).abs().max() <= 0.51 * step, name
        card = json.loads(into.with_suffix(".json").read_text(encoding="utf-8"))
        assert {"sha256", "trained_on", "courses", "teacher", "figures", "started_from"} == set(card)

    def test_what_is_of_another_model_is_refused(self, bert, tmp_path):
        parts.write(tmp_path, "student", {"head.weight": torch.zeros(2, 64)}, {}, MOST_BYTES)
        with pytest.raises(TrainingError, match="is of another model"):
            travel.land(tmp_path, tmp_path / "reader.safetensors", bert)
        assert not (tmp_path / "reader.safetensors").exists()

    def test_a_missing_piece_is_named(self, tmp_path, bert):
        written = parts.write(tmp_path, "student", {"a": torch.zeros(100, 64)}, {}, 15_000)
        written[0].unlink()
        with pytest.raises(TrainingError, match=r"there is no student-1\.zip: copy it too"):
            travel.land(tmp_path, tmp_path / "reader.safetensors", bert)

    def test_pieces_are_under_their_limit_and_others_before_them_are_gone(self, tmp_path):
        numbers = {"a": torch.randn(1000, 64).half(), "b": torch.randn(7)}
        more = parts.write(tmp_path, "student", numbers, {"said": "x" * 3000}, 20_000)
        assert len(more) > 3
        assert max(path.stat().st_size for path in more) <= 20_000
        less = parts.write(tmp_path, "student", numbers, {}, 50_000)
        assert sorted(tmp_path.iterdir()) == sorted(less)
        back, card = parts.read(less, "student")
        assert card == {}
        assert all(torch.equal(back[name], numbers[name]) for name in numbers)


class TestFigures:
    def test_auroc_is_the_share_of_pairs_in_order(self):
        odds, right = torch.tensor([3.0, 1.0, 2.0, 1.0, -math.inf]), torch.tensor([True, True, False, False, False])
        # 3 is above all three; 1 is below 2, like 1, above minus infinity.
        assert auroc(odds, right) == pytest.approx((3 + 0 + 0.5 + 1) / 6)

    @pytest.mark.parametrize(
        ("found", "gold", "expected"),
        [((2, 4), (2, 4), 1.0), ((2, 4), (4, 8), 2 / 8), ((2, 3), (4, 4), 0.0), ((0, 9), (3, 4), 4 / 12)],
    )
    def test_overlap_is_f1_over_pieces(self, found, gold, expected):
        assert overlap(found, gold) == pytest.approx(expected)

    def test_the_likeliest_place_ends_where_it_starts_or_later(self):
        starts, ends = [9.0, 0.0, 1.0, 3.0, 0.0], [9.0, 2.0, 5.0, 1.0, 0.5]
        # 9 stands for no answer; 3 with 5 would end before it starts.
        scores = torch.tensor([list(zip(starts, ends, strict=True))])
        assert likeliest(scores).tolist() == [[2, 2]]

    def test_the_likeliest_place_is_of_sixty_pieces_at_most(self):
        scores = torch.zeros(1, 100, 2)
        scores[0, 5, 0] = 2.0
        scores[0, 64, 1] = 1.0
        assert likeliest(scores).tolist() == [[5, 64]]
        scores[0, [64, 65], 1] = torch.tensor([0.0, 1.0])
        assert likeliest(scores).tolist()[0] != [5, 65]

    def test_figures_are_of_the_passages_own_places(self, rows):
        measured = rows.taken(rows.kinds != KINDS.index("found"))

        class Knowing:
            """Marks the second piece of every passage, and says of the first six rows that they are answered."""

            head = torch.nn.Linear(1, 1)

            def __call__(self, batch):
                scores = torch.full((*batch.ids.shape, 2), -math.inf).masked_fill(batch.readable[..., None], 0.0)
                second = batch.readable[:, 1:].int().argmax(dim=1) + 2
                scores[torch.arange(len(scores)), second] = 20.0
                scores[6:, 0] = 30.0
                return scores

        # Answers are the first piece, or the first two for none: here always one word, so nothing overlaps.
        found = figures_of(Knowing(), measured)
        assert found["f1"] == 0.0
        answers = (measured.kinds == KINDS.index("answer")).tolist()
        right, wrong = sum(answers[:6]), 6 - sum(answers[:6])
        pairs = sum(answers) * (len(answers) - sum(answers))
        above = right * (len(answers) - sum(answers) - wrong)
        equal = right * wrong + (sum(answers) - right) * (len(answers) - sum(answers) - wrong)
        assert found["auroc"] == pytest.approx((above + equal / 2) / pairs, abs=1e-4)


class TestPacking:
    def test_files_go_into_the_first_load_that_has_room(self, tmp_path):
        for name, size in (("a", 30), ("b", 60), ("c", 45), ("d", 40), ("e", 20)):
            (tmp_path / name).write_bytes(b"x" * size)
        dealt = travel.loads(tmp_path.iterdir(), 100)
        assert [[path.name for path in load] for load in dealt] == [["b", "d"], ["c", "a", "e"]]

    def test_a_file_larger_than_a_load_is_refused(self, tmp_path):
        (tmp_path / "a").write_bytes(b"x" * 101)
        with pytest.raises(TrainingError, match="a takes 101 bytes, more than a load of 100"):
            travel.loads([tmp_path / "a"], 100)

    def test_of_rows_that_do_not_fit_the_worst_ranked_found_are_left_out(self, bert, tmp_path):
        from qa.training import pieces

        many = [
            Example("made", bundle, "who ran", f"head {bundle} {number}", text, spans, kind)
            for bundle in ("1", "2")
            for number, (kind, text, spans) in enumerate(
                [("answer", "ann ran", ((0, 3),)), ("removed", "ann", ()), *[("found", "bo sat", ())] * 30]
            )
        ]
        whole = pieces.rows(many, bert)
        travel.fit(whole, tmp_path / "a.zip", 1 << 20)
        assert len(Rows.load(tmp_path / "a.zip")) == 64
        whole.taken(torch.arange(64) % 32 < 2 + 12).save(tmp_path / "b.zip")
        travel.fit(whole, tmp_path / "a.zip", (tmp_path / "b.zip").stat().st_size)
        assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
        with pytest.raises(TrainingError, match="take more than 500 bytes"):
            travel.fit(whole, tmp_path / "a.zip", 500)

    def test_some_of_the_rows_are_read_as_they_were_among_all(self, rows):
        which = torch.arange(len(rows)) % 3 == 1
        some = Batching(rows.taken(which)).batch(range(int(which.sum())))
        among = Batching(rows).batch(which.nonzero().flatten().tolist())
        for name in ("ids", "types", "mask", "readable", "golds", "bundles", "answers"):
            assert torch.equal(getattr(some, name), getattr(among, name)), name

    def test_loads_hold_all_that_the_job_needs(self, bert, mpnet, rows, tmp_path, monkeypatch):
        watched = tmp_path / "sets" / "squad2-half"
        watched.mkdir(parents=True)
        asked = [("who ran", ["ann"], True), ("who sat", ["bo"], True), ("who fell", [], False), ("who", [], False)]
        stored = {
            "corpus": [{"_id": "1", "title": "head", "text": "ann ran . bo sat ."}],
            "queries": [
                {"_id": str(at), "text": text, "metadata": {"answers": found, "answerable": known, "about_doc": "1"}}
                for at, (text, found, known) in enumerate(asked)
            ],
            "spans": [
                {"query_id": "0", "corpus_id": "1", "start": 0, "end": 3, "text": "ann"},
                {"query_id": "1", "corpus_id": "1", "start": 10, "end": 12, "text": "bo"},
            ],
        }
        for name, lines in stored.items():
            (watched / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        places = recipe.Places(tmp_path / "sets", tmp_path, tmp_path / "work")
        rows.save(places.work / "rows.zip")
        monkeypatch.setattr(travel.teacher_files, "fetch", lambda folder: mpnet)
        monkeypatch.setattr(travel, "model_folder", lambda: bert)
        monkeypatch.setattr(travel, "LOAD_BYTES", 100_000)
        monkeypatch.setattr(travel, "_PIECE_BYTES", 40_000)
        for _ in range(2):
            packed = travel.pack(places, tmp_path / "travel", questions=8)
        assert sorted(packed) == sorted((tmp_path / "travel").iterdir())
        assert len(packed) > 1
        assert max(sum(path.stat().st_size for path in load.iterdir()) for load in packed) <= 100_000
        together = {path.name: path for load in packed for path in load.iterdir()}
        assert set(together) - {f"teacher-{at}.zip" for at in range(9)} == {"rows.zip", "measured.zip", "student.zip"}
        assert Rows.load(together["rows.zip"]).bundles.unique().tolist() == list(range(8))
        # Every other question that is kept out; and two of them, a quarter of eight.
        measured = Rows.load(together["measured.zip"])
        assert measured.counts() == {"squad2-half": {"answer": 1, "trap": 1}}
        assert measured.golds.tolist() == [[0, 0, 0]]
