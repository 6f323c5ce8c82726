"""Figures as a terminal shows them."""

from collections.abc import Mapping, Sequence
from typing import Any

from index.text import counted

_SECTIONS = {
    "retrieval": "Articles found",
    "passages": "Passages found",
    "answers": "Quotes",
    "refusal": "Knowing when to be silent",
}
_SHOWN = 10
_LAYERS = ("nDCG@10", "R@1", "R@10", "R@100", "passage nDCG@10", "quote_hit@1", "quote_hit@3", "auroc", "coverage@0.9")


def shown(result: Mapping[str, Any]) -> str:
    """Show a result: what was asked, every figure with its interval, what was left out, the comparisons."""
    corpus, counts = result["corpus"], result["questions"]
    parts = [
        f"{result['id']}: {counted(counts['all'], 'question')} over {counted(corpus['articles'], 'article')} in "
        f"{counted(corpus['passages'], 'passage')}, ranked by {result['layer']}."
    ]
    for section, title in _SECTIONS.items():
        rows = [
            [name, number(value), _interval(result["ci95"].get(name))]
            for name, value in result[section].items()
            if value is not None
        ]
        head = f"{title} ({counted(counts['counted'][section], 'question')})"
        parts.append("\n".join(aligned([[head, "", "95 % interval"], *rows])) if rows else f"{head}: not defined")
    parts.append(_speed(result["speed"]))
    if left := _left_out(counts):
        parts.append("Left out:\n" + "\n".join(f"  {line}" for line in left))
    if result["faults"]:
        parts.append(f"{counted(len(result['faults']), 'fault')} in the set, left out.")
    if result["ablation"]:
        parts.append(_ablation(result["ablation"]))
    if result["compared"]:
        parts.append(compared(result["compared"]))
    return "\n\n".join(parts)


def compared(given: Mapping[str, Any]) -> str:
    """Show a comparison, a line a figure."""
    rows = [["", "this", "other", "difference", "95 % interval", "p", "q", "effect", "better/worse"]]
    for name, each in given["figures"].items():
        rows.append(
            [
                name, number(each["this"]), number(each["other"]), f"{each['difference']:+.4f}",
                _interval(each["ci95"], "+.4f"), f"{each['p']:.4f}", f"{each['q']:.4f}", _effect(each["effect"]),
                f"{each['better']}/{each['worse']}",
            ]
        )  # fmt: skip
    notes = "".join(f"\n{note}" for note in given.get("notes", ()))
    table = f"Compared with {given['with']}:{notes}\n" + "\n".join(aligned(rows))
    changed = [
        f"  {each['figure']} {each['other']:.3f} -> {each['this']:.3f}  {each['_id']}  {each['question']}"
        for each in given["changed"][:_SHOWN]
    ]
    if not changed:
        return table
    more = len(given["changed"]) - len(changed)
    rest = f"\n  and {more:,} more; the report lists them all" if more else ""
    return f"{table}\nChanged most:\n" + "\n".join(changed) + rest


def _effect(size: float | None) -> str:
    return "–" if size is None else f"{size:+.2f}"


def _ablation(layers: Sequence[Mapping[str, Any]]) -> str:
    rows = [["layer", *_LAYERS]]
    for each in layers:
        values = {**each["retrieval"], **each["passages"], **each["answers"], **each["refusal"]}
        rows.append([each["layer"], *(number(values.get(name)) for name in _LAYERS)])
    lines = ["Layer by layer:", *aligned(rows)]
    for each in layers:
        if each["compared"] and (gain := each["compared"]["figures"].get("nDCG@10")):
            lines.append(
                f"  {each['layer']} against {each['compared']['with']}: nDCG@10 {gain['difference']:+.4f} "
                f"({_interval(gain['ci95'], '+.4f')}), p {gain['p']:.4f}, q {gain['q']:.4f}"
            )
    return "\n".join(lines)


def _speed(speed: Mapping[str, Any]) -> str:
    told = []
    if speed["index_s"] is not None:
        rate = f" ({speed['passages_per_s']:g} passages embedded a second)" if speed["passages_per_s"] else ""
        told.append(f"indexed in {speed['index_s']:g} s{rate}")
    if speed["ask_ms_p50"] is not None:
        p50, p95 = speed["ask_ms_p50"], speed["ask_ms_p95"]
        told.append(f"a reply took {p50:.0f} ms, p95 {p95:.0f} ms ({speed['asked']} asked one by one)")
    if speed["peak_rss_mb"] is not None:
        told.append(f"peak memory {speed['peak_rss_mb']:,} MB")
    return f"Speed: {'; '.join(told)}."


def _left_out(counts: Mapping[str, Any]) -> list[str]:
    lines = [
        f"{count:,} from {family}: {reason}"
        for family, reasons in counts["left_out"].items()
        for reason, count in reasons.items()
    ]
    failed = counts["failed"]
    return [*lines, f"{failed:,} could not be asked, and count as nothing found"] if failed else lines


def number(value: float | None) -> str:
    """Show a figure to four places; a dash where it is not defined."""
    return "–" if value is None else f"{value:.4f}"


def _interval(pair: Sequence[float] | None, form: str = ".4f") -> str:
    return f"{pair[0]:{form}} to {pair[1]:{form}}" if pair else ""


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Give the lines of a table, its first column to the left and the others to the right."""
    first, *widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths, strict=True)]
        lines.append("  ".join([row[0].ljust(first), *cells]).rstrip())
    return lines
