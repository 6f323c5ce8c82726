"""Questions of a set -> what came out, a row each; done in groups, so that the model reads many at once."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from typing import Any

from index.article import Passage
from index.embed import SentenceEmbedder
from index.errors import QuestionError
from index.settings import Settings
from index.temporary import temporary_folder
from index.text import fold
from qa import followup
from qa.answer import QA, Sought
from qa.assemble import assemble, marker
from qa.batch import DEEP
from qa.evaluation.dataset import Question
from qa.evaluation.layers import layer
from qa.evaluation.memory import Memory
from qa.evaluation.record import Found, Quoted, Row
from qa.guide import checked
from qa.question import content, matches
from qa.reply import Hit, Reply, Turn
from qa.trec import ranking

GROUP = 64
"""Questions read at once."""
RANKED, SHOWN, QUOTES = 100, 10, 3


def ask(qa: QA, name: str, questions: Sequence[Question]) -> Iterator[list[Row]]:
    """Ask questions of one layer.

    Args:
        qa: The whole searcher expression.
        name: Which layer ranks; the reader reads what it ranks.
        questions: Asked in this order.

    Returns:
        Rows without figures, a group at a time.
    """
    asked = QA(qa.corpus, layer(qa.searcher, name), qa.reader, qa.settings, mend=qa.mend)
    rest = iter(questions)
    while group := list(islice(rest, GROUP)):
        yield _group(asked, group)


@contextmanager
def remembering(settings: Settings) -> Iterator[QA]:
    """Give the QA that an evaluation asks of the index in force, with nothing remembered yet.

    Asked the same questions in the same order, it ranks as the evaluation does to the last digit: a passage is embedded
    beside those that are new with it, and the last digits of its vectors depend on which these are.

    Raises:
        StoreError: There is no index, or none that can be used under these settings.
        ModelError: A model cannot be used.
    """
    with temporary_folder() as folder, closing(Memory(SentenceEmbedder(settings), folder)) as memory:
        qa = assemble(settings, memory, marker(settings))
        yield QA(qa.corpus, qa.searcher, qa.reader, settings, mend=qa.mend)


def turns(question: Question) -> list[Turn]:
    """Give the conversation before a question; what was quoted in it is not known."""
    return [Turn(text) for text in question.history]


def _group(qa: QA, group: Sequence[Question]) -> list[Row]:
    faults: dict[str, str] = {}
    for question in group:
        try:
            checked(question.text)
        except QuestionError as error:
            faults[question.id] = str(error)
    good = [question for question in group if question.id not in faults]
    alone = [followup.alone(question.text.strip(), turns(question)) for question in good]
    k = max(QUOTES, qa.settings.quotes)
    found = [qa.seek(question.text, turns(question), k=k, depth=DEEP) for question in good]
    replies = iter(qa.tell([each for each in found if isinstance(each, Sought)], k))
    rows = {}
    for question, each, words in zip(good, found, alone, strict=True):
        if isinstance(each, Sought):
            rows[question.id] = _row(question, each.alone, each.hits, next(replies))
        else:  # a byline answers, and the passages are ranked all the same
            rows[question.id] = _row(question, words, qa.searcher.search(words, DEEP), each)
    return [rows.get(question.id) or _failed(question, faults[question.id]) for question in group]


def _row(question: Question, alone: str, hits: Sequence[Hit], reply: Reply) -> Row:
    return Row(
        **_known(question),
        searched_for=alone if alone != question.text.strip() else None,
        status=reply.status,
        reason=reply.reason,
        confidence=reply.confidence,
        quotes=tuple(
            Quoted(
                each["article_id"],
                each["title"],
                each["start"],
                each["end"],
                each["text"],
                None if each["answer"] is None else each["answer"]["text"],
                None,
            )
            for each in (quote.to_json() for quote in (*reply.quotes, *reply.related))
        ),
        found=tuple(
            Found(hit.passage.name, round(hit.score, 6), dict(hit.ranks), _matched(alone, hit.passage), None)
            for hit in hits[:SHOWN]
        ),
        ranking=tuple(ranking(hits, "article", RANKED)),
        passages=tuple(ranking(hits, "passage", RANKED)),
    )


def _failed(question: Question, reason: str) -> Row:
    empty: dict[str, Any] = {"quotes": (), "found": (), "ranking": (), "passages": ()}
    return Row(**_known(question), searched_for=None, status="failed", reason=reason, confidence=0.0, **empty)


def _known(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "question": question.text,
        "history": question.history,
        "answers": question.answers,
        "answerable": question.answerable,
        "spans": tuple((gold.article_id, gold.start, gold.end) for gold in question.spans),
        "judged": dict(question.judged),
    }


def _matched(question: str, passage: Passage) -> tuple[str, ...]:
    """Give the words of a passage that match a question's terms, as it writes them, each once, in its order."""
    text, wanted = passage.text, content(question, passage.language)
    spans = sorted({span for found in matches(wanted, text, passage.language).values() for _, span in found})
    once = {fold(text[start:end]): text[start:end] for start, end in reversed(spans)}
    return tuple(text[start:end] for start, end in spans if once.pop(fold(text[start:end]), None))
