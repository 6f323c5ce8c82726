"""Proof of the promise: every passage slices back, every count agrees, every quote stands in its article."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index import generations, vectors
from index.article import Article
from index.checking import check
from index.corpus import Corpus
from index.errors import ArticleError, Damaged, QuestionError
from index.lexical import Words
from index.settings import Settings
from index.text import same_words


def check_index(settings: Settings) -> dict[str, int]:
    """Check the index in force: files against their checksums, texts, passages and counts against each other.

    Returns:
        What was checked: numbers of "articles", "passages", "sentences" and "vectors".

    Raises:
        StoreError: Something does not agree; the message names it.
    """
    generation = generations.current(settings.home)
    if generation.warning:
        raise Damaged(generation.warning)
    with Corpus(generation.folder / generations.CORPUS) as corpus:
        checked = check(corpus)
        nearest = vectors.read(generation.built["vectors"], corpus, generation.folder).ids.tolist()
        words = Words(generation.folder).ids.tolist()
    passages = list(checked.passages)
    if not passages == nearest == words == list(checked.embedded):
        raise Damaged(
            f"{len(passages):,} passages, {len(nearest):,} vectors and {len(words):,} entries of the word index "
            "are not of the same passages: run `qa index --rebuild`."
        )
    numbers = {"articles": checked.articles, "passages": len(passages), "sentences": checked.sentences}
    return {**numbers, "vectors": len(nearest)}


def check_replies(file: Path, settings: Settings) -> Iterator[tuple[int, str | None]]:
    """Re-check every quote in a file of replies, one JSON reply a line, against the index in force.

    Yields:
        (line number, what is wrong with a quote of that line, or None), one pair for each quote.

    Raises:
        QuestionError: The file is no file of replies.
        StoreError: The index cannot be used.
    """
    try:
        # Not splitlines: a quote may hold U+2028 or U+0085, which end no line of JSON.
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(
            f"{file} cannot be read as replies ({error}): give the output of `qa ask --json`."
        ) from error
    generation = generations.current(settings.home)
    with Corpus(generation.folder / generations.CORPUS) as corpus:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                reply = json.loads(line)
                quotes = [*reply["quotes"], *reply["related"]]
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise QuestionError(f"{file}:{number} is no reply: give the output of `qa ask --json`.") from error
            for quote in quotes:
                yield number, _fault(quote, corpus)


def _fault(quote: dict[str, Any], corpus: Corpus) -> str | None:
    try:
        article: Article = corpus.article(quote["article_id"])
        if article.sha256 != quote["sha256"]:
            return f"article {article.id} has another text now"
        spans = [quote, quote["answer"]] if quote.get("answer") else [quote]
        for span in spans:
            if not quote["start"] <= span["start"] < span["end"] <= quote["end"] or span["start"] < 0:
                return f"{span['start']}-{span['end']} is no place in a quote from article {article.id}"
            if article.text[span["start"] : span["end"]] != span["text"]:
                return f"article {article.id} does not say “{span['text']}” at {span['start']}-{span['end']}"
        for copy in quote.get("also_in", ()):
            there = corpus.article(copy["article_id"]).text[copy["start"] : copy["end"]]
            if same_words(there) != same_words(quote["text"]):
                return f"article {copy['article_id']} does not say the same at {copy['start']}-{copy['end']}"
    except ArticleError as error:
        return str(error)
    except (KeyError, TypeError, sqlite3.Error):
        return "it is no quote: a field is missing or of another kind"
    return None
