"""A home whose writer is killed at random instants, whose disk fills up, or in which bytes change.

`python tests/kills.py TRIES SEED` prints a row for each way and verb: how many times it was tried, and how often all
held:

- the index in force is the one before or the one after, and whole; where bytes of one in force were changed, a whole
  one before it is served with a warning, or none;
- the same command, run again, ends well and without help;
- what is then in force is what an undisturbed run puts there, and nothing half made lies beside it;
- of a removed article no word stays.

`make torture` tries long and keeps the table in docs/reliability.md, the tests shortly. Every try is a process of its
own that is truly killed; the model is a stand-in, and articles are read in that process, so that the instants fall into
the work on the index.
"""

import multiprocessing
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from conftest import FakeModel, read_here
from figures import ROOT, commit, keep, made

from index import build, checking, generations, intake
from index.corpus import Corpus
from index.errors import Damaged, NoIndex, Unwritable
from index.settings import Settings
from qa import verify

apart = multiprocessing.get_context("fork")
WORDS = "bridge ferry tram quay tower mill dam lock pier weir".split()
SECRET = "Quillfeather"
"""A word of the article that is removed; it stands in no other."""
LEAST_S = 0.0005
HELD = "held"
REFUSED = "no index is served"


def main(tries, seed, *, keeps=False):
    """Give 1 where anything did not hold, else 0."""
    measured = commit()
    build.SentenceEmbedder = FakeModel()
    intake.read = read_here
    draw, failed = random.Random(seed), 0
    ways = {killed: VERBS, full: VERBS, damaged: VERBS.keys() - {"trial"}, changed: {"rebuild"}}
    with tempfile.TemporaryDirectory() as folder:
        trials = Trials(Path(folder))
        table = "| what happens | to | tried | held |\n|---|---|---|---|\n"
        for way in ways:
            for verb in sorted(ways[way]):
                ends = [trials.tried(way, verb, draw, number) for number in range(tries)]
                table += f"| {way.__doc__} | {VERBS[verb].__doc__} | {tries} | {ends.count(HELD)} |\n"
                print(table.splitlines()[-1], *filter(HELD.__ne__, ends), sep="\n", flush=True)
                failed += tries - ends.count(HELD)
    if keeps:
        keep("kills", made("torture", measured) + table, ROOT / "docs" / "reliability.md")
    return failed > 0


def _written(folder, words):
    folder.mkdir()
    for word in words:
        said = f"The {word} stood beside the river on Tuesday, the mayor of the town told us."
        said += f" So says {SECRET}." * (word == "dam")
        (folder / f"{word}.txt").write_text(f"Report about the {word}\n\n{said}\n")
    return folder


def first(folder, settings):
    """the first indexing"""
    build.index([folder / "old"], settings)


def add(folder, settings):
    """articles added"""
    build.index([folder / "new"], settings)


def rebuild(_, settings):
    """`--rebuild`"""
    build.index([], settings, rebuild=True)


def prune(folder, settings):
    """`--prune`"""
    build.index([folder / "old"], settings, prune=True)


def remove(_, settings):
    """an article removed"""
    with Corpus(generations.current(settings.home).folder / generations.CORPUS) as corpus:
        gone = [entry.id for entry in corpus.listing() if entry.byline.title.endswith("dam")]
    if gone:
        build.remove(gone, settings)


def trial(folder, settings):
    """`--dry-run`"""
    build.index([folder / "new"], settings, dry_run=True)


VERBS = {verb.__name__: verb for verb in (first, add, rebuild, prune, remove, trial)}


class Trials:
    """The homes that every try begins from, and what each verb makes of them when nobody disturbs it."""

    def __init__(self, folder):
        self.folder = folder
        _written(folder / "old", WORDS[:7])
        _written(folder / "new", WORDS[7:])
        self.begun = {verb: folder / f"begun-{verb}" for verb in VERBS}
        self.run(first, self.begun["prune"])
        (folder / "old" / f"{WORDS[0]}.txt").rename(folder / "gone.txt")
        for verb in ("add", "rebuild", "remove", "trial"):
            self.run(first, self.begun[verb])
        self.run(add, self.begun["rebuild"])
        self.before, self.after, self.lasts, self.largest = {}, {}, {}, {}
        for verb, home in self.begun.items():
            done = shutil.copytree(home, folder / "done") if home.exists() else folder / "done"
            self.before[verb] = self.state(done)
            began = time.perf_counter()
            self.run(VERBS[verb], done)
            self.lasts[verb] = time.perf_counter() - began
            self.after[verb] = self.state(done)
            self.largest[verb] = max(path.stat().st_size for path in done.rglob("*") if path.is_file())
            shutil.rmtree(done)
        self.spares = (self.after["first"], REFUSED)

    def run(self, verb, home, *, limit=None, killed_after=None):
        """Run a verb in a process of its own; give its exit status, negative where it was killed."""
        process = apart.Process(target=_work, args=(verb, self.folder, home, limit))
        process.start()
        if killed_after is not None:
            time.sleep(killed_after)
            process.kill()
        process.join(60)
        assert process.exitcode is not None, f"{verb.__name__} hangs"
        return process.exitcode

    def state(self, home):
        """Give the titles in force, checked; in a process of its own, so that none of its threads is forked."""
        ours, theirs = apart.Pipe(duplex=False)
        process = apart.Process(target=_look, args=(home, theirs))
        process.start()
        theirs.close()
        try:
            said = ours.recv()
        except EOFError:
            said = "it cannot be read"
        process.join(60)
        return said

    def tried(self, way, verb, draw, number):
        """Disturb one run; give `HELD`, or what did not hold."""
        home = self.folder / f"{way.__name__}-{verb}-{number}"
        if self.begun[verb].exists():
            shutil.copytree(self.begun[verb], home)
        way(self, verb, home, draw)
        served = self.state(home)
        if served not in (self.before[verb], self.after[verb], *(self.spares if way is changed else ())):
            return f"{home}: in force is {served}"
        if self.run(VERBS[verb], home) != 0:
            return f"{home}: the next run failed"
        if self.state(home) != self.after[verb]:
            return f"{home}: after the next run in force is {self.state(home)}"
        if left := {path.name for path in home.iterdir()} & {"next", "trial"}:
            return f"{home}: {left} stays"
        files = [path for path in home.rglob("*") if path.is_file()]
        if verb == "remove" and any(SECRET.encode() in path.read_bytes() for path in files):
            return f"{home}: a word of what was removed stays"
        shutil.rmtree(home)
        return HELD


def killed(trials, verb, home, draw):
    """killed outright, half the times at any instant, half in the first moments"""
    lasts = trials.lasts[verb]
    moment = draw.uniform(LEAST_S, 1.1 * lasts) if draw.random() < 0.5 else LEAST_S * (lasts / LEAST_S) ** draw.random()
    trials.run(VERBS[verb], home, killed_after=moment)


def full(trials, verb, home, draw):
    """no file can grow past a size, as on a disk that is full"""
    trials.run(VERBS[verb], home, limit=draw.randrange(trials.largest[verb]))


def damaged(trials, verb, home, draw):
    """killed, and what is half made damaged"""
    half = home / "next" / generations.CORPUS
    for _ in range(20):
        if trials.run(VERBS[verb], home, killed_after=draw.uniform(0.1, 1) * trials.lasts[verb]) == 0:
            return
        if half.is_file() and half.stat().st_size:
            break
    half.write_bytes(_mutated(half.read_bytes(), draw))


def changed(_, verb, home, draw):
    """bytes of any file of the home changed, zeroed or cut off, or the file lost, before"""
    file = draw.choice(sorted(path for path in home.rglob("*") if path.is_file() and path.name != "LOCK"))
    if draw.randrange(8):
        file.write_bytes(_mutated(file.read_bytes(), draw))
    else:
        file.unlink()


def _mutated(data, draw):
    data = bytearray(data)
    if not data:
        return data
    start = draw.randrange(len(data))
    match draw.randrange(4):
        case 0:
            del data[start:]
        case 1:
            data[start] ^= 1 << draw.randrange(8)
        case 2:
            data[start : start + 512] = draw.randbytes(min(512, len(data) - start))
        case _:
            data[start : start + 4096] = bytes(min(4096, len(data) - start))
    return data


def _work(verb, folder, home, limit):
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        verb(folder, Settings(home=home, batch_size=2))
    except Unwritable:
        os._exit(3)


def _look(home, told):
    try:
        served = generations.current(home)
        if served.warning is None:
            verify.check_index(Settings(home=home))
        with Corpus(served.folder / generations.CORPUS) as corpus:
            checking.check(corpus)
            told.send(sorted(entry.byline.title for entry in corpus.listing()))
    except NoIndex:
        told.send([])
    except Damaged:
        told.send(REFUSED)


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(main(*map(int, sys.argv[1:])))
    sys.exit(main(int(os.environ.get("KILLS", "100")), 0, keeps=True))
