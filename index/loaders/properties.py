"""What a document's properties state of its title and author, believed only where it is no program's filling."""

import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from index.article import Byline, Kind
from index.byline import is_byline, read_author, read_author_and_date
from index.loaders.page import Part

_HEAD_PARTS = 12
_LONGEST = 250
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel)\b.*|(?:untitled|unbenannt|sans titre|document|dokument|layout|slide|folie|page"
    r"|presentation|powerpoint presentation|letter|article|text|title|print|pdf|scan|scanned|unknown|unspecified"
    r"|anonymous|no title|default|new document|full page photo)[\s\d_.()-]*"
    r"|.*\.(?:docx?|dotx?|odt|ott|rtf|pdf|indd|qxd|qxp|tex|dvi|e?ps|ai|pptx?|xlsx?|txt|html?|pages|epub|jpe?g|png|tiff?)",
    re.I,
)
_LETTER = re.compile(r"[^\W\d_]")


def read_title(given: object, path: Path) -> str | None:
    """Give the title that a document's properties state; None for a file's name and what programs fill in."""
    title = " ".join(str(given or "").replace("\0", " ").split())
    named = letters(title) == letters(path.stem) or (" " not in title and re.search(r"[\d_]", title))
    if named or not 1 < len(title) <= _LONGEST or len(_LETTER.findall(title)) < 2 or _NO_TITLE.fullmatch(title):
        return None
    return title


def read_byline(title: str | None, author: object, body: Sequence[Part], origin: str) -> Byline:
    """Make a byline of what a document's properties state.

    Who saved a file need not have written the article: an author is believed who has a person's name, and only where
    the text has no author's line of its own. Days are not read: they tell when a file was made, not when the article
    came out.

    Args:
        title: As `read_title` gives it.
        author: As the properties have it.
        body: The text's parts.
        origin: Where the properties stand, for the provenance.
    """
    named = " ".join(str(author or "").replace("\0", " ").split())
    names = read_author(named if named.lower().startswith("by ") else f"By {named}") if named else None
    head = islice((part.text for part in body if part.kind is not Kind.FURNITURE), _HEAD_PARTS)
    if names and any(is_byline(text) or read_author_and_date(text) for text in head):
        names = None
    found = {"title": title, "author": names}
    return Byline(title or "", names, provenance={name: origin for name, value in found.items() if value})


def letters(words: str) -> str:
    """Give the letters and figures of words, in lower case, to compare titles by."""
    return re.sub(r"[\W_]", "", words).casefold()
