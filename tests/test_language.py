"""The language of an article: found in its running text, unsure where that is short, stored and counted."""

import json
import os
from pathlib import Path

import pytest
from conftest import ROOT, FakeEmbedder
from newsstand import NEWS

from index import language, lexical
from index.article import Article, Byline, Draft, Kind, Mark
from index.chunk import chunk
from index.clean import clean
from index.corpus import Corpus
from index.language import language_of
from index.ledger import Ledger
from index.loaders import html
from index.settings import Settings
from qa.search import Lexical

DATA = Path(os.environ.get("QA_EVAL_DATA", ROOT.parent / "shared" / "eval"))
HERE = Path("/a.txt")


@pytest.mark.parametrize("code", sorted(NEWS))
def test_the_language_of_an_article(code):
    assert language_of(NEWS[code].text) == code


def test_a_sentence_is_rather_unsure_than_wrong():
    found = [(code, language_of(each)) for code, news in NEWS.items() for each in news.sentences]
    assert [pair for pair in found if pair[1] not in (pair[0], None)] == []
    assert sum(code is None for _, code in found) <= len(found) / 5


@pytest.mark.parametrize("text", ["", " \n", "12.5 % – 2019", "Ok", "Guaidó"])
def test_too_little_to_be_sure(text):
    assert language_of(text) is None


@pytest.mark.parametrize(
    ("hint", "found"),
    [("es", "es"), ("es-MX", "es"), ("ES_mx", "es"), (None, None), ("", None), ("de", None), ("nonsense", None)],
)
def test_what_the_page_states_decides_only_between_sure_and_unsure(hint, found):
    assert language_of("El alcalde habló", hint) == found
    assert language_of(NEWS["fr"].text, hint) == "fr"


def test_plain_english_needs_no_model(monkeypatch):
    monkeypatch.setattr(language, "_identifier", lambda: pytest.fail("the model was loaded"))
    assert language_of(NEWS["en"].text) == "en"
    with pytest.raises(pytest.fail.Exception):
        language_of(NEWS["nl"].text)


def test_english_articles_of_others_are_not_taken_for_foreign():
    if not DATA.is_dir():
        pytest.skip(f"there are no sets in {DATA}: name their folder in QA_EVAL_DATA")
    files = [DATA / name / "corpus.jsonl" for name in ("onestopqa", "squad2-half")]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").split("\n") if line]
    found = [language_of(json.loads(line)["text"]) for line in lines]
    assert len(found) > 800
    assert sum(code not in ("en", None) for code in found) == 0
    assert found.count(None) <= len(found) / 500


def test_what_is_marked_does_not_count():
    aside = "The photograph shows the bridge before it was closed, and the cables that the engineers took from it. " * 3
    text = f"{aside}\n\n{NEWS['de'].text}"
    marked = Draft(text, Byline("T"), (Mark(Kind.CAPTION, 0, len(aside)),))
    assert clean(marked, HERE).language == "de"
    assert clean(Draft(text, Byline("T"), as_given=True), HERE).language == "en"


def test_an_article_as_given_has_its_language_too():
    assert clean(Draft(NEWS["ja"].text, Byline("T"), as_given=True), HERE).language == "ja"


def test_a_page_states_its_language(tmp_path):
    page = tmp_path / "page.html"
    body = "".join(f"<p>{each}</p>" for each in NEWS["de"].sentences)
    page.write_text(f'<html lang="de-AT"><body><article><h1>T</h1>{body}</article></body></html>', encoding="utf-8")
    (draft,) = html.load(page, Settings())
    assert draft.language == "de-AT"
    assert clean(draft, page).language == "de"


@pytest.fixture
def mixed(tmp_path):
    """A ledger of one article in each language, cut, and its word index."""
    with Ledger(tmp_path / "corpus.sqlite") as ledger:
        ledger.begin("/f")
        for code, news in NEWS.items():
            article = clean(Draft(news.text, Byline(news.title), as_given=True, id=code), Path("/f"))
            ledger.put(article, "/f")
            ledger.cut(article, chunk(article, FakeEmbedder(), 40))
        lexical.write(ledger, tmp_path, 0.9, 0.4)
        yield ledger, lexical.Words(tmp_path)


def test_the_corpus_keeps_and_counts_languages(mixed):
    ledger, _ = mixed
    ledger.put(Article("x", "Ok", Byline("T")), "/f")
    ledger.put(Article("y", "Noch einer", Byline("T"), language="de"), "/f")
    assert ledger.article("th").language == "th"
    assert ledger.languages()[:3] == [("de", 2), (None, 1), ("ar", 1)]
    assert len(ledger.languages()) == len(NEWS) + 1
    assert {entry.id: entry.to_json()["language"] for entry in ledger.listing(limit=-1)} == {
        "x": None, "y": "de", **{code: code for code in NEWS},
    }  # fmt: skip
    assert {passage.article_id: passage.language for _, passage in ledger.stream()} == {code: code for code in NEWS}


@pytest.mark.parametrize("code", sorted(NEWS))
def test_a_question_finds_the_article_in_its_language_by_words(mixed, code):
    ledger, words = mixed
    news = NEWS[code]
    (hit,) = Lexical(words, ledger).search(news.question, 1)
    passage = hit.passage
    assert passage.article_id == code
    assert passage.text == ledger.article(code).text[passage.start : passage.end]
    held = [each for one in ledger.passages_of(code) for each in one.sentences]
    assert news.text.index(news.sentences[0]) == held[0][0]


def test_english_function_words_are_not_sought_among_other_languages(mixed):
    ledger, _ = mixed
    title = "Der Reporter las „The Day of the Owl“ und „What is it for?“ vor. "
    article = Article("owl", title + NEWS["de"].text, Byline("Eule"), language="de")
    ledger.put(article, "/f")
    ledger.cut(article, chunk(article, FakeEmbedder(), 40))
    ledger.commit()
    folder = ledger.path.parent / "more"
    folder.mkdir()
    with Corpus(ledger.path) as corpus:
        lexical.write(corpus, folder, 0.9, 0.4)
        words = lexical.Words(folder)
        hits = Lexical(words, corpus).search("What is the cost of the repairs for the pier?", 9)
        assert hits[0].passage.article_id == "en"
        assert "owl" not in {hit.passage.article_id for hit in hits}
        # As a term it stands in that article alone, and would have made it the first.
        ((first, _),) = words.search(["the"], 9)
        assert corpus.passages([first])[0].article_id == "owl"


@pytest.mark.model
def test_the_whole_path_quotes_the_right_sentence_in_any_language(tmp_path):
    """Found and quoted in all; offered as an answer in some, for the confidence was fitted on English."""
    from index import build
    from qa.assemble import Live

    rows = [{"_id": code, "title": news.title, "text": news.text} for code, news in NEWS.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    settings = Settings(home=tmp_path / "home")
    build.index([tmp_path / "corpus.jsonl"], settings)
    qa = Live(settings).qa()
    right = {}
    for code, news in NEWS.items():
        reply = qa.ask(news.question, k=1)
        (quote,) = (*reply.quotes, *reply.related)
        assert quote.text == quote.article.text[quote.start : quote.end]
        right[code] = quote.article.id == code and news.sentences[news.answer] in quote.text
    assert [code for code, good in right.items() if not good] == []
