"""The index and what went into it -> HTML for the articles page; every block is one line, as in `cards`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.article import Fault
from index.errors import NoIndex, VerbatimError
from qa.web.cards import article_url, day, escape, notice

if TYPE_CHECKING:
    from index.corpus import Counts, Entry
    from index.report import Report
    from qa.doctor import Health

EMPTY = (
    '<div class="empty"><h3>No articles yet</h3><p>Add some, then ask. Drop files on the '
    '<a href="/articles">Articles</a> page, or run <code>qa index FOLDER</code> in a terminal.</p></div>'
)


EMPTY_LIST = (
    '<div class="empty"><h3>No articles yet</h3><p>Drop files above, or name a folder. In a terminal, '
    "<code>qa index FOLDER</code> does the same.</p></div>"
)


def trouble(error: VerbatimError, empty: str = EMPTY) -> str:
    """What to show in place of an answer or a list: how to begin when nothing is indexed, else what is wrong."""
    return empty if isinstance(error, NoIndex) else notice(str(error))


def counts(known: Counts) -> str:
    """How much is indexed, as a line of figures."""
    figures = [(known.articles, "article"), (known.passages, "passage"), (known.words, "word")]
    return '<div class="counts">' + " ".join(_figure(number, noun) for number, noun in figures) + "</div>"


def table(entries: Sequence[Entry], offset: int, containing: str) -> str:
    """One page of the list of articles; a sentence when there is nothing to list.

    Args:
        entries: The rows, in order.
        offset: How many rows come before them.
        containing: What was searched for, for the sentence.
    """
    if not entries:
        told = f"No headline, outlet or author contains “{escape(containing)}”." if containing else "No more articles."
        return f'<div class="notice">{told}</div>'.replace("\n", " ")
    rows = "".join(_row(entry) for entry in entries)
    span = f"{offset + 1:,}–{offset + len(entries):,}"
    return (
        f'<div class="listing"><table><thead><tr><th>Headline</th><th>Outlet and author</th><th>Date</th></tr></thead>'
        f'<tbody>{rows}</tbody></table><div class="span">Articles {span}, newest first</div></div>'
    ).replace("\n", " ")


def following(folder: str) -> str:
    """That a folder is being followed."""
    return f'<div class="notice" role="status">Following {escape(folder)}: what changes there is indexed.</div>'


def report(done: Report | None, refused: Sequence[Fault] = (), *, trial: bool = False) -> str:
    """What adding files did: new, changed, the same; and each thing that could not be read, with its reason.

    Args:
        done: None where there was nothing to index.
        refused: What was not even kept.
        trial: It only said what would change.
    """
    out = ""
    if done is not None:
        told = f"{done.new:,} new, {done.changed:,} changed, {done.gone:,} gone, {done.unchanged:,} unchanged."
        told += "".join(f" {note}." for note in (done.once, done.kept) if note)
        told += " Nothing was written." if trial else ""
        out = f'<div class="done" role="status">{told}</div>'
    faults = [*refused, *(done.faults if done is not None else ())]
    if faults:
        lines = "".join(f"<li><strong>{escape(name(at))}</strong>: {escape(at.reason)}</li>" for at in faults)
        out += f'<div class="faults">{_figure(len(faults), "thing")} could not be read:</div><ul>{lines}</ul>'
    return f'<div class="report">{out}</div>'.replace("\n", " ")


def health(found: Health) -> str:
    """What an archive holds, and what is wrong with it, each with what mends it."""
    about = f"<p>Languages: {escape(found.in_languages)}. On the disk: {escape(found.on_disk)}.</p>"
    items = "".join(
        f"<li><strong>{escape(one.told)}</strong> {_code(one.cure)}<ul>"
        + "".join(f"<li>{escape(example)}</li>" for example in one.examples)
        + (f"<li>{one.more}</li>" if one.more else "")
        + "</ul></li>"
        for one in found.findings
    )
    return (
        f'<div class="health" role="status">{about}{f"<ul>{items}</ul>" if items else "<p>Nothing is wrong.</p>"}</div>'
    )


def _code(words: str) -> str:
    """Words as HTML, what stands between backticks as code."""
    parts = words.split("`")
    return "".join(f"<code>{escape(part)}</code>" if at % 2 else escape(part) for at, part in enumerate(parts))


def name(fault: Fault) -> str:
    """Where a fault is, without the folders it lies in."""
    return fault.where.rpartition("/")[2]


def _figure(number: int, noun: str) -> str:
    return f"<span><strong>{number:,}</strong> {noun}{'' if number == 1 else 's'}</span>"


def _row(entry: Entry) -> str:
    byline = entry.byline
    title = f'<a class="headline" href="{escape(article_url(entry.id))}">{escape(byline.title)}</a>'
    who = " · ".join(escape(part) for part in (byline.outlet, byline.author) if part) or "unknown"
    when = escape(day(byline.published)) if byline.published else "undated"
    return f'<tr><td dir="auto">{title}</td><td>{who}</td><td class="when">{when}</td></tr>'
