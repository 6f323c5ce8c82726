"""What a person may ask: example questions from the corpus, and the fields that narrow a question -> Filter."""

from __future__ import annotations

import functools
import itertools
import re
from datetime import date
from typing import TYPE_CHECKING

from index.article import Article, Filter
from index.errors import QuestionError

if TYPE_CHECKING:
    from index.corpus import Corpus
    from qa.answer import QA

_SAID = re.compile(
    r"[”’\"],?\s+((?:(?:Mr|Mrs|Ms|Dr|Gen|Sir)\.?\s+)?[A-Z][\w’-]+(?:\s+[A-Z][\w’-]+){0,2})\s+(?:said|told)\b"
)
"""A quotation's end, then who spoke: ``…behind us,” Mr Padrino said``."""


def narrowed(source: str | None, author: str | None, since: str | None, until: str | None) -> Filter | None:
    """Which articles may be searched; None for all. Empty fields admit every article.

    Raises:
        QuestionError: A date is none, or the last day comes before the first.
    """
    first, last = _date(since), _date(until)
    if first and last and first > last:
        raise QuestionError(f"No day is both on or after {first} and on or before {last}: exchange the two dates.")
    chosen = Filter(
        source=(source or "").strip() or None, author=(author or "").strip() or None, since=first, until=last
    )
    return chosen if chosen != Filter() else None


def _date(text: str | None) -> str | None:
    day = (text or "").strip()
    if not day:
        return None
    try:
        return date.fromisoformat(day[:10]).isoformat()
    except ValueError as error:
        raise QuestionError(f"“{day[:40]}” is no date: write it as YYYY-MM-DD, such as 2019-02-08.") from error


def examples(corpus: Corpus, articles: int = 6) -> list[str]:
    """Questions that the newest articles should answer, made from their own words; none when there are none.

    Args:
        corpus: Where the articles are.
        articles: How many of the newest are read.
    """
    said, wrote = [], []
    for entry in corpus.listing(limit=articles):
        said += _speakers(corpus.article(entry.id))[:2]
        title = " ".join(entry.byline.title.split())
        if entry.byline.author and len(title) <= 120:
            wrote.append(f"Who wrote “{title}”?")
        elif entry.byline.published and len(title) <= 120:
            wrote.append(f"When was “{title}” published?")
    mixed = [question for pair in zip(said, wrote, strict=False) for question in pair]
    return list(dict.fromkeys([*mixed, *said, *wrote]))


@functools.lru_cache(maxsize=1)
def good_examples(qa: QA, most: int = 4) -> tuple[str, ...]:
    """The first example questions that the corpus does answer; asked once for each built index."""
    answered = (question for question in examples(qa.corpus)[:12] if qa.ask(question).answered)
    return tuple(itertools.islice(answered, most))


def _speakers(article: Article) -> list[str]:
    return list(dict.fromkeys(f"What did {' '.join(name.split())} say?" for name in _SAID.findall(article.text)))
