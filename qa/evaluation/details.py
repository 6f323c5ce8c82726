"""The rows of an evaluation as a report's page holds them: short keys, each text once, what is absent left away.

```
{"articles": [[id, title]], "passages": [[article, name, start, text]], "rows": [row], "outcomes": {outcome: label}}
row: id, q question, h history, s searched for, a answers, k reason, o outcome, c causes, v verdict, x changed,
     g gold places [[article, start, end]], r right articles [[article, relevance, rank or 0]],
     l left out {family: why}, p confidence, n nDCG@10, d its change, t quote_hit@1, f ranked passages, u quotes,
     w matched words, b the other run
quote: [article, start, [passage, length] or text, answer, right]
ranked passage: [passage, score, right, {way: rank}]
```
Numbers in the place of an article or a passage count into the lists above; offsets are code points.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qa.evaluation.explain import finite
from qa.evaluation.record import Evaluation, Found, Quoted, Row
from qa.evaluation.verdict import Outcome, Verdict, judge, relevant

RANKED, HIT = "nDCG@10", "quote_hit@1"
OUTCOMES = {
    Outcome.RIGHT: "right",
    Outcome.WRONG: "wrong quote",
    Outcome.REFUSED: "refused, though answerable",
    Outcome.OVERREACHED: "answered, though the articles do not say",
    Outcome.DECLINED: "rightly refused",
    Outcome.UNJUDGED: "not judged",
    Outcome.FAILED: "could not be asked",
}


@dataclass(frozen=True, slots=True)
class Details:
    """All questions of an evaluation, ready to be written into a page.

    Attributes:
        data: The object described at the top.
        counts: Outcome, cause or "changed" -> number of questions; 0 for those not in it.
        changes: Figure -> (question id, change) for each question in both runs whose figure changed, by rising change.
    """

    data: Mapping[str, Any]
    counts: Counter[str]
    changes: Mapping[str, Sequence[tuple[str, float]]]


def details(evaluation: Evaluation, other: Evaluation | None = None) -> Details:
    """Read the rows of an evaluation, and beside each what the other run made of the same question.

    Args:
        evaluation: The one reported.
        other: What it is compared with; questions that only it has are left out, `compared` in the result counts them.

    Returns:
        Rows in the order of the set.
    """
    store = _Store()
    before = {row.id: row for row in other.rows()} if other else {}
    shown, other_shown = evaluation.passages(), other.passages() if other else {}
    at, other_at = _threshold(evaluation), _threshold(other)
    rows: list[dict[str, Any]] = []
    counts: Counter[str] = Counter()
    changes: dict[str, list[tuple[str, float]]] = {RANKED: [], HIT: []}
    for row in evaluation.rows():
        verdict = judge(row, at)
        record = _known(row, store) | _came(row, verdict, store, shown)
        counts.update([verdict.outcome.value, *(cause.value for cause in verdict.causes)])
        was = before.get(row.id)
        if was is not None:
            earlier = judge(was, other_at)
            record["b"] = _came(was, earlier, store, other_shown)
            moved = {name: change for name in changes if (change := _change(row, was, name))}
            for name, change in moved.items():
                changes[name].append((row.id, change))
            record["d"] = _change(row, was, RANKED)
            record["x"] = bool(moved) or earlier.outcome != verdict.outcome
            counts["changed"] += record["x"]
        rows.append({key: value for key, value in record.items() if value not in (None, "", [], {}, ())})
    data = {"articles": store.articles, "passages": store.passages, "rows": rows, "outcomes": OUTCOMES}
    return Details(data, counts, {name: sorted(found, key=lambda each: each[1]) for name, found in changes.items()})


def _threshold(evaluation: Evaluation | None) -> float | None:
    return finite(((evaluation.result if evaluation else {}).get("settings") or {}).get("answer_at"))


def _change(row: Row, was: Row, name: str) -> float | None:
    new, old = finite(row.figures.get(name)), finite(was.figures.get(name))
    return None if new is None or old is None else round(new - old, 4)


@dataclass(slots=True)
class _Store:
    """Articles and passages, each kept once and known by its number."""

    articles: list[list[str]] = field(default_factory=list)
    passages: list[list[Any]] = field(default_factory=list)
    _numbers: dict[Any, int] = field(default_factory=dict)

    def article(self, id: str, title: str = "") -> int:
        """Number of an article; a title once known stays."""
        number = self._numbers.setdefault(("article", id), len(self.articles))
        if number == len(self.articles):
            self.articles.append([id, ""])
        self.articles[number][1] = self.articles[number][1] or title
        return number

    def passage(self, name: str, given: Mapping[str, Any] | None) -> int:
        """Number of a passage; two runs may cut an article differently, so its place and text tell it."""
        given = given or {"article_id": name.rpartition("#")[0] or name, "start": 0, "text": ""}
        article = self.article(given["article_id"], given.get("title") or "")
        key = (article, given["start"], given["text"] or name)
        number = self._numbers.setdefault(key, len(self.passages))
        if number == len(self.passages):
            self.passages.append([article, name.removeprefix(f"{given['article_id']}#"), given["start"], given["text"]])
        return number


def _known(row: Row, store: _Store) -> dict[str, Any]:
    """What is known of a question, whatever came out."""
    ranks: dict[str, int] = {}
    for rank, (id, _) in enumerate(row.ranking, 1):
        ranks.setdefault(id, rank)
    return {
        "id": row.id,
        "q": row.question,
        "h": row.history,
        "a": row.answers,
        "g": [[store.article(id), start, end] for id, start, end in row.spans],
        "r": [[store.article(id), grade, ranks.get(id, 0)] for id, grade in relevant(row).items()],
        "l": row.left_out,
    }


def _came(row: Row, verdict: Verdict, store: _Store, shown: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What one run made of a question."""
    found = [_ranked(each, store, shown) for each in row.found]
    came = {
        "s": row.searched_for,
        "k": row.reason,
        "o": verdict.outcome,
        "c": list(verdict.causes),
        "v": verdict.sentence,
        "p": _rounded(row.confidence),
        "n": _rounded(row.figures.get(RANKED)),
        "t": _rounded(row.figures.get(HIT)),
        "u": [_quoted(each, row.found, store, shown) for each in row.quotes],
        "f": found,
        "w": list(dict.fromkeys(word for each in row.found for word in each.words)),
    }
    return {key: value for key, value in came.items() if value not in (None, "", [])}


def _ranked(found: Found, store: _Store, shown: Mapping[str, Mapping[str, Any]]) -> list[Any]:
    number = store.passage(found.passage, shown.get(found.passage))
    return [number, _rounded(found.score), found.right, dict(found.ranks)]


def _quoted(quote: Quoted, found: Sequence[Found], store: _Store, shown: Mapping[str, Mapping[str, Any]]) -> list[Any]:
    """A quote; where a passage shown holds its words they are not written twice."""
    article = store.article(quote.article_id, quote.title)
    words: str | list[int] = quote.text
    for each in found:
        passage = shown.get(each.passage)
        if passage and passage["article_id"] == quote.article_id:
            offset = quote.start - passage["start"]
            if offset >= 0 and passage["text"][offset : offset + len(quote.text)] == quote.text:
                words = [store.passage(each.passage, passage), len(quote.text)]
                break
    return [article, quote.start, words, quote.answer, quote.right]


def _rounded(value: Any) -> float | None:
    number = finite(value)
    return None if number is None else float(f"{number:.4g}")
