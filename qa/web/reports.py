"""What the Evaluate page links to: the report of an evaluation, as a page and as a file, and the questions as a set."""

from __future__ import annotations

import re
import secrets
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.background import BackgroundTask

from index.errors import EvaluationError, VerbatimError
from qa.evaluation.judgements import Judgements
from qa.evaluation.keeping import FOLDER
from qa.evaluation.record import Evaluation
from qa.web.judging import shown, status
from qa.web.pages import problem

if TYPE_CHECKING:
    from qa.assemble import Live

_ID = re.compile(r"\d{1,9}-[\w.-]{1,60}")
"""As `keeping.keep` names them; no file system holds a longer name where each letter takes four bytes."""


def kept(home: Path, id: str) -> Evaluation:
    """Open a finished evaluation by the name of its folder.

    Args:
        home: Of the index.
        id: As it stands in an address, so anything at all.

    Raises:
        EvaluationError: It is no name of an evaluation, or there is none of this name.
    """
    if not _ID.fullmatch(id):
        raise EvaluationError(f"“{id[:80]}” is no evaluation: choose one on the Evaluate page.")
    folder = home / FOLDER / id
    if not folder.is_dir():
        raise EvaluationError(f"There is no evaluation {id[:80]}: it may have been deleted. Choose another.")
    return Evaluation.open(folder)


def compared(evaluation: Evaluation) -> str:
    """Give the id of the evaluation that this one was compared with; empty where it was with none that is kept."""
    id = str((evaluation.result.get("compared") or {}).get("with", ""))
    return id if _ID.fullmatch(id) and (evaluation.folder.parent / id).is_dir() else ""


def policy(nonce: str) -> str:
    """The Content-Security-Policy of a report: its own style and scripts, and no way out of it."""
    return (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'"
    )


def _report(query: Mapping[str, str], home: Path) -> Response:
    from qa.evaluation.report import report  # draws, which takes a second to load

    evaluation = kept(home, query.get("id", ""))
    other = kept(home, query["other"]) if query.get("other") else None
    if "file" in query:
        name = evaluation.folder.name.encode("ascii", "replace").decode().replace("?", "_")
        headers = {"content-disposition": f'attachment; filename="evaluation-{name}.html"'}
        # With a policy of its own it is no page of Gradio's, into which the guard would put nonces.
        headers["content-security-policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
        return HTMLResponse(report(evaluation, other), headers=headers)
    nonce = secrets.token_urlsafe(16)
    html = report(evaluation, other, nonce=nonce)
    return HTMLResponse(html, headers={"content-security-policy": policy(nonce)})


def _thumbs(live: Live) -> Response:
    """Write the judged questions with all the articles, in BEIR's layout; dropped after it is sent."""
    from qa.evaluation.sets import beir

    corpus = live.qa().corpus
    dataset = Judgements(live.settings.home).dataset(corpus)
    folder = tempfile.TemporaryDirectory(prefix="verbatim-")
    try:
        beir.write(dataset, Path(folder.name) / "thumbs", corpus)
        packed = Path(folder.name) / "thumbs.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            for path in sorted((Path(folder.name) / "thumbs").iterdir()):
                file.write(path, path.name)
    except VerbatimError:
        folder.cleanup()
        raise
    return FileResponse(packed, filename="thumbs.zip", background=BackgroundTask(folder.cleanup))


def router(live: Live) -> APIRouter:
    """The addresses `/evaluation` and `/thumbs.zip`."""
    routes = APIRouter()

    @routes.get("/evaluation")
    def evaluation(request: Request) -> Response:
        try:
            return _report(request.query_params, live.settings.home)
        except EvaluationError as error:
            return shown(problem(404, "This evaluation cannot be shown", str(error)))

    @routes.get("/thumbs.zip")
    def thumbs() -> Response:
        try:
            return _thumbs(live)
        except VerbatimError as error:
            return shown(problem(status(error), "There is nothing to export", str(error)))

    return routes
