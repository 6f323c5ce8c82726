"""The searcher expression taken apart: each layer by itself."""

from index.errors import EvaluationError
from qa.search import Searcher


def layers(searcher: Searcher) -> dict[str, Searcher]:
    """Give every searcher of an expression by name, inner ones first, the whole last."""
    found: dict[str, Searcher] = {}
    for part in searcher.parts:
        found.update(layers(part))
    return {**found, searcher.name: searcher}


def layer(searcher: Searcher, name: str) -> Searcher:
    """Give one layer.

    Raises:
        EvaluationError: There is none of this name.
    """
    known = layers(searcher)
    if name not in known:
        raise EvaluationError(f"There is no layer “{name}”: choose one of {', '.join(known)}.")
    return known[name]
