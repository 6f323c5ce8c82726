"""What people say of quotes in the chat, kept line by line, and made into a set of questions.

```
<home>/judgements.jsonl       one Judgement a line, only ever added to
<home>/judgements.lock        held while a line is added
```
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from filelock import FileLock, Timeout

from index.article import Fault
from index.corpus import Corpus
from index.errors import ArticleError, Busy, EvaluationError, Unwritable
from index.text import half
from qa.evaluation.dataset import Dataset, Gold, Question
from qa.evaluation.sets.checks import id_of, objects, unreadable

FILE, LOCK = "judgements.jsonl", "judgements.lock"
Verdict: TypeAlias = Literal["right", "wrong", "here", "absent", "withdrawn"]

_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person says of a place, for a question.

    Attributes:
        verdict: "right" and "wrong" judge a quote, "here" marks the answer's own words in an article, "absent" says
            that the articles do not answer, "withdrawn" takes back what was said of the same question and place.
        article_id: None for "absent", and for a question typed together with its answers.
        start: First code point of the words judged, in the article's text; 0 without an article.
        end: One past the last; 0 without an article.
        text: The words judged; empty without an article.
        sha256: Of the article's text when it was judged; empty without an article.
        corpus: Stamp of the index then in force.
        made: When, ISO 8601.
        answers: Answers that the person typed.
    """

    question: str
    verdict: Verdict
    article_id: str | None
    start: int
    end: int
    text: str
    sha256: str
    corpus: str
    made: str
    answers: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool | None:
        """Whether it says that the articles answer; None where it says neither."""
        if self.verdict in ("right", "here") or (self.verdict == "wrong" and self.answers):
            return True
        return False if self.verdict == "absent" else None


class Judgements:
    """The judgements of a home, in the order they were made.

    Args:
        home: Folder of the built index; made when the first judgement is added.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / FILE
        self._lock = home / LOCK

    def add(self, judgement: Judgement) -> None:
        """Keep a judgement, on disk when this returns; safe beside other writers.

        Raises:
            EvaluationError: It says nothing: no question, a place without words, or the like.
            Busy: Another process has been adding for ten seconds.
            Unwritable: The home cannot be written.
        """
        if reason := _senseless(judgement):
            raise EvaluationError(f"The judgement of “{judgement.question[:80]}” cannot be kept: {reason}")
        line = json.dumps(asdict(judgement), ensure_ascii=False).encode() + b"\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._lock, timeout=_TIMEOUT_S), self.path.open("ab+") as file:
                if file.tell():
                    file.seek(-1, os.SEEK_END)
                    if file.read(1) != b"\n":  # a writer was cut off here: its half line stays alone
                        line = b"\n" + line
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except Timeout as error:
            raise Busy(f"Another process holds {self._lock}: wait a moment, then judge again.") from error
        except OSError as error:
            raise Unwritable(
                f"{self.path} cannot be written ({error.strerror}): check the folder and its disk."
            ) from error

    def all(self) -> list[Judgement]:
        """Give the judgements in force, oldest first; empty when there are none.

        The last word on a question (case and white space alike) and a place counts. Of "absent" and a judgement that
        the articles do answer, on the same question, the later one counts.

        Raises:
            EvaluationError: The file cannot be read.
        """
        return _in_force(self._read()[0])

    def dataset(self, corpus: Corpus) -> Dataset:
        """Give the questions judged, as a set over the index in force, named "thumbs".

        An article with a place that is right is relevant (1); one with a wrong quote only is not (0). Answers are
        those typed, and the words marked "here". A question is answerable where a place is right or an answer was
        typed, not where "absent" was said; otherwise nobody knows. A place whose words have moved in a changed
        article moves with them, when they stand there exactly once.

        Args:
            corpus: The index in force.

        Returns:
            Questions in the order of their oldest judgement in force; an id depends on the question's words alone;
            the digest is over the judgements in force. Its faults list lines that cannot be read, and judgements
            whose article is gone or no longer holds the words once.

        Raises:
            EvaluationError: The file cannot be read, or no question is left.
        """
        given, faults = self._read()
        kept = _in_force(given)
        groups: dict[str, list[tuple[Judgement, Gold | None]]] = {}
        for judgement in kept:
            place = _stands(judgement, corpus)
            if isinstance(place, Fault):
                faults.append(place)
            else:
                groups.setdefault(id_of(judgement.question), []).append((judgement, place))
        if not groups:
            why = f": {faults[0].where}: {faults[0].reason}" if faults else ": judge some answers in the chat first."
            raise EvaluationError(f"{self.path} holds no judgement that can be used{why}")
        lines = "".join(json.dumps(asdict(each)) + "\n" for each in kept)
        questions = tuple(_question(id, group) for id, group in groups.items())
        return Dataset("thumbs", questions, None, hashlib.sha256(lines.encode()).hexdigest(), tuple(faults))

    def _read(self) -> tuple[list[Judgement], list[Fault]]:
        """Give every judgement ever made, and the lines that are none."""
        judgements: list[Judgement] = []
        faults: list[Fault] = []
        try:
            for each in objects(self.path) if self.path.exists() else ():
                if isinstance(each, Fault):
                    faults.append(each)
                    continue
                where, given = each
                judgement = _judgement(given)
                if isinstance(judgement, Judgement):
                    judgements.append(judgement)
                else:
                    faults.append(Fault(where, judgement))
        except OSError as error:
            raise unreadable(self.path, error) from error
        return judgements, faults


def _in_force(given: Iterable[Judgement]) -> list[Judgement]:
    last: dict[tuple[str, str | None, int, int], Judgement] = {}
    for each in given:
        place = id_of(each.question), each.article_id, each.start, each.end
        last.pop(place, None)
        if each.verdict != "withdrawn":
            last[place] = each
    # Only now, so that what a withdrawn word had overruled counts again.
    newest = {(place[0], each.answerable): at for at, (place, each) in enumerate(last.items())}
    return [
        each
        for at, (place, each) in enumerate(last.items())
        if each.answerable is None or at > newest.get((place[0], not each.answerable), -1)
    ]


def _senseless(judgement: Judgement) -> str | None:
    placed = judgement.article_id is not None
    if not judgement.question.strip():
        return "the question is empty."
    if any(map(half, (judgement.question, judgement.text, judgement.article_id or "", *judgement.answers))):
        return "it holds half a character, which no file can carry."
    if not all(answer.strip() for answer in judgement.answers):
        return "one of its answers is empty."
    if (
        placed
        and judgement.verdict != "withdrawn"
        and not (0 <= judgement.start < judgement.end == judgement.start + len(judgement.text))
    ):
        return f"{judgement.start}-{judgement.end} is not the place of {len(judgement.text)} characters."
    if not placed and (judgement.start, judgement.end, judgement.text) != (0, 0, ""):
        return "it has a place, but no article."
    if judgement.verdict == "absent" and (placed or judgement.answers):
        return "“absent” is said of no article, and has no answers."
    if not placed and (
        judgement.verdict in ("wrong", "here") or (judgement.verdict == "right" and not judgement.answers)
    ):
        return f"“{judgement.verdict}” needs an article or an answer: mark the words in one, or type the answer."
    return None


def _judgement(given: Mapping[str, Any]) -> Judgement | str:
    """Read an object of the file, or say why it is no judgement."""
    answers = given.get("answers", [])
    article = given.get("article_id")
    whole = {"start", "end"}
    for name in [field.name for field in fields(Judgement) if field.name not in ("answers", "article_id")]:
        if type(given.get(name)) is not (int if name in whole else str):
            return f"“{name}” is {json.dumps(given.get(name))[:40]}: the line is no judgement; take it out."
    if given["verdict"] not in get_args(Verdict) or not (article is None or isinstance(article, str)):
        return f"the verdict “{given['verdict']}” or the article {article!r} is none: take the line out."
    if not isinstance(answers, list) or not all(isinstance(answer, str) for answer in answers):
        return f"“answers” is {json.dumps(answers)[:40]}, no list of texts: take the line out."
    known = {field.name: given[field.name] for field in fields(Judgement) if field.name in given}
    judgement = Judgement(**{**known, "article_id": article, "answers": tuple(answers)})
    return _senseless(judgement) or judgement


def _stands(judgement: Judgement, corpus: Corpus) -> Gold | Fault | None:
    """Give the place judged as it is now, None where it has none, or why it cannot be found."""
    if judgement.article_id is None:
        return None
    where = f"“{judgement.question[:80]}”, judged {judgement.verdict} on {judgement.made}"
    try:
        article = corpus.article(judgement.article_id)
    except ArticleError:
        return Fault(where, f"article {judgement.article_id} is no longer indexed: index it again, or judge anew.")
    text, words = article.text, judgement.text
    if text[judgement.start : judgement.end] == words:
        return Gold(article.id, judgement.start, judgement.end)
    start = text.find(words)
    if start < 0:
        return Fault(where, f"article {article.id} has changed and no longer holds “{words[:80]}”: judge it anew.")
    if text.find(words, start + 1) >= 0:
        return Fault(where, f"article {article.id} has changed and holds “{words[:80]}” more than once: judge it anew.")
    return Gold(article.id, start, start + len(words))


def _question(id: str, group: list[tuple[Judgement, Gold | None]]) -> Question:
    text = group[0][0].question
    judged: dict[str, int] = {}
    spans: dict[Gold, None] = {}
    answers: dict[str, None] = {}
    for judgement, place in group:
        right = judgement.verdict in ("right", "here")
        if place is not None:
            judged[place.article_id] = max(int(right), judged.get(place.article_id, 0))
        if right and place is not None:
            spans[place] = None
        answers.update(dict.fromkeys(judgement.answers))
        if judgement.verdict == "here":
            answers[judgement.text] = None
    # Those in force never say both.
    answerable = next((said for judgement, _ in group if (said := judgement.answerable) is not None), None)
    return Question(id, text, tuple(answers), tuple(spans), judged, answerable)
