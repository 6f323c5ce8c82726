"""Furniture learnt from the corpus: what an outlet repeats is set aside, what the news repeats is not."""

import random
from dataclasses import replace
from itertools import permutations

import pytest
from reports import growing, made, put, report, sentence, set_aside

from index import build, furniture, generations
from index.article import Kind, Mark
from index.corpus import Corpus
from index.furniture import Voice
from index.ledger import Ledger
from index.settings import Settings
from qa import verify
from qa.assemble import Live

LETTER = "The Ledger’s weekly letter: what mattered, what did not, and one good read."
"""A sentence that speaks to nobody, so it must stand in half of an outlet's stories."""
BOX = "Five things to know, every weekday before breakfast"
TO_READER = "Get our best stories while you have breakfast."
DECLINED = "He declined to comment."


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "corpus.sqlite") as ledger:
        yield ledger


def held(line, count, of=None, *, start=0, **given):
    """Reports of one outlet, the first `count` of which hold a line, in changing places."""
    articles = []
    for number in range(start, start + (of or count)):
        paragraphs = report(f"{line[:9]} {number}", 6)
        if number - start < count:
            paragraphs.insert(1 + number % 5, line.format(n=number))
        articles.append(made(f"n{number:03}", paragraphs, **given))
    return articles


def voice(line):
    from index.layout import Paragraph

    return Voice(furniture.lines([Paragraph(0, len(line), line, alone=True)])["voice"][0])


def same(*lines):
    from index.layout import Paragraph

    found = furniture.lines([Paragraph(0, len(line), line, alone=True) for line in lines])
    return len(set(found["digest"].tolist())) == 1


@pytest.mark.parametrize(
    ("line", "whose"),
    [
        (TO_READER, Voice.PAGE),
        ("We write to our readers on Fridays.", Voice.PAGE),
        ("12 comments", Voice.PAGE),
        ("Published 3 hours ago", Voice.PAGE),
        ("More from @theledger", Voice.PAGE),
        (BOX, Voice.APART),
        ("What happened next", Voice.APART),
        (LETTER, Voice.SAID),
        (DECLINED, Voice.SAID),
        ("The US declined to comment.", Voice.SAID),
        ("She did not answer an email.", Voice.SAID),
        ("“We will fight you,” he said.", Voice.SAID),
        ("“We will fight you”", Voice.SAID),
        ("When were you happiest?", Voice.SAID),
        ("- Salt and pepper", Voice.SAID),
        ("Director: Jane Doe", Voice.SAID),
    ],
)
def test_who_speaks_in_a_line(line, whose):
    assert voice(line) is whose


@pytest.mark.parametrize(
    ("lines", "one"),
    [
        (("12 comments", "3 comments", "1,204 comments"), False),
        (("12 comments", "3  Comments"), True),
        (("Published 3 hours ago", "Published 11 hours ago"), True),
        (("Published Monday 4 May 2026", "Published Tuesday 12 Jan. 2026"), True),
        (("Gold 1,234.5", "Gold 1,244.5"), False),
        (("Up 3% today", "Up 4% today"), False),
        (("From $3 a week", "From $4 a week"), False),
        (("The quake had a magnitude of 5.", "The quake had a magnitude of 6."), False),
        (("https://ledger.example/a17", "https://ledger.example/a18"), False),
    ],
)
def test_whole_numbers_and_dates_may_differ_in_lines_set_apart(lines, one):
    assert same(*lines) is one


def test_long_paragraphs_and_lines_without_a_word_are_never_furniture(ledger):
    put(ledger, *held("word " * 61, 30), *held("* * *", 30, start=100), *held("word " * 59 + "word", 30, start=200))
    assert set(set_aside(ledger)) == {f"n{number}" for number in range(200, 230)}


class TestLearning:
    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("line", "count", "of", "learnt"),
        [
            (LETTER, 30, 30, True),
            (LETTER, 10, 20, True),
            (LETTER, 9, 20, False),
            (LETTER, 9, 9, False),
            (BOX, 10, 30, True),
            (BOX, 9, 30, False),
            (BOX, 5, 5, True),
            (BOX, 4, 4, False),
            (TO_READER, 5, 500, True),
            (TO_READER, 5, 501, False),
            (TO_READER, 4, 30, False),
            ("{n} comments", 30, 30, True),
            (DECLINED, 2, 2, False),
            (DECLINED, 14, 30, False),
            ("The price rose by {n} per cent.", 30, 30, False),
        ],
    )
    def test_how_often_a_line_must_come_again(self, ledger, line, count, of, learnt):
        articles = held(line, count, of)
        put(ledger, *articles)
        expected = {each.id: [line.format(n=at)] for at, each in enumerate(articles[:count])} if learnt else {}
        assert set_aside(ledger) == expected

    def test_what_copies_repeat_counts_once(self, ledger):
        text = [*report("a"), TO_READER]
        put(ledger, *(made(f"c{n}", [*text, f"Version {n}."]) for n in range(30)))
        assert set_aside(ledger) == {}
        put(ledger, *held(TO_READER, 4))
        assert len(set_aside(ledger)) == 34

    @pytest.mark.parametrize(
        "home",
        [
            lambda n: {"outlet": f"Outlet {n % 2}"},
            lambda n: {"outlet": None, "url": f"https://{'ab'[n % 2]}.example/{n}"},
            lambda n: {"outlet": None, "folder": f"/{'ab'[n % 2]}"},
        ],
        ids=["outlet", "host", "folder"],
    )
    def test_a_line_must_come_again_under_one_roof(self, ledger, home):
        for number, article in enumerate(held(TO_READER, 8)):
            where = home(number)
            byline = replace(article.byline, outlet=where["outlet"], url=where.get("url"))
            path = f"{where.get('folder', '')}/{number}.txt"
            ledger.begin(path)
            ledger.put(replace(article, byline=byline), path)
        put(ledger)
        assert set_aside(ledger) == {}
        for number, article in enumerate(held(TO_READER, 2, start=8), 8):
            where = home(0)
            byline = replace(article.byline, outlet=where["outlet"], url=where.get("url"))
            path = f"{where.get('folder', '')}/{number}.txt"
            ledger.begin(path)
            ledger.put(replace(article, byline=byline), path)
        put(ledger)
        assert set(set_aside(ledger)) == {"n000", "n002", "n004", "n006", "n008", "n009"}

    def test_a_form_keeps_its_lines_but_not_what_speaks_to_the_reader(self, ledger):
        rows = [f"Consolidated {word} measurements" for word in ("one", "two", "six", "ten", "three", "four", "five")]
        forms = [made(f"f{n}", [*report(f"form {n}", 2), *rows, TO_READER]) for n in range(8)]
        put(ledger, *forms)
        assert set_aside(ledger) == {each.id: [TO_READER] for each in forms}
        put(ledger, made("longer", [*report("longer", 12), *rows]))
        assert set_aside(ledger)["longer"] == rows

    def test_a_corpus_given_as_it_is_stays_unmarked_and_does_not_count(self, ledger):
        put(ledger, *held(TO_READER, 30, as_given=True), *held(TO_READER, 4, start=50))
        assert set_aside(ledger) == {}
        put(ledger, *held(BOX, 7, 15, start=100))
        assert len(set_aside(ledger)) == 7  # more than a third of the nineteen that may be marked

    def test_an_article_of_which_only_the_byline_changes_is_learnt_of_anew(self, ledger):
        articles = held(TO_READER, 6)
        put(ledger, *articles)
        before = set_aside(ledger)
        assert ledger.put(replace(articles[0], byline=replace(articles[0].byline, title="Another")), "/f") == "changed"
        put(ledger)
        assert set_aside(ledger) == before
        assert TO_READER in before["n000"]

    def test_marks_of_the_loader_stay_and_are_not_counted(self, ledger):
        articles = held(TO_READER, 8)
        marked = [replace(each, marks=(Mark(Kind.CAPTION, 0, each.text.index("\n")),)) for each in articles]
        put(ledger, *marked)
        for before in marked:
            after = ledger.article(before.id)
            start = before.text.index(TO_READER)
            assert after.marks == (*before.marks, Mark(Kind.FURNITURE, start, start + len(TO_READER)))
            assert ledger.put(before, "/f") == "same"

    def test_learning_again_changes_nothing(self, ledger):
        put(ledger, *held(BOX, 12, 20))
        before, written = set_aside(ledger), ledger._db.total_changes
        put(ledger)
        assert (set_aside(ledger), ledger._db.total_changes) == (before, written)


@pytest.mark.slow
def test_the_order_of_coming_does_not_matter(tmp_path):
    groups = [held(BOX, 4), held(BOX, 4, 12, start=20), held(TO_READER, 6, start=40), held(LETTER, 12, start=60)]
    outcomes = []
    for number, order in enumerate(permutations(groups)):
        with Ledger(tmp_path / f"{number}.sqlite") as ledger:
            for group in order:
                put(ledger, *group)
            outcomes.append(set_aside(ledger))
    assert len(outcomes) == 24
    assert all(each == outcomes[0] for each in outcomes)
    assert len(outcomes[0]) >= 6


def test_what_comes_and_goes_leaves_what_a_build_from_nothing_gives(tmp_path):
    drawn = random.Random(3)
    lines = (LETTER, BOX, TO_READER, DECLINED, "{n} comments")
    pool = []
    for number in range(60):
        paragraphs = report(f"pool {number}", 5)
        for line in lines:
            if drawn.random() < (0.2 if line == DECLINED else 0.45):
                paragraphs.insert(drawn.randrange(1, len(paragraphs) + 1), line.format(n=number))
        pool.append(made(f"p{number:02}", paragraphs, drawn.choice(("Ledger", "Post"))))
    seen = set()
    for grown, anew in growing(tmp_path, pool, drawn, 10):
        assert set_aside(grown) == set_aside(anew)
        seen.update(line for found in set_aside(grown).values() for line in found)
    assert {BOX, TO_READER} <= seen
    assert DECLINED not in seen


def texts(folder, count, line, *, start=0):
    folder.mkdir(exist_ok=True)
    for number in range(start, start + count):
        paragraphs = report(f"file {number}", 5)
        if line:
            paragraphs.insert(1 + number % 4, line)
        head = f"Report number {sentence(number)[:-1]}\n\nAnn Carver\nFriday 09 January 2026"
        (folder / f"a{number:02}.txt").write_text("\n\n".join([head, *paragraphs]) + "\n", encoding="utf-8")
    return folder


def passages(settings):
    with Corpus(generations.current(settings.home).folder / generations.CORPUS) as corpus:
        return [passage.text for _, passage in corpus.stream()]


class TestBuilding:
    def test_a_newsletter_line_in_plain_text_is_never_quoted(self, fake_model, home, tmp_path):
        settings = Settings(home=home.home, answer_at=0, related_at=0)
        build.index([texts(tmp_path / "cuttings", 30, LETTER)], settings)
        assert not any("weekly letter" in text for text in passages(settings))
        reply = Live(settings).qa().ask("What mattered in the weekly letter of the Ledger, one good read?", k=20)
        assert reply.quotes
        assert not any("weekly letter" in quote.text for quote in reply.quotes)
        verify.check_index(settings)

    def test_a_sentence_that_two_reports_share_can_be_quoted(self, fake_model, home, tmp_path):
        settings = Settings(home=home.home, answer_at=0, related_at=0)
        folder = texts(tmp_path / "cuttings", 28, None)
        build.index([texts(folder, 2, DECLINED, start=40)], settings)
        assert sum(DECLINED in text for text in passages(settings)) == 2
        assert DECLINED in Live(settings).qa().ask("Who declined to comment?").quotes[0].text

    def test_what_becomes_furniture_later_is_cut_anew_and_given_back(self, fake_model, home, tmp_path):
        folder = texts(tmp_path / "cuttings", 4, TO_READER)
        settings = Settings(home=home.home, passage_words=20)
        build.index([folder], settings)
        whole = passages(settings)
        assert sum(TO_READER in text for text in whole) == 8  # each in two windows
        assert set_aside_in(settings) == []

        fake_model.embedded.clear()
        report = build.index([texts(folder, 1, TO_READER, start=4)], settings)
        assert not any(TO_READER in text for text in passages(settings))
        assert set_aside_in(settings) == [TO_READER] * 5
        kept = set(whole) & set(passages(settings))
        assert len(kept) > 10
        # What is as it was is not embedded again.
        assert report.embedded == len(fake_model.embedded) == len(passages(settings)) - len(kept)
        verify.check_index(settings)

        (folder / "a04.txt").unlink()
        fake_model.embedded.clear()
        build.index([folder], settings, prune=True)
        assert sorted(passages(settings)) == sorted(whole)
        assert set_aside_in(settings) == []
        assert len(fake_model.embedded) == len(set(whole) - kept)
        verify.check_index(settings)

    def test_removing_an_article_gives_it_back_too(self, fake_model, home, tmp_path):
        build.index([texts(tmp_path / "cuttings", 5, TO_READER)], home)
        assert set_aside_in(home) == [TO_READER] * 5
        with Corpus(generations.current(home.home).folder / generations.CORPUS) as corpus:
            (last,) = corpus.listing(limit=1)
        build.remove([last.id], home)
        assert set_aside_in(home) == []
        assert sum(TO_READER in text for text in passages(home)) == 4

    def test_a_second_run_changes_nothing(self, fake_model, home, tmp_path):
        folder = texts(tmp_path / "cuttings", 8, TO_READER)
        build.index([folder], home)
        stamp = generations.stamp(home.home)
        report = build.index([folder], home)
        assert (report.same, report.embedded, generations.stamp(home.home)) == (8, 0, stamp)


def set_aside_in(settings):
    with Corpus(generations.current(settings.home).folder / generations.CORPUS) as corpus:
        return [line for lines in set_aside(corpus).values() for line in lines]
