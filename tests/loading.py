"""What the tests of loaders share: paragraphs, and files that are read as they are written."""

from pathlib import Path

from index.article import Draft, Fault
from index.loaders import load
from index.settings import Settings

P1 = "The council voted on Tuesday to close the bridge for a year while its cables are replaced."
P2 = "Engineers found rust in three of the four towers in March. Repairs will cost about £12m, the mayor said."
P3 = "“We had no choice,” she told reporters, adding that ferries would run every ten minutes until midnight."
SETTINGS = Settings()


def read(path: Path, data: str | bytes | None = None, settings: Settings = SETTINGS) -> list[Draft | Fault]:
    """Write a file, where there is something to write, and read it."""
    if data is not None:
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return [one for one in load(path, settings) if one is not None]


def draft(path: Path, data: str | bytes | None = None, settings: Settings = SETTINGS) -> Draft:
    (only,) = read(path, data, settings)
    assert isinstance(only, Draft), only
    return only


def reason(path: Path, data: str | bytes | None = None, settings: Settings = SETTINGS) -> str:
    """Give what is wrong with a file as a whole."""
    (only,) = read(path, data, settings)
    assert isinstance(only, Fault), only
    assert only.where == str(path)
    assert only.reason.endswith(".")
    return only.reason


def drafts(got: list[Draft | Fault]) -> list[Draft]:
    return [one for one in got if isinstance(one, Draft)]


def faults(got: list[Draft | Fault], path: Path) -> list[tuple[str, str]]:
    """Give where each fault is, after the file's name, and its reason."""
    return [(one.where.removeprefix(str(path)), one.reason) for one in got if isinstance(one, Fault)]


def marked(one: Draft) -> list[tuple[str, str]]:
    return [(mark.kind.value, one.text[mark.start : mark.end]) for mark in one.marks]
