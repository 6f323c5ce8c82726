"""What becomes of a file's articles in the ledger when its reading is cut short."""

from contextlib import closing

import pytest
from conftest import Killed

from index import guard, intake
from index.article import Article, Byline, Fault
from index.ledger import Ledger
from index.settings import Settings

CUT = "its reader crashed (signal 11): save it in another format, or leave it out."


@pytest.fixture
def file(tmp_path):
    path = (tmp_path / "corpus.jsonl").resolve()
    path.write_text("{}")
    return path


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "corpus.sqlite") as ledger:
        yield ledger


def one(id):
    return Article(id, f"Text {id}.", Byline(id))


class Reading:
    """Stands for the guard: gives what it was told to, and counts."""

    def __init__(self, monkeypatch):
        self.gives, self.times, self.closed = [], 0, False
        monkeypatch.setattr(intake, "read", self)

    def __call__(self, paths, settings):
        try:
            for path in paths:
                self.times += 1
                yield path, iter([Fault(str(path), *one) if isinstance(one, tuple) else one for one in self.gives])
        finally:
            self.closed = True


@pytest.fixture
def reading(monkeypatch):
    return Reading(monkeypatch)


def counted(report):
    return report.new, report.changed, report.same, report.gone


def take_in(ledger, file, **given):
    return intake.take_in([file], ledger, Settings(), **given)


def test_what_was_held_before_and_what_was_read_both_stay(ledger, file, reading):
    reading.gives = [one("a"), one("b"), one("c")]
    assert counted(take_in(ledger, file)) == (3, 0, 0, 0)
    file.write_text("{} ")
    reading.gives = [one("a"), one("new"), (CUT, True)]
    report = take_in(ledger, file)
    assert counted(report) == (1, 0, 1, 0)
    assert report.faults == (Fault(str(file), CUT),)
    assert list(ledger.articles_of(str(file))) == ["a", "b", "c", "new"]


def test_a_fault_that_did_not_cut_it_short_keeps_nothing_that_is_gone(ledger, file, reading):
    reading.gives = [one("a"), one("b")]
    take_in(ledger, file)
    file.write_text("{} ")
    reading.gives = [one("a"), ("line 2 is not JSON.",)]
    assert counted(take_in(ledger, file)) == (0, 0, 1, 1)
    assert list(ledger.articles_of(str(file))) == ["a"]


def test_it_is_read_again_the_next_time_and_then_no_more(ledger, file, reading):
    reading.gives = [one("a"), (CUT, True)]
    take_in(ledger, file)
    reading.gives = [one("a"), one("b")]
    assert counted(take_in(ledger, file)) == (1, 0, 1, 0)
    assert counted(take_in(ledger, file)) == (0, 0, 2, 0)
    assert reading.times == 2


def test_a_fault_of_the_file_itself_is_remembered_until_the_file_changes(ledger, file, reading):
    reading.gives = [("there is no text in it: leave it out, or add the text.",)]
    first, again = take_in(ledger, file), take_in(ledger, file)
    assert reading.times == 1
    assert first.faults == again.faults != ()


def test_what_fails_again_in_the_same_way_alters_nothing(tmp_path, file, reading):
    path = tmp_path / "corpus.sqlite"
    for gives in ([one("a"), one("b")], [(CUT, True)]):
        with Ledger(path) as ledger:
            reading.gives = gives
            file.write_text(f"{len(gives)}")
            take_in(ledger, file)
            assert ledger.altered
    with Ledger(path) as ledger:
        report = take_in(ledger, file)
        assert (counted(report), report.faults) == ((0, 0, 2, 0), (Fault(str(file), CUT),))
        assert not ledger.altered
        assert list(ledger.articles_of(str(file))) == ["a", "b"]
        reading.gives = [("reading it took more than 10 s: split it.", True)]
        assert take_in(ledger, file).faults != report.faults
        assert ledger.altered


def test_the_guard_is_closed_when_the_run_ends_early(ledger, file, reading, monkeypatch):
    def killed(article, path):
        raise Killed

    monkeypatch.setattr(ledger, "put", killed)
    reading.gives = [one("a")]
    with pytest.raises(Killed) as ended:
        take_in(ledger, file)
    assert reading.closed
    assert ended.tb is not None  # what it holds is not yet collected, which would close it as well


def test_of_a_file_that_is_too_large_no_byte_is_read(ledger, tmp_path):
    path = tmp_path / "hole.txt"
    with path.open("wb") as file:
        file.truncate(10**13)  # ten terabytes of nothing
    (fault,) = take_in(ledger, path).faults
    assert "it is 10000000 MB, over the limit of 50 MB" in fault.reason


def test_it_reads_through_the_guard():
    assert intake.read is guard.read
    with closing(guard.read([], Settings())) as files:
        assert list(files) == []
