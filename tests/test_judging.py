"""What a reader judges is kept with the exact place, or refused with the reason; nobody else can judge."""

import json
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from test_web import Reader

from index import build, generations
from index.article import Filter
from index.errors import EvaluationError, QuestionError
from qa.assemble import Live
from qa.evaluation.judgements import Judgements
from qa.reply import Quote, Reply
from qa.web import cards, judging, pages
from qa.web.guard import Guard

TEXT = "👩‍🚀 Ann flew 𝒙 times.\n\nTea costs <b>nine</b> pounds in Leeds\x0band 🍵 nowhere else."
NINE = (TEXT.index("nine"), TEXT.index("nine") + 4)
LONG = " ".join(["word"] * 100)


@pytest.fixture
def live(home, fake_model, tmp_path):
    """A home with two articles under ids of their own."""
    rows = [{"_id": "tea/1", "title": "Tea <i>dear</i>", "text": TEXT}, {"_id": "long", "title": "L", "text": LONG}]
    path = tmp_path / "corpus.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    build.index([path], home)
    return Live(home)


@pytest.fixture
def site(live):
    app = FastAPI()
    app.include_router(judging.router(live))
    return TestClient(Guard(app, ("127.0.0.1",)), "http://127.0.0.1:7860")


def here(**changed):
    given = {"verdict": "here", "question": "What does tea cost?", "id": "tea/1", "text": "nine"}
    return {**given, "start": str(NINE[0]), "end": str(NINE[1]), **changed}


def addresses(shown):
    """The fields of every address in a reply at which something is judged, by the link's words."""
    links = [attrs["href"] for tag, attrs in Reader(shown).tags if tag == "a" and "judge" in attrs.get("class", "")]
    return [dict(parse_qsl(urlsplit(link).query)) for link in links]


class TestUnderAQuote:
    def test_its_links_judge_the_very_words_shown(self, site, live):
        quote = Quote(live.qa().corpus.article("tea/1"), *NINE, 0.5)
        right, wrong = addresses(cards.reply(Reply("What does tea cost? & “why”", "answered", 0.9, (quote,))))
        assert (right["verdict"], wrong["verdict"]) == ("right", "wrong")
        assert site.post("/judge", data=right).status_code == 200
        (kept,) = Judgements(live.settings.home).all()
        assert (kept.question, kept.verdict, kept.article_id) == ("What does tea cost? & “why”", "right", "tea/1")
        assert (kept.start, kept.end, kept.text) == (*NINE, "nine")
        assert kept.sha256 == quote.article.sha256
        assert kept.corpus == generations.stamp(live.settings.home) != ""
        assert site.post("/judge", data=wrong).status_code == 200
        assert [each.verdict for each in Judgements(live.settings.home).all()] == ["wrong"]
        assert site.post("/judge", data={**wrong, "verdict": "withdrawn"}).status_code == 200
        assert Judgements(live.settings.home).all() == []

    def test_a_follow_up_is_judged_as_it_was_searched_for(self, live):
        quote = Quote(live.qa().corpus.article("tea/1"), *NINE, 0.5)
        shown = cards.reply(Reply("and in Leeds?", "answered", 0.9, (quote,), searched_for="What costs tea in Leeds?"))
        assert {link["question"] for link in addresses(shown)} == {"What costs tea in Leeds?"}

    def test_elsewhere_opens_the_article_at_the_quote_with_the_question(self, live):
        quote = Quote(live.qa().corpus.article("tea/1"), *NINE, 0.5)
        shown = Reader(cards.reply(Reply("What? & how", "answered", 0.9, (quote,))))
        address = f"/article?id=tea%2F1&start={NINE[0]}&end={NINE[1]}&question=What%3F%20%26%20how#quote"
        assert shown.links()[-1] == address

    def test_a_refusal_can_be_called_right_or_what_was_held_back_an_answer(self, site, live):
        related = Quote(live.qa().corpus.article("tea/1"), *NINE, 0.5)
        links = addresses(cards.reply(Reply("who?", "related", 0.2, (), (related,), "No.")))
        assert [link["verdict"] for link in links] == ["absent", "right", "wrong"]
        assert links[0] == {"verdict": "absent", "question": "who?"}
        assert (links[1]["id"], int(links[1]["start"]), int(links[1]["end"])) == ("tea/1", *NINE)
        site.post("/judge", data=links[0])
        (kept,) = Judgements(live.settings.home).all()
        assert (kept.question, kept.verdict, kept.article_id, kept.start, kept.end) == ("who?", "absent", None, 0, 0)

    def test_a_refusal_of_some_articles_says_nothing_of_all(self):
        assert addresses(cards.reply(Reply("who?", "nothing", 0.0, reason="No."), Filter(source="Out"))) == []

    def test_words_of_an_article_that_has_changed_are_not_judged(self, site, live):
        fields = {**here(verdict="right"), "sha256": "0" * 64}
        del fields["text"]
        answer = site.post("/judge", data=fields)
        assert (answer.status_code, "has changed since" in answer.text) == (400, True)
        assert Judgements(live.settings.home).all() == []


class TestInTheArticle:
    def test_words_after_emoji_are_kept_at_their_code_points(self, site, live):
        assert site.post("/judge", data=here()).text == "Kept."
        (kept,) = Judgements(live.settings.home).all()
        assert (kept.verdict, kept.start, kept.end, kept.text) == ("here", *NINE, "nine")

    @pytest.mark.parametrize("moved", [-1, 1, 3])
    def test_a_place_that_does_not_hold_the_words_is_refused(self, site, live, moved):
        # 3: what UTF-16 counts more before it, two pairs in the astronaut and one in the x.
        answer = site.post("/judge", data=here(start=str(NINE[0] + moved), end=str(NINE[1] + moved)))
        said = TEXT[NINE[0] + moved : NINE[1] + moved]
        assert answer.status_code == 400
        assert f"are “{said}”, not “nine”" in answer.text
        assert Judgements(live.settings.home).all() == []

    def test_words_are_compared_as_they_are_shown_and_kept_as_they_are(self, site, live):
        start = TEXT.index("Leeds")
        fields = here(start=str(start), end=str(start + 9), text="Leeds and")
        assert site.post("/judge", data=fields).status_code == 200
        assert Judgements(live.settings.home).all()[0].text == "Leeds\x0band"

    @pytest.mark.parametrize(("count", "status"), [(80, 200), (81, 400)])
    def test_no_more_is_marked_than_a_quote_can_hold(self, site, count, status):
        text = " ".join(["word"] * count)
        fields = here(id="long", start="0", end=str(len(text)), text=text)
        assert site.post("/judge", data=fields).status_code == status

    @pytest.mark.parametrize(
        ("changed", "status", "told"),
        [
            ({"id": "none"}, 404, "There is no article “none”"),
            ({"id": ""}, 400, "no article’s id"),
            ({"verdict": "good"}, 400, "“good” is no verdict"),
            ({"verdict": ""}, 400, "right, wrong, here, absent, withdrawn"),
            ({"question": " ? "}, 400, "The question is empty"),
            ({"question": "w " * 201}, 400, "at most 200 words"),
            ({"start": "x"}, 400, "start=x and end="),
            ({"start": "9" * 5000}, 400, "whole numbers"),
            ({"start": "-4", "end": "0"}, 400, "no place in this article"),
            ({"end": "9999"}, 400, "no place in this article"),
            ({"start": str(NINE[1]), "end": str(NINE[0])}, 400, "no place in this article"),
            ({"text": "ten!"}, 400, "not “ten!”"),
        ],
    )
    def test_what_cannot_be_judged_is_told(self, site, live, changed, status, told):
        answer = site.post("/judge", data=here(**changed))
        assert (answer.status_code, told in answer.text) == (status, True), answer.text
        assert Judgements(live.settings.home).all() == []

    def test_words_must_come_with_their_place(self, site):
        fields = here()
        del fields["text"]
        assert site.post("/judge", data=fields).status_code == 400

    def test_without_an_index_there_is_nothing_to_judge(self, home, fake_model):
        app = FastAPI()
        app.include_router(judging.router(Live(home)))
        answer = TestClient(app).post("/judge", data=here())
        assert (answer.status_code, "qa index" in answer.text) == (404, True)

    def test_what_was_said_of_an_article_that_is_gone_can_be_taken_back(self, site, live):
        site.post("/judge", data=here())
        build.remove(["tea/1"], live.settings)
        fields = {key: value for key, value in here(verdict="withdrawn").items() if key != "text"}
        assert site.post("/judge", data=fields).status_code == 200
        assert Judgements(live.settings.home).all() == []

    def test_a_home_that_cannot_be_written_is_told(self, site, live):
        live.settings.home.joinpath("judgements.jsonl").mkdir()
        answer = site.post("/judge", data=here())
        assert (answer.status_code, "cannot be written" in answer.text) == (503, True)

    def test_the_bar_names_the_question_and_the_article(self, live):
        query = {"id": "tea/1", "question": 'What "does" <b>tea</b> cost?'}
        page = pages.article(live.qa().corpus.article, query)
        read = Reader(page.html.replace("<input", "<meta"))
        fields = {attrs["name"]: attrs["value"] for tag, attrs in read.tags if attrs.get("type") == "hidden"}
        assert fields == {"verdict": "here", "question": query["question"], "id": "tea/1"}
        assert query["question"] in read.texts["ask"]
        assert "connect-src 'self'" in page.policy
        assert "connect-src 'none'" in pages.article(live.qa().corpus.article, {"id": "tea/1"}).policy
        assert read.texts["text"] == cards.seen(TEXT)
        assert len(read.texts["text"]) == len(TEXT)


class TestWithoutScript:
    def form(self, page):
        read = Reader(page.replace("<input", "<meta"))
        return read, {attrs["name"]: attrs["value"] for tag, attrs in read.tags if attrs.get("type") == "hidden"}

    def test_a_link_asks_and_its_form_keeps(self, site, live):
        quote = Quote(live.qa().corpus.article("tea/1"), *NINE, 0.5)
        right, _ = addresses(cards.reply(Reply("What <i>costs</i> tea?", "answered", 0.9, (quote,))))
        asked = site.get("/judge", params=right)
        read, fields = self.form(asked.text)
        assert (asked.status_code, read.texts["h1"], read.texts["text"]) == (200, "What <i>costs</i> tea?", "nine")
        assert fields == right
        assert "form-action 'self'" in asked.headers["content-security-policy"]
        assert Judgements(live.settings.home).all() == [], "an address alone must keep nothing"
        done = site.post("/judge", data=fields, headers={"accept": "text/html"})
        assert (done.status_code, "Kept" in done.text, done.headers["content-type"][:9]) == (200, True, "text/html")
        assert [each.verdict for each in Judgements(live.settings.home).all()] == ["right"]

    @pytest.mark.parametrize("verdict", ["here", "nonsense"])
    def test_what_needs_script_or_is_nothing_is_told_on_a_page(self, site, verdict):
        answer = site.get("/judge", params=here(verdict=verdict))
        assert (answer.status_code, "This cannot be judged" in answer.text) == (400, True)

    def test_a_refused_form_gets_a_page_too(self, site):
        answer = site.post("/judge", data=here(id="<b>"), headers={"accept": "text/html"})
        assert (answer.status_code, "<b>" in answer.text, "This was not kept" in answer.text) == (404, False, True)


class TestStrangers:
    @pytest.mark.parametrize(
        "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
    )
    def test_another_site_cannot_judge(self, site, live, headers):
        assert site.post("/judge", data=here(), headers=headers).status_code == 403
        assert Judgements(live.settings.home).all() == []

    def test_its_own_pages_can(self, site):
        own = {"origin": "http://127.0.0.1:7860", "sec-fetch-site": "same-origin"}
        assert site.post("/judge", data=here(), headers=own).status_code == 200


class TestTyped:
    def live(self, tmp_path):
        return SimpleNamespace(settings=SimpleNamespace(home=tmp_path))

    def test_answers_are_parted_by_bars_and_kept_once(self, tmp_path):
        made = judging.typed(" What costs tea? ", "nine pounds | £9||nine pounds ", self.live(tmp_path))
        assert (made.question, made.verdict, made.answers) == ("What costs tea?", "right", ("nine pounds", "£9"))
        assert (made.article_id, made.start, made.end, made.text) == (None, 0, 0, "")

    @pytest.mark.parametrize("answer", ["", "  ", "|"])
    def test_no_answer_says_that_the_articles_do_not(self, tmp_path, answer):
        made = judging.typed("Who?", answer, self.live(tmp_path))
        assert (made.verdict, made.answers) == ("absent", ())

    def test_no_question_is_refused(self, tmp_path):
        with pytest.raises(QuestionError, match="empty"):
            judging.typed(" ", "nine", self.live(tmp_path))

    def test_a_verdict_is_checked_first(self, tmp_path):
        with pytest.raises(EvaluationError, match="is no verdict"):
            judging.judged({"verdict": "x", "question": ""}, self.live(tmp_path))
