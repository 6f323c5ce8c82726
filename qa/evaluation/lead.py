"""The first lines of a report: what came out, in sentences that need no glossary."""

from collections.abc import Mapping
from typing import Any

from qa.evaluation.explain import finite

_FEW = 30
"""Fewer questions than this are said to be few: one of them more or less moves a share by over three in a hundred."""


def lead(result: Mapping[str, Any]) -> list[str]:
    """Say what came out in plain words, what is bad as plainly as what is good.

    Args:
        result: As `qa evaluate --json` prints it.

    Returns:
        One or two sentences, and one for each thing that the set cannot tell; never empty.
    """
    retrieval, answers, refusal = (result.get(name) or {} for name in ("retrieval", "answers", "refusal"))
    questions = result.get("questions") or {}
    counted = questions.get("counted") or {}
    asked = (questions.get("all") or 0) - (questions.get("failed") or 0)
    offered = round((finite(refusal.get("answered")) or 0) * (counted.get("refusal") or asked))
    found = _of(retrieval.get("Success@10"), counted.get("retrieval"))
    hit = _of(answers.get("quote_hit@1"), counted.get("answers"))
    right, wrong = _of(refusal.get("precision"), offered), _of(refusal.get("precision"), offered, rest=True)
    judged = (counted.get("refusal") or 0) - (questions.get("unanswerable") or 0)
    refused = _of(refusal.get("refused_answerable"), judged)
    knew = _of(refusal.get("refused_unanswerable"), questions.get("unanswerable"))
    overdid = _of(refusal.get("refused_unanswerable"), questions.get("unanswerable"), rest=True)
    answered = (
        f"of {right[1]} replies offered as answers, {right[0]} {_were(right[0])} right and {wrong[0]} wrong"
        if right and wrong
        else None
    )
    declined = (
        f"of {knew[1]} that they do not answer, {knew[0]} {_were(knew[0])} refused, {overdid[0]} answered all the same"
        if knew and overdid
        else None
    )
    parts = [
        found and f"for {found[0]} of {found[1]} questions an article that answers is among the first ten",
        hit and f"for {hit[0]} of {hit[1]} answerable ones the first quote holds the answer",
        answered,
    ]
    refusals = [
        refused and f"of {refused[1]} questions that the articles answer, {refused[0]} {_were(refused[0])} refused",
        declined,
    ]
    sentences = ["; ".join(filter(None, each)) for each in (parts, refusals)]
    said = [each[0].upper() + each[1:] + "." for each in sentences if each]
    if not questions.get("all"):
        said.append("No question was asked.")
    elif not said:
        said.append("Nothing is known of the answers to these questions, so nothing can be said of how good they are.")
    elif not questions.get("unanswerable"):
        said.append("No question of this set is known to be without an answer, so refusing rightly is not measured.")
    if parts[0] and (counted.get("retrieval") or 0) < _FEW:
        said.append("These are few questions: every figure may look quite different with the next ones.")
    return said


def _were(part: str) -> str:
    return "was" if part == "1" else "were"


def _of(share: Any, count: Any, *, rest: bool = False) -> tuple[str, str] | None:
    """A share as "a of b": of the questions themselves up to a hundred, or where it is all or none; else of 100."""
    number = finite(share)
    if number is None:
        return None
    whole = count if isinstance(count, int) and count > 0 and (count <= 100 or number in (0, 1)) else 100
    part = round(number * whole)
    if part in (0, whole) and number not in (0, 1) and count != whole:
        return ("fewer than 1" if (part == 0) != rest else "more than 99"), "100"
    return f"{whole - part if rest else part:,}", f"{whole:,}"
