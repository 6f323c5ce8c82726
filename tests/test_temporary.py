"""A temporary folder does not outlive its process for long, and no other process's folder is touched."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from conftest import ROOT

from index.temporary import temporary_folder

HOLDING = """
import sys
from index.temporary import temporary_folder
with temporary_folder() as folder:
    (folder / "letter.txt").write_text("words")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield tmp_path
    tempfile.tempdir = None


def holder():
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    return process, Path(process.stdout.readline().strip())


def test_it_is_empty_private_and_gone_afterwards(place):
    with temporary_folder() as folder:
        assert list(folder.iterdir()) == []
        assert folder.is_relative_to(place)
        assert folder.parent.stat().st_mode & 0o077 == 0
        (folder / "a").write_text("a")
    assert list(place.iterdir()) == []


def test_what_a_killed_process_left_is_removed_at_the_next_start(place):
    holders = [holder() for _ in range(3)]
    for process, _ in holders:
        process.kill()
        process.communicate()
    left = [folder for _, folder in holders]
    assert all((folder / "letter.txt").exists() for folder in left)
    with temporary_folder() as folder:
        assert [path.name for path in place.iterdir()] == [folder.parent.name]


def test_what_a_living_process_uses_stays(place):
    process, folder = holder()
    try:
        with temporary_folder():
            assert (folder / "letter.txt").read_text() == "words"
    finally:
        process.communicate("")
    assert list(place.iterdir()) == []


def test_folders_of_others_stay(place):
    (place / "verbatim-of-mine").mkdir()
    (place / "verbatim-of-mine" / "notes.txt").write_text("mine")
    (place / "verbatim-notes.txt").write_text("mine")
    (place / "elsewhere").mkdir()
    (place / "elsewhere" / "LOCK").write_text("")
    (place / "verbatim-link").symlink_to(place / "elsewhere")
    with temporary_folder():
        pass
    assert sorted(path.name for path in place.iterdir()) == [
        "elsewhere", "verbatim-link", "verbatim-notes.txt", "verbatim-of-mine",
    ]  # fmt: skip
