"""Every searcher keeps the one promise of search, over the same articles."""

import pytest
from conftest import FakeEmbedder
from cuttings import CORPUS, faked, indexed

from index.article import Filter
from index.settings import Settings
from qa.reply import Marked
from qa.search import Fused, LateInteraction, Reranked

QUESTION = "When did Gen Yanez of Venezuela post the video on the bridge?"
NAMES = ("dense", "lexical", "fused", "nested", "maxsim", "reranked")


class Lengths:
    """Marks as likelier what is longer."""

    def mark(self, question, passages):
        return [
            tuple(Marked((end - start) / 50, (start, end)) for start, end in passage.sentences)
            for _, passage in passages
        ]


@pytest.fixture(scope="module")
def searchers(tmp_path_factory):
    many = {f"many{n}.txt": f"Report {n}\n\nGen Yanez posted video {n}. The bridge stayed shut." for n in range(8)}
    with faked():
        settings = Settings(home=tmp_path_factory.mktemp("search") / "home")
        qa = indexed(settings, {"corpus.jsonl": CORPUS, **many})
    fused = qa.searcher
    dense, lexical = (part for part, _ in fused._parts)
    nested = Fused([(fused, 0.5), (Fused([(lexical, 1.0)], 3), 0.5)], 5)
    late = LateInteraction(fused, FakeEmbedder(settings), qa.corpus, 4)
    reranked = Reranked(late, Lengths(), qa.corpus, qa.reader.words, 6)
    return dict(zip(NAMES, (dense, lexical, fused, nested, late, reranked), strict=True))


@pytest.fixture(params=NAMES)
def searcher(request, searchers):
    return searchers[request.param]


@pytest.mark.parametrize("k", [1, 2, 5, 1000])
def test_k_is_the_most_that_is_found(searcher, k):
    everything = searcher.search(QUESTION, 1000)
    assert 8 <= len(everything) <= 11
    assert len(searcher.search(QUESTION, k)) == min(k, len(everything))


def test_best_first_ties_by_id_and_none_twice(searcher):
    hits = searcher.search(QUESTION, 1000)
    assert [(hit.score, hit.passage.id) for hit in hits] == sorted(
        ((hit.score, hit.passage.id) for hit in hits), key=lambda pair: (-pair[0], pair[1])
    )
    assert len({hit.passage.id for hit in hits}) == len(hits)
    assert hits[0].score > hits[-1].score


@pytest.mark.parametrize(
    ("where", "admitted"),
    [
        (Filter(source="independent"), {"d1"}),
        (Filter(author="bob"), {"d2"}),
        (Filter(since="2019-02-08"), {"d1", "d2"}),
        (Filter(since="2019-02-09"), {"d2"}),
        (Filter(until="2019-02-08"), {"d1"}),
        (Filter(source="Reuters", until="2019-02-10"), set()),
        (Filter(source="Nobody"), set()),
    ],
)
def test_only_what_the_filter_admits_is_found(searcher, where, admitted):
    assert {hit.passage.article_id for hit in searcher.search(QUESTION, 1000, where)} == admitted


def test_hits_are_passages_as_stored_with_ranks_from_one(searcher, searchers):
    hits = searcher.search(QUESTION, 1000)
    stored = {hit.passage.id: hit.passage for hit in searchers["dense"].search("any", 1000)}
    assert all(hit.passage == stored[hit.passage.id] for hit in hits)
    for name in {name for hit in hits for name in hit.ranks}:
        ranks = sorted(hit.ranks[name] for hit in hits if name in hit.ranks)
        assert ranks == list(range(1, len(ranks) + 1))
        scores = [
            hit.scores[name] for hit in sorted(hits, key=lambda hit: hit.ranks.get(name, 99)) if name in hit.ranks
        ]
        assert scores == sorted(scores, reverse=True)
    assert all(hit.ranks.keys() == hit.scores.keys() != set() for hit in hits)


def test_one_way_in_carries_its_own_name_and_score(searchers):
    for name in ("dense", "lexical"):
        for hit in searchers[name].search(QUESTION, 1000):
            assert hit.ranks.keys() == {name}
            assert hit.scores == {name: hit.score}


def test_words_find_only_what_shares_a_word_and_meaning_finds_all(searchers):
    assert searchers["lexical"].search("quarterly dividend", 10) == []
    assert len(searchers["dense"].search("quarterly dividend", 1000)) == 11
    assert len(searchers["fused"].search("quarterly dividend", 1000)) == 11


def test_the_passage_with_the_words_comes_first(searcher):
    assert searcher.search("Who spoke on the radio?", 1)[0].passage.article_id == "d2"
