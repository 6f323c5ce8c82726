"""Replies, hits and articles as a terminal shows them."""

import re
import shlex
import textwrap
from collections.abc import Sequence

from index.article import Article, Byline
from index.corpus import Entry
from index.report import Report
from qa.doctor import Health
from qa.reply import Copy, Hit, Quote, Reply

_WIDTH = 100
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, which could move the cursor, and those that reverse the reading order."""


def safe(text: str) -> str:
    """Replace control characters, which could move the cursor or reverse the reading order, by U+FFFD."""
    return UNSEEN.sub("\ufffd", text)


def line(text: str) -> str:
    """Make a text safe on one line: a file's name may hold line ends, and would write lines of its own."""
    return safe(text.replace("\n", "\ufffd"))


def reply(given: Reply) -> str:
    """Show a reply: its quotes, or why there are none, with the passages that may answer."""
    parts = []
    if given.searched_for:
        parts.append(f"Searched for: {given.searched_for}")
    if given.offer:
        parts.append(given.offer)
    if given.searched_in:
        parts.append(f"Searched only: {given.searched_in}")
    if given.reason:
        parts.append(given.reason)
    parts.extend(_quote(quote, marked=True) for quote in given.quotes)
    if given.status == "related":
        parts.extend(_quote(quote, marked=False) for quote in given.related)
    elif given.related:
        parts.append(f"What came nearest: qa search {shlex.quote(given.searched_for or given.question)}")
    if given.answered:
        parts.append(f"Confidence that the first quote answers: {given.confidence:.0%}.")
    return safe("\n\n".join(parts))


def hits(found: Sequence[Hit]) -> str:
    """Show ranked passages."""
    if not found:
        return "Nothing was found."
    shown = (
        f"{rank}. {hit.score:.3f}  {hit.passage.article_id}  {hit.passage.start}-{hit.passage.end}  "
        + ", ".join(f"{name} {place}" for name, place in hit.ranks.items())
        + "\n"
        + _fold(hit.passage.text)
        for rank, hit in enumerate(found, 1)
    )
    return safe("\n\n".join(shown))


def article(shown: Article) -> str:
    """Show an article whole: running text as it stands, what is not quoted between brackets that name its kind."""
    lines = [line(f"{shown.id}  {shown.place or ''}"), _credit(shown.byline)]
    lines.append(f"  language: {shown.language or 'not sure, treated as English'}")
    lines += [f"  {name} from {origin}" for name, origin in sorted(shown.byline.provenance.items())]
    pieces, at = [], 0
    for mark in shown.marks:
        pieces += [shown.text[at : mark.start], f"[{mark.kind}: {shown.text[mark.start : mark.end]}]"]
        at = mark.end
    pieces.append(shown.text[at:])
    return safe("\n".join([*lines, "", "".join(pieces)]))


def entries(listed: Sequence[Entry]) -> str:
    """Show the list of articles, a line each."""
    if not listed:
        return "There are no articles."
    lines = (f"{each.id}  {(each.byline.published or 'undated')[:10]:10}  {_short(each.byline)}" for each in listed)
    return safe("\n".join(lines))


def indexed(report: Report) -> str:
    """Say what an indexing did, or would do."""
    told = f"{report.new:,} new, {report.changed:,} changed, {report.unchanged:,} unchanged, {report.gone:,} gone."
    told += f" {report.once}." if report.once else ""
    return f"{told} {report.kept}: --prune drops them." if report.kept else told


def health(found: Health) -> str:
    """Show what an archive holds, and what is wrong with it."""
    lines = [
        f"{found.articles:,} articles, {found.passages:,} passages, {found.words:,} words.",
        f"Languages: {found.in_languages}.",
        f"Disk: {found.on_disk}.",
    ]
    for one in found.findings:
        lines += ["", one.told, *textwrap.wrap(one.cure, _WIDTH, initial_indent="  → ", subsequent_indent="    ")]
        lines += [f"    {example}" for example in one.examples]
        lines += [f"    {one.more}"] if one.more else []
    return safe("\n".join([*lines, *([] if found.findings else ["", "Nothing is wrong."])]))


def _quote(shown: Quote, *, marked: bool) -> str:
    place = line(shown.article.place or shown.article.byline.url or shown.article.id)
    where = f"{place}, {f'p. {shown.page}, ' if shown.page else ''}{shown.start}-{shown.end}"
    start, end = shown.answer or (0, 0)
    answer = f"    Answer: {' '.join(shown.article.text[start:end].split())}\n" if marked and shown.answer else ""
    also = f"\n      also in {'; '.join(_copy(copy) for copy in shown.also_in)}" if shown.also_in else ""
    return f"{_fold(shown.text)}\n{answer}    — {_credit(shown.article.byline)}\n      {where}{also}"


def _copy(also: Copy) -> str:
    day = (also.byline.published or "")[:10]
    return " · ".join(part for part in (also.byline.outlet or also.byline.title, day, also.article_id) if part)


def _credit(byline: Byline) -> str:
    return line(" · ".join(part for part in (byline.title, byline.outlet, byline.author, byline.published) if part))


def _short(byline: Byline) -> str:
    return line(byline.title + (f" ({byline.outlet})" if byline.outlet else ""))


def _fold(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        textwrap.fill(one, _WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
        for one in lines
        if one.strip()
    )
