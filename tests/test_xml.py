"""Feeds and what agencies send: which XML is read, what of it, and that nothing but the file is opened."""

import re
import socket
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from loading import P1, P2, P3, draft, drafts, faults, marked, read, reason

from index.article import Byline, Draft
from index.clean import clean
from index.loaders import load
from index.settings import Settings

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
DATE = "Fri, 08 Feb 2019 18:38:00 +0100"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("something was fetched")

    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)


def put(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes)
    element.text = text
    return element


def rss(*items: dict[str, str], title: str = "Bridge & Co") -> bytes:
    root = ET.Element("rss", version="2.0")
    channel = put(root, "channel")
    put(channel, "title", title)
    put(channel, "link", "https://b.example")
    for item in items:
        element = put(channel, "item")
        for tag, text in item.items():
            put(element, tag, text)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def test_an_entry_of_rss(tmp_path: Path) -> None:
    item = {
        "title": "Bridge <b>to</b> close", "link": "https://b.example/1", f"{{{DC}}}creator": "Anna Berg",
        "pubDate": DATE, "description": "short", f"{{{CONTENT}}}encoded": f"<p>{P1}</p><p>{P2}</p><script>x</script>",
    }  # fmt: skip
    one = draft(tmp_path / "a.xml", rss(item))
    assert one.text == f"Bridge to close\nAnna Berg\n{DATE}\n\n{P1}\n\n{P2}"
    assert marked(one) == [("title", "Bridge to close"), ("author", "Anna Berg"), ("date", DATE)]
    stated = dict.fromkeys(("title", "author", "published", "outlet", "url"), "feed")
    assert one.byline == Byline(
        "Bridge to close", "Anna Berg", "2019-02-08T18:38:00+01:00", "Bridge & Co", "https://b.example/1", stated
    )
    assert one.name == "entry 1"
    article = clean(one, tmp_path / "a.xml")
    assert (article.byline, article.marks) == (one.byline, one.marks)


def test_an_entry_of_atom(tmp_path: Path) -> None:
    root = ET.Element(f"{{{ATOM}}}feed")
    put(root, f"{{{ATOM}}}title", "Bridges")
    entry = put(root, f"{{{ATOM}}}entry")
    put(entry, f"{{{ATOM}}}title", "Bridge to close")
    for name in ("Anna Berg", "Tom Hull"):
        put(put(entry, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", name)
    put(entry, f"{{{ATOM}}}published", "2019-02-08T18:38:00Z")
    put(entry, f"{{{ATOM}}}updated", "2019-02-09T08:00:00Z")
    put(entry, f"{{{ATOM}}}link", href="https://b.example/1", rel="alternate")
    content = put(entry, f"{{{ATOM}}}content", type="xhtml")
    page = put(content, "{http://www.w3.org/1999/xhtml}div")
    for words in (P1, P2):
        put(page, "{http://www.w3.org/1999/xhtml}p", words)
    one = draft(tmp_path / "a.xml", ET.tostring(root))
    assert one.text == f"Bridge to close\nAnna Berg and Tom Hull\n2019-02-08T18:38:00Z\n\n{P1}\n\n{P2}"
    assert (one.byline.published, one.byline.updated) == ("2019-02-08T18:38:00+00:00", "2019-02-09T08:00:00+00:00")
    assert (one.byline.outlet, one.byline.url) == ("Bridges", "https://b.example/1")


def test_an_entry_of_rss_1(tmp_path: Path) -> None:
    source = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        f'<channel rdf:about="x"><title>R</title></channel><item rdf:about="y"><title>T</title><link>http://y.example</link>'
        f"<description>{P1}</description></item></rdf:RDF>"
    )
    one = draft(tmp_path / "a.xml", source)
    assert (one.text, one.byline.outlet, one.byline.url) == (f"T\n\n{P1}", "R", "http://y.example")


def test_entries_without_text_are_faults_and_what_blogs_export_besides_is_passed_over(tmp_path: Path) -> None:
    kind = "{http://wordpress.org/export/1.2/}post_type"
    path = tmp_path / "a.xml"
    blog = f"First line.\n\n<strong>Second</strong> part\nwrapped.\n\n{P1}"
    got = read(
        path,
        rss(
            {"title": "A", "description": P1, kind: "post"},
            {"title": "B", kind: "post"},
            {"title": "C", "description": P2, kind: "nav_menu_item"},
            {"title": "D", f"{{{CONTENT}}}encoded": blog, kind: "page"},
        ),
    )
    assert [one.text for one in drafts(got)] == [f"A\n\n{P1}", f"D\n\nFirst line.\n\nSecond part\nwrapped.\n\n{P1}"]
    assert faults(got, path) == [("!/entry 2", "there is no text in it: leave it out.")]


def test_the_entities_of_html_in_a_feed(tmp_path: Path) -> None:
    source = (
        "\n<rss><channel><title>A</title><item><description>Caf&eacute;&nbsp;A&amp;B &lt;i&gt;x&lt;/i&gt;"
        "</description></item></channel></rss>"
    )
    assert draft(tmp_path / "a.xml", source).text == "Café A&B x"
    for before in range(12):  # an entity lies across the end of a piece that is read
        far = source.replace("Caf", "x" * (32_768 - before - source.index("&eacute;") - 1) + " Caf")
        assert far.index("&eacute;") == 32_768 - before
        assert draft(tmp_path / "a.xml", far).text.endswith("x Café A&B x")


@pytest.mark.slow
def test_feeds_are_streamed_and_what_breaks_off_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    whole = rss(*({"title": f"T{n}", "description": f"{P1} {P2}"} for n in range(400)))
    path.write_bytes(whole[:-2000])
    stream = load(path, Settings(max_file_mb=1))
    assert isinstance(next(stream), Draft)
    *rest, last = stream
    assert len(rest) > 380
    assert "no XML that can be read" in faults([last], path)[0][1]


NITF = f"""<?xml version="1.0"?>
<!DOCTYPE nitf PUBLIC "-//IPTC//DTD NITF 3.4//EN" "http://iptc.example/nitf-3-4.dtd">
<nitf><head><title>unused</title><docdata><date.issue norm="20190208T183800Z"/></docdata><pubdata name="The Times"/>
</head><body><body.head><hedline><hl1>Bridge to close</hl1><hl2>For a year, it seems</hl2></hedline>
<byline>By <person>Anna Berg</person><byttl>Transport Correspondent</byttl></byline>
<dateline><location>LONDON</location><story.date>Feb 8, 2019</story.date></dateline>
<abstract><p>Cables are replaced.</p></abstract></body.head>
<body.content><p>{P1}</p><media media-type="image"><media-reference source="t.jpg">t</media-reference>
<media-caption><p>The tower</p></media-caption></media>
<block><hl2>Rust</hl2><p>{P2}</p><ul><li>one</li><li>two</li></ul>
<table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table><bq><block><p>{P3}</p></block></bq></block>
</body.content><body.end><tagline>Berg writes about trains.</tagline></body.end></body></nitf>"""


def test_nitf(tmp_path: Path) -> None:
    one = draft(tmp_path / "a.xml", NITF)
    assert one.text == (
        "Bridge to close\nBy Anna Berg, Transport Correspondent\nFeb 8, 2019\n\nFor a year, it seems\n\n"
        f"Cables are replaced.\n\n{P1}\n\nThe tower\n\nRust\n\n{P2}\n\n- one\n- two\n\n1 | 2\n3 | 4\n\n{P3}\n\n"
        "Berg writes about trains."
    )
    assert marked(one) == [
        ("title", "Bridge to close"), ("author", "By Anna Berg, Transport Correspondent"), ("date", "Feb 8, 2019"),
        ("standfirst", "For a year, it seems"), ("standfirst", "Cables are replaced."), ("caption", "The tower"),
        ("caption", "Rust"), ("furniture", "Berg writes about trains."),
    ]  # fmt: skip
    stated = dict.fromkeys(("title", "author", "published", "outlet"), "nitf")
    assert one.byline == Byline(
        "Bridge to close", "Anna Berg", "2019-02-08T18:38:00+00:00", "The Times", provenance=stated
    )


def item(content: str, headline: str = "Bridge to close", more: str = "") -> str:
    return (
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:1"><itemMeta>'
        f'<provider qcode="nprov:AFP">{more}</provider>'
        "<versionCreated>2019-02-09T08:00:00Z</versionCreated></itemMeta><contentMeta>"
        "<contentCreated>2019-02-08T18:38:00+01:00</contentCreated><by>By Anna Berg</by>"
        f"<headline>{headline}</headline></contentMeta><contentSet>{content}</contentSet></newsItem>"
    )


XHTML = (
    '<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title>'
    f"</head><body><h1>Bridge to close</h1><p>{P1}</p><p>{P2}</p></body></html></inlineXML>"
)


INLINE_NITF = (
    '<inlineXML contenttype="application/nitf+xml"><nitf xmlns=""><body><body.content>'
    f"<p>{P1}</p><p>{P2}</p></body.content></body></nitf></inlineXML>"
)


@pytest.mark.parametrize(
    "content",
    [
        XHTML,
        f'<inlineXML><h:html xmlns:h="http://www.w3.org/1999/xhtml"><h:p>{P1}</h:p><h:p>{P2}</h:p></h:html></inlineXML>',
        INLINE_NITF,
        f"<remoteContent href='http://x.example/p.jpg'/>{INLINE_NITF.replace(' xmlns=', ' x=')}",
        f'<inlineData contenttype="text/plain">{P1}\n\n{P2}</inlineData>',
        f'<inlineData contenttype="text/html">&lt;p&gt;{P1}&lt;/p&gt;&lt;p&gt;{P2}&lt;/p&gt;</inlineData>',
    ],
)  # fmt: skip
def test_newsml(tmp_path: Path, content: str) -> None:
    one = draft(tmp_path / "a.xml", item(content))
    assert one.text.startswith("Bridge to close\n")
    assert one.text.endswith(f"\n\n{P1}\n\n{P2}")
    assert one.text.count("Bridge to close") == 1
    stated = dict.fromkeys(("title", "author", "published", "outlet"), "newsml")
    assert one.byline == Byline(
        "Bridge to close",
        "Anna Berg",
        "2019-02-08T18:38:00+01:00",
        "AFP",
        provenance=stated,
        updated="2019-02-09T08:00:00+00:00",
    )


def test_the_byline_of_newsml_is_quotable(tmp_path: Path) -> None:
    one = draft(tmp_path / "a.xml", item(XHTML, more="<name>Agence France-Presse</name>"))
    assert marked(one) == [
        ("title", "Bridge to close"), ("author", "By Anna Berg"), ("date", "2019-02-08T18:38:00+01:00"),
    ]  # fmt: skip
    assert one.byline.outlet == "Agence France-Presse"


def test_a_lone_item_may_follow_a_comment(tmp_path: Path) -> None:
    one = draft(tmp_path / "a.xml", f"<!-- from the agency -->{item(XHTML)}")
    assert one.text.endswith(f"{P1}\n\n{P2}")


def test_a_message_of_several_items(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    picture = item("<remoteContent href='http://x.example/p.jpg'/>", "The tower")
    source = (
        '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><packageItem/>'
        f"{item(XHTML)}{picture}{item(XHTML, 'Second')}</itemSet></newsMessage>"
    )
    got = read(path, source)
    assert [one.name for one in drafts(got)] == ["Bridge to close", "Second"]
    assert faults(got, path) == [("!/The tower", "it holds remoteContent but no text: leave it out.")]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("<opml version='2.0'><body/></opml>", "a list of feeds"),
        ('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "a sitemap"),
        ("<sitemapindex/>", "a list of sitemaps"),
        ('<html xmlns="http://www.w3.org/1999/xhtml"/>', "name it .html"),
        (
            '<knowledgeItem xmlns="http://iptc.org/std/nar/2006-10-01/"/>',
            "a knowledgeItem of NewsML-G2 holds no article",
        ),
        ("<NewsML/>", "NewsML 1"),
        (
            '<m:mediawiki xmlns:m="x"/>',
            "its root element is <mediawiki>: feeds (RSS, Atom), NITF and NewsML-G2 are read",
        ),
        ("<newsMessage/>", "no news items"),
        ("<rss><channel/></rss>", "no entries"),
        ("no markup at all", "no XML that can be read"),
        ("<rss><channel>", "no XML that can be read"),
        ("<a><b></a>", "<a>"),
        ("\x00<rss/>", "no XML that can be read"),
        ("<rss>" + "<a>" * 100_000, "no XML that can be read"),
    ],
)
def test_other_xml_is_refused_kindly(tmp_path: Path, source: str, says: str) -> None:
    assert says in reason(tmp_path / "a.xml", source)


def test_entities_of_a_files_own_are_refused(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}]><rss><channel><item><title>&l9;</title></item></channel></rss>'
    assert "declares entities of its own" in reason(tmp_path / "a.xml", bomb)
    assert "declares entities of its own" in reason(tmp_path / "b.xml", bomb.replace("rss", "nitf"))


def test_nothing_outside_of_the_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the secret")
    uri = (tmp_path / "secret.txt").as_uri()
    entity = f'<!DOCTYPE rss [<!ENTITY s SYSTEM "{uri}">]><rss><channel><item><title>&s;</title></item></channel></rss>'
    assert "declares entities of its own" in reason(tmp_path / "a.xml", entity)
    grammar = NITF.replace("http://iptc.example/nitf-3-4.dtd", uri)
    assert "secret" not in draft(tmp_path / "b.xml", grammar).text
    include = (
        f'<rss><channel><item><description><i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{uri}" '
        'parse="text"/> words</description></item></channel></rss>'
    )
    assert "secret" not in draft(tmp_path / "c.xml", include).text


def test_feedparser_itself_is_given_bytes_and_resolves_no_external_entity(tmp_path: Path) -> None:
    import io

    import feedparser

    (tmp_path / "secret.txt").write_text("the secret")
    uri = (tmp_path / "secret.txt").as_uri()
    source = (
        f'<!DOCTYPE rss [<!ENTITY s SYSTEM "{uri}">]><rss><channel><item><title>a &s; b</title></item></channel></rss>'
    )
    assert "secret" not in repr(feedparser.parse(io.BytesIO(source.encode())))
    source_of_the_room = (Path(__file__).parent.parent / "index" / "loaders" / "feed.py").read_text()
    assert re.findall(r"feedparser\.parse\((\w+)", source_of_the_room) == ["data"]
