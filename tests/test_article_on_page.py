"""The article on a page: frames that libraries miss, names that mislead, and what stands around it without a name."""

from pathlib import Path

import pytest

from index.article import Article
from index.clean import clean
from index.errors import ArticleError
from index.loaders.html import read_page

SUBJECTS = """ferry bridge harbour tower market school library station museum garden theatre bakery lighthouse church
    factory stadium canal archive orchard windmill""".split()
FIRST = "Nobody who works in the {0} was told of the plan before Tuesday, although it had been ready since the spring."
SECOND = "The council wants to close the {0} for a year, mend its roof, and open it again with twice as many doors."
THIRD = "Its keeper, who has had the keys of the {0} for thirty years, says that she will not leave, come what may."


def story(*subjects: str) -> list[str]:
    return [sentence.format(one) for one in subjects for sentence in (FIRST, SECOND, THIRD)]


def paragraphs(lines: list[str], markup: str = "") -> str:
    return "".join(f"<p{markup}>{line}</p>" for line in lines)


def read(markup: str, title: str = "What the council plans") -> Article:
    page = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><nav><a href='/'>Home</a></nav>{markup}<footer><p>Harbour Courier, Quay 1</p></footer></body></html>"
    )
    return clean(read_page(page.encode()), Path("/saved/page.html"))


def quotable(article: Article) -> list[str]:
    text = article.text
    for mark in reversed(article.marks):
        text = text[: mark.start] + "\n\n" + text[mark.end :]
    return [line for line in text.split("\n") if line.strip()]


HEAD = "<h1>What the council plans</h1>"
BODY = story("ferry", "bridge", "harbour")
TEASERS = [
    ("Bear steals honey from a convent", "The nuns of Solby found it asleep in the chapel the next morning"),
    ("Mayor loses a bet on three snails", "He had put his chain of office on the smallest of them"),
    ("Gull takes ring from a bishop's hand", "It was seen on the roof of the fish hall with the stone"),
    ("Ferry captain finds coin in herring", "The museum says it is four hundred years old and Dutch"),
    ("Dog elected chairman of the chess club", "Members say that he listens better than the last one"),
    ("Choir of Penrick sings under water", "Forty divers and one bassoon took part in the concert"),
]


class TestOneFindingIsASmallPartOfTheOther:
    @pytest.mark.parametrize("holder", ["section", "div", "article"])
    def test_an_introduction_and_then_entries_in_containers_of_their_own(self, holder):
        intro = story("ferry")
        entries = [story(one)[:2] for one in SUBJECTS[1:9]]
        shown = "".join(
            f'<{holder} class="slide"><div class="inner"><h2>Number {number}</h2>{paragraphs(lines)}</div></{holder}>'
            for number, lines in enumerate(entries, 1)
        )
        article = read(
            f'<main>{HEAD}<div class="intro">{paragraphs(intro)}</div><div class="slides">{shown}</div></main>'
        )
        assert quotable(article) == intro + [line for lines in entries for line in lines]

    @pytest.mark.parametrize("name", ["grid-body", "row", "text-block"])
    def test_a_long_body_in_sibling_grids_of_one_class(self, name):
        grids = [story(*SUBJECTS[at : at + 2]) for at in range(0, 10, 2)]
        advert = '<div class="ad"><a href="/x">Buy a boat</a></div>'
        shown = advert.join(f'<div class="{name}"><div class="col">{paragraphs(lines)}</div></div>' for lines in grids)
        assert quotable(read(f"<main>{HEAD}{shown}</main>")) == [line for lines in grids for line in lines]

    def test_a_body_in_a_script_without_spaces_and_a_boxed_note(self):
        body = [
            f"橋は来年の春まで閉鎖されると市議会が火曜日に決めた。{number}人の職員が塔の錆を調べ、修理に必要な費用を計算した。"
            for number in range(3, 12)
        ]
        note = "<p>Members, read every bulletin of the harbour by letter, three times a week, from May on.</p>"
        article = read(
            f'<div class="wrap"><h1>橋の閉鎖について</h1><div class="text">{paragraphs(body)}</div>'
            f'<div class="panel"><div>{note}{note.replace("three", "four")}</div></div></div>',
            "橋の閉鎖について",
        )
        assert quotable(article)[: len(body)] == body

    def test_a_page_that_grew_gives_its_first_article_alone(self):
        other = paragraphs(story(*SUBJECTS[10:18]))
        article = read(
            f"<main><article>{HEAD}{paragraphs(BODY)}</article><article><h1>Next</h1>{other}</article></main>"
        )
        assert quotable(article) == BODY

    @pytest.mark.parametrize(
        "holder", ["<main>{}</main>", "<article>{}</article>", "<div class=page><div>{}</div></div>"]
    )
    def test_a_longer_notice_above_a_short_article_is_no_part_of_it(self, holder):
        notice = (
            "<p>We and our 214 partners read what is on a device, and process data of many kinds, such as names.</p>"
        )
        shown = holder.format(HEAD + paragraphs(BODY[:2]))
        assert (
            quotable(read(f'<div class="layer"><div><h2>Small files</h2>{notice * 3}</div></div>{shown}')) == BODY[:2]
        )


class TestNamesThatMislead:
    @pytest.mark.parametrize(
        "name",
        ["sidebar-layout__main article__body", "with-sidebar story-body", "layout-sidebar-left post-content"],
    )
    def test_siblings_of_one_class_with_a_quarter_of_the_words_each_are_no_boxes(self, name):
        parts = [story(one) for one in SUBJECTS[:4]]
        shown = "".join(f'<div class="{name}">{paragraphs(lines)}</div>' for lines in parts)
        assert quotable(read(f"<div>{HEAD}{shown}</div>")) == [line for lines in parts for line in lines]

    @pytest.mark.parametrize("name", ["sidebar", "promo-section", "related-layout"])
    def test_what_holds_most_of_the_prose_is_no_box_whatever_it_is_called(self, name):
        parts = [story(one) for one in SUBJECTS[:4]]
        shown = "".join(f'<div class="{name} part-{at}">{paragraphs(lines)}</div>' for at, lines in enumerate(parts))
        assert quotable(read(f"<div>{HEAD}{shown}</div>")) == [line for lines in parts for line in lines]

    def test_a_sidebar_beside_an_article_is_one(self):
        side = "<p>Every Friday the market sells cheese, bread and fish from eight o'clock on, in any weather.</p>"
        article = read(f'<div>{HEAD}<div class="body">{paragraphs(BODY)}</div><div class="sidebar">{side}</div></div>')
        assert quotable(article) == BODY


class TestHidden:
    @pytest.mark.parametrize(
        "markup",
        ['class="paywall" hidden', 'class="premium" style="display:none"', 'class="locked" aria-hidden="true"'],
    )
    def test_a_hidden_block_that_holds_most_of_the_article_is_read(self, markup):
        lead, rest = BODY[:3], story(*SUBJECTS[4:7])
        article = read(f"<article>{HEAD}<div>{paragraphs(lead)}</div><div {markup}>{paragraphs(rest)}</div></article>")
        assert quotable(article) == lead + rest

    def test_paragraphs_hidden_one_by_one_are_read_where_they_hold_most_of_the_article(self):
        lead, rest = BODY[:3], story(*SUBJECTS[4:7])
        article = read(f"<article>{HEAD}{paragraphs(lead)}{paragraphs(rest, ' class=locked hidden')}</article>")
        assert quotable(article) == lead + rest

    @pytest.mark.parametrize(
        "markup",
        ["hidden", 'style="display:none"', 'style="visibility: hidden"', 'aria-hidden="true"', 'class="hidden"'],
    )
    def test_less_is_never_quotable(self, markup):
        article = read(f"<article>{HEAD}{paragraphs(BODY)}<div {markup}>{paragraphs(story('mill'))}</div></article>")
        assert quotable(article) == BODY
        assert "mill" not in article.text

    def test_a_hidden_question_for_consent_is_not_read_however_long_it_is(self):
        notice = (
            "We and our partners store cookies on your device, to show you what you like and count who reads the page."
        )
        article = read(
            f'<article>{HEAD}{paragraphs(BODY[:3])}</article><div class="consent-layer" hidden>'
            f"{paragraphs([f'{number}. {notice}' for number in range(9)])}</div>"
        )
        assert "cookies" not in article.text


OFFER = "<ul><li>All articles on every device</li><li>A puzzle each day, and its solution</li></ul>"


class TestOffers:
    @pytest.mark.parametrize(
        "offer",
        [
            f'<div class="box-7"><h3>Read on</h3>{OFFER}<a href="/subscribe?from=a">Try it for a month</a></div>',
            f"<div><p>With a subscription you get:</p>{OFFER}<div><button>Subscribe now</button></div></div>",
            f'{OFFER}<p><a href="https://abo.example/">Jetzt abonnieren</a></p>',
            '<ul><li>All articles on every device</li><li>A puzzle each day, and its solution</li>'
            '<li><a href="/x">Sign up today</a></li></ul>',
            f'<div class="hidden">{OFFER}<p>Only four crowns a week for those who live in the harbour.</p></div>',
        ],
    )  # fmt: skip
    def test_what_sells_the_subscription_in_mid_article_is_not_quotable(self, offer):
        assert quotable(read(f"<article>{HEAD}{paragraphs(BODY[:5])}{offer}{paragraphs(BODY[5:])}</article>")) == BODY

    def test_a_list_of_the_article_stays(self):
        shown = "<ul><li>Boats at night on Fridays</li><li>Bicycles free of charge</li></ul>"
        article = read(f"<article>{HEAD}{paragraphs(BODY[:5])}{shown}{paragraphs(BODY[5:])}</article>")
        assert quotable(article) == [*BODY[:5], "- Boats at night on Fridays", "- Bicycles free of charge", *BODY[5:]]


class TestTeasers:
    @pytest.mark.parametrize(
        "item",
        [
            '<li><a href="/{2}">{0}</a> <p>{1}...</p></li>',
            '<li><h3><a href="/{2}">{0}</a></h3><div>{1} ...</div></li>',
            '<li><a href="/{2}"><b>{0}</b><p>{1}…</p></a></li>',
        ],
    )
    def test_a_ticker_before_the_article_is_not_quotable(self, item):
        entries = [("What the council plans", FIRST.format("ferry")[:60]), *TEASERS]
        ticker = "".join(item.format(*entry, at) for at, entry in enumerate(entries))
        article = read(f'<div class="main"><ul class="ticker">{ticker}</ul>{HEAD}<div>{paragraphs(BODY)}</div></div>')
        assert quotable(article) == BODY

    @pytest.mark.parametrize(
        "pointer",
        [
            '<p><strong>READ MORE: <a href="/1">Bear steals honey from a convent and falls asleep</a></strong></p>',
            '<div class="callout"><a href="/2">Mayor of Penrick resigns after a bet on three snails</a></div>',
            '<p>More: <a href="/3">Dog is chairman of the chess club</a> | <a href="/4">Twins on two ferries</a></p>',
            '<p>Lesen Sie auch: <a href="/5">Wer hat den Honig der Nonnen gestohlen?</a></p>',
            '<ul><li><a href="/6">Gull takes a ring</a></li><li><a href="/7">Captain finds a coin</a></li></ul>',
            '<blockquote><p>Also: <a href="/8">Why towers rust</a> and <a href="/9">Who paints</a></p></blockquote>',
        ],
    )  # fmt: skip
    def test_a_line_that_only_points_elsewhere_is_not_quotable(self, pointer):
        assert quotable(read(f"<article>{HEAD}{paragraphs(BODY[:5])}{pointer}{paragraphs(BODY[5:])}</article>")) == BODY

    def test_a_sentence_with_a_link_in_it_stays(self):
        linked = 'The whole plan <a href="/plan">can be read in the town hall until the end of the month</a>.'
        article = read(f"<article>{HEAD}{paragraphs([*BODY[:5], linked, *BODY[5:]])}</article>")
        assert quotable(article)[5] == "The whole plan can be read in the town hall until the end of the month."

    @pytest.mark.parametrize(
        "card",
        [
            '<li class="card"><a href="/{2}"><h2>{0}</h2><p>{1}.</p><span>1 Aug 2019</span></a></li>',
            '<div class="teaser"><h3><a href="/{2}">{0}</a></h3><time>2 May</time><div class="kicker">Sea</div></div>',
            '<article><h2><a href="/{2}">{0}</a></h2><p>{1}.</p></article>',
            '<div class="item-{2} item"><a href="/{2}">{0}</a><p>{1} – and what the mayor says about it.</p></div>',
        ],
    )
    def test_a_section_front_is_no_article(self, card):
        cards = "".join(card.format(*entry, at) for at, entry in enumerate(TEASERS))
        with pytest.raises(ArticleError, match=r"list of articles|no article was found"):
            read(f"<main><h1>All about herring</h1><div>{cards}</div><a href='/more'>Load more</a></main>", "Herring")

    def test_an_article_above_cards_of_others_is_one(self):
        cards = "".join(
            f'<div class="tile"><h3><a href="/{at}">{title}</a></h3><p>{words}.</p></div>'
            for at, (title, words) in enumerate(TEASERS)
        )
        assert quotable(read(f"<main>{HEAD}{paragraphs(BODY[:3])}<div>{cards}</div></main>")) == BODY[:3]


class TestShortTexts:
    @pytest.mark.parametrize("unended", [(1, 3), (2, 3), (1, 2)])
    def test_paragraphs_without_a_full_stop_stay_in_a_short_text(self, unended):
        lines = [line[:-1] if at in unended else line for at, line in enumerate(story("ferry", "bridge")[:5])]
        article = read(f"<div>{HEAD}<div class='text'>{'<br><br>'.join(lines)}</div></div>")
        assert quotable(article) == lines


class TestAuthors:
    @pytest.mark.parametrize(
        "picture",
        [
            '<figure><img src="a.jpg"><figcaption itemprop="author">Foto: Hans Lind</figcaption></figure>',
            '<figure><img src="a.jpg"><figcaption>Foto: <span itemprop="author">Hans Lind</span></figcaption></figure>',
            '<figure itemprop="author" itemscope><img src="a.jpg"><span itemprop="name">Hans Lind</span></figure>',
        ],
    )
    def test_who_took_the_picture_is_not_the_author(self, picture):
        assert read(f"<article>{HEAD}{picture}{paragraphs(BODY)}</article>").byline.author is None

    @pytest.mark.parametrize("sign", ["og", "och", "and", "und", "et", "y", "e", "ja", "&"])
    def test_names_are_parted_in_many_languages(self, sign):
        byline = f'<meta name="author" content="Anna Berg {sign} Tom Hull">'
        article = read(f"{byline}<article>{HEAD}{paragraphs(BODY)}</article>")
        assert article.byline.author == "Anna Berg and Tom Hull"

    def test_a_name_that_holds_a_small_word_is_one(self):
        article = read(f'<meta name="author" content="Ana Cunha e Silva"><article>{HEAD}{paragraphs(BODY)}</article>')
        assert article.byline.author == "Ana Cunha e Silva"
