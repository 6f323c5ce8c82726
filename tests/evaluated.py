"""Evaluations made up for the tests of the report: one of nine questions whose fates are all known, and a large one."""

import json
from dataclasses import replace

from qa.evaluation.record import PASSAGES, RESULT, ROWS, Evaluation, Found, Quoted, Row

TEA = "Tea in Leeds 🫖 rose to nine pounds on Monday. The mayor, Ann Lee, called the price a scandal."
COAL = "Coal fell in York. Nobody knows why the price of coal fell."
ATTACK = '</script><img src=x onerror="alert(1)">'
SETTINGS = {"answer_at": 0.62, "passage_words": 120, "quotes": 3}


def passage(name, text, start=0, title=""):
    article = name.partition("#")[0]
    return {
        "id": name,
        "article_id": article,
        "title": title or article.title(),
        "start": start,
        "end": start + len(text),
        "text": text,
    }


SHOWN = [
    passage("tea#0", TEA, 100, "Tea dearer"),
    passage("coal#0", COAL, 0, "Coal cheaper"),
    passage("evil#0", f"{ATTACK} stands in a passage.", 0, f"Title {ATTACK}"),
]


def quote(text, right, *, article="tea", shown=TEA, start=100, title="Tea dearer", answer=None):
    at = start + (shown.index(text) if text in shown else 0)
    return Quoted(article, title, at, at + len(text), text, answer, right)


FIRST = quote("Tea in Leeds 🫖 rose to nine pounds on Monday.", True, answer="nine pounds")
SECOND = quote("The mayor, Ann Lee, called the price a scandal.", False)
TEA_FOUND = Found("tea#0", 0.9, {"dense": 1, "lexical": 3}, ("Tea", "price"), True)
COAL_FOUND = Found("coal#0", 0.4, {"dense": 2}, ("price",), False)
GOLD = (("tea", 100 + TEA.index("nine"), 100 + TEA.index(" on Monday")),)


def row(id, **given):
    plain = Row(
        id=id,
        question=f"What did tea cost, {id}?",
        history=(),
        searched_for=None,
        answers=("nine pounds",),
        answerable=True,
        spans=GOLD,
        judged={"tea": 1},
        status="answered",
        reason=None,
        confidence=0.9,
        quotes=(FIRST, SECOND),
        found=(TEA_FOUND, COAL_FOUND),
        ranking=(("tea", 0.9), ("coal", 0.4)),
        passages=(("tea#0", 0.9), ("coal#0", 0.4)),
        figures={"nDCG@10": 1.0, "quote_hit@1": 1.0},
        left_out={},
    )
    return replace(plain, **given)


LATE = (*((f"a{n}", 1 - n / 100) for n in range(13)), ("tea", 0.5))
UNKNOWN = {"answers": (), "spans": (), "judged": {}}
ROWS_SMALL = [
    row("right"),
    row("late", quotes=(SECOND,), ranking=LATE, figures={"nDCG@10": 0.0, "quote_hit@1": 0.0}),
    row("misread", quotes=(SECOND, FIRST), found=(COAL_FOUND, TEA_FOUND), figures={"nDCG@10": 1.0, "quote_hit@1": 0.0}),
    row("held", status="related", confidence=0.41, reason="These articles do not say."),
    row("over", **UNKNOWN, answerable=False, confidence=0.81, figures={}, left_out={"retrieval": "no article"}),
    row("declined", **UNKNOWN, answerable=False, status="nothing", confidence=0.05, quotes=(), figures={}),
    row("failed", status="failed", reason="The question is empty.", confidence=0.0, quotes=(), found=(), ranking=()),
    row("unjudged", **UNKNOWN, answerable=None, quotes=(replace(SECOND, right=None),), figures={}),
    row(
        f"evil{ATTACK}",
        question=f"Who wrote {ATTACK}?",
        history=(f"Before {ATTACK}",),
        searched_for=f"alone {ATTACK}",
        answers=(ATTACK,),
        quotes=(Quoted("evil", f"Title {ATTACK}", 0, 9, f"Says {ATTACK}", ATTACK, True),),
        found=(Found("evil#0", 0.3, {}, ("stands",), True),),
        ranking=(("evil", 1.0),),
        judged={"evil": 1},
        spans=(("evil", 0, 9),),
    ),
]
RESULT_SMALL = {
    "id": "0007-teas",
    "dataset": "teas",
    "made": "2026-11-24T18:40:00+00:00",
    "code": "3f2a",
    "layer": "fused",
    "settings": SETTINGS,
    "changed_settings": {"passage_words": 120},
    "corpus": {"articles": 189, "passages": 1700, "words": 150_000, "digest": "d1"},
    "questions": {
        "all": 9,
        "answerable": 6,
        "unanswerable": 2,
        "unknown": 1,
        "failed": 1,
        "counted": {"retrieval": 6, "passages": 6, "answers": 6, "refusal": 8},
        "left_out": {"retrieval": {"no relevant article is known": 3}, "answers": {}},
    },
    "retrieval": {"nDCG@10": 0.931, "R@10": 0.75, "Success@10": 4 / 6},
    "passages": {"passage nDCG@10": 0.7},
    "answers": {"quote_hit@1": 0.5, "quote_hit@3": 4 / 6, "quote_valid": 1.0, "quote_words_mean": 21.4},
    "refusal": {
        "auroc": 0.812,
        "answered": 0.625,
        "precision": 0.4,
        "refused_answerable": 2 / 6,
        "refused_unanswerable": 0.5,
    },
    "speed": {"index_s": 12.3, "ask_ms_p50": 41.0, "ask_ms_p95": 95.5, "peak_rss_mb": 1234, "asked": 5},
    "ci95": {"nDCG@10": [0.871, 0.968], "auroc": [0.61, 0.95]},
    "curves": {
        "recall": [0.4, 0.6, 0.75],
        "risk_coverage": [[0.25, 0.0], [0.5, 0.25], [1.0, 0.6]],
        "reliability": [
            {"low": 0.4, "high": 0.4667, "count": 3, "confidence": 0.41, "right": 1 / 3},
            {"low": 0.8667, "high": 0.9333, "count": 1250, "confidence": 0.9, "right": 0.8},
        ],
        "latency_ms": [31.0, 41.0, 43.0, 95.5, 99.0],
    },
    "compared": None,
    "ablation": None,
    "faults": [{"where": "qrels.tsv:4", "reason": "the score “x” is no whole number."}],
    "per_question": "questions.jsonl",
}
COMPARED = {
    "with": "0006-teas",
    "notes": ["The code has changed between the two."],
    "questions": {"both": 9, "only_this": 0, "only_other": 2},
    "left_out": {"answer_em": "no question has it in both"},
    "figures": {
        "nDCG@10": {
            "n": 6,
            "this": 0.931,
            "other": 0.881,
            "difference": 0.05,
            "ci95": [0.011, 0.089],
            "p": 0.0004,
            "q": 0.0012,
            "effect": 0.31,
            "better": 4,
            "worse": 1,
            "same": 1,
        },
        "quote_hit@1": {
            "n": 6,
            "this": 0.5,
            "other": 0.55,
            "difference": -0.05,
            "ci95": [-0.2, 0.1],
            "p": 0.4,
            "q": 0.6,
            "effect": None,
            "better": 1,
            "worse": 2,
            "same": 3,
        },
        "brier": {
            "n": 8,
            "this": 0.3,
            "other": 0.2,
            "difference": 0.1,
            "ci95": [0.05, 0.15],
            "p": 0.001,
            "q": 0.002,
            "effect": 0.5,
            "better": 0,
            "worse": 7,
            "same": 1,
        },
    },
}
OTHER_ROWS = [
    row("right", ranking=(("coal", 0.9), ("tea", 0.4)), figures={"nDCG@10": 0.6309, "quote_hit@1": 1.0}),
    row("late", ranking=LATE[13:], figures={"nDCG@10": 1.0, "quote_hit@1": 1.0}),
    row("held"),
    row("gone"),
]


def evaluation(folder, rows=ROWS_SMALL, result=RESULT_SMALL, kept=SHOWN, **changed):
    """Write an evaluation as `qa evaluate` does, and read it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RESULT).write_text(json.dumps({**result, **changed}), encoding="utf-8")
    for name, lines in ((ROWS, [each.to_json() for each in rows]), (PASSAGES, kept)):
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return Evaluation.open(folder)


def compared(folder):
    """The small evaluation, and the one before it that it is compared with."""
    other = evaluation(folder / "0006", OTHER_ROWS, id="0006-teas")
    ablation = [
        {
            **{family: RESULT_SMALL[family] for family in ("retrieval", "answers", "refusal", "ci95")},
            "layer": name,
            "compared": None if name == "dense" else COMPARED | {"with": "dense"},
        }
        for name in ("dense", "lexical", "fused")
    ]
    return evaluation(folder / "0007", compared=COMPARED, ablation=ablation), other


def large(folder, count=8000, id="0009-large"):
    """Many questions over 1,600 passages of 120 words, ten shown for each question."""
    words = [f"word{n % 977}" for n in range(120)]
    shown = []
    for n in range(1600):
        text = " ".join(f"{word}x{n}" if place % 9 == 0 else word for place, word in enumerate(words))
        shown.append(passage(f"art{n}#0", text.capitalize() + ".", 0, f"Headline of the article number {n}"))
    rows = []
    for n in range(count):
        places = [(n * 7 + step * 31) % 1600 for step in range(10)]
        found = tuple(
            Found(
                f"art{p}#0",
                0.912345 - 0.01 * step,
                {"dense": step + 1, "lexical": step + 2},
                ("word1", "word2"),
                step == 0,
            )
            for step, p in enumerate(places)
        )
        quotes = tuple(
            Quoted(f"art{p}", shown[p]["title"], 10, 310, shown[p]["text"][10:310], None, p == places[0] and n % 3 > 0)
            for p in places[:3]
        )
        rows.append(
            row(
                f"q{n}",
                question=f"What happened to the thing that is number {n} in the long list of the things of the town?",
                answers=(f"answer {n}",),
                spans=((f"art{places[0]}", 20, 60),),
                judged={f"art{places[0]}": 1},
                quotes=quotes,
                found=found,
                ranking=tuple((f"art{p}", 0.9 - step / 100) for step, p in enumerate(places)),
                confidence=0.3 + 0.6 * (n % 100) / 100,
                status="answered" if n % 100 > 50 else "related",
                figures={"nDCG@10": 1.0 - n % 7 / 10, "quote_hit@1": float(n % 3 > 0)},
            )
        )
    return evaluation(folder, rows, kept=shown, id=id)
