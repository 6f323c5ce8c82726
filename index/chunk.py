"""An article to passages: windows of whole sentences that fit the model, exact slices of the text.

A window never crosses a part that is marked as something other than running text, and shares one
sentence with the window before it, so that no two neighbouring sentences are ever apart.
"""

import re
from collections.abc import Iterator, Sequence

from index import scripts
from index.article import Article, Byline, Passage, Span
from index.embed import Embedder
from index.head import stands_alone
from index.layout import paragraphs
from index.text import count_words, sentences

SENTENCE_WORDS = 80
"""A longer sentence is parted at a comma or dash, for no quote may be longer."""

_HEADER_WORDS = 40
_HEADER_CHARS = 200  # some alphabets give a word piece for each character, and passages need room beside it
_LONGEST = scripts.CHARS_OF_A_WORD * SENTENCE_WORDS  # text without spaces is parted here
_CLAUSE = re.compile(r"[;:,–—،؛]\s+|\s+[-–—]\s+|[、，；：][”’」』）]*\s*")
_SPACE = re.compile(r"\s+")


def header(byline: Byline) -> str:
    """Give the line that stands before every passage of an article when it is embedded or indexed.

    It carries what a passage alone does not say, and is never part of a quote.
    """
    day = byline.published[:10] if byline.published else None
    words = " | ".join(part for part in (byline.title, byline.outlet, day) if part).split()
    return " ".join(words[:_HEADER_WORDS])[:_HEADER_CHARS].rstrip()


def sought_text(byline: Byline, passage: Passage) -> str:
    """Give what is embedded and indexed of a passage: the header of its article, then its words."""
    return f"{header(byline)}\n{passage.text}"


def chunk(article: Article, embedder: Embedder, passage_words: int) -> list[Passage]:
    """Cut an article into passages.

    Args:
        article: Its marks say which parts are not running text.
        embedder: Counts word pieces, so that header and passage fit what the model reads.
        passage_words: Words in a passage, at most, unless one sentence alone has more.

    Returns:
        Passages in the order of the text; none when the article has no running text.
    """
    special = embedder.pieces([""])[0]
    room = embedder.max_pieces - embedder.pieces([header(article.byline) + "\n"])[0]
    passages: list[Passage] = []
    for run in _body(article):
        whole = [span for start, end in run for span in sentences(article.text, start, end, article.language)]
        spans = list(_fitting(article.text, whole, embedder, room))
        pieces = [count - special for count in embedder.pieces([article.text[a:b] for a, b in spans])]
        words = [count_words(article.text[a:b]) for a, b in spans]
        for first, last in windows(pieces, words, room, passage_words):
            inside = tuple(spans[first:last])
            begin, stop = inside[0][0], inside[-1][1]
            words_inside = article.text[begin:stop]
            passages.append(
                Passage(article.id, len(passages), begin, stop, words_inside, inside, language=article.language)
            )
    return passages


def windows(pieces: Sequence[int], words: Sequence[int], most_pieces: int, most_words: int) -> list[Span]:
    """Group neighbouring sentences greedily into windows, each sharing one sentence with the one before.

    Args:
        pieces: Word pieces of each sentence.
        words: Words of each sentence.
        most_pieces: Word pieces in a window, at most.
        most_words: Words in a window, at most; a single sentence may have more.

    Returns:
        (first, last exclusive) in order; together they cover every sentence.
    """
    found: list[Span] = []
    first, count = 0, len(pieces)
    while first < count:
        last, used_pieces, used_words = first, 0, 0
        while last < count and (
            last == first or (used_pieces + pieces[last] <= most_pieces and used_words + words[last] <= most_words)
        ):
            used_pieces += pieces[last]
            used_words += words[last]
            last += 1
        # A window that is only the shared sentence and nothing new would repeat what the last one holds.
        if not (found and last <= found[-1][1]):
            found.append((first, last))
        if last == count:
            break
        overlaps = last - 1 > first and pieces[last - 1] + pieces[last] <= most_pieces
        overlaps = overlaps and words[last - 1] + words[last] <= most_words
        first = last - 1 if overlaps else last
    return found


def _body(article: Article) -> Iterator[list[Span]]:
    """Give the runs of paragraphs that no mark interrupts."""
    run: list[Span] = []
    marks = iter(article.marks)
    mark = next(marks, None)
    for paragraph in paragraphs(article.text, stands_alone):
        while mark is not None and mark.end <= paragraph.start:
            mark = next(marks, None)
            yield run
            run = []
        if mark is None or mark.start >= paragraph.end:
            run.append((paragraph.start, paragraph.end))
    yield run


def _fitting(text: str, whole: Sequence[Span], embedder: Embedder, room: int) -> Iterator[Span]:
    """Give sentences, long ones parted so that each fits a quote and the model."""
    short = [part for span in whole for part in _parted(text, span, SENTENCE_WORDS, _LONGEST)]
    special = embedder.pieces([""])[0]
    for part, count in zip(short, embedder.pieces([text[a:b] for a, b in short]), strict=True):
        if count - special <= room:
            yield part
        else:
            # One character can hardly give more than two pieces in any alphabet.
            yield from _parted(text, part, SENTENCE_WORDS, max(1, room // 2))


def _parted(text: str, span: Span, most_words: int, most_chars: int) -> Iterator[Span]:
    """Part one span at clauses, else at spaces, else anywhere, until every part is short enough."""
    start, end = span
    while start < end:
        limit = scripts.reach(text, start, min(end, start + most_chars), _LONGEST)
        spaces = [space.span() for space in _SPACE.finditer(text, start, limit)]
        if limit == end and len(spaces) < most_words:
            yield start, end
            return
        if len(spaces) >= most_words:
            limit = spaces[most_words - 1][0]
        clauses = [match.end() for match in _CLAUSE.finditer(text, start + (limit - start) // 3, limit)]
        cut = clauses[-1] if clauses else max((a for a, _ in spaces if start < a <= limit), default=0)
        cut = cut or scripts.before(text, start, limit, end)
        stop = start + len(text[start:cut].rstrip())
        if stop > start:
            yield start, stop
        start = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
