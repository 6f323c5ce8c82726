"""The lines before an article's running text -> its byline, and what each of them is."""

from dataclasses import dataclass, field

from index.article import Kind, Mark
from index.byline import is_byline, read_author
from index.dates import is_date, read_date
from index.imprint import Stated, is_known, is_outlet, read_line
from index.layout import Paragraph

_MOST_LINES = 12
"""A list, not a head, where more lines come before the first paragraph."""
_LONGEST_TITLE = 250
_LONGEST_QUESTION = 120
_LONGEST_STANDFIRST = 350


@dataclass(slots=True)
class Head:
    """What the head of an article states.

    Attributes:
        marks: In order.
        size: How many paragraphs it takes.
    """

    title: str | None = None
    author: str | None = None
    published: str | None = None
    outlet: str | None = None
    url: str | None = None
    marks: list[Mark] = field(default_factory=list)
    size: int = 0


def stands_alone(line: str) -> bool:
    """True when a line is a byline or a date, whatever is around it."""
    return (line[:1].isupper() and is_byline(line)) or is_date(line) or read_line(line) is not None


def read_head(paragraphs: list[Paragraph], titled: bool) -> Head:
    """Read the head: every paragraph before the first one of running text.

    Args:
        paragraphs: The article's, in order, those left out that are marked already.
        titled: True when the title is known, so that no line is taken for it.
    """
    head = Head()
    head.size = _size(paragraphs, titled)
    lines = paragraphs[: head.size]
    kicker = not titled and _is_kicker(lines)
    for at, line in enumerate(lines):
        beside = lines[max(0, at - 1) : at] + lines[at + 1 : at + 2]
        first = not titled and head.title is None and not (kicker and at == 0)
        last_kind = head.marks[-1].kind if at and head.marks else None
        if is_date(line.words):
            head.published = head.published or read_date(line.words)
            head.marks.append(Mark(Kind.DATE, line.start, line.end))
        elif stated := read_line(line.words):
            _take(stated, line, head)
        elif is_outlet(line.words, beside=not first) and (_is_beside(beside) if at else _is_masthead(lines)):
            head.outlet = head.outlet or " ".join(line.words.split())
            head.marks.append(Mark(Kind.CAPTION, line.start, line.end))
        elif is_byline(line.words) or (_is_beside(beside, first=first) and read_author(line.words, sure=True)):
            head.author = head.author or read_author(line.words, sure=True)
            head.marks.append(Mark(Kind.AUTHOR, line.start, line.end))
        elif first and _may_be_title(line):
            head.title = " ".join(line.words.split())
            head.marks.append(Mark(Kind.TITLE, line.start, line.end))
        elif (kind := _other(line, last_kind, lines[at + 1 :])) is not None:
            head.marks.append(Mark(kind, line.start, line.end))
    return head


def _take(stated: Stated, line: Paragraph, head: Head) -> None:
    for name in ("title", "author", "outlet", "published", "url"):
        setattr(head, name, getattr(head, name) or getattr(stated, name))
    head.marks += [Mark(kind, line.start + start, line.start + end) for kind, (start, end) in stated.parts]


def _is_beside(lines: list[Paragraph], *, first: bool = False) -> bool:
    """True when one of the lines around a name shows that it is a byline's.

    Args:
        lines: The one before, and the one after.
        first: Whether the name may be the title, as that of a portrait may be over its day: an outlet tells more.
    """
    stated = [read_line(line.words) for line in lines]
    if first:
        return any(one is not None and one.outlet and not one.author for one in stated)
    return any(is_date(line.words) or is_outlet(line.words, beside=True) for line in lines) or any(stated)


def _is_masthead(lines: list[Paragraph]) -> bool:
    """True when a title follows the first line, and a byline or a day where its name may be a title itself."""
    rest = [line.words for line in lines[1:]]
    return not all(map(stands_alone, rest)) and (is_known(lines[0].words) or any(map(stands_alone, rest)))


def _size(paragraphs: list[Paragraph], titled: bool) -> int:
    prose = next((at for at, one in enumerate(paragraphs) if one.is_prose), None)
    if prose is None:
        return 0
    before = 0 if titled else 1
    if prose == before and len(paragraphs[prose].words) <= _LONGEST_STANDFIRST:
        # A standfirst may end in a full stop; the byline after it tells.
        for at in range(prose + 1, min(prose + 3, len(paragraphs))):
            words = paragraphs[at].words
            if is_byline(words) or stands_alone(words):
                following = (one for one in range(at + 1, len(paragraphs)) if paragraphs[one].is_prose)
                prose = next(following, at + 1)
                break
    return prose if prose <= _MOST_LINES else int(_may_be_title(paragraphs[0]) and not titled)


def _may_be_title(line: Paragraph) -> bool:
    if len(line.words) > _LONGEST_TITLE or line.is_open or line.words[:1].islower():
        return False
    if line.is_item and not line.words[0].isdigit():
        return False
    if line.is_ended:
        return line.words.rstrip("\"'”’»)")[-1:] in "?!…？！" and len(line.words) <= _LONGEST_QUESTION
    return True


def _is_kicker(lines: list[Paragraph]) -> bool:
    """True when the first line names a section and the second is the title: `OPINION`."""
    if len(lines) < 2 or not lines[0].words.isupper() or len(lines[0].words.split()) > 3:
        return False
    title = lines[1]
    return (
        _may_be_title(title)
        and not title.words.isupper()
        and len(title.words.split()) >= 4
        and not stands_alone(title.words)
    )


def _other(line: Paragraph, before: Kind | None, after: list[Paragraph]) -> Kind | None:
    if before is Kind.TITLE:
        announced = any(stands_alone(one.words) for one in after[:2])
        if announced and (line.is_ended or len(line.words.split()) >= 6) and not line.is_item:
            return Kind.STANDFIRST
    if not line.is_unended_line or line.is_item:
        return None
    return Kind.STANDFIRST if before is Kind.TITLE and len(line.words.split()) >= 6 else Kind.CAPTION
