"""Files made to harm: each ends as indexed or skipped with a reason, in bounded time, and the others are read."""

import codecs
import os
import time
from pathlib import Path

import pytest
import torture
from test_build import article, found

from index import build
from index.article import Article, Fault
from index.guard import read
from index.loaders import LOADERS
from index.loaders.html import MAX_PAGE_BYTES
from index.settings import Settings

pytestmark = pytest.mark.slow

STORY = "<h1>Report</h1><p>" + "The mayor said that the bridge was closed on Monday. " * 5 + "</p>"
BOMB = "".join(f"{name}: &{name} [{','.join([f'*{chr(ord(name) - 1)}'] * 9)}]\n" for name in "bcdefghij")
BINARY = "it holds zero bytes, so it is no text"

ENDS_AT_ONCE = {
    "cdata.html": (STORY + "<![CDATA[" * 200_000, "Report"),
    "instructions.html": (STORY + "<?" * 500_000, "Report"),
    "zeros.html": (STORY + "\0" * 1_000_000, "Report"),
    "tables.html": (STORY + "<table><tr><td>" * 20_000, "Report"),
    "large.html": (STORY + " " * MAX_PAGE_BYTES, "the page is 10 MB, over the limit of 10 MB"),
    "picture.html": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 99, BINARY),
    "program.txt": (b"\x7fELF\2\1\1" + bytes(1000), "it holds control bytes, so it is no text"),
    "zeros.txt": (bytes(1_000_000), "it holds control bytes, so it is no text"),
    "bomb.md": (f"---\na: &a [x,x,x,x,x,x,x,x,x]\n{BOMB}title: *j\n---\nThe mayor spoke.\n", "bomb"),
    "lists.md": ("".join(" " * depth + "- x\n" for depth in range(200)), "lists"),
    "quoted.md": (">" * 100_000 + " x", "there is no text in it"),
    "deep.jsonl": ("[" * 100_000 + "\n", "the line is nested too deeply"),
    "deeper.jsonl": ('{"a":' * 100_000 + "\n", "the line is nested too deeply"),
    "numbers.jsonl": ("9" * 1_000_000 + "\n", "the line is not JSON"),
    "half.jsonl": ('{"text": "\\ud800"}\n', "holds half a character"),
    "empty.txt": (b"", "there is no text in it"),
    "mark.txt": (codecs.BOM_UTF8, "there is no text in it"),
    "mark16.txt": (codecs.BOM_UTF16_LE, "there is no text in it"),
    "wide.txt": ("Report\n\nThe mayor spoke.".encode("utf-16"), "wide"),
    "line.txt": ("word " * 199_999, "line"),
    "one.txt": ("x" * 1_000_000, "one"),
    "more.txt": ("x" * 1_000_001, "it is 1,000,001 characters long, over the limit of 1,000,000"),
    "signs.txt": ("\x1b[2J\u202e Report", "signs"),
}
"""Name -> what is in it, and the title that it is indexed under or how the reason begins."""

MAY_HANG = {
    "attributes.html": "<p " + " ".join(f'a{number}="{number}"' for number in range(100_000)) + ">" + STORY,
    "nested.html": STORY + "<div>" * 100_000 + "x" + "</div>" * 100_000,
    "signs.html": "<" * 5_000_000,
    "unclosed.html": "<p>The mayor spoke." * 200_000,
    "entities.html": STORY + "&amp;" * 1_000_000,
    "brackets.md": "[" * 200_000,
    "stars.md": "*a_ " * 200_000,
    "links.md": "[a](b" * 100_000,
    "speakers.txt": "Q: a b c\n" * 100_000,
    "lines.txt": "A line\n" * 140_000,
}
"""What takes some parser many seconds; whether it is done in time depends on the machine."""


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_what_can_be_told_at_once(tmp_path):
    paths = [written(tmp_path, name, content) for name, (content, _) in ENDS_AT_ONCE.items()]
    for (path, ones), (_, expected) in zip(read(paths, Settings()), ENDS_AT_ONCE.values(), strict=True):
        (one,) = ones
        said = one.reason if isinstance(one, Fault) else one.byline.title
        assert said[: len(expected)] == expected or expected in said.partition(":")[0], path.name


def test_what_may_hang_ends_in_time_and_the_rest_is_read(tmp_path):
    settings = Settings(file_timeout_s=1)
    names = [name for hostile in MAY_HANG for name in (hostile, f"good-{hostile}.txt")]
    paths = [written(tmp_path, name, MAY_HANG.get(name, article("bridge"))) for name in names]
    began, ends = time.monotonic(), {}
    for path, ones in read(paths, settings):
        (one,) = ones
        ends[path.name] = one.reason if isinstance(one, Fault) else "indexed"
    # Two seconds beyond the limit for each are for starting afresh on a machine that is busy.
    assert time.monotonic() - began < len(MAY_HANG) * (settings.file_timeout_s + 2) + 10
    assert {ends[name] for name in names if name.startswith("good")} == {"indexed"}
    slow = "reading it took more than 1 s: split it, save it in another format, or raise file_timeout_s."
    assert ends["attributes.html"] == ends["unclosed.html"] == slow
    assert {ends[name] for name in MAY_HANG} <= {"indexed", slow, ends["signs.html"]}


def test_one_file_that_hangs_among_a_thousand(guarded, tmp_path):
    settings = Settings(home=tmp_path / "home", file_timeout_s=1)
    folder = tmp_path / "cuttings"
    folder.mkdir()
    for number in range(999):
        written(folder, f"a{number:03}.txt", article(f"tower{number}"))
    poison = written(folder, "a500-poison.html", MAY_HANG["attributes.html"])
    report = build.index([folder], settings)
    assert (report.new, report.articles) == (999, 999)
    assert [fault.where for fault in report.faults] == [str(poison.resolve())]
    assert "took more than 1 s" in report.faults[0].reason
    assert found(settings, "tower998") == ["a998.txt"]


def test_one_file_that_needs_too_much_memory_among_many(guarded, tmp_path):
    settings = Settings(home=tmp_path / "home", file_memory_mb=300)
    folder = tmp_path / "cuttings"
    folder.mkdir()
    for number in range(30):
        written(folder, f"a{number:03}.txt", article(f"tower{number}"))
    poison = written(folder, "a15-poison.txt", "🌉" + "word\r\n" * 8_000_000)
    report = build.index([folder], settings)
    assert report.articles == 30
    assert report.faults == (
        Fault(str(poison.resolve()), "reading it needs more than 300 MB: split it, or raise file_memory_mb."),
    )


NAMES = [
    *("line\nend.txt", "🌉 bridge.txt", "\u202egnp.txt", "\u200fעברית.txt", " lead.txt", "trail .txt", "-rf.txt"),
    *("a" * 251 + ".txt", "é" * 125 + ".txt", "CON.txt", "nul.TXT", "aux.md", "COM1.html", "a:b.txt", "a\\b.txt"),
    *("%s%n.txt", "$(reboot).txt", "'; DROP TABLE articles; --.txt", "a.txt.txt", "..txt.txt", "A.txt", "~.txt"),
]


def test_odd_names_are_names(guarded, tmp_path):
    settings = Settings(home=tmp_path / "home")
    folder = (tmp_path / "cuttings").resolve()
    folder.mkdir()
    for number, name in enumerate(NAMES):
        story = article(f"tower{number}")
        written(folder, name, f"<h1>Report</h1><p>{story * 3}</p>" if name.endswith("html") else story)
    report = build.index([folder], settings)
    hidden = [name for name in NAMES if name.startswith(".")]
    assert (report.articles, report.faults) == (len(NAMES) - len(hidden), ())
    assert found(settings, "tower3") == [NAMES[3]]
    again = build.index([folder], settings)
    assert (again.new, again.same) == (0, len(NAMES) - len(hidden))


def test_what_is_no_file_or_lies_elsewhere_is_not_read(guarded, tmp_path):
    settings = Settings(home=tmp_path / "home")
    secret = written(tmp_path, "secret.txt", article("treasure"))
    folder = tmp_path / "cuttings"
    (folder / "inner").mkdir(parents=True)
    good = written(folder, "good.txt", article("bridge"))
    os.mkfifo(folder / "pipe.txt")
    (folder / "inner" / "up").symlink_to(folder)
    for name, target in {
        "out.txt": secret,
        "relative.txt": Path("../secret.txt"),
        "zero.txt": Path("/dev/zero"),
        "random.html": Path("/dev/urandom"),
        "input.md": Path("/dev/stdin"),
        "memory.txt": Path("/proc/self/mem"),
        "self.txt": folder / "self.txt",
        "pair1.txt": folder / "pair2.txt",
        "pair2.txt": folder / "pair1.txt",
        "gone.txt": folder / "nowhere.txt",
        "again.txt": good,
        "folder.txt": folder,
    }.items():
        (folder / name).symlink_to(target)
    report = build.index([folder], settings)
    assert (report.articles, report.faults) == (1, ())
    assert found(settings, "treasure") == []
    for name in ("zero.txt", "pipe.txt", "random.html", "self.txt", "gone.txt"):
        report = build.index([folder / name], settings)
        assert (report.articles, len(report.faults)) == (1, 1), name


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_named(guarded, tmp_path):
    folder = tmp_path / "cuttings"
    folder.mkdir()
    written(folder, "good.txt", article("bridge"))
    written(folder, "shut.txt", article("ferry")).chmod(0)
    report = build.index([folder], Settings(home=tmp_path / "home"))
    assert report.articles == 1
    assert ["Permission denied" in fault.reason for fault in report.faults] == [True]


def test_a_file_that_goes_while_the_others_are_read_is_named(tmp_path):
    good, gone = written(tmp_path, "good.txt", article("bridge")), tmp_path / "gone.txt"
    (_, first), (_, second) = ((path, list(ones)) for path, ones in read([good, gone], Settings()))
    assert isinstance(first[0], Article)
    assert second == [
        Fault(str(gone), "it cannot be read (No such file or directory): check that it is there and permitted.")
    ]


def test_every_format_has_a_seed():
    assert set(LOADERS) <= set(torture.SEEDS), "give each new format a sound file in tests/torture.py"


@pytest.mark.parametrize("kind", sorted(LOADERS))
def test_mutated_files_end_as_indexed_or_skipped(kind, tmp_path):
    count = int(os.environ.get("TORTURE_FILES", "60"))
    settings = Settings(file_timeout_s=4, file_memory_mb=500)
    done = torture.torture(kind, count, tmp_path, settings)
    assert done.files == count
    assert not [end for end in done.ends if "lost" in end or "crashed" in end]
    assert done.ends["indexed"] >= 1  # the first one is sound
    assert done.slowest_s < settings.file_timeout_s + 8  # a fresh start on a busy machine is part of it
    assert list(tmp_path.iterdir()) == []
