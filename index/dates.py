"""A date as an article states it -> ISO 8601; what is ambiguous stays unknown."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from dateutil import parser

_HOURS = {
    "UTC": 0.0, "GMT": 0.0, "Z": 0.0, "WET": 0.0, "BST": 1.0, "WEST": 1.0, "CET": 1.0, "MEZ": 1.0, "WAT": 1.0,
    "CEST": 2.0, "MESZ": 2.0, "EET": 2.0, "CAT": 2.0, "SAST": 2.0, "EEST": 3.0, "MSK": 3.0, "EAT": 3.0, "PKT": 5.0,
    "SGT": 8.0, "HKT": 8.0, "AWST": 8.0, "JST": 9.0, "KST": 9.0, "ACST": 9.5, "AEST": 10.0, "AEDT": 11.0,
    "NZST": 12.0, "NZDT": 13.0, "EST": -5.0, "EDT": -4.0, "CDT": -5.0, "MST": -7.0, "MDT": -6.0, "PST": -8.0,
    "PDT": -7.0, "AKST": -9.0, "AKDT": -8.0, "HST": -10.0, "BRT": -3.0, "ART": -3.0, "CLT": -4.0, "VET": -4.0,
}  # fmt: skip
"""Time zones as newspapers write them, hours east of Greenwich. IST and CST are left out: each names several."""

_ZONES: Mapping[str, tzinfo] = {
    **{name: timezone(timedelta(hours=hours)) for name, hours in _HOURS.items()},
    "ET": ZoneInfo("America/New_York"),
    "CT": ZoneInfo("America/Chicago"),
    "MT": ZoneInfo("America/Denver"),
    "PT": ZoneInfo("America/Los_Angeles"),
}

_MONTHS = [
    "january jan januar janvier enero gennaio januari janeiro jänner ene",
    "february feb februar février febrero febbraio februari fevereiro fevr févr",
    "march mar märz mars marzo maart março mrz",
    "april apr avril abril aprile avr abr",
    "may mai mayo maggio mei maio",
    "june jun juni juin junio giugno junho",
    "july jul juli juillet julio luglio julho juil",
    "august aug août agosto augustus ago",
    "september sep sept septembre septiembre settembre setembro",
    "october oct oktober octobre octubre ottobre outubro okt",
    "november nov novembre noviembre novembro",
    "december dec dezember décembre diciembre dicembre dezembro dez déc dic",
]
_MONTH = {word: index for index, words in enumerate(_MONTHS, 1) for word in words.split()}
_DAY_NAMES = """monday tuesday wednesday thursday friday saturday sunday mon tue tues wed weds thu thur thurs fri sat
    sun montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche
    lunes martes miércoles jueves viernes sábado domingo lunedì martedì mercoledì giovedì venerdì sabato domenica
    maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"""
_BESIDE = """at on of the um am pm a p m le de del den uhr à published posted date dated first publication
    veröffentlicht publié publicado pubblicato stand time local h st nd rd th er ist cst 公開 掲載 投稿 発表"""
_FILLERS = frozenset(_DAY_NAMES.split()) | frozenset(_BESIDE.split())
"""Words that may stand beside a date and tell nothing about it, or nothing sure."""

_UPDATED = re.compile(
    r"\b(?:last[\s-]+)?(?:updated|modified|amended|edited|aktualisiert|mis à jour|actualizado)\b", re.I
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?)?", re.I)
_FIRST_YEAR = 1600
"""Earlier years, in the form in which programs write days, stand for a day that they do not know."""
_ZERO = datetime(1970, 1, 1)
_STAMP = re.compile(
    r"\s*(?:[^\W\d_]{2,9}\.?,? *)?\d{1,2} [A-Za-z]{3,9} (?!0\d{3})\d{2,4} \d{1,2}:\d\d(?::\d\d)?"
    r"(?: ?(?:[+-]\d{4}|(?![AP]M\b)[A-Z]{1,5}))?(?: ?\(.*\))?\s*"
)
_FRACTION = re.compile(r"\.\d+")
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?![\d./-])")
_YEAR_FIRST = re.compile(r"(?<![\d./-])(\d{4})([./-])(\d{1,2})\2(\d{1,2})(?![\d./-])")
_IDEOGRAPHIC = re.compile(r"(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日(?: ?(?:[(（][月火水木金土日][)）]))?")
_IDEOGRAPHIC_CLOCK = re.compile(r"(\d{1,2}) ?[時时点] ?(\d\d) ?分")
_CLOCK = re.compile(
    r"(?<![\d.:+-])(?:(\d{1,2})(?:[:.]| ?h ?)(\d\d)(?::(\d\d))?|(\d{1,2})(?= ?[ap]\.? ?m\b))"
    r"(?: ?([ap])\.? ?m\b\.?)?(?![\d:])",
    re.I,
)
_OFFSET = re.compile(r"(?:\b(?:GMT|UTC) ?|(?<=[\d\s]))([+-]\d\d):?(\d\d)\b", re.I)
_YEAR = re.compile(r"(?<!\d)(?:1[6-9]|20)\d\d(?!\d)")
_DAY = re.compile(r"(?<![\d])\d{1,2}(?!\d)")
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 100


def read_date(text: str, day_first: bool | None = None) -> str | None:
    """Read a line that holds a date and nothing else.

    A day alone stays a day; a time without a sure time zone gets no offset. `8.2.2019` is the 8th of February,
    as wherever points are used; `03/04/2019` may be two days, so it is unknown, and so is the date of an update, and
    what programs write for a day that they do not know (`1970-01-01`, `0001-01-01`).

    Args:
        text: Such as `Friday 08 February 2019 18:38 GMT` or `Published 8 février 2019`.
        day_first: What `03/04/2019` means where other days make it clear: True for the 3rd of April, False for the
            4th of March.

    Returns:
        ISO 8601, `2019-02-08T18:38:00+00:00` or as much of it as is stated; None where there is no sure date.
    """
    text = _IDEOGRAPHIC_CLOCK.sub(r" \1:\2 ", _IDEOGRAPHIC.sub(r" \1/\2/\3 ", text.strip())).strip()
    if not text or len(text) > _LONGEST:
        return None
    if _ISO.fullmatch(text):
        return _iso(text)
    plain = _plain(_UPDATED.split(text)[0], day_first)
    if plain is None:
        return None
    zones, clock = plain[1], plain[2]
    try:
        found = parser.parse(f"{plain[0]} {clock} {zones}", tzinfos=_ZONES)
    except (ValueError, OverflowError):  # such as 31 February, or 25:00
        return None
    if _is_unknown(found, clock=bool(clock), figures=bool(_NUMERIC.search(text) or _YEAR_FIRST.search(text))):
        return None
    return found.isoformat() if clock else found.date().isoformat()


def read_stamp(text: str) -> str | None:
    """Read a date as letters and feeds state it (RFC 5322, with years of two digits), or in any form of `read_date`."""
    found = read_date(text.strip().removesuffix("-0000"))  # an offset that says that the zone is not known
    if found is None and _STAMP.fullmatch(text):
        with suppress(ValueError, TypeError, IndexError, OverflowError):  # such as 31 February
            found = read_date(parsedate_to_datetime(text).isoformat())
    return found


def read_updated(text: str) -> str | None:
    """Read the date of an update, as in `Updated 9 February 2019` or `8 Feb 2019, last modified 9 Feb 2019`.

    Returns:
        As `read_date`; None where the line tells of no update.
    """
    parts = _UPDATED.split(text.strip()) if len(text) <= _LONGEST else []
    return read_date(parts[-1].lstrip(" :")) if len(parts) > 1 else None


def is_date(text: str) -> bool:
    """True when the line holds a date and nothing else; the date of an update and an ambiguous one are dates too."""
    text = text.strip()
    if len(text) > _LONGEST or not _YEAR.search(text):
        return False
    return read_date(text) is not None or all(_plain(part) is not None or _is_numeric(part) for part in _dates(text))


def _dates(text: str) -> list[str]:
    return [part for part in _UPDATED.split(text) if _WORD.search(part) or _DAY.search(part)] or [text]


def _is_numeric(text: str) -> bool:
    rest = _CLOCK.sub(" ", _NUMERIC.sub(" ", text, count=1))
    return rest != text and not _DAY.search(rest) and all(_known(word) for word in _WORD.findall(rest))


def _iso(text: str) -> str | None:
    try:
        found = datetime.fromisoformat(_FRACTION.sub("", text).replace(" ", "T", 1).replace(" ", "").upper())
    except ValueError:
        return None
    if _is_unknown(found, clock=":" in text, figures=True):
        return None
    return found.isoformat() if ":" in text else found.date().isoformat()


def _is_unknown(found: datetime, *, clock: bool, figures: bool) -> bool:
    """Whether it is what programs write where they know no day: the zero of their clock, or a year that none was in.

    Args:
        found: What is written.
        clock: Whether a time of day is part of it.
        figures: Whether the day is written in figures alone, as programs do.
    """
    if not clock:
        return figures and (found.year < _FIRST_YEAR or found.date() == _ZERO.date())
    if found.year < _FIRST_YEAR or found.replace(tzinfo=None) == _ZERO:
        return True
    if found.tzinfo is not None:
        return found.timestamp() == 0
    # Written in the zone of wherever the program ran.
    apart = found - _ZERO
    return timedelta(hours=-12) <= apart <= timedelta(hours=14) and apart % timedelta(minutes=30) == timedelta(0)


def _plain(text: str, day_first: bool | None = None) -> tuple[str, str, str] | None:
    """Give (day as ISO or `8 feb 2019`, time zone, time of day) in forms that dateutil reads in one way only."""
    if not text.strip():
        return None
    if year_first := _YEAR_FIRST.search(text):
        written = f"{int(year_first[4]):02}.{int(year_first[3]):02}.{year_first[1]}"
        text = f"{text[: year_first.start()]}{written}{text[year_first.end() :]}"
    numeric = _NUMERIC.search(text)
    rest = _NUMERIC.sub(" ", text, count=1)
    offset = _OFFSET.search(_ISO.sub(" ", rest))
    rest = _OFFSET.sub(" ", rest) if offset else rest
    clocks = list(_CLOCK.finditer(rest))
    rest = _CLOCK.sub(" ", rest)
    words = [word.lower() for word in _WORD.findall(rest)]
    if len(clocks) > 1 or not all(_known(word) for word in words):
        return None
    day = _numeric_day(numeric, day_first) if numeric else _named_day(rest, words)
    if day is None or (numeric and _DAY.search(rest)):
        return None
    if not clocks:
        return day, "", ""
    hour, minute, second, bare_hour, half = clocks[0].groups()
    clock = f"{hour or bare_hour}:{minute or '00'}:{second or '00'}{f' {half}m' if half else ''}"
    zone = next((word.upper() for word in words if word.upper() in _ZONES), "")
    return day, f"{offset[1]}{offset[2]}" if offset else zone, clock


def _known(word: str) -> bool:
    word = word.lower()
    return word in _MONTH or word in _FILLERS or word.upper() in _ZONES


def is_day_first(text: str) -> bool | None:
    """Whether a day in figures, such as `25/01/2019`, has the day before the month; None where it may have either."""
    found = _NUMERIC.search(text[:_LONGEST])
    if found is None or found[2] == ".":
        return None
    first, second = int(found[1]), int(found[3])
    return None if (first > 12) == (second > 12) else first > 12


def is_two_days(text: str) -> bool:
    """Whether a day in figures, such as `03/04/2019`, is one day or another as day or month comes first."""
    found = _NUMERIC.search(text[:_LONGEST])
    return found is not None and found[2] != "." and found[1] != found[3] and max(int(found[1]), int(found[3])) <= 12


def _numeric_day(found: re.Match[str], day_first: bool | None) -> str | None:
    first, sign, second, year = int(found[1]), found[2], int(found[3]), found[4]
    if sign == "." or first > 12 or first == second:
        day, month = first, second
    elif second > 12:
        day, month = second, first
    elif day_first is not None:
        day, month = (first, second) if day_first else (second, first)
    else:
        return None
    return f"{year}-{month:02}-{day:02}"


def _named_day(rest: str, words: list[str]) -> str | None:
    years = _YEAR.findall(rest)
    days = _DAY.findall(_YEAR.sub(" ", rest))
    months = {_MONTH[word] for word in words if word in _MONTH}
    if len(years) != 1 or len(days) != 1 or len(months) != 1:
        return None
    return f"{years[0]}-{months.pop():02}-{int(days[0]):02}"
