"""Near misses made from what is answered: the sentence that answers taken away, or the question turned another way.

Our own search finds passages about something else; what a reader must learn besides is the passage about the very
subject that does not hold the answer.
"""

import random
import re
from collections.abc import Iterable, Sequence

from index.article import Passage, Span
from index.text import fold
from qa.reader import sentence

_NAME = re.compile(r"(?<=\s)[A-Z][\w’'-]+(?: (?:of |the )?[A-Z][\w’'-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_OTHER_WAY = {
    here: there
    for pair in (
        "after before", "best worst", "biggest smallest", "earliest latest", "east west", "eastern western",
        "fewer more", "first last", "gain lose", "gained lost", "highest lowest", "increase decrease",
        "increased decreased", "largest smallest", "least most", "longest shortest", "lower higher", "maximum minimum",
        "north south", "northern southern", "oldest youngest", "positive negative", "started ended", "strong weak",
        "with without", "won lost", "always never", "begin end", "began ended", "arrive leave", "arrived left",
        "allowed forbidden", "agree disagree", "agreed disagreed", "like dislike", "likes dislikes", "support oppose",
        "supported opposed", "good bad", "easy hard", "cheap expensive", "new old", "inside outside", "join leave",
        "joined left", "accepted rejected", "buy sell", "bought sold",
    )
    for here, there in (pair.split(), pair.split()[::-1])
}  # fmt: skip
_WORD = re.compile(rf"\b(?:{'|'.join(_OTHER_WAY)})\b")


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
        self._others = {
            kind: sorted({match.group() for text in texts for match in kind.finditer(text)})
            for kind in (_NAME, _NUMBER)
        }

    def turn(self, question: str, passage: str, draw: random.Random) -> str | None:
        """Put another name or number in the place of one that the passage holds, or a word's opposite in its place.

        Args:
            question: One that the passage answers.
            passage: Holds neither the name nor the number put in.
            draw: Draws which.

        Returns:
            The changed question; None where nothing in it can be changed.
        """
        found: list[tuple[Span, Sequence[str]]] = []
        for kind, others in self._others.items():
            found += [(match.span(), others) for match in kind.finditer(question) if match.group() in passage]
        found += [(match.span(), [_OTHER_WAY[match.group()]]) for match in _WORD.finditer(question)]
        draw.shuffle(found)
        for (start, end), choice in found:
            other = draw.choice(choice)
            if other not in passage and other not in question:
                return question[:start] + other + question[end:]
        return None
