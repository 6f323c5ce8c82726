"""Saved pages as sites build them: what of them may be quoted, word for word, and which byline is true."""

import json
import time
from contextlib import suppress

import pytest

from index.article import Article, Kind
from index.clean import clean
from index.errors import ArticleError
from index.loaders.html import read_page

P1 = "The council voted on Tuesday to close the old bridge for a year, while its rusty cables are replaced."
P2 = "Engineers found rust in three of the four towers in March. Repairs will cost about £12m, the mayor said."
P3 = "“We had no choice,” she told reporters, adding that ferries would run every ten minutes until midnight."
P4 = "Traders on the eastern bank fear for their shops, because most of their customers come across on foot."
STORY = [P1, P2, P3, P4]


def read(tmp_path, markup: str) -> Article:
    return clean(read_page(markup.encode()), tmp_path / "saved.html")


def quotable(article: Article) -> list[str]:
    text = article.text
    for mark in reversed(article.marks):
        text = text[: mark.start] + "\n\n" + text[mark.end :]
    return [line for line in text.split("\n") if line.strip()]


def marked(article: Article, kind: Kind) -> list[str]:
    return [article.text[mark.start : mark.end] for mark in article.marks if mark.kind is kind]


def page(body: str, head: str = "") -> str:
    return f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'


LD = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Bridge to close for a year",
    "datePublished": "2024-03-05T09:30:00+02:00",
    "dateModified": "2024-03-06T18:00:00+02:00",
    "author": [
        {"@type": "Person", "name": "Anna Berg"},
        {"@type": "Person", "name": "Tom Hull"},
        {"@type": "Person", "name": "Mary O’Neill"},
        {"@type": "Organization", "name": "Harbour Press"},
    ],
    "publisher": {"@type": "Organization", "name": "The Harbour Gazette"},
}
NEWS = page(
    f"""<header class="site-header"><a href="/">The Harbour Gazette</a><nav><ul><li><a href="/news">News</a></li>
<li><a href="/sport">Sport</a></li></ul></nav></header>
<div id="cookie-consent" role="dialog"><p>We and our 211 partners store cookies on your device, to show you what you
like, to count who reads us, and for other purposes which we list in a notice that you may read.</p></div>
<main class="has-sidebar"><article>
<h1>Bridge to close for a year</h1>
<p class="standfirst">Shops on the eastern bank fear the worst</p>
<div class="byline">By <a rel="author" href="/people/anna-berg">Anna Berg</a> and Tom Hull</div>
<time datetime="2024-03-05T09:30:00+02:00">5 March 2024, 9.30am</time>
<ul class="share-bar"><li><a href="#">Share on Facebook</a></li><li><a href="#">Tweet</a></li></ul>
<figure><img src="b.jpg"><figcaption>The old bridge, seen from the ferry at low tide. Photograph: J Roe/Gazette
</figcaption></figure>
<p>{P1}</p><p>{P2}</p>
<div class="newsletter-signup"><h3>The morning ferry</h3><p>Sign up for our newsletter and read the news of the
harbour every morning before seven, free of charge and without any advertisements.</p><input type="email"></div>
<h2>Ferries all night</h2>
<p>{P3}</p>
<aside class="related"><h3>Related</h3><ul><li><a href="/1">Ferry runs aground in the fog</a></li>
<li><a href="/2">Why the towers rust, and what to do about it</a></li></ul></aside>
<p>{P4}</p>
<p style="display:none">Subscribers see a paragraph here that nobody else has ever seen, or will see in this life.</p>
</article>
<section class="comments" id="comments"><h3>Comments (2)</h3><p>I crossed that bridge every day for thirty years, and
never once did I see anybody paint it, so none of this comes as a surprise to me at all.</p>
<p>Join the conversation and tell the other readers what you think of the mayor and of her bridge.</p></section></main>
<footer><p>© 2024 The Harbour Gazette. All rights reserved. Nothing may be copied without written permission.</p>
</footer>""",
    f"""<title>Bridge to close for a year | The Harbour Gazette</title>
<meta property="og:site_name" content="The Harbour Gazette">
<meta property="og:title" content="Bridge to close for a year">
<link rel="canonical" href="https://gazette.example/2024/03/05/bridge">
<script type="application/ld+json">{json.dumps(LD)}</script>""",
)


def test_a_news_page_keeps_its_text_and_nothing_of_the_page(tmp_path):
    article = read(tmp_path, NEWS)
    assert quotable(article) == STORY
    assert marked(article, Kind.CAPTION) == [
        "Shops on the eastern bank fear the worst",
        "The old bridge, seen from the ferry at low tide. Photograph: J Roe/Gazette",
        "Ferries all night",
    ]
    assert marked(article, Kind.TITLE) == ["Bridge to close for a year"]
    for word in ("cookies", "newsletter", "Facebook", "fog", "Subscribers", "thirty years", "All rights", "Sport"):
        assert word not in article.text, word


def test_a_news_page_states_its_byline(tmp_path):
    byline = read(tmp_path, NEWS).byline
    assert byline.to_json() == {
        "title": "Bridge to close for a year",
        "author": "Anna Berg, Tom Hull and Mary O’Neill",
        "source": "The Harbour Gazette",
        "published": "2024-03-05T09:30:00+02:00",
        "updated": "2024-03-06T18:00:00+02:00",
        "url": "https://gazette.example/2024/03/05/bridge",
    }
    assert dict(byline.provenance) == {
        "title": "page",
        "author": "json-ld",
        "outlet": "meta",
        "published": "json-ld",
        "updated": "json-ld",
        "url": "page",
    }


BLOG = page(
    f"""<div id="wrap"><div class="logo"><h1>Harbour Notes</h1></div><div class="menu"><a href="/a">About</a></div>
<div class="post" itemscope itemtype="https://schema.org/BlogPosting">
<h2 itemprop="headline">What the rust says</h2>
<span itemprop="author" itemscope><span itemprop="name">Ida Lindqvist</span>, <span>Engineer</span></span>
<span itemprop="datePublished" content="2023-11-02">2 November 2023</span>
<span itemprop="dateModified" content="2023-11-02">2 November 2023</span>
<div itemprop="articleBody">{P1}<br><br>{P2}<br>And so on.<blockquote><p>{P3}</p></blockquote>
<table><tr><th>Tower</th><th>Rust</th></tr><tr><td>North</td><td>12 %</td></tr></table>
<ol><li>the northern tower</li><li>the toll house</li></ol><pre>load = 12
rust = 3</pre><p>{P4}</p></div>
<div class="sharedaddy"><h3>Share this:</h3><ul><li><a href="#">Print</a></li></ul></div>
<div class="jp-relatedposts"><p>How ferries are painted, and why it takes them a whole winter to dry in our climate.</p>
</div></div>
<div id="respond"><h3>Leave a reply</h3><p>Your email address will not be published. Required fields are marked.</p>
</div></div>""",
    '<title>What the rust says | Harbour Notes</title><meta property="og:site_name" content="Harbour Notes">',
)


def test_a_blog_states_its_byline_in_its_elements(tmp_path):
    article = read(tmp_path, BLOG)
    assert quotable(article) == [
        P1, P2, "And so on.", P3, "Tower | Rust", "North | 12 %", "1. the northern tower", "2. the toll house",
        "load = 12", "rust = 3", P4,
    ]  # fmt: skip
    byline = article.byline
    assert (byline.title, byline.author, byline.published, byline.updated) == (
        "What the rust says",
        "Ida Lindqvist",
        "2023-11-02",
        None,
    )
    assert byline.provenance["author"] == byline.provenance["published"] == "microdata"


def story(head: str = "", byline: str = "", title: str = "Bridge to close for a year") -> str:
    paragraphs = "".join(f"<p>{one}</p>" for one in STORY)
    return page(f"<article><h1>{title}</h1>{byline}{paragraphs}</article>", f"<title>{title}</title>{head}")


@pytest.mark.parametrize(
    ("head", "byline", "author", "where"),
    [
        ('<meta name="author" content="Anna Berg">', "", "Anna Berg", "meta"),
        ('<meta name="dc.creator" content="Berg, Anna">', "", "Anna Berg", "meta"),
        ('<meta name="author" value="Anna Berg">', "", "Anna Berg", "meta"),
        (
            '<meta name="citation_author" content="Anna Berg"><meta name="citation_author" content="Tom Hull">',
            "", "Anna Berg and Tom Hull", "meta",
        ),
        (
            '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Anna Berg">',
            "", "Anna Berg", "meta",
        ),
        ("", '<p class="c-byline__item">By <a>Anna Berg</a>, Political Editor</p>', "Anna Berg", "page"),
        ("", "<div>by ANNA BERG, TOM HULL and MARY ROSE</div>", "ANNA BERG, TOM HULL and MARY ROSE", "page"),
        ("", '<a href="/authors/anna-berg">Anna Berg</a>', "Anna Berg", "page"),
        ("", '<p class="byline">By Anna Berg, MD</p>', "Anna Berg", "page"),
        # The site beside its author is none; alone, it may be a person's own.
        (
            '<link rel="canonical" href="https://annaberg.org/a"><meta name="author" content="Tom Hull, ANNA BERG">',
            "", "Tom Hull", "meta",
        ),
        (
            '<link rel="canonical" href="https://annaberg.org/a"><meta name="author" content="Anna Berg">',
            "", "Anna Berg", "meta",
        ),
        ("", '<span class="writer">著者：後藤大地</span>', "後藤大地", "page"),
        # Companies, desks, agencies and sections are no persons.
        ('<meta name="author" content="Harbour Media"><meta name="copyright" content="© Harbour Media">', "", None, ""),
        ('<meta name="author" content="Section Justice et faits divers">', "", None, ""),
        ("", '<p class="byline">By <a>News Desk</a></p><a href="/people/eva-lind">Eva Lind</a>', None, ""),
        ("", '<p class="byline">Reuters</p>', None, ""),
        # Further down stands the byline of another article.
        ("", f'<p>{" ".join(STORY)}</p>' * 2 + '<p class="byline">By Eva Lind</p>', None, ""),
    ],
)  # fmt: skip
def test_an_author_is_a_person_whom_the_page_names_as_one(tmp_path, head, byline, author, where):
    found = read(tmp_path, story(head, byline)).byline
    assert (found.author, found.provenance.get("author", "")) == (author, where)


@pytest.mark.parametrize(
    ("head", "byline", "published", "updated", "where"),
    [
        ('<meta property="article:published_time" content="2024-03-05T09:30:00Z">'
         '<meta property="article:modified_time" content="2024-03-05T11:00:00Z">',
         "", "2024-03-05T09:30:00+00:00", "2024-03-05T11:00:00+00:00", "meta"),
        ('<meta name="date" content="2024-03-05"><meta name="lastmod" content="2024-03-05T11:00:00Z">',
         "", "2024-03-05", None, "meta"),
        ("", '<time datetime="2024-03-05T09:30:00+01:00">Tuesday</time>', "2024-03-05T09:30:00+01:00", None, "page"),
        ("", "<p>Published 5 March 2024</p><p>Updated 7 March 2024</p>", "2024-03-05", "2024-03-07", "page"),
        ("", '<time class="updated" datetime="2024-03-07">Updated 7 March 2024</time><p>5 March 2024</p>',
         "2024-03-05", "2024-03-07", "page"),
        ("", "<p>2024年3月5日 9時30分</p>", "2024-03-05T09:30:00", None, "page"),
        ('<link rel="canonical" href="https://x.example/2024/03/05/bridge">', "", "2024-03-05", None, "url"),
        ('<link rel="canonical" href="https://x.example/2024/POLITICS/03/05/bridge/index.html">',
         "<table><tr><th>Opened</th><td>14 October 1999</td></tr></table>", "2024-03-05", None, "url"),
        ('<link rel="canonical" href="https://x.example/2024-03-05-bridge">', "", "2024-03-05", None, "url"),
        ('<link rel="canonical" href="https://x.example/2024/03/5-bridges-to-see">', "", None, None, ""),
        ("", "<p>By Anna Berg</p>" + "<p>filler</p>" * 60 + "<p>This page was last modified on 28 October 2016.</p>",
         None, "2016-10-28", ""),
        # What a computer printed is no day of publication.
        ("", "<pre>drwxr-xr-x root/root 0 2021-08-09 02:02 ./</pre>", None, None, ""),
    ],
)  # fmt: skip
def test_days_of_publication_and_change_are_kept_apart(tmp_path, head, byline, published, updated, where):
    found = read(tmp_path, story(head, byline)).byline
    assert (found.published, found.updated, found.provenance.get("published", "")) == (published, updated, where)


def test_the_sites_name_is_no_headline(tmp_path):
    body = "".join(f"<p>{one}</p>" for one in STORY)
    head = '<title>Bridge to close - Harbour Notes</title><meta property="og:site_name" content="Harbour Notes">'
    byline = read(tmp_path, page(f"<h1>Harbour Notes</h1><div>{body}</div>", head)).byline
    assert (byline.title, byline.outlet) == ("Bridge to close", "Harbour Notes")


def test_a_lead_above_the_frame_is_the_articles(tmp_path):
    rest = "".join(f"<p>{one}</p>" for one in STORY * 3)
    lead = "Nobody will walk across the old bridge from May, the council of the harbour has decided by one vote."
    markup = page(
        f"<article><h1>Bridge</h1><div><div class='lead'><p>{lead}</p></div></div><div>{rest}</div></article>"
    )
    assert quotable(read(tmp_path, markup))[0] == lead


def test_a_page_named_after_its_boxes_is_not_emptied(tmp_path):
    body = "".join(f"<p>{one}</p>" for one in STORY)
    markup = page(f'<div class="comments-open share-ready has-sidebar"><h1>Bridge</h1><div>{body}</div></div>')
    assert quotable(read(tmp_path, markup)) == STORY


@pytest.mark.slow
@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 5_000,
        "<script>x</script>tail " * 5_000,
        '<span class="byline">By Anna Berg ' * 2_000,
        "<h1>a" * 2_000,
        "<table><tr><td>a<td>b" * 1_000,
        "<p>" + " " * 300_000 + "</p>",
        "<div>© " * 2_000,
        '<meta name="author" content="' + "A b, " * 50_000 + '">',
        "<p>" + "<br>" * 5_000 + "</p>",
    ],
    ids=["deep", "scripts", "bylines", "headings", "tables", "blanks", "copyright", "meta", "breaks"],
)
def test_hostile_markup_takes_no_minutes(hostile):
    body = "".join(f"<p>{one}</p>" for one in STORY)
    began = time.perf_counter()
    with suppress(ArticleError):  # told, not hung
        read_page(page(body + hostile).encode())
    assert time.perf_counter() - began < 20
