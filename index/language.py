"""A text -> the language that it is written in, by py3langid; unsure is better than wrong."""

import re
import threading
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_READ = 2_000
"""Code points that are looked at; more change nothing and take longer."""
_SURE = 0.8
_HINTED = 0.3
"""Least probability where the page states the same language."""

_ENGLISH = frozenset("the and of to that with was were which from this have has they by for".split())
_LEAST_WORDS, _MANY_WORDS = 5, 20
"""Fewer than many must hold two such words: one, such as Czech “by” and “to”, may be of another language."""
_LEAST_ENGLISH = 0.12
"""Share of such words from which a text is English; the articles of 26 other languages had .024 at most."""
_WORD = re.compile(r"[^\W\d_]+")
_loading = threading.Lock()


def language_of(text: str, hint: str | None = None) -> str | None:
    """Give the language of a text.

    Args:
        text: Running text; its first 2,000 code points are looked at.
        hint: The language that its page states, such as `de` or `de-AT`; it makes a likely language sure, and never
            says another one than the text.

    Returns:
        ISO 639-1 code; None where the text is too short or too mixed to be sure.
    """
    sample = text[:_READ]
    words = _WORD.findall(sample.lower())
    # English by its commonest words: 97 of 100 English articles need no model, which takes a second and 76 MB.
    common = [word for word in words if word in _ENGLISH]
    enough = len(words) >= _MANY_WORDS or (len(words) >= _LEAST_WORDS and len(set(common)) >= 2)
    if enough and len(common) >= _LEAST_ENGLISH * len(words):
        return "en"
    if not words:
        return None
    with _loading:
        identifier = _identifier()
    found, probability = next((code, chance) for code, chance in identifier.rank(sample) if len(code) == 2)
    stated = (hint or "").replace("_", "-").partition("-")[0].strip().lower()
    return found if probability >= (_HINTED if found == stated else _SURE) else None


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
