"""Reading models that the user names: tiny random ones, made here, and every kind that is refused."""

import json

import numpy as np
import pytest

from index import build
from index.article import Passage
from index.errors import ModelError
from index.settings import Settings
from qa.assemble import assemble, marker
from qa.reply import Marked

TEXT = "ann ran . bo sat ."
PASSAGE = Passage("a1", 0, 100, 118, TEXT, ((100, 109), (110, 118)))
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"who ran sat fell ann bo . head".split()]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Saves a tiny random BERT with another head: class name -> folder."""
    import torch
    import transformers

    def make(name, **more):
        folder = tmp_path_factory.mktemp(name)
        (folder / "vocab.txt").write_text("\n".join(WORDS))
        torch.manual_seed(3)
        config = transformers.BertConfig(
            vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
            max_position_embeddings=300, initializer_range=0.6, **more,
        )  # fmt: skip
        getattr(transformers, name)(config).save_pretrained(folder)
        transformers.BertTokenizerFast.from_pretrained(folder).save_pretrained(folder)
        return folder

    return make


def named(folder):
    return marker(Settings(home=folder, reader=str(folder), dtype="float32"))


@pytest.mark.model
class TestExtractive:
    @pytest.fixture(scope="class")
    def folder(self, made):
        return made("BertForQuestionAnswering")

    def test_it_marks_what_the_model_itself_scores_highest(self, folder):
        import torch
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        (marked,) = named(folder).mark("who sat", [("head", PASSAGE)])
        pieces = AutoTokenizer.from_pretrained(folder)("who sat", f"head\n{TEXT}", return_tensors="pt")
        model = AutoModelForQuestionAnswering.from_pretrained(folder).eval()
        with torch.no_grad():
            said = model(**pieces)
        starts, ends = said.start_logits[0].numpy(), said.end_logits[0].numpy()
        # [CLS] who sat [SEP] head ann ran . bo sat . [SEP]
        for first, found, words in [(5, marked[0], ("ann", "ran", ".")), (8, marked[1], ("bo", "sat", "."))]:
            spans = {(a, b): starts[first + a] + ends[first + b] for a in range(3) for b in range(a, 3)}
            odds = np.log(sum(np.exp(score) for score in spans.values())) - starts[0] - ends[0]
            assert found.odds == pytest.approx(odds, abs=1e-4)
            a, b = max(spans, key=spans.get)
            start, end = found.span
            assert TEXT[start - 100 : end - 100] == " ".join(words[a : b + 1])

    def test_its_words_are_marked_in_the_quotes_of_a_reply(self, folder, tmp_path, fake_model):
        (tmp_path / "a.txt").write_text(TEXT)
        settings = Settings(home=tmp_path / "home", reader=str(folder), dtype="float32", related_at=0)
        build.index([tmp_path / "a.txt"], settings)
        reply = assemble(settings, fake_model(settings), marker(settings)).ask("who sat")
        (quote,) = (*reply.quotes, *reply.related)
        start, end = quote.answer
        assert quote.text == TEXT
        assert 0 <= start < end <= len(TEXT)


@pytest.mark.model
class TestCrossEncoder:
    @pytest.fixture(scope="class")
    def folder(self, made):
        return made("BertForSequenceClassification", num_labels=1)

    def test_each_sentence_gets_the_models_own_score_and_no_words(self, folder):
        import torch
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        (marked,) = named(folder).mark("who sat", [("head", PASSAGE)])
        tokenizer = AutoTokenizer.from_pretrained(folder)
        model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
        wanted = []
        for text in ("ann ran .", "bo sat ."):
            with torch.no_grad():
                score = model(**tokenizer("who sat", f"head\n{text}", return_tensors="pt")).logits.item()
            wanted.append(Marked(pytest.approx(score, abs=1e-4), None))
        assert list(marked) == wanted
        assert abs(wanted[0].odds.expected - wanted[1].odds.expected) > 0.01

    def test_no_passages_no_marks(self, folder):
        assert named(folder).mark("who sat", []) == []


@pytest.fixture
def folder(tmp_path):
    """A folder that passes for a model until it is loaded."""
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    return tmp_path


def config(folder, **said):
    (folder / "config.json").write_text(json.dumps(said))


@pytest.mark.slow
def test_a_model_that_does_not_read_is_refused_by_its_kind(folder):
    config(folder, architectures=["BertModel"])
    with pytest.raises(ModelError, match="is a BertModel, which does not read: name an extractive model"):
        named(folder)


def test_a_classifier_of_several_classes_is_no_cross_encoder(folder):
    config(folder, architectures=["BertForSequenceClassification"], id2label={"0": "no", "1": "yes"})
    with pytest.raises(ModelError, match="cross-encoder of one score"):
        named(folder)


@pytest.mark.parametrize("said", [{}, {"architectures": []}, {"architectures": None}])
def test_a_folder_that_does_not_say_its_kind_is_refused(folder, said):
    config(folder, **said)
    with pytest.raises(ModelError, match=r"config\.json does not say what kind of model it is"):
        named(folder)


def test_code_and_pickles_are_refused_before_anything_is_loaded(folder):
    config(folder, architectures=["BertForQuestionAnswering"])
    (folder / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(ModelError, match=r"pytorch_model\.bin, which can run code"):
        named(folder)


def test_a_missing_folder_names_the_setting():
    with pytest.raises(ModelError, match="correct the setting `reader`"):
        marker(Settings(reader="./absent"))


def test_damaged_weights_are_told_at_the_first_question(folder):
    config(folder, architectures=["BertForQuestionAnswering"], model_type="bert")
    marks = named(folder)
    with pytest.raises(ModelError, match="could not be loaded"):
        marks.mark("who sat", [("head", PASSAGE)])
