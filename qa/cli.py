"""The command `qa`: one verb a function; results to standard output, everything else to standard error."""

from __future__ import annotations

import argparse
import codecs
import io
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from index.article import Fault, Filter
from index.errors import VerbatimError
from index.settings import Settings, load
from index.text import counted
from qa import arguments
from qa.bars import bars
from qa.narrowing import narrowed

if TYPE_CHECKING:
    from index.report import Listener, Report

SEEDS = Path("seeds")
_SET = ("host", "port", *(f"{name}_field" for name in arguments.FIELDS))
"""Arguments that stand for a setting of the same name."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb.

    Returns:
        0 done, a refusal to answer included; 1 something the user can mend; 2 wrong usage.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("verbatim").setLevel(logging.INFO)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not _is_unicode(stream):
            stream.reconfigure(errors="backslashreplace")  # a letter it cannot write must not end the command
    given = arguments.parse(argv)
    try:
        settings = load(home=given.home, **{name: getattr(given, name, None) for name in _SET})
        return _VERBS[given.verb](given, settings)
    except VerbatimError as error:
        _tell(str(error))
        return 1
    except KeyboardInterrupt:
        _tell("Stopped. What was done so far is kept; the same command goes on from there.")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _index(given: argparse.Namespace, settings: Settings) -> int:
    from index import generations
    from index.build import index

    # What is on record already is refreshed by --prune and --rebuild; the seeds are for a first start.
    from_record = (given.prune or given.prune_many or given.rebuild) and generations.exists(settings.home)
    paths = [Path(path) for path in given.path] or ([] if from_record else [SEEDS])
    with bars() as listener:
        if given.watch:
            return _follow(paths, given, settings, listener)
        report = index(
            paths, settings, prune=given.prune, prune_many=given.prune_many, rebuild=given.rebuild,
            dry_run=given.dry_run, listener=listener,
        )  # fmt: skip
    _tell_report(report, None if given.dry_run else settings.home, given.json)
    return 1 if report.faults else 0


def _follow(paths: Sequence[Path], given: argparse.Namespace, settings: Settings, listener: Listener) -> int:
    from index.watch import follow

    first = True

    def told(report: Report) -> None:
        nonlocal first
        if first or report.is_news:
            _tell_report(report, settings.home, given.json)
        if first:
            _tell(f"Following {', '.join(map(str, paths))}; stop it with Ctrl-C.")
        first = False

    try:
        follow(paths, settings, told, listener=listener)
    except KeyboardInterrupt:
        _tell("Stopped following.")
    return 0


def _tell_report(report: Report, home: Path | None, as_json: bool) -> None:
    """Say what an indexing did; without a home, that it wrote nothing."""
    from qa import terminal

    if as_json:
        faults = [{"where": fault.where, "reason": fault.reason} for fault in report.faults]
        numbers = {name: getattr(report, name) for name in report.__dataclass_fields__ if name != "faults"}
        _print_json({**numbers, "faults": faults})
    else:
        print(terminal.indexed(report))
        held = f"{counted(report.articles, 'article')} in {counted(report.passages, 'passage')}"
        print(f"{home} holds {held}." if home else "Nothing was written.", flush=True)
    _tell_faults(report.faults)
    if report.faults:
        _tell(f"{counted(len(report.faults), 'fault')}; everything else was read.")


def _ask(given: argparse.Namespace, settings: Settings) -> int:
    from qa import terminal
    from qa.assemble import Live
    from qa.batch import questions, replies

    where = _where(given)
    if given.batch is None:
        reply = Live(settings).qa().ask(given.question, k=given.k, where=where)
        if given.json:
            _print_json(reply.to_json())
        else:
            print(terminal.reply(reply))
        return 0
    status = 0
    for row, fault in replies(questions(given.batch), Live(settings).qa(), k=given.k, where=where):
        if fault:
            _tell(fault)
            status = 1
        _print_json(row)
    return status


def _search(given: argparse.Namespace, settings: Settings) -> int:
    from qa import terminal
    from qa.assemble import Live
    from qa.batch import questions, rankings
    from qa.evaluation.asking import remembering
    from qa.narrowing import none_passes
    from qa.trec import opened

    where = _where(given)
    if given.batch is None:
        qa = Live(settings).qa()
        hits = qa.search(given.question, given.k, where)
        reason = none_passes(where, qa.corpus) if where else None
        if given.json:
            _print_json({"question": given.question, "reason": reason, "hits": [hit.to_json() for hit in hits]})
        else:
            print(reason or terminal.hits(hits))
        return 0
    asked, status = questions(given.batch), 0
    with opened(given.run) as out, remembering(settings) as qa:
        for row, lines, fault in rankings(asked, qa, k=given.k, unit=given.unit, where=where):
            if fault:
                _tell(fault)
                status = 1
            if given.json:
                _print_json(row)
            if given.run or not given.json:
                out.writelines(f"{line}\n" for line in lines)
    return status


def _articles(given: argparse.Namespace, settings: Settings) -> int:
    from index import generations
    from index.corpus import Corpus
    from qa import terminal

    if given.action == "remove":
        from index.build import remove

        report = remove([given.id], settings)
        if given.json:
            _print_json({"removed": [given.id], "articles": report.articles, "passages": report.passages})
        else:
            print(f"Article {given.id} is removed; {counted(report.articles, 'article')} left.")
        return 0
    with Corpus(generations.current(settings.home).folder / generations.CORPUS) as corpus:
        if given.action == "show":
            article = corpus.article(given.id)
            if given.json:
                _print_json(article.to_json())
            else:
                print(terminal.article(article))
            return 0
        entries = corpus.listing(limit=-1)
    if given.json:
        _print_json([entry.to_json() for entry in entries])
    else:
        print(terminal.entries(entries))
    return 0


def _verify(given: argparse.Namespace, settings: Settings) -> int:
    from qa.verify import check_index, check_replies

    if given.file is None:
        checked = check_index(settings)
        if given.json:
            _print_json({"valid": True, **checked})
        else:
            print(", ".join(counted(number, name[:-1]) for name, number in checked.items()) + ": all agree.")
        return 0
    outcome = list(check_replies(given.file, settings))
    wrong = [(line, fault) for line, fault in outcome if fault is not None]
    for line, fault in wrong:
        _tell(f"{given.file}:{line}: {fault}")
    if given.json:
        faults = [{"line": line, "reason": fault} for line, fault in wrong]
        _print_json({"valid": not wrong, "quotes": len(outcome), "faults": faults})
    else:
        print(f"{len(outcome) - len(wrong):,} of {len(outcome):,} quotes stand in their articles.")
    return 1 if wrong else 0


def _doctor(given: argparse.Namespace, settings: Settings) -> int:
    from qa import terminal
    from qa.doctor import examine

    health = examine(settings)
    if given.json:
        _print_json(health.to_json())
    else:
        print(terminal.health(health))
    return 0


def _evaluate(given: argparse.Namespace, settings: Settings) -> int:
    from qa import terminal
    from qa.evaluation import choices, tables
    from qa.evaluation.evaluate import evaluate

    least = [choices.bar(text) for text in given.min]
    dataset = choices.dataset(given.dataset, settings, given.qrels)
    _tell_faults(dataset.faults)
    other = choices.other(given.compare, settings) if given.compare else None
    with bars() as listener:
        if isinstance(other, Settings):
            other = evaluate(dataset, other, layer=given.layer, listener=listener)
        done = evaluate(dataset, settings, layer=given.layer, ablate=given.ablate, other=other, listener=listener)
    if given.json:
        _print_json(done.result)
    else:
        print(terminal.safe(tables.shown(done.result)))
    choices.written(done, other, report=given.report, run=given.trec)
    if given.export is not None:
        choices.export(dataset, settings, given.export)
    missed = [*choices.nothing_counts(done.result), *choices.below(done.result, least)]
    for line in missed:
        _tell(line)
    return 1 if missed else 0


def _serve(given: argparse.Namespace, settings: Settings) -> int:
    if given.articles is not None:
        from index.build import index

        with bars() as listener:
            report = index([Path(given.articles)], settings, listener=listener)
        _tell_report(report, settings.home, given.json)
    import app

    app.serve(settings, open_browser=given.open)
    return 0


_VERBS = {
    "index": _index,
    "ask": _ask,
    "search": _search,
    "articles": _articles,
    "doctor": _doctor,
    "evaluate": _evaluate,
    "verify": _verify,
    "serve": _serve,
}


def _where(given: argparse.Namespace) -> Filter | None:
    return narrowed(given.source, given.author, given.since, given.until)


def _print_json(value: Any) -> None:
    from qa.terminal import UNSEEN

    written = json.dumps(value, ensure_ascii=not _is_unicode(sys.stdout))
    # They move a terminal's cursor or turn the order of reading; JSON may write them as escapes.
    print(UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", written), flush=True)


def _is_unicode(stream: TextIO) -> bool:
    return codecs.lookup(stream.encoding or "ascii").name.startswith("utf-")


def _tell_faults(faults: Sequence[Fault]) -> None:
    from qa.terminal import line

    for fault in faults:
        _tell(line(f"{fault.where}: {fault.reason}"))


def _tell(words: str) -> None:
    from qa.terminal import safe  # a file's name or a headline may hold anything

    print(safe(words), file=sys.stderr, flush=True)
