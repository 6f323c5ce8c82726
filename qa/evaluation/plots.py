"""The plots of a report, as SVG that stands inside an HTML page.

Text stays text, colours are classes (`fill-accent`, `stroke-soft`) that the page's style sheet sets, so that a plot
follows light and dark. There is no style attribute, script or outside address in them, so that they stand under a
strict Content-Security-Policy.
"""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

WIDTH, HEIGHT = 4.6, 3.1
"""Inches; on a phone a plot is about as wide as it is drawn, so that its 10-point text stays legible."""
MOST_BARS = 50
"""Bars of `deltas` at each end: more would be too thin to be told apart, or hit."""

_ROLES = {"#010101": "ink", "#020202": "soft", "#030303": "rule", "#040404": "accent", "#050505": "good"}
_INK, _SOFT, _RULE, _ACCENT, _GOOD = _ROLES
_LINES = ((_ACCENT, "-"), (_SOFT, (0, (4, 3))))
_XLINK = "{http://www.w3.org/1999/xlink}href"
_SVG = "{http://www.w3.org/2000/svg}"
_LOCK = Lock()
"""Matplotlib's settings belong to the whole process, and reports may be made in several threads."""


def recall(series: Mapping[str, Sequence[float]]) -> str:
    """Draw the share of the right articles among the first k.

    Args:
        series: Name of a run -> mean recall at k = 1, 2, …, in [0, 1]; one or two runs, the one reported first.

    Returns:
        An `<svg>` element.
    """
    figure, axes = _axes()
    for (name, values), (colour, dash) in zip(series.items(), _LINES, strict=False):
        axes.plot(range(1, len(values) + 1), values, color=colour, linestyle=dash, linewidth=1.8, label=name)
    axes.set(xlabel="first k articles", ylabel="right articles among them", ylim=(0, 1.02))
    axes.set_xlim(left=1 if max(map(len, series.values())) > 1 else 0)
    axes.yaxis.set_major_formatter(PercentFormatter(1, 0))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    _legend(axes, series)
    told = "; ".join(
        f"{name}: " + ", ".join(f"{values[k - 1]:.0%} at {k}" for k in (1, 5, 10, 20, 100) if k <= len(values))
        for name, values in series.items()
    )
    return _svg(figure, "recall", "Recall: right articles among the first k", told)


def risk_coverage(series: Mapping[str, Sequence[Sequence[float]]]) -> str:
    """Draw how many of the answers given are wrong, when only the surest share of all questions is answered.

    Args:
        series: Name of a run -> (coverage, risk) by rising coverage, both in [0, 1]; one or two runs.

    Returns:
        An `<svg>` element.
    """
    figure, axes = _axes()
    for (name, points), (colour, dash) in zip(series.items(), _LINES, strict=False):
        coverage, risk = [point[0] for point in points], [point[1] for point in points]
        axes.plot(coverage, risk, color=colour, linestyle=dash, linewidth=1.8, label=name)
        if len(points) == 1:
            axes.plot(coverage, risk, color=colour, marker="o")
    axes.set(xlabel="questions answered, the surest first", ylabel="wrong among them", xlim=(0, 1), ylim=(0, None))
    axes.xaxis.set_major_formatter(PercentFormatter(1, 0))
    axes.yaxis.set_major_formatter(PercentFormatter(1, 0))
    _legend(axes, series)
    told = "; ".join(
        f"{name}: {points[-1][1]:.0%} wrong when {points[-1][0]:.0%} of the questions are answered"
        for name, points in series.items()
    )
    return _svg(figure, "risk", "Risk and coverage", told)


def reliability(bins: Sequence[Mapping[str, float]]) -> str:
    """Draw how often replies of each confidence were right, and how many there were.

    Args:
        bins: Each with `low`, `high`, `count`, mean `confidence` and share `right`; at least one.

    Returns:
        An `<svg>` element; the counts stand over the lower bars.
    """
    figure = Figure(figsize=(WIDTH, HEIGHT + 0.6), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    for axes in (above, below):
        _plain(axes)
    above.plot([0, 1], [0, 1], color=_SOFT, linestyle=_LINES[1][1], linewidth=1)
    middles = [(each["low"] + each["high"]) / 2 for each in bins]
    widths = [0.92 * (each["high"] - each["low"]) for each in bins]
    above.bar(middles, [each["right"] for each in bins], width=widths, color=_RULE)
    above.plot([each["confidence"] for each in bins], [each["right"] for each in bins], "o", color=_ACCENT)
    above.set(ylabel="right", ylim=(0, 1.04), xlim=(0, 1))
    above.yaxis.set_major_formatter(PercentFormatter(1, 0))
    drawn = below.bar(middles, [each["count"] for each in bins], width=widths, color=_SOFT)
    below.bar_label(drawn, [_short(each["count"]) for each in bins], fontsize=8, color=_INK, padding=1)
    below.set(xlabel="confidence", ylabel="questions", ylim=(0, 1.4 * max(each["count"] for each in bins)))
    below.yaxis.set_major_locator(MaxNLocator(2, integer=True))
    below.xaxis.set_major_formatter(PercentFormatter(1, 0))
    told = "; ".join(
        f"{each['count']:,.0f} questions of mean confidence {each['confidence']:.0%}: {each['right']:.0%} right"
        for each in bins
    )
    return _svg(figure, "reliability", "Reliability: confidence against share right", told)


def latency(times_ms: Sequence[float]) -> str:
    """Draw how long the timed questions took.

    Args:
        times_ms: Milliseconds, one a question, in any order; at least one.

    Returns:
        An `<svg>` element; a histogram of equal widths.
    """
    figure, axes = _axes()
    counts, edges = np.histogram(times_ms, bins=min(30, max(5, round(len(times_ms) ** 0.5) * 2)))
    axes.bar(edges[:-1], counts, width=0.94 * np.diff(edges), align="edge", color=_ACCENT)
    axes.set(xlabel="milliseconds for one question", ylabel="questions", xlim=(0, None))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    most = int(counts.argmax())
    told = (
        f"{len(times_ms):,} questions, from {min(times_ms):,.0f} to {max(times_ms):,.0f} milliseconds; "
        f"most often {edges[most]:,.0f} to {edges[most + 1]:,.0f}"
    )
    return _svg(figure, "latency", "Time for one question", told)


def deltas(changes: Sequence[tuple[str, float]], figure_name: str) -> str:
    """Draw one bar a question for how much a figure changed, worst first; each bar leads to `#q-<id>`.

    Args:
        changes: (question id, change), by rising change; at least one. Beyond twice `MOST_BARS` the middle is left
            out, and the gap is drawn.
        figure_name: What changed, such as "nDCG@10".

    Returns:
        An `<svg>` element.
    """
    figure, axes = _axes()
    shown = list(changes)
    if len(shown) > 2 * MOST_BARS:
        shown = shown[:MOST_BARS] + shown[-MOST_BARS:]
        axes.axvline(MOST_BARS - 0.5, color=_SOFT, linestyle=_LINES[1][1], linewidth=1)
    titles = {}
    colours = [_GOOD if change > 0 else _ACCENT for _, change in shown]
    bars = axes.bar(range(len(shown)), [change for _, change in shown], width=0.86, color=colours)
    for number, (bar, (id, change)) in enumerate(zip(bars, shown, strict=True)):
        bar.set_gid(f"bar-{number}")
        bar.set_url(f"#q-{quote(id, safe='')}")
        titles[f"bar-{number}"] = f"{id}: {change:+.3f}"
    axes.axhline(0, color=_INK, linewidth=0.8)
    axes.set(xlabel="questions, by change", ylabel=f"change of {figure_name}", xticks=[])
    axes.set_xlim(-0.6, max(len(shown), 16) - 0.4)
    worse = sum(change < 0 for _, change in changes)
    told = f"{len(changes):,} questions changed: {worse:,} got worse, {len(changes) - worse:,} got better"
    return _svg(figure, "deltas", f"Change of {figure_name}, question by question", told, titles)


def _short(count: float) -> str:
    return f"{count:.0f}" if count < 1000 else f"{count / 1000:.2g}k"


def _axes() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
    axes = figure.subplots()
    _plain(axes)
    return figure, axes


def _plain(axes: Axes) -> None:
    axes.grid(axis="y", color=_RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=_SOFT, labelsize=10, length=0, pad=5)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(_SOFT)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set(color=_INK, fontsize=10)


def _legend(axes: Axes, series: Mapping[str, Any]) -> None:
    if len(series) > 1:
        axes.legend(frameon=False, fontsize=10, labelcolor=_INK)


def _svg(figure: Figure, name: str, title: str, told: str, links: Mapping[str, str] | None = None) -> str:
    out = io.StringIO()
    plain: Any = {"svg.fonttype": "none", "svg.hashsalt": name, "text.parse_math": False}
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with _LOCK, mpl.rc_context(plain):
        figure.savefig(out, format="svg", transparent=True, metadata=nothing)
    root = ElementTree.fromstring(out.getvalue())
    for parent in root.iter():
        for child in [each for each in parent if each.tag == f"{_SVG}style"]:
            parent.remove(child)
    for element in root.iter():
        _clean(element, lambda id: f"{name}-{id}")
        label = (links or {}).get(element.get("id", "").removeprefix(f"{name}-"))
        for link in element.iter(f"{_SVG}a") if label else ():
            link.attrib.update({"tabindex": "-1"})
            ElementTree.SubElement(link, f"{_SVG}title").text = label
    root.attrib = {"viewBox": root.attrib["viewBox"], "class": "plot", "role": "img"}
    root.attrib["aria-labelledby"] = f"{name}-title {name}-told"
    for place, (tag, words) in enumerate((("title", title), ("desc", told))):
        element = ElementTree.Element(f"{_SVG}{tag}", {"id": f"{name}-{'title' if tag == 'title' else 'told'}"})
        element.text = words
        root.insert(place, element)
    # HTML needs no namespace for inline SVG.
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
    return ElementTree.tostring(root, encoding="unicode")


def _clean(element: ElementTree.Element, named: Callable[[str], str]) -> None:
    """Make ids the plot's own, links plain, and styles attributes and classes."""
    given = element.attrib
    if _XLINK in given:
        target = given.pop(_XLINK)
        # A bar's link leads out of the plot, a marker's into it.
        given["href"] = target if element.tag == f"{_SVG}a" else "#" + named(target[1:])
        given.pop("target", None)
    if "id" in given:
        given["id"] = named(given["id"])
    if "clip-path" in given:
        given["clip-path"] = re.sub(r"#([\w.-]+)", lambda found: "#" + named(found[1]), given["clip-path"])
    classes = []
    for part in filter(None, given.pop("style", "").split(";")):
        key, value = (each.strip() for each in part.split(":", 1))
        if value in _ROLES:
            classes.append(f"{key}-{_ROLES[value]}")
        elif key != "font-family":
            given[key] = value
    if classes:
        given["class"] = " ".join(classes)
