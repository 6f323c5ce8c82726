"""The words of a report: what each figure means, how it is written, and why it may be missing."""

import math
import re
from collections.abc import Mapping
from typing import Any

MISSING = "–"
SURE_BELOW = 0.05
"""A difference is called one when the share of false finds to expect among those so called (q) is below this."""

FAMILIES = {
    "retrieval": "Finding the article",
    "passages": "Finding the passage",
    "answers": "Quoting the answer",
    "refusal": "Refusing",
    "speed": "Speed",
}
HEADLINES = (
    ("retrieval", "Success@10"),
    ("retrieval", "nDCG@10"),
    ("retrieval", "R@10"),
    ("passages", "passage nDCG@10"),
    ("answers", "quote_hit@1"),
    ("answers", "quote_hit@3"),
    ("answers", "answer_f1"),
    ("refusal", "precision"),
    ("refusal", "refused_answerable"),
    ("refusal", "refused_unanswerable"),
    ("refusal", "auroc"),
    ("speed", "ask_ms_p50"),
)
_LOWER = frozenset(("aurc", "ece", "brier", "refused_answerable", "index_s", "ask_ms_p50", "ask_ms_p95", "peak_rss_mb"))
_NEITHER = frozenset(("quote_words", "quote_words_mean", "answered", "asked"))
_RANKED = {
    "nDCG": "How near the top the right {unit}s stand among the first {k}: 1 when they lead, 0 when none is there.",
    "R": "Share of the right {unit}s that are among the first {k}.",
    "RR": "1 divided by the place of the first right {unit}; 0 when it is not among the first {k}.",
    "AP": "Share of right {unit}s down to each right one, averaged over the right ones of the first {k}.",
    "P": "Share of the first {k} {unit}s that are right.",
    "Success": "Share of questions with a right {unit} among the first {k}.",
    "Judged": "Share of the first {k} {unit}s that somebody judged; where it is low the other figures may be too low.",
}
_FIRST = {
    "R": "Share of the right {unit}s that come first.",
    "P": "Share of questions whose first {unit} is right.",
    "Success": "Share of questions whose first {unit} is right.",
}
_PLAIN = {
    "quote_hit@1": "Share of answerable questions whose first quote holds the answer, offered or held back.",
    "quote_hit@3": "Share of answerable questions with the answer in one of the first three quotes.",
    "answered_right": "Share of answerable questions that were answered, and whose first quote holds the answer.",
    "answer_em": "Share of answerable questions whose marked words are exactly a known answer (SQuAD’s rule).",
    "answer_f1": "How much of the known answer the marked words share with it, word by word (SQuAD’s rule).",
    "quote_words": "Words in the first quote.",
    "quote_words_mean": "Words in the first quote, on average; 80 at most.",
    "quote_valid": "Share of quotes that stand in their article word for word; anything below 1 is a fault.",
    "citation_precision": "Share of the first three quotes that cover a place known to answer.",
    "citation_recall": "Share of the places known to answer that the first three quotes cover.",
    "auroc": "Chance that an answerable question gets more confidence than an unanswerable one; 0.5 is a coin’s.",
    "aurc": "Share of wrong answers, averaged over answering only the surest few up to all; lower is better.",
    "coverage@0.8": "Largest share of questions that could be answered, the surest first, with 80 % of them right.",
    "coverage@0.9": "Largest share of questions that could be answered, the surest first, with 90 % of them right.",
    "coverage@0.95": "Largest share of questions that could be answered, the surest first, with 95 % of them right.",
    "ece": "How far confidence and the share that is right lie apart, on average; lower is better.",
    "brier": "Mean squared distance of confidence from 1 where right and from 0 where not; lower is better.",
    "answered": "Share of questions that got a quote offered as an answer.",
    "precision": "Share of right ones among the replies offered as answers.",
    "decided_right": "Share of questions answered with a right first quote, or rightly refused.",
    "refused_unanswerable": "Share of the questions the articles do not answer that were refused; higher is better.",
    "refused_answerable": "Share of the questions the articles do answer that were refused; lower is better.",
    "index_s": "Seconds to index the articles.",
    "passages_per_s": "Passages indexed in a second.",
    "ask_ms_p50": "Milliseconds for one question: half took less.",
    "ask_ms_p95": "Milliseconds for one question: 95 of 100 took less.",
    "peak_rss_mb": "Most memory in use, in megabytes.",
    "asked": "Questions that were timed.",
}


PLOTS = {
    "Recall": (
        "The further up and left, the sooner the right articles are found. Where the line is flat, reading more "
        "articles finds no more.",
        "no relevant article is known",
    ),
    "Risk and coverage": (
        "Read from left to right: only the surest questions are answered, then more and more. A low line that rises "
        "late tells that confidence knows what is wrong.",
        "of no question is it known what the right reply is",
    ),
    "Reliability": (
        "Dots on the dashed line: of replies with 70 % confidence, 70 % are right. Below the line it is too sure of "
        "itself, above it too modest. The bars beneath count the questions.",
        "of no question is it known what the right reply is",
    ),
    "Time for one question": (
        "How many questions took how long; a long tail to the right is what a person notices.",
        "no question was timed",
    ),
}
"""Plot -> how to read it, and why there may be none."""


def meaning(name: str) -> str:
    """What a figure says, in one sentence; empty for one that is not known here."""
    found = re.fullmatch(r"(passage )?([A-Za-z]+)@(\d+)", name)
    if found and found[2] in _RANKED:
        unit = "passage" if found[1] else "article"
        told = _FIRST.get(found[2], _RANKED[found[2]]) if found[3] == "1" else _RANKED[found[2]]
        return told.format(unit=unit, k=found[3])
    return _PLAIN.get(name, "")


def written(value: Any, name: str = "", *, signed: bool = False) -> str:
    """Write a figure as its kind is written: shares with three decimals, times and counts whole.

    Args:
        value: None and what is not finite are written as a dash.
        name: The figure; decides the decimals.
        signed: Put a plus before what is above 0.
    """
    number = finite(value)
    if number is None:
        return MISSING
    if name in ("ask_ms_p50", "ask_ms_p95", "peak_rss_mb", "passages_per_s", "asked"):
        decimals = 0 if abs(number) >= 10 or number == round(number) else 1
    else:
        decimals = {"quote_words": 1, "quote_words_mean": 1, "index_s": 1, "effect": 2}.get(name, 3)
    number = round(number, decimals) + 0.0  # what rounds to nothing has no sign
    plus = "+" if signed and number else ""
    return f"{number:{plus},.{decimals}f}".replace("-", "−")


def chance(value: Any) -> str:
    """Write a p or q: three decimals, `<0.001` below that."""
    number = finite(value)
    if number is None:
        return MISSING
    return "<0.001" if number < 0.001 else f"{number:.3f}"


def finite(value: Any) -> float | None:
    """The number, or None for what is none or not finite."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)


def is_share(family: str, name: str) -> bool:
    """Whether a figure lies in [0, 1]."""
    return family != "speed" and not name.startswith("quote_words")


def lower_is_better(name: str) -> bool:
    """Whether a fall of the figure is good news."""
    return name in _LOWER


def difference_told(name: str, compared: Mapping[str, Any]) -> str:
    """One word for a difference: "better" or "worse" where q is below `SURE_BELOW`, else "no difference shown".

    Args:
        name: The figure.
        compared: Its `difference` and `q`; `p` stands in where there is no q.

    Returns:
        The word; "higher" or "lower" for a figure of which neither is good.
    """
    change, q = finite(compared.get("difference")), finite(compared.get("q"))
    q = finite(compared.get("p")) if q is None else q
    if not change or q is None or q >= SURE_BELOW:
        return "no difference shown"
    if name in _NEITHER:
        return "higher" if change > 0 else "lower"
    return "better" if (change > 0) != lower_is_better(name) else "worse"


def undefined(family: str, name: str, result: Mapping[str, Any]) -> str:
    """Why a figure has no value, as far as the counts of the result tell: "not defined: …" or "not measured"."""
    questions = result.get("questions") or {}
    counted = (questions.get("counted") or {}).get(family)
    if family == "speed":
        return "not measured"
    if name in ("auroc", "refused_unanswerable") and not questions.get("unanswerable"):
        return "not defined: no unanswerable question in this set"
    if name in ("auroc", "refused_answerable") and not questions.get("answerable"):
        return "not defined: no answerable question in this set"
    if name.startswith("citation") or (family == "passages" and not counted):
        return "not defined: no place that answers is known in this set"
    if name in ("answer_em", "answer_f1") and counted:
        return "not defined: no answer in words is known in this set"
    if name == "precision":
        return "not defined: no reply that can be judged was offered as an answer"
    if not counted:
        lack = {
            "retrieval": "no relevant article is known for any question",
            "answers": "no answerable question with a known answer or place",
            "refusal": "no question of which it is known whether it has an answer",
        }
        return f"not defined: {lack.get(family, 'no question counts in it')}"
    return "not defined for these questions"
