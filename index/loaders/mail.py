"""Letters and mailboxes: one article a letter, and one for each file attached that can be read."""

import base64
import email
import io
import quopri
import re
from collections.abc import Iterator
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import BinaryIO, cast

from index.article import Byline, Draft, Fault, Kind
from index.byline import read_author
from index.dates import read_stamp
from index.encoding import decoded
from index.errors import ArticleError
from index.loaders import markup
from index.loaders.inside import Place
from index.loaders.letter import is_sent_on, read_letter
from index.loaders.page import Part, lay_out, without_title
from index.settings import Settings

_BROKEN = (AttributeError, IndexError, KeyError, LookupError, OverflowError, TypeError, ValueError, RecursionError)
"""What the standard library raises over broken headers and bodies."""
_LISTS = ("List-Id", "List-Unsubscribe", "List-Post")
"""A letter with one of them goes to many readers."""
_HEADERS = ("From", "To", "Subject", "Date", "Content-Type", "Received", "Message-ID", "MIME-Version")
_SEPARATOR = re.compile(rb"From .*\d{1,2}:\d\d.*\d{4}")
_LONGEST_SEPARATOR = 300
_VIA = re.compile(r"\s+via\s.*", re.DOTALL)
"""What mailing lists put after a sender's name."""
_ESCAPED = re.compile(rb">+From ")
_LONGEST_LINE = 1 << 20
_LEAST_PLAIN = 0.2
"""A letter's plain text with less than this share of its HTML's words only says that there is HTML."""


def load(path: Path, settings: Settings, depth: int = 0) -> Iterator[Draft | Fault]:
    """Read one letter, and the files attached to it.

    Raises:
        ArticleError: It is no letter.
        OSError: It cannot be read.
    """
    message = _parsed(path.read_bytes())
    if not any(name in message for name in _HEADERS):
        raise ArticleError("it is no letter, for it has no header: save it from the mail program again")
    yield from _read(message, Place(path, settings, depth), None)


def load_box(path: Path, settings: Settings, depth: int = 0) -> Iterator[Draft | Fault]:
    """Read the letters of a mailbox one by one; no more than one is held.

    Raises:
        ArticleError: It is no mailbox.
        OSError: It cannot be read.
    """
    place = Place(path, settings, depth)
    with path.open("rb") as file:
        for number, data in enumerate(_letters(file, settings.max_file_mb * 1_000_000), 1):
            if data is None:
                limit = f"the limit of {settings.max_file_mb} MB"
                yield Fault(f"{path}: letter {number}", f"it is over {limit}: leave it out, or raise max_file_mb.")
            else:
                yield from _read(_parsed(data), place, number)


def _parsed(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=policy.default)


def _letters(file: BinaryIO, most: int) -> Iterator[bytes | None]:
    """Part a mailbox where a line begins with "From ", a time and a year after a blank line; None is one too long."""
    first = file.readline(_LONGEST_LINE)
    while first and not first.strip():
        first = file.readline(_LONGEST_LINE)
    if not first.removeprefix(b"\xef\xbb\xbf").startswith(b"From "):
        raise ArticleError(
            'it is no mailbox, for it does not begin with "From ": export it as mbox, or save it as .eml'
        )
    held: list[bytes] = []
    size = 0
    is_blank = False
    while line := file.readline(_LONGEST_LINE):
        if is_blank and len(line) < _LONGEST_SEPARATOR and _SEPARATOR.match(line.rstrip()):
            yield b"".join(held) if size <= most else None
            held, size = [], 0
        else:
            size += len(line)
            if size > most:
                held = []
            else:
                held.append(line[1:] if _ESCAPED.match(line) else line)
        is_blank = not line.strip()
    yield b"".join(held) if size <= most else None


def _read(message: EmailMessage, place: Place, number: int | None) -> Iterator[Draft | Fault]:
    """Read one letter and what is attached to it; `number` counts letters in a mailbox."""
    subject = _header(message, "Subject")
    name = None if number is None else subject or f"letter {number}"
    called = subject or ("letter" if number is None else f"letter {number}")
    where = str(place.path) if number is None else f"{place.path}: letter {number} (“{called}”)"
    attached = list(_attached(message))
    try:
        draft = _draft(message, subject)
    except ArticleError as error:
        yield Fault(where, f"{error}.")
    else:
        if draft.text:
            yield replace(draft, name=name)
        elif not attached:
            yield Fault(where, "there is no text in it: leave it out, or add the text.")
    for file, data in attached:
        yield from place.read(f"{called.replace('/', '-')}/{file}", io.BytesIO(data))


def _draft(message: EmailMessage, subject: str) -> Draft:
    """Make an article of a letter; one without text where it has none."""
    goes_to_many = any(name in message for name in _LISTS)
    sender = _sender(message)
    outlet = _outlet(message, sender) if goes_to_many else None
    author = read_author(sender, sure=True) if sender and sender != outlet else None
    body = _body(message)
    if any(is_sent_on(part.text) for part in body):
        author = None  # two people's words
    published, date_line = _date(message)
    head = [Part(subject, Kind.TITLE), Part(author or "", Kind.AUTHOR), Part(date_line, Kind.DATE)]
    text, marks = lay_out(head, without_title(body, subject)) if body else ("", ())
    stated = {"title": subject, "author": author, "published": published, "outlet": outlet}
    origin = {name: "header" for name, value in stated.items() if value}
    return Draft(text, Byline(subject, author, published, outlet, provenance=origin), marks)


def _body(message: EmailMessage) -> list[Part]:
    """Give the parts of a letter, of its plain text where that says what its HTML says."""
    plain = _part(message, "plain")
    rich = _part(message, "html")
    said: list[Part] = []
    if plain is not None:
        flowed = plain.get_param("format", "") == "flowed"
        joined = str(plain.get_param("delsp", "")).lower() == "yes"
        said = read_letter(_text(plain), flowed=flowed, joined=joined)
    shown = [] if rich is None else markup.parts(_text(rich))
    return said if _count(said) > _LEAST_PLAIN * _count(shown) else shown or said


def _count(parts: list[Part]) -> int:
    return sum(len(part.text.split()) for part in parts if part.kind is None)


def _part(message: EmailMessage, kind: str) -> EmailMessage | None:
    try:
        return cast("EmailMessage | None", message.get_body(preferencelist=(kind,)))
    except _BROKEN:
        return None


def _text(part: EmailMessage) -> str:
    return decoded(_bytes(part), part.get_content_charset())


def _bytes(part: EmailMessage) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except _BROKEN:
        return b""
    return data if isinstance(data, bytes) else b""


def _attached(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    """Give the files attached that are of a kind that can be read, letters among them."""
    from index.loaders import LOADERS, kind_of  # the table that this room stands in

    try:
        parts = list(message.iter_attachments())
    except _BROKEN:
        return
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            try:
                data = _plain(part, cast(EmailMessage, part.get_content()).as_bytes())
                yield f"{_header(_parsed(data), 'Subject').replace('/', '-') or 'letter'}.eml", data
            except _BROKEN:
                pass  # a letter that cannot be written down again
            continue
        try:
            name = Path((part.get_filename() or "").replace("\\", "/")).name
        except _BROKEN:
            continue
        if kind_of(Path(name)) in LOADERS:
            yield markup.readable(name), _bytes(part)


def _plain(part: EmailMessage, data: bytes) -> bytes:
    """Decode a letter that is attached encoded, against the standard, which the parser takes at its word."""
    encoded = _header(part, "Content-Transfer-Encoding").lower()
    if encoded not in ("base64", "quoted-printable"):
        return data
    # The parser has put a line before it, as before any text without header lines.
    return base64.b64decode(data) if encoded == "base64" else quopri.decodestring(data.lstrip())


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(markup.readable(str(message[name] or "")).split())
    except _BROKEN:
        return ""


def _sender(message: EmailMessage) -> str:
    try:
        addresses = message["From"].addresses
        name = markup.readable(addresses[0].display_name) if addresses else ""
        return " ".join(_VIA.sub("", name).split())
    except _BROKEN:
        return ""


def _outlet(message: EmailMessage, sender: str) -> str | None:
    """Give the name of a newsletter: the sender's where it is no person's or the address says it, else the list's."""
    listed = re.match(r'\s*"?([^"<>]{2,100}?)"?\s*<', _header(message, "List-Id"))
    address = re.sub(r"\W", "", _header(message, "From").rpartition("<")[2]).lower()
    own = re.sub(r"\W", "", sender).lower()
    if sender and (own in address or read_author(sender, sure=True) is None):
        return sender
    return listed[1] if listed else None


def _date(message: EmailMessage) -> tuple[str | None, str]:
    line = _header(message, "Date")
    return read_stamp(line), line
