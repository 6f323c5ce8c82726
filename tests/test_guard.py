"""Files read in child processes: the same as without, and whatever a file does costs that file alone."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest
from conftest import ROOT

from index import guard
from index.article import Article, Draft, Fault
from index.child import MOST_FAULTS
from index.clean import clean
from index.errors import ReaderError
from index.guard import read
from index.loaders import load
from index.settings import Settings
from index.wire import DONE, SPENT, decode, receive, send

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

pytestmark = pytest.mark.slow

POISON = """
import ctypes, dataclasses, os, re, signal, subprocess, sys, time
from index import child

def deep():
    deep()

def many():
    kept = []
    while True:
        kept.append(bytes(10_000))

def noise():
    print("noise", flush=True)
    os.write(1, b"noise" * 1000)
    os.write(2, b"noise" * 1000)
    subprocess.run([sys.executable, "-c", "print('noise')"], check=True)
    assert sys.stdin.read() == ""

def wrong():
    return {}["no such key"]

def chatty():
    raise ValueError("\\ud800 \\x00 " + "x" * 10**7)

def spray():
    for number in range(3, 30):
        try:
            os.write(number, bytes((0, 0, 0, 5)) + b"noise")
        except OSError:
            pass

POISONS = {
    "loop": lambda: [None for _ in iter(int, 1)],
    "regex": lambda: re.match("(a+)+b", "a" * 64),
    "sleep": lambda: time.sleep(1000),
    "block": lambda: bytearray(10**12),
    "many": many,
    "null": lambda: ctypes.string_at(0),
    "abort": os.abort,
    "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "exit": lambda: os._exit(0),
    "leave": sys.exit,
    "wrong": wrong,
    "deep": deep,
    "noise": noise,
    "spray": spray,
    "chatty": chatty,
}
HELD = []
true_load, true_clean = child.load, child.clean

def load(path, settings):
    if path.stem == "nothing":
        return
    for _ in range(4 if path.stem == "steady" else 0):
        time.sleep(0.6)
        yield None
    for number, draft in enumerate(true_load(path, settings)):
        poison = POISONS.get(path.stem)
        if poison is not None and (path.suffix == ".txt" or number == 2):
            poison()
        if path.stem.startswith("grow"):
            HELD.append(bytes(200_000_000))
        if path.stem == "half":
            draft = dataclasses.replace(draft, text=draft.text + "\\udc80")
        if path.stem == "zero":
            draft = dataclasses.replace(draft, byline=dataclasses.replace(draft.byline, title="a\\0b"))
        yield draft

def clean(draft, path):
    if "unclean" in draft.text:
        raise TypeError("it is unclean")
    return true_clean(draft, path)

child.load, child.clean = load, clean
child.main()
"""
"""What the child runs in its place: some files do to it what parsers do when they fail."""

ENDS = {
    "loop": "reading it took more than 1 s: split it, save it in another format, or raise file_timeout_s.",
    "regex": "reading it took more than 1 s: split it, save it in another format, or raise file_timeout_s.",
    "sleep": "reading it took more than 1 s: split it, save it in another format, or raise file_timeout_s.",
    "block": "reading it needs more than 300 MB: split it, or raise file_memory_mb.",
    "many": "reading it needs more than 300 MB: split it, or raise file_memory_mb.",
    "null": "its reader crashed (signal 11): save it in another format, or leave it out.",
    "abort": "its reader crashed (signal 6): save it in another format, or leave it out.",
    "killed": "the system ended its reader (signal 9), as it does when memory runs out: "
    "close other programs, then index it again.",
    "exit": "its reader crashed (exit status 0): save it in another format, or leave it out.",
    "leave": "its reader crashed (exit status 0): save it in another format, or leave it out.",
    "wrong": "it could not be read (KeyError: 'no such key'): save it in another format, or leave it out.",
    "deep": "it is nested too deeply: save it in a simpler format, or leave it out.",
    "spray": "its reader crashed (it sent no article): save it in another format, or leave it out.",
}


@pytest.fixture
def tight():
    """As little time and memory as can be set."""
    return Settings(file_timeout_s=1, file_memory_mb=300)


@pytest.fixture
def poisoned(monkeypatch):
    monkeypatch.setattr(guard, "_COMMAND", ("-P", "-c", POISON))


def write(folder, *names):
    paths = [folder / (name if "." in name else f"{name}.txt") for name in names]
    for path in paths:
        path.write_text(
            f"Report {path.stem}\n\nThe mayor of {path.stem} spoke on Monday, as was reported from the town hall.\n"
        )
    return paths


def corpus(path, count, text="The mayor of the town spoke to the guests."):
    lines = (json.dumps({"_id": f"{number}", "text": text}) + "\n" for number in range(count))
    path.write_text("".join(lines), encoding="utf-8")
    return path


def unguarded(paths, settings):
    for path in paths:
        drafts = load(path, settings)
        yield path, [clean(draft, path) if isinstance(draft, Draft) else draft for draft in drafts]


def all_of(paths, settings):
    return [(path, list(articles)) for path, articles in read(paths, settings)]


def reasons(found):
    return [(path.name, one.reason) for path, ones in found for one in ones if isinstance(one, Fault)]


def state(pid):
    """One letter, as `ps` shows it; None when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def ended(pid):
    return state(pid) in (None, "Z", "X")  # whoever inherits an orphan may be slow to bury it


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def resident(pid):
    """Memory of a process in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def within(seconds, condition):
    end = time.monotonic() + seconds
    while not (done := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    return done


class TestReading:
    def test_it_gives_what_reading_without_it_gives(self, tmp_path, seeds):
        paths = [*sorted(seeds.iterdir()), *write(tmp_path, "plain", "marks.md")]
        (tmp_path / "page.html").write_text("<h1>Floods</h1><p>" + "The river rose on Sunday, say residents. " * 9)
        (tmp_path / "cafe.txt").write_bytes("Café\n\nLe maire a parlé lundi.".encode("cp1252"))
        (tmp_path / "none.txt").write_bytes(b"")
        paths += [tmp_path / "page.html", tmp_path / "cafe.txt", tmp_path / "none.txt", tmp_path / "gone.txt"]
        paths.append(corpus(tmp_path / "corpus.jsonl", 40, "Naïve 🌉 text."))
        found = all_of(paths, Settings())
        assert found == list(unguarded(paths, Settings()))
        assert [len(ones) for _, ones in found] == [1] * (len(paths) - 1) + [40]

    def test_many_files_come_in_the_order_given(self, tmp_path, monkeypatch):
        monkeypatch.setattr(guard, "_WORTH_S", 0)
        monkeypatch.setattr(os, "cpu_count", lambda: 3)
        paths = write(tmp_path, *(f"a{number:03}" for number in range(200)))[::-1]
        assert all_of(paths, Settings()) == list(unguarded(paths, Settings()))

    def test_nothing_is_nothing_and_starts_no_process(self, monkeypatch):
        monkeypatch.setattr(guard, "_COMMAND", ("-c", "raise SystemExit(3)"))
        assert all_of([], Settings()) == []

    def test_paths_are_asked_for_a_few_ahead(self, tmp_path):
        asked = []
        paths = write(tmp_path, *(f"a{number:02}" for number in range(60)))
        with closing(read((asked.append(path) or path for path in paths), Settings())) as files:
            for number, (path, articles) in enumerate(islice(files, 30)):
                assert path == paths[number]
                assert [one.byline.title for one in articles] == [f"Report {path.stem}"]
                assert len(asked) <= number + guard._AHEAD * guard._MOST_CHILDREN

    def test_what_is_not_asked_for_does_not_come_in_place_of_the_next(self, tmp_path):
        first, second = corpus(tmp_path / "a.jsonl", 50), *write(tmp_path, "b")
        files = read([first, second], Settings())
        _, articles = next(files)
        assert next(articles).id == "0"
        path, articles = next(files)
        assert (path, [one.byline.title for one in articles]) == (second, ["Report b"])
        assert next(files, None) is None

    def test_the_working_folder_is_no_place_to_import_from(self, tmp_path, monkeypatch):
        for name in ("json", "re", "yaml"):
            (tmp_path / f"{name}.py").write_text("raise SystemExit('a stranger’s code runs')")
        (tmp_path / "index").mkdir()
        (tmp_path / "index" / "child.py").write_text("raise SystemExit('a stranger’s code runs')")
        monkeypatch.chdir(tmp_path)
        assert reasons(all_of(write(tmp_path, "a"), Settings())) == []

    @pytest.mark.parametrize("language", ["C", "C.UTF-8"])
    def test_names_beyond_ascii_are_found_in_any_locale(self, tmp_path, monkeypatch, language):
        monkeypatch.setenv("LC_ALL", language)
        assert reasons(all_of(write(tmp_path, "Guaidó 🌉 \u202eא"), Settings())) == []

    @linux
    def test_memory_stays_small_and_no_time_counts_while_nobody_listens(self, tmp_path, tight):
        count, text = 3_000, "the word of the mayor " * 2_300  # plainly English, so that no model is loaded for it
        before = resident("self")
        with closing(read([corpus(tmp_path / "large.jsonl", count, text)], tight)) as files:
            ((_, articles),) = islice(files, 1)
            next(articles)
            time.sleep(4)  # both clocks would have ended it
            (pid,) = children(os.getpid())
            assert resident(pid) < 100
            assert sum(one.text == text for one in articles) == count - 1
            assert resident("self") < before + 30  # all of it is 150 MB


class TestPoison:
    def test_each_is_named_and_the_files_around_it_are_read(self, poisoned, tight, tmp_path):
        names = [name for number, poison in enumerate([*ENDS, "noise"]) for name in (f"good{number}", poison)]
        found = all_of(write(tmp_path, *names), tight)
        assert [path.stem for path, _ in found] == names
        assert reasons(found) == [(f"{poison}.txt", why) for poison, why in ENDS.items()]
        assert [one.byline.title for _, ones in found for one in ones if isinstance(one, Article)] == [
            f"Report {name}" for name in names if name not in ENDS
        ]

    @pytest.mark.parametrize("poison", ["loop", "block", "null", "wrong"])
    def test_what_was_read_before_it_holds_and_the_fault_is_the_last(self, poisoned, tight, tmp_path, poison):
        _, (*articles, fault) = all_of([corpus(tmp_path / f"{poison}.jsonl", 5)], tight)[0]
        assert [one.id for one in articles] == ["0", "1"]
        assert (fault.reason, fault.unfinished) == (ENDS[poison], True)
        assert fault.where == str(tmp_path / f"{poison}.jsonl")

    def test_a_long_article_may_take_its_time_while_its_reading_goes_on(self, poisoned, tight, tmp_path):
        found = all_of(write(tmp_path, "steady", "good"), tight)
        assert [[one.byline.title for one in ones] for _, ones in found] == [["Report steady"], ["Report good"]]

    def test_several_in_a_row_are_each_named(self, poisoned, tight, tmp_path):
        names = ["null", "abort", "block", "wrong", "exit"]
        assert reasons(all_of(write(tmp_path, *names), tight)) == [(f"{name}.txt", ENDS[name]) for name in names]

    def test_one_article_that_cannot_be_cleaned_costs_no_other(self, poisoned, tight, tmp_path, monkeypatch):
        path = tmp_path / "a.md"
        path.write_text("unclean")
        found = all_of([path, *write(tmp_path, "b")], tight)
        assert reasons(found) == [
            ("a.md", "it could not be read (TypeError: it is unclean): save it in another format, or leave it out.")
        ]

    def test_faults_beyond_a_thousand_are_counted(self, tmp_path):
        path = tmp_path / "corpus.jsonl"
        path.write_text("x\n" * (MOST_FAULTS + 234) + '{"_id": "last", "text": "Good."}\n' + "x\n")
        _, ones = all_of([path], Settings())[0]
        assert [one.id for one in ones if isinstance(one, Article)] == ["last"]
        assert len(ones) == MOST_FAULTS + 2
        assert ones[-1].reason == "235 more of its articles could not be read: mend those listed first."

    def test_a_child_killed_from_outside_costs_one_file(self, tmp_path, monkeypatch):
        started = []

        class Noted(subprocess.Popen):
            def __init__(self, *given, **named):
                super().__init__(*given, **named)
                started.append(self)

        monkeypatch.setattr(subprocess, "Popen", Noted)
        paths = [*write(tmp_path, "a"), corpus(tmp_path / "b.jsonl", 3_000, "word " * 1_000), *write(tmp_path, "c")]
        files = read(paths, Settings())
        assert [one.byline.title for one in next(files)[1]] == ["Report a"]
        _, articles = next(files)
        assert next(articles).id == "0"
        started[-1].send_signal(signal.SIGSEGV)
        *before, fault = articles
        assert fault.reason == "its reader crashed (signal 11): save it in another format, or leave it out."
        assert [one.id for one in before] == [str(number + 1) for number in range(len(before))]
        assert len(before) < 3_000
        assert [one.byline.title for one in next(files)[1]] == ["Report c"]
        assert next(files, None) is None
        assert len(started) == 2

    def test_a_child_that_has_grown_is_replaced(self, poisoned, tight, tmp_path):
        paths = write(tmp_path, "grow1", "grow2", "grow3", "grow4", "grow5")
        assert reasons(all_of(paths, tight)) == []

    @pytest.mark.parametrize("command", [("-c", "raise SystemExit(3)"), ("-m", "index.no_such_room")])
    def test_a_child_that_cannot_start_is_said_at_once(self, tmp_path, monkeypatch, command):
        monkeypatch.setattr(guard, "_COMMAND", command)
        with pytest.raises(ReaderError, match=r"ended at its start \(exit status [13]\): run `.* -m index.child`"):
            all_of(write(tmp_path, "a", "b"), Settings())

    def test_a_python_that_is_gone_is_said_at_once(self, tmp_path, monkeypatch):
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
        with pytest.raises(ReaderError, match="No such file or directory"):
            all_of(write(tmp_path, "a"), Settings())


@linux
class TestNothingIsLeft:
    def test_neither_files_nor_processes_after_two_hundred_restarts(self, tmp_path):
        def opened():
            return len(list(Path("/proc/self/fd").iterdir()))

        (path,) = write(tmp_path, "a")
        child = guard._Child(Settings())
        before = opened()
        for _ in range(200):
            child.give(path)
            child._restart()
            assert len(children(os.getpid())) == 1
        assert opened() == before
        child.stop()
        assert opened() == before - 2
        assert children(os.getpid()) == []

    def test_no_process_is_left_when_all_is_read_or_nobody_asks_for_more(self, tmp_path, poisoned):
        paths = write(tmp_path, "a", "b", "sleep", "c")
        with closing(read(paths, Settings())) as files:
            list(next(files)[1])
            assert children(os.getpid()) != []
        assert children(os.getpid()) == []
        assert len(all_of(paths[:2], Settings())) == 2
        assert children(os.getpid()) == []

    def parent(self, tmp_path, name, settings="Settings()"):
        """Start a process that reads one file, and give it, and its child once that is at work."""
        write(tmp_path, "first", name)
        code = (
            "import sys, time\nfrom pathlib import Path\nfrom index import guard\nfrom index.settings import Settings\n"
            f"guard._COMMAND = ('-P', '-c', {POISON!r})\n"
            f"files = guard.read([Path({str(tmp_path / 'first.txt')!r}), Path({str(tmp_path / name)!r} + '.txt')], "
            f"{settings})\nlist(next(files)[1])\nprint('ready', flush=True)\n"
            "list(next(files)[1])\nprint('all read', flush=True)\ntime.sleep(1000)\n"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdout.readline() == b"ready\n"
        return process, children(process.pid)[0]

    def test_ctrl_c_ends_all_at_once_and_only_the_parent_speaks(self, tmp_path):
        process, child = self.parent(tmp_path, "sleep")
        began = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        _, said = process.communicate(timeout=10)
        assert time.monotonic() - began < 3
        assert process.returncode == -signal.SIGINT
        assert said.count(b"Traceback") == said.count(b"KeyboardInterrupt") == 1
        assert within(2, lambda: ended(child))

    @pytest.mark.parametrize("poison", ["loop", "regex", "sleep"])
    def test_a_child_that_hangs_ends_by_itself_when_its_parent_was_killed(self, tmp_path, poison):
        process, child = self.parent(tmp_path, poison, "Settings(file_timeout_s=1)")
        process.kill()
        process.communicate()
        assert not ended(child)
        assert within(10, lambda: ended(child))

    def test_an_idle_child_ends_when_its_parent_was_killed(self, tmp_path):
        process, child = self.parent(tmp_path, "fine")
        assert process.stdout.readline() == b"all read\n"
        process.kill()
        process.communicate()
        assert within(5, lambda: ended(child))


class TestTheChild:
    def told(self, *paths, **settings):
        """Give a poisoned child files, and all that it writes."""
        with subprocess.Popen(
            [sys.executable, "-c", POISON], cwd=ROOT, stdin=-1, stdout=-1, stderr=subprocess.DEVNULL
        ) as child:
            send(child.stdin, Settings(**settings).model_dump_json().encode())
            for path in paths:
                send(child.stdin, os.fsencode(path))
            child.stdin.close()
            messages = []
            while (message := receive(child.stdout)) is not None:
                messages.append(message)
            assert child.stdout.read() == b""
        return messages

    def test_it_says_when_a_file_is_done_and_when_it_has_grown_too_large(self, tmp_path):
        said = self.told(*write(tmp_path, "a", "grow1", "grow2", "noise"), file_memory_mb=300)
        assert [message for message in said if message in (DONE, SPENT)] == [DONE, DONE, DONE, SPENT, SPENT]
        assert [decode(one).byline.title for one in said if one not in (DONE, SPENT)] == [
            "Report a", "Report grow1", "Report grow2", "Report noise",
        ]  # fmt: skip

    def test_half_a_character_or_a_zero_byte_is_a_fault(self, tmp_path):
        said = self.told(*write(tmp_path, "half", "zero", "a"))
        faults = [one for one in map(decode, filter(lambda one: one != DONE, said)) if isinstance(one, Fault)]
        assert {one.reason for one in faults} == {
            "it holds a zero byte or half a character: save it again as UTF-8 text."
        }
        assert [one.where for one in faults] == [str(tmp_path / "half.txt"), str(tmp_path / "zero.txt")]

    def test_what_a_parser_says_is_told_in_part_and_half_characters_cross(self, tmp_path):
        (path,) = write(tmp_path, "chatty")
        _, message, _ = self.told(path)
        assert decode(message).reason == (
            "it could not be read (ValueError: \ud800 \x00 "
            + "x" * 196
            + "): save it in another format, or leave it out."
        )

    def test_a_file_without_articles_is_named(self, tmp_path):
        (path,) = write(tmp_path, "nothing")
        _, message, _ = self.told(path)
        assert decode(message) == Fault(str(path), "there is no article in it: leave it out.")
