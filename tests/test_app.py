"""The app itself: what it exposes, and a person's path through it in a real browser, offline."""

import asyncio
import contextlib
import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest
from chromium import find

ROOT = Path(__file__).parent.parent
SEED = next((ROOT / "seeds").glob("*.txt"))
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def fetch(url, *, data=None, **headers):
    sent = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(url, sent, {"content-type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode(), refused.headers


@contextlib.contextmanager
def served(home, log):
    """The app in a process of its own, ended by the signal that a service manager sends."""
    port = free_port()
    known = {key: value for key, value in os.environ.items() if not key.startswith(("QA_", "GRADIO_"))}
    env = {**known, "QA_HOME": str(home), "QA_PORT": str(port), "TMPDIR": str(home.parent), "HF_HUB_OFFLINE": "1"}
    with log.open("w") as out:
        app = subprocess.Popen([sys.executable, str(ROOT / "app.py")], cwd=home.parent, env=env, stdout=out, stderr=out)
        try:
            until = time.monotonic() + 120
            while app.poll() is None and time.monotonic() < until:
                with contextlib.suppress(OSError):
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    # The port is taken before the app is built: the first answer tells that it is.
                    fetch(f"http://127.0.0.1:{port}/favicon.svg")
                    break
                time.sleep(0.2)
            assert app.poll() is None, log.read_text()
            yield f"http://127.0.0.1:{port}"
        finally:
            app.terminate()
            app.wait(30)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    from index import build
    from index.settings import Settings

    home = tmp_path_factory.mktemp("seeded") / "home"
    build.index([SEED], Settings(home=home))
    return home


@pytest.fixture(scope="module")
def site(home):
    with served(home, home.parent / "log.txt") as address:
        yield address


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import Error, sync_playwright

    path = find()
    with sync_playwright() as play:
        try:
            browser = play.chromium.launch(executable_path=path, args=FLAGS)
        except Error as error:
            told = f"NO BROWSER, so the web app was not tried: set CHROMIUM to one. {error}"
            if os.environ.get("CI"):
                pytest.fail(told)
            pytest.skip(told)
        yield browser
        browser.close()


class Visit:
    """A page in the browser, and everything it asked for or complained of."""

    def __init__(self, browser, site, size="desktop", scheme="light"):
        width, height = SIZES[size]
        self.name = f"{size}-{scheme}"
        self.context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        self.site, self.asked, self.complaints = site, [], []
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.context.on("console", self.hear)
        self.context.on("weberror", lambda told: self.complaints.append(str(told.error)))
        self.context.on("dialog", lambda shown: self.complaints.append(f"dialog: {shown.message}") or shown.dismiss())
        self.page = self.context.new_page()

    def hear(self, told):
        # Gradio says this of its own stream when a page is left while one is open.
        if told.type == "error" and not told.text.startswith("AbortError: BodyStreamBuffer"):
            self.complaints.append(told.text)

    def open(self, path, wait_for):
        self.page.goto(self.site + path)
        self.page.wait_for_selector(wait_for, timeout=60_000)

    def ask(self, question):
        before = self.page.locator(".reply").count()
        self.page.fill("#ask textarea", question)
        self.page.press("#ask textarea", "Enter")
        self.page.wait_for_function(
            "count => document.querySelectorAll('.reply').length > count", arg=before, timeout=60_000
        )
        return self.page.locator(".reply").last

    def outside(self):
        hosts = {urllib.parse.urlsplit(url).netloc for url in self.asked if not url.startswith(("data:", "blob:"))}
        return hosts - {urllib.parse.urlsplit(self.site).netloc}

    def picture(self, name):
        if os.environ.get("SCREENSHOTS"):
            self.page.wait_for_timeout(600)
            (ROOT / "docs").mkdir(exist_ok=True)
            self.page.screenshot(path=ROOT / "docs" / f"{name}.png")


@pytest.fixture
def visit(chromium, site):
    opened = []

    def begin(size="desktop", scheme="light"):
        opened.append(Visit(chromium, site, size, scheme))
        return opened[-1]

    yield begin
    for visited in opened:
        visited.context.close()
        assert visited.outside() == set()
        assert visited.complaints == []


class TestImport:
    @pytest.mark.slow
    def test_importing_the_app_loads_no_model_library(self):
        code = "import sys, app; print([name for name in ('torch', 'transformers', 'faiss') if name in sys.modules])"
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"

    def test_it_cannot_be_shared(self):
        assert not re.search(r"\.launch\(|share\s*=", (ROOT / "app.py").read_text())


class TestServe:
    def test_a_taken_port_is_an_error_that_names_the_cure(self):
        import app
        from index.errors import ServeError
        from index.settings import Settings

        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with pytest.raises(ServeError, match=f"--port {port + 1}"):
                app.serve(Settings(port=port))

    def test_a_public_address_is_refused(self):
        import app
        from index.errors import ServeError
        from index.settings import Settings

        with pytest.raises(ServeError, match="no loopback address"):
            app.serve(Settings(host="0.0.0.0"))


class TestConversation:
    def talk(self, *given, qa=None):
        """Have a conversation's next turn; give all that it shows."""
        import app

        chat = app.Chat.__new__(app.Chat)
        chat.live, chat.desk = SimpleNamespace(qa=qa), app.Desk()

        async def shown():
            return [each async for each in chat.converse(*given)]

        return asyncio.run(shown())

    def test_a_follow_up_is_asked_with_the_last_five_turns(self):
        from qa.reply import Reply, Turn

        heard = []

        class QA:
            def ask(self, question, *, k, where, turns):
                heard.append((question, k, where, [turn.question for turn in turns]))
                return Reply(question, "nothing", 0.0, reason="No.")

        turns = [Turn(str(number)) for number in range(5)]
        first, last = self.talk(" and then? ", [], turns, 2, "", "", "", "", qa=QA)
        assert heard == [("and then?", 2, None, ["0", "1", "2", "3", "4"])]
        assert [turn.question for turn in last[3]] == ["1", "2", "3", "4", "and then?"]
        assert [message["role"] for message in first[0]] == ["user", "assistant"]
        assert "No." in last[0][1]["content"]
        assert (len(first[1]), last[1]) == (1, last[0])  # that it searches is shown, and not kept

    def test_what_cannot_be_asked_is_told_and_is_no_turn(self):
        (_, _, box, _), (history, kept, left, turns) = self.talk("who?", [], [], 3, "", "", "soon", "")
        assert "“soon” is no date" in history[-1]["content"]
        assert (kept, box, turns) == (history, "", [])
        assert "value" not in left  # what is typed while an answer is sought stays in the box

    def test_an_empty_question_changes_nothing(self):
        assert self.talk("  ", [], [], 3) == [([], [], "", [])]


@pytest.mark.model
class TestProgramsAndStrangers:
    def test_the_rest_call_gives_a_reply(self, site):
        from qa.reply import Reply

        status, body, _ = fetch(f"{site}/gradio_api/run/ask", data={"data": ["Who wrote this?", 1, "", "", "", ""]})
        assert status == 200
        given = json.loads(body)["data"][0]
        assert given.keys() == Reply("", "nothing", 0.0).to_json().keys()
        assert [quote["text"] for quote in given["quotes"]] == ["Andrew Buncombe"]

    def test_only_asking_is_public(self, site):
        _, body, _ = fetch(f"{site}/gradio_api/info")
        assert set(json.loads(body)["named_endpoints"]) == {"/ask", "/ask_json"}

    def test_the_tool_gives_the_same_as_json_text(self, site):
        anyio = pytest.importorskip("anyio")
        from mcp import ClientSession
        from mcp.client.streamable_http import streamable_http_client

        async def call():
            async with (
                streamable_http_client(f"{site}/gradio_api/mcp/") as (reading, writing, _),
                ClientSession(reading, writing) as session,
            ):
                await session.initialize()
                tools = (await session.list_tools()).tools
                unlisted = await session.call_tool("reply", {"question": "Who wrote this?"})
                return tools, unlisted, await session.call_tool("ask", {"question": "Who wrote this?", "k": 1})

        tools, unlisted, result = anyio.run(call)
        assert unlisted.isError
        assert "Buncombe" not in unlisted.model_dump_json()
        schema = json.loads(fetch(f"{site}/gradio_api/mcp/schema")[1])
        assert [tool["name"] for tool in schema] == ["ask"]
        assert [tool.name for tool in tools] == ["ask"]
        assert set(tools[0].inputSchema["properties"]) == set(
            "question k source since until author history where".split()
        )
        assert json.loads(result.content[0].text)["quotes"][0]["text"] == "Andrew Buncombe"

    @pytest.mark.parametrize(
        "path",
        ["/", "/articles", "/evaluate", "/article?id=none", "/evaluation?id=1-x", "/thumbs.zip", "/judge",
         "/gradio_api/info", "/style.css", "/face.js"],
    )  # fmt: skip
    def test_a_name_pointed_at_this_machine_gets_nothing(self, site, path):
        assert fetch(site + path, Host="evil.example")[0] == 403

    def test_another_site_s_page_cannot_add_files(self, site):
        assert fetch(f"{site}/gradio_api/upload", data={}, Origin="https://evil.example")[0] == 403

    @pytest.mark.parametrize("path", ["/", "/articles", "/evaluate", "/article?id=none", "/judge"])
    def test_no_page_names_an_outside_address(self, site, path):
        _, body, headers = fetch(site + path)
        hosts = {urllib.parse.urlsplit(url).hostname for url in re.findall(r"https?://[^\s\"'<>\\)]+", body)}
        assert hosts <= {"127.0.0.1"}
        assert "'unsafe-inline'" not in headers["content-security-policy"].partition("script-src")[2].partition(";")[0]

    @pytest.mark.parametrize("path", ["/monitoring", "/gradio_api/runs", "/docs", "/redoc"])
    def test_what_gradio_adds_is_off(self, site, path):
        assert fetch(site + path)[0] in {403, 404}

    def test_no_file_of_the_machine_is_given(self, site, home):
        for path in (SEED, home / "CURRENT", Path("/etc/passwd")):
            assert fetch(f"{site}/gradio_api/file={path}")[0] in {403, 404}


@pytest.mark.model
@pytest.mark.browser
class TestInTheBrowser:
    @pytest.mark.parametrize("size", SIZES)
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_from_a_question_to_the_words_in_their_article(self, visit, site, size, scheme):
        _, body, _ = fetch(f"{site}/gradio_api/run/ask", data={"data": ["who defected?", 1, "", "", "", ""]})
        stored = json.loads(body)["data"][0]["quotes"][0]["sha256"]
        seen = visit(size, scheme)
        seen.open("/", ".example")
        seen.ask("who defected?")
        card = seen.page.locator(".card", has_text="Gen Francisco Yanez").first
        quoted = card.locator(".words").inner_text()
        seen.picture("screenshot" if seen.name == "desktop-light" else f"screenshot-{seen.name}")
        with seen.context.expect_page() as opened:
            card.locator("a.headline").click()
        page = opened.value
        page.wait_for_selector("#quote")
        assert page.locator("#quote").inner_text() == quoted
        assert "Gen Francisco Yanez" in quoted
        box, height = page.locator("#quote").bounding_box(), SIZES[size][1]
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
        text = page.locator(".text").evaluate("text => text.textContent")
        assert hashlib.sha256(text.encode()).hexdigest() == stored
        wide = "document.documentElement.scrollWidth - innerWidth"
        assert (page.evaluate(wide), seen.page.evaluate(wide)) == (0, 0)
        seen.page = page
        seen.picture(f"article-{seen.name}")

    @pytest.mark.parametrize("path", ["/", "/articles", "/evaluate"])
    def test_a_narrow_window_scrolls_one_way_only(self, visit, path):
        seen = visit("phone")
        seen.page.set_viewport_size({"width": 320, "height": 640})
        seen.open(path, "nav.top")
        assert seen.page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0

    def test_a_question_the_articles_do_not_answer_is_refused(self, visit):
        seen = visit()
        seen.open("/", "#ask textarea")
        reply = seen.ask("Who won the 2018 World Cup?")
        assert "do not say" in reply.locator(".refusal").inner_text()
        assert reply.locator(".answered").count() == 0

    def test_an_example_question_is_answered(self, visit):
        seen = visit()
        seen.open("/", ".example")
        text = seen.page.locator(".example").first.inner_text()
        seen.page.locator(".example").first.click()
        seen.page.wait_for_selector(".reply.answered", timeout=60_000)
        assert seen.page.locator(".asked").inner_text() == text

    def test_the_article_page_needs_no_script(self, chromium, site):
        context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
        page = context.new_page()
        _, body, _ = fetch(f"{site}/gradio_api/run/ask", data={"data": ["who defected?", 3, "", "", "", ""]})
        quote = json.loads(body)["data"][0]["quotes"][-1]
        page.goto(f"{site}/article?id={quote['article_id']}&start={quote['start']}&end={quote['end']}#quote")
        assert page.locator("#quote").text_content() == quote["text"]
        box = page.locator("#quote").bounding_box()
        assert 0 <= box["y"] < 844
        assert page.locator("button:visible").count() == 0
        context.close()


@pytest.mark.model
@pytest.mark.browser
class TestFromNothing:
    def test_files_dropped_on_an_empty_index_can_be_asked(self, chromium, tmp_path):
        hostile = tmp_path / "ha <img src=x onerror=alert(1)>.txt"
        attack = "<b>bold</b> ${1+1} {{value}} $$x^2$$ <script>alert(2)</script>"
        words = f"The {attack} **price** of tea in Leeds rose to nine pounds."
        hostile.write_text(f"Tea <img src=x onerror=alert(3)> dearer\n\n{words}\n")
        empty = tmp_path / "empty.txt"
        empty.write_text(" \n")
        with served(tmp_path / "home", tmp_path / "log.txt") as address:
            seen = Visit(chromium, address)
            seen.open("/", "#chat .empty")
            seen.open("/articles", ".empty")
            seen.page.set_input_files("#drop input[type=file]", [str(hostile), str(empty), str(SEED)])
            seen.page.wait_for_selector(".report", timeout=120_000)
            assert "2 new" in seen.page.inner_text(".report")
            assert "empty.txt" in seen.page.inner_text(".faults ~ ul")
            seen.page.wait_for_function("document.querySelectorAll('.listing tbody tr').length == 2", timeout=60_000)
            folder = tmp_path / "cuttings"
            folder.mkdir()
            (folder / "tram.txt").write_text("Tram stops\n\nThe last tram left the depot at midnight on Tuesday.\n")
            seen.page.click("#folder button.label-wrap")
            box = seen.page.locator("#folder input[type=text], #folder textarea")
            while box.input_value() != str(folder):  # what is typed while the panel still opens is lost
                box.fill(str(folder))
                seen.page.wait_for_timeout(500)
            seen.page.click("text=What would change?")
            seen.page.wait_for_selector("text=Nothing was written", timeout=60_000)
            assert "1 new, 0 changed, 0 gone" in seen.page.inner_text(".done")
            seen.page.click("#take")
            seen.page.wait_for_function("document.querySelectorAll('.listing tbody tr').length == 3", timeout=60_000)
            seen.page.click("text=Index and follow it")
            seen.page.wait_for_selector("text=what changes there is indexed", timeout=60_000)
            (folder / "ferry.txt").write_text("Ferry sails\n\nThe ferry sailed on Monday, the harbour said.\n")
            seen.page.wait_for_function("document.querySelectorAll('.listing tbody tr').length == 4", timeout=60_000)
            seen.page.click("text=Stop following")
            seen.page.wait_for_selector("text=what changes there is indexed", state="detached", timeout=60_000)
            seen.open(seen.page.get_attribute(".listing a:has-text('tram')", "href"), ".removal")
            seen.page.click("text=Remove this article from the index")
            seen.page.click("text=Remove it")
            seen.page.wait_for_function("document.querySelectorAll('.listing tbody tr').length == 3", timeout=60_000)
            assert "1 gone" in seen.page.inner_text(".done")
            assert "tram" not in seen.page.inner_text(".listing").lower()
            seen.open("/", ".example")
            reply = seen.ask("What did the price of tea in Leeds rise to?")
            assert words in reply.locator(".words").first.inner_text()
            seen.context.close()
            assert seen.outside() == set()
            assert seen.complaints == []
        assert not list(tmp_path.glob("verbatim-*")), "dropped files were left behind"
