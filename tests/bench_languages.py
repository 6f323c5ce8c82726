"""`make bench-languages`: languages found, sentences parted and questions answered by words, in many languages.

Printed and written into docs/benchmarks.md. The articles are invented (tests/newsstand.py), all English ones are those
of the sets in QA_EVAL_DATA.
"""

import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

from figures import ROOT, commit, keep, made
from newsstand import MORE, NEWS

DATA = Path(os.environ.get("QA_EVAL_DATA", ROOT.parent / "shared" / "eval"))
FOREIGN = {code: news for code, news in NEWS.items() if code != "en"}
MIXED = "onestopqa"
"""The English set that the articles of the other languages are mixed with."""


def rows_of(name, file):
    return [json.loads(line) for line in (DATA / name / file).read_text(encoding="utf-8").splitlines()]


def english():
    """Every English article of the sets."""
    return [row["text"] for file in sorted(DATA.glob("*/corpus.jsonl")) for row in rows_of(file.parent.name, file.name)]


def resident_mb():
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))
    return int(found[1]) / 1024


def finding():
    """Languages found, right and wrong, and what it takes."""
    from index import language
    from index.language import language_of

    before, began = resident_mb(), time.perf_counter()
    language._identifier()
    yield (
        "seconds / MB to load py3langid, at the first article that is not plainly English",
        (f"{time.perf_counter() - began:.1f} / {resident_mb() - before:.0f}"),
    )
    long = [(code, language_of(news.text)) for code, news in NEWS.items()]
    yield f"articles of {len(long)} languages (about 300 characters): right / unsure / wrong", counted(long)
    short = [(code, language_of(each)) for code, news in NEWS.items() for each in news.sentences]
    yield f"their {len(short)} sentences by themselves: right / unsure / wrong", counted(short)
    texts = english()
    real, loads = language._identifier, []
    language._identifier = lambda: loads.append(None) or real()
    began = time.perf_counter()
    found = [("en", language_of(text)) for text in texts]
    spent = 1000 * (time.perf_counter() - began) / len(texts)
    language._identifier = real
    yield f"{len(texts):,} English articles and paragraphs: right / unsure / wrong", counted(found)
    wrong = sum(code not in ("en", None) for _, code in found)
    yield "of them called another language, a thousand", f"{1000 * wrong / len(texts):.2f}"
    yield "of them that need the model, a thousand", f"{1000 * len(loads) / len(texts):.0f}"
    yield "ms an English article", f"{spent:.2f}"
    began = time.perf_counter()
    for _ in range(20):
        for news in FOREIGN.values():
            language_of(news.text * 7)
    yield (
        "ms an article of another language, 2,000 characters",
        (f"{1000 * (time.perf_counter() - began) / 20 / len(FOREIGN):.2f}"),
    )


def counted(pairs):
    right = sum(code == found for code, found in pairs)
    unsure = sum(found is None for _, found in pairs)
    return f"{right} / {unsure} / {len(pairs) - right - unsure}"


def splitting():
    """Ends of sentences missed and invented, by nupunkt, by sentencex, and by the rules on top of it."""
    from sentencex import get_sentence_boundaries

    from index.text import sentences

    def by_sentencex(text, language):
        return [(each["start_index"], each["end_index"]) for each in get_sentence_boundaries(language, text)]

    ways = {
        "nupunkt": lambda text, _: sentences(text),
        "sentencex": by_sentencex,
        "ours": lambda text, language: sentences(text, 0, None, language),
    }
    made = {code: (news.sentences, news.gap) for code, news in FOREIGN.items()}
    more = {code: (each, "" if code in ("zh", "ja") else " ") for code, each in MORE.items()}
    for name, texts in (("made with", made), ("not made with", more)):
        total = sum(len(each) for each, _ in texts.values())
        figures = []
        for way, split in ways.items():
            missed = invented = 0
            for code, (each, gap) in texts.items():
                text = gap.join(each)
                lost, new = ends_compared(each, [text[a:b] for a, b in split(text, code)])
                missed, invented = missed + lost, invented + new
            figures.append(f"{way} {missed} / {invented}")
        yield f"{total} sentences that the rules were {name}: ends missed / invented", ", ".join(figures)


def ends_compared(wanted, found):
    """Give how many ends of sentences were missed, and how many invented; white space does not count."""
    places = []
    for each in (wanted, found):
        lengths = [len("".join(one.split())) for one in each]
        places.append({sum(lengths[: at + 1]) for at in range(len(lengths))})
    return len(places[0] - places[1]), len(places[1] - places[0])


def speed():
    """Code points a second, in English and in the other languages."""
    from index.text import sentences, terms

    texts = english()[:2_000]
    for name, count in (("sentences", lambda text, code: list(sentences(text, 0, None, code))), ("terms", terms)):
        figures = []
        for each in ([(text, "en") for text in texts], [(n.text * 7, code) for code, n in FOREIGN.items()] * 20):
            began = time.perf_counter()
            for text, code in each:
                count(text, code)
            figures.append(sum(len(text) for text, _ in each) / (time.perf_counter() - began) / 1e6)
        yield f"million code points a second into {name}: English / others", f"{figures[0]:.2f} / {figures[1]:.2f}"


def mixing():
    """Search by words: the other languages among English articles, and English ones with and without them."""
    from qa.search import Lexical

    foreign = [(code, news.title, news.text) for code, news in FOREIGN.items()]
    home = [(row["_id"], row["title"], row["text"]) for row in rows_of(MIXED, "corpus.jsonl")]
    wanted = {}
    for line in (DATA / MIXED / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, article, _ = line.split("\t")
        wanted[query] = article
    asked = [(row["text"], wanted[row["_id"]]) for row in rows_of(MIXED, "queries.jsonl") if row["_id"] in wanted]
    theirs = [(news.question, code) for code, news in FOREIGN.items()]
    alone, mixed = searched(Lexical, home, asked), searched(Lexical, home + foreign, asked)
    yield f"{len(asked)} English questions over {len(home)} English articles: the right one first", f"{alone}"
    yield f"the same with {len(foreign)} articles of other languages among them", f"{mixed}"
    yield (
        f"{len(theirs)} questions in these languages: the right one first",
        f"{searched(Lexical, home + foreign, theirs)}",
    )


def searched(searcher, articles, asked):
    """Give how many questions find their article first, by words alone."""
    from conftest import FakeEmbedder

    from index import lexical
    from index.article import Byline, Draft
    from index.chunk import chunk
    from index.clean import clean
    from index.ledger import Ledger

    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder) / "corpus.sqlite") as ledger:
        ledger.begin("/f")
        for id, title, text in articles:
            article = clean(Draft(text, Byline(title), as_given=True, id=id), Path("/f"))
            ledger.put(article, "/f")
            ledger.cut(article, chunk(article, FakeEmbedder(), 120))
        lexical.write(ledger, Path(folder), 0.9, 0.4)
        search = searcher(lexical.Words(Path(folder)), ledger).search
        return sum([hit.passage.article_id for hit in search(question, 1)] == [right] for question, right in asked)


def main():
    if not DATA.is_dir():
        sys.exit(f"There are no sets in {DATA}: name their folder in QA_EVAL_DATA.")
    rows = [*finding(), *splitting(), *speed(), *mixing()]
    table = made("bench-languages", commit()) + "| figure | here |\n|---|---|\n"
    table += "".join(f"| {name} | {value} |\n" for name, value in rows)
    print(table)
    keep("languages", table)


if __name__ == "__main__":
    main()
