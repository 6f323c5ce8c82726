"""A CSV of questions about the articles already indexed."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path, PurePath

from index.article import Fault
from index.corpus import Corpus
from index.encoding import decode
from index.errors import ArticleError, EvaluationError, QuestionError
from qa import sheet
from qa.evaluation.dataset import Dataset, Question
from qa.evaluation.sets.checks import data, finished, id_of, refused

_COLUMNS = ("question", "answer", "source", "answerable", "id")
_SAID = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def read(path: Path, corpus: Corpus | None) -> Dataset:
    """Read a CSV with a header; a row that cannot be used is listed and left out, the others count.

    Commas, semicolons or tabs part the columns; upper and lower case are alike in their names, and other columns
    are passed over.

    - `question`: the question.
    - `answer` or `answers`: its answer; several are parted by "|", and any of them is right.
    - `source`: the article that answers: its id, file name or path, URL, or exact title, the first of these that is
      some article's. The article becomes relevant. Where none or several are meant, the question stays without it.
    - `answerable`: yes, true or 1; no, false or 0; where it is empty, a question with an answer or an article is
      answerable, and of others nobody knows.
    - `id` or `_id`: unique, without white space; where it is empty, an id is made from the question's words, so that
      it stays the same when rows come and go, and a question that stands there again gets "-2" and so on after it.

    Args:
        path: The file, in any encoding that `index.text.decode` reads.
        corpus: The index in force.

    Returns:
        Questions over the index in force; the digest is the file's sha256.

    Raises:
        EvaluationError: It cannot be read, has no column `question`, nothing is indexed, or no question is left.
    """
    if corpus is None:
        raise EvaluationError(f"{path} asks about the articles indexed, and there are none: run `qa index PATH` first.")
    raw = data(path)
    try:
        text = decode(raw)
    except ArticleError as error:
        raise EvaluationError(f"{path} is no CSV: {error}.") from error
    faults: list[Fault] = []
    sources = _Sources(corpus)
    questions: dict[str, Question] = {}
    times: Counter[str] = Counter()
    for where, cells in _rows(text, path, faults):
        asked, said = cells["question"], cells["answerable"].lower()
        id = cells["id"]
        if not id:
            id = id_of(asked)
            times[id] += 1
            id = id if times[id] == 1 else f"{id}-{times[id]}"
        if said and said not in _SAID:
            faults.append(Fault(where, f"“answerable” is “{said}”: write yes or no, or leave it empty."))
        elif reason := refused(id, asked, questions):
            faults.append(Fault(where, reason))
        else:
            article = sources.article(cells["source"], where, faults)
            questions[id] = _question(id, cells, _SAID.get(said), article)
    return finished(path, questions.values(), None, digest=hashlib.sha256(raw).hexdigest(), faults=faults)


def _question(id: str, cells: dict[str, str], said: bool | None, article: str | None) -> Question:
    judged = {} if article is None else {article: 1}
    answers = tuple(dict.fromkeys(part.strip() for part in cells["answer"].split("|") if part.strip()))
    if said is False:
        return Question(id, cells["question"], judged=judged, answerable=False)
    known = said or bool(answers or judged)
    return Question(id, cells["question"], answers, judged=judged, answerable=True if known else None)


def _rows(text: str, path: Path, faults: list[Fault]) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the cells of each row; what is wrong with one is a fault."""
    try:
        for where, cells in sheet.rows(text, str(path), _COLUMNS):
            if isinstance(cells, str):
                faults.append(Fault(where, cells))
            else:
                yield where, cells
    except QuestionError as error:
        raise EvaluationError(str(error)) from error


class _Sources:
    """Finds the article that a person means."""

    def __init__(self, corpus: Corpus) -> None:
        entries = corpus.listing(limit=-1)
        self._ids = {entry.id for entry in entries}
        self._files: defaultdict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        self._urls: defaultdict[str, list[str]] = defaultdict(list)
        self._titles: defaultdict[str, list[str]] = defaultdict(list)
        for entry in entries:
            if entry.path:
                # A file inside an archive is meant by its own name, or by the archive's.
                for place in {PurePath(entry.path), PurePath(entry.path, entry.member or "")}:
                    self._files[place.name].append((place.parts, entry.id))
            if entry.byline.url:
                self._urls[entry.byline.url].append(entry.id)
            self._titles[entry.byline.title].append(entry.id)

    def article(self, meant: str, where: str, faults: list[Fault]) -> str | None:
        """Give the id of the one article that is meant; None where nothing is, or where a fault says why."""
        if not meant or meant in self._ids:
            return meant or None
        path = PurePath(meant)
        of_file = [id for parts, id in self._files.get(path.name, ()) if parts[-len(path.parts) :] == path.parts]
        found = of_file or self._urls.get(meant) or self._titles.get(meant) or []
        if len(found) == 1:
            return found[0]
        if found:
            reason = f"“{meant}” is the source of {len(found)} articles ({found[0]}, {found[1]} …): give the id."
        else:
            reason = f"no article indexed has the id, file, URL or title “{meant}”: `qa articles` lists them."
        faults.append(Fault(where, f"{reason} The question stays without it."))
        return None
