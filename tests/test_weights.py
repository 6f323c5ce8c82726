"""What training changed is kept in four bits a number, and checked before it is used."""

import json

import pytest
import torch

from index.errors import ModelError
from qa.weights import pack, read, unpack, write


def test_a_change_of_whole_steps_comes_back_exactly():
    base = {"a": torch.zeros(2, 128)}
    steps = torch.arange(256).reshape(2, 128) % 15 - 7.0
    trained = {"a": steps * 0.25}
    assert torch.equal(unpack(pack(trained, base), base)["a"], trained["a"])


def test_a_change_is_rounded_to_half_a_step_of_its_group_at_most():
    torch.manual_seed(3)
    base = {"a": torch.randn(8, 192)}
    trained = {"a": base["a"] + 0.01 * torch.randn(8, 192)}
    back = unpack(pack(trained, base), base)
    change = (trained["a"] - base["a"]).reshape(8, 3, 64)
    step = change.abs().amax(dim=2, keepdim=True) / 7
    assert ((back["a"] - trained["a"]).reshape(8, 3, 64).abs() <= 0.51 * step).all()


def test_two_numbers_take_a_byte():
    packed = pack({"a": torch.ones(4, 128)}, {"a": torch.zeros(4, 128)})
    assert {name: (each.dtype, tuple(each.shape)) for name, each in packed.items()} == {
        "a": (torch.uint8, (4, 64)),
        "a.scale": (torch.float16, (4, 2)),
    }


def test_what_did_not_change_is_left_out_and_what_is_new_is_whole():
    base = {"same": torch.ones(2, 64), "bias": torch.zeros(3)}
    trained = {"same": torch.ones(2, 64), "bias": torch.tensor([0.5, 0.0, -1.0]), "head": torch.tensor([[0.25, 2.0]])}
    packed = pack(trained, base)
    assert set(packed) == {"bias", "head"}
    back = unpack(packed, base)
    assert {name: each.tolist() for name, each in back.items()} == {
        name: each.tolist() for name, each in trained.items()
    }


@pytest.fixture
def stored(tmp_path):
    path = tmp_path / "small.safetensors"
    write({"a": torch.tensor([1.0, 2.0])}, path, {"trained_on": {"cuttings": 3}})
    return path


def test_what_is_written_is_read_and_described(stored):
    assert read(stored)["a"].tolist() == [1.0, 2.0]
    card = json.loads(stored.with_suffix(".json").read_text(encoding="utf-8"))
    assert card["trained_on"] == {"cuttings": 3}
    assert len(card["sha256"]) == 64


def test_a_flipped_bit_is_refused(stored):
    data = bytearray(stored.read_bytes())
    data[-1] ^= 1
    stored.write_bytes(data)
    with pytest.raises(ModelError, match="is not the file that its card describes"):
        read(stored)


@pytest.mark.parametrize("lost", ["small.safetensors", "small.json"])
def test_a_lost_file_is_named(stored, lost):
    stored.with_name(lost).unlink()
    with pytest.raises(ModelError, match=f"{lost}.*reinstall"):
        read(stored)
