"""The arguments of the command `qa`, and what is wrong with them."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

FIELDS = {
    "text": "text",
    "title": "headline",
    "author": "author",
    "date": "day of publication",
    "source": "outlet",
    "url": "address",
    "id": "id",
}
"""What a column of a table may hold: a flag and a setting for each, `--text-field` and `text_field`."""


def parser() -> argparse.ArgumentParser:
    """Give the parser of the whole command; the verb chosen stands in `verb`."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--home", type=Path, metavar="DIR", help="folder of the built index (default: .qa, or QA_HOME)")
    common.add_argument("--json", action="store_true", help="machine-readable result on standard output")
    narrow = argparse.ArgumentParser(add_help=False)
    narrow.add_argument("--source", metavar="OUTLET", help="only articles of this outlet")
    narrow.add_argument("--author", help="only articles whose author's name contains this")
    narrow.add_argument("--since", type=_day, metavar="YYYY-MM-DD", help="only articles published on or after this day")
    narrow.add_argument(
        "--until", type=_day, metavar="YYYY-MM-DD", help="only articles published on or before this day"
    )
    narrow.add_argument("--batch", metavar="FILE", help="questions as JSON lines or CSV; - for standard input")
    root = argparse.ArgumentParser(prog="qa", description="Ask your articles; get their exact words.")
    verbs = root.add_subparsers(title="verbs", dest="verb", required=True, metavar="VERB")

    def add(name: str, told: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        return verbs.add_parser(name, help=told, description=f"{told.capitalize()}.", parents=[common, *parents])

    index = add("index", "add or refresh articles from files and folders")
    index.add_argument("path", nargs="*", help="files or folders (default: seeds)")
    index.add_argument("--prune", action="store_true", help="drop articles whose file is gone from the paths named")
    index.add_argument("--prune-many", action="store_true", help="the same, where more than a fifth of them is gone")
    index.add_argument("--rebuild", action="store_true", help="read and embed everything anew")
    index.add_argument("--dry-run", action="store_true", help="only say what would change")
    index.add_argument(
        "--watch", action="store_true", help="go on following the folders, and drop what is deleted, until Ctrl-C"
    )
    for name, what in FIELDS.items():
        told = f"column of the {what} in tables and JSON (default: guessed)"
        index.add_argument(f"--{name}-field", metavar="NAME", help=told)
    ask = add("ask", "answer a question with quotes", narrow)
    ask.add_argument("question", nargs="?", help="what you want to know; - for standard input")
    ask.add_argument("-k", type=_count(20), metavar="N", help="quotes at most, 1 to 20")
    search = add("search", "rank the passages that fit a question", narrow)
    search.add_argument("question", nargs="?", help="what you want to know; - for standard input")
    search.add_argument(
        "-k", type=_count(1000), default=10, metavar="N", help="how many at most, 1 to 1,000 (default: 10)"
    )
    search.add_argument("--run", metavar="OUT", help="write a TREC run of the batch to this file")
    search.add_argument("--unit", choices=("article", "passage"), default="article", help="what a run ranks")
    articles = add("articles", "list, show or remove articles")
    articles.add_argument("action", nargs="?", choices=("remove", "show"), help="what to do; nothing lists them")
    articles.add_argument("id", nargs="?", help="the article's id")
    verify = add("verify", "check the whole index, or the quotes in a file of replies")
    verify.add_argument("file", nargs="?", type=Path, help="replies as `qa ask --json` writes them, one a line")
    add("doctor", "say what the archive lacks and what could not be read, and how to mend it")
    _evaluate(add("evaluate", "measure retrieval, quotes and refusals over questions whose answers are known"))
    serve = add("serve", "serve the web app on this machine")
    serve.add_argument("--host", help="loopback address (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port (default: 7860)")
    serve.add_argument("--articles", metavar="PATH", help="index this file or folder first")
    serve.add_argument("--open", action="store_true", help="open the browser where there is a screen")
    return root


def _evaluate(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "dataset", help="folder in BEIR's layout, SQuAD .json, .csv of questions, or thumbs: the judgements of the chat"
    )
    verb.add_argument("--qrels", type=Path, metavar="FILE", help="judgements in place of the set's own")
    verb.add_argument("--layer", metavar="NAME", help="measure one layer of the search (default: the whole)")
    verb.add_argument("--ablate", action="store_true", help="measure every layer by itself, in one table")
    verb.add_argument(
        "--compare", metavar="RUN_OR_CONFIG", help="an earlier evaluation, a TREC run, or a .toml file of settings"
    )
    verb.add_argument(
        "--min",
        action="append",
        default=[],
        metavar="FIGURE=VALUE",
        help="end with status 1 where it is worse; may be repeated",
    )
    verb.add_argument("--report", type=Path, metavar="OUT.html", help="write the report, one file")
    verb.add_argument("--run", dest="trec", type=Path, metavar="OUT", help="write the ranking as a TREC run")
    verb.add_argument("--export", type=Path, metavar="DIR", help="write the set and its articles in BEIR's layout")


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the arguments; wrong usage, such as arguments that exclude one another, ends the process with status 2."""
    root = parser()
    given = root.parse_args(argv)
    if hasattr(given, "batch"):
        given.question = _heard(given)
        if (given.question is None) == (given.batch is None):
            root.error("give either a question or --batch FILE")
    if hasattr(given, "run") and given.run is not None and given.batch is None:
        root.error("--run writes the results of a --batch")
    if getattr(given, "watch", False) and (given.dry_run or given.rebuild):
        root.error("--watch goes with neither --dry-run nor --rebuild")
    if hasattr(given, "action") and (given.action is None) != (given.id is None):
        root.error("`articles remove` and `articles show` need the ID of an article")
    return given


def _heard(given: argparse.Namespace) -> str | None:
    """Give the question, from standard input where it is "-", or is not given and something is piped in."""
    asked: str | None = given.question
    piped = asked is None and given.batch is None and not sys.stdin.isatty()
    if not piped and asked != "-":
        return asked
    return sys.stdin.buffer.read().decode("utf-8", "replace").strip() or None


def _count(most: int) -> Callable[[str], int]:
    def count(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to {most:,}")
        return int(text)

    return count


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day; write it as 2019-02-08") from None
