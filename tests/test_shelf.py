"""The Articles page: what it begins, what it shows of it, and that questions are answered meanwhile."""

import threading
import time

import gradio as gr
import pytest
from cuttings import PATIENCE_S, opened, wait, write
from test_web import Reader

from qa.assemble import Live
from qa.web import shelf
from qa.web.running import Running

NEW = {"new.txt": "Fresh news\n\nA zeppelin landed beside the river on Tuesday, the mayor of the town told us.\n"}


@pytest.fixture
def live(fake_model, tmp_path):
    return opened(tmp_path)


@pytest.fixture
def page(live):
    """The page without its parts: Gradio's would leave an event loop open."""
    page = shelf.Articles.__new__(shelf.Articles)
    page.live, page.followed, page.latest = live, "", ""
    page.running, page.following = Running("indexing"), Running("following of a folder")
    page.listed = [None] * 4
    return page


def told(page):
    """Give what the page says, when what is under way is done."""
    wait(page.running)
    return Reader(page.tell("", "", 0)[0]).texts


def test_a_folder_is_looked_at_and_then_indexed(page, live, tmp_path):
    folder = write(tmp_path / "more", {**NEW, "empty.txt": ""})
    page.try_folder(str(folder), False)
    shown = told(page)
    assert shown["done"] == "1 new, 0 changed, 0 gone, 0 unchanged. Nothing was written."
    assert shown["li"].startswith("empty.txt: there is no text in it")
    assert live.qa().corpus.counts().articles == 3
    page.index_folder(f" {folder} ", False)
    assert told(page)["done"] == "1 new, 0 changed, 0 gone, 0 unchanged."
    assert live.qa().corpus.counts().articles == 4
    (folder / "new.txt").unlink()
    page.index_folder(str(folder), False)
    assert told(page)["done"].endswith("1 article whose file is gone stay.")
    page.index_folder("", True)
    assert told(page)["done"] == "0 new, 0 changed, 1 gone, 0 unchanged."
    assert live.qa().corpus.counts().articles == 3


def test_dropped_files_are_kept_indexed_and_the_refused_named(page, live, tmp_path):
    dropped = write(tmp_path / "dropped", {**NEW, "run.exe": "x"})
    page.add([str(dropped / "new.txt"), str(dropped / "run.exe")])
    shown = told(page)
    assert shown["done"].startswith("1 new")
    assert shown["li"].startswith("run.exe: run.exe is of a kind that cannot be read")
    assert (live.settings.home / "articles" / "new.txt").is_file()
    assert list(dropped.iterdir()) == []
    (dropped / "other.exe").write_text("x")
    page.add([str(dropped / "other.exe")])
    assert "done" not in told(page)


def test_questions_are_answered_while_it_indexes_and_it_can_be_stopped(page, live, tmp_path, fake_model, monkeypatch):
    from index import build

    folder, gate, reached = write(tmp_path / "more", NEW), threading.Event(), threading.Event()
    embed = build.sought_text

    def slow(*given):
        reached.set()
        assert gate.wait(PATIENCE_S)
        return embed(*given)

    monkeypatch.setattr(build, "sought_text", slow)
    page.index_folder(str(folder), False)
    assert reached.wait(PATIENCE_S)
    state, clock, stop, *_ = page.tell("", "", 0)
    assert Reader(state.replace("</progress>", "").replace("<progress", "<meta")).texts["span"] == (
        "Embedding passages: 0 of 1"
    )
    assert (clock["active"], stop["visible"]) == (True, True)
    assert live.qa().ask("Who is the most senior defector?").answered
    with pytest.raises(gr.Error, match="under way"):
        page.index_folder(str(folder), False)
    page.running.stop()
    gate.set()
    assert told(page)["notice"].startswith("Stopped.")
    assert live.qa().corpus.counts().articles == 3
    monkeypatch.setattr(build, "sought_text", embed)
    page.index_folder(str(folder), False)
    told(page)
    assert live.qa().corpus.counts().articles == 4
    assert page.running.done.report.embedded == 0, "what was embedded before the stop was embedded again"


@pytest.mark.slow
def test_a_folder_is_followed_until_it_is_left(page, live, tmp_path):
    folder = write(tmp_path / "more", NEW)
    page.try_folder(str(folder), False)
    assert "Nothing was written" in told(page)["done"]
    page.follow_folder(str(folder))
    assert "Nothing was written" not in page.tell("", "", 0)[0]
    until = time.monotonic() + PATIENCE_S
    while live.qa().corpus.counts().articles < 4 and time.monotonic() < until:
        time.sleep(0.1)
    write(folder, {"more.txt": NEW["new.txt"].replace("zeppelin", "tram")})
    while live.qa().corpus.counts().articles < 5 and time.monotonic() < until:
        time.sleep(0.1)
    while "notice" not in (shown := page.tell("", "", 0)[0]) and time.monotonic() < until:
        time.sleep(0.1)
    assert "1 new" in page.latest
    assert Reader(shown).texts["notice"] == f"Following {folder}: what changes there is indexed."
    page.following.stop()
    wait(page.following)
    assert live.qa().corpus.counts().articles == 5


def test_the_list_is_given_anew_exactly_when_the_index_is_a_newer_one(page, tmp_path):
    first = page.open()
    assert "General defects in Venezuela" in first[6]
    again = page.tell(first[4], "", 0)
    assert again[5:] == (gr.update(),) * 4
    page.index_folder(str(write(tmp_path / "more", NEW)), False)
    wait(page.running)
    assert "Fresh news" in page.tell(first[4], "", 0)[6]


@pytest.mark.parametrize("begin", ["try_folder", "index_folder"])
def test_without_a_folder_nothing_begins(page, begin):
    with pytest.raises(gr.Error, match="Name a folder"):
        getattr(page, begin)(" ", False)


def test_an_error_is_shown(page, live, tmp_path):
    page.live = Live(live.settings.model_copy(update={"passage_words": 50}))
    page.index_folder(str(write(tmp_path / "more", NEW)), False)
    assert "was built with" in told(page)["notice"]
