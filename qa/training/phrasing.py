"""A question -> the same question in other words: bare keywords, typed in haste, long as a program's, two in one.

Those who write questions for a collection have the text in view and write one neat sentence; those who search do not.
What answers is the same in every phrasing.
"""

import random
import re
from collections.abc import Sequence
from itertools import pairwise

from index.text import fold, terms

_TELLING = frozenset(
    "against after before above below over under up down off no not for more most few only own".split()
)
"""Function words that a searcher types all the same, as they tell one question from its opposite."""
_HOLLOW = frozenset("along many may might much must shall else called whose".split())
"""Words that shape a question and that a search is not typed with."""
_EDGES = '?!,;:"“”()[]'
_MARKS = " \t\n?!"
_STARTING = frozenset(
    "according along along aside besides despite during following give name since upon within".split()
)
_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][\w’'-]*[\w])(?: (?:of |the )?[A-Z][\w’'-]*\w)*")
_CLAUSE = (5, 22)
"""Least and most words of a sentence that is taken into a question."""
_MOST = 60
"""Words of a long question."""
_LEAST = 15

_OUTLETS = (
    "the Morning Ledger|Harbour News|the Evening Dispatch|the Northern Observer|Meridian Wire|the Daily Compass"
    "|TechBrief|the Valley Gazette|Open Field Review|Sport Weekly|the Capital Record|Newsline 24|Coast Tribune"
).split("|")
_MONTHS = "January February March April May June July August September October November December".split()

_PLAIN = (
    "Using only what the report itself says and nothing from other sources, {question}",
    "As reported by {outlet} on {day}, {question}",
    "In the article published by {outlet} on {day}, {question}",
    "According to the information that {outlet} made public on {day}, {question}",
    "{Question} Please give the answer exactly as it is worded in the article by {outlet} of {day}.",
    "A reader of {outlet} would like to know the following about the events covered there: {question}",
    "Taking into account everything that was reported up to {day}, {question}",
    "Answer the following question from the text, and quote the sentence that supports your answer: {question}",
    "I am looking through the coverage by {outlet} from {day} and would like to find out: {question}",
    "Among the details given in the report that appeared on {day}, which one tells us this: {question}",
)
_TITLED = (
    "According to the article about {title}, as published by {outlet}, {question}",
    "{Question} Please base the answer on the report about {title} and on nothing else.",
    "What is the specific information given in the article on {title} regarding the following question: {question}",
    "Based on the text entitled “{title}”, which appeared in {outlet} on {day}, {question}",
    "With regard to {title}, and as far as the article itself goes into the matter, {question}",
    "The article by {outlet} deals with {title}. On the basis of what it says there, {question}",
    "In the report on {title} from {day}, what is said in reply to this question: {question}",
)
_NAMING = (
    "Based on the report that mentions {names}, and on what it says about the matter, {question}",
    "In the article by {outlet} that also discusses {names}, {question}",
    "Which passage of the article that refers to {names} answers the question: {question}",
    "{Question} The answer should be found in the article that mentions {names}, published on {day}.",
    "Considering the coverage in {outlet} that also speaks of {names}, {question}",
)
_CLAUSED = (
    "In the context of the events described, where {clause}, {question}",
    "Considering that {clause}, {question}",
    "Given that {clause}, as {outlet} reported on {day}, {question}",
    "The report by {outlet} states that {clause}. According to the same report, {question}",
    "{Question} This refers to the article which says that {clause}.",
    "While the article notes that {clause}, it also covers another point: {question}",
    "From the article that mentions that {clause}, please determine the following: {question}",
)


def keywords(question: str) -> str | None:
    """Give the words of a question that somebody types who only types keywords.

    Args:
        question: One that stands alone.

    Returns:
        Its words without question words, auxiliaries and other function words, in their order and as they are
        written; None where fewer than two are left, or one name alone.
    """
    left: list[str] = []
    for token in re.sub(r"\b[Hh]ow many\b", "number of", question).split():
        word = token.strip(_EDGES)
        word = word if re.search(r"\w\.\w", word) else word.rstrip(".")
        if _tells(word, bool(left)):
            left.append(word)
    while left and left[-1].lower() in _TELLING:
        left.pop()
    if len(left) < 2 or all(word[0].isupper() for word in left):
        return None
    return " ".join(left)


def _tells(word: str, after_another: bool) -> bool:
    plain = fold(word)
    if plain == "of":
        return False
    if len(word) > 1 and word.isupper():
        return True
    if plain in _TELLING:
        return after_another or plain in ("not", "no")
    return plain not in _HOLLOW and bool(terms(word))


def plain(question: str) -> str:
    """Give a question as it is typed into a search box: in lower case, without its mark."""
    return question.strip(_MARKS).lower()


def joined(first: str, second: str) -> str:
    """Ask two questions as one.

    Args:
        first: One about a text.
        second: Another about the same text.
    """
    return f"{first.strip(_MARKS)}, and {_inside(second.strip(_MARKS))}?"


def lengthened(question: str, title: str, context: Sequence[str], draw: random.Random) -> str:
    """Ask a question at length, as a program does that writes questions over news.

    Args:
        question: One that stands alone.
        title: The article's; may be empty.
        context: Sentences of the article that do not answer, as what is taken from them stands in the question; may
            be empty.
        draw: Draws the words around the question, and the outlets and days made up in them.

    Returns:
        The question with more words around it, 60 words at most unless it has nearly as many by itself.
    """
    names = _names(question, context)
    clauses = [clause for each in context if (clause := _clause(each, context))]
    kinds: list[tuple[str, ...]] = [_PLAIN]
    kinds += [_TITLED] * bool(title.strip()) + [_NAMING] * bool(names) + [_CLAUSED] * bool(clauses)
    words = {
        "question": _inside(question.strip()),
        "Question": question.strip(),
        "title": title.strip(),
        "outlet": draw.choice(_OUTLETS),
        "day": _day(draw),
        "names": draw.choice(names) if names else "",
        "clause": draw.choice(clauses) if clauses else "",
    }
    asked = [draw.choice(templates).format_map(words) for templates in draw.sample(kinds, len(kinds))]
    fitting = [each for each in asked if _LEAST <= len(each.split()) <= _MOST]
    return (fitting or sorted(asked, key=lambda each: len(each.split())))[0]


def _day(draw: random.Random) -> str:
    day, month, year = draw.randint(1, 28), draw.choice(_MONTHS), draw.randint(2005, 2024)
    return draw.choice((f"{month} {day}, {year}", f"{day} {month} {year}"))


def _names(question: str, context: Sequence[str]) -> list[str]:
    found = dict.fromkeys(match.group() for each in context for match in _NAME.finditer(each))
    single = [name.removesuffix("'s").removesuffix("’s") for name in found if name not in question and " " in name]
    return single + [f"{one} and {other}" for one, other in pairwise(single)]


def _clause(sentence: str, context: Sequence[str]) -> str | None:
    text = sentence.strip()
    least, most = _CLAUSE
    if not text.endswith(".") or not least <= len(text.split()) <= most or re.search(r"[\"“”()\n:;?!|]|\.\w*\s", text):
        return None
    first = text.split()[0]
    usual = any(re.search(rf"\b{re.escape(first.lower())}\b", each) for each in context)
    # A capital that begins the sentence may be a name's; it goes where the word stands in lower case elsewhere.
    return text[0].lower() + text[1:-1] if usual and first[1:].islower() else _inside(text[:-1])


def _inside(question: str) -> str:
    first = re.split(r"\W", question, maxsplit=1)[0]
    usual = not terms(first) or first.lower() in _STARTING
    capital = first == "I" or (len(first) > 1 and first.isupper())
    return question[0].lower() + question[1:] if usual and first and not capital else question
