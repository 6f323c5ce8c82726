"""What a question asks for: the type of its answer, its content words, and whether it is about the byline."""

import re
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from index.article import Span
from index.text import ENGLISH, fold, function_words, placed_terms, terms

_DOERS = ("er", "or")
_NAMED = re.compile(r"\b[A-Z]{2,}\b")
_BARE_WHO = re.compile(r"\W*who (?:(?:has|have|had) )?(\w+)\W*")


class Asked(StrEnum):
    """The type of answer that a question word asks for."""

    PERSON = "person"
    TIME = "time"
    PLACE = "place"
    NUMBER = "number"
    REASON = "reason"
    SPEECH = "speech"
    ANYTHING = "anything"


_ASKS = (
    (
        Asked.NUMBER,
        r"\bhow (?:many|much|old|long|far|often|large|big|tall|high)\b|\bwhat (?:number|percentage|proportion|share)\b",
    ),
    (Asked.TIME, r"\bwhen\b|\b(?:what|which) (?:year|month|day|date|time)\b|\bhow long ago\b|\bsince when\b"),
    (Asked.PLACE, r"\bwhere\b|\b(?:what|which) (?:country|countries|city|cities|town|place|state|region)\b"),
    (
        Asked.SPEECH,
        r"\bwhat (?:did|does|do|has|have|had)\b.*\b(?:say|said|tell|told|claim|warn|argue|promise|call|think)\b",
    ),
    (Asked.REASON, r"\bwhy\b|\bwhat (?:caused|led to|is the reason)\b|\bfor what reason\b"),
    (
        Asked.PERSON,
        r"\bwho(?:m|se)?\b|\b(?:what|which) (?:person|man|woman|politician|minister|president|author|leader)\b",
    ),
)
_RANKS = (
    "Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Dame|Lord|Lady|President|Senator|Sen|Rep|Gov|Gen|General|Col|Colonel|Capt|"
    "Captain|Lt|Sgt|Maj|Major|Judge|Justice|King|Queen|Prince|Princess|Pope|Chancellor|Minister"
)
_NAME = re.compile(
    rf"\b(?:{_RANKS})\.? [A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*"
    r"|\b[A-Z][a-zà-ÿ’'-]+(?: (?:[A-Z]\.|[a-z]{2,3}))? [A-Z][\w’'-]+"
)
_HOLDS = {
    Asked.TIME: re.compile(
        r"\b(?:1[5-9]|20)\d\d\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December"
        r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|century|decade|yesterday|today|tonight|tomorrow)\b"
        r"|\b(?:\w+) (?:second|minute|hour|day|week|month|year|decade)s? (?:ago|after|before|later|earlier)\b"
        r"|\b(?:last|next|this|past|following|previous|same|earlier this|in the (?:last|past)?\s?\w+) "
        r"(?:night|morning|day|week|weekend|month|year|spring|summer|autumn|winter)s?\b"
    ),
    Asked.NUMBER: re.compile(
        r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand"
        r"|million|billion|dozens?|half|quarter|third|few|none|several)\b",
        re.IGNORECASE,
    ),
    Asked.PLACE: re.compile(
        r"\b(?:in|at|from|to|near|of|outside|across|into|around) (?:the )?[A-Z][\w’'-]+|\b[A-Z]\w+, [A-Z]"
    ),
    Asked.REASON: re.compile(
        r"\b(?:because|since|due to|as a result|so that|in order to|owing to|thanks to|after|led to|caused?|means that"
        r"|to)\b"
    ),
    Asked.SPEECH: re.compile(r"[“\"‘].{8,}|\b(?:said|says|told|added|warned|claimed|argued|insisted|tweeted|wrote)\b"),
    Asked.PERSON: _NAME,
}
_CALENDAR = frozenset(
    terms(
        "January February March April May June July August September October November December "
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday late early"
    )
)
_HOLLOW = frozenset(
    terms("say said tell told happen happened article articles story report according still many much old")
)
"""Words that shape a question more than they say what it is about."""


def asked(question: str) -> Asked:
    """Give the type of answer that a question asks for; the first question word found decides."""
    # The WHO is no "who".
    plain = fold(question if question.isupper() else _NAMED.sub(" ", question))
    return next((kind for kind, pattern in _ASKS if re.search(pattern, plain)), Asked.ANYTHING)


def sought(question: str, languages: Sequence[str | None] = ENGLISH) -> list[str]:
    """Give the terms to search a question by: its own, and for a short "who" the nouns of those who do it.

    Stemming brings `defected` and `defections` together, but not `defector`. A longer question says enough by
    itself: there the added nouns did harm (reciprocal rank .900 -> .893 on squad2-half).

    Args:
        question: One that stands alone.
        languages: Those of the articles, most articles first.
    """
    own = question_terms(question, languages)
    if asked(question) is not Asked.PERSON or len(content(question)) > 2:
        return own
    return own + [term + ending for term in terms(question) for ending in _DOERS]


def question_terms(question: str, languages: Sequence[str | None]) -> list[str]:
    """Give the terms of a question in every language that the articles are in.

    In which of them it is asked is told by its function words, and those are sought in none: an English "the" would
    else be a rare and telling word in German articles.

    Args:
        question: One that stands alone.
        languages: Those of the articles, most articles first.

    Returns:
        Language by language; a term that two of them share only once.
    """
    told_apart = apart(languages)
    for start, end in reversed(function_words(question, asked_in(question, languages))):
        question = f"{question[:start]} {question[end:]}"
    found: list[str] = []
    for language in told_apart:
        known = set(found)
        found += [term for term in terms(question, language) if term not in known]
    return found


def asked_in(question: str, languages: Sequence[str | None]) -> str | None:
    """Give the language of the articles in which a question is asked, as its function words tell; None for English.

    Args:
        question: One that stands alone.
        languages: Those of the articles, most articles first.
    """
    return max(apart(languages), key=lambda language: len(function_words(question, language)))


def apart(languages: Sequence[str | None]) -> list[str | None]:
    """Give languages whose terms differ, each once, in order; None for English and for those that are not sure."""
    return list(dict.fromkeys(None if language in ENGLISH else language for language in languages)) or [None]


def read_as(question: str, holds: Callable[[str], bool]) -> str:
    """Give a question as the reading network is asked it: "who defected?" as "who is the defector?".

    It learnt from longer questions, and a bare verb tells it next to nothing: of the right sentence in an article that
    speaks of "the most senior defector" it was sure with the noun, and all but sure of the contrary with the verb.

    Args:
        question: One that stands alone.
        holds: Whether any passage holds a term.
    """
    bare = _BARE_WHO.fullmatch(fold(question))
    if bare and (own := terms(bare[1])):
        for noun in (own[0] + ending for ending in _DOERS):
            if holds(noun):
                return f"Who is the {noun}?"
    return question


def as_written(question: str, texts: Iterable[str]) -> str:
    """Give a question with its numbers and codes as the first text that holds them writes them: `B17` as `B-17`.

    Models read the letters and signs that are there, and to them `1728` and `1,728` are hardly alike.

    Args:
        question: One that stands alone.
        texts: Passages, best first.
    """
    typed = {term: span for term, span in placed_terms(question) if any(map(str.isdecimal, term))}
    for text in texts if typed else ():
        for term, (start, end) in placed_terms(text):
            if term in typed:
                begin, stop = typed.pop(term)
                longer = end - start - (stop - begin)
                question = question[:begin] + text[start:end] + question[stop:]
                typed = {one: (a + longer * (a > begin), b + longer * (a > begin)) for one, (a, b) in typed.items()}
    return question


def content(question: str, language: str | None = None) -> list[str]:
    """Give the terms that say what a question is about, each once, in order, as articles in a language have them."""
    found = list(dict.fromkeys(terms(question, language)))
    return [term for term in found if term not in _HOLLOW] or found


def candidates(kind: Asked, sentence: str, known: Sequence[str] = (), language: str | None = None) -> list[Span]:
    """Find what in a sentence could be an answer of a type.

    Args:
        kind: The type asked for.
        sentence: Its words as they stand.
        known: Terms of the question: a name made of them alone is no answer to "who".
        language: The sentence's.

    Returns:
        Spans in the sentence, in order; the whole of it where any words could answer.
    """
    if kind is Asked.ANYTHING:
        return [(0, len(sentence))]
    if kind is Asked.PERSON:
        no_names = _CALENDAR.union(known)
        found = [match.span() for match in _NAME.finditer(sentence)]
        return [(start, end) for start, end in found if not no_names.issuperset(terms(sentence[start:end], language))]
    return [match.span() for match in _HOLDS[kind].finditer(sentence)]


def matches(wanted: Sequence[str], sentence: str, language: str | None = None) -> dict[str, list[tuple[float, Span]]]:
    """Find the terms of a question in a sentence.

    Args:
        wanted: Terms of the question.
        sentence: Its words as they stand.
        language: The sentence's.

    Returns:
        Term -> (likeness in (0, 1], span of the word), in the order of the sentence, for every term found.
    """
    found: dict[str, list[tuple[float, Span]]] = {}
    for word, span in placed_terms(sentence, language):
        for term in wanted:
            if likeness := alike(term, word):
                found.setdefault(term, []).append((likeness, span))
    return found


@lru_cache(maxsize=200_000)
def alike(term: str, other: str) -> float:
    """Say how alike two terms are.

    Returns:
        1 for the same; 0.9 for a word and one made from it (`defect`, `defector`); 0.6 for what one or
        two slips of the pen make of it (`recognis`, `regonis`); else 0.
    """
    if term == other:
        return 1.0
    short, long = sorted((term, other), key=len)
    if len(short) >= 5 and len(long) - len(short) <= 4 and long.startswith(short):
        return 0.9
    slips = 2 if len(short) >= 7 else 1 if len(short) >= 5 else 0
    if slips and term[0] == other[0] and OSA.distance(term, other, score_cutoff=slips) <= slips:
        return 0.6
    return 0.0
