"""Our own encoder computes what transformers' BERT and MPNet compute, under their names."""

import json
import subprocess
import sys

import pytest
import torch
from conftest import ROOT

from index.models import model_folder
from qa.training.encoder import Encoder, Shape, mpnet_names

pytestmark = [pytest.mark.model, pytest.mark.usefixtures("in_one_thread")]

LENGTHS = (150, 40, 3)
"""MPNet tells distances up to 128; from 8 on it counts them coarsely."""


def bert():
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=50, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=160, initializer_range=0.3,
    )  # fmt: skip
    return BertModel(config, add_pooling_layer=False).eval()


def mpnet():
    from transformers import MPNetConfig, MPNetModel

    config = MPNetConfig(
        vocab_size=50, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=162, initializer_range=0.3, layer_norm_eps=1e-5,
    )  # fmt: skip
    return MPNetModel(config).eval()


def ours(theirs, **given):
    encoder = Encoder(Shape.of(theirs.config.to_dict()), **given).eval()
    numbers = theirs.state_dict()
    encoder.load_state_dict(mpnet_names(numbers) if theirs.config.model_type == "mpnet" else numbers)
    return encoder


def batch(vocabulary=50, padding=1):
    mask = torch.arange(max(LENGTHS)) < torch.tensor(LENGTHS)[:, None]
    # 0 and 1 are left out: transformers' MPNet counts places by the pieces that are not padding.
    ids = torch.randint(2, vocabulary, mask.shape).masked_fill(~mask, padding)
    return ids, torch.randint(0, 2, mask.shape), mask


@pytest.fixture(params=[bert, mpnet])
def theirs(request):
    torch.manual_seed(5)
    return request.param()


def states(theirs, ids, types, mask):
    known = {"token_type_ids": types} if theirs.config.model_type == "bert" else {}
    with torch.inference_mode():
        return theirs(ids, attention_mask=mask.long(), **known).last_hidden_state


@pytest.mark.parametrize("fused", [None, False, True])
def test_it_computes_what_transformers_computes(theirs, fused):
    ids, types, mask = batch()
    with torch.inference_mode():
        found = ours(theirs, fused=fused)(ids, types, mask)
    assert found.shape == (*ids.shape, 32)
    torch.testing.assert_close(found[mask], states(theirs, ids, types, mask)[mask], atol=1e-5, rtol=0)


def test_padding_changes_nothing(theirs):
    encoder, (ids, types, mask) = ours(theirs), batch()
    with torch.inference_mode():
        together = encoder(ids, types, mask)
        for row, length in enumerate(LENGTHS):
            part = slice(row, row + 1), slice(length)
            alone = encoder(ids[part], types[part], mask[part])
            torch.testing.assert_close(together[part], alone, atol=1e-5, rtol=0)


@pytest.mark.parametrize("fused", [False, True])
def test_it_learns_in_mixed_precision(theirs, fused):
    encoder, (ids, types, mask) = ours(theirs, fused=fused), batch()
    exact = encoder(ids, types, mask)
    with torch.autocast("cpu", torch.bfloat16):
        found = encoder(ids, types, mask)
    assert found.dtype == torch.float32
    assert torch.cosine_similarity(found, exact, dim=-1)[mask].min() > 0.99
    found[mask].square().mean().backward()
    assert all(each.grad.isfinite().all() and each.grad.any() for _, each in learnt(encoder))


def learnt(encoder):
    # What is added to every score of a row alike changes nothing, so a key's bias learns nothing.
    return [(name, each) for name, each in encoder.named_parameters() if not name.endswith("key.bias")]


def test_the_names_are_those_of_bert():
    theirs = bert()
    assert list(ours(theirs).state_dict()) == list(theirs.state_dict())


def test_without_types_none_are_looked_at():
    encoder, (ids, types, mask) = ours(mpnet()), batch()
    with torch.inference_mode():
        assert torch.equal(encoder(ids, types, mask), encoder(ids, types + 99, mask))


@pytest.mark.parametrize("wrong", [{"model_type": "roberta"}, {"hidden_act": "relu"}, {"num_attention_heads": 5}])
def test_an_encoder_that_computes_otherwise_is_refused(wrong):
    with pytest.raises(ValueError, match=r"not known|cannot be parted"):
        Shape.of({**bert().config.to_dict(), **wrong})


def test_it_is_interchangeable_with_the_networks_own():
    from qa.network import Network

    folder = model_folder()
    network = Network(folder).eval()
    encoder = Encoder(Shape.of(json.loads((folder / "config.json").read_text(encoding="utf-8")))).eval()
    encoder.load_state_dict(network.encoder.state_dict())
    network.encoder.load_state_dict(encoder.state_dict())
    pairs = network.encode(["Who left Oslo?"] * 2, ["Norway"] * 2, ["Ann left Oslo.", "Bo stayed. " * 30])
    mask = pairs.mask.bool()
    with torch.inference_mode():
        found = encoder(pairs.ids, pairs.types, mask)
    torch.testing.assert_close(
        found[mask], states(network.encoder, pairs.ids, pairs.types, mask)[mask], atol=1e-5, rtol=0
    )


def test_it_needs_nothing_but_torch():
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['numpy', 'transformers', 'safetensors']))\n"
        "import qa.training.encoder, qa.training.teacher"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, cwd=ROOT)
