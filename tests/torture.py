"""`make torture`: files of every format, mutated, read through the guard; what became of them is printed and kept.

`TORTURE_FILES` says how many for each format, 1,000 when it is not set.
"""

import csv
import gzip
import io
import json
import os
import random
import sys
import tarfile
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from figures import commit, keep, made

from index.article import Fault
from index.guard import read
from index.loaders import LOADERS
from index.settings import Settings

TITLE = "Floods in the lower town"
PARAGRAPHS = [
    "By Ann Lee\n8 May 2019",
    "The river rose on Sunday night, and residents of the lower town were told to leave their houses at once.",
    "“Nobody expected this,” said Mayor Guaidó, who had opened the new dam – the third – only a week before.",
    "Share this article",
    "Trains were cancelled until Tuesday; the railway said that 1,200 passengers were stranded. © 2019 The Observer.",
]
SIGNS = [
    *rb"< </ <!-- <![CDATA[ <? <div> <p &#x0; &#xd800; &lol; ]]> <!DOCTYPE > [ ]( ` *a_ |--| &a *a".split(),
    *rb"""{ {"a": " \ \ud800 1e999 - , =?utf-8?q? --boundary From""".split(),
    *rb"\rtf1 {\* \bin99999 \u-1? stream endobj << /Kids PK".split(),
    *(b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc3", b"\x1b[2J", "\u202e".encode(), b"\r", b"\n\n"),
    *(b"---\n", b" ", b"\t", b"\n> ", b"\n- "),
]
"""What parsers look for."""


def _page() -> bytes:
    body = "".join(f"<p>{part}</p>" for part in PARAGRAPHS)
    stated = json.dumps({"@type": "NewsArticle", "headline": TITLE, "author": {"name": "Ann Lee"}})
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{TITLE} | The Observer</title>'
        f'<meta property="article:published_time" content="2019-05-08"><script type="application/ld+json">{stated}'
        f"</script></head><body><nav>News</nav><h1>{TITLE}</h1><article>{body}<ul><li>One</li><li>Two</li></ul>"
        "<table><tr><td>River</td><td>7 m</td></tr></table></article></body></html>"
    ).encode()


def _markdown() -> bytes:
    front = f"---\ntitle: {TITLE}\nauthor: [Ann Lee, Bo Chi]\ndate: 2019-05-08\n---\n\n"
    rest = "- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    return (front + "\n\n".join([f"# {TITLE}", *PARAGRAPHS, rest])).encode()


def _rows() -> list[dict[str, str]]:
    return [
        {"_id": str(number), "title": f"{TITLE} {number}", "text": "\n\n".join(PARAGRAPHS), "date": "2019-05-08"}
        for number in range(4)
    ]


def _table(delimiter: str) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, ["_id", "title", "text", "date"], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(_rows())
    return out.getvalue().encode()


def _lines() -> bytes:
    return "".join(json.dumps(row) + "\n" for row in _rows()).encode()


def _feed() -> bytes:
    items = "".join(
        f"<item><title>{row['title']}</title><description>{row['text']}</description>"
        "<pubDate>Wed, 08 May 2019 10:00:00 GMT</pubDate></item>"
        for row in _rows()
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()


def _letter() -> bytes:
    letter = EmailMessage()
    letter["Subject"], letter["From"] = TITLE, "Ann Lee <ann@example.org>"
    letter["Date"] = "Wed, 08 May 2019 10:00:00 +0000"
    letter.set_content("\n\n".join(PARAGRAPHS))
    letter.add_alternative(_page().decode(), subtype="html")
    letter.add_attachment(_markdown(), maintype="text", subtype="markdown", filename="floods.md")
    return letter.as_bytes()


def _saved() -> bytes:
    page = EmailMessage()
    page["Subject"], page["Snapshot-Content-Location"] = TITLE, "https://example.org/floods"
    page.set_content(_page().decode(), subtype="html")
    page.make_related()
    return page.as_bytes()


def _packed() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("news/floods.txt", "\n\n".join([TITLE, *PARAGRAPHS]))
        packed.writestr("news/floods.html", _page())
        packed.writestr("news/corpus.jsonl", _lines())
    return out.getvalue()


def _tarred() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as packed:
        for name, data in (("floods.txt", "\n\n".join([TITLE, *PARAGRAPHS]).encode()), ("floods.html", _page())):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            packed.addfile(member, io.BytesIO(data))
    return out.getvalue()


def _pdf() -> bytes:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    out, style = io.BytesIO(), getSampleStyleSheet()
    parts = [Paragraph(TITLE, style["Title"]), *(Paragraph(part, style["BodyText"]) for part in PARAGRAPHS * 3)]
    SimpleDocTemplate(out, title=TITLE, author="Ann Lee").build(parts)
    return out.getvalue()


def _docx() -> bytes:
    import docx

    out, document = io.BytesIO(), docx.Document()
    document.core_properties.title = TITLE
    document.add_heading(TITLE, 0)
    for part in PARAGRAPHS:
        document.add_paragraph(part)
    document.add_table(2, 2).cell(0, 0).text = "River"
    document.save(out)
    return out.getvalue()


def _odt() -> bytes:
    from odfdo import Document, Header, Paragraph

    out, document = io.BytesIO(), Document("text")
    document.body.append(Header(1, TITLE))
    for part in PARAGRAPHS:
        document.body.append(Paragraph(part))
    document.save(out)
    return out.getvalue()


def _rtf() -> bytes:
    body = "\\par ".join(PARAGRAPHS).encode("cp1252").decode("latin-1")
    escaped = "".join(char if char.isascii() else f"\\'{ord(char):02x}" for char in body)
    return f"{{\\rtf1\\ansi{{\\info{{\\title {TITLE}}}}}\\b {TITLE}\\b0\\par {escaped}}}".encode("ascii")


def _epub() -> bytes:
    from ebooklib import epub

    book = epub.EpubBook()
    book.set_identifier("floods")
    book.set_title(TITLE)
    book.add_author("Ann Lee")
    chapter = epub.EpubHtml(title=TITLE, file_name="floods.xhtml")
    chapter.content = f"<h1>{TITLE}</h1>" + "".join(f"<p>{part}</p>" for part in PARAGRAPHS)
    book.add_item(chapter)
    book.toc, book.spine = [chapter], ["nav", chapter]
    book.add_item(epub.EpubNcx())
    book.add_item(epub.EpubNav())
    out = io.BytesIO()
    epub.write_epub(out, book)
    return out.getvalue()


SEEDS: dict[str, Callable[[], bytes]] = {
    ".txt": lambda: "\n\n".join([TITLE, *PARAGRAPHS]).encode(),
    ".md": _markdown,
    ".markdown": _markdown,
    ".html": _page,
    ".htm": _page,
    ".jsonl": _lines,
    ".json": lambda: json.dumps(_rows()).encode(),
    ".csv": lambda: _table(","),
    ".tsv": lambda: _table("\t"),
    ".xml": _feed,
    ".eml": _letter,
    ".mbox": lambda: b"".join(b"From ann@example.org Wed May  8 10:00:00 2019\n" + _letter() + b"\n" for _ in range(3)),
    ".mhtml": _saved,
    ".mht": _saved,
    ".zip": _packed,
    ".tgz": _tarred,
    ".tar.gz": _tarred,
    ".pdf": _pdf,
    ".docx": _docx,
    ".odt": _odt,
    ".rtf": _rtf,
    ".epub": _epub,
}
"""Kind of file -> a sound one."""


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Give a file with one to four things wrong with it; in a packed one mostly inside, so that it unpacks."""
    inside = rng.random() < 0.7
    if inside and data.startswith(b"PK\3\4"):
        return _repacked(data, rng)
    if inside and data.startswith(b"\x1f\x8b"):
        return gzip.compress(mutated(gzip.decompress(data), rng), 1)
    for _ in range(rng.randint(1, 4)):
        data = _changed(data, rng)
    return data


def _changed(data: bytes, rng: random.Random) -> bytes:
    start, end = sorted((rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)))
    end = min(end, start + rng.choice((1, 10, 100, 10_000)))
    before, piece, after = data[:start], data[start:end], data[end:]
    match rng.randrange(7):
        case 0:
            return before + after
        case 1:
            return before
        case 2:
            return before + rng.randbytes(len(piece)) + after
        case 3:
            return after + piece + before
        case 4:
            return before + piece * min(rng.choice((2, 10, 1000)), 300_000 // (len(piece) + 1)) + after
        case 5:
            return before + rng.choice(SIGNS) * rng.choice((1, 3, 100, 20_000)) + piece + after
        case _:
            return before + rng.choice(SIGNS) + piece + rng.choice(SIGNS) + after


def _repacked(data: bytes, rng: random.Random) -> bytes:
    """Mutate a member of an archive, so that its checksum holds."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        chosen = rng.choice(given.namelist())
        for name in given.namelist():
            packed.writestr(name, mutated(given.read(name), rng) if name == chosen else given.read(name))
    return out.getvalue()


@dataclass
class Outcome:
    """What became of the files of one kind."""

    kind: str
    files: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0
    surprises: Counter[str] = field(default_factory=Counter)


ENDS = {
    "could not be read (": "surprised",
    "took more than": "too slow",
    "needs more than": "too large",
    "nested too deeply": "too deep",
    "reader crashed": "crashed",
    "ended its reader": "crashed",
}
"""Words in the reason -> what it is called in the table; every other reason is a loader's own: "skipped"."""


def torture(kind: str, count: int, folder: Path, settings: Settings) -> Outcome:
    """Read mutations of one kind of file, always the same; one after the other, so that each is timed by itself."""
    rng, sound = random.Random(kind), SEEDS[kind]()
    outcome = Outcome(kind)

    def files():
        for number in range(count):
            path = folder / f"{number}{kind}"
            path.write_bytes(mutated(sound, rng) if number else sound)
            yield path

    began = time.perf_counter()
    for path, ones in read(files(), settings):
        given = list(ones)
        outcome.slowest_s = max(outcome.slowest_s, time.perf_counter() - began)
        outcome.files += 1
        reasons = [one.reason for one in given if isinstance(one, Fault)]
        ends = {end for reason in reasons for words, end in ENDS.items() if words in reason}
        plain = "lost" if not given else "skipped" if len(reasons) == len(given) else "indexed"
        outcome.ends[", ".join(sorted(ends)) or plain] += 1
        outcome.surprises.update(reason.partition(":")[0] for reason in reasons if "could not be read (" in reason)
        path.unlink()
        began = time.perf_counter()
    return outcome


def main() -> None:
    """Print a table, a line for each format; exit status 1 where a file was lost or took too long."""
    count, settings = int(os.environ.get("TORTURE_FILES", "1000")), Settings()
    names = ["indexed", "skipped", "surprised", "too slow", "too large", "too deep", "crashed", "lost"]
    table = made("torture", commit()) + f"| format | files | {' | '.join(names)} | slowest, s |\n{'|---' * 11}|\n"
    print(table, end="", flush=True)
    bad = False
    for kind in sorted(LOADERS):
        with tempfile.TemporaryDirectory() as folder:
            done = torture(kind, count, Path(folder), settings)
        counts = [sum(n for end, n in done.ends.items() if name in end) for name in names]
        row = f"| {kind} | {done.files:,} | {' | '.join(f'{n:,}' for n in counts)} | {done.slowest_s:.1f} |\n"
        print(row, end="", flush=True)
        table += row
        for said, times in done.surprises.most_common():
            print(f"{times:,} times: {said}", file=sys.stderr, flush=True)
        bad |= done.files < count or "lost" in done.ends or done.slowest_s > settings.file_timeout_s + 5
    keep("torture", table)
    sys.exit(bad)


if __name__ == "__main__":
    main()
