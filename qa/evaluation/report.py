"""An evaluation as one HTML file: read by a newcomer, checked by a specialist, at home without a network."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from index.errors import EvaluationError
from qa.evaluation import explain, plots
from qa.evaluation.details import HIT, OUTCOMES, RANKED, Details, details
from qa.evaluation.lead import lead
from qa.evaluation.record import Evaluation
from qa.evaluation.verdict import Cause, Outcome

MOST_FAULTS = 1000
"""Faults listed in the page; the rest are counted, and stand in `result.json`."""

_HERE = Path(__file__).parent
_MISLEADING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, halves of characters, and the overrides that reverse the reading order."""
_CAUSES = {
    Cause.MISSED.value: ("right article|s not found", "no right article among the first ten: retrieval"),
    Cause.MISREAD.value: ("wrong quote|s", "article not missed, but another sentence stands first: reading"),
    Cause.HELD.value: ("right quote|s held back", "first quote right, but not offered: confidence"),
    Outcome.OVERREACHED.value: ("answered though the articles do not say", "confidence too high"),
    Outcome.FAILED.value: ("could not be asked", "an error, named with the question"),
}


def report(evaluation: Evaluation, other: Evaluation | None = None, *, nonce: str | None = None) -> str:
    """Write an evaluation as a page that needs nothing but itself.

    It names no outside address, holds no style attribute and no inline handler, and is readable without JavaScript but
    for the table of questions. Figures that are not defined are said to be so, with the reason.

    Args:
        evaluation: The one reported.
        other: What it is compared with: its quotes and ranking stand beside each question's, its curves in the plots.
            The tests of the difference are those in the result; none are made here.
        nonce: For a Content-Security-Policy: put on the page's style and scripts.

    Returns:
        The whole document.

    Raises:
        EvaluationError: A file of an evaluation is missing or is not what `qa evaluate` writes.
    """
    kept = [evaluation.folder] + ([other.folder] if other else [])
    try:
        rows = details(evaluation, other)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EvaluationError(
            f"The questions kept in {' or '.join(map(str, kept))} cannot be read "
            f"({type(error).__name__}: {error}): run `qa evaluate` again."
        ) from error
    result = evaluation.result
    page = (
        _environment()
        .get_template("report.html")
        .render(
            nonce=nonce,
            css=Markup((_HERE / "report.css").read_text(encoding="utf-8")),
            script=Markup((_HERE / "report.js").read_text(encoding="utf-8")),
            data=_data(rows),
            result=result,
            made=_day(result.get("made")),
            lead=lead(result),
            causes=[
                (name, count, label.replace("|s", "" if count == 1 else "s"), why)
                for name, (label, why) in _CAUSES.items()
                if (count := rows.counts[name])
            ],
            headlines=[_figure(family, name, result) for family, name in explain.HEADLINES],
            tables=[(title, _family(family, result)) for family, title in explain.FAMILIES.items()],
            asked=_counts(result.get("questions"), ("all", "answerable", "unanswerable", "unknown", "failed")),
            left_out=_left_out(result),
            faults=(result.get("faults") or [])[:MOST_FAULTS],
            comparison=_comparison(result),
            ablation=_ablation(result),
            plots=_plots(result, other.result if other else {}),
            deltas=_deltas(rows),
            counts=rows.counts,
            outcomes=OUTCOMES,
            other=other.result if other else None,
            total=len(rows.data["rows"]),
        )
    )
    return _MISLEADING.sub("\ufffd", page)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(written=explain.written, chance=explain.chance)
    return environment


def _data(rows: Details) -> Markup:
    """The rows as JSON that cannot end the element it stands in."""
    written = json.dumps(rows.data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _day(made: Any) -> str:
    try:
        known = datetime.fromisoformat(str(made))
    except ValueError:
        return str(made or "")
    return f"{known.day} {known:%B %Y}"


def _figure(family: str, name: str, result: Mapping[str, Any]) -> dict[str, Any]:
    """One line of a table: the figure, its interval, what it says, or why there is none."""
    value = explain.finite((result.get(family) or {}).get(name))
    low, high = (explain.finite(each) for each in (result.get("ci95") or {}).get(name) or (None, None))
    interval = "" if low is None or high is None else f"{explain.written(low, name)} to {explain.written(high, name)}"
    return {
        "name": name,
        "value": explain.written(value, name),
        "interval": interval,
        "meaning": explain.meaning(name),
        "reason": explain.undefined(family, name, result) if value is None else "",
        "share": value if value is not None and explain.is_share(family, name) else None,
        "low": low,
        "high": high,
    }


def _family(family: str, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [_figure(family, name, result) for name in result.get(family) or {}]


def _counts(given: Mapping[str, Any] | None, names: Sequence[str]) -> dict[str, str]:
    return {name: f"{(given or {}).get(name) or 0:,}" for name in names}


def _left_out(result: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    left = (result.get("questions") or {}).get("left_out") or {}
    return [
        (explain.FAMILIES.get(family, family), reason, count)
        for family, reasons in left.items()
        for reason, count in (reasons or {}).items()
    ]


def _comparison(result: Mapping[str, Any]) -> dict[str, Any] | None:
    compared = result.get("compared")
    if not compared:
        return None
    return {
        "with": compared.get("with"),
        "notes": compared.get("notes") or [],
        **_counts(compared.get("questions"), ("both", "only_this", "only_other")),
        "left_out": compared.get("left_out") or {},
        "figures": _differences(compared.get("figures") or {}),
    }


def _differences(figures: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for name, each in figures.items():
        counts = [each.get("better"), each.get("worse"), each.get("same")]
        low, high = (explain.finite(bound) for bound in each.get("ci95") or (None, None))
        told = explain.difference_told(name, each)
        interval = f"{explain.written(low, name, signed=True)} to {explain.written(high, name, signed=True)}"
        rows.append(
            {**each, "name": name, "told": told}
            | {"counts": " / ".join(explain.MISSING if count is None else f"{count:,}" for count in counts)}
            | {"interval": explain.MISSING if low is None or high is None else interval}
        )
    return rows


def _ablation(result: Mapping[str, Any]) -> dict[str, Any] | None:
    """A row a figure, a column a layer: figures are many, layers few."""
    layers: Sequence[Mapping[str, Any]] = result.get("ablation") or []
    names = [
        (family, name)
        for family, name in explain.HEADLINES
        if any(explain.finite((layer.get(family) or {}).get(name)) is not None for layer in layers)
    ]
    against = [layer.get("compared") or {} for layer in layers]
    changes = [{each["name"]: each for each in _differences(one.get("figures") or {})} for one in against]
    rows = [
        {
            "name": name,
            "cells": [
                {**_figure(family, name, layer), "change": change.get(name)}
                for layer, change in zip(layers, changes, strict=True)
            ],
        }
        for family, name in names
    ]
    heads = [(layer.get("layer"), one.get("with")) for layer, one in zip(layers, against, strict=True)]
    return {"layers": heads, "rows": rows} if layers else None


def _plots(result: Mapping[str, Any], other: Mapping[str, Any]) -> list[tuple[str, Markup | None, str, str]]:
    """Title, drawing, how to read it, and why there is none."""
    curves, others = result.get("curves") or {}, other.get("curves") or {}

    def both(name: str) -> dict[str, Any]:
        given = {"this run": curves.get(name), "the other run": others.get(name)}
        return {run: values for run, values in given.items() if values} if curves.get(name) else {}

    recall, risk = both("recall"), both("risk_coverage")
    bins, times = curves.get("reliability"), curves.get("latency_ms")
    drawings = {
        "Recall": recall and plots.recall(recall),
        "Risk and coverage": risk and plots.risk_coverage(risk),
        "Reliability": bins and plots.reliability(bins),
        "Time for one question": times and plots.latency(times),
    }
    return [(title, Markup(svg) if svg else None, *explain.PLOTS[title]) for title, svg in drawings.items()]


def _deltas(rows: Details) -> dict[str, Any] | None:
    """The bars of what changed: by ranking where that changed, else by quotes."""
    name = RANKED if rows.changes[RANKED] else HIT
    changes = rows.changes[name]
    if not changes:
        return None
    hidden = max(0, len(changes) - 2 * plots.MOST_BARS)
    return {"name": name, "svg": Markup(plots.deltas(changes, name)), "changed": len(changes), "hidden": hidden}
