"""Replies -> HTML for the chat.

Every block is one line that starts with a block element: Markdown hands such a line on untouched, so that no word of
an article is ever read as Markdown.
"""

import html
import re
from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import quote as url_quote
from urllib.parse import urlencode

from index.article import Byline, Filter, Span
from qa.guide import TOLD
from qa.reply import Copy, Quote, Reply

WELCOME = (
    '<div class="welcome"><h2>What do you want to know?</h2>'
    "<p>The answer comes in your articles’ exact words, with the place they stand.</p></div>"
)
SEARCHING = '<div class="searched" role="status">Searching your articles…</div>'
WAYS = {"dense": "by meaning", "lexical": "by its words", "maxsim": "word by word", "reranked": "after reading"}
"""What the ways in are called for people."""

_NAMED = 3
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def seen(text: str) -> str:
    """Give an article's words as they are shown: as many code points, changing none that can be seen.

    Control characters and the overrides that reverse the reading order would let an article show other words than it
    holds: those that are white space become a space, the others U+FFFD.
    """
    return _UNSEEN.sub(lambda found: " " if found[0].isspace() else "\ufffd", text)


def escape(text: str) -> str:
    """Give an article's words as HTML that shows `seen(text)`."""
    return html.escape(seen(text))


def article_url(article_id: str, start: int | None = None, end: int | None = None, question: str | None = None) -> str:
    """The address of an article's page.

    Args:
        article_id: Which article.
        start: First code point of what is marked; with `end`, or nothing is marked.
        end: One past its last code point.
        question: What the reader may mark the answer to there; None for plain reading.
    """
    fields = {"id": article_id}
    marked = start is not None and end is not None
    if marked:
        fields |= {"start": str(start), "end": str(end)}
    if question is not None:
        fields["question"] = question
    return "/article?" + urlencode(fields, quote_via=url_quote) + ("#quote" if marked else "")


def judge_url(verdict: str, question: str, place: Mapping[str, str] | None = None) -> str:
    """The address at which a reader judges a question's answer.

    Args:
        verdict: As in a `Judgement`.
        question: What was asked, so that it can be asked again by itself.
        place: `id`, `start`, `end` and `sha256` (of the article's text) of the words judged; None for a refusal.
    """
    return "/judge?" + urlencode({"verdict": verdict, "question": question, **(place or {})}, quote_via=url_quote)


def day(published: str) -> str:
    """`2019-02-08T18:38:00+00:00` -> `8 February 2019`; what is no such date is given back as it is."""
    try:
        known = date.fromisoformat(published[:10])
    except ValueError:
        return published
    return f"{known.day} {known:%B %Y}"


def credit(byline: Byline) -> str:
    """Outlet, author and date as HTML, those that are known, with a dot between."""
    parts = [f"<span>{escape(part)}</span>" for part in (byline.outlet, byline.author) if part]
    if byline.published:
        parts.append(f'<time datetime="{escape(byline.published)}">{escape(day(byline.published))}</time>')
    return " · ".join(parts)


def words(text: str, start: int, end: int, answer: Span | None) -> str:
    """`text[start:end]` as HTML on one line, the answer's words in `<mark>`."""
    low, high = answer or (end, end)
    marked = f"<mark>{_lines(text[low:high])}</mark>" if low < high else ""
    return _lines(text[start:low]) + marked + _lines(text[high:end])


def card(quote: Quote, rank: int, confidence: float | None, question: str | None = None, *, marked: bool = True) -> str:
    """One quote as an HTML block: its words, its source, why it was chosen.

    Args:
        quote: What is shown.
        rank: Its place in the reply, from 1.
        confidence: Probability that it answers, in [0, 1]; None where none was estimated.
        question: What the reader may judge it as an answer to; None where it cannot be judged.
        marked: Whether to mark the answer's words.
    """
    byline = quote.article.byline
    said = words(quote.article.text, quote.start, quote.end, quote.answer if marked else None)
    link = escape(article_url(quote.article.id, quote.start, quote.end))
    source = f'<a class="headline" href="{link}">{escape(byline.title)}</a>'
    page = f"<span>p. {quote.page}</span>" if quote.page else ""
    if known := " · ".join(filter(None, (credit(byline), page))):
        source += f'<div class="credit">{known}</div>'
    source += _also(quote.also_in)
    return (
        f'<article class="card"><blockquote class="words" dir="auto">{said}</blockquote>'
        f'<div class="source">{source}</div>{_why(quote, rank, confidence)}'
        f"{_thumbs(question, quote) if question else ''}</article>"
    )


def _also(copies: Sequence[Copy]) -> str:
    """Where else the same words stand: a few by name, the others behind a summary."""
    if not copies:
        return ""
    links = [
        f'<a href="{escape(article_url(copy.article_id, copy.start, copy.end))}">'
        f"{escape(copy.byline.outlet or copy.byline.title)}</a>"
        + (f", <time>{escape(day(copy.byline.published))}</time>" if copy.byline.published else "")
        for copy in copies
    ]
    more = "".join(f"<li>{link}</li>" for link in links[_NAMED:])
    more = more and f"<details><summary>and {len(links) - _NAMED} more</summary><ul>{more}</ul></details>"
    return f'<div class="also">Also in {"; ".join(links[:_NAMED])}{more}</div>'


def _thumbs(question: str, quote: Quote) -> str:
    article = quote.article
    # The digest goes with it: an article that has changed since must not be judged by its old words.
    place = {"id": article.id, "start": str(quote.start), "end": str(quote.end), "sha256": article.sha256}
    elsewhere = article_url(quote.article.id, quote.start, quote.end, question)
    return (
        '<div class="judging"><span class="choices"><span class="ask">Does this answer?</span> '
        f'<a class="judge right" href="{escape(judge_url("right", question, place))}">Right</a> '
        f'<a class="judge wrong" href="{escape(judge_url("wrong", question, place))}">Wrong</a></span> '
        f'<a class="elsewhere" href="{escape(elsewhere)}">The answer is elsewhere in this article</a></div>'
    )


def _why(quote: Quote, rank: int, confidence: float | None) -> str:
    found = [f"Rank {place} {WAYS.get(way, escape(way))}" for way, place in quote.ranks.items()]
    facts = found or ["The article’s own byline line, not a passage that was searched for"]
    facts.append(f"Place {rank} in this reply, score {quote.score:.2f}")
    if confidence is not None:
        facts.append(f"Confidence that it answers: {confidence:.0%}")
    facts.append(f"Characters {quote.start:,}–{quote.end:,} of the article")
    listed = "".join(f"<li>{fact}</li>" for fact in facts)
    return f'<details class="why"><summary>Why this passage?</summary><ul>{listed}</ul></details>'


def question(text: str) -> str:
    """What a person asked, as an HTML block."""
    return f'<div class="asked" dir="auto">{_lines(text)}</div>'


def notice(text: str) -> str:
    """A sentence of the app's own, as an HTML block."""
    return f'<div class="notice">{_lines(text)}</div>'


def reply(given: Reply, where: Filter | None = None) -> str:
    """A reply as one HTML line: quotes; or passages that may answer, visibly weaker; or what opens those that do not.

    Quotes can be judged, related ones too, and so can a refusal of all the articles; what is judged is the stand-alone
    question, which can be asked again without the conversation before it.

    Args:
        given: What is shown.
        where: Which articles were searched, said above the reply; None for all.
    """
    told, asked = [], given.searched_for or given.question
    where = where or (Filter(source=given.searched_in) if given.searched_in else None)
    if given.searched_for and given.searched_for != given.question:
        told.append(f"Searched for: {escape(given.searched_for)}")
    if given.offer:
        told.append(escape(given.offer))
    if where is not None:
        told.append(f"Searched only: {escape(_narrowed(where))}")
    searched = f'<div class="searched">{"<br>".join(told)}</div>' if told else ""
    if given.answered:
        shown = "".join(
            card(quote, rank, given.confidence if rank == 1 else None, asked)
            for rank, quote in enumerate(given.quotes, start=1)
        )
        return _one_line(f'<div class="reply answered">{searched}{shown}</div>')
    refusal = f'<div class="refusal">{_lines(given.reason or "These articles do not say.")}</div>'
    if where is None and given.reason != TOLD:
        right = f'<a class="judge right" href="{escape(judge_url("absent", asked))}">Right to refuse</a>'
        refusal += f'<div class="judging"><span class="choices">{right}</span></div>'
    # Words marked there would pass for an answer.
    related = "".join(card(quote, rank, None, asked, marked=False) for rank, quote in enumerate(given.related, start=1))
    if related and given.status == "related":
        related = f'<section class="related"><h3>These may answer</h3>{related}</section>'
    elif related:
        related = f'<details class="related"><summary>What came nearest</summary>{related}</details>'
    return _one_line(f'<div class="reply refused">{searched}{refusal}{related}</div>')


def _narrowed(where: Filter) -> str:
    named = {"": where.source, "author ": where.author, "from ": where.since, "until ": where.until}
    return ", ".join(label + value for label, value in named.items() if value)


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _one_line(block: str) -> str:
    return block.replace("\n", " ")


def waiting(number: int) -> str:
    """Say which place in the line a question has."""
    told = f"Busy with other questions: you are {_ordinal(number)} in line."
    return f'<div class="searched" role="status">{told}</div>'


def _ordinal(number: int) -> str:
    """Give an ordinal in words up to the tenth, in figures beyond."""
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
