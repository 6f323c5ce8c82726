"""What is learnt from the corpus as a whole, between reading and cutting: stories first, then furniture.

Each article is read for it once; what is kept of it is a few hundred bytes. Stories and furniture are derived anew
from these for the whole corpus, so that they do not depend on the order in which articles came or went.
"""

from collections.abc import Sequence
from pathlib import PurePath

import numpy as np

from index import furniture, stories
from index.byline import host_of
from index.furniture import LINE
from index.head import stands_alone
from index.layout import paragraphs, unmarked
from index.ledger import Ledger
from index.report import Listener, Progress
from index.sketches import Lined, Sketch

_COMMIT_EVERY = 500


def learn(ledger: Ledger, listener: Listener) -> None:
    """Group near-copies, and mark what an outlet repeats under many stories; articles so changed are to be cut anew.

    Args:
        ledger: Read in part, and committed.
        listener: Told how many articles that are new have been read.
    """
    waiting = ledger.unsketched()
    for number, article_id in enumerate(waiting):
        if number % _COMMIT_EVERY == 0:
            ledger.commit()
            listener(Progress("comparing", number, len(waiting)))
        article = ledger.article(article_id)
        parts = unmarked(paragraphs(article.text, stands_alone), article.marks)
        size, signature = stories.sketch("\n".join(part.words for part in parts))
        running = sum(part.end - part.start for part in parts)
        found = furniture.lines([] if article.as_given else parts)
        ledger.sketch(article_id, Sketch(size, signature.tobytes(), running, found.tobytes()))
    ledger.commit()
    _tell_apart(ledger)
    _set_aside(ledger)
    ledger.commit()


def _tell_apart(ledger: Ledger) -> None:
    versions, sizes, rows = [], [], []
    for version, shingles, signature in ledger.sketches():
        versions.append(version)
        sizes.append(shingles)
        rows.append(np.frombuffer(signature, dtype=np.uint32))
    ledger.tell(stories.group(versions, sizes, np.array(rows)) if rows else [])


def _set_aside(ledger: Ledger) -> None:
    lined = list(ledger.lined())
    spans = furniture.learn(
        _numbered([_home(each) for each in lined]),
        _numbered([each.story or each.id for each in lined]),
        [np.frombuffer(each.lines, dtype=LINE) for each in lined],
        [each.running for each in lined],
    )
    for each, found in zip(lined, spans, strict=True):
        if found != each.furniture:
            ledger.set_aside(each.id, found)


def _home(article: Lined) -> str:
    """Name where an article's lines may come again: its outlet, else the host it is published at, else its folder."""
    return article.outlet or host_of(article.url) or str(PurePath(article.path or "").parent)


def _numbered(names: Sequence[str]) -> list[int]:
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return [numbers[name] for name in names]
