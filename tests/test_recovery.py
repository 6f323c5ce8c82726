"""What damage, kills and lost disks cost: nothing that can be had again, and never the archive."""

import random
import shutil
import signal
import sqlite3
import subprocess
import sys

import pytest
from conftest import ROOT, Killed
from test_build import article, cuttings, found, many, opened, run_apart, write  # noqa: F401

from index import build, generations
from index.errors import ArticleError, Damaged, NoIndex
from index.ledger import Ledger
from qa.verify import check_index

pytestmark = pytest.mark.slow


def corpus_of(home, number):
    return home.home / f"gen-{number:06d}" / generations.CORPUS


def zeroed(home):
    file = corpus_of(home, 2)
    file.write_bytes(b"\0" * 4096 + file.read_bytes()[4096:])


def cut_short(home):
    file = corpus_of(home, 2)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def lost(home):
    corpus_of(home, 2).unlink()


def lost_with_its_folder(home):
    shutil.rmtree(home.home / "gen-000002")


def pointer(words):
    def damage(home):
        (home.home / "CURRENT").write_bytes(words)

    return damage


def pointer_lost(home):
    (home.home / "CURRENT").unlink()


DAMAGE = [zeroed, cut_short, lost, lost_with_its_folder, pointer_lost]
POINTERS = [pointer(words) for words in (b"", b"\0\xff\0", b"gen-000009 0\n", b"../elsewhere 0", b"gen-\n")]


@pytest.fixture
def two(fake_model, home, cuttings):  # noqa: F811
    """Two articles in the first index, a third in the second."""
    build.index([cuttings], home)
    write(cuttings.parent / "more", tram=article("tram"))
    build.index([cuttings.parent / "more"], home)
    return home


class TestTheAdvisedCure:
    @pytest.mark.parametrize("damage", [*DAMAGE, *POINTERS])
    def test_a_rebuild_brings_back_all_that_was_read(self, two, damage):
        damage(two)
        report = build.index([], two, rebuild=True)
        assert (report.articles, report.faults) == (3, ())
        assert found(two, "mayor") == ["bridge.txt", "ferry.txt", "tram.txt"]
        assert check_index(two)["articles"] == 3

    def test_it_does_so_where_no_index_is_whole(self, two):
        for number in (1, 2):
            corpus_of(two, number).write_bytes(b"")
        with pytest.raises(Damaged):
            generations.current(two.home)
        assert build.index([], two, rebuild=True).articles == 3

    def test_it_refuses_to_lose_articles_whose_files_are_gone(self, two, cuttings):  # noqa: F811
        (cuttings / "ferry.txt").unlink()
        stamp = generations.stamp(two.home)
        said = "3 articles are in the index, and only 2 could be read anew: 1 of the 3 files on record are gone"
        with pytest.raises(ArticleError, match=said):
            build.index([], two, rebuild=True)
        assert generations.stamp(two.home) == stamp
        assert found(two, "ferry") == ["ferry.txt"]
        assert build.index([], two, rebuild=True, prune=True).articles == 2

    def test_it_refuses_to_empty_an_archive_of_which_nothing_can_be_read(self, two, cuttings):  # noqa: F811
        for path in two.home.glob("gen-*/*"):
            if path.is_file():
                path.write_bytes(b"")
        (two.home / "FILES").unlink()
        with pytest.raises(ArticleError, match="name the folders that hold them now"):
            build.index([], two, rebuild=True)
        assert len(list(two.home.glob("gen-*"))) == 2
        assert build.index([cuttings], two, rebuild=True).articles == 2


class TestThePointer:
    @pytest.mark.parametrize("damage", [pointer_lost, *POINTERS])
    def test_the_newest_whole_index_is_served_and_it_is_said(self, two, damage):
        damage(two)
        served = generations.current(two.home)
        assert (served.folder.name, found(two, "tram")) == ("gen-000002", ["tram.txt"])
        assert served.warning.endswith("gen-000002, the newest whole index, is served meanwhile.")

    @pytest.mark.parametrize("damage", [pointer_lost, *POINTERS])
    def test_the_next_run_adds_to_it(self, two, damage, cuttings):  # noqa: F811
        damage(two)
        write(cuttings, quay=article("quay"))
        assert build.index([cuttings / "quay.txt"], two).articles == 4
        assert generations.current(two.home).warning is None

    def test_a_damaged_one_before_does_not_hide_the_whole_one_before_that(self, two, cuttings):  # noqa: F811
        shutil.copytree(two.home / "gen-000001", two.home / "gen-000003")
        corpus_of(two, 2).write_bytes(b"")
        (two.home / "CURRENT").write_bytes(b"")
        corpus_of(two, 3).write_bytes(b"")
        assert generations.current(two.home).folder.name == "gen-000001"

    @pytest.mark.parametrize("name", ["gen-junk", "gen-000002.bak", "gen-1"])
    def test_other_folders_are_left_alone(self, two, cuttings, name):  # noqa: F811
        (two.home / name).mkdir()
        write(cuttings, quay=article("quay"))
        assert build.index([cuttings], two).articles == 4
        assert generations.stamp(two.home).startswith("gen-000003 ")
        assert (two.home / name).is_dir()

    def test_without_any_index_there_is_none(self, two):
        shutil.rmtree(two.home)
        with pytest.raises(NoIndex):
            generations.current(two.home)


class TestTheStage:
    def killed(self, fake_model, settings, folder):
        fake_model.fail_after = len(fake_model.embedded) + 4
        with pytest.raises(Killed):
            build.index([folder], settings)
        fake_model.fail_after = None

    @pytest.fixture
    def half(self, fake_model, home, cuttings, tmp_path):  # noqa: F811
        """A run over 15 more articles was killed while it embedded."""
        settings = home.model_copy(update={"batch_size": 2})
        build.index([cuttings], settings)
        many(tmp_path / "more", 15)
        self.killed(fake_model, settings, tmp_path / "more")
        return settings

    def test_a_kill_before_the_tables_are_there_is_no_harm(self, fake_model, home, cuttings):  # noqa: F811
        folder, _ = generations.stage(_made(home.home), "key", None)
        for made in (b"", None):
            if made is None:
                (folder / generations.CORPUS).unlink()
                sqlite3.connect(folder / generations.CORPUS).close()
            else:
                (folder / generations.CORPUS).write_bytes(made)
            with Ledger(folder / generations.CORPUS) as ledger:
                assert ledger.counts().articles == 0

    @pytest.mark.parametrize("seed", range(12))
    def test_damage_is_noticed_and_what_is_damaged_begun_anew(self, half, tmp_path, seed):
        draw = random.Random(seed)
        file = half.home / "next" / generations.CORPUS
        data = bytearray(file.read_bytes())
        if seed % 3 == 0:
            data = data[: draw.randrange(len(data))]
        else:
            start = draw.randrange(len(data) - 600)
            data[start : start + 512] = draw.randbytes(512) if seed % 3 == 1 else bytes(512)
        file.write_bytes(data)
        report = build.index([tmp_path / "more"], half)
        assert report.articles == 17
        assert check_index(half)["articles"] == 17
        assert len(found(half, "mayor")) == 17

    @pytest.mark.parametrize("change", ["UPDATE articles SET text = 'Other words.'", "UPDATE passages SET start = 900"])
    def test_so_are_words_that_are_not_what_was_read(self, half, tmp_path, change):
        with sqlite3.connect(half.home / "next" / generations.CORPUS) as db:
            db.execute(f"{change} WHERE rowid = (SELECT max(rowid) FROM {change.split()[1]})")
        db.close()
        assert build.index([tmp_path / "more"], half).articles == 17
        assert check_index(half)["articles"] == 17

    @pytest.mark.parametrize("note", [b"", b"\xff\xfe", b"{}"])
    def test_so_is_a_note_that_says_nothing(self, half, tmp_path, note):
        (half.home / "next" / "ORIGIN").write_bytes(note)
        assert build.index([tmp_path / "more"], half).articles == 17

    def test_a_file_in_its_place_is_no_obstacle(self, fake_model, home, cuttings):  # noqa: F811
        (_made(home.home) / "next").write_bytes(b"a letter")
        assert build.index([cuttings], home).articles == 2

    def test_killed_in_the_first_moments_the_next_run_goes_on(self, fake_model, home, cuttings):  # noqa: F811
        for moment in range(1, 12):
            died = run_apart("moment", cuttings, home.home, moment)
            assert died.returncode in (0, -signal.SIGKILL), died.stderr
        assert build.index([cuttings], home).articles == 2
        assert len(found(home, "mayor")) == 2


def test_killed_starved_or_damaged_at_random_every_home_is_whole_and_goes_on():
    tried = subprocess.run([sys.executable, ROOT / "tests" / "kills.py", "2", "7"], capture_output=True, text=True)
    rows = tried.stdout.splitlines()
    assert (tried.returncode, len(rows)) == (0, 18), tried.stdout + tried.stderr
    assert [row for row in rows if not row.endswith("| 2 | 2 |")] == []


class TestRemoval:
    def test_one_that_was_killed_is_done_by_the_same_command(self, two, monkeypatch):
        with opened(two) as (corpus, _, _):
            (gone,) = [entry.id for entry in corpus.listing("ferry")]
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr("index.lexical.write", _killed)
            build.remove([gone], two)
        assert build.remove([gone], two).articles == 2
        assert found(two, "ferry") == []

    @pytest.mark.parametrize("ends", [Killed, ArticleError, KeyboardInterrupt])
    def test_a_trial_that_ends_early_leaves_nothing(self, two, cuttings, ends):  # noqa: F811
        write(cuttings, quay=article("quay"))

        def stopped(_):
            raise ends

        with pytest.raises(ends):
            build.index([cuttings], two, dry_run=True, listener=stopped)
        assert not (two.home / "trial").exists()

    def test_a_trial_of_a_process_that_died_is_swept_by_the_next_run(self, two, cuttings):  # noqa: F811
        shutil.copytree(two.home / "gen-000002", two.home / "trial")
        build.index([cuttings], two)
        assert not (two.home / "trial").exists()


class TestPruning:
    @pytest.fixture
    def usb(self, fake_model, home, tmp_path):
        """Twenty articles in a folder, fifteen in another."""
        build.index([many(tmp_path / "src", 20), many_more(tmp_path / "usb", 15)], home)
        return tmp_path / "usb"

    def test_only_below_the_folders_named(self, usb, home):
        usb.rename(usb.parent / "unmounted")
        (usb.parent / "src" / "a03.txt").unlink()
        report = build.index([usb.parent / "src"], home, prune=True)
        assert (report.gone, report.missing, report.articles, report.faults) == (1, 15, 34, ())

    @pytest.mark.parametrize(("gone", "dropped"), [(1, 1), (4, 4), (5, 0), (19, 0), (20, 0)])
    def test_not_when_more_than_a_fifth_is_gone(self, usb, home, gone, dropped):
        for number in range(gone):
            (usb.parent / "src" / f"a{number:02}.txt").unlink()
        report = build.index([usb.parent / "src"], home, prune=True)
        assert (report.gone, report.missing) == (dropped, gone - dropped)
        assert len(report.faults) == (0 if dropped else 1 + (gone == 20))
        if not dropped:
            assert f"{gone} of the 20 files on record are gone, so nothing was dropped" in report.faults[-1].reason
            assert "--prune-many" in report.faults[-1].reason
            many_dropped = build.index([usb.parent / "src"], home, prune_many=True)
            assert (many_dropped.gone, many_dropped.articles) == (gone, 35 - gone)

    def test_without_folders_everywhere(self, usb, home):
        (usb / "b00.txt").unlink()
        (usb.parent / "src" / "a00.txt").unlink()
        assert build.index([], home, prune=True).gone == 2


def many_more(folder, count):
    return write(folder, **{f"b{n:02}": article(f"quay{n:02}") for n in range(count)})


def _made(home):
    home.mkdir(parents=True, exist_ok=True)
    return home


def _killed(*_):
    raise Killed
