"""Which files are found under the paths named, and what is said of the rest."""

import os
from pathlib import Path

import pytest

from index.files import find, kinds


def write(path: Path, text: str = "Some words.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path.resolve()


def test_folders_are_searched_to_any_depth_in_order_and_once(tmp_path: Path) -> None:
    wanted = [write(tmp_path / name) for name in ("a.txt", "b/c/d.MD", "b/e.html", "z.jsonl")]
    write(tmp_path / "picture.png")
    write(tmp_path / "b" / "notes.pages")
    found = find([tmp_path, tmp_path / "b", tmp_path / "a.txt"])
    assert found.files == tuple(wanted)
    assert found.faults == ()
    assert found.ignored == 3  # the notes are met twice


def test_relative_paths_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = write(tmp_path / "a.txt")
    monkeypatch.chdir(tmp_path)
    assert find([Path("a.txt"), Path(), Path("../" + tmp_path.name)]).files == (wanted,)


def test_hidden_names_are_skipped_unless_named(tmp_path: Path) -> None:
    write(tmp_path / ".git" / "a.txt")
    hidden = write(tmp_path / ".b.txt")
    seen = write(tmp_path / "c.txt")
    assert find([tmp_path]).files == (seen,)
    assert find([tmp_path]).ignored == 0
    assert find([hidden]).files == (hidden,)


def test_questions_beside_a_corpus_are_no_articles(tmp_path: Path) -> None:
    corpus = write(tmp_path / "set" / "corpus.jsonl", "{}")
    write(tmp_path / "set" / "queries.jsonl", "{}")
    other = write(tmp_path / "cuttings" / "may.jsonl", "{}")
    found = find([tmp_path])
    assert (found.files, found.ignored) == ((other, corpus), 1)


@pytest.mark.parametrize(
    ("name", "says"),
    [("gone.txt", "no such file"), ("report.pages", r"(.pages) cannot be read"), ("README", "without a suffix")],
)
def test_paths_named_that_give_nothing_are_faults(tmp_path: Path, name: str, says: str) -> None:
    if name != "gone.txt":
        write(tmp_path / name)
    found = find([tmp_path / name])
    assert found.files == ()
    assert [fault.where for fault in found.faults] == [str(tmp_path / name)]
    assert says in found.faults[0].reason


def test_the_cure_names_the_kinds(tmp_path: Path) -> None:
    write(tmp_path / "a.pages")
    texts, holders = ".txt, .md, .html, .pdf, .docx, .odt, .rtf, .epub, .mhtml", ".eml, .mbox, .zip and .tar.gz"
    assert kinds() == f"{texts}, .jsonl, .json, .csv, .xml, {holders}"
    assert kinds() in find([tmp_path / "a.pages"]).faults[0].reason


def test_an_empty_folder_and_one_of_other_kinds_are_faults(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path / "pictures" / "a.png")
    found = find([tmp_path / "empty", tmp_path / "pictures"])
    assert [fault.where for fault in found.faults] == [str(tmp_path / "empty"), str(tmp_path / "pictures")]
    assert "nothing that can be read:" in found.faults[0].reason
    assert "among its 1 files" in found.faults[1].reason


def test_a_zero_byte_in_a_path_is_a_fault(tmp_path: Path) -> None:
    assert find([tmp_path / "a\x00b.txt"]).files == ()
    assert len(find([tmp_path / "a\x00b.txt"]).faults) == 1


def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    seen = write(tmp_path / "a.txt")
    found = find([tmp_path])  # opening the pipe would wait for ever
    assert (found.files, found.ignored, found.faults) == ((seen,), 1, ())
    assert "a pipe or a device" in find([tmp_path / "pipe.txt"]).faults[0].reason


def test_links_inside_are_followed_and_links_out_are_not(tmp_path: Path) -> None:
    secret = write(tmp_path / "outside" / "secret.txt")
    inside = write(tmp_path / "folder" / "a.txt")
    (tmp_path / "folder" / "out.txt").symlink_to(secret)
    (tmp_path / "folder" / "out").symlink_to(tmp_path / "outside")
    (tmp_path / "folder" / "again.txt").symlink_to(inside)
    (tmp_path / "folder" / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    assert find([tmp_path / "folder"]).files == (inside,)
    assert find([tmp_path / "folder" / "out.txt"]).files == (secret,)


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    seen = write(tmp_path / "a.txt")
    (tmp_path / "up").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    assert find([tmp_path]).files == (seen,)
    assert find([tmp_path / "self.txt"]).files == ()
    assert len(find([tmp_path / "self.txt"]).faults) == 1


def test_odd_names(tmp_path: Path) -> None:
    odd = [write(tmp_path / name) for name in ("line\nend.txt", "🌉 bridge.txt", " a.txt", "-rf.txt")]
    assert find([tmp_path]).files == tuple(sorted(odd))


def test_a_name_that_is_no_utf8_is_a_fault(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt"))
    path.write_text("words")
    found = find([tmp_path])
    assert found.files == ()
    assert ["rename it" in fault.reason for fault in found.faults] == [True]
    found.faults[0].where.encode()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_without_permission_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path / "shut" / "a.txt")
    (tmp_path / "shut").chmod(0)
    try:
        assert "Permission denied" in find([tmp_path]).faults[0].reason
    finally:
        (tmp_path / "shut").chmod(0o700)


def test_what_office_programs_leave_beside_open_files_is_ignored(tmp_path: Path) -> None:
    for name in ("~$letter.docx", "~$book.odt", "~WRD0001.txt", "~wrl0002.rtf", ".~lock.a.odt#", "a~$.txt", "~a.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    found = find([tmp_path])
    assert [path.name for path in found.files] == ["a~$.txt", "~a.txt"]
    assert (found.faults, found.ignored) == ((), 4)


def test_one_that_is_named_is_read(tmp_path: Path) -> None:
    path = tmp_path / "~$letter.txt"
    path.write_text("x", encoding="utf-8")
    assert find([path]).files == (path,)
