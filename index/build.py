"""The path an article travels: file -> loader -> clean -> ledger -> chunk -> embed -> vectors, words -> manifest last.

Every step is committed in batches, so that a run killed at any moment goes on where it stopped.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from index import generations, lexical, vectors
from index.article import Fault
from index.chunk import chunk, sought_text
from index.clean import clean
from index.corpus import Corpus
from index.embed import Embedder, SentenceEmbedder, sha256_of
from index.errors import ArticleError, Mismatch, StoreError
from index.files import find
from index.generations import Generation
from index.ledger import Ledger, Outcome
from index.loaders import load
from index.settings import Settings

READING = 1
"""Raised when loaders or cleaning change what they give; files are then read again."""

_COMMIT_EVERY = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build has come.

    Attributes:
        stage: "reading" counts files, "cutting" articles, "embedding" passages, "writing" parts of the index.
    """

    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did.

    Attributes:
        new: Articles that were not there before.
        changed: Articles whose file now says something else.
        same: Articles of the files given that are as they were.
        gone: Articles that no file holds any more.
        faults: What could not be read, and why.
        ignored: Files of other kinds that were passed over in folders.
        articles: Articles in the index now.
        passages: Passages in the index now.
        embedded: Passages embedded by this build.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    gone: int = 0
    faults: tuple[Fault, ...] = ()
    ignored: int = 0
    articles: int = 0
    passages: int = 0
    embedded: int = 0


Listener: TypeAlias = Callable[[Progress], None]


def index(
    paths: Sequence[Path],
    settings: Settings,
    *,
    prune: bool = False,
    rebuild: bool = False,
    dry_run: bool = False,
    listener: Listener = lambda _: None,
) -> Report:
    """Add or refresh articles, and put the new index in force when all of it is on disk.

    Args:
        paths: Files and folders; what they hold is added to the articles already indexed.
        settings: Where the index lives, and how it is built.
        prune: Drop articles whose file is gone.
        rebuild: Read and embed everything anew, the files on record included.
        dry_run: Only say what would change.
        listener: Told how far the build has come.

    Raises:
        StoreError: The home cannot be used; what was in force stays in force.
        ModelError: The embedding model cannot be used.
    """
    embedder = SentenceEmbedder(settings)
    with generations.writing(settings.home):
        again = _on_record(settings.home) if rebuild else []
        base = None if rebuild else generations.newest(settings.home)
        derive = rebuild or (base is not None and not _fits(base, settings, embedder))
        folder, resumed = generations.stage(settings.home, cutting(settings, embedder), base, trial=dry_run)
        with Ledger(folder / generations.CORPUS) as ledger:
            report = _read([*paths, *again], ledger, settings, prune, listener)
            counts = ledger.counts()
            # Which files hold an article may change when no article does.
            changed = report.new > 0 if base is None else ledger.altered
            if dry_run or not (changed or resumed or derive):
                generations.drop_stage(folder)
                return replace(report, articles=counts.articles, passages=counts.passages)
            return _finish(ledger, report, settings, embedder, listener)


def remove(ids: Sequence[str], settings: Settings) -> Report:
    """Remove articles from the index; their files stay, and do not bring them back unless they change.

    Raises:
        ArticleError: There is no such article; nothing is removed then.
        StoreError: The home cannot be used, or holds no index.
    """
    embedder = SentenceEmbedder(settings)
    with generations.writing(settings.home):
        base = generations.current(settings.home)
        check(base.built, settings, embedder)
        folder, _ = generations.stage(settings.home, cutting(settings, embedder), base)
        with Ledger(folder / generations.CORPUS) as ledger:
            try:
                for id in dict.fromkeys(ids):
                    ledger.remove(ledger.article(id).id)
            except ArticleError:
                generations.drop_stage(folder)
                raise
            return _finish(ledger, Report(gone=len(set(ids))), settings, embedder, lambda _: None)


def key(settings: Settings, embedder: Embedder) -> dict[str, Any]:
    """Give what an index must have been built with to be used under these settings."""
    return {
        "model": settings.model,
        "fingerprint": embedder.fingerprint,
        "passage_words": settings.passage_words,
        "bm25": [settings.bm25_k1, settings.bm25_b],
        "vectors": settings.vectors,
    }


def check(built: Mapping[str, Any], settings: Settings, embedder: Embedder) -> bool:
    """Compare an index with the settings.

    Args:
        built: What the index was built with.
        settings: What it would be built with now.
        embedder: Over the settings' model.

    Returns:
        True when it can be used as it is; False when words and vectors are to be derived anew, which
        needs no embedding.

    Raises:
        Mismatch: Its passages were cut or embedded otherwise.
    """
    wanted = key(settings, embedder)
    if any(built.get(name) != wanted[name] for name in ("fingerprint", "passage_words")):
        had, has = (f"{each.get('model')} and {each.get('passage_words')} words a passage" for each in (built, wanted))
        other = ", but other weights or prompts" if had == has else ""
        raise Mismatch(
            f"The index in {settings.home} was built with {had}; the settings say {has}{other}: "
            "run `qa index --rebuild`, or set them back."
        )
    return all(built.get(name) == wanted[name] for name in ("bm25", "vectors"))


def _fits(base: Generation, settings: Settings, embedder: Embedder) -> bool:
    """True when an index is whole, the newest, and built under these settings."""
    return check(base.built, settings, embedder) and base.warning is None


def cutting(settings: Settings, embedder: Embedder) -> str:
    """Name all that passages and their vectors depend on, articles apart."""
    return f"{READING} {embedder.fingerprint} {settings.passage_words}"


def _on_record(home: Path) -> list[Path]:
    """Give the files that the index in force was read from, those that are gone left out."""
    try:
        with Corpus(generations.current(home).folder / generations.CORPUS) as corpus:
            return [Path(path) for path in corpus.files() if Path(path).exists()]
    except StoreError:
        return []


def _read(paths: Sequence[Path], ledger: Ledger, settings: Settings, prune: bool, listener: Listener) -> Report:
    """Bring the ledger in step with files; one that cannot be read is listed and keeps what it held."""
    found = find(paths)
    faults = list(found.faults)
    tally = {"new": 0, "changed": 0, "same": 0}
    replaced = 0
    for number, path in enumerate(found.files):
        listener(Progress("reading", number, len(found.files)))
        name = str(path)
        try:
            digest = _digest(path, settings)
        except OSError as error:
            faults.append(Fault(name, f"it cannot be opened ({error.strerror}): see to its permissions"))
            continue
        known = ledger.file(name)
        if known is not None and known[0] == digest:
            faults.extend(known[1])
            tally["same"] += len(ledger.articles_of(name))
            continue
        before = set(ledger.articles_of(name))
        outcome, wrong = _take(path, ledger, settings, digest)
        faults.extend(wrong)
        for kind in outcome.values():
            tally[kind] += 1
        # A file that now says something else gives a new id and loses the old one: one change, not two.
        swapped = min(len(before - outcome.keys()) if outcome else 0, sum(kind == "new" for kind in outcome.values()))
        tally["new"] -= swapped
        tally["changed"] += swapped
        replaced += swapped
    if prune:
        for name in ledger.files():
            if not Path(name).exists():
                ledger.forget(name)
    gone = max(0, ledger.sweep() - replaced)
    ledger.commit()
    listener(Progress("reading", len(found.files), len(found.files)))
    return Report(tally["new"], tally["changed"], tally["same"], gone, tuple(faults), found.ignored)


def _take(path: Path, ledger: Ledger, settings: Settings, digest: str) -> tuple[dict[str, Outcome], list[Fault]]:
    """Read one file into the ledger; when nothing in it can be read, what it held before stays."""
    name = str(path)
    before = ledger.articles_of(name)
    outcome: dict[str, Outcome] = {}
    wrong: list[Fault] = []
    ledger.begin(name)
    for draft in load(path, settings):
        if isinstance(draft, Fault):
            wrong.append(draft)
            continue
        try:
            article = clean(draft, path)
            outcome[article.id] = ledger.put(article, name)
        except ArticleError as error:
            wrong.append(Fault(name, str(error)))
        if len(outcome) % _COMMIT_EVERY == 0:
            ledger.commit()
    if not outcome:
        for id in before:
            ledger.hold(name, id)
    ledger.end(name, digest, wrong)
    ledger.commit()
    return outcome, wrong


def _digest(path: Path, settings: Settings) -> str:
    """Name a file's bytes and everything else that what is read from it depends on."""
    parts = (READING, settings.max_article_chars, settings.max_file_mb, sha256_of(path))
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _finish(ledger: Ledger, report: Report, settings: Settings, embedder: Embedder, listener: Listener) -> Report:
    """Cut and embed what is not yet, derive vectors and words, publish."""
    waiting = ledger.uncut()
    for number, article_id in enumerate(waiting):
        article = ledger.article(article_id)
        ledger.cut(article, chunk(article, embedder, settings.passage_words))
        if number % _COMMIT_EVERY == 0:
            ledger.commit()
            listener(Progress("cutting", number, len(waiting)))
    ledger.commit()
    embedded, total = 0, ledger.pending()
    while batch := ledger.unembedded(settings.batch_size):
        rows = embedder.passages([sought_text(byline, passage) for byline, passage in batch])
        ledger.embed({passage.id: row for (_, passage), row in zip(batch, rows, strict=True)})
        ledger.commit()
        embedded += len(batch)
        listener(Progress("embedding", embedded, total))
    folder = ledger.path.parent
    listener(Progress("writing", 0, 2))
    vectors.write(settings.vectors, ledger, folder)
    listener(Progress("writing", 1, 2))
    lexical.write(ledger, folder, settings.bm25_k1, settings.bm25_b)
    counts = ledger.counts()
    ledger.close()
    built = {**key(settings, embedder), "articles": counts.articles, "passages": counts.passages}
    generations.publish(settings.home, built)
    listener(Progress("writing", 2, 2))
    return replace(report, articles=counts.articles, passages=counts.passages, embedded=embedded)
