"""Where sentences end in languages other than English: at sentencex's ends, less those where the sentence goes on."""

from collections.abc import Iterator

import regex

from index.article import Span

_OPENING = r"[\"'“”‘’„‚«»‹(\[{¿¡「『【（《〈–—-]*"
_END, _END_GREEK = (
    regex.compile(
        # After the wide marks of Chinese and Japanese no space is written.
        rf"(?:[。！？｡]+[\"'”’)\]」』】）》〉]*\s*|[.!?…؟۔।॥։።။។{also}]+(?:[\"'”’“»«›)\]}}]|\s»)*\s+)(?={_OPENING}\s*(?P<next>\S))"
    )
    for also in ("", ";\u037e")
)
_SHORT = regex.compile(
    r"(?<![\w\p{M}.])(?:(?P<initial>\p{L}\p{M}*)|(?P<number>\d{1,2})|(?P<word>\p{L}[\p{L}\p{M}]+))\.\s+\Z"
)
"""What may be a shortened word, an initial or an ordinal number."""
_LONGEST_SHORT = 30
_SPACE = regex.compile(r"(?<!\d)\s+(?!\d)")

_ORDINAL = frozenset("bs cs da de et fi hr hu is lb lv nb nn no sk sl sr sv tr".split())
"""Languages that write "the 19th" as "19."."""
_TITLES = frozenset("av avv dhr dl dna dra ing inż lic mevr mgr sra srta".split())
"""Words before a name that sentencex does not know as shortened."""
_WHOLE = frozenset("bien det etc hon mai med nem no usw ut".split())
"""Words that it takes for shortened ones, though sentences often end with them."""
_UNIT_LETTERS = 4
"""A shortened word before a number has as many letters at most: "ca. 12", "art. 5"."""

_UNMARKED = frozenset(("lo", "th"))
"""Languages that end their sentences with a mere space."""
_LEAST_UNMARKED, _LEAST_LAST = 60, 30
"""Code points of what is taken for a sentence there, and of what is left after it: a clause or two."""


def split(paragraph: str, language: str) -> Iterator[Span]:
    """Give the spans of the sentences of a paragraph; together they cover it.

    Args:
        paragraph: Any text without line ends.
        language: ISO 639-1 code of its language, not English.

    Yields:
        Spans in the paragraph, in order, white space still at their ends.
    """
    start = 0
    for cut in _spaces(paragraph) if language in _UNMARKED else _ends(paragraph, language):
        yield start, cut
        start = cut
    yield start, len(paragraph)


def _spaces(paragraph: str) -> Iterator[int]:
    start = 0
    for space in _SPACE.finditer(paragraph):
        if space.end() - start >= _LEAST_UNMARKED and len(paragraph) - space.end() >= _LEAST_LAST:
            yield space.end()
            start = space.end()


def _ends(paragraph: str, language: str) -> Iterator[int]:
    from sentencex import get_sentence_boundaries

    proposed = {boundary["start_index"] for boundary in get_sentence_boundaries(language, paragraph)}
    for end in (_END_GREEK if language == "el" else _END).finditer(paragraph):
        short = _SHORT.search(paragraph, max(0, end.end() - _LONGEST_SHORT), end.end())
        known = short is not None and short["word"] in _WHOLE
        # It puts an opening quotation mark to the sentence before, so its ends are looked for around the space.
        if not known and proposed.isdisjoint(range(end.start() + 1, end.start("next") + 1)):
            continue
        said = paragraph.startswith("と", end.end()) and paragraph[end.end() - 1] in "」』”"
        if not said and not _goes_on(short, end["next"], language):
            yield end.end()


def _goes_on(short: "regex.Match[str] | None", after: str, language: str) -> bool:
    """Say whether a sentence goes on after a full stop, by what stands before and after it."""
    if after.islower():
        return True
    if short is None:
        return False
    if short["number"]:
        return language in _ORDINAL
    if short["initial"] or short["word"].lower() in _TITLES:
        return True
    return after.isdigit() and len(short["word"]) <= _UNIT_LETTERS
