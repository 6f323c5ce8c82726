"""What a person may ask: example questions from the corpus."""

from __future__ import annotations

import functools
import itertools
import re
from typing import TYPE_CHECKING

from index.article import Article

if TYPE_CHECKING:
    from index.corpus import Corpus
    from qa.answer import QA

_SAID = re.compile(
    r"[”’\"],?\s+((?:(?:Mr|Mrs|Ms|Dr|Gen|Sir)\.?\s+)?[A-Z][\w’-]+(?:\s+[A-Z][\w’-]+){0,2})\s+(?:said|told)\b"
)
"""A quotation's end, then who spoke: ``…behind us,” Mr Padrino said``."""


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
