"""A folder that is followed: what is added, changed and deleted in it is so in the index, without being asked."""

import contextlib
import queue
import threading

import pytest
from test_build import article, found, write

from index import build, generations, watch
from index.errors import ArticleError, VerbatimError

pytestmark = pytest.mark.slow

PATIENCE_S = 60


@contextlib.contextmanager
def following(folders, settings):
    """Follow folders in a thread; give the queue of what each indexing did."""
    told, stop = queue.Queue(), threading.Event()

    def run():
        try:
            watch.follow(folders, settings, told.put, stop=stop)
        except VerbatimError as error:
            told.put(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield told
    finally:
        stop.set()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def counted(told, wanted):
    """Add up reports until they come to new, changed and gone articles."""
    sums = [0, 0, 0]
    while tuple(sums) != wanted:
        report = told.get(timeout=PATIENCE_S)
        sums = [one + more for one, more in zip(sums, (report.new, report.changed, report.gone), strict=True)]
    return report


@pytest.fixture
def cuttings(tmp_path):
    return write(tmp_path / "cuttings", bridge=article("bridge"), ferry=article("ferry"))


def test_what_changes_in_the_folder_changes_in_the_index(fake_model, home, cuttings):
    with following([cuttings], home) as told:
        assert told.get(timeout=PATIENCE_S).new == 2
        write(cuttings / "new", tram=article("tram"))
        counted(told, (1, 0, 0))
        assert found(home, "tram") == ["tram.txt"]
        fake_model.embedded.clear()
        write(cuttings, ferry=article("zeppelin"))
        counted(told, (0, 1, 0))
        assert (found(home, "ferry"), found(home, "zeppelin")) == ([], ["ferry.txt"])
        assert len(fake_model.embedded) == 1
        (cuttings / "bridge.txt").unlink()
        assert counted(told, (0, 0, 1)).articles == 2
        assert found(home, "bridge") == []


def test_what_the_folder_does_not_give_is_not_read(fake_model, home, cuttings, tmp_path):
    outside = write(tmp_path / "outside", secret=article("secret"))
    with following([cuttings], home) as told:
        told.get(timeout=PATIENCE_S)
        (cuttings / "link.txt").symlink_to(outside / "secret.txt")
        (cuttings / ".hidden.txt").write_text(article("draft"))
        (cuttings / "notes.xyz").write_text(article("note"))
        write(cuttings, tram=article("tram"))
        assert counted(told, (1, 0, 0)).articles == 3


def test_changes_wait_while_another_process_indexes(fake_model, home, cuttings):
    with following([cuttings], home) as told:
        told.get(timeout=PATIENCE_S)
        with generations.writing(home.home):
            write(cuttings, tram=article("tram"))
            with pytest.raises(queue.Empty):
                told.get(timeout=4)
        counted(told, (1, 0, 0))
        assert found(home, "tram") == ["tram.txt"]


def test_only_folders_are_followed(fake_model, home, cuttings):
    with pytest.raises(ArticleError, match=r"ferry\.txt is no folder"):
        watch.follow([cuttings / "ferry.txt"], home, print)


def test_an_error_ends_the_following(fake_model, home, cuttings):
    build.index([cuttings], home.model_copy(update={"passage_words": 50}))
    with following([cuttings], home) as told:
        assert "built with" in str(told.get(timeout=PATIENCE_S))
