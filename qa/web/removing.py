"""Removing an article: the form on its page -> a run like any indexing -> the Articles page, which shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from index.errors import Busy, VerbatimError
from qa.web.judging import shown, status
from qa.web.pages import problem
from qa.web.shelf import Outcome, paced

if TYPE_CHECKING:
    from qa.assemble import Live
    from qa.pace import Listener
    from qa.web.running import Running


def router(live: Live, running: Running[Outcome]) -> APIRouter:
    """The address `/remove`: begins to remove the article whose id is sent to it.

    Args:
        live: The index in force.
        running: The indexing of this app, which a removal is one of.
    """
    routes = APIRouter()

    @routes.post("/remove")
    def remove(id: Annotated[str, Form()] = "") -> Response:
        def work(listener: Listener) -> Outcome:
            from index import build  # loads torch, which the import of this module must not

            return Outcome(build.remove([id], live.settings, listener=paced(listener)))

        try:
            live.qa().corpus.article(id)
            running.start(work)
        except Busy as error:
            return shown(problem(409, "Not now", str(error)))
        except VerbatimError as error:
            return shown(problem(status(error), "Nothing was removed", str(error)))
        return RedirectResponse("/articles", 303)

    return routes
