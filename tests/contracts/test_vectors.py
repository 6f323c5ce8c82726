"""Every store finds what the exact product of all vectors finds: the same ids in the same order, the same values."""

from typing import get_args, get_type_hints

import numpy as np
import pytest

from index import vectors
from index.settings import Settings

KINDS = get_args(get_type_hints(Settings)["vectors"])


class Rows:
    """Stands for a corpus: gives ids and vectors, some at a time."""

    def __init__(self, ids, rows, batch=300):
        self.ids, self.rows, self._batch = np.asarray(ids, dtype=np.int64), rows, batch

    def vectors(self):
        for at in range(0, len(self.ids), self._batch):
            yield self.ids[at : at + self._batch], self.rows[at : at + self._batch]


def directions(count, dim, seed):
    rows = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def signs(count, dim, kinds, seed):
    """Unit vectors of few kinds; their products are exact in float32, so that equal ones are equal."""
    draw = np.random.default_rng(seed)
    kind = draw.choice([-1.0, 1.0], (kinds, dim)) / np.sqrt(dim)
    return kind[draw.integers(0, kinds, count)].astype(np.float32)


def expected(corpus, vector, k, among=None):
    """All products in double precision, sorted: nothing of any store is used."""
    found = [
        (int(id), float(row.astype(np.float64) @ vector.astype(np.float64)))
        for id, row in zip(corpus.ids, corpus.rows, strict=True)
        if among is None or int(id) in set(among.tolist())
    ]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]


@pytest.fixture(params=KINDS)
def open_store(request, tmp_path):
    def build(corpus):
        vectors.write(request.param, corpus, tmp_path)
        return vectors.read(request.param, corpus, tmp_path)

    return build


def test_every_kind_that_can_be_set_is_tried():
    assert set(KINDS) == {"faiss", "exact"}


def agree(found, wanted):
    assert [id for id, _ in found] == [id for id, _ in wanted]
    assert [score for _, score in found] == pytest.approx([score for _, score in wanted], abs=1e-6)


@pytest.mark.parametrize("k", [1, 7, 100, 900, 5000])
@pytest.mark.parametrize("dim", [3, 64])
def test_the_nearest_by_cosine_best_first(open_store, dim, k):
    corpus = Rows(range(5, 5 + 900 * 3, 3), directions(900, dim, 1))
    store = open_store(corpus)
    assert len(store) == 900
    for vector in directions(5, dim, 2):
        found = store.search(vector, k)
        assert len(found) == min(k, 900)
        agree(found, expected(corpus, vector, k))


@pytest.mark.parametrize("k", [1, 10, 99, 100, 101, 450, 900, 2000])
@pytest.mark.parametrize("dim", [4, 64])
def test_ties_by_id_also_where_the_list_ends(open_store, dim, k):
    corpus = Rows(range(1, 901), signs(900, dim, 5, 3))
    store = open_store(corpus)
    for vector in [*signs(3, dim, 3, 4), -corpus.rows[0]]:
        assert store.search(vector, k) == expected(corpus, vector, k)


@pytest.mark.parametrize("k", [1, 5, 40, 1000])
def test_only_those_admitted_are_found(open_store, k):
    corpus = Rows(range(1, 901), signs(900, 16, 6, 5))
    store = open_store(corpus)
    vector = corpus.rows[17]
    for among in (np.arange(2, 900, 3), np.array([899]), np.array([3, 4, 5, 600]), corpus.ids):
        assert store.search(vector, k, among) == expected(corpus, vector, k, among)


def test_ids_that_are_not_there_are_never_found(open_store):
    corpus = Rows([2, 4, 6], directions(3, 8, 6))
    store = open_store(corpus)
    found = store.search(corpus.rows[1], 10, np.array([1, 4, 5, 7]))
    agree(found, [(4, 1.0)])


def test_nothing_admitted_nothing_found(open_store):
    corpus = Rows([1, 2, 3], directions(3, 8, 7))
    store = open_store(corpus)
    assert store.search(corpus.rows[0], 5, np.array([], dtype=np.int64)) == []
    assert store.search(corpus.rows[0], 5, np.array([9])) == []


def test_an_empty_store_finds_nothing(open_store):
    store = open_store(Rows([], np.zeros((0, 8), dtype=np.float32)))
    assert len(store) == 0
    assert store.search(directions(1, 8, 8)[0], 5) == []
    assert store.search(directions(1, 8, 8)[0], 5, np.array([1])) == []


def test_one_vector(open_store):
    corpus = Rows([41], directions(1, 384, 9))
    agree(open_store(corpus).search(-corpus.rows[0], 3), [(41, -1.0)])


def test_a_folder_named_outside_ascii(tmp_path):
    folder = tmp_path / "Zeitung – Übergröße 新聞"
    folder.mkdir()
    corpus = Rows([1, 2], directions(2, 8, 10))
    vectors.write("faiss", corpus, folder)
    agree(vectors.read("faiss", corpus, folder).search(corpus.rows[1], 1), [(2, 1.0)])
