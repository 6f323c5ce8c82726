"""`make bench-quality`: every set, every layer of the search, with intervals; written into docs/benchmarks.md.

The sets lie in the folder that QA_EVAL_DATA names; those that are absent are named, and the seeds are measured anyway.
What was embedded and asked is kept in .qa/quality, so that a second run takes minutes, and a stopped one goes on.
"""

import dataclasses
import hashlib
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from figures import PAGE, ROOT, commit, keep, made
from tqdm import tqdm

DATA = Path(os.environ.get("QA_EVAL_DATA", ROOT.parent / "shared" / "eval"))
SETS = ("onestopqa", "squad2-half", "clapnq-dev", "squadshifts-wiki", "covidqa", "mtrag-un", "scifact-dev")
MOST = 500
"""Questions asked of a set; of one that has more, as many are drawn, always the same: that halves the time."""
CLOCK, TIMED = "covidqa", 300
"""The set whose first questions are asked against the clock."""
READ = "squad2-half"
"""The set whose answers are also marked in the right paragraph, without any search."""
PUBLISHED = 0.679
"""nDCG@10 of BM25, k1 0.9 and b 0.4, on SciFact's titles and texts: Anserini's flat index, BEIR 1.0.0."""
FIGURES = ("nDCG@10", "R@10", "quote_hit@1", "quote_hit@3", "answer_f1", "auroc", "coverage@0.9", "ece")
SIGNIFICANT = 0.05
PLAIN = "fused"
"""The best layer without weights of our own."""
BESIDE = ("nDCG@10", "quote_hit@1", "quote_hit@3", "Success@1")


def bars():
    """A listener that draws a bar a stage, on a terminal only."""
    bar, stage = None, ""

    def listener(step):
        nonlocal bar, stage
        if step.stage != stage:
            if bar is not None:
                bar.close()
            stage, bar = step.stage, tqdm(total=step.total, desc=step.stage, disable=None)
        bar.update(step.done - bar.n)

    return listener


def beyond_chance(difference, q):
    """A mark where a difference is beyond chance."""
    return "" if q >= SIGNIFICANT else " ▲" if difference > 0 else " ▼"


def cell(layer, figure):
    """A figure with its interval, and a star where it is better than the best layer before it beyond chance."""
    for section in ("retrieval", "passages", "answers", "refusal"):
        if figure in layer[section]:
            value = layer[section][figure]
            break
    if value is None:
        return "–"
    low, high = layer["ci95"].get(figure, (None, None))
    text = f"{value:.3f}" + (f" ({low:.3f}–{high:.3f})" if low is not None else "")
    change = (layer["compared"] or {"figures": {}})["figures"].get(figure)
    return text + (beyond_chance(change["difference"], change["q"]) if change else "")


def rows_of(name, result):
    counts, corpus = result["questions"], result["corpus"]
    size = f"{name}: {counts['all']:,} questions, {counts['unanswerable']:,} of them without an answer; "
    size += f"{corpus['articles']:,} articles, {corpus['passages']:,} passages"
    yield f"| **{size}** |" + " |" * len(FIGURES)
    for layer in result["ablation"]:
        yield f"| {layer['layer']} | " + " | ".join(cell(layer, figure) for figure in FIGURES) + " |"


def beside(whole, plain):
    """What the whole gains on the plain path, question by question, with the interval of the difference."""
    from qa.evaluation import comparison, scoring

    figures = comparison.compare(*(scoring.table(list(each.rows())) for each in (whole, plain))).figures
    cells = []
    for figure in BESIDE:
        if figure in figures:
            found = figures[figure]
            low, high = found.interval
            change = f"{found.difference:+.3f} ({low:+.3f} to {high:+.3f}){beyond_chance(found.difference, found.q)}"
            cells.append(f"{found.other:.3f} → {found.this:.3f}: {change}")
        else:
            cells.append("–")
    return f"| {whole.result['dataset']} | " + " | ".join(cells) + " |"


def main():
    from index.settings import Settings
    from qa.evaluation import choices, sets
    from qa.evaluation.evaluate import evaluate
    from qa.training import recipe

    measured = commit()
    settings = Settings(home=ROOT / ".qa" / "quality")
    lines = ["| layer | " + " | ".join(FIGURES) + " |", "|---|" + "---|" * len(FIGURES)]
    added = ["", "| " + " | ".join(("set", *BESIDE)) + " |", "|---|" + "---|" * len(BESIDE)]
    notes = []
    from index import build

    build.index([ROOT / "seeds"], settings)
    given = {"seeds": choices.dataset(str(ROOT / "tests" / "gold" / "seeds"), settings)}
    for name in SETS:
        if (DATA / name).is_dir():
            given[name] = recipe.measured(DATA / name)
        else:
            notes.append(f"{name} is not in {DATA.name}/ and was not measured.")
    for name, dataset in given.items():
        began = time.perf_counter()
        asked = drawn(dataset)
        whole = evaluate(asked, settings, ablate=True, listener=bars())
        lines += rows_of(asked.name, whole.result)
        added.append(beside(whole, evaluate(asked, settings, layer=PLAIN, listener=bars())))
        write(measured, lines + added, notes)
        print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    more = []
    if READ in given:
        more.append(lambda: given_paragraph(settings, given[READ]))
    if "scifact-dev" in given:
        more.append(lambda: scifact(settings, evaluate, sets))
    if CLOCK in given:
        more.append(lambda: clock(settings, evaluate, given[CLOCK]))
    for tell in more:
        notes.append(tell())
        write(measured, lines + added, notes)
    print(PAGE.read_text(encoding="utf-8"))


def drawn(dataset):
    """Give the set with `MOST` of its questions, in their order; whole where it has no more."""
    if len(dataset.questions) <= MOST:
        return dataset
    places = sorted(random.Random(MOST).sample(range(len(dataset.questions)), MOST))
    digest = hashlib.sha256(f"{dataset.digest} {MOST}".encode()).hexdigest()
    name = f"{dataset.name}, {MOST} drawn of {len(dataset.questions):,}"
    questions = tuple(dataset.questions[place] for place in places)
    return dataclasses.replace(dataset, name=name, questions=questions, digest=digest)


def given_paragraph(settings, dataset):
    """The marked words, where the right paragraph is given: what the network does without search and refusal."""
    from index.article import Passage
    from index.loaders.beir import load
    from index.text import sentences
    from qa.assemble import marker
    from qa.confidence import logistic
    from qa.evaluation.answers import exact_match, f1
    from qa.evaluation.chance import intervals
    from qa.evaluation.refusal import measure
    from qa.search import odds
    from qa.training.sources import about

    paragraphs = {draft.id: draft for draft in load(dataset.corpus, settings)}
    reads = marker(settings)
    table, known, said = {"em": {}, "f1": {}}, [], []
    named = about(DATA / READ)
    for question in dataset.questions:
        draft = paragraphs[named[question.id][0]]
        spans = tuple(sentences(draft.text))
        passage = Passage(draft.id, 0, 0, len(draft.text), draft.text, spans)
        (marked,) = reads.mark(question.text, [(draft.byline.title, passage)])
        known.append(bool(question.answerable))
        said.append(logistic(odds(marked)))
        if question.answerable:
            start, end = max(marked, key=lambda each: each.odds).span
            answer = draft.text[start:end]
            table["em"][question.id] = exact_match(answer, question.answers)
            table["f1"][question.id] = f1(answer, question.answers)
    apart = measure(said, [False] * len(said), known)["auroc"]
    figures = [
        f"{name.upper()} {statistics.mean(table[name].values()):.3f} ({low:.3f}–{high:.3f})"
        for name, (low, high) in intervals(table).items()
    ]
    return (
        f"{dataset.name}: {len(table['f1']):,} answerable questions with the right paragraph given, the words marked "
        f"in its likeliest sentence: {', '.join(figures)}. The network's odds alone tell the "
        f"{len(known):,} questions with and without an answer in that paragraph apart with an AUROC of {apart:.3f}."
    )


def scifact(settings, evaluate, sets):
    """BM25 on SciFact beside the published figure: it proves reading, ranking and measuring at once."""
    folder = DATA / "scifact-dev"
    dataset = sets.read(folder, qrels=folder / "qrels_cited.tsv")
    result = evaluate(dataset, settings, layer="lexical", listener=bars()).result
    value, (low, high) = result["retrieval"]["nDCG@10"], result["ci95"]["nDCG@10"]
    claims = result["questions"]["counted"]["retrieval"]
    return (
        f"SciFact, all {claims} claims with their cited abstracts, BM25 alone: nDCG@10 {value:.4f} "
        f"({low:.3f}–{high:.3f}); published {PUBLISHED:.3f} (Anserini, whole abstracts, k1 0.9, b 0.4). Ours ranks an "
        "abstract by its best passage of 120 words, and stems with Snowball's English stemmer, not Porter's."
    )


def clock(settings, evaluate, dataset):
    """Some questions against the clock: once with nothing known of them, once again."""
    with tempfile.TemporaryDirectory() as folder:
        alone = settings.model_copy(update={"home": Path(folder)})
        evaluate(dataclasses.replace(dataset, questions=dataset.questions[-1:]), alone)  # indexes
        timed = dataclasses.replace(dataset, questions=dataset.questions[:TIMED])
        took = []
        for _ in range(2):
            began = time.perf_counter()
            result = evaluate(timed, alone, listener=bars()).result
            took.append(time.perf_counter() - began)
    passages, replies = result["corpus"]["passages"], result["speed"]["asked"]
    return (
        f"{TIMED:,} questions of {dataset.name} over its {passages:,} indexed passages, figures and "
        f"{replies} timed replies included: {took[0]:.0f} s; the same again: {took[1]:.0f} s, with "
        "nothing embedded but for the timed replies."
    )


def write(measured, lines, notes):
    """Put what has been measured so far into the page, so that a stopped run has not been for nothing."""
    table = made("bench-quality", measured) + "\n".join(lines) + "\n\n"
    keep("quality", table + "".join(f"- {note}\n" for note in notes))


if __name__ == "__main__":
    main()
