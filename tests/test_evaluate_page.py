"""Judging and evaluating as a person does it, in a real browser: from a thumb to the one question that went wrong."""

import json
import shutil
import urllib.parse

import pytest
from test_app import ROOT, SEED, SIZES, Visit, chromium, fetch, served  # noqa: F401 chromium is a fixture

from index import build, generations
from index.corpus import Corpus
from index.settings import Settings
from qa.evaluation.judgements import Judgements

pytestmark = [pytest.mark.model, pytest.mark.browser]

ATTACK = "<img src=x onerror=alert(1)> ${1+1} {{value}} $$x^2$$"
TEA = (
    "👩‍🚀🫖 The kettle paper reports. In Leeds the price of a pound of tea rose to nine shillings on Monday, "
    "the grocer Ann Lee said.\n\nShe blamed the 𝒉arbour 🚢 strike in Hull, which began a week before."
)
ARTICLES = [
    {
        "_id": "tea/1",
        "title": "Tea dearer",
        "text": TEA,
        "metadata": {"source": "Mail", "date": "2019-02-08"},
    },
    {
        "_id": "coal",
        "title": f"Coal {ATTACK}",
        "text": "Coal fell in York. Miners there said that the price of coal fell.",
    },
    {
        "_id": "ships",
        "title": "Ships",
        "text": "Seven ships lay in the harbour of Hull while the dockers were on strike.",
    },
]
QUESTIONS = [
    {"_id": "q1", "text": "What did the price of tea in Leeds rise to?", "metadata": {"answers": ["nine shillings"]}},
    {"_id": "q2", "text": "How many ships lay in the harbour of Hull?", "metadata": {"answers": ["seven"]}},
    {"_id": "q3", "text": f"Why did coal fall {ATTACK}?", "metadata": {"answerable": False}},
    {"_id": "", "text": "faulty"},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\ttea/1\t1\nq2\tships\t1\n"
ASKED = QUESTIONS[0]["text"]


def lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def indexed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evaluated")
    build.index([SEED, lines(folder / "corpus.jsonl", ARTICLES)], Settings(home=folder / "home"))
    return folder / "home"


@pytest.fixture(scope="module")
def site(indexed):
    with served(indexed, indexed.parent / "log.txt") as address:
        yield address


@pytest.fixture
def home(indexed):
    """The app's home, in which nothing is judged or evaluated yet."""
    judgements = indexed / "judgements.jsonl"
    judgements.rmdir() if judgements.is_dir() else judgements.unlink(missing_ok=True)
    shutil.rmtree(indexed / "evaluations", ignore_errors=True)
    return indexed


@pytest.fixture
def visit(chromium, site, home):  # noqa: F811
    opened = []

    def begin(size="desktop", scheme="light"):
        opened.append(Visit(chromium, site, size, scheme))
        return opened[-1]

    yield begin
    for visited in opened:
        visited.context.close()
        assert visited.outside() == set()
        assert visited.complaints == []


def kept(home):
    return [(each.question, each.verdict, each.article_id, each.start, each.end) for each in Judgements(home).all()]


def wide(page):
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def point(page, word):
    """Where the first letters of a word are drawn."""
    return page.evaluate(
        """word => {
          const walk = document.createTreeWalker(document.querySelector(".text"), NodeFilter.SHOW_TEXT);
          for (let node; (node = walk.nextNode()); ) {
            const at = node.data.indexOf(word);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at); range.setEnd(node, at + word.length);
            const box = range.getBoundingClientRect();
            return {left: box.left + 1, right: box.right - 1, y: (box.top + box.bottom) / 2};
          }
        }""",
        word,
    )


def mark(page, words):
    """Draw the mouse over words, from the first to the last of them."""
    first, last = point(page, words.split()[0]), point(page, words.split()[-1])
    page.mouse.move(first["left"] - 1, first["y"])
    page.mouse.down()
    page.mouse.move(last["right"] + 1, last["y"], steps=5)
    page.mouse.up()


class TestThumbs:
    def test_a_thumb_is_kept_with_the_place_of_the_quote_and_can_be_taken_back(self, visit, home):
        seen = visit()
        _, body, _ = fetch(f"{seen.site}/gradio_api/run/ask", data={"data": [ASKED, 3, "", "", "", ""]})
        quote = json.loads(body)["data"][0]["quotes"][0]
        assert "nine shillings" in quote["text"]
        seen.open("/", "#ask textarea")
        seen.ask(ASKED)
        card = seen.page.locator(".reply").first.locator(".card").first
        card.evaluate("card => { card.mine = true; }")
        card.locator("a.right").focus()
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_selector(".said")
        assert card.locator("[role=status]").inner_text() == "Marked right"
        assert seen.page.evaluate("document.activeElement.textContent") == "Undo"
        assert kept(home) == [(ASKED, "right", quote["article_id"], quote["start"], quote["end"])]
        (judgement,) = Judgements(home).all()
        assert (judgement.text, judgement.sha256) == (quote["text"], quote["sha256"])
        assert judgement.corpus == generations.stamp(home)
        assert card.evaluate("card => card.mine"), "the chat was drawn anew"
        seen.ask("Who won the 2018 World Cup?")
        assert card.locator("[role=status]").inner_text() == "Marked right", "the next reply wiped it out"
        card.locator(".said button").click()
        card.locator("a.right").wait_for(state="visible")
        assert kept(home) == []
        card.locator("a.wrong").click()
        seen.page.wait_for_selector(".said")
        assert [verdict for _, verdict, *_ in kept(home)] == ["wrong"]
        assert card.locator("a.elsewhere").is_visible()

    def test_a_refusal_is_called_right(self, visit, home):
        seen = visit()
        seen.open("/", "#ask textarea")
        reply = seen.ask("Who won the 2018 World Cup?")
        assert reply.locator("a.judge:visible").all_inner_texts() == ["Right to refuse"]
        reply.locator("summary:visible").first.click()
        assert reply.locator("a.judge:visible").all_inner_texts()[:3] == ["Right to refuse", "Right", "Wrong"]
        reply.get_by_text("Right to refuse").click()
        seen.page.wait_for_selector(".said")
        assert kept(home) == [("Who won the 2018 World Cup?", "absent", None, 0, 0)]

    def test_what_is_not_kept_is_told_in_place(self, visit, home):
        seen = visit()
        seen.open("/", "#ask textarea")
        card = seen.ask(ASKED).locator(".card").first
        (home / "judgements.jsonl").mkdir()
        card.locator("a.right").click()
        card.locator(".wrong-told", has_text="cannot be written").wait_for()
        assert card.locator("a.right").is_visible()
        seen.complaints.clear()  # Chromium names every answer above 400

    def test_without_script_a_link_leads_to_a_form_that_keeps(self, chromium, visit, home):  # noqa: F811
        seen = visit()
        seen.open("/", "#ask textarea")
        address = seen.ask(ASKED).locator("a.right").first.get_attribute("href")
        context = chromium.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(seen.site + address)
        assert kept(home) == []
        page.get_by_role("button", name="Yes, it is right").click()
        page.wait_for_selector("[role=status]")
        assert "Kept" in page.inner_text("[role=status]")
        assert [verdict for _, verdict, *_ in kept(home)] == ["right"]
        context.close()


class TestElsewhere:
    @pytest.mark.parametrize("size", SIZES)
    def test_words_marked_after_emoji_are_kept_at_their_place(self, visit, home, size):
        seen = visit(size)
        seen.open("/", "#ask textarea")
        card = seen.ask(ASKED).locator(".card").first
        with seen.context.expect_page() as opened:
            card.locator("a.elsewhere").click()
        page = seen.page = opened.value
        page.wait_for_selector("#here")
        assert page.locator(".text").evaluate("text => text.textContent") == TEA
        assert page.locator("#here button").is_disabled()
        for words in ("Hull", "𝒉arbour 🚢 strike in Hull"):
            mark(page, words)
            assert page.inner_text(".chosen") == f"“{words}”"
            page.click("#here button")
            page.wait_for_selector(".said")
            start = TEA.index(words)
            assert kept(home) == [(ASKED, "here", "tea/1", start, start + len(words))]
            assert words in page.inner_text("#here [role=status]")
            page.click("#here .said button")
            page.wait_for_selector("#here .choices")
            assert kept(home) == []

    @pytest.mark.parametrize("size", SIZES)
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_the_bar_stays_in_view_beside_the_quote(self, visit, home, size, scheme):
        seen = visit(size, scheme)
        seen.open("/", "#ask textarea")
        card = seen.ask("who defected?").locator(".card", has_text="Gen Francisco Yanez").first
        with seen.context.expect_page() as opened:
            card.locator("a.elsewhere").click()
        page = seen.page = opened.value
        page.wait_for_selector("#here")
        mark(page, "Francisco Yanez")
        seen.picture(f"judge-{seen.name}")
        assert page.inner_text(".chosen") == "“Francisco Yanez”"
        assert page.locator("#quote").bounding_box()["y"] > 0
        bar = page.locator("#here").bounding_box()
        assert bar["y"] + bar["height"] <= SIZES[size][1] + 1
        assert wide(page) == 0


def uploaded(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "qrels.tsv").write_text(QRELS)
    return [
        str(lines(folder / "queries.jsonl", QUESTIONS)), str(lines(folder / "corpus.jsonl", ARTICLES)),
        str(folder / "qrels.tsv"),
    ]  # fmt: skip


class TestEvaluating:
    def test_the_seed_s_own_questions_are_asked_from_a_zip(self, visit, tmp_path):
        shutil.make_archive(str(tmp_path / "seeds"), "zip", ROOT / "tests" / "gold" / "seeds")
        page = (seen := visit()).page
        seen.open("/evaluate", ".holds, .notice")
        page.click("#upload > button")
        page.set_input_files("#set-drop input[type=file]", str(tmp_path / "seeds.zip"))
        page.wait_for_selector(".holds:has-text('over the articles indexed here')", timeout=60_000)
        page.click("#upload > button")
        page.click("#run")
        page.frame_locator("iframe.evaluation").locator("h1:has-text('seeds')").wait_for(timeout=120_000)
        page.wait_for_selector(".evaluations tbody tr:has-text('0001-seeds')")
        page.evaluate("document.querySelector('#go').scrollIntoView()")
        seen.picture(f"evaluate-{seen.name}")
        assert wide(page) == 0
        for size, scheme in (("desktop", "dark"), ("phone", "light"), ("phone", "dark")):
            again = visit(size, scheme)
            again.open("/evaluate?id=0001-seeds", "iframe.evaluation")
            again.page.frame_locator("iframe.evaluation").locator("h1:has-text('seeds')").wait_for()
            again.page.evaluate("document.querySelector('#go').scrollIntoView()")
            again.picture(f"evaluate-{again.name}")
            assert wide(again.page) == 0

    @pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
    def test_from_an_upload_to_the_question_that_went_wrong(self, visit, tmp_path, size, scheme):
        seen = visit(size, scheme)
        page = seen.page
        seen.open("/evaluate", ".holds, .notice")
        page.wait_for_selector(".notice:has-text('No questions yet')")
        page.click("#upload > button")
        page.set_input_files("#set-drop input[type=file]", uploaded(tmp_path))
        page.wait_for_selector(".holds:has-text('3 questions')", timeout=60_000)
        assert "queries.jsonl:4: " in page.inner_text(".report ul")
        page.click("#run")
        frame = page.frame_locator("iframe.evaluation")
        frame.locator("h1").wait_for(timeout=120_000)
        assert "3 questions" in frame.locator("h1").inner_text()
        page.wait_for_selector(".evaluations tbody tr")
        row = frame.locator("table tr", has_text="Why did coal fall")
        row.last.wait_for()
        page.wait_for_function(
            "() => { const f = document.querySelector('iframe.evaluation');"
            " return Math.abs(f.offsetHeight - f.contentDocument.body.offsetHeight) <= 1; }"
        )
        frame.locator("button", has_text="How many ships").first.click()
        opened = frame.locator("tr.detail")
        opened.wait_for()
        assert "Seven ships lay in the harbour of Hull" in opened.inner_text()
        page.wait_for_function(
            "() => { const f = document.querySelector('iframe.evaluation');"
            " return Math.abs(f.offsetHeight - f.contentDocument.body.offsetHeight) <= 1; }"
        )
        assert wide(page) == 0
        link = page.locator(".evaluations tbody a").first
        assert link.inner_text() == "0001-set"
        link.click()
        page.wait_for_url("**/evaluate?id=0001-set")
        frame.locator("h1").wait_for()
        with page.expect_download() as given:
            page.locator(".out a", has_text="Download").click()
        assert given.value.suggested_filename == "evaluation-0001-set.html"
        assert "nonce=" not in given.value.path().read_text(encoding="utf-8")

    def test_questions_of_one_s_own_are_listed_as_they_are_removed_and_evaluated(self, visit, home):
        seen = visit()
        page = seen.page
        seen.open("/evaluate", ".notice")
        page.click("#own > button")
        for question, answer in ((ASKED, "nine shillings"), (f"Who said {ATTACK}?", f"{ATTACK}|x"), ("Who won?", "")):
            page.fill("#own-question textarea", question)
            page.fill("#own-answer textarea", answer)
            page.click("#own-add")
            page.wait_for_selector(f".judgements li:has-text('{question[:12]}')")
        page.wait_for_selector("#sets label:has-text('(3)')")
        about = page.locator(".judgements .about")
        assert about.all_inner_texts() == [
            "Who won?\nThe articles do not say",
            f"Who said {ATTACK}?\nAnswer: {ATTACK} / x",
            f"{ASKED}\nAnswer: nine shillings",
        ]
        page.locator(".judgements li", has_text="Who said").locator("a.withdrawn").click()
        page.wait_for_selector("#sets label:has-text('(2)')")
        assert [question for question, *_ in kept(home)] == [ASKED, "Who won?"]
        with page.expect_download() as given:
            page.click("a.export")
        assert given.value.suggested_filename == "thumbs.zip"
        page.click("#run")
        frame = page.frame_locator("iframe.evaluation")
        frame.locator("h1").wait_for(timeout=120_000)
        assert "thumbs" in frame.locator("h1").inner_text()
        page.locator("#how input").first.click()
        page.wait_for_selector("[role=option]:has-text('0001-thumbs')")

    def test_an_unknown_evaluation_is_told_on_the_page(self, visit):
        seen = visit()
        seen.open("/evaluate?" + urllib.parse.urlencode({"id": f"../{ATTACK}"}), ".notice:has-text('is no evaluation')")
        assert ATTACK in seen.page.inner_text(".notice:has-text('is no evaluation')")

    def test_a_report_alone_runs_under_its_own_policy(self, visit, tmp_path):
        seen = visit()
        seen.open("/evaluate", ".notice")
        seen.page.click("#upload > button")
        seen.page.set_input_files("#set-drop input[type=file]", uploaded(tmp_path))
        seen.page.wait_for_selector(".holds:has-text('3 questions')", timeout=60_000)
        seen.page.click("#run")
        seen.page.wait_for_selector(".out a", timeout=120_000)
        with seen.context.expect_page() as opened:
            seen.page.locator(".out a", has_text="Open alone").click()
        opened.value.locator("button", has_text="How many ships").first.wait_for()
        assert wide(opened.value) == 0


def test_the_articles_of_these_tests_are_stored_as_given(home):
    with Corpus(generations.current(home).folder / generations.CORPUS) as corpus:
        assert corpus.article("tea/1").text == TEA
