"""What is answered -> near misses: the sentence that answers taken away, or the question turned another way.

Our own search finds passages about something else; what a reader must learn besides is the passage about the very
subject that does not hold the answer.
"""

import random
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeAlias

from index.article import Passage, Span
from index.text import fold
from qa.reader import sentence
from qa.training.opposites import CONDITIONAL, LESSER, OPPOSED, OPPOSITE, QUALIFIABLE, QUALIFIERS

_Change: TypeAlias = tuple[Span, str]
"""A place in a question, and what is put there."""
_Way: TypeAlias = Callable[[str, str, random.Random], list[_Change]]
"""Question, passage -> every change of one way that makes a near miss of them."""

_NAME = re.compile(r"(?<=\s)[A-Z][\w’'-]+(?: (?:of |the )?[A-Z][\w’'-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")

_DONE = r"(?:[a-z]+ly )?(?:[a-z]{2,}(?<!e)ed|[a-z]+wn|made|built|held|sold|sent|paid|given|taken|written|left|lost)\b"
_NEGATED = {
    word: f"{word}n't" for word in "did does do could would should must has have had is are was were".split()
} | {"can": "can't", "will": "won't"}
_AUXILIARY = "|".join(_NEGATED)
_DENIABLE = re.compile(
    rf"^(?:[a-z]+ )?(?:who|whom|where|why|(?:what|which)(?: (?!year|date|day|month|time|century|decade|age|percent"
    rf"|number|amount|{_AUXILIARY})[\w-]+){{0,2}}) ({_AUXILIARY})\b(?! (?:not|never|no|the (?:name|term))\b)",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    rf" (?:{_DONE}|(?!an? )(?:(?!that|who|which)[\w'’-]+ ){{1,6}}?{_DONE}(?: (?:in|by|at|on|for|with|from|to|as))?\?)"
    r"(?<!called\?)(?<!titled\?)(?<!named\?)"
)
_HOLLOW = re.compile(r"\b(?:stand for|mean|represent|refer|call|label|hardly|previously|or|some|each|used to)\b")
_SOMEBODY = re.compile(r" ((?:[A-Z][\w-]+ )+|he |she |they |it |we )(?=[a-z]+\b(?<!s)(?! [A-Z]))(?!of |and |or |in )")
_DENIED = re.compile(
    rf"\b({'|'.join(_NEGATED.values())}|cannot)\b|\b(?:{_AUXILIARY})\b(?: [\w'’-]+){{0,4}}?"
    r"((?<!but)(?<!or) (?:not|never))\b(?! (?:only|just|until|yet)\b)",
    re.IGNORECASE,
)
_POSITIVE = {there: here for here, there in _NEGATED.items()} | {"cannot": "can"}

_A_NAME = r"(?:the )?[A-Z][\w-]+(?: (?:of |the |of the )?[A-Z][\w-]*\w)*"
_NOT_DONE_TO = (
    "agree|and|argue|attend|battle|become|before|begin|call|clash|close|collaborate|come|compete|consider|cross|date"
    "|debate|depart|describe|divorce|enter|equal|face|fall|fight|for|found|from|get|go|grant|have|hit|hold|host|join"
    "|know|leave|live|make|marry|mean|meet|merge|move|name|neighbour|nor|open|or|pass|perform|play|prior|publish|reach"
    "|receive|record|release|resemble|return|run|say|see|settle|sign|sing|start|think|tour|travel|use|versus|view|visit"
    "|want|win|with|write"
)
_BETWEEN = re.compile(
    rf"\b(?:(?:did|does|will|would) (?P<one>{_A_NAME})"
    rf"(?P<verb> (?!(?:{_NOT_DONE_TO})\b)[a-z]{{3,}}(?<!ly)(?: (?:to|over))? )"
    rf"|(?:was|were|is|are|been) (?P<by>{_A_NAME})(?P<done> [a-z]+(?:ed|wn|en) by ))(?P<other>{_A_NAME})"
    r"(?=\??$| (?:in|on|at|for|to|with|when|after|before|during|by|because|as|from|over|about|that)\b)"
)
_CALENDAR = re.compile(r"(?:January|February|March|April|May|June|July|August|\w+(?:ember|ober|day))\b")


def without_answer(passage: Passage, spans: Sequence[Span], answers: Iterable[str]) -> str | None:
    """Give a passage without the sentences that answer.

    Args:
        passage: Holds an answer.
        spans: Where, code points of `passage.text`.
        answers: Words that answer; a sentence that holds any of them goes too.

    Returns:
        What is left, its sentences joined by spaces; None where nothing is.
    """
    said = [fold(answer.strip()) for answer in answers]
    left = []
    for place, (begin, stop) in enumerate(passage.sentences):
        start, end, text = begin - passage.start, stop - passage.start, sentence(passage, place)
        if not any(a < end and start < b for a, b in spans) and not any(words in fold(text) for words in said):
            left.append(text)
    return " ".join(left) or None


class Turned:
    """Turns questions so that what answered them answers them no more.

    Args:
        questions: Names and numbers that are put in the place of others are taken from these.
    """

    def __init__(self, questions: Iterable[str]) -> None:
        texts = list(questions)
        self._ways: list[_Way] = [
            partial(_other, kind, sorted({match.group() for text in texts for match in kind.finditer(text)}))
            for kind in (_NAME, _NUMBER)
        ]
        self._ways += [_opposed, _qualified, _unqualified, _denied, _affirmed, _exchanged]

    def turn(self, question: str, passage: str, draw: random.Random) -> str | None:
        """Turn a question in one of the ways that it can be turned, each as likely as any other.

        Another name or number in the place of one that the passage holds; a word's opposite in its place; a role or
        thing qualified as the passage does not qualify it, or a qualifier taken off; denied what was asserted, or the
        other way; two names exchanged.

        Args:
            question: One that the passage answers.
            passage: Does not hold the name, number, opposite or qualifier put in.
            draw: Draws the way, the place and the words.

        Returns:
            The changed question; None where nothing in it can be changed.
        """
        ways = [changes for way in self._ways if (changes := way(question, passage, draw))]
        return _put(question, *draw.choice(draw.choice(ways))) if ways else None


def _put(text: str, span: Span, words: str) -> str:
    before, after = text[: span[0]], text[span[1] :]
    if article := re.search(r"\b([Aa])n? $", before):
        before = before[: article.start()] + article[1] + ("n " if words[0].lower() in "aeiou" else " ")
    return before + (words if before else words[0].upper() + words[1:]) + after


def _holds(words: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(fold(words))}\b", fold(text)) is not None


def _other(
    kind: re.Pattern[str], others: Sequence[str], question: str, passage: str, draw: random.Random
) -> list[_Change]:
    places = [match.span() for match in kind.finditer(question) if match.group() in passage]
    drawn = [(place, draw.choice(others)) for place in places if others]
    return [(place, other) for place, other in drawn if other not in passage and other not in question]


def _opposed(question: str, passage: str, draw: random.Random) -> list[_Change]:
    # A capital elsewhere than at the start is a name's: "New York" stays.
    plain = question[:1].lower() + question[1:]
    found = [(match.span(), OPPOSITE[match.group()]) for match in OPPOSED.finditer(plain)]
    found += [(each.span(1), words[each[1]]) for here, words in CONDITIONAL for each in here.finditer(plain)]
    return [(span, other) for span, other in found if not _holds(other, passage) and not _holds(other, question)]


def _qualified(question: str, passage: str, draw: random.Random) -> list[_Change]:
    present = re.search(r"\b(?:is|are)\b", question) is not None
    return [
        ((match.start(1), match.start(1)), f"{word} ")
        for pattern in QUALIFIABLE
        for match in pattern.finditer(question)
        if _holds(noun := match[1].lower(), passage)
        for word in (*QUALIFIERS[noun], *(("former",) if present and pattern is QUALIFIABLE[0] else ()))
        if not _holds(word, passage) and not _holds(word, question)
    ]


def _unqualified(question: str, passage: str, draw: random.Random) -> list[_Change]:
    changes = []
    for match in LESSER.finditer(question):
        role = match.group().removeprefix(match[1])
        both, alone = (fold(passage).count(fold(words)) for words in (match.group(), role))
        if both and both == alone:
            changes.append((match.span(), role))
    return changes


def _denied(question: str, passage: str, draw: random.Random) -> list[_Change]:
    match = _DENIABLE.match(question)
    if not match or _DENIED.search(question) or _HOLLOW.search(question):
        return []
    word, (start, end) = match[1].lower(), match.span(1)
    left, shaped = question[end:], word in ("is", "are", "was", "were", "has", "have", "had")
    if shaped and not _PREDICATE.match(left):
        return []
    changes = [((start, end), _NEGATED[word])]
    if shaped and re.match(f" {_DONE}", left):
        changes.append(((start, end), f"{word} not"))
    elif word in ("did", "does", "do", "can", "could", "would", "will") and (somebody := _SOMEBODY.match(left)):
        changes.append(((end, end + somebody.end(1)), f" {somebody[1]}not "))
    return changes


def _affirmed(question: str, passage: str, draw: random.Random) -> list[_Change]:
    match = _DENIED.search(question)
    if not match or not re.match(r"(?:\w+ )?(?:who|whom|what|which|where|why|when)\b", question, re.IGNORECASE):
        return []
    return [(match.span(1), _POSITIVE[match[1].lower()])] if match[1] else [(match.span(2), "")]


def _exchanged(question: str, passage: str, draw: random.Random) -> list[_Change]:
    changes = []
    for match in _BETWEEN.finditer(question):
        one, verb, other = match["one"] or match["by"], match["verb"] or match["done"], match["other"]
        if all(each.removeprefix("the ") in passage and not _CALENDAR.match(each) for each in (one, other)):
            changes.append(((match.end("other") - len(one + verb + other), match.end("other")), other + verb + one))
    return changes
