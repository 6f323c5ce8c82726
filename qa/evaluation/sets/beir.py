"""BEIR's layout: a folder of `queries.jsonl`, `corpus.jsonl`, `qrels.tsv` and, for quotes, `spans.jsonl`."""

import hashlib
import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.article import Article, Draft, Fault
from index.corpus import Corpus
from index.disk import sha256_of
from index.errors import EvaluationError
from index.loaders.beir import load
from index.settings import Settings
from qa.evaluation.dataset import Dataset, Gold, Question
from qa.evaluation.sets import queries, spans
from qa.evaluation.sets.checks import finished, unreadable
from qa.trec import Judged, each_judged, write_qrels

CORPUS, QUERIES, QRELS, SPANS = "corpus.jsonl", "queries.jsonl", "qrels.tsv", "spans.jsonl"
_SPLIT = Path("qrels", "test.tsv")


@dataclass(frozen=True, slots=True)
class _Files:
    """The files of a set; those that it lacks are None."""

    queries: Path
    corpus: Path | None
    qrels: Path | None
    spans: Path | None


def read(folder: Path, qrels: Path | None, corpus: Corpus | None) -> Dataset:
    """Read a folder; a line that cannot be used is listed and left out, the others count.

    `answerable` is what the metadata says, null for "nobody knows"; where they do not say, a question with a relevant
    judgement, an answer or a span is answerable, and of others nobody knows. A question without an answer keeps its
    judgements, and neither answers nor spans. Spans whose `kind` begins with "distractor" only tempt: they are no
    gold. Answers and spans that are given twice are kept once. Judgements in a folder `qrels/` are of one part of a
    set: questions of which nothing is known are of another part, left out and counted.

    Args:
        folder: Holds `queries.jsonl`; `corpus.jsonl`, `qrels.tsv` or `qrels/test.tsv`, `spans.jsonl` where it has them.
        qrels: Judgements in place of the folder's own; None for the folder's.
        corpus: The index in force, for a folder without `corpus.jsonl`.

    Returns:
        Its digest is over a line "part sha256" for each file read, in the order corpus, queries, qrels, spans.

    Raises:
        EvaluationError: There are no questions, no articles, or a file cannot be read.
    """
    files = _files(folder, qrels)
    faults: list[Fault] = []
    try:
        asked, stated = queries.read(files.queries, faults)
        lines = list(each_judged(files.qrels)) if files.qrels else []
        marked = list(spans.each_marked(files.spans)) if files.spans else []
        broken = _unfounded(_articles(files.corpus, corpus, folder, faults), lines, marked)
        digest = _digest(files)
    except OSError as error:
        raise unreadable(Path(error.filename or folder), error) from error
    judged = _judged(lines, asked, broken, faults)
    golds = spans.golds(marked, asked, broken, faults)
    questions = [_whole(each, judged.get(id, {}), tuple(golds.get(id, ())), id in stated) for id, each in asked.items()]
    if files.qrels is not None and files.qrels.parent.name == _SPLIT.parent.name:
        questions = _of_this_part(questions, stated, files.qrels, faults)
    return finished(folder, questions, files.corpus, digest=digest, faults=faults)


def write(dataset: Dataset, folder: Path, corpus: Corpus) -> None:
    """Write a set in this layout, with every article of an index; `read` gives the same questions again.

    Args:
        dataset: Its questions are about the articles of `corpus`.
        folder: Made where it is absent; the four files are replaced where they are there.
        corpus: Its articles are written as they are stored, with title, outlet, author, date and URL.

    Raises:
        EvaluationError: An article that is judged or a place that is gold is not in the index, an id cannot be
            written, or the folder cannot.
    """
    places = [spans.row(question, gold, corpus) for question in dataset.questions for gold in question.spans]
    qrels = {question.id: question.judged for question in dataset.questions}
    for id in {id for judged in qrels.values() for id in judged}:
        if not corpus.sha256(id):
            raise EvaluationError(f"Article {id} is judged in {dataset.name} but not indexed: `qa index` it again.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_lines(folder / CORPUS, map(_article, corpus.articles()))
        _write_lines(folder / QUERIES, map(queries.row, dataset.questions))
        _write_lines(folder / SPANS, places)
    except OSError as error:
        raise EvaluationError(f"{folder} cannot be written ({error.strerror}): name another folder.") from error
    write_qrels(folder / QRELS, qrels)


def _files(folder: Path, qrels: Path | None) -> _Files:
    if not (folder / QUERIES).is_file():
        raise EvaluationError(
            f"{folder} holds no {QUERIES}: name a folder in BEIR's layout, a SQuAD file (.json) or a CSV (.csv)."
        )
    if qrels is None:
        qrels = next((folder / name for name in (QRELS, _SPLIT) if (folder / name).is_file()), None)
    corpus, spans = (folder / name if (folder / name).is_file() else None for name in (CORPUS, SPANS))
    return _Files(folder / QUERIES, corpus, qrels, spans)


def _digest(files: _Files) -> str:
    digest = hashlib.sha256()
    for part, path in (
        ("corpus", files.corpus),
        ("queries", files.queries),
        ("qrels", files.qrels),
        ("spans", files.spans),
    ):
        if path is not None:
            digest.update(f"{part} {sha256_of(path)}\n".encode())
    return digest.hexdigest()


def _articles(path: Path | None, corpus: Corpus | None, folder: Path, faults: list[Fault]) -> Iterator[tuple[str, str]]:
    """Give the id and the text of each article, one at a time."""
    if path is None:
        if corpus is None:
            raise EvaluationError(
                f"{folder} holds no {CORPUS}, and nothing is indexed: add the file, or run `qa index PATH` first."
            )
        yield from ((article.id, article.text) for article in corpus.articles())
        return
    for each in load(path, Settings.model_construct()):
        if isinstance(each, Draft):
            if each.id is not None and len(each.id.split()) != 1:
                reason = (
                    "its id holds white space, which no run can carry, so nothing is judged in it: give it another."
                )
                faults.append(Fault(f"{path}: article {each.id!r}", reason))
            elif each.id is not None:
                yield each.id, each.text
        else:
            faults.append(each)


def _unfounded(
    articles: Iterable[tuple[str, str]], lines: Sequence[Judged | Fault], marked: Sequence[spans.Marked | Fault]
) -> dict[str, str]:
    """Give, by place of the line, why a judgement or a span does not agree with the articles."""
    about: dict[str, list[Judged | spans.Marked]] = {}
    for each in (*lines, *marked):
        if isinstance(each, Judged):
            about.setdefault(each.article, []).append(each)
        elif isinstance(each, spans.Marked):
            about.setdefault(each.gold.article_id, []).append(each)
    broken: dict[str, str] = {}
    empty = True
    for id, text in articles:
        empty = False
        for each in about.pop(id, ()):
            if isinstance(each, spans.Marked) and (reason := spans.miscut(each, text)):
                broken[each.where] = reason
    if empty:
        raise EvaluationError("The set has no articles: put them in its corpus.jsonl, or `qa index` them.")
    for id, there in about.items():
        broken.update({each.where: f"there is no article “{id}” in the corpus: correct its id." for each in there})
    return broken


def _judged(
    lines: Iterable[Judged | Fault], asked: Container[str], broken: Mapping[str, str], faults: list[Fault]
) -> dict[str, dict[str, int]]:
    judged: dict[str, dict[str, int]] = {}
    for each in lines:
        if isinstance(each, Fault):
            faults.append(each)
        elif each.question not in asked:
            faults.append(Fault(each.where, f"there is no question “{each.question}”: correct its id."))
        elif each.where in broken:
            faults.append(Fault(each.where, broken[each.where]))
        else:
            judged.setdefault(each.question, {})[each.article] = each.score
    return judged


def _whole(question: Question, judged: Mapping[str, int], golds: tuple[Gold, ...], stated: bool) -> Question:
    if question.answerable is False:
        return replace(question, judged=judged)
    known = bool(question.answers or golds or any(score > 0 for score in judged.values()))
    answerable = question.answerable if stated else (True if known else None)
    return replace(question, judged=judged, spans=golds, answerable=answerable)


def _of_this_part(
    questions: list[Question], stated: Container[str], qrels: Path, faults: list[Fault]
) -> list[Question]:
    def of_it(each: Question) -> bool:
        return bool(each.judged or each.answers or each.spans or each.id in stated)

    part = [each for each in questions if of_it(each)]
    if others := len(questions) - len(part):
        reason = f"{others} questions are not judged here, and nothing is known of them: they are of another part."
        faults.append(Fault(str(qrels), reason))
    return part


def _article(article: Article) -> dict[str, Any]:
    byline = article.byline
    known = {"source": byline.outlet, "author": byline.author, "date": byline.published, "url": byline.url}
    metadata = {name: value for name, value in known.items() if value is not None}
    return {"_id": article.id, "title": byline.title, "text": article.text, "metadata": metadata}


def _write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
