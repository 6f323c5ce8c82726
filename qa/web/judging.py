"""A reader's judgements: what the chat and the article page send -> what is kept for evaluation.

```
link in the chat, words marked in an article -> POST /judge -> checked against the stored article -> judgements.jsonl
```
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias, get_args

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from index import generations
from index.article import Article
from index.errors import ArticleError, EvaluationError, NoIndex, QuestionError, VerbatimError
from qa.evaluation.judgements import Judgement, Judgements, Verdict
from qa.guide import checked
from qa.web.cards import article_url, escape, seen
from qa.web.pages import Page, problem

if TYPE_CHECKING:
    from qa.assemble import Live

Field: TypeAlias = Annotated[str | None, Form()]
MOST_WORDS = 80
"""Words that may be marked: a quote holds no more."""
ASKED: Mapping[str, tuple[str, str]] = {
    "right": ("Does this answer?", "Yes, it is right"),
    "wrong": ("Does this answer?", "No, it is wrong"),
    "absent": ("Do the articles not say?", "Yes, it was right to refuse"),
    "withdrawn": ("Take the judgement back?", "Take it back"),
}
"""Verdict -> what the page without JavaScript asks, and its button."""


def judged(fields: Mapping[str, str], live: Live) -> Judgement:
    """Check what a reader sent against the article as it is stored now.

    Args:
        fields: `verdict`, `question`; for words of an article `id`, `start` and `end` in code points, and `text` or
            `sha256` (of the article's text), which must agree with it; for "here" `text` is needed.
        live: The index in force.

    Raises:
        EvaluationError: A field is missing or wrong, or the words do not stand there.
        QuestionError: The question is empty or too long.
        ArticleError: There is no such article.
        StoreError: The index cannot be read.
    """
    verdict, question, id = _verdict(fields.get("verdict", "")), checked(fields.get("question", "")), fields.get("id")
    made, stamp = datetime.now(UTC).isoformat(timespec="seconds"), generations.stamp(live.settings.home)
    if verdict == "absent" or (verdict == "withdrawn" and not id):
        return Judgement(question, verdict, None, 0, 0, "", "", stamp, made)
    if not id:
        raise EvaluationError(f"“{verdict}” judges words of an article, but no article’s id was given: add id=….")
    start, end = _place(fields)
    if verdict == "withdrawn":
        # The article may be gone, and what was said of it must still be possible to take back.
        return Judgement(question, verdict, id, start, end, "", "", stamp, made)
    article = live.qa().corpus.article(id)
    text = _words(article, start, end, fields)
    if verdict == "here" and (count := len(text.split())) > MOST_WORDS:
        raise EvaluationError(f"{count:,} words are marked; mark at most {MOST_WORDS}, the fewer the better.")
    return Judgement(question, verdict, id, start, end, text, article.sha256, stamp, made)


def typed(question: str, answer: str, live: Live) -> Judgement:
    """Give a person's own question as a judgement; without an answer, that the articles do not say.

    Args:
        question: As typed.
        answer: Right answers, `|` between them; empty when the articles hold none.
        live: The index in force.

    Raises:
        QuestionError: The question is empty or too long.
    """
    answers = tuple(dict.fromkeys(filter(None, (each.strip() for each in answer.split("|")))))
    made, stamp = datetime.now(UTC).isoformat(timespec="seconds"), generations.stamp(live.settings.home)
    verdict: Verdict = "right" if answers else "absent"
    return Judgement(checked(question), verdict, None, 0, 0, "", "", stamp, made, answers)


def _verdict(given: str) -> Verdict:
    for known in get_args(Verdict):
        if given == known:
            return known  # type: ignore[no-any-return]
    raise EvaluationError(f"“{given[:40]}” is no verdict: send one of {', '.join(get_args(Verdict))}.")


def _place(fields: Mapping[str, str]) -> tuple[int, int]:
    start, end = fields.get("start", ""), fields.get("end", "")
    try:
        return int(start), int(end)
    except ValueError as error:
        raise EvaluationError(f"start={start[:40]} and end={end[:40]} must both be whole numbers.") from error


def _words(article: Article, start: int, end: int, fields: Mapping[str, str]) -> str:
    """Give the words judged, when they are those that the reader saw."""
    length = len(article.text)
    if not 0 <= start < end <= length:
        raise EvaluationError(
            f"Characters {start:,}–{end:,} are no place in this article of {length:,} characters: open it anew."
        )
    text, said = article.text[start:end], fields.get("text")
    if said is not None and said not in (text, seen(text)):
        raise EvaluationError(
            f"Characters {start:,}–{end:,} of this article are “{_short(text)}”, not “{_short(said)}”: "
            "open the article anew, and mark the words again."
        )
    if said is None and fields.get("verdict") == "here":
        raise EvaluationError("The words that were marked did not come with their place: mark them again.")
    if said is None and fields.get("sha256") != article.sha256:
        raise EvaluationError("The article has changed since this quote was shown: ask again, and judge the new quote.")
    return text


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def status(error: VerbatimError) -> int:
    """The HTTP status of an error."""
    if isinstance(error, EvaluationError | QuestionError):
        return 400
    return 404 if isinstance(error, ArticleError | NoIndex) else 503


def _asking(fields: Mapping[str, str], live: Live) -> Page:
    """The page that asks to confirm a judgement, for browsers without JavaScript."""
    if fields.get("verdict") == "here":
        raise EvaluationError("An answer is marked in its article: open the article from the chat.")
    judgement = judged(fields, live)
    ask, button = ASKED[judgement.verdict]
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(fields[name])}">'
        for name in ("verdict", "question", "id", "start", "end", "sha256")
        if name in fields
    )
    words = f'<blockquote class="text" dir="auto">{escape(judgement.text)}</blockquote>' if judgement.text else ""
    body = (
        f'<h1 dir="auto">{escape(judgement.question)}</h1>{words}<form action="/judge" method="post">{hidden}'
        f'<p>{ask}</p><p class="buttons"><button>{button}</button></p></form>'
    )
    return Page("Judge", body, forms=True)


def _done(judgement: Judgement) -> Page:
    told = "Taken back." if judgement.verdict == "withdrawn" else "Kept, as a question for evaluation."
    link = '<a href="/evaluate">What is kept</a>'
    if judgement.article_id is not None:
        at = article_url(judgement.article_id, judgement.start, judgement.end)
        link = f'<a href="{escape(at)}">The words in their article</a> · {link}'
    body = f'<h1 dir="auto">{escape(judgement.question)}</h1><p class="told" role="status">{told}</p><p>{link}</p>'
    return Page("Judged", body)


def router(live: Live) -> APIRouter:
    """The address `/judge`: a page that asks, and what keeps the answer."""
    routes = APIRouter()

    @routes.get("/judge")
    def ask(request: Request) -> Response:
        try:
            return shown(_asking(request.query_params, live))
        except VerbatimError as error:
            return shown(problem(status(error), "This cannot be judged", str(error)))

    @routes.post("/judge")
    def keep(request: Request, verdict: Field = None, question: Field = None, id: Field = None, start: Field = None,
             end: Field = None, text: Field = None, sha256: Field = None) -> Response:  # fmt: skip
        given = {"verdict": verdict, "question": question, "id": id, "start": start, "end": end, "text": text}
        fields = {name: value for name, value in {**given, "sha256": sha256}.items() if value is not None}
        plain = "text/html" not in request.headers.get("accept", "")
        try:
            judgement = judged(fields, live)
            Judgements(live.settings.home).add(judgement)
        except VerbatimError as error:
            if plain:
                return PlainTextResponse(str(error), status(error))
            return shown(problem(status(error), "This was not kept", str(error)))
        return PlainTextResponse("Kept.") if plain else shown(_done(judgement))

    return routes


def shown(page: Page) -> HTMLResponse:
    """A page as the answer to a request."""
    return HTMLResponse(page.html, page.status, {"content-security-policy": page.policy})
