"""`make bench-quality`: every set, every layer of the search, with intervals; written into docs/benchmarks.md.

The sets lie in the folder that QA_EVAL_DATA names; those that are absent are named, and the seeds are measured anyway.
What was embedded and asked is kept in .qa/quality, so that a second run takes minutes, and a stopped one goes on.
With BEFORE=revision the whole path is also measured with the weights of that revision, beside those in qa/.
"""

import contextlib
import dataclasses
import hashlib
import os
import random
import statistics
import subprocess
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
BEFORE = os.environ.get("BEFORE", "")
"""A revision whose weights are measured too."""
OF_WEIGHTS = ("nDCG@10", "quote_hit@1", "quote_hit@3", "auroc")
AT_LENGTH = "onestopqa"
"""The set whose questions are also asked at length, as programs write them."""


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
    found = changes(values(whole), values(plain))
    return f"| {whole.result['dataset']} | " + " | ".join(found.get(figure, "–") for figure in BESIDE) + " |"


def values(evaluation):
    """Figure -> question -> value."""
    from qa.evaluation import scoring

    return scoring.table(list(evaluation.rows()))


def changes(this, other):
    """Figure -> what it is in one table of values, in another, and how they differ."""
    from qa.evaluation import comparison

    figures = comparison.compare(this, other).figures
    return {name: differing(each.other, each.this, each.interval, each.q) for name, each in figures.items()}


def differing(before, after, interval, q):
    """Two figures and their difference, marked where it is beyond chance."""
    low, high = interval
    mark = beyond_chance(after - before, q)
    return f"{before:.3f} → {after:.3f}: {after - before:+.3f} ({low:+.3f} to {high:+.3f}){mark}"


def apart(known, after, before):
    """How well two confidences in the same questions tell those with an answer: AUROC, by paired resamples."""
    import numpy as np

    from qa.evaluation.chance import resampled

    known, after, before = (np.array(each) for each in (known, after, before))

    def differ(places):
        both = auroc(after[places], known[places]), auroc(before[places], known[places])
        return {"auroc": None if None in both else both[0] - both[1]}

    if auroc(after, known) is None:
        return "–"
    interval = resampled(differ, len(known)).get("auroc", (0.0, 0.0))  # none where nothing differs
    # There is no p: beyond chance is what the interval says.
    q = 1.0 if interval[0] <= 0 <= interval[1] else 0.0
    return differing(auroc(before, known), auroc(after, known), interval, q)


def auroc(confidence, known):
    """How well confidence tells the questions with an answer from those without."""
    from qa.evaluation.refusal import measure

    return measure(confidence, [False] * len(known), known)["auroc"]


def weights_beside(after, before):
    """A row of the table of weights."""
    from qa.evaluation.scoring import BRIER

    found = changes(values(after), values(before))
    # Those that have a Brier score are those that an evaluation's own AUROC counts.
    now, then = ([row for row in each.rows() if BRIER in row.figures] for each in (after, before))
    known = [row.answerable for row in now]
    found["auroc"] = apart(known, *([row.confidence for row in rows] for rows in (now, then)))
    return f"| {after.result['dataset']} | " + " | ".join(found.get(figure, "–") for figure in OF_WEIGHTS) + " |"


@contextlib.contextmanager
def weights_of(revision):
    """Read, weigh and judge with the weights of another revision."""
    from qa import assemble, confidence, marking, reader

    rooms = {assemble: marking.WEIGHTS, reader: reader.WEIGHTS, confidence: confidence.WEIGHTS}
    with tempfile.TemporaryDirectory() as folder:
        for path in (*rooms.values(), marking.WEIGHTS.with_suffix(".json")):
            named = f"{revision}:{path.relative_to(ROOT)}"
            data = subprocess.run(["git", "show", named], cwd=ROOT, capture_output=True, check=True).stdout
            (Path(folder) / path.name).write_bytes(data)
        for room, path in rooms.items():
            room.WEIGHTS = Path(folder) / path.name
        confidence._weights.cache_clear()
        try:
            yield
        finally:
            for room, path in rooms.items():
                room.WEIGHTS = path
            confidence._weights.cache_clear()


def main():
    from index.settings import Settings
    from qa.evaluation import choices, sets
    from qa.evaluation.evaluate import evaluate
    from qa.training import recipe

    measured = commit()
    settings = Settings(home=ROOT / ".qa" / "quality")
    lines = ["| layer | " + " | ".join(FIGURES) + " |", "|---|" + "---|" * len(FIGURES)]
    added = ["", "| " + " | ".join(("set", *BESIDE)) + " |", "|---|" + "---|" * len(BESIDE)]
    compared = ["| set | " + " | ".join(OF_WEIGHTS) + " |", "|---|" + "---|" * len(OF_WEIGHTS)]
    notes = []
    from index import build

    build.index([ROOT / "seeds"], settings)
    given = {"seeds": choices.dataset(str(ROOT / "tests" / "gold" / "seeds"), settings)}
    for name in SETS:
        if (DATA / name).is_dir():
            given[name] = recipe.measured(DATA / name)
        else:
            notes.append(f"{name} is not in {DATA.name}/ and was not measured.")
    if AT_LENGTH in given:
        given[f"{AT_LENGTH} at length"] = at_length(given[AT_LENGTH], settings)
    for name, dataset in given.items():
        began = time.perf_counter()
        asked = drawn(dataset)
        whole = evaluate(asked, settings, ablate=True, listener=bars())
        lines += rows_of(asked.name, whole.result)
        added.append(beside(whole, evaluate(asked, settings, layer=PLAIN, listener=bars())))
        write(measured, lines + added, notes)
        if BEFORE:
            compared.append(weights_beside(whole, evaluated_before(asked, settings)))
            write_weights(measured, compared)
        print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    more = []
    if READ in given:
        reading = read_given(settings, given[READ])
        more.append(lambda: given_paragraph(given[READ], reading))
        if BEFORE:
            with weights_of(BEFORE):
                compared.append(reading_beside(given[READ], reading, read_given(settings, given[READ])))
            write_weights(measured, compared)
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


def at_length(dataset, settings):
    """Give a set with its questions asked at length, always in the same words."""
    from index.loaders.beir import load
    from index.text import sentences
    from qa.training.phrasing import lengthened

    drafts = {draft.id: draft for draft in load(dataset.corpus, settings)}

    def longer(question):
        draft = drafts[question.spans[0].article_id]
        around = [
            draft.text[start:end]
            for start, end in sentences(draft.text)
            if not any(gold.start < end and start < gold.end for gold in question.spans)
        ]
        asked = lengthened(question.text, draft.byline.title, around, random.Random(question.id))
        return dataclasses.replace(question, text=asked)

    questions = tuple(longer(question) for question in dataset.questions if question.spans)
    digest = hashlib.sha256(f"{dataset.digest} at length".encode()).hexdigest()
    return dataclasses.replace(dataset, name=f"{dataset.name}, asked at length", questions=questions, digest=digest)


def evaluated_before(dataset, settings):
    """Evaluate the whole path with the weights of `BEFORE`."""
    from qa.evaluation.evaluate import evaluate

    with weights_of(BEFORE):
        return evaluate(dataset, settings, listener=bars())


@dataclasses.dataclass
class Reading:
    """What the network marks where the right paragraph is given.

    Attributes:
        table: Figure -> question id -> value, of the questions with an answer.
        known: Whether each question has an answer, in order.
        said: How sure the network alone is of one.
    """

    table: dict
    known: list
    said: list


def read_given(settings, dataset):
    """Mark answers in the right paragraph: what the network does without search and refusal."""
    from index.article import Passage
    from index.loaders.beir import load
    from index.text import sentences
    from qa.assemble import marker
    from qa.confidence import logistic
    from qa.evaluation.answers import exact_match, f1
    from qa.search import odds
    from qa.training.sources import about

    paragraphs = {draft.id: draft for draft in load(dataset.corpus, settings)}
    reads = marker(settings)
    reading = Reading({"em": {}, "f1": {}}, [], [])
    named = about(DATA / READ)
    for question in dataset.questions:
        draft = paragraphs[named[question.id][0]]
        spans = tuple(sentences(draft.text))
        passage = Passage(draft.id, 0, 0, len(draft.text), draft.text, spans)
        (marked,) = reads.mark(question.text, [(draft.byline.title, passage)])
        reading.known.append(bool(question.answerable))
        reading.said.append(logistic(odds(marked)))
        if question.answerable:
            start, end = max(marked, key=lambda each: each.odds).span
            answer = draft.text[start:end]
            reading.table["em"][question.id] = exact_match(answer, question.answers)
            reading.table["f1"][question.id] = f1(answer, question.answers)
    return reading


def given_paragraph(dataset, reading):
    """The marked words, where the right paragraph is given."""
    from qa.evaluation.chance import intervals

    table, known = reading.table, reading.known
    figures = [
        f"{name.upper()} {statistics.mean(table[name].values()):.3f} ({low:.3f}–{high:.3f})"
        for name, (low, high) in intervals(table).items()
    ]
    return (
        f"{dataset.name}: {len(table['f1']):,} answerable questions with the right paragraph given, the words marked "
        f"in its likeliest sentence: {', '.join(figures)}. The network's odds alone tell the "
        f"{len(known):,} questions with and without an answer in that paragraph apart with an AUROC of "
        f"{auroc(reading.said, known):.3f}."
    )


def reading_beside(dataset, after, before):
    """The same with the weights of another revision beside it, as a paragraph under the table of weights."""
    told = [f"{name.upper()} {change}" for name, change in changes(after.table, before.table).items()]
    told.append(f"AUROC of its odds alone {apart(after.known, after.said, before.said)}")
    return f"\n{dataset.name}, with the right paragraph given: {'; '.join(told)}."


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


def write_weights(measured, lines):
    """The same with the table of weights."""
    keep("weights", made(f"bench-quality BEFORE={BEFORE}", measured) + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
