"""The path of an article: file -> loader -> clean -> ledger -> learn -> chunk -> embed -> vectors, words -> publish.

Every step is committed in batches, so that a run killed at any moment goes on where it stopped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from index import generations, lexical, vectors
from index.chunk import chunk, sought_text
from index.embed import Embedder, SentenceEmbedder
from index.errors import ArticleError, Mismatch
from index.generations import Generation
from index.intake import READING, take_in
from index.learning import learn
from index.ledger import Ledger
from index.report import Listener, Progress, Report
from index.settings import Settings

_COMMIT_EVERY = 500


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
        again = generations.on_record(settings.home) if rebuild else []
        base = None if rebuild else generations.newest(settings.home)
        derive = rebuild or (base is not None and not _fits(base, settings, embedder))
        folder, resumed = generations.stage(settings.home, cutting(settings, embedder), base, trial=dry_run)
        with Ledger(folder / generations.CORPUS) as ledger:
            report = take_in([*paths, *again], ledger, settings, prune=prune, listener=listener)
            counts = ledger.counts()
            # Which files hold an article may change when no article does.
            changed = report.new > 0 if base is None else ledger.altered
            if dry_run or not (changed or resumed or derive):
                generations.drop_stage(folder)
                return replace(report, articles=counts.articles, passages=counts.passages)
            return _finish(ledger, report, settings, embedder, listener)


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
        folder, _ = generations.stage(settings.home, cutting(settings, embedder), base)
        with Ledger(folder / generations.CORPUS) as ledger:
            try:
                for id in dict.fromkeys(ids):
                    ledger.remove(ledger.article(id).id)
            except ArticleError:
                generations.drop_stage(folder)
                raise
            return _finish(ledger, Report(gone=len(set(ids))), settings, embedder, listener)


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


def _finish(ledger: Ledger, report: Report, settings: Settings, embedder: Embedder, listener: Listener) -> Report:
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
    dropped = not generations.articles(settings.home) <= ledger.article_ids()
    ledger.close()
    built = {**key(settings, embedder), "articles": counts.articles, "passages": counts.passages}
    generations.publish(settings.home, built, sole=dropped)
    listener(Progress("writing", 2, 2))
    return replace(report, articles=counts.articles, passages=counts.passages, embedded=embedded)
