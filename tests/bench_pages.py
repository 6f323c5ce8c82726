"""`make bench-pages`: text and bylines read from saved pages, printed and written into docs/benchmarks.md.

The folders `html-…` beside the one of QA_EVAL_DATA: `html-readability` has whole texts as Readability.js gives them,
`html-postlight` first words; more may be put there. Each has `pages/` and `expected.jsonl`.
"""

import json
import logging
import os
import re
import sys
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from figures import ROOT, commit, keep, made
from lxml import html

DATA = Path(os.environ.get("QA_EVAL_DATA", ROOT / ".." / "shared" / "eval")).parent
RESAMPLES = 2000
LOWER = 0.005
"""F1 below trafilatura's by less is two words counted otherwise."""
APART = "//h1|//h2|//h3|//h4|//h5|//h6|//figcaption|//caption|//*[contains(@class, 'caption')]"
SIGN = re.compile(r"^\d{1,4}\. ", re.M)
"""Before an item of a list that browsers number, which not all texts have."""
SITE = re.compile(r"\s+[|–—·•»:_-]|\s*[|｜_(\[]")
NOBODY = re.compile(
    r"\b(?:staff|news|desk|team|editors?|projects|university|sciences|works|press|time|itmedia|nation|author"
    r"|revolution|justice|property|follow|updated|health|magazine|wikimedia|contributors?)\b|編集|@|://|^u/",
    re.I,
)


def shingles(text):
    words = re.findall(r"\w+", text.lower())
    return Counter(tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3))) if words else Counter()


def f1(text, expected):
    """F1 of runs of four words, each counted as often as it occurs."""
    ours, gold = (shingles(SIGN.sub("", one)) for one in (text, expected))
    same = sum((ours & gold).values())
    return 2 * same / max(1, sum(ours.values()) + sum(gold.values()))


def letters(text):
    return re.sub(r"\W", "", text).lower()


def apart(data):
    """The lines that a page's markup calls a heading or a caption, so that both sides can leave them out."""
    tree = html.fromstring(data.decode("utf-8", "replace").encode(), parser=html.HTMLParser(encoding="utf-8"))
    return {letters(element.text_content()) for element in tree.xpath(APART)} - {""}


def running(text, left_out):
    return "\n".join(line for line in text.split("\n") if letters(line) not in left_out)


def without(article, kinds):
    """The article's text without what is marked as one of some kinds."""
    text = article.text
    for mark in reversed(article.marks):
        if mark.kind in kinds:
            text = f"{text[: mark.start]}\n\n{text[mark.end :]}"
    return text


def read(data):
    from index.clean import clean
    from index.errors import ArticleError
    from index.loaders.html import read_page

    try:
        return clean(read_page(data), ROOT / "page.html")
    except ArticleError:
        return None


def interval(values):
    drawn = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(np.asarray(values)[drawn].mean(axis=1), (2.5, 97.5))
    return f"{np.mean(values):.3f} ({low:.3f}–{high:.3f})"


def texts(pages):
    """Rows of the table of texts, and the pages where ours is lower than trafilatura's default, running and whole."""
    import trafilatura

    from index.article import Kind

    byline = {Kind.TITLE, Kind.AUTHOR, Kind.DATE, Kind.FURNITURE}
    figures = {}
    for data, gold, article in pages:
        left_out = apart(data)
        quotable = running(gold["text"], left_out)
        found = {
            "Verbatim": (without(article, set(Kind)), without(article, byline)) if article else ("", ""),
            **{
                name: (running(text, left_out), text)
                for name, options in (("trafilatura", {}), ("trafilatura, favor_recall", {"favor_recall": True}))
                for text in [trafilatura.extract(data, **options) or ""]
            },
        }
        for name, (ours, whole) in found.items():
            figures.setdefault(name, []).append((f1(ours, quotable), f1(whole, gold["text"])))
    rows = []
    for name, pairs in figures.items():
        ours, whole = zip(*pairs, strict=True)
        halves = " / ".join(f"{np.mean(ours[start::2]):.3f}" for start in (0, 1))
        rows.append(f"| {name} | {interval(ours)} | {halves} | {interval(whole)} |")
    lower = [
        [
            f"{gold['file'].removesuffix('.html')} {ours[which]:.3f} ({theirs[which]:.3f})"
            for (_, gold, _), ours, theirs in zip(pages, figures["Verbatim"], figures["trafilatura"], strict=True)
            if ours[which] < theirs[which] - LOWER
        ]
        for which in (0, 1)
    ]
    return rows, lower


def first_words(pages):
    """How many of the pages' first words stand in our text, in what of it may be quoted, and in trafilatura's."""
    import trafilatura

    from index.article import Kind

    hits = Counter()
    known = [(data, letters(gold["must_have"][0]), article) for data, gold, article in pages if gold.get("must_have")]
    for data, words, article in known:
        hits["Verbatim"] += article is not None and words in letters(article.text)
        hits["Verbatim, quotable"] += article is not None and words in letters(without(article, set(Kind)))
        hits["trafilatura"] += words in letters(trafilatura.extract(data) or "")
    return hits, len(known)


def names(author):
    """The persons in an expected author, as letters; empty where it names none."""
    line = unicodedata.normalize("NFKC", author.replace("\\xa0", " ")).split("\n")[0] if "\n" in author else author
    if re.match(r"\s*(?:by|par)\s*\Z", line, re.I):
        line = " ".join(author.split())
    line = " ".join(unicodedata.normalize("NFKC", line.replace("\\xa0", " ")).split())
    line = re.sub(r"\A\s*(?:written by|by|par|著者:|作者:)\s*", "", line, flags=re.I)
    line = re.split(r"[|(\d]| illustration by | edited by ", line, flags=re.I)[0]
    found = set()
    turned = re.fullmatch(r"([\w’'-]+), ([\w.]+ ?[a-z]*)", line.strip())
    for piece in [f"{turned[2]} {turned[1]}"] if turned else re.split(r",|&| and | et |、|\bavec\b", line):
        person = re.fullmatch(r"\s*[A-ZÀ-Þ][\w.’'-]*(?: [\w.’'-]+){1,4}\s*", piece) or re.fullmatch(
            r"\s*[\u3040-\u30ff\u4e00-\u9fff]{3,8}\s*", piece
        )
        if person and not NOBODY.search(piece):
            found.add(letters(piece))
    return found


def authors(pages):
    """Right names, names claimed, names found, names expected; and the pages whose author is no person."""
    right = claimed = found = expected = nobody = 0
    for _, gold, article in pages:
        if not gold["author"]:
            continue
        theirs = names(gold["author"])
        said = article.byline.author if article else None
        ours = {letters(name) for name in re.split(r", | and ", said)} if said else set()
        nobody += not theirs
        if not theirs and re.search(r"\d{4}", gold["author"]):  # a date taken for an author
            continue
        # Expected authors run together names, roles and markup; a name that stands in one is right.
        right += len(ours & theirs | {name for name in ours if name in letters(gold["author"])})
        claimed += len(ours)
        found += len(ours & theirs)
        expected += len(theirs)
    return right, claimed, found, expected, nobody


def titles(pages):
    right = claimed = expected = 0
    for _, gold, article in pages:
        if not gold["title"]:
            continue
        named = article is not None and article.byline.provenance.get("title") != "file name"
        ours = letters(article.byline.title) if named else ""
        ends = [found.start() for found in SITE.finditer(gold["title"])]
        right += bool(ours) and ours in {letters(gold["title"][:end]) for end in [None, *ends]}
        claimed += bool(ours)
        expected += 1
    return right, claimed, right, expected, 0


def dates(pages):
    right = claimed = expected = 0
    for _, gold, article in pages:
        if not gold["date"]:
            continue
        expected += 1
        if article is None or not article.byline.published:
            continue
        claimed += 1
        right += same_day(article.byline.published, gold["date"])
    return right, claimed, right, expected, 0


def same_day(ours, gold):
    """True for the same time where both have one; else where the expected time falls on our day somewhere on earth."""
    moment = datetime.fromisoformat(gold.replace("Z", "+00:00"))
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    said = datetime.fromisoformat(ours)
    if said.tzinfo:
        return abs(said - moment) < timedelta(days=1)
    day = datetime.fromisoformat(ours[:10]).replace(tzinfo=UTC)
    return day - timedelta(hours=14) <= moment <= day + timedelta(hours=36)


def main():
    logging.disable(logging.CRITICAL)
    lines, bylines = [], []
    folders = sorted(DATA.glob("html-*"), reverse=True)
    if not folders:
        sys.exit(f"There are no folders html-… in {DATA}: name their neighbour in QA_EVAL_DATA.")
    for folder in folders:
        name = folder.name
        with (folder / "expected.jsonl").open(encoding="utf-8") as file:
            gold = [json.loads(line) for line in file]
        pages = [(data := (folder / "pages" / one["file"]).read_bytes(), one, read(data)) for one in gold]
        if any(one["text"] for one in gold):
            rows, lower = texts(pages)
            lines.append(
                f"**{name}**, {len(pages)} pages.\n\n"
                "| text | running text | halves | whole article |\n|---|---|---|---|"
            )
            lines += [*rows, ""]
            for what, found in zip(("Running text", "Whole article"), lower, strict=True):
                lines.append(f"{what} lower than trafilatura's on {len(found)}: {', '.join(found)}.\n")
        if any(one.get("must_have") for one in gold):
            hits, known = first_words(pages)
            lines.append(
                f"**{name}**, {len(pages)} pages, first words known of {known}.\n\n| text | found |\n|---|---|"
            )
            lines += [*(f"| {who} | {count} ({count / known:.3f}) |" for who, count in hits.items()), ""]
        for field, measure in (("title", titles), ("author", authors), ("date", dates)):
            right, claimed, found, expected, nobody = measure(pages)
            if not expected:
                continue
            note = f", no person on {nobody} pages" if nobody else ""
            precision, recall = right / max(1, claimed), found / max(1, expected)
            figures = f"{precision:.3f} ({right} of {claimed}) | {recall:.3f} ({found} of {expected}{note})"
            bylines.append(f"| {name} | {field} | {figures} |")
    lines += ["| pages | field | precision | recall |\n|---|---|---|---|", *bylines]
    table = made("bench-pages", commit()) + "\n".join(lines) + "\n"
    print(table)
    keep("pages", table)


if __name__ == "__main__":
    main()
