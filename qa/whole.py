"""Words marked in a sentence -> the same, with no number, amount or code cut in two."""

import re

from index.article import Span

_UNIT = (
    "hundred|thousand|million|billion|trillion|dozen|per ?cent|percentage points?|degrees|met(?:re|er)s?"
    "|kilomet(?:re|er)s?|centimet(?:re|er)s?|miles?|feet|inches|acres|hectares|tonnes?|tons?|kilos?|kilograms?|grams?|lit(?:re|er)s?|pounds?"
    "|dollars?|cents?|euros?|pence|crowns?|kron(?:er|or)|francs?|yen|rupees?|pesos?"
)
_FIGURE = re.compile(
    r"(?<!\w)(?:[Mm]inus )?[-+−±]?(?:[A-Z]{0,3}[$£€¥₹] ?)?(?:[A-Z]{1,6}[-‐‑–]?)?\d"
    r"(?:[\dA-Z]|[.,:/‐‑–-](?=[\dA-Z])|(?<=\d)[ \u00a0\u2009\u202f](?=\d{3}(?!\d)))*"
    r"(?:[a-z]{1,3}| ?[%‰$£€¥₹]| ?°[CF]?| ?[ap]\.m\.)?(?!\w)"
    rf"(?: ?(?:{_UNIT})\b)*"
)
"""A number with its sign, separators and unit, or a code such as W-2 or 17-C-204/2019."""


def whole(text: str, span: Span) -> Span:
    """Widen a span to the whole of each number, amount or code that it holds a part of.

    >>> whole("It filed 2,300 W-2 forms.", (11, 14))
    (9, 14)
    """
    start, end = span
    for figure in _FIGURE.finditer(text):
        if figure.start() < end and start < figure.end():
            start, end = min(start, figure.start()), max(end, figure.end())
    return start, end
