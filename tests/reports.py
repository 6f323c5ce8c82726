"""Reports of invented words, any number of them, no two alike; and what is learnt of them without a model."""

import random

from index.article import Article, Byline
from index.learning import learn
from index.ledger import Ledger

WORDS = [
    a + b + c
    for a in ("bal", "cor", "den", "fir", "mol")
    for b in ("a", "e", "i", "o", "u")
    for c in ("ter", "nas", "vik")
]


def sentence(seed):
    """One sentence of ten words, the same for the same seed."""
    words = random.Random(seed).choices(WORDS, k=10)
    return f"{' '.join(words).capitalize()}."


def report(seed, count=12):
    """Paragraphs of one sentence."""
    return [sentence(f"{seed}-{number}") for number in range(count)]


def made(id, paragraphs, outlet="Ledger", day="2026-01-05", **given):
    """An article as a loader gives it."""
    return Article(id, "\n\n".join(paragraphs), Byline(f"Headline {id}", None, day, outlet), path="/f", **given)


def put(ledger, *articles):
    """Store articles and learn of them."""
    if ledger.file("/f") is None:
        ledger.begin("/f")
    for article in articles:
        ledger.put(article, "/f")
    learn(ledger, lambda _: None)


def growing(folder, pool, drawn, turns):
    """Have articles of a pool come and go; give after each turn the ledger that grew, and one of what is there now."""
    with Ledger(folder / "grown.sqlite") as grown:
        there = set()
        for turn in range(turns):
            here = {each.id: each for each in drawn.sample(pool, drawn.randrange(1, len(pool) // 2))}
            for id in there & here.keys():
                grown.remove(id)
            fresh = [here[id] for id in here.keys() - there]
            there ^= here.keys()
            put(grown, *fresh)
            with Ledger(folder / f"{turn}.sqlite") as anew:
                put(anew, *drawn.sample([each for each in pool if each.id in there], len(there)))
                yield grown, anew


def stories(ledger):
    """Give every story, the article shown first."""
    found = {}
    for id, story, place in ledger._db.execute("SELECT id, story, place FROM articles WHERE story IS NOT NULL"):
        found.setdefault(story, {})[place] = id
    assert all(sorted(each) == list(range(len(each))) and each[0] == story for story, each in found.items())
    return sorted([each[place] for place in sorted(each)] for each in found.values())


def set_aside(ledger):
    """Give the furniture of each article that has any."""
    kept = {article.id: article for article in ledger.articles()}
    found = {
        id: [article.text[mark.start : mark.end] for mark in article.marks if mark.kind == "furniture"]
        for id, article in kept.items()
    }
    return {id: lines for id, lines in found.items() if lines}
