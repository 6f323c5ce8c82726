"""`make bench-copies`: near-copies planted among real articles, furniture planted in them, and what both cost.

Printed and written into docs/benchmarks.md. Real articles are read from the folder of QA_EVAL_DATA; where it is absent
they are invented, and the table says so.
"""

import json
import math
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
from figures import ROOT, commit, keep, made

from index.article import Article, Byline, Kind
from index.errors import ArticleError
from index.layout import paragraphs
from index.learning import learn
from index.ledger import Ledger
from index.text import sentences

DATA = Path(os.environ.get("QA_EVAL_DATA", ROOT / "../shared/eval"))
SETS = ("onestopqa", "clapnq-dev", "squad2-half", "squadshifts-wiki", "scifact-dev", "covidqa")
PLANTED = ("onestopqa", "clapnq-dev", "squad2-half")
DRAWS = 5
LARGE = 100_000
BOXES = (
    ("The Ledger’s weekly letter: what mattered, what did not, and one good read.", 1.0),
    ("Five things to know, every weekday before breakfast", 0.4),
    ("Would you like more of this? We write to our readers on Fridays.", 0.05),
    ("Posted {n} hours ago", 0.4),
    ("{n} comments", 0.4),
)
"""Lines that no fixed rule knows, and the share of the articles that get them."""
SAID = (("He declined to comment.", 0.2), ("The ministry did not answer questions by Friday evening.", 0.1))
"""Sentences that come again and must stay."""


def parts(text):
    found = [line for line in text.split("\n") if line.strip()]
    return found if len(found) > 3 else [line[a:b] for line in found for a, b in sentences(line)]


def cut(given, drawn, pool):
    return given[1:-1] if len(given) > 3 else given


def reworded(given, drawn, pool, share=0.02):
    return [" ".join(drawn.choice(pool) if drawn.random() < share else word for word in s.split()) for s in given]


def mistyped(given, drawn, pool):
    def slip(word):
        at = drawn.randrange(max(1, len(word) - 1))
        return word[:at] + word[at : at + 2][::-1] + word[at + 2 :] if drawn.random() < 0.015 else word

    return [" ".join(map(slip, sentence.split())) for sentence in given]


def updated(given, drawn, pool):
    return [*given, " ".join(drawn.sample(pool, max(12, sum(len(s.split()) for s in given) // len(given))))]


CHANGES = {
    "another headline": lambda given, drawn, pool: given,
    "first and last paragraph cut": cut,
    "one word in fifty changed": reworded,
    "typos": mistyped,
    "a paragraph more": updated,
    "cut, and one word in a hundred changed": lambda g, d, p: reworded(cut(g, d, p), d, p, 0.01),
}


def followed_up(given, drawn, pool):
    """Two fifths of a report, and three of new words: another story."""
    kept = given[: max(1, round(len(given) * 0.4))]
    words = sum(len(each.split()) for each in kept)
    return [*kept, " ".join(drawn.choice(pool) for _ in range(words * 3 // 2))]


ASIDE = {
    "only the first half left": lambda given, drawn, pool: given[: max(1, len(given) // 2)],
    "two fifths of it in a follow-up": followed_up,
}
"""Measured, not promised: the first are copies where that can be told, the second are none."""


def read(name):
    path = DATA / name / "corpus.jsonl"
    if not path.exists():
        return None
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Article(r["_id"], r["text"], Byline(r["title"], outlet="The Ledger"), as_given=True) for r in rows]


def invented(count, seed=1):
    """Articles of 400 words, drawn from the seed article's, in ten paragraphs of two sentences."""
    drawn = np.random.default_rng(seed)
    pool = np.array(next((ROOT / "seeds").glob("*.txt")).read_text(encoding="utf-8").replace(".", "").split())
    for number in range(count):
        lines = [" ".join(words) for words in drawn.choice(pool, (20, 20))]
        text = "\n\n".join(f"{one}. {two}." for one, two in zip(lines[::2], lines[1::2], strict=True))
        day = f"20{number % 20:02}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        yield Article(f"i{number:06}", text, Byline(f"Article {number}", None, day, f"Paper {number % 40}"))


def learnt(articles):
    """Run what is measured over articles; give the pairs of one story, and the ledger's articles."""
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder) / "corpus.sqlite") as ledger:
        ledger.begin("drawn")
        for article in articles:
            ledger.put(article, "drawn")
        learn(ledger, lambda _: None)
        stories = {}
        for article in articles:
            stories.setdefault(min([article.id, *(each.id for each in ledger.copies(article.id))]), set()).add(
                article.id
            )
        pairs = {pair for story in stories.values() for pair in combinations(sorted(story), 2)}
        return pairs, list(ledger.articles())


def wilson(right, of):
    """95 % interval of a share (Wilson 1927)."""
    if not of:
        return "–"
    z, p = 1.96, right / of
    middle, spread = p + z * z / (2 * of), z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    low, high = (abs((middle + sign * spread) / (1 + z * z / of)) for sign in (-1, 1))  # -0 is 0
    return f"{p:.3f} ({low:.3f}–{high:.3f})"


def planting(articles, seed, changes):
    """Give copies of a tenth of the articles, each changed in one way, by other outlets or later; and what is what."""
    drawn = random.Random(seed)
    pool = [word for article in articles for word in article.text.split()]
    chosen = drawn.sample(articles, max(1, len(articles) // 10))
    copies, kinds = [], {}
    for number, article in enumerate(chosen):
        kind = list(changes)[number % len(changes)]
        text = "\n".join(changes[kind](parts(article.text), drawn, pool))
        id = f"copy-{number}"
        copies.append(
            replace(article, id=id, text=text, byline=Byline(f"Headline {number}", outlet=f"Wire {number % 9}"))
        )
        kinds[tuple(sorted((article.id, id)))] = kind
    return copies, kinds


def twin(pair, kinds, before):
    """Whether a pair is of a copy, and an article that was like the copied one before."""
    copied = {id: other for ids in kinds for id, other in (ids, ids[::-1])}
    either = [{id, copied.get(id, id)} for id in pair]
    return any(tuple(sorted((a, b))) in before for a in either[0] for b in either[1])


def copies():
    """Pairwise precision and recall of stories among real articles, and stories where nothing was planted."""
    yield "| set | articles | pairs before planting | precision | recall |\n|---|---|---|---|---|\n"
    found, asked = Counter(), Counter()
    known = {name: read(name) for name in SETS}
    sets = {name: articles for name, articles in known.items() if articles} or {"invented": list(invented(300))}
    for name, articles in sets.items():
        before, _ = learnt(articles)
        right = wrong = of = 0
        for seed in range(DRAWS if name in (*PLANTED, "invented") else 0):
            for changes in (CHANGES, *({kind: change} for kind, change in ASIDE.items())):
                added, kinds = planting(articles, seed, changes)
                pairs = learnt([*articles, *added])[0] - before
                hits = [kind for pair, kind in kinds.items() if pair in pairs]
                found.update(hits)
                asked.update(kinds.values())
                if changes is CHANGES:
                    # A copy of one of two articles that were alike before is rightly like the other.
                    twins = {pair for pair in pairs - kinds.keys() if twin(pair, kinds, before)}
                    right, of = right + len(hits), of + len(kinds)
                    wrong += len(pairs - kinds.keys() - twins)
        shares = f"{wilson(right, right + wrong)} | {wilson(right, of)}"
        yield f"| {name} | {len(articles):,} | {len(before)} | {shares} |\n"
    yield "\n| a copy with | planted | found |\n|---|---|---|\n"
    for kind in asked:
        yield f"| {kind} | {asked[kind]} | {wilson(found[kind], asked[kind])} |\n"


def pages():
    """Saved web pages beside the sets, as articles in one folder."""
    from index.clean import clean
    from index.loaders import html
    from index.settings import Settings

    for path in sorted(DATA.parent.glob("html-*/pages/**/*.html")):
        try:
            for draft in html.load(path, Settings(max_file_mb=50)):
                article = clean(draft, path)
                yield replace(article, byline=replace(article.byline, outlet="one outlet"))
        except ArticleError:
            continue


def furniture():
    """Lines planted and found, and real lines set aside, all articles taken for plain text of one outlet."""
    yield "| articles | lines | real lines set aside | planted boxes set aside | repeated sentences kept |\n"
    yield "|---|---|---|---|---|\n"
    known = {name: read(name) for name in SETS} | {"saved web pages": list(pages())}
    sets = {name: articles for name, articles in known.items() if articles} or {"invented": list(invented(300))}
    for name, articles in sets.items():
        plain = {
            each.id: replace(each, as_given=False, byline=replace(each.byline, outlet="The Ledger"))
            for each in articles
        }
        lines = sum(len(paragraphs(each.text, lambda _: False)) for each in plain.values())
        lost = [words for each in learnt(list(plain.values()))[1] for words in set_aside(each, plain)]
        drawn, planted = random.Random(1), []
        held = Counter()
        for each in plain.values():
            added = each.text.split("\n")
            for line, share in (*BOXES, *SAID):
                if drawn.random() < share:
                    at = drawn.randrange(1, len(added) + 1)
                    added[at:at] = ["", line.format(n=drawn.randrange(2, 90)), ""]
                    held[line in dict(BOXES)] += 1
            planted.append(replace(each, text="\n".join(added), marks=()))
        words = [re.sub(r"\d+", "{n}", w) for each in learnt(planted)[1] for w in set_aside(each, {})]
        boxes = sum(word in dict(BOXES) for word in words)
        said = held[False] - sum(word in dict(SAID) for word in words)
        shares = f"{wilson(boxes, held[True])} | {wilson(said, held[False])}"
        yield f"| {name} ({len(plain):,}) | {lines:,} | {len(lost)} | {shares} |\n"


def set_aside(article, before):
    own = before[article.id].marks if article.id in before else ()
    return [article.text[m.start : m.end] for m in article.marks if m.kind is Kind.FURNITURE and m not in own]


def large():
    """Seconds and peak memory over many articles, a tenth of them copies; run in a process of its own."""
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder) / "corpus.sqlite") as ledger:
        ledger.begin("drawn")
        for number, article in enumerate(invented(LARGE)):
            if number % 10:
                last = article
            else:
                article = replace(last if number else article, id=f"copy{number}") if number else article
                article = replace(article, byline=replace(article.byline, outlet=f"Wire {number % 40}"))
            ledger.put(replace(article, text=f"{article.text}\n\nOur letter comes on Fridays"), "drawn")
        ledger.commit()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        seconds = []
        for _ in range(2):
            began, worked = time.perf_counter(), time.process_time()
            learn(ledger, lambda _: None)
            seconds += [time.perf_counter() - began, time.process_time() - worked]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        size = ledger._db.execute("SELECT sum(length(signature) + length(lines)) FROM sketches").fetchone()[0]
        grouped = ledger._db.execute("SELECT count(*) FROM articles WHERE story IS NOT NULL").fetchone()[0]
        print(json.dumps([*seconds, before / 1024, peak / 1024, size / 1e6, grouped]))


def main():
    if sys.argv[1:] == ["large"]:
        large()
        return
    done = subprocess.run([sys.executable, __file__, "large"], capture_output=True, text=True, check=True)
    first, work, again, rework, before, peak, size, grouped = json.loads(done.stdout)
    cost = (
        f"\n| {LARGE:,} invented articles of 400 words, a tenth of them copies | here |\n|---|---|\n"
        f"| seconds of reading, sketching, grouping and learning (of the processor) | {first:.0f} ({work:.0f}) |\n"
        f"| seconds of a later build in which nothing is new (of the processor) | {again:.0f} ({rework:.1f}) |\n"
        f"| peak memory, MB (before: {before:.0f}) | {peak:.0f} |\n"
        f"| kept in the index, MB | {size:.0f} |\n| articles in stories | {grouped:,} |\n"
    )
    table = made("bench-copies", commit()) + "".join(copies()) + "\n" + "".join(furniture()) + cost
    print(table)
    keep("copies", table)


if __name__ == "__main__":
    main()
