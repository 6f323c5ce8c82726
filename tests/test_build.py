"""The path of an article into the index: what changes, what stays, and what a crash or a full disk leaves."""

import asyncio
import errno
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections import Counter
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import ROOT, FakeEmbedder, Killed

from index import build, generations, intake, vectors
from index.article import Filter
from index.corpus import Corpus
from index.errors import ArticleError, Busy, Damaged, Mismatch, NoIndex, Unwritable
from index.ledger import Ledger
from index.lexical import Words
from index.settings import Settings
from index.text import terms
from qa import terminal


def article(word):
    return f"Report about the {word}\n\nThe {word} stood beside the river on Tuesday, the mayor of the town told us.\n"


def write(folder, **texts):
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def many(folder, count):
    return write(folder, **{f"a{n:02}": article(f"tower{n:02}") for n in range(count)})


def corpus_file(path, *articles):
    path.write_text("".join(json.dumps({"_id": id, "title": id, "text": text}) + "\n" for id, text in articles))
    return path


@contextmanager
def opened(settings):
    folder = generations.current(settings.home).folder
    with Corpus(folder / generations.CORPUS) as corpus:
        yield corpus, Words(folder), vectors.read(settings.vectors, corpus, folder)


def found(settings, word):
    """Give the files whose articles hold a word, as the word index says; check that every part agrees with the rest."""
    with opened(settings) as (corpus, words, nearest):
        assert corpus.ids.tolist() == sorted(p.id for _, p in corpus.stream())
        assert len(corpus.ids) == len(words) == len(nearest) == sum(len(ids) for ids, _ in corpus.vectors())
        # 64 directions of the fake model hold a few articles apart; k is all of them.
        vector = FakeEmbedder(settings).questions([word])[0]
        if len(corpus.ids):
            assert sorted(id for id, _ in nearest.search(vector, len(corpus.ids))) == corpus.ids.tolist()
        hits = [id for id, _ in words.search(terms(word), 1000)]
        return sorted({Path(corpus.article(p.article_id).path).name for p in corpus.passages(hits)})


def counted(report):
    return report.new, report.changed, report.same, report.gone


def test_a_rebuild_of_another_format_reads_what_is_on_record(fake_model, home, cuttings, monkeypatch):
    build.index([cuttings], home)
    monkeypatch.setattr(generations, "FORMAT", generations.FORMAT + 1)
    with pytest.raises(Mismatch):
        build.index([cuttings], home)
    report = build.index([], home, rebuild=True)
    assert (report.new, report.articles) == (2, 2)
    assert found(home, "ferry") == ["ferry.txt"]


@pytest.fixture
def cuttings(tmp_path):
    return write(tmp_path / "cuttings", bridge=article("bridge"), ferry=article("ferry"))


def test_articles_become_searchable(fake_model, home, cuttings):
    told = []
    report = build.index([cuttings], home, listener=told.append)
    assert counted(report) == (2, 0, 0, 0)
    assert (report.articles, report.passages, report.embedded, report.faults) == (2, 2, 2, ())
    assert found(home, "bridge") == ["bridge.txt"]
    assert found(home, "mayor") == ["bridge.txt", "ferry.txt"]
    assert found(home, "zeppelin") == []
    stages = [progress.stage for progress in told]
    assert list(dict.fromkeys(stages)) == ["reading", "comparing", "cutting", "embedding", "writing"]
    last = {progress.stage: progress for progress in told}
    assert [(last[stage].done, last[stage].total) for stage in ("reading", "embedding", "writing")] == [(2, 2)] * 3


def test_vectors_are_those_of_header_and_passage(fake_model, home, cuttings):
    build.index([cuttings], home)
    assert sorted(fake_model.embedded) == [
        f"Report about the {word}\nThe {word} stood beside the river on Tuesday, the mayor of the town told us."
        for word in ("bridge", "ferry")
    ]
    with opened(home) as (corpus, _, nearest):
        for byline, passage in corpus.stream():
            vector = FakeEmbedder(home).passages([f"{byline.title}\n{passage.text}"])[0]
            best, likeness = nearest.search(vector, 1)[0]
            assert best == passage.id
            assert likeness == pytest.approx(1, abs=1e-3)  # stored as float16
        rows = np.concatenate([rows for _, rows in corpus.vectors()])
        assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(2), abs=1e-6)


def test_a_second_run_changes_nothing(fake_model, home, cuttings):
    build.index([cuttings], home)
    stamp, embedded = generations.stamp(home.home), len(fake_model.embedded)
    report = build.index([cuttings], home)
    assert counted(report) == (0, 0, 2, 0)
    assert (report.articles, report.passages, report.embedded) == (2, 2, 0)
    assert generations.stamp(home.home) == stamp
    assert len(fake_model.embedded) == embedded
    assert sorted(path.name for path in home.home.iterdir()) == ["CURRENT", "FILES", "LOCK", "gen-000001"]


def test_a_touched_file_is_not_read_as_changed(fake_model, home, cuttings):
    build.index([cuttings], home)
    os.utime(cuttings / "ferry.txt", (0, 0))
    assert counted(build.index([cuttings], home)) == (0, 0, 2, 0)


def test_a_changed_file_is_one_change_and_its_old_words_are_gone(fake_model, home, cuttings):
    build.index([cuttings], home)
    write(cuttings, ferry=article("zeppelin"))
    fake_model.embedded.clear()
    report = build.index([cuttings], home)
    assert counted(report) == (0, 1, 1, 0)
    assert (report.articles, report.embedded, len(fake_model.embedded)) == (2, 1, 1)
    assert found(home, "ferry") == []
    assert found(home, "zeppelin") == ["ferry.txt"]
    assert found(home, "bridge") == ["bridge.txt"]


def test_only_what_is_named_is_touched(fake_model, home, cuttings):
    build.index([cuttings / "bridge.txt"], home)
    report = build.index([cuttings / "ferry.txt"], home)
    assert (counted(report), report.articles) == ((1, 0, 0, 0), 2)
    assert found(home, "mayor") == ["bridge.txt", "ferry.txt"]


def test_articles_of_a_lost_file_stay_until_pruned(fake_model, home, cuttings):
    build.index([cuttings], home)
    (cuttings / "ferry.txt").unlink()
    assert build.index([cuttings], home).articles == 2
    assert found(home, "ferry") == ["ferry.txt"]
    report = build.index([cuttings], home, prune=True)
    assert (counted(report), report.articles) == ((0, 0, 1, 1), 1)
    assert found(home, "ferry") == []


def test_articles_whose_file_is_gone_are_counted_until_they_are_pruned(fake_model, home, cuttings):
    write(many(cuttings, 8), copy=article("ferry"), tram=article("tram"))
    assert build.index([cuttings], home).missing == 0
    for name in ("ferry", "tram"):
        (cuttings / f"{name}.txt").unlink()
    # The ferry's article stands in its copy as well.
    assert build.index([cuttings], home).missing == 1
    assert build.index([cuttings], home, dry_run=True, prune=True).gone == 1
    report = build.index([cuttings], home, prune=True)
    assert (report.gone, report.missing) == (1, 0)


def test_where_every_file_is_gone_nothing_is_pruned(fake_model, home, cuttings):
    """A disk that is not mounted must not empty the index."""
    build.index([cuttings], home)
    cuttings.rename(cuttings.parent / "elsewhere")
    report = build.index([], home, prune=True)
    assert (report.gone, report.missing, report.articles) == (0, 2, 2)
    (fault,) = report.faults
    assert fault.where == str(cuttings)
    assert fault.reason.startswith("2 of the 2 files on record are gone, so nothing was dropped")
    assert found(home, "ferry") == ["ferry.txt"]


def test_a_removed_article_leaves_no_word_on_the_disk(fake_model, home, cuttings):
    write(cuttings, zeppelin=article("zeppelin"))
    build.index([cuttings], home)
    (cuttings / "zeppelin.txt").unlink()
    build.index([cuttings], home, prune=True)
    held = {path: path.read_bytes() for path in home.home.rglob("*") if path.is_file()}
    assert any(b"ferry" in data for data in held.values())
    assert [path for path, data in held.items() if b"zeppelin stood beside" in data] == []
    # Nor does damage bring it back: there is no index before to fall back to.
    newest = generations.current(home.home).folder / generations.CORPUS
    newest.write_bytes(b"")
    with pytest.raises(Damaged):
        generations.current(home.home)


def test_an_article_dropped_by_a_run_that_was_killed_leaves_no_word_either(fake_model, home, cuttings):
    write(cuttings, zeppelin=article("zeppelin"))
    build.index([cuttings], home)
    (cuttings / "zeppelin.txt").unlink()
    write(cuttings, tram=article("tram"))
    fake_model.fail_after = len(fake_model.embedded)
    with pytest.raises(Killed):
        build.index([cuttings], home, prune=True)
    fake_model.fail_after = None
    assert build.index([cuttings], home).gone == 0  # the run before dropped it from what this one took up
    assert found(home, "tram") == ["tram.txt"]
    held = [path.read_bytes() for path in home.home.rglob("*") if path.is_file()]
    assert [data for data in held if b"zeppelin stood beside" in data] == []


def test_a_file_that_cannot_be_read_any_more_keeps_its_article(fake_model, home, cuttings):
    build.index([cuttings], home)
    (cuttings / "ferry.txt").write_bytes(b"\x00\x01\x02")
    report = build.index([cuttings], home)
    assert counted(report) == (0, 0, 1, 0)
    assert [fault.where for fault in report.faults] == [str(cuttings / "ferry.txt")]
    assert found(home, "ferry") == ["ferry.txt"]
    again = build.index([cuttings], home)
    assert again.faults == report.faults


def test_a_removed_article_is_gone_and_does_not_come_back(fake_model, home, cuttings):
    build.index([cuttings], home)
    with opened(home) as (corpus, _, _):
        (gone,) = [entry.id for entry in corpus.listing("ferry")]
    fake_model.embedded.clear()
    report = build.remove([gone, gone], home)
    assert (report.gone, report.articles, report.passages) == (1, 1, 1)
    assert fake_model.embedded == []
    assert found(home, "ferry") == []
    with opened(home) as (corpus, _, _), pytest.raises(ArticleError, match=gone):
        corpus.article(gone)
    assert build.index([cuttings], home).articles == 1
    assert found(home, "ferry") == []
    write(cuttings, ferry=article("ferry") + "\nIt sails again on Friday, the harbour office said in a letter.\n")
    assert build.index([cuttings], home).articles == 2
    assert found(home, "ferry") == ["ferry.txt"]


def test_removing_what_is_not_there_removes_nothing(fake_model, home, cuttings):
    with pytest.raises(NoIndex):
        build.remove(["absent"], home)
    build.index([cuttings], home)
    stamp = generations.stamp(home.home)
    with opened(home) as (corpus, _, _):
        present = corpus.listing()[0].id
    with pytest.raises(ArticleError, match="absent"):
        build.remove([present, "absent"], home)
    assert generations.stamp(home.home) == stamp
    assert build.index([cuttings], home).articles == 2


def test_one_article_in_two_files_is_one(fake_model, home, cuttings):
    write(cuttings, copy=article("ferry"))
    report = build.index([cuttings], home)
    assert (counted(report), report.twice, report.articles, report.embedded) == ((2, 0, 1, 0), 1, 2, 2)
    assert terminal.indexed(report) == "2 new, 0 changed, 0 unchanged, 0 gone. 1 exact copy kept once."
    again = build.index([cuttings], home)
    assert (counted(again), again.twice) == ((0, 0, 3, 0), 0)
    assert found(home, "ferry") == ["copy.txt"]
    (cuttings / "copy.txt").unlink()
    report = build.index([cuttings], home, prune=True)
    assert (report.gone, report.articles) == (0, 2)
    assert found(home, "ferry") == ["ferry.txt"]
    (cuttings / "ferry.txt").unlink()
    report = build.index([cuttings], home, prune=True)
    assert (report.gone, report.articles) == (1, 1)
    assert found(home, "ferry") == []


def test_a_copy_found_later_keeps_the_article_when_the_first_file_is_lost(fake_model, home, cuttings, tmp_path):
    build.index([cuttings], home)
    copies = write(tmp_path / "copies", copy=article("ferry"))
    assert counted(build.index([copies], home)) == (0, 0, 1, 0)
    (cuttings / "ferry.txt").unlink()
    assert build.index([cuttings], home, prune=True).gone == 0
    assert found(home, "ferry") == ["copy.txt"]


def test_an_id_that_two_corpora_claim_is_a_fault_and_the_rest_is_read(fake_model, home, tmp_path):
    first = corpus_file(tmp_path / "a.jsonl", ("1", "The bridge is open."), ("2", "The ferry sails."))
    second = corpus_file(tmp_path / "b.jsonl", ("2", "The zeppelin lands."), ("3", "The tram stops."))
    report = build.index([first, second], home)
    assert (report.new, report.articles) == (3, 3)
    (fault,) = report.faults
    assert str(second) in fault.where
    assert f"{first} holds another article with the id “2”" in fault.reason
    assert found(home, "ferry") == ["a.jsonl"]
    assert found(home, "zeppelin") == []
    assert found(home, "tram") == ["b.jsonl"]


def test_a_changed_line_of_a_corpus_is_one_change(fake_model, home, tmp_path):
    file = corpus_file(tmp_path / "a.jsonl", ("1", "The bridge is open."), ("2", "The ferry sails."))
    build.index([file], home)
    corpus_file(file, ("1", "The bridge is open."), ("2", "The zeppelin lands."))
    fake_model.embedded.clear()
    assert counted(build.index([file], home)) == (0, 1, 1, 0)
    assert fake_model.embedded == ["2\nThe zeppelin lands."]
    corpus_file(file, ("2", "The zeppelin lands."))
    assert counted(build.index([file], home)) == (0, 0, 1, 1)
    assert found(home, "bridge") == []


def test_a_zero_byte_in_a_corpus_is_a_fault(fake_model, home, tmp_path):
    """Slicing in sqlite ends at a zero byte, so such a text would not slice back."""
    file = corpus_file(tmp_path / "a.jsonl", ("1", "Before.\x00 After."), ("2", "The ferry sails."))
    report = build.index([file], home)
    assert (report.articles, len(report.faults)) == (1, 1)
    assert "zero byte at 7" in report.faults[0].reason


def test_nothing_to_read_puts_nothing_in_force(fake_model, home, tmp_path):
    report = build.index([tmp_path / "absent"], home)
    assert (report.articles, len(report.faults)) == (0, 1)
    assert generations.stamp(home.home) == ""


def test_an_index_of_which_everything_was_removed_still_opens(fake_model, home, cuttings):
    build.index([cuttings], home)
    with opened(home) as (corpus, _, _):
        ids = [entry.id for entry in corpus.listing()]
    assert build.remove(ids, home).articles == 0
    assert found(home, "bridge") == []
    write(cuttings, tram=article("tram"))
    assert build.index([cuttings], home).articles == 1
    assert found(home, "tram") == ["tram.txt"]


def test_a_dry_run_says_what_would_change_and_changes_nothing(fake_model, home, cuttings):
    build.index([cuttings], home)
    write(cuttings, ferry=article("zeppelin"), tram=article("tram"))

    def everything():
        return {p: p.read_bytes() for p in home.home.rglob("*") if p.is_file() and p.name != "LOCK"}

    before = everything()
    fake_model.embedded.clear()
    report = build.index([cuttings], home, dry_run=True)
    assert counted(report) == (1, 1, 1, 0)
    assert everything() == before
    assert fake_model.embedded == []
    assert counted(build.index([cuttings], home)) == (1, 1, 1, 0)


def test_a_killed_run_goes_on_where_it_stopped_and_the_old_index_answers_meanwhile(
    fake_model, home, cuttings, tmp_path, monkeypatch
):
    settings = home.model_copy(update={"batch_size": 4})
    build.index([cuttings], settings)
    more = many(tmp_path / "more", 15)
    fake_model.embedded.clear()
    stored, calls = Ledger.embed, []

    def killed_at_third_batch(ledger, rows):
        calls.append(rows)
        if len(calls) == 3:
            raise Killed
        stored(ledger, rows)

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "embed", killed_at_third_batch)
        with pytest.raises(Killed):
            build.index([more], settings)
    assert found(settings, "mayor") == ["bridge.txt", "ferry.txt"]
    assert generations.current(settings.home).warning is None
    build.index([tmp_path / "absent"], settings, dry_run=True)  # must not cost the work that is waiting
    report = build.index([more], settings)
    assert (report.articles, report.embedded) == (17, 7)
    times = Counter(fake_model.embedded)
    assert len(times) == 15
    assert sum(count - 1 for count in times.values()) == 4  # one batch, embedded but not yet stored
    assert len(found(settings, "mayor")) == 17
    assert found(settings, "tower14") == ["a14.txt"]


SUBPROCESS = """
import os, resource, signal, sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/tests"]
from conftest import FakeModel
from index import build
from index.errors import Unwritable
from index.settings import Settings
how, source, home, after = sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]), int(sys.argv[5])
build.SentenceEmbedder = model = FakeModel()
moments, commit = 0, build.Ledger.commit
def moment():
    global moments
    moments += 1
    if how == "moment" and moments == after:
        print(len(model.embedded), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
def committed(ledger):
    moment()
    commit(ledger)
    moment()
build.Ledger.commit = committed
def watch(progress):
    moment()
    if progress.stage == "embedding" and progress.done >= after:
        if how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (after, resource.RLIM_INFINITY))
if how == "limit":
    resource.setrlimit(resource.RLIMIT_FSIZE, (after, resource.RLIM_INFINITY))
try:
    build.index([source], Settings(home=home, batch_size=int(sys.argv[6])), listener=watch)
except Unwritable as told:
    print(told)
if how == "moment":
    print(len(model.embedded))
"""


def run_apart(how, source, home, after, batch_size=4):
    command = [sys.executable, "-c", SUBPROCESS, str(ROOT), how, *map(str, (source, home, after, batch_size))]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=source)


@pytest.mark.slow
def test_a_process_killed_outright_goes_on_where_it_stopped(fake_model, home, cuttings, tmp_path):
    settings = home.model_copy(update={"batch_size": 4})
    build.index([cuttings], settings)
    stamp = generations.stamp(settings.home)
    more = many(tmp_path / "more", 15)
    died = run_apart("kill", more, settings.home, 8)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert generations.stamp(settings.home) == stamp
    assert found(settings, "mayor") == ["bridge.txt", "ferry.txt"]
    report = build.index([more], settings)
    assert (report.articles, report.embedded) == (17, 7)
    assert len(found(settings, "mayor")) == 17


@pytest.mark.slow
def test_killed_again_and_again_at_any_moment_it_embeds_at_most_one_batch_again_each_time(
    fake_model, home, cuttings, tmp_path
):
    settings = home.model_copy(update={"batch_size": 2})
    build.index([cuttings], settings)
    more, drawn, embedded = many(tmp_path / "more", 15), random.Random(7), []
    while True:
        run = run_apart("moment", more, settings.home, drawn.randrange(18, 40), 2)
        assert run.returncode in (0, -signal.SIGKILL), run.stderr
        embedded.append(int(run.stdout))
        if run.returncode == 0:
            break
        assert len(found(settings, "mayor")) in (2, 17)  # 17 where it was killed after the new index was in force
    at_work = sum(map(bool, embedded[:-1]))
    assert at_work >= 3
    assert 15 <= sum(embedded) <= 15 + 2 * at_work
    assert len(found(settings, "mayor")) == 17


def test_an_address_that_is_none_harms_no_other_article(fake_model, home, cuttings):
    row = {"_id": "x", "title": "X", "text": "Words.", "metadata": {"url": "http://[x"}}
    (cuttings / "rows.jsonl").write_text(json.dumps(row))
    assert build.index([cuttings], home).articles == 3


def test_articles_of_one_file_keep_what_they_are_called_in_it(fake_model, home, tmp_path):
    box = tmp_path / "box.zip"
    with zipfile.ZipFile(box, "w") as packed:
        for word in ("bridge", "ferry"):
            packed.writestr(f"may/{word}.txt", article(word))
    write(tmp_path / "zz", ferry=article("ferry"))
    build.index([box, tmp_path / "zz"], home)
    with opened(home) as (corpus, _, _):
        assert {entry.member for entry in corpus.listing()} == {"may/bridge.txt", "may/ferry.txt"}
        assert {one.place for one in corpus.articles()} == {f"{box}!/may/{word}.txt" for word in ("bridge", "ferry")}
    box.unlink()
    build.index([], home, prune=True)
    with opened(home) as (corpus, _, _):
        (only,) = corpus.articles()
        assert (only.path, only.member, only.place) == (str(tmp_path / "zz/ferry.txt"), None, only.path)


@pytest.mark.slow
def test_a_disk_that_fills_up_loses_nothing(fake_model, home, cuttings, tmp_path):
    """A limit on the size of files is met by sqlite and by plain writes as a full disk is."""
    build.index([cuttings], home)
    before = found(home, "mayor")
    more = many(tmp_path / "more", 60)
    size = max(p.stat().st_size for p in home.home.rglob("*") if p.is_file())
    for limit in (size // 2, size + 8192):  # while the corpus is copied, while it is written
        full = run_apart("limit", more, home.home, limit)
        assert full.returncode == 0, full.stderr
        assert "has no room (" in full.stdout
        assert " MB free): make room" in full.stdout
        assert found(home, "mayor") == before
        assert generations.current(home.home).warning is None
    assert build.index([more], home).articles == 62
    assert len(found(home, "mayor")) == 62


@pytest.mark.parametrize("part", ["index.vectors.write", "index.lexical.write", "index.generations.sha256_of"])
def test_a_disk_that_fills_up_while_the_last_parts_are_written_costs_no_embedding(
    fake_model, home, cuttings, part, monkeypatch
):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(part, full)
        with pytest.raises(Unwritable, match="MB free"):
            build.index([cuttings], home)
    with pytest.raises(NoIndex):
        generations.current(home.home)
    report = build.index([cuttings], home)
    assert (report.embedded, len(fake_model.embedded)) == (0, 2)
    assert found(home, "ferry") == ["ferry.txt"]


@pytest.mark.parametrize("step", ["rename", "replace"])
def test_a_kill_while_publishing_leaves_the_last_index_in_force(fake_model, home, cuttings, step, monkeypatch):
    build.index([cuttings], home)
    write(cuttings, ferry=article("zeppelin"))

    def killed(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Path, step, killed)
        with pytest.raises(Killed):
            build.index([cuttings], home)
    assert generations.current(home.home).warning is None
    assert found(home, "ferry") == ["ferry.txt"]
    assert build.index([cuttings], home).articles == 2
    assert (found(home, "ferry"), found(home, "zeppelin")) == ([], ["ferry.txt"])


def test_another_model_is_refused_until_all_is_built_anew(fake_model, home, cuttings):
    build.index([cuttings], home)
    other = home.model_copy(update={"model": "bge-small"})
    for refused in (lambda: build.index([cuttings], other), lambda: build.remove(["a"], other)):
        with pytest.raises(Mismatch, match=r"built with all-MiniLM-L6-v2 .*settings say bge-small .*--rebuild"):
            refused()
    assert found(home, "ferry") == ["ferry.txt"]
    fake_model.embedded.clear()
    fake_model.dim = 32
    report = build.index([], other, rebuild=True)
    assert (report.new, report.articles, report.embedded, len(fake_model.embedded)) == (2, 2, 2, 2)
    generation = generations.current(home.home)
    assert generation.built["model"] == "bge-small"
    with opened(other) as (corpus, _, _):
        assert next(corpus.vectors())[1].shape == (2, 32)
    with pytest.raises(Mismatch, match="built with bge-small"):
        build.index([cuttings], home)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("passage_words", 50, "120 words a passage; the settings say all-MiniLM-L6-v2 and 50 words a passage"),
        ("passage_prompt", "passage: ", "but other weights or prompts"),
        ("question_prompt", "query: ", "but other weights or prompts"),
    ],
)
def test_what_passages_are_made_with_may_not_change(fake_model, home, cuttings, name, value, says):
    build.index([cuttings], home)
    with pytest.raises(Mismatch, match=says):
        build.index([cuttings], home.model_copy(update={name: value}))


@pytest.mark.parametrize("change", [{"bm25_b": 0.9}, {"bm25_k1": 2.0}, {"vectors": "exact"}])
def test_other_settings_of_search_derive_anew_without_embedding(fake_model, home, cuttings, change):
    write(cuttings, bridge=article("bridge") + "\nIts cables rust and its towers lean, engineers of the city say.\n")
    build.index([cuttings], home)
    with opened(home) as (_, words, _):
        scores = words.search(["bridg"], 5)
    stamp = generations.stamp(home.home)
    fake_model.embedded.clear()
    changed = home.model_copy(update=change)
    report = build.index([cuttings], changed)
    assert (counted(report), report.embedded, fake_model.embedded) == ((0, 0, 2, 0), 0, [])
    assert generations.stamp(home.home) != stamp
    assert found(changed, "bridge") == ["bridge.txt"]
    with opened(changed) as (_, words, _):
        assert (words.search(["bridg"], 5) == scores) == ("vectors" in change)
    stamp = generations.stamp(home.home)
    build.index([cuttings], changed)
    assert generations.stamp(home.home) == stamp


def test_an_index_of_other_terms_is_derived_anew_without_embedding(fake_model, home, cuttings, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(build, "TERMS", build.TERMS - 1)
        build.index([cuttings], home)
    assert not build.check(generations.current(home.home).built, home, FakeEmbedder(home))
    fake_model.embedded.clear()
    report = build.index([cuttings], home)
    assert (counted(report), report.embedded, fake_model.embedded) == ((0, 0, 2, 0), 0, [])
    assert build.check(generations.current(home.home).built, home, FakeEmbedder(home))


def test_an_index_from_before_terms_had_a_number_is_derived_anew(fake_model, home, cuttings):
    build.index([cuttings], home)
    built = dict(generations.current(home.home).built)
    del built["terms"]
    assert not build.check(built, home, FakeEmbedder(home))


def test_what_an_earlier_version_read_is_read_anew(fake_model, home, cuttings, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(intake, "READING", intake.READING - 1)
        build.index([cuttings], home)
    first = read_as(home)
    assert counted(build.index([cuttings], home)) == (0, 0, 2, 0)
    again = read_as(home)
    assert len(again) == 2
    assert not again & first
    build.index([cuttings], home)
    assert read_as(home) == again


def read_as(home):
    """Give what is on record of the files of the newest index, as they were read."""
    with closing(sqlite3.connect(generations.current(home.home).folder / generations.CORPUS)) as db:
        return {digest for (digest,) in db.execute("SELECT sha256 FROM files")}


def test_damage_is_mended_by_the_next_run_from_the_index_before(fake_model, home, cuttings):
    build.index([cuttings], home)
    write(cuttings, tram=article("tram"))
    build.index([cuttings], home)
    newest = generations.current(home.home).folder / generations.CORPUS
    newest.write_bytes(b"\0" * newest.stat().st_size)
    assert found(home, "tram") == []
    assert generations.current(home.home).warning is not None
    report = build.index([cuttings], home)
    assert (report.new, report.articles) == (1, 3)
    assert generations.current(home.home).warning is None
    assert found(home, "tram") == ["tram.txt"]


def test_damage_without_an_index_before_needs_a_rebuild(fake_model, home, cuttings):
    build.index([cuttings], home)
    words = generations.current(home.home).folder / "words" / "ids.npy"
    words.write_bytes(b"")
    with pytest.raises(Damaged, match="--rebuild"):
        build.index([cuttings], home)
    assert build.index([cuttings], home, rebuild=True).articles == 2
    assert found(home, "ferry") == ["ferry.txt"]


@pytest.mark.slow
def test_a_writer_waits_for_nobody(fake_model, home, cuttings):
    build.index([cuttings], home)
    with generations.writing(home.home):
        held = run_apart("busy", cuttings, home.home, 0)
    assert held.returncode == 1
    assert "index.errors.Busy: Another process is indexing into" in held.stderr
    with generations.writing(home.home), pytest.raises(Busy):
        build.index([cuttings], home)
    assert found(home, "ferry") == ["ferry.txt"]


def test_a_home_that_is_a_file_is_unwritable(fake_model, cuttings):
    with pytest.raises(Unwritable, match="choose another folder with --home"):
        build.index([cuttings], Settings(home=cuttings / "ferry.txt"))
    assert (cuttings / "ferry.txt").read_text() == article("ferry")


def test_passages_of_filtered_articles(fake_model, home, tmp_path):
    evening = "2019-02-10T18:00:00+00:00"  # still the last day of a filter
    lines = [
        {
            "_id": "1",
            "text": "The bridge.",
            "metadata": {"source": "The Café", "author": "Ana Solé", "date": "2019-02-08"},
        },
        {
            "_id": "2",
            "text": "The ferry.",
            "metadata": {"source": "The Caff", "author": "Bo Ek", "date": evening},
        },
        {"_id": "3", "text": "The tram."},
    ]
    file = tmp_path / "corpus.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines))
    build.index([file], home)
    with opened(home) as (corpus, words, nearest):
        id_of = {passage.article_id: passage.id for _, passage in corpus.stream()}

        def admitted(**fields):
            ids = corpus.admitted(Filter(**fields))
            assert corpus.admits(Filter(**fields)) == (len(ids) > 0)
            vector = FakeEmbedder(home).questions(["bridge"])[0]
            assert sorted(id for id, _ in nearest.search(vector, 9, ids)) == ids.tolist()
            assert {id for id, _ in words.search(terms("bridge ferry tram"), 9, ids)} == set(ids.tolist())
            return sorted(name for name, id in id_of.items() if id in ids.tolist())

        assert admitted() == ["1", "2", "3"]
        assert admitted(source="the cafe") == ["1"]
        assert admitted(source="the caf") == []
        assert admitted(author="sole") == ["1"]
        assert admitted(since="2019-02-08") == ["1", "2"]
        assert admitted(since="2019-02-09") == ["2"]
        assert admitted(until="2019-02-09") == ["1"]
        assert admitted(until="2019-02-10") == ["1", "2"]
        assert admitted(since="2019-02-09", until="2019-02-09") == []
        assert admitted(source="The Café", author="Ek") == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_vectors_that_do_not_fit_on_the_disk_are_an_error_of_the_disk(tmp_path):
    rows = np.eye(64, dtype=np.float32).repeat(1000, axis=0)
    (tmp_path / "vectors.faiss").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        vectors.write("faiss", SimpleNamespace(vectors=lambda: [(np.arange(len(rows)), rows)]), tmp_path)


def test_a_removed_article_is_quoted_in_no_face_any_more(fake_model, home, cuttings, capsys):
    import app
    from qa import cli
    from qa.assemble import Live
    from qa.web import pages
    from qa.web.desk import Desk

    settings = home.model_copy(update={"answer_at": 0.0, "related_at": 0.0})
    build.index([cuttings], settings)
    live = Live(settings)
    calls = app.programs(live, Desk())
    (gone,) = [entry.id for entry in live.qa().corpus.listing("ferry")]

    def quoted():
        """Everything that the chat, the REST call, the MCP tool, the command and a search give for its very words."""
        question = "Who stood the ferry beside the river on Tuesday?"
        reply = live.qa().ask(question, k=9).to_json()
        hits = [hit.to_json() for hit in live.qa().search(question, 9)]
        assert cli.main(["ask", question, "--json", "--home", str(settings.home)]) == 0
        said = capsys.readouterr().out
        return json.dumps([reply, hits, *(asyncio.run(call(question)) for call in calls.values()), said])

    assert quoted().count(gone) >= 5
    assert pages.article(live.qa().corpus.article, {"id": gone}).status == 200
    build.remove([gone], settings)
    assert gone not in quoted()
    assert "ferry stood" not in quoted()
    assert pages.article(live.qa().corpus.article, {"id": gone}).status == 404
    assert live.qa().corpus.passages_of(gone) == []
