"""Sets, judgements and evaluations -> HTML for the Evaluate page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from index.article import Fault
from qa.web import archive, running
from qa.web.cards import article_url, day, escape, judge_url
from qa.web.running import going

if TYPE_CHECKING:
    from qa.evaluation.dataset import Dataset
    from qa.evaluation.judgements import Judgement
    from qa.evaluation.record import Evaluation
    from qa.pace import Step

NO_THUMBS = (
    '<div class="notice">No questions yet. Ask something, and under a quote press <strong>Right</strong> or '
    "<strong>Wrong</strong>; where nothing was quoted and that is as it should be, press <strong>Right to refuse"
    "</strong>. Or write questions of your own below. A dozen are enough to begin with.</div>"
)
LISTED = 20
"""Faults shown of a set; the rest are counted."""
_STAGES = {
    "reading": "Reading the set’s articles",
    "comparing": "Comparing the set’s articles with each other",
    "cutting": "Cutting the set’s articles into passages",
    "embedding": "Embedding passages",
    "writing": "Writing the index",
    "asking": "Asking questions",
    "timing": "Timing single questions",
}
_SAID = {"right": "Right", "wrong": "Wrong", "here": "Answer"}


def holds(dataset: Dataset) -> str:
    """What a set holds, and what of it cannot be used."""
    known = [question.answerable for question in dataset.questions]
    parts = [f"<strong>{len(known):,}</strong> question{'' if len(known) == 1 else 's'}"]
    for value, words in ((True, "with an answer"), (False, "without one"), (None, "of which nobody knows")):
        if number := known.count(value):
            parts.append(f"{number:,} {words}")
    own = "They are asked over the articles indexed here."
    if dataset.corpus is not None:
        own = "The set brings its own articles; they are indexed apart, and yours stay as they are."
    return f'<div class="holds">{" · ".join(parts)}. {own}</div>{faults(dataset.faults)}'


def faults(found: Sequence[Fault]) -> str:
    """What is wrong with a set, each with its line; empty when nothing is."""
    if not found:
        return ""
    lines = "".join(
        f"<li><strong>{escape(archive.name(each))}</strong>: {escape(each.reason)}</li>" for each in found[:LISTED]
    )
    more = f"<li>and {len(found) - LISTED:,} more.</li>" if len(found) > LISTED else ""
    what = "1 thing was left out" if len(found) == 1 else f"{len(found):,} things were left out"
    return f'<details class="report" open><summary>{what}</summary><ul>{lines}{more}</ul></details>'


def judged(given: Sequence[Judgement], title: Callable[[str], str]) -> str:
    """The list of judgements, newest first, each with the way to remove it.

    Args:
        given: Oldest first.
        title: Gives the headline of an article's id.
    """
    if not given:
        return ""
    rows = "".join(_judged(each, title) for each in reversed(given))
    return f'<ul class="judgements" tabindex="0" aria-label="What is in the set, newest first">{rows}</ul>'


def _judged(each: Judgement, title: Callable[[str], str]) -> str:
    if each.verdict == "absent":
        said = "The articles do not say"
    elif each.article_id is None:
        said = f"Answer: {escape(' / '.join(each.answers))}"
    else:
        link = escape(article_url(each.article_id, each.start, each.end))
        words = each.text if len(each.text) <= 200 else f"{each.text[:199]}…"
        source = f'<a href="{link}" target="_blank">{escape(title(each.article_id))}</a>'
        said = f"{_SAID[each.verdict]}: “{escape(words)}” — {source}"
    place = {"id": each.article_id, "start": str(each.start), "end": str(each.end)} if each.article_id else {}
    remove = escape(judge_url("withdrawn", each.question, place))
    return (
        f'<li class="judging"><span class="choices"><span class="about" dir="auto"><strong>{escape(each.question)}'
        f'</strong><br>{said}</span> <a class="judge withdrawn" href="{remove}" '
        f'title="Remove “{escape(each.question[:80])}”">Remove</a></span></li>'
    )


def progress(step: Step | None, stopping: bool) -> str:
    """How far an evaluation has come, in words and as a bar."""
    if step is not None and stopping:
        return going("Stopping when the questions now being asked are answered…", step)
    if step is not None and step.stage == "asking" and step.done == step.total:
        return going(f"Asking questions: {step.done:,} of {step.total:,}; working out the figures…", step)
    return running.progress(step, _STAGES)


def report(id: str, other: str) -> str:
    """The report of an evaluation in a frame of its own, with the ways to take it out.

    Args:
        id: Of the evaluation.
        other: Of the one it is compared with; empty for none.
    """
    fields = {"id": id, **({"other": other} if other else {})}
    address = escape("/evaluation?" + urlencode(fields))
    return (
        f'<div class="out"><a href="{address}" target="_blank">Open alone</a>'
        f'<a href="{address}&amp;file=1" download>Download</a></div>'
        f'<iframe class="evaluation" src="{address}" title="Report of evaluation {escape(id)}"></iframe>'
    )


def earlier(found: Sequence[Evaluation], other: Callable[[Evaluation], str]) -> str:
    """The table of finished evaluations, newest first; empty when there are none."""
    if not found:
        return ""
    rows = "".join(_row(each, other(each)) for each in found)
    heads = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("Evaluation", "Made", "Set", "nDCG@10", "quote_hit@1", "Compared with")
    )
    return (
        '<div class="listing evaluations"><h3>Evaluations</h3><div class="rows" tabindex="0"><table>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></div>"
    )


def _row(each: Evaluation, other: str) -> str:
    result, id = each.result, each.folder.name
    made = str(result.get("made", ""))
    figures = [_figure(result, "retrieval", "nDCG@10"), _figure(result, "answers", "quote_hit@1")]
    link = escape("/evaluate?" + urlencode({"id": id}))
    cells = [escape(f"{day(made)} {made[11:16]}"), escape(str(result.get("dataset", ""))), *figures, escape(other)]
    named = ("Made", "Set", "nDCG@10", "quote_hit@1", "Compared with")
    data = "".join(f'<td data-name="{name}">{cell}</td>' for name, cell in zip(named, cells, strict=True))
    return f'<tr><th scope="row"><a href="{link}">{escape(id)}</a></th>{data}</tr>'


def named(each: Evaluation) -> str:
    """An evaluation in a list to choose from: its name, when it was made, and how it came out."""
    made = str(each.result.get("made", ""))
    return f"{each.folder.name}, {day(made)} {made[11:16]}, nDCG@10 {_figure(each.result, 'retrieval', 'nDCG@10')}"


def _figure(result: Mapping[str, Any], family: str, name: str) -> str:
    value = (result.get(family) or {}).get(name)
    return "not defined" if value is None else f"{value:.3f}"
