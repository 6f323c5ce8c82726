"""Articles and faults as bytes, for the pipe between the build and the children that read files.

JSON, never pickle: what comes from a child that read a hostile file must not be able to run anything.
"""

import json
import struct
from typing import IO, Any

from index.article import Article, Byline, Fault, Kind, Mark

WORKING = b"working"
"""The child goes on reading an article that takes long."""
DONE = b"done"
"""The child has started, or has read a file to its end."""
SPENT = b"spent"
"""The same, and the child has grown so large that another is to take its place."""
_SIZE = struct.Struct(">I")
_MOST_BYTES = 2**30
"""More is no article but a sign that the stream has come apart."""


def encode(one: Article | Fault) -> bytes:
    """Write an article or a fault as bytes that `decode` reads back exactly, half characters included."""
    if isinstance(one, Fault):
        given: dict[str, Any] = {"where": one.where, "reason": one.reason, "unfinished": one.unfinished}
        text = ""
    else:
        byline = one.byline
        given = {
            "id": one.id,
            "byline": {
                "title": byline.title,
                "author": byline.author,
                "published": byline.published,
                "outlet": byline.outlet,
                "url": byline.url,
                "provenance": dict(byline.provenance),
                "updated": byline.updated,
            },
            "marks": [(mark.kind.value, mark.start, mark.end) for mark in one.marks],
            "path": one.path,
            "pages": one.pages,
            "language": one.language,
            "as_given": one.as_given,
            "member": one.member,
        }
        text = one.text
    # As they stand, not as \u escapes: two escaped halves side by side would be read back as one character.
    head = json.dumps(given, ensure_ascii=False).encode("utf-8", "surrogatepass")
    # The text stands beside the JSON: to escape and to read it there took six times as long.
    return _SIZE.pack(len(head)) + head + text.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> Article | Fault:
    """Read back what `encode` wrote.

    Raises:
        ValueError: The bytes are nothing that `encode` writes.
    """
    try:
        (size,) = _SIZE.unpack_from(data)
        end = _SIZE.size + size
        given = json.loads(data[_SIZE.size : end].decode("utf-8", "surrogatepass"))
        text = data[end:].decode("utf-8", "surrogatepass")
        if "reason" in given:
            return Fault(**given)
        byline = Byline(**given.pop("byline"))
        marks = tuple(Mark(Kind(kind), start, end) for kind, start, end in given.pop("marks"))
        return Article(text=text, byline=byline, marks=marks, pages=tuple(given.pop("pages")), **given)
    except (struct.error, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"It is neither an article nor a fault ({error}).") from error


def send(stream: IO[bytes], data: bytes) -> None:
    """Write one message, its length before it, and see it off.

    Raises:
        BrokenPipeError: Nobody reads any more.
    """
    rest = memoryview(_SIZE.pack(len(data)) + data)
    while rest:
        rest = rest[stream.write(rest) :]
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Read one message; None where the stream ended, were it in the middle of a message."""
    head = _exactly(stream, _SIZE.size)
    if head is None:
        return None
    (size,) = _SIZE.unpack(head)
    return _exactly(stream, size) if size <= _MOST_BYTES else None


def _exactly(stream: IO[bytes], size: int) -> bytes | None:
    # A pipe without a buffer gives what is there.
    pieces = []
    while size:
        piece = stream.read(size)
        if not piece:
            return None
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
