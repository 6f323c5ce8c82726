"""The web app's HTML says exactly what the articles say and nothing more; its guard lets in only its own pages."""

import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from index.article import Article, Byline, Fault, Filter, Kind, Mark
from index.errors import ArticleError, NoIndex, ServeError, StoreError, Unwritable
from index.report import Report
from qa.reply import Quote, Reply
from qa.web import address, archive, asking, cards, inbox, pages, shelf
from qa.web.guard import Guard

ATTACK = (
    "<img src=x onerror=alert(1)> ${1+1} {{value}} $$x^2$$ **bold** `code` &lt;b&gt; \"quoted\" 'single'\n\n"
    "# No heading\n1. one</blockquote></article><script>alert(2)</script>"
)


def article(text=ATTACK, **byline):
    known = {"title": "Head <b>line</b>\nsecond", "author": "A <i>b</i>", "outlet": 'Out"let', **byline}
    return Article("a/é?&=", text, Byline(**known), path="/tmp/<x>.txt")


def whole(of, answer=None):
    return Quote(of, 0, len(of.text), 0.5, {"dense": 1, "lexical": 3}, answer)


class Reader(HTMLParser):
    """What a browser would read: tags, and the text inside each element of one class or id."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts, self._open = [], {}, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "br":
            self.handle_data("\n")
        elif tag not in {"meta", "link", "input"}:
            named = dict(attrs)
            self._open.append((tag, [named.get("id"), *(named.get("class") or "").split(), tag]))

    def handle_endtag(self, tag):
        opened, _ = self._open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"

    def handle_data(self, data):
        for _, names in self._open:
            for name in names:
                self.texts[name] = self.texts.get(name, "") + data

    def links(self):
        return [attrs.get("href") for tag, attrs in self.tags if tag == "a"]


class TestCards:
    def test_the_words_on_a_card_are_the_words_of_the_quote(self):
        found = article()
        start, end = found.text.index("${1+1}"), found.text.index(" **bold**")
        read = Reader(cards.card(whole(found, (start, end)), 1, 0.9))
        assert read.texts["words"] == found.text
        assert read.texts["mark"] == "${1+1} {{value}} $$x^2$$"

    def test_an_article_brings_no_element_of_its_own(self):
        tags = {tag for tag, _ in Reader(cards.reply(Reply("q", "answered", 0.9, (whole(article()),)))).tags}
        assert tags == {
            "div", "article", "blockquote", "br", "a", "span", "details", "summary", "ul", "li",
        }  # fmt: skip

    @pytest.mark.parametrize("between", ["\n", "\n\n", "\r\n", "\r\r", "\u2028", "\x0b", "\x85"])
    def test_a_reply_is_one_line_so_that_markdown_leaves_it_alone(self, between):
        found = article(f"One.{between}Two.", title=f"A{between}B", author=f"C{between}D", published=f"x{between}y")
        shown = cards.reply(
            Reply("q", "related", 0.2, (), (whole(found),), f"No.{between}No."), Filter(author="x\n\ny")
        )
        assert shown.splitlines() == [shown]
        assert shown.startswith("<div")

    def test_what_reverses_reading_or_controls_a_terminal_is_made_visible(self):
        assert cards.escape("a\u202eb\u2066c\x1b[31m\x00\ud800") == "a\ufffdb\ufffdc\ufffd[31m\ufffd\ufffd"
        assert cards.escape("a\x0cb\rc") == "a b c"

    def test_what_scripts_and_emoji_need_is_kept(self):
        kept = "נכון\u200f, می\u200cخواهم, 👩\u200d🚀, a\tb\nc\xa0d"
        assert html.unescape(cards.escape(kept)) == kept

    def test_a_card_names_its_source_and_opens_the_article_there(self):
        read = Reader(cards.card(Quote(article(published="2019-02-08T18:38:00+00:00"), 3, 9, 0.5), 1, None))
        assert read.texts["credit"] == 'Out"let · A <i>b</i> · 8 February 2019'
        assert read.texts["headline"].split() == ["Head", "<b>line</b>", "second"]
        assert read.links() == ["/article?id=a%2F%C3%A9%3F%26%3D&start=3&end=9#quote"]

    def test_a_card_from_a_document_with_pages_names_the_page(self):
        paged = replace(article(), pages=(0, 3, 9))
        assert Reader(cards.card(Quote(paged, 3, 9, 0.5), 1, None)).texts["credit"] == 'Out"let · A <i>b</i> · p. 2'
        bare = replace(paged, byline=Byline("T"))
        assert Reader(cards.card(Quote(bare, 9, 12, 0.5), 1, None)).texts["credit"] == "p. 3"

    def test_why_gives_ranks_and_confidence(self):
        why = Reader(cards.card(whole(article()), 2, 0.873)).texts["why"]
        for fact in ("Rank 1 by meaning", "Rank 3 by its words", "Place 2", "87%"):
            assert fact in why

    def test_passages_that_may_answer_stand_open_below_words_that_say_so(self):
        given = Reply("q", "related", 0.2, (), (whole(article(), (3, 9)),), "These may.", "who is q?")
        shown = cards.reply(given, Filter(source="Out", since="2019-01-01"))
        read = Reader(shown)
        assert read.texts["refusal"] == "These may."
        assert read.texts["searched"] == "Searched for: who is q?\nSearched only: Out, from 2019-01-01"
        assert read.texts["h3"] == "These may answer"
        assert ATTACK in read.texts["related"]
        assert "mark" not in read.texts
        assert "do not say" not in shown
        assert ("section", {"class": "related"}) in read.tags

    def test_what_does_not_answer_stands_behind_one_closed_line(self):
        given = Reply("q", "nothing", 0.01, (), (whole(article()),), "These articles do not say.")
        read = Reader(cards.reply(given))
        assert read.texts["refusal"] == "These articles do not say."
        assert ("details", {"class": "related"}) in read.tags
        assert read.texts["related"].startswith("What came nearest")
        assert "h3" not in read.texts
        assert "may answer" not in read.texts["reply"]

    def test_an_outlet_named_in_the_question_is_told_and_its_refusal_is_not_one_of_all_articles(self):
        given = Reply("q", "nothing", 0.01, reason="Nothing.", searched_for="who?", searched_in="O<t")
        read = Reader(cards.reply(given))
        assert read.texts["searched"] == "Searched for: who?\nSearched only: O<t"
        assert "Right to refuse" not in read.texts["reply"]

    def test_nothing_related_is_no_heading_over_nothing(self):
        read = Reader(cards.reply(Reply("q", "nothing", 0.01, reason="Nothing.")))
        assert read.texts["reply"] == "Nothing.Right to refuse"

    @pytest.mark.parametrize(
        ("given", "shown"),
        [("2019-02-08", "8 February 2019"), ("2019-02", "2019-02"), ("<b>", "<b>"), ("2019-02-30", "2019-02-30")],
    )
    def test_day(self, given, shown):
        assert cards.day(given) == shown


class TestArticlePage:
    def page(self, query, found=None):
        found = found or article()

        def find(id):
            if id != found.id:
                raise ArticleError(f"no {id}")
            return found

        return pages.article(find, query)

    def test_the_mark_holds_the_quote_and_the_text_the_whole_article(self):
        page = self.page({"id": "a/é?&=", "start": "5", "end": "40"})
        read = Reader(page.html)
        assert page.status == 200
        assert read.texts["quote"] == ATTACK[5:40]
        assert read.texts["text"] == ATTACK
        assert ("mark", {"id": "quote", "tabindex": "-1"}) in read.tags

    @pytest.mark.parametrize("span", [(0, 10), (4, 6), (2, 20), (14, 16)])
    def test_a_quote_that_crosses_marks_keeps_every_word(self, span):
        found = Article(
            "a", "Headline\nBody. Share", Byline("H"), (Mark(Kind.TITLE, 0, 8), Mark(Kind.FURNITURE, 15, 20))
        )
        query = {"id": "a", "start": str(span[0]), "end": str(span[1])}
        read = Reader(self.page(query, found).html)
        assert read.texts["quote"] == found.text[slice(*span)]
        assert read.texts["text"] == found.text
        assert read.texts["apart"] == "HeadlineShare"

    @pytest.mark.parametrize(("start", "end"), [("5", "99999"), ("9", "9"), ("9", "5"), ("-1", "4")])
    def test_a_place_outside_the_article_marks_nothing_and_says_so(self, start, end):
        page = self.page({"id": "a/é?&=", "start": start, "end": end})
        read = Reader(page.html)
        assert page.status == 200
        assert "quote" not in read.texts
        assert "nothing is marked" in read.texts["told"]
        assert read.texts["text"] == ATTACK

    def test_what_it_is_called_in_its_file_is_named(self):
        found = replace(article(), path="/may.zip", member="<a>.txt")
        assert Reader(self.page({"id": found.id}, found).html).texts["origin"].endswith("Read from/may.zipIn it<a>.txt")

    def test_without_a_place_there_is_no_notice(self):
        assert "told" not in Reader(self.page({"id": "a/é?&="}).html).texts

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ({}, 400),
            ({"id": "a/é?&=", "start": "x", "end": "4"}, 400),
            ({"id": "a/é?&=", "start": "4"}, 400),
            ({"id": "a/é?&=", "start": "9" * 5000, "end": "1"}, 400),
            ({"id": "<script>alert(1)</script>"}, 404),
        ],
    )
    def test_a_wrong_address_gets_its_own_page(self, query, status):
        page = self.page(query)
        assert page.status == status
        assert page.html.count("<script") == 1
        assert Reader(page.html).texts["told"]

    @pytest.mark.parametrize(("error", "status"), [(NoIndex("none"), 404), (StoreError("broken <b>"), 503)])
    def test_without_an_index_there_is_a_page_too(self, error, status):
        def find(id):
            raise error

        page = pages.article(find, {"id": "a"})
        assert page.status == status
        assert "<b>" not in page.html

    def test_only_the_page_s_own_script_may_run(self):
        page = self.page({"id": "a/é?&=", "start": "0", "end": "4"})
        nonce = re.search(r"'nonce-([^']+)'", page.policy)[1]
        scripts = [attrs for tag, attrs in Reader(page.html).tags if tag == "script"]
        assert scripts == [{"nonce": nonce}]
        assert "unsafe" not in page.policy
        assert self.page({"id": "a/é?&="}).policy != page.policy

    def test_copying_gives_the_quote_with_its_source(self):
        found = article(
            "He said “no”.", title="T", author="A", outlet="O", published="2019-02-08", url="https://o.example/t"
        )
        read = Reader(self.page({"id": found.id, "start": "8", "end": "13"}, found).html)
        copied = [attrs["data-copy"] for tag, attrs in read.tags if "data-copy" in attrs]
        assert copied == ["", "““no”.”\n— A, T, O, 8 February 2019, https://o.example/t"]

    def test_a_copied_quote_from_a_document_with_pages_names_its_page(self):
        found = replace(article("He said no. She left.", title="T", author="A", outlet=None), pages=(0, 12))
        read = Reader(self.page({"id": found.id, "start": "12", "end": "21"}, found).html)
        copied = [attrs["data-copy"] for tag, attrs in read.tags if "data-copy" in attrs]
        assert copied == ["", "“She left.”\n— A, T, p. 2"]

    @pytest.mark.parametrize(
        "url",
        [
            "javascript:alert(1)", " JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x",
            "//evil.example/", "file:///etc/passwd", "https://", "http://[", "https://o.example/\u202ex", "vbscript:x",
        ],
    )  # fmt: skip
    def test_an_address_that_is_no_web_page_is_text(self, url):
        assert pages.web_address(url) is None
        read = Reader(self.page({"id": "a/é?&="}, article(url=url)).html)
        assert read.links() == ["/", "/", "/articles", "/evaluate"]

    def test_a_web_page_is_a_link_that_tells_it_nothing(self):
        read = Reader(self.page({"id": "a/é?&="}, article(url='https://o.example/?a=1&b="2"')).html)
        link = next(attrs for tag, attrs in read.tags if attrs.get("target"))
        assert link["href"] == 'https://o.example/?a=1&b="2"'
        assert link["rel"] == "noopener noreferrer nofollow"


class TestGuard:
    @pytest.fixture
    def site(self):
        def page(request):
            return HTMLResponse('<head><meta property="og:url" content="https://g.example" /><script>1</script></head>')

        def own(request):
            return HTMLResponse("<script>1</script>", headers={"content-security-policy": "default-src 'none'"})

        def data(request):
            return PlainTextResponse(f"reached with {request.headers.get('accept-encoding')}")

        routes = [
            Route("/", page),
            Route("/own", own),
            Route("/evaluation", own),
            Route("/data", data, methods=["GET", "POST"]),
        ]
        return TestClient(Guard(Starlette(routes=routes), ("127.0.0.1", "localhost", "::1")), "http://127.0.0.1:7860")

    @pytest.mark.parametrize("host", ["127.0.0.1:7860", "127.0.0.1", "localhost:9", "LOCALHOST", "[::1]:7860"])
    def test_its_own_names_are_let_in(self, site, host):
        assert site.get("/data", headers={"host": host}).text.startswith("reached")

    @pytest.mark.parametrize(
        "host",
        ["evil.example", "127.0.0.1.evil.example", "evil.example:7860", "", "[", "a@b:c", "evil@127.0.0.1",
         "127.0.0.1:7860,evil.example", "127.0.0.1,evil.example", "127.0.0.1:7860 ", "127.0.0.1:7860/x", "127.0.0.1:",
         "localhost#x", "localhost?x", "127.0.0.1:99999999", "[::1", "127.0.0.1\\x"],
    )  # fmt: skip
    def test_other_names_are_refused(self, site, host):
        answer = site.get("/data", headers={"host": host})
        assert (answer.status_code, "does not answer to the host" in answer.text) == (403, True)

    @pytest.mark.parametrize(
        "headers",
        [
            {"origin": "http://evil.example"},
            {"origin": "null"},
            {"origin": "http://127.0.0.1:9999"},
            {"origin": "http://127.0.0.1:7860.evil.example"},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site", "sec-fetch-mode": "navigate"},
        ],
    )
    def test_another_site_s_page_cannot_send(self, site, headers):
        answer = site.post("/data", headers=headers)
        assert answer.status_code == 403
        assert answer.text.startswith("Refused")

    @pytest.mark.parametrize(
        "headers",
        [{}, {"origin": "http://127.0.0.1:7860", "sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}],
    )
    def test_its_own_pages_and_programs_can_send(self, site, headers):
        assert site.post("/data", headers=headers).text.startswith("reached")

    def test_another_site_may_link_here_but_not_load_from_here(self, site):
        cross = {"sec-fetch-site": "cross-site"}
        assert site.get("/data", headers={**cross, "sec-fetch-mode": "navigate"}).status_code == 200
        assert site.get("/data", headers={**cross, "sec-fetch-mode": "no-cors"}).status_code == 403

    def test_a_websocket_is_closed(self, site):
        with pytest.raises(WebSocketDisconnect) as closed, site.websocket_connect("/data"):
            pytest.fail("it was accepted")
        assert closed.value.code == 1008

    @pytest.mark.parametrize("path", ["/", "/own", "/data", "/nowhere"])
    def test_every_answer_carries_the_security_headers(self, site, path):
        headers = site.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src" in headers["content-security-policy"]

    def test_gradio_s_scripts_get_a_nonce_that_is_never_the_same(self, site):
        pages = [site.get("/") for _ in range(2)]
        nonces = [re.search(r"'nonce-([^']+)'", page.headers["content-security-policy"])[1] for page in pages]
        assert nonces[0] != nonces[1]
        assert pages[0].text == f'<head><script nonce="{nonces[0]}">1</script></head>'
        assert (
            "'unsafe-inline'"
            not in pages[0].headers["content-security-policy"].partition("script-src")[2].split(";")[0]
        )
        assert int(pages[0].headers["content-length"]) == len(pages[0].content)

    def test_a_page_with_a_policy_of_its_own_is_left_as_it_is(self, site):
        page = site.get("/own")
        assert page.text == "<script>1</script>"
        assert page.headers["content-security-policy"] == "default-src 'none'"

    def test_only_a_report_may_be_framed_and_only_by_its_own_pages(self, site):
        framed = {path: site.get(path).headers["x-frame-options"] for path in ("/evaluation", "/", "/evaluation/x")}
        assert framed == {"/evaluation": "SAMEORIGIN", "/": "DENY", "/evaluation/x": "DENY"}
        foreign = site.get("/evaluation", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"})
        assert foreign.headers["x-frame-options"] == "SAMEORIGIN"

    def test_nothing_is_compressed_behind_it(self, site):
        assert site.get("/data", headers={"accept-encoding": "br"}).text == "reached with None"


class TestAddress:
    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com", "", "127.0.0.1.evil.example"])
    def test_only_this_machine(self, host):
        with pytest.raises(ServeError, match="no loopback address"):
            address.listen(host, 0)

    def test_a_taken_port_names_the_cure(self):
        with address.listen("127.0.0.1", 0) as taken:
            port = taken.getsockname()[1]
            with pytest.raises(ServeError, match=f"Port {port} .*--port {port + 1}"):
                address.listen("127.0.0.1", port)

    def test_url(self):
        assert address.url("127.0.0.1", 7860) == "http://127.0.0.1:7860"
        assert address.url("::1", 7860) == "http://[::1]:7860"


class TestInbox:
    @pytest.mark.parametrize(
        ("name", "safe"),
        [
            ("../../etc/Träume & Schäume.TXT", "Träume-Schäume.txt"),
            ("..\\..\\x.txt", "x.txt"),
            (".hidden.txt", "hidden.txt"),
            ("....txt", "article.txt"),
            ("a\x00b\n.txt", "a-b.txt"),
            ("no suffix", "no-suffix"),
            ("x" * 300 + ".html", "x" * 80 + ".html"),
            ("x" * 300 + ".TAR.GZ", "x" * 80 + ".tar.gz"),
            ("cuttings 1.tar.gz", "cuttings-1.tar.gz"),
            ("a.b<c>d", "a.bcd"),
        ],
    )
    def test_safe_name(self, name, safe):
        assert inbox.safe_name(name) == safe

    def test_files_of_one_name_are_kept_apart_and_the_same_file_once(self, tmp_path):
        kept = []
        for folder, words in (("a", "one"), ("b", "two"), ("c", "one"), ("d", "two")):
            (tmp_path / folder).mkdir()
            dropped = tmp_path / folder / "x.txt"
            dropped.write_text(words)
            kept.append(inbox.keep(dropped, tmp_path / "home" / "articles", {".txt"}))
        assert [path.name for path in kept] == ["x.txt", "x-2.txt", "x.txt", "x-2.txt"]
        assert [path.read_text() for path in kept] == ["one", "two", "one", "two"]

    def test_archives_of_one_name_keep_both_their_suffixes(self, tmp_path):
        for folder in ("a", "b"):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "x.tar.gz").write_text(folder)
            inbox.keep(tmp_path / folder / "x.tar.gz", tmp_path / "articles", {".tar.gz"})
        assert {path.name: path.read_text() for path in (tmp_path / "articles").iterdir()} == {
            "x.tar.gz": "a",
            "x-2.tar.gz": "b",
        }

    def test_the_widget_takes_every_kind_by_its_last_suffix(self):
        assert {".txt", ".gz", ".tgz", ".mbox", ".xml"} <= set(shelf.SUFFIXES)
        assert all(re.fullmatch(r"\.[a-z]+", suffix) for suffix in shelf.SUFFIXES)

    def test_a_kind_that_cannot_be_read_is_refused(self, tmp_path):
        (tmp_path / "x.exe").write_text("MZ")
        with pytest.raises(ArticleError, match=r"x\.exe .* \.html, \.txt"):
            inbox.keep(tmp_path / "x.exe", tmp_path / "articles", {".txt", ".html"})
        assert not (tmp_path / "articles").exists()

    def test_a_folder_that_cannot_be_made_is_told(self, tmp_path):
        (tmp_path / "x.txt").write_text("x")
        (tmp_path / "articles").write_text("a file")
        with pytest.raises(Unwritable, match="could not be copied"):
            inbox.keep(tmp_path / "x.txt", tmp_path / "articles", {".txt"})


class TestAsking:
    def corpus(self, *articles):
        known = {found.id: found for found in articles}
        entries = [SimpleNamespace(id=found.id, byline=found.byline) for found in articles]
        return SimpleNamespace(listing=lambda limit: entries[:limit], article=known.__getitem__)

    def test_examples_come_from_the_articles_words(self):
        found = article(
            "“We go,” Mr Padrino said. “No!” Tulsi Gabbard told us. Nobody said more.", title="T  t", author="A"
        )
        assert asking.examples(self.corpus(found)) == [
            "What did Mr Padrino say?", "Who wrote “T t”?", "What did Tulsi Gabbard say?",
        ]  # fmt: skip

    def test_no_example_asks_what_is_not_known(self):
        assert asking.examples(self.corpus(article("Plain.", author=None))) == []

    def test_only_examples_that_are_answered_are_offered(self):
        corpus = self.corpus(article("“We go,” Mr Padrino said.", title="T", author="A"))
        qa = SimpleNamespace(corpus=corpus, ask=lambda question: SimpleNamespace(answered="Padrino" in question))
        assert asking.good_examples(type("QA", (), vars(qa))) == ("What did Mr Padrino say?",)


class TestArchive:
    def test_a_table_is_one_line_and_says_which_rows(self):
        entry = SimpleNamespace(id="a b", byline=article(published="2019-02-08").byline)
        shown = archive.table([entry, entry], 25, "")
        read = Reader(shown)
        assert shown.splitlines() == [shown]
        assert read.texts["span"] == "Articles 26–27, newest first"
        assert read.links() == ["/article?id=a%20b"] * 2
        assert read.texts["when"] == "8 February 2019" * 2

    def test_nothing_found_says_what_was_searched(self):
        assert Reader(archive.table([], 0, "<zz>")).texts["notice"].endswith("contains “<zz>”.")

    def test_counts(self):
        assert (
            Reader(archive.counts(SimpleNamespace(articles=1, passages=1234, words=0))).texts["counts"]
            == "1 article 1,234 passages 0 words"
        )

    def test_a_report_names_each_fault_without_the_folder(self):
        done = Report(new=1, changed=2, same=3, gone=4, faults=(Fault("/home/me/a.txt", "it is <empty>."),))
        read = Reader(archive.report(done, [Fault("b.exe", "no.")]))
        assert read.texts["done"] == "1 new, 2 changed, 4 gone, 3 unchanged."
        assert read.texts["ul"] == "b.exe: no.a.txt: it is <empty>."
        assert "done" not in Reader(archive.report(None, [Fault("b.exe", "no.")])).texts

    def test_trouble_tells_how_to_begin_or_what_is_wrong(self):
        assert "No articles yet" in archive.trouble(NoIndex("none at .qa"))
        assert Reader(archive.trouble(StoreError("broken <b>"))).texts["notice"] == "broken <b>"
