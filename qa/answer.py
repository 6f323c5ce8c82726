"""The path a question travels: follow-up -> search -> read -> confidence -> checked quotes, or a refusal."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from index.article import Article, Filter
from index.corpus import Corpus
from index.settings import OWN, Settings
from index.text import terms
from qa import byline, confidence, copies, followup, guide, named, narrowing, slips
from qa.guide import MOST_HITS, MOST_QUOTES, checked, limited
from qa.reader import Line, Reader
from qa.reply import Hit, Quote, Reply, Status, Turn
from qa.search import Searcher
from qa.several import several

_CERTAIN = 0.99
"""Confidence in a byline's own line: it can be wrong only where the article was read wrongly."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A question that was searched for, before its passages are read.

    Attributes:
        question: As asked.
        alone: Made to stand alone; what was searched for.
        source: The outlet that the question names as its source; None where it names none.
        hits: Best first.
        took_ms: Milliseconds of searching.
        where: Which articles may answer; None for all.
        once: Whether copies of one story were left out.
        typed: Words that were taken for slips of the pen, as typed.
    """

    question: str
    alone: str
    source: str | None
    hits: Sequence[Hit]
    took_ms: int
    where: Filter | None = None
    once: bool = False
    typed: tuple[str, ...] = ()


class QA:
    """Answers questions over one complete index; safe to use from many threads.

    Args:
        corpus: The articles.
        searcher: Finds passages.
        reader: Finds sentences in them.
        settings: How much to read and quote, and from which confidence to answer.
        once: Finds passages to answer from, each story told once; None for `searcher`.
        mend: Puts what was meant in the place of slips of the pen.
    """

    def __init__(
        self,
        corpus: Corpus,
        searcher: Searcher,
        reader: Reader,
        settings: Settings,
        *,
        once: Searcher | None = None,
        mend: Callable[[str], str] = str,
    ) -> None:
        self.corpus, self.searcher, self.reader, self.settings, self.mend = corpus, searcher, reader, settings, mend
        self._once = once or searcher

    def ask(
        self, question: str, *, k: int | None = None, where: Filter | None = None, turns: Sequence[Turn] = ()
    ) -> Reply:
        """Answer a question with quotes, or say that the articles do not.

        Args:
            question: At most 200 words.
            k: Quotes at most, 1 to 20; None for the setting `quotes`.
            where: Which articles may answer; None for all.
            turns: The conversation so far, oldest first.

        Returns:
            The reply; every quote in it was checked against the stored article.

        Raises:
            QuestionError: The question is empty or too long, or k is out of range.
            Damaged: A stored article is not what was indexed.
        """
        return self.ask_all([(question, turns)], k=k, where=where)[0]

    def ask_all(
        self, asked: Sequence[tuple[str, Sequence[Turn]]], *, k: int | None = None, where: Filter | None = None
    ) -> list[Reply]:
        """Answer several questions, their sentences weighed in one pass; see `ask`.

        Args:
            asked: Questions, each with the conversation before it.
            k: Quotes at most for each.
            where: Which articles may answer.

        Returns:
            In the same order; the time of reading is shared out evenly.
        """
        k = limited(self.settings.quotes if k is None else k, MOST_QUOTES, "quotes")
        found = [self.seek(question, turns, k=k, where=where, once=True) for question, turns in asked]
        replies = iter(self.tell([each for each in found if isinstance(each, Sought)], k))
        return [next(replies) if isinstance(each, Sought) else each for each in found]

    def tell(self, sought: Sequence[Sought], k: int) -> list[Reply]:
        """Read the best passages that were found for several questions, in one pass through the model.

        Args:
            sought: As `seek` gives them; those behind the setting `read_passages` are not read.
            k: Quotes at most for each.

        Returns:
            In the same order; the time of reading is shared out evenly.
        """
        if not sought:
            return []
        began = time.perf_counter()
        read = [replace(each, hits=each.hits[: self.settings.read_passages]) for each in sought]
        weighed = self.reader.weigh([(each.alone, each.hits) for each in read])
        replies = [self._reply(each, lines, k) for each, lines in zip(read, weighed, strict=True)]
        took = _ms(began) // len(sought)
        return [_timed(reply, took) for reply in replies]

    def seek(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        *,
        k: int | None = None,
        where: Filter | None = None,
        depth: int | None = None,
        once: bool = False,
    ) -> Sought | Reply:
        """Search for a question; one about a byline is answered at once.

        A question that names an outlet as its source is asked of that outlet's articles alone.

        Args:
            question: At most 200 words.
            turns: The conversation so far, oldest first.
            k: Quotes at most of a byline; None for the setting `quotes`.
            where: Which articles may answer; None for all.
            depth: Passages to find; None for as many as are read.
            once: Whether copies give way to the article that is shown of their story; an evaluation judges each.

        Raises:
            QuestionError: The question is empty or too long.
        """
        began = time.perf_counter()
        question = checked(question)
        told = guide.TOLD if guide.is_no_question(question) else None
        if told is None and where is not None:
            told = narrowing.none_passes(where, self.corpus)
        if told is not None:
            took = {"search": _ms(began), "read": 0, "total": _ms(began)}
            return Reply(question, "nothing", 0.0, reason=told, took_ms=took)
        alone, outlet = followup.alone(question, turns), None
        if where is None and (found := named.source(alone, self._outlets)):
            outlet, alone = found
            where = Filter(source=outlet)
        wanted = byline.wanted(alone if outlet else question)
        if wanted is not None:
            return self._ask_byline(question, wanted, k or self.settings.quotes, where, turns)
        meant = self.mend(alone)
        searcher = self._once if once else self.searcher
        hits = searcher.search(meant, depth or self.settings.read_passages, where)
        return Sought(question, meant, outlet, hits, _ms(began), where, once, slips.typed(alone, meant))

    @cached_property
    def _outlets(self) -> list[str]:
        return [name for name, _ in self.corpus.outlets()]

    def _reply(self, sought: Sought, lines: Sequence[Line], k: int) -> Reply:
        sure = 0.0
        if sought.once:
            lines = copies.told_once(lines, self.corpus, sought.where)
        if lines:
            found = confidence.evidence(sought.alone, sought.hits, lines, self.reader.words)
            # What other networks say is on scales of their own, which the confidence was not fitted on.
            own = self.settings.reader == OWN and lines[0].marked is not None
            sure = confidence.probability(found, read=own)
        quotes = tuple(self._check(quote) for quote in self.reader.read(lines, k, several=several(sought.alone)))
        if sought.once:
            quotes = tuple(replace(quote, also_in=copies.also_in(quote, self.corpus)) for quote in quotes)
        status: Status = "answered" if sure >= self.settings.answer_at else "related"
        if not quotes or sure < self.settings.related_at:
            status = "nothing"
        return Reply(
            sought.question,
            status,
            sure,
            quotes=quotes if status == "answered" else (),
            related=() if status == "answered" else quotes,
            reason=_reason(status, sought.source),
            searched_for=sought.alone if sought.alone != sought.question else None,
            searched_in=sought.source,
            took_ms={"search": sought.took_ms},
            typed=sought.typed,
        )

    def search(self, question: str, k: int, where: Filter | None = None, turns: Sequence[Turn] = ()) -> Sequence[Hit]:
        """Give ranked passages, as an evaluation ranks them: those from which `ask` answers, copies among them.

        Args:
            question: At most 200 words.
            k: How many at most, 1 to 1,000.
            where: Which articles may be searched; None for all.
            turns: The conversation so far, oldest first.

        Raises:
            QuestionError: The question is empty or too long, or k is out of range.
        """
        k = limited(k, MOST_HITS, "passages")
        found = self.seek(question, turns, where=where, depth=k)
        if isinstance(found, Sought):
            return found.hits
        # It was answered at once, by a byline or in words of our own; the passages are ranked all the same.
        return self.searcher.search(followup.alone(found.question, turns), k, where)

    def _check(self, quote: Quote) -> Quote:
        return quote.check(self.corpus.sha256(quote.article.id))

    def _ask_byline(
        self, question: str, wanted: byline.Wanted, k: int, where: Filter | None, turns: Sequence[Turn]
    ) -> Reply:
        """Answer from the lines of one article's byline."""
        began = time.perf_counter()
        article = self._meant(wanted, where, turns)
        quotes = tuple(self._check(quote) for quote in byline.quote(article, wanted.kinds)[:k]) if article else ()
        reason = None if quotes else byline.missing(article, wanted.kinds) if article else _WHICH
        took = {"search": _ms(began), "read": 0, "total": _ms(began)}
        return Reply(
            question,
            "answered" if quotes else "nothing",
            _CERTAIN if quotes else 0.0,
            quotes=quotes,
            reason=reason,
            took_ms=took,
        )

    def _meant(self, wanted: byline.Wanted, where: Filter | None, turns: Sequence[Turn]) -> Article | None:
        """Find the article whose byline is asked for: by its words, else the one in view, else the only one."""
        if terms(wanted.about):
            hits = self.searcher.search(wanted.about, 1, where)
            return self.corpus.article(hits[0].passage.article_id) if hits else None
        for turn in reversed(turns):
            if turn.quotes:
                return turn.quotes[0].article
        if where is None:
            ids = {entry.id for entry in self.corpus.listing(limit=2)}
        else:
            # An article's passages have neighbouring ids: where the outermost are of one article, all are.
            admitted = self.corpus.admitted(where)
            ids = {passage.article_id for passage in self.corpus.passages([*admitted[:1], *admitted[-1:]])}
        return self.corpus.article(ids.pop()) if len(ids) == 1 else None


_WHICH = (
    "Which article is meant is not clear: say what it is about, put its headline in quotation marks, or ask right "
    "after a quote from it."
)


def _reason(status: Status, source: str | None) -> str | None:
    if status == "answered":
        return None
    if status == "related":
        those = f" from {source}" if source else ""
        return f"No passage{those} surely answers this; these may."
    these = f"The articles from {source}" if source else "These articles"
    return f"{these} do not say."


def _timed(reply: Reply, read: int) -> Reply:
    searched = reply.took_ms["search"]
    return replace(reply, took_ms={"search": searched, "read": read, "total": searched + read})


def _ms(since: float) -> int:
    return round(1000 * (time.perf_counter() - since))
