"""The path of an article: file -> loader -> clean -> ledger -> learn -> chunk -> embed -> vectors, words -> publish.

Every step is committed in batches, so that a run killed at any moment goes on where it stopped.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from index import checking, generations, lexical, vectors
from index.chunk import chunk, sought_text
from index.corpus import Corpus
from index.embed import Embedder, SentenceEmbedder
from index.errors import ArticleError, Damaged, Mismatch
from index.generations import Generation
from index.intake import MOST_LOST, READING, take_in
from index.learning import learn
from index.ledger import Ledger
from index.report import Listener, Progress, Report
from index.settings import Settings
from index.text import TERMS, counted

_COMMIT_EVERY = 500


def index(
    paths: Sequence[Path],
    settings: Settings,
    *,
    prune: bool = False,
    prune_many: bool = False,
    below: Sequence[Path] | None = None,
    rebuild: bool = False,
    dry_run: bool = False,
    listener: Listener = lambda _: None,
) -> Report:
    """Add or refresh articles, and put the new index in force when all of it is on disk.

    Args:
        paths: Files and folders; what they hold is added to the articles already indexed.
        settings: Where the index lives, and how it is built.
        prune: Drop articles whose file is gone, unless many are; see `take_in`.
        prune_many: Drop them though they are many.
        below: Where they are dropped; the paths by default, and everywhere where there are none.
        rebuild: Read and embed everything anew, the files on record included.
        dry_run: Only say what would change.
        listener: Told how far the build has come.

    Raises:
        StoreError: The home cannot be used; what was in force stays in force.
        ModelError: The embedding model cannot be used.
    """
    embedder = SentenceEmbedder(settings)
    with generations.writing(settings.home):
        again = generations.on_record(settings.home) if rebuild else []
        base = None if rebuild else generations.newest(settings.home)
        derive = rebuild or (base is not None and not _fits(base, settings, embedder))
        folder, resumed = _staged(settings, embedder, base, trial=dry_run)
        try:
            with Ledger(folder / generations.CORPUS) as ledger:
                report = take_in(
                    [*paths, *filter(Path.exists, again)], ledger, settings,
                    prune=prune, prune_many=prune_many, below=paths if below is None else below, listener=listener,
                )  # fmt: skip
                counts = ledger.counts()
                # Which files hold an article may change when no article does.
                changed = report.new > 0 if base is None else ledger.altered
                if rebuild and not (prune or prune_many):
                    _check_not_smaller(settings.home, counts.articles, again)
                idle = not (changed or resumed or derive)
                if idle:
                    generations.drop_stage(folder)
                if dry_run or idle:
                    return replace(report, articles=counts.articles, passages=counts.passages)
                return _finish(ledger, report, settings, embedder, base, listener)
        finally:
            if dry_run:
                generations.drop_stage(folder)


def remove(ids: Sequence[str], settings: Settings, *, listener: Listener = lambda _: None) -> Report:
    """Remove articles from the index; their files stay, and do not bring them back unless they change.

    Raises:
        ArticleError: There is no such article; nothing is removed then.
        StoreError: The home cannot be used, or holds no index.
    """
    embedder = SentenceEmbedder(settings)
    with generations.writing(settings.home):
        base = generations.current(settings.home)
        check(base.built, settings, embedder)
        with Corpus(base.folder / generations.CORPUS) as corpus:
            for id in ids:
                corpus.article(id)  # what is in force decides: a removal that was killed may have begun already
        folder, _ = _staged(settings, embedder, base)
        with Ledger(folder / generations.CORPUS) as ledger:
            for id in ids:
                ledger.remove(id)
            return _finish(ledger, Report(gone=len(set(ids))), settings, embedder, base, listener)


def _staged(
    settings: Settings, embedder: Embedder, base: Generation | None, *, trial: bool = False
) -> tuple[Path, bool]:
    """Give what `generations.stage` does; what an interrupted run left is taken up only where it is whole."""
    wanted = (settings.home, cutting(settings, embedder), base)
    folder, resumed = generations.stage(*wanted, trial=trial)
    if resumed:
        try:
            with Ledger(folder / generations.CORPUS) as ledger:
                checking.check(ledger)
        except (Damaged, sqlite3.DatabaseError, UnicodeDecodeError):  # sqlite quotes a broken schema as it is
            generations.drop_stage(folder)
            return generations.stage(*wanted)
    return folder, resumed


def _check_not_smaller(home: Path, articles: int, on_record: Sequence[Path]) -> None:
    """Refuse to put an index in force that has lost much of what the one before it held.

    Raises:
        ArticleError: It has.
    """
    before = generations.articles(home)
    held = len(before) if before is not None else int(generations.exists(home))
    if articles >= (1 - MOST_LOST) * held:
        return
    gone = sum(not path.exists() for path in on_record)
    reads = f"{counted(held, 'article')} are in the index" if before else "What was indexed cannot be read any more"
    raise ArticleError(
        f"{reads}, and only {articles:,} could be read anew: {gone:,} of the {len(on_record):,} files on record are "
        "gone. Nothing was changed. Mount the disk they lie on, or name the folders that hold them now: "
        "`qa index --rebuild FOLDER`; to drop what is gone, add --prune."
    )


def key(settings: Settings, embedder: Embedder) -> dict[str, Any]:
    """Give what an index must have been built with to be used under these settings."""
    return {
        "model": settings.model,
        "fingerprint": embedder.fingerprint,
        "passage_words": settings.passage_words,
        "bm25": [settings.bm25_k1, settings.bm25_b],
        "terms": TERMS,
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
    return all(built.get(name) == wanted[name] for name in ("bm25", "terms", "vectors"))


def _fits(base: Generation, settings: Settings, embedder: Embedder) -> bool:
    """True when an index is whole, the newest, and built under these settings."""
    return check(base.built, settings, embedder) and base.warning is None


def cutting(settings: Settings, embedder: Embedder) -> str:
    """Name all that passages and their vectors depend on, articles apart."""
    return f"{READING} {embedder.fingerprint} {settings.passage_words}"


def _finish(
    ledger: Ledger, report: Report, settings: Settings, embedder: Embedder, base: Generation | None, listener: Listener
) -> Report:
    """Learn what the articles have in common, cut and embed what is not yet, derive vectors and words, publish."""
    learn(ledger, listener)
    waiting = ledger.uncut()
    for number, article_id in enumerate(waiting):
        article = ledger.article(article_id)
        ledger.cut(article, chunk(article, embedder, settings.passage_words))
        if number % _COMMIT_EVERY == 0:
            ledger.commit()
            listener(Progress("cutting", number, len(waiting)))
    ledger.commit()
    embedded, total = 0, ledger.pending()
    listener(Progress("embedding", 0, total))
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
    dropped = not (generations.articles(settings.home) or frozenset()) <= ledger.article_ids()
    files = [path for path, _ in ledger.files()]
    ledger.close()
    built = {**key(settings, embedder), "articles": counts.articles, "passages": counts.passages}
    generations.publish(settings.home, built, files, base, sole=dropped)
    listener(Progress("writing", 2, 2))
    return replace(report, articles=counts.articles, passages=counts.passages, embedded=embedded)
