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

_Change: TypeAlias = tuple[Span, str]
"""A place in a question, and what is put there."""
_Way: TypeAlias = Callable[[str, str, random.Random], list[_Change]]
"""Question, passage -> every change of one way that makes a near miss of them."""

_NAME = re.compile(r"(?<=\s)[A-Z][\w’'-]+(?: (?:of |the )?[A-Z][\w’'-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")

_PAIRS = """
    above/below accept/reject accepts/rejects accepted/rejected advantages/disadvantages
    allies/enemies ancestors/descendants ancient/modern arrival/departure attackers/defenders aunt/uncle boy/girl
    boys/girls brother/sister brothers/sisters buyer/seller buyers/sellers buying/selling cheap/expensive
    coldest/hottest creditors/debtors decrease/increase decreased/increased decreases/increases deepest/shallowest
    direct/indirect domestic/foreign earliest/latest east/west eastern/western easier/harder easiest/hardest
    employee/employer employees/employers encourage/discourage encouraged/discouraged exclude/include export/import
    exported/imported exports/imports external/internal fastest/slowest father/mother female/male females/males
    formal/informal founded/dissolved guilty/innocent happy/unhappy heaviest/lightest highest/lowest
    hired/fired husband/wife husbands/wives important/unimportant incoming/outgoing landlord/tenant largest/smallest
    longest/shortest loser/winner losers/winners losing/winning majority/minority major/minor man/woman
    maximum/minimum men/women morning/evening positive/negative oldest/youngest north/south northeast/southwest
    northern/southern northwest/southeast official/unofficial opened/closed opponents/supporters
    optimistic/pessimistic permanent/temporary poor/rich poorest/richest predecessor/successor raised/lowered
    rural/urban senior/junior son/daughter sons/daughters strengths/weaknesses strong/weak stronger/weaker
    strongest/weakest student/teacher students/teachers successful/unsuccessful summer/winter supporting/opposing
    supports/opposes tallest/shortest usually/rarely visible/invisible weakness/strength
"""
_ONE_WAY = """
    always/never gained/lost illegal/legal disadvantage/advantage arrested/released biggest/smallest big/small
    critics/supporters easy/hard entered/left enter/leave
    established/abolished join/leave legalized/banned proponents/opponents rejected/approved approved/rejected
    banned/allowed rising/falling victories/defeats wealthiest/poorest won/lost newest/oldest without/with upper/lower
    worst/best
"""
_OPPOSITE = {pair.split("/")[1]: pair.split("/")[0] for pair in _PAIRS.split()}
_OPPOSITE |= dict(pair.split("/") for pair in (_PAIRS + _ONE_WAY).split())
_ARGUED = r"\b(?:argue[ds]?|arguing|arguments?|campaigned|decided?|lobbied|protested|ruled?|spoken?|vot(?:ed?|es|ing)) "
_ITS = r"\b(?:the|his|her|its|their|which|what|\w+['’]s) "
_OBJECT = r"(?= (?:the|an?|his|her|its|their|this|that|[A-Z]))"
_NOT_TO = r"\b(?! (?:to|up|off|out|with|users?|result|goal|\w+ing)\b)"
_DEGREE = r"(?= \w+(?:ant|ent|[ai]ve|ous|ful|[ai]ble|al|ly|ar)\b)"
_CONDITIONAL = [
    (re.compile(rf"{before}(?<![\w-])({'|'.join(opposite)})(?![\w-]){after}"), opposite)
    for before, pairs, after in (
        (_ARGUED, "for/against", r"(?! (?:president|mayor|governor|parliament|how|office|\w+ years?)\b)"),
        (_ARGUED, "against/for", ""),
        ("", "in_favor_of/against in_favour_of/against", ""),
        ("", "over/under", r"(?= [$£€]?\d)"),
        ("", "more/less less/more fewer/more", r"(?= than [$£€]?\d)"),
        ("(?<!named )(?<!look )", "after/before", r"(?= (?:the|his|her|its|their|World|[a-z]+ing)\b)"),
        ("", "before/after", r"(?= (?:the (?!\w*[Cc]ourt)|his|her|its|their|World|[a-z]+ing)\b)"),
        (r"\b(?:went|goe?s?|going|gone|moved?|drove|sailed) ", "up/down down/up", r"(?! (?:to|with|for|and)\b)"),
        ("", "rose/fell fell/rose rise/fall", r"(?= (?:by|from)\b)"),
        ("", "support/oppose oppose/support supported/opposed opposed/supported left/joined", _OBJECT),
        ("", "gave/received received/gave attacked/defended defended/attacked", _OBJECT),
        ("", "caused/prevented", rf"{_OBJECT}(?!.* to )"),
        (r"(?<!just )(?<!originally )", "built/demolished created/destroyed", r"(?: by\b| in\b| on\b|\?)"),
        ("", "victory/defeat", "(?! over)"),
        (r"(?:the|an?|his|her|its|their|of|s|major|first|last) ", "defeat/victory", ""),
        ("(?<!first )", "start/end begin/end beginning/end started/ended began/ended starts/ends begins/ends", _NOT_TO),
        ("(?<!in the )", "end/start ended/began ends/begins", _NOT_TO),
        ("", "included/excluded excluded/included", r"(?= (?:in|from)\b)"),
        ("", "buy/sell sell/buy bought/sold sold/bought", rf"{_OBJECT}(?!.* (?:album|cop(?:y|ies)|record|single))"),
        ("", "most/least least/most more/less", _DEGREE),
        ("(?<!take )", "advantage/disadvantage", ""),
        ("", "legal/illegal", r"(?! (?:action|advice|case|document|name|right|rights|system|team|term)\b)"),
        ("", "joined/left", _OBJECT),
        ("", "best/worst", r"(?! known\b| describ)"),
        ("", "higher/lower", r"(?! (?:education|learning))"),
        ("", "lower/higher", r"(?= (?!house|chamber|class|part|deck|river|court)[a-z])"),
        (r"\b(?:the|in|by|of|from|during|until) ", "early/late late/early", ""),
        (r"\b(?:the|an?|his|her|its|their|of|by) ", "private/public", ""),
        (r"\b(?:an?|his|her|its|their|of|by|first|oldest|largest) ", "public/private", "(?= [a-z]{5})"),
        (_ITS, "new/old old/new former/current previous/next next/previous third/second", "(?= [a-z])"),
        ("", "current/former", r"(?= [a-z]+(?:er|or|ent|ant|man|king|ion|ber|ess|ef)\b)"),
        ("(?<!at )", "first/last", r"(?! (?:of all|hand|class|name|language|aid)\b)"),
        (_ITS, "first/second second/third", r"(?= [a-z])(?! (?:of all|name|language|aid)\b)"),
        (_ITS, "second/first", r"(?= [a-z])(?! (?:most|best|\w+est)\b)"),
        (r"\bthe ", "last/first", r"(?= [a-z])(?! (?:name|few|\w+s)\b)"),
        (r"\b(?:during the|at) ", "day/night night/day", ""),
    )
    for opposite in [dict(pair.replace("_", " ").split("/") for pair in pairs.split())]
]
_OPPOSED = re.compile(rf"(?<![\w-])(?<!how )({'|'.join(sorted(_OPPOSITE, key=len, reverse=True))})(?![\w-])(?! up\b)")

_HELPED = "coach|conductor|curator|director|editor|manager|principal|professor|secretary|superintendent|treasurer"
_STOOD_FOR = "ambassador|captain|chairman|chancellor|chief|commander|commissioner|consul|dean|governor|head|judge"
_LED = "leader|mayor|minister|president|prime minister|sheriff|spokesman|spokeswoman"
_CROWNED = "king|queen|emperor|bishop|archbishop"
_EVENTS = (
    "album|book|campaign|concert|conference|contract|edition|expedition|film|game|issue|match|meeting|novel|season"
)
_SHOWN = "series|show|single|song|summit|tour|trial|version"
_BUILT = "airport|boat|bridge|building|canal|church|engine|factory|hospital|hotel|library|machine|museum|palace|school"
_STOOD = "ship|stadium|station|temple|theatre|theater|tower|tunnel"
_ONCE = "battle|election|law|referendum|treaty|war"
_QUALIFIERS = {
    noun: words.split()
    for nouns, words in (
        (_HELPED, "deputy assistant acting interim"),
        (f"{_STOOD_FOR}|{_LED}", "deputy acting interim"),
        (_CROWNED, "deposed rival"),
        (f"{_EVENTS}|{_SHOWN}", "next previous second third"),
        (f"{_BUILT}|{_STOOD}", "second previous third"),
        (_ONCE, "next previous"),
    )
    for noun in nouns.split("|")
}
_TITLES = f"{_HELPED}|{_STOOD_FOR}|{_LED}|{_CROWNED}"
_NAMED = r"(?<!\b[Aa] )\b(?:[Tt]he|[Ii]ts|[Tt]heir|[Hh]is|[Hh]er|\w+['’]s) "
_VERB = "is|was|were|did|does|has|had|will|be|begin|end|open|close|take|start|do|cost|say|said|think|resign"
_QUALIFIABLE = (
    re.compile(
        rf"{_NAMED}({_TITLES}|(?<=he )(?i:{_TITLES}))(?=[?]|$|['’]s | (?:of|in|at|for|who|to|by|when|{_VERB})\b)"
    ),
    # Nothing that tells which of several may follow: "the next album released in 2010" is the album.
    re.compile(rf"{_NAMED}({_EVENTS}|{_SHOWN}|{_BUILT}|{_STOOD}|{_ONCE})(?=[?]|$| (?:about|after|before|{_VERB})\b)"),
)
_LESSER = re.compile(rf"(?<!executive )(?i:\b((?:deputy|vice|assistant|acting|interim)[ -])(?:{_TITLES})\b)")

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
    found = [(match.span(), _OPPOSITE[match.group()]) for match in _OPPOSED.finditer(plain)]
    found += [(each.span(1), words[each[1]]) for here, words in _CONDITIONAL for each in here.finditer(plain)]
    return [(span, other) for span, other in found if not _holds(other, passage) and not _holds(other, question)]


def _qualified(question: str, passage: str, draw: random.Random) -> list[_Change]:
    present = re.search(r"\b(?:is|are)\b", question) is not None
    return [
        ((match.start(1), match.start(1)), f"{word} ")
        for pattern in _QUALIFIABLE
        for match in pattern.finditer(question)
        if _holds(noun := match[1].lower(), passage)
        for word in (*_QUALIFIERS[noun], *(("former",) if present and pattern is _QUALIFIABLE[0] else ()))
        if not _holds(word, passage) and not _holds(word, question)
    ]


def _unqualified(question: str, passage: str, draw: random.Random) -> list[_Change]:
    changes = []
    for match in _LESSER.finditer(question):
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
