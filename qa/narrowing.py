"""Which articles a question is asked of: fields as they are given -> Filter; and why none passes one."""

from collections.abc import Mapping
from datetime import date

from rapidfuzz import fuzz, process

from index.article import Filter
from index.corpus import Corpus
from index.errors import QuestionError
from index.text import fold, half

_SHOWN = 5
"""Outlets that are named where the one asked for is not among them."""
_LIKE = 70.0
"""Likeness from which a name may be what was meant, of 100."""
FIELDS = ("source", "author", "since", "until")


def narrowed(source: str | None, author: str | None, since: str | None, until: str | None) -> Filter | None:
    """Which articles may be searched; None for all. Empty fields admit every article.

    Raises:
        QuestionError: A date is none, the last day comes before the first, or a name is no Unicode text.
    """
    for name in (source or "", author or ""):
        if half(name):
            raise QuestionError("The name of an outlet or author holds half a character: write it in UTF-8.")
    first, last = _day(since), _day(until)
    if first and last and first > last:
        raise QuestionError(f"No day is both on or after {first} and on or before {last}: exchange the two dates.")
    chosen = Filter(
        source=(source or "").strip() or None, author=(author or "").strip() or None, since=first, until=last
    )
    return chosen if chosen != Filter() else None


def of_row(fields: object, place: str) -> Filter | None:
    """Read the fields of one question of a batch; None where all articles may answer.

    Args:
        fields: An object with any of `FIELDS`, or None.
        place: Where it stands, for messages.

    Raises:
        QuestionError: It is no such object, or a value is none.
    """
    if fields is None:
        return None
    if not isinstance(fields, Mapping) or not set(fields) <= set(FIELDS):
        raise QuestionError(f"{place}: “where” is no object of {', '.join(FIELDS)}.")
    values = [fields.get(name) for name in FIELDS]
    if any(value is not None and not isinstance(value, str) for value in values):
        raise QuestionError(f"{place}: a value of “where” is no text.")
    return narrowed(*values)


def _day(text: str | None) -> str | None:
    day = (text or "").strip()
    if not day:
        return None
    try:
        if len(day) > 10 and day[10] not in " T":
            raise ValueError
        return date.fromisoformat(day[:10]).isoformat()
    except ValueError as error:
        raise QuestionError(f"“{day[:40]}” is no date: write it as YYYY-MM-DD, such as 2019-02-08.") from error


def none_passes(where: Filter, corpus: Corpus) -> str | None:
    """Say why no article passes a filter, in sentences; None where any does."""
    if corpus.admits(where):
        return None
    said = []
    if where.source is not None and not corpus.admits(Filter(source=where.source)):
        said.append(f"no article is from “{where.source}”{_outlets(where.source, corpus)}")
    if where.author is not None and not corpus.admits(Filter(author=where.author)):
        said.append(f"no article's author is called “{where.author}”")
    days = Filter(since=where.since, until=where.until)
    if days != Filter() and not corpus.admits(days):
        said.append(f"no article was published {_between(days)}{_known(corpus)}")
    told = "; ".join(said) or "each of these alone is true of some article, but not all of one"
    return f"No article passes the filter: {told}. So none was read."


def _outlets(asked: str, corpus: Corpus) -> str:
    named = [name for name, _ in corpus.outlets()]
    if not named:
        return " (no article names its outlet)"
    best = process.extractOne(asked, named, scorer=fuzz.WRatio, processor=fold, score_cutoff=_LIKE)
    if best:
        return f"; did you mean “{best[0]}”?"
    more = f" and {len(named) - _SHOWN:,} more" if len(named) > _SHOWN else ""
    return f"; the outlets are {', '.join(f'“{name}”' for name in named[:_SHOWN])}{more}"


def _between(days: Filter) -> str:
    return " and ".join(
        part
        for part in (days.since and f"on or after {days.since}", days.until and f"on or before {days.until}")
        if part
    )


def _known(corpus: Corpus) -> str:
    first, last = corpus.days()
    return f"; those that have a day are from {first} to {last}" if first else " (no article has a day of publication)"
