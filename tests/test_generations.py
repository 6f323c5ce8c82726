"""Generations: what is in force is whole, and what was in force before stands in for damage."""

import errno
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from index import generations
from index.errors import Busy, Damaged, Mismatch, NoIndex, Unwritable

FILES = ("MANIFEST.json", "ORIGIN", generations.CORPUS, "vectors.faiss", "words/ids.npy")


def publish(home, words, base=None):
    """Put an index of small stand-ins in force; give its folder."""
    home.mkdir(exist_ok=True)
    folder, _ = generations.stage(home, "key", base)
    (folder / generations.CORPUS).write_text(f"corpus {words}")
    (folder / "vectors.faiss").write_text(f"vectors {words}")
    (folder / "words").mkdir()
    (folder / "words" / "ids.npy").write_text(f"ids {words}")
    generations.publish(home, {"words": words})
    return home / generations.stamp(home).split()[0]


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_nothing_is_in_force_before_the_first_index(tmp_path):
    assert generations.stamp(tmp_path / "none") == ""
    assert generations.newest(tmp_path / "none") is None
    with pytest.raises(NoIndex, match="run `qa index PATH`"):
        generations.current(tmp_path / "none")


def test_a_home_that_is_a_file_is_no_index(tmp_path):
    (tmp_path / "home").write_text("a letter")
    with pytest.raises(NoIndex, match="is a file"):
        generations.current(tmp_path / "home")


def test_the_newest_is_in_force_and_names_what_it_was_built_with(tmp_path):
    first = publish(tmp_path, "one")
    before = generations.stamp(tmp_path)
    second = publish(tmp_path, "two")
    assert (first.name, second.name) == ("gen-000001", "gen-000002")
    assert generations.stamp(tmp_path) != before
    now = generations.current(tmp_path)
    assert (now.folder, now.built, now.warning) == (second, {"words": "two"}, None)
    assert (now.folder / generations.CORPUS).read_text() == "corpus two"
    manifest = json.loads((second / "MANIFEST.json").read_text())
    assert set(manifest["files"]) == set(FILES) - {"MANIFEST.json"}
    assert not (tmp_path / "next").exists()


def test_two_are_kept(tmp_path):
    for number in range(4):
        publish(tmp_path, str(number))
    assert sorted(path.name for path in tmp_path.glob("gen-*")) == ["gen-000003", "gen-000004"]


@pytest.mark.parametrize("place", ["first", "middle", "last"])
@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_anywhere_is_refused_and_the_index_before_served(tmp_path, name, place):
    first = publish(tmp_path, "one")
    second = publish(tmp_path, "two")
    size = (second / name).stat().st_size
    flip(second / name, {"first": 0, "middle": size // 2, "last": size - 1}[place])
    served = generations.current(tmp_path)
    assert (served.folder, served.built) == (first, {"words": "one"})
    assert served.warning.startswith(f"{second / name} is not what was written there")
    assert served.warning.endswith("gen-000001, the newest whole index, is served meanwhile.")


@pytest.mark.parametrize("name", FILES)
def test_a_lost_file_is_refused_and_the_index_before_served(tmp_path, name):
    first = publish(tmp_path, "one")
    second = publish(tmp_path, "two")
    (second / name).unlink()
    served = generations.current(tmp_path)
    assert served.folder == first
    assert str(second) in served.warning


@pytest.mark.parametrize("name", FILES)
def test_damage_without_an_index_before_is_told(tmp_path, name):
    only = publish(tmp_path, "one")
    flip(only / name, 0)
    with pytest.raises(Damaged, match=r"run `qa index --rebuild`") as told:
        generations.current(tmp_path)
    assert str(only / name) in str(told.value)


def test_damage_in_both_is_told(tmp_path):
    for folder in [publish(tmp_path, "one"), publish(tmp_path, "two")]:
        flip(folder / generations.CORPUS, 0)
    with pytest.raises(Damaged):
        generations.current(tmp_path)


def test_a_damaged_pointer_is_told_or_the_index_before_served(tmp_path):
    publish(tmp_path, "one")
    publish(tmp_path, "two")
    pointer = tmp_path / "CURRENT"
    whole = pointer.read_bytes()
    for at in range(len(whole) - 1):  # the last byte is the line's end
        for bit in (1, 128):
            damaged = bytearray(whole)
            damaged[at] ^= bit
            pointer.write_bytes(damaged)
            try:
                # Where the name becomes that of the other, its sum does not agree.
                assert generations.current(tmp_path).warning is not None
            except Damaged as told:
                assert "--rebuild" in str(told)


def test_another_format_is_a_mismatch_not_damage(tmp_path):
    publish(tmp_path, "one")
    folder = publish(tmp_path, "two")
    manifest = folder / "MANIFEST.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 99}))
    digest = hashlib.sha256(manifest.read_bytes()).hexdigest()
    (tmp_path / "CURRENT").write_text(f"{folder.name} {digest}\n")
    with pytest.raises(Mismatch, match="has format 99, this version reads"):
        generations.current(tmp_path)


def test_work_is_taken_up_only_from_the_same_start_and_key(tmp_path):
    folder, resumed = generations.stage(tmp_path, "key", None)
    assert not resumed
    (folder / generations.CORPUS).write_text("half")
    (folder / f"{generations.CORPUS}-journal").write_text("journal")
    (folder / "vectors.faiss").write_text("half")
    (folder / "words").mkdir()
    assert generations.stage(tmp_path, "key", None) == (folder, True)
    assert sorted(path.name for path in folder.iterdir()) == [
        "ORIGIN",
        generations.CORPUS,
        f"{generations.CORPUS}-journal",
    ]
    assert generations.stage(tmp_path, "other", None) == (folder, False)
    assert [path.name for path in folder.iterdir()] == ["ORIGIN"]
    (folder / generations.CORPUS).write_text("half")
    publish(tmp_path, "one")
    assert generations.stage(tmp_path, "other", generations.current(tmp_path)) == (folder, False)
    assert (folder / generations.CORPUS).read_text() == "corpus one"


def test_work_without_its_note_is_dropped(tmp_path):
    """The note is written last, so that a half-copied corpus is never taken up."""
    folder, _ = generations.stage(tmp_path, "key", None)
    (folder / generations.CORPUS).write_text("half a copy")
    (folder / "ORIGIN").unlink()
    assert generations.stage(tmp_path, "key", None) == (folder, False)
    assert not (folder / generations.CORPUS).exists()


def test_a_trial_leaves_interrupted_work_alone(tmp_path):
    folder, _ = generations.stage(tmp_path, "key", None)
    (folder / generations.CORPUS).write_text("hours of work")
    trial, resumed = generations.stage(tmp_path, "key", None, trial=True)
    assert (trial != folder, resumed) == (True, False)
    assert not (trial / generations.CORPUS).exists()
    generations.drop_stage(trial)
    assert not trial.exists()
    assert (folder / generations.CORPUS).read_text() == "hours of work"


@pytest.mark.parametrize("step", ["rename", "replace"])
def test_a_kill_between_the_steps_of_publishing_leaves_the_last_index_in_force(tmp_path, step, monkeypatch):
    first = publish(tmp_path, "one")
    with monkeypatch.context() as patch:
        patch.setattr(Path, step, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            publish(tmp_path, "two", generations.current(tmp_path))
    assert (generations.current(tmp_path).folder, generations.current(tmp_path).warning) == (first, None)
    third = publish(tmp_path, "three", generations.current(tmp_path))
    assert generations.current(tmp_path).folder == third
    assert generations.current(tmp_path).built == {"words": "three"}


def test_a_second_writer_is_told_to_wait(tmp_path):
    code = "import filelock, sys\nwith filelock.FileLock(sys.argv[1]): print('held', flush=True); sys.stdin.read()"
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "LOCK")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Busy, match="Another process is indexing into"), generations.writing(tmp_path):
            pytest.fail("two writers at once")
        other.stdin.close()
        other.wait(10)
    entered = False
    with generations.writing(tmp_path):
        entered = True
    assert entered


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_says_how_much_is_free(tmp_path, number, monkeypatch):
    usage = type("Usage", (), {"free": 3 * 2**20 + 5})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    with pytest.raises(Unwritable, match=r"has no room \(3 MB free\): make room"), generations.writing(tmp_path):
        raise OSError(number, os.strerror(number))


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_a_home_without_permission_names_another(tmp_path, number):
    with pytest.raises(Unwritable, match="choose another folder with --home"), generations.writing(tmp_path):
        raise OSError(number, os.strerror(number), str(tmp_path / "next"))


def test_a_home_that_is_a_file_or_lies_in_one_is_unwritable(tmp_path):
    (tmp_path / "file").write_text("a letter")
    for home in (tmp_path / "file", tmp_path / "file" / "home"):
        with pytest.raises(Unwritable, match=r"file.* cannot be written"), generations.writing(home):
            pytest.fail("written into a file")
    assert (tmp_path / "file").read_text() == "a letter"


@pytest.mark.parametrize("name", ["LOCK", "FILES.tmp", "CURRENT.tmp"])
def test_a_folder_where_a_file_is_to_lie_is_named(tmp_path, name):
    (tmp_path / name).mkdir()
    said = rf"{name} cannot be written \(Is a directory\): choose another folder"
    with pytest.raises(Unwritable, match=said), generations.writing(tmp_path):
        publish(tmp_path, "one")


def test_a_home_with_too_long_a_name_is_unwritable(tmp_path):
    said = r"cannot be written \(File name too long\): choose another folder"
    with pytest.raises(Unwritable, match=said), generations.writing(tmp_path / ("a" * 300)):
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_home_is_unwritable(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(Unwritable), generations.writing(tmp_path / "home"):
            pytest.fail("written where nothing may be")
    finally:
        tmp_path.chmod(0o700)


def test_a_full_sqlite_file_is_a_full_disk(tmp_path):
    with pytest.raises(Unwritable, match="MB free"), generations.writing(tmp_path):
        db = sqlite3.connect(tmp_path / "small.sqlite")
        try:
            db.execute("CREATE TABLE t (x)")
            db.execute("PRAGMA max_page_count = 3")
            db.execute("INSERT INTO t VALUES (zeroblob(100000))")
        finally:
            db.close()


def test_other_errors_pass_through(tmp_path):
    with pytest.raises(FileNotFoundError), generations.writing(tmp_path):
        (tmp_path / "absent").read_text()
    with pytest.raises(sqlite3.OperationalError, match="no such table"), generations.writing(tmp_path):
        db = sqlite3.connect(":memory:")
        try:
            db.execute("SELECT * FROM absent")
        finally:
            db.close()
