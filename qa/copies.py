"""One story told once: copies give way to the article that is shown, and a quote says where else it stands.

Copies are compared sentence by sentence, so that what only one version says is found and quoted from that version.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from index.article import Filter, Passage, Span
from index.corpus import Corpus
from index.text import same_words
from qa.reader import Line, sentence
from qa.reply import Copy, Hit, Quote
from qa.search import Searcher

_COMPARED = 20
"""Articles looked at, of those that are shown rather than one: the first nearly always has what any has."""
_NAMED = 50
"""Copies looked at for a quote."""
_MOST_SENTENCES = 3
_AHEAD = (4, 40)
"""Passages asked for, in turn, for each that is wanted: those of copies are many, or next to none."""


class Once:
    """The best of another searcher, each story told once.

    A passage of a copy gives way to those passages of the article shown that hold its sentences, and stays besides when
    it has sentences of its own. Without copies it is the other searcher.

    Args:
        inner: Finds them.
        corpus: Knows the stories.
    """

    name = "once"

    def __init__(self, inner: Searcher, corpus: Corpus) -> None:
        self.parts = (inner,)
        self._corpus = corpus

    def search(self, question: str, k: int, where: Filter | None = None) -> list[Hit]:
        """Find as the other searcher does, copies left out; one that passes `where` is shown; see `Searcher`."""
        if not self._corpus.has_copies:
            return self.parts[0].search(question, k, where)
        kept: list[Hit] = []
        for times in _AHEAD:
            found = self.parts[0].search(question, times * k, where)
            kept = self._told_once(found, k, where)
            if len(kept) >= k or len(found) < times * k:
                break
        return kept[:k]

    def _told_once(self, found: Sequence[Hit], k: int, where: Filter | None) -> list[Hit]:
        by_id = {hit.passage.id: hit for hit in found}
        kept: dict[int, Hit] = {}
        for hit in found:
            if len(kept) >= k:
                break
            left = [same_words(sentence(hit.passage, place)) for place in range(len(hit.passage.sentences))]
            for id in self._corpus.shown_before(hit.passage.article_id, where, _COMPARED):
                for passage in _holding(left, self._corpus.passages_of(id)):
                    # It takes the copy's place, for the better of two ranks is what the words deserve.
                    own = by_id.get(passage.id, replace(hit, passage=passage))
                    kept.setdefault(passage.id, replace(own, score=hit.score))
                if not left:
                    break
            if left:
                kept.setdefault(hit.passage.id, hit)
        return list(kept.values())


def _holding(left: list[str], passages: Sequence[Passage]) -> list[Passage]:
    """Give the fewest passages that hold what can be found of the sentences left, which are taken out."""
    chosen = []
    held = [({same_words(sentence(one, at)) for at in range(len(one.sentences))}, one) for one in passages]
    while held:
        said, best = max(held, key=lambda pair: (sum(words in pair[0] for words in left), -pair[1].ordinal))
        if said.isdisjoint(left):
            break
        left[:] = [words for words in left if words not in said]
        chosen.append(best)
    return chosen


def told_once(lines: Sequence[Line], corpus: Corpus, where: Filter | None) -> list[Line]:
    """Leave out each sentence that stands in an article shown rather than its own, where that one is read as well.

    Args:
        lines: Best first.
        corpus: Knows the stories.
        where: Which articles may be shown; None for all.

    Returns:
        The others, in the same order.
    """
    if not corpus.has_copies:
        return list(lines)
    said: dict[str, set[str]] = {}
    words = [same_words(sentence(line.hit.passage, line.place)) for line in lines]
    for line, each in zip(lines, words, strict=True):
        said.setdefault(each, set()).add(line.hit.passage.article_id)
    return [
        line
        for line, each in zip(lines, words, strict=True)
        if len(said[each]) == 1
        or said[each].isdisjoint(corpus.shown_before(line.hit.passage.article_id, where, _COMPARED))
    ]


def also_in(quote: Quote, corpus: Corpus) -> tuple[Copy, ...]:
    """Give the other articles of the story in which the quoted words stand, in the order in which they are shown."""
    found = []
    for entry in corpus.copies(quote.article.id, _NAMED):
        if place := _standing(quote.text, corpus.article(entry.id).text, corpus.passages_of(entry.id)):
            found.append(Copy(entry.id, entry.byline, entry.path, entry.member, *place))
    return tuple(found)


def _standing(words: str, text: str, passages: Iterable[Passage]) -> Span | None:
    """Give the place of neighbouring whole sentences that say the same words; None where there are none."""
    wanted = same_words(words)
    spans = sorted({span for passage in passages for span in passage.sentences})
    for at, (start, _) in enumerate(spans):
        for _, end in spans[at : at + _MOST_SENTENCES]:
            if same_words(text[start:end]) == wanted:
                return start, end
    return None
