"""A follow-up and the turns before it, to a question that stands alone; no model, and always shown."""

import re
from collections.abc import Sequence

from index.text import STOP_WORDS, fold, terms, words
from qa.reply import Turn

_LEANS = re.compile(
    r"^(?:and|but|so|what about|how about|what else|who else|why|when|where|how|how so|go on|really)\b[^a-z0-9]*$"
    r"|^(?:and|but|so|what about|how about)\b"
    r"|\b(?:he|she|it|they|him|her|them|his|its|their|theirs|that|those|this|these)\b"
)
_ARTICLE = re.compile(
    r"\b(?:this|that|the) (?:article|story|piece|report|news|text)\b"
    r"|\bthere (?:is|are|was|were)\b|\bit (?:is|was) \w+ that\b"
)
_ANOTHER = re.compile(r"(?:and|but|so|what about|how about)\b")
_MOST = 4
"""Content words carried over; more drown the question that is asked."""


def alone(question: str, turns: Sequence[Turn]) -> str:
    """Make a question stand alone by adding the content words of the last question that stood alone.

    Args:
        question: As asked.
        turns: The conversation so far, oldest first.

    Returns:
        The question itself when it leans on nothing, else it with the carried words after it.
    """
    plain = _ARTICLE.sub(" ", fold(question)).strip()
    if not turns or not _LEANS.search(plain):
        return question
    there = set(terms(question))
    for turn in reversed(turns):
        if _LEANS.search(_ARTICLE.sub(" ", fold(turn.question)).strip()):
            continue
        said = [word for word in _words(turn.question) if fold(word) not in STOP_WORDS and not there & set(terms(word))]
        names = [word for word in said if word[0].isupper()]
        others = [word for word in said if word not in names]
        # "What about Maduro?" asks the same of another name; else names say what a conversation is about.
        new_name = _ANOTHER.match(plain) and any(word[0].isupper() for word in _words(question)[1:])
        carried = others[:_MOST] if new_name and others else [*names, *others][:_MOST]
        kept = [word for word in said if word in carried]
        return f"{question.rstrip()} {' '.join(kept)}" if kept else question
    return question


def _words(text: str) -> list[str]:
    return [text[start:end] for start, end in words(text)]
