"""What many tests share: a model that costs nothing, homes to index into, and an environment without settings."""

import hashlib
import os
import re
from pathlib import Path

import numpy as np
import pytest

from index import guard
from index.child import messages
from index.embed import Tokens, unit
from index.settings import NOT_SETTINGS, Settings
from index.text import terms
from index.wire import WORKING, decode

ROOT = Path(__file__).parent.parent


class FakeEmbedder:
    """An Embedder without a model: each index term adds one fixed direction, so shared words are nearness.

    Args:
        settings: `model` and the prompts name its fingerprint, as with the real one.
        dim: Length of a vector.
        max_pieces: Pieces that it reads; a text has one a word, and two more.
        embedded: Gets every passage text that is embedded, in order.
        fail_after: Passages embedded before it raises `Killed`; None for never.
    """

    def __init__(self, settings=None, *, dim=64, max_pieces=256, embedded=None, fail_after=None):
        settings = settings or Settings()
        named = f"{settings.model} {settings.question_prompt} {settings.passage_prompt} {dim}"
        self.fingerprint = hashlib.sha256(named.encode()).hexdigest()
        self.dim, self.max_pieces, self.fail_after = dim, max_pieces, fail_after
        self.embedded = [] if embedded is None else embedded

    def passages(self, texts):
        if self.fail_after is not None and len(self.embedded) + len(texts) > self.fail_after:
            raise Killed
        self.embedded.extend(texts)
        return self.questions(texts)

    def tokens(self, question, passages):
        found = []
        for text in (question, *passages):
            places = [(match.start(), match.end()) for match in re.finditer(r"\w+", text)]
            vectors = self.questions([text[start:end] for start, end in places])
            found.append(Tokens(vectors, np.array(places, dtype=np.int64).reshape(-1, 2)))
        return found[0], found[1:]

    def questions(self, texts):
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for term in terms(text) or [text]:
                digest = hashlib.sha256(term.encode()).digest()
                row += np.random.default_rng(int.from_bytes(digest[:8])).standard_normal(self.dim)
        return unit(rows)

    def is_word(self, word):
        return False

    def pieces(self, texts):
        return [len(text.split()) + 2 for text in texts]


class Killed(BaseException):
    """Stands for a process that ends in the middle, so that no code may catch it."""


class FakeModel:
    """What stands in the place of `SentenceEmbedder`; its fields are those of the embedders that it gives.

    Attributes:
        embedded: Every passage text embedded so far, in order, by all of them.
    """

    def __init__(self):
        self.embedded, self.max_pieces, self.dim, self.fail_after = [], 256, 64, None

    def __call__(self, settings):
        return FakeEmbedder(
            settings, dim=self.dim, max_pieces=self.max_pieces, embedded=self.embedded, fail_after=self.fail_after
        )


def read_here(paths, settings):
    """Read files as `guard.read` does, but in this process: each child takes most of a second to start."""
    for path in paths:
        yield path, (decode(message) for message in messages(path, settings) if message != WORKING)


def stand_in(monkeypatch, model):
    """Put a model in the place of `SentenceEmbedder`, wherever one is made."""
    for room in ("index.build", "qa.assemble", "qa.evaluation.evaluate", "qa.evaluation.asking"):
        monkeypatch.setattr(f"{room}.SentenceEmbedder", model)
    for room in ("qa.assemble", "qa.evaluation.evaluate", "qa.evaluation.asking"):
        monkeypatch.setattr(f"{room}.marker", lambda settings: None)


@pytest.fixture(scope="session", autouse=True)
def clean_environment():
    """No setting of the person who runs the tests reaches them, and nothing is fetched."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("QA_") and name not in NOT_SETTINGS]:
            patch.delenv(name)
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield


@pytest.fixture
def fake_model(monkeypatch):
    """Builds and questions run without a model and without other processes, in milliseconds."""
    model = FakeModel()
    stand_in(monkeypatch, model)
    monkeypatch.setattr("index.intake.read", read_here)
    return model


@pytest.fixture
def guarded(fake_model, monkeypatch):
    """Files are read in processes of their own, as they are outside the tests."""
    monkeypatch.setattr("index.intake.read", guard.read)


@pytest.fixture
def home(tmp_path):
    """Settings with a home that nothing is indexed in yet."""
    return Settings(home=tmp_path / "home")


@pytest.fixture(scope="module")
def in_one_thread():
    """PyTorch computes in one thread: on tiny networks more of them only wait for each other."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def seeds():
    """The folder of the articles that come with the repository."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def real_home(tmp_path_factory, seeds):
    """Settings with a home that the seeds are indexed in, with the real model; tests that use it are marked `model`."""
    from index import build

    settings = Settings(home=tmp_path_factory.mktemp("seeded") / "home")
    build.index([seeds], settings)
    return settings
