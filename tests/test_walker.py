"""One body gives one running text, whatever file it comes in: a page, a book, a letter, a feed, a field of a table."""

import csv
import json
import zipfile
from html import escape
from pathlib import Path

import pytest

from index.article import Draft
from index.loaders import load
from index.loaders.walker import visible
from index.settings import Settings

P1 = "The council voted on Tuesday to close the old bridge for a year, while its rusty cables are replaced."
P2 = "Engineers found rust in three of the four towers in March. Repairs will cost about £12m, the mayor said."
P3 = "“We had no choice,” she told reporters, adding that ferries would run every ten minutes until midnight."
P4 = "Traders on the eastern bank fear for their shops, because most of their customers come across on foot."

CONTAINER = '<container><rootfiles><rootfile full-path="a.opf"/></rootfiles></container>'
PACKAGE = (
    '<package><metadata><title>Bridges</title></metadata><manifest><item id="a" href="a.xhtml" '
    'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>'
)


def page(path: Path, body: str) -> None:
    head = '<meta charset="utf-8"><title>Bridge to close for a year</title>'
    path.write_text(
        f'<!DOCTYPE html><html lang="en"><head>{head}</head><body><main>'
        f"<h1>Bridge to close for a year</h1>{body}</main></body></html>",
        encoding="utf-8",
    )


def book(path: Path, body: str) -> None:
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("mimetype", "application/epub+zip")
        zipped.writestr("META-INF/container.xml", CONTAINER)
        zipped.writestr("a.opf", PACKAGE)
        zipped.writestr("a.xhtml", f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>')


def letter(path: Path, body: str) -> None:
    path.write_text(
        "From: Ann Carver <ann@courier.example>\nSubject: Bridge\nMIME-Version: 1.0\n"
        f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"<html><body>{body}</body></html>\n",
        encoding="utf-8",
    )


def rss(path: Path, body: str) -> None:
    path.write_text(
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Courier</title>'
        f"<item><title>Bridge</title><content:encoded><![CDATA[{body}]]></content:encoded></item></channel></rss>",
        encoding="utf-8",
    )


def atom(path: Path, body: str) -> None:
    path.write_text(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Courier</title><entry><title>Bridge</title>'
        f'<content type="html">{escape(body)}</content></entry></feed>',
        encoding="utf-8",
    )


def objects(path: Path, body: str) -> None:
    path.write_text(json.dumps([{"headline": "Bridge", "body": body}]), encoding="utf-8")


def table(path: Path, body: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("headline", "body"), ("Bridge", body)])


FORMATS = {
    "a.html": page, "a.epub": book, "a.eml": letter, "rss.xml": rss, "atom.xml": atom, "a.json": objects,
    "a.csv": table,
}  # fmt: skip


def running(folder: Path, name: str, inside: str) -> list[str]:
    """The lines that may be quoted of a text with some markup in its midst, without the paragraphs around it."""
    path = folder / name
    FORMATS[name](path, f"<p>{P1}</p><p>{P2}</p>{inside}<p>{P3}</p><p>{P4}</p>")
    (draft,) = load(path, Settings())
    assert isinstance(draft, Draft), draft
    text = draft.text
    for mark in reversed(draft.marks):
        text = f"{text[: mark.start]}\n\n{text[mark.end :]}"
    lines = [line for line in text.split("\n") if line.strip()]
    assert (lines[:2], lines[-2:]) == ([P1, P2], [P3, P4])
    return lines[2:-2]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        # What nobody sees inside words.
        ("<p>The engi&#173;neers of the har&shy;bour looked at each of the rusty cables.</p>",
         ["The engineers of the harbour looked at each of the rusty cables."]),
        ("<p>The engi\u00adneers of the har\u200bbour looked at e\u2060ach of the ru\ufeffsty cab\u200dles.</p>",
         ["The engineers of the harbour looked at each of the rusty cables."]),
        ("<p>The engi&#8203;neers of the har&#x200b;bour looked at each of the \u200erusty\u200e cables.</p>",
         ["The engineers of the harbour looked at each of the rusty cables."]),
        ("<p>A word \u0645\u06cc\u200c\u0631\u0648\u062f keeps its joiner, so does \U0001f469\u200d\U0001f680.</p>",
         ["A word \u0645\u06cc\u200c\u0631\u0648\u062f keeps its joiner, so does \U0001f469\u200d\U0001f680."]),
        # Hidden words.
        ('<p style="display:none">Nobody sees that the mayor sold the bridge.</p>', []),
        ('<p style="color:red; VISIBILITY : hidden">Nobody sees that the mayor sold the bridge.</p>', []),
        ('<p hidden="hidden">Nobody sees that the mayor sold the bridge.</p>', []),
        ('<div aria-hidden="true"><p>Nobody sees that the mayor sold the bridge.</p></div>', []),
        ('<div style="mso-hide:all"><p>Nobody sees that the mayor sold the bridge.</p></div>', []),
        ('<div class="note hidden"><p>Nobody sees that the mayor sold the bridge.</p></div>', []),
        ('<p>The towers <span style="display: none">which the mayor sold </span>are older than the cables are.</p>',
         ["The towers are older than the cables are."]),
        ('<div class="hidden md:block"><p>The towers on the bank are older than the cables are.</p></div>',
         ["The towers on the bank are older than the cables are."]),
        # Lists.
        ("<ol><li>First</li><li>Second</li></ol>", ["1. First", "2. Second"]),
        ("<ul><li>First</li><li>Second</li></ul>", ["- First", "- Second"]),
        ('<ol start="4"><li>Fourth</li><li value="9">Ninth</li><li><p>Tenth</p></li></ol>',
         ["4. Fourth", "9. Ninth", "10. Tenth"]),
        ("<ul><li>Outer<ol><li>Inner</li><li>Inner too</li></ol></li>"
         "<li><p>Next</p><p>Its second paragraph</p></li></ul>",
         ["- Outer", "1. Inner", "2. Inner too", "- Next", "Its second paragraph"]),
        # Tables.
        ("<table><tr><td>Ann</td><td>12</td></tr><tr><td>Bob</td><td>7</td></tr></table>", ["Ann | 12", "Bob | 7"]),
        ("<table><thead><tr><th>Bank</th><th>Ferries</th></tr></thead><tbody><tr><td><p>East</p></td><td>1<br/>2</td></tr>"
         "</tbody></table>", ["Bank | Ferries", "East | 1 2"]),
        ("<table><tr><td><ul><li>Until ten</li></ul></td><td>Mondays</td></tr></table>", ["- Until ten", "Mondays"]),
        # Code.
        ("<pre>load = 12\n  rust = 3</pre>", ["load = 12", "  rust = 3"]),
        ("<pre><code>if rust:\n    close()\n    tell()</code></pre>", ["if rust:", "    close()", "    tell()"]),
        ("<pre>load = 12<br/>  rust = 3</pre>", ["load = 12", "  rust = 3"]),
        # Lines and paragraphs.
        ("<p>The towers are older than the cables,<br/>and the cables older than the mayor is.</p>",
         ["The towers are older than the cables,", "and the cables older than the mayor is."]),
        ("<div>The towers are older than the cables are, said she."
         "<br/><br/>The cables are older than the mayor is.</div>",
         ["The towers are older than the cables are, said she.", "The cables are older than the mayor is."]),
        # What only points to other articles.
        ('<p>READ MORE: <a href="/1">Bear steals honey from convent and falls asleep</a></p>', []),
        ('<p><a href="/1">Mayor of the harbour resigns after bet on snails</a></p>', []),
        ('<p>More: <a href="/1">Dog elected chairman of chess club</a> | '
         '<a href="/2">Twins born on two ferries</a></p>', []),
    ],
)  # fmt: skip
def test_one_body_gives_one_running_text(tmp_path: Path, name: str, markup: str, lines: list[str]) -> None:
    assert running(tmp_path, name, markup) == lines


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\u00adb\u200bc\u2060d\ufeffe", "abcde"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("ca\u200dt, ca\u200ct, \u200fcat", "cat, cat, cat"),
        ("क्\u200dष शब्\u200cद", "क्\u200dष शब्\u200cद"),
        ("שלום\u200f!", "שלום\u200f!"),
        ("plain", "plain"),
    ],
)
def test_what_nobody_sees_is_taken_out_and_joiners_stay_where_a_script_needs_them(text: str, seen: str) -> None:
    assert visible(text) == seen
