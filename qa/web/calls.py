"""What programs send -> questions; and the REST call, which says with its status whose fault a refusal is.

```
POST /gradio_api/run/ask {"data": [question, quotes at most, …]} -> {"data": [reply]}, or problem+json (RFC 9457)
```
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from fastapi import APIRouter, Request
from fastapi.responses import Response

from index.article import Filter
from index.errors import QuestionError, VerbatimError
from qa.batch import earlier
from qa.narrowing import FIELDS, of_row
from qa.reply import Turn

Answer: TypeAlias = Callable[..., Awaitable[Any]]

_VALUES = ("question", "k", "source", "since", "until", "author", "history", "where")
_SENT = "This call"


@dataclass(frozen=True, slots=True)
class Call:
    """A question that a program asks.

    Attributes:
        k: Quotes at most.
        where: Which articles may answer; None for all.
        turns: Earlier questions of the same conversation, oldest first.
    """

    question: str
    k: int
    where: Filter | None
    turns: tuple[Turn, ...]


def call(question: object, k: object, where: Mapping[str, object], history: object, more: object = None) -> Call:
    """Check what a program sent.

    Args:
        question: A text.
        k: A whole number.
        where: Fields of a filter; what is empty admits every article.
        history: Earlier questions, oldest first; None for none.
        more: Fields of a filter as one object, which go before `where`; None for none.

    Raises:
        QuestionError: A value is of another kind.
    """
    if not isinstance(question, str):
        raise QuestionError(f"“question” is {_short(question)}: give a text.")
    if type(k) is not int:
        raise QuestionError(f"“k” is {_short(k)}: give a whole number, at most how many quotes.")
    for name, value in where.items():
        if value is not None and not isinstance(value, str):
            raise QuestionError(f"“{name}” is {_short(value)}: give a text, or leave it empty.")
    if more is not None and not isinstance(more, Mapping):
        raise QuestionError(f"“where” is {_short(more)}: give an object of {', '.join(FIELDS)}.")
    return Call(question, k, of_row({**where, **(more or {})}, _SENT), earlier(history, _SENT))


def router(calls: Mapping[str, Answer]) -> APIRouter:
    """Give the REST calls, in the place of Gradio's own, which blame the app for all that a caller does wrong.

    Args:
        calls: Name -> what answers it; `VerbatimError` is what is wrong with a call.
    """
    routes = APIRouter()

    @routes.post("/gradio_api/run/{name}")
    @routes.post("/gradio_api/api/{name}")
    async def run(name: str, request: Request) -> Response:
        answer = calls.get(name)
        if answer is None:
            return _problem(404, f"There is no call “{name[:80]}”: call {' or '.join(calls)}.")
        try:
            body = json.loads(await request.body())
        except (ValueError, RecursionError) as error:
            return _problem(400, f"What was sent is no JSON ({error}): send {{“data”: [question, …]}}.")
        data = body.get("data") if isinstance(body, dict) else None
        if not isinstance(data, list) or not 1 <= len(data) <= len(_VALUES):
            return _problem(400, f"What was sent has no list “data” of some of these: {', '.join(_VALUES)}.")
        try:
            return _json({"data": [await answer(*data)]})
        except QuestionError as error:
            return _problem(400, str(error))
        except VerbatimError as error:
            return _problem(503, str(error))

    return routes


def _problem(status: int, told: str) -> Response:
    title = {400: "The call cannot be understood", 404: "There is no such call"}.get(
        status, "It cannot be answered now"
    )
    # “error” is where Gradio's own clients look.
    fields = {"type": "about:blank", "title": title, "status": status, "detail": told, "error": told}
    return _json(fields, status, "application/problem+json")


def _json(value: Any, status: int = 200, kind: str = "application/json") -> Response:
    # Escaped, since half a character that a caller sent can be written in no other way.
    return Response(json.dumps(value), status, media_type=kind)


def _short(value: object) -> str:
    return json.dumps(value, default=str)[:40]
