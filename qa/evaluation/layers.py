"""The searcher expression taken apart: each layer by itself, and the reader's order on top."""

from collections.abc import Sequence
from dataclasses import replace

from index.errors import EvaluationError
from qa.reader import Line
from qa.reply import Hit
from qa.search import Searcher

READER = " + reader"
"""Ends the name of a layer whose passages are ranked by the best sentence that the reader found in them."""


def layers(searcher: Searcher) -> dict[str, Searcher]:
    """Give every searcher of an expression by name, inner ones first, the whole last; the reader's order ends them."""
    found: dict[str, Searcher] = {}
    for part in searcher.parts:
        found.update({name: inner for name, inner in layers(part).items() if not name.endswith(READER)})
    found[searcher.name] = searcher
    return {**found, searcher.name + READER: searcher}


def layer(searcher: Searcher, name: str) -> Searcher:
    """Give one layer.

    Raises:
        EvaluationError: There is none of this name.
    """
    known = layers(searcher)
    if name not in known:
        raise EvaluationError(f"There is no layer “{name}”: choose one of {', '.join(known)}.")
    return known[name]


def reordered(hits: Sequence[Hit], lines: Sequence[Line]) -> list[Hit]:
    """Rank passages as their best sentences rank; those without a weighed sentence keep their order after them.

    Args:
        hits: Best first.
        lines: Sentences of some of them, best first.

    Returns:
        The same hits; those that were read have their sentence's score, raised so that the others come below.
    """
    best: dict[int, float] = {}
    for line in lines:
        best.setdefault(line.hit.passage.id, line.score)
    rest = [hit for hit in hits if hit.passage.id not in best]
    raised = max((hit.score for hit in rest), default=0.0) + 1 - min(best.values(), default=0.0)
    read = [replace(hit, score=best[hit.passage.id] + raised) for hit in hits if hit.passage.id in best]
    return sorted(read, key=lambda hit: (-hit.score, hit.passage.id)) + rest
