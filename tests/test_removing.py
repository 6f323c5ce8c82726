"""An article removed on its page: who may, what it begins, and that it is never quoted again."""

import re
import threading

import pytest
from cuttings import PATIENCE_S, opened, wait
from fastapi import FastAPI
from starlette.testclient import TestClient
from test_web import Reader

from index import build
from index.settings import Settings
from qa.assemble import Live
from qa.web import pages, removing
from qa.web.guard import Guard
from qa.web.running import Running
from qa.web.shelf import Outcome

ASKED = "Who is the most senior defector?"


@pytest.fixture
def live(fake_model, tmp_path):
    return opened(tmp_path)


@pytest.fixture
def running():
    return Running[Outcome]("indexing")


@pytest.fixture
def site(live, running):
    app = FastAPI()
    app.include_router(removing.router(live, running))
    return TestClient(Guard(app, ("127.0.0.1",)), "http://127.0.0.1:7860", follow_redirects=False)


def defector(live):
    return live.qa().ask(ASKED).quotes[0].article


def test_the_form_on_an_articles_page_removes_it_for_good(site, live, running):
    gone = defector(live)
    page = pages.article(live.qa().corpus.article, {"id": gone.id})
    assert "form-action 'self'" in page.policy
    (form,) = [attrs for tag, attrs in Reader(page.html).tags if tag == "form"]
    (field,) = [attrs for tag, attrs in Reader(page.html).tags if tag == "input"]
    assert (form, field["name"], field["value"]) == ({"action": "/remove", "method": "post"}, "id", gone.id)
    answer = site.post(form["action"], data={field["name"]: field["value"]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/articles")
    wait(running)
    assert (running.done.report.gone, running.done.report.articles) == (1, 2)
    assert gone.id not in {quote.article.id for quote in live.qa().ask(ASKED).quotes}
    again = site.post("/remove", data={"id": gone.id})
    assert again.status_code == 404
    assert Reader(again.text).texts["told"].startswith(f"There is no article “{gone.id}”")


def test_while_an_indexing_is_under_way_it_says_so(site, live, running):
    gate = threading.Event()
    running.start(lambda listener: gate.wait(PATIENCE_S))
    answer = site.post("/remove", data={"id": defector(live).id})
    gate.set()
    wait(running)
    assert answer.status_code == 409
    assert "An indexing is under way" in Reader(answer.text).texts["told"]
    assert live.qa().corpus.counts().articles == 3


@pytest.mark.parametrize("data", [{}, {"id": ""}, {"id": "<b>"}])
def test_what_is_no_article_removes_nothing(site, live, running, data):
    answer = site.post("/remove", data=data)
    assert (answer.status_code, running.busy, running.done) == (404, False, None)
    assert re.search("<b>", answer.text) is None
    assert live.qa().corpus.counts().articles == 3


@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_another_site_cannot_remove(site, live, headers):
    assert site.post("/remove", data={"id": defector(live).id}, headers=headers).status_code == 403
    assert live.qa().corpus.counts().articles == 3


def test_without_an_index_there_is_nothing_to_remove(fake_model, tmp_path, running):
    live = Live(Settings(home=tmp_path / "none"))
    app = FastAPI()
    app.include_router(removing.router(live, running))
    assert TestClient(app).post("/remove", data={"id": "a"}).status_code == 404


def test_an_error_of_the_removal_is_told_where_it_is_shown(site, live, running, monkeypatch):
    from index.errors import Unwritable

    def full(*_, **__):
        raise Unwritable("The disk has no room.")

    monkeypatch.setattr(build, "remove", full)
    assert site.post("/remove", data={"id": defector(live).id}).status_code == 303
    wait(running)
    assert (running.told, running.done) == ("The disk has no room.", None)
