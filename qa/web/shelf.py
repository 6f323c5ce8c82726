"""The page on which articles are listed, and dropped to be added."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr

from index.article import Fault
from index.errors import VerbatimError
from index.loaders import LOADERS
from qa.web import archive, cards, inbox, pages
from qa.web.parts import Update, block, quiet

if TYPE_CHECKING:
    from index.report import Progress
    from qa.assemble import Live

SUFFIXES = sorted({Path(f"a{kind}").suffix for kind in LOADERS})
"""The kinds of file that can be dropped; browsers compare the last suffix only, `.gz` of `.tar.gz`."""
ROWS = 25
"""Articles on one page of the list."""


class Articles:
    """The page on which articles are listed, and dropped to be added."""

    def __init__(self, live: Live) -> None:
        self.live = live
        gr.HTML(pages.masthead("Articles"), js_on_load=None, apply_default_css=False)
        self.counts = block()
        self.drop = gr.File(label="Add articles", file_count="multiple", file_types=SUFFIXES, elem_id="drop")
        # Gradio's own example is an address at GitHub, and would stand in the page.
        self.drop.example_payload = self.drop.example_value = list  # type: ignore[method-assign]
        self.report = block()
        self.containing = gr.Textbox(label="Find in headline, outlet or author", max_lines=1, elem_id="find")
        self.table = block()
        self.offset = gr.State(0)
        with gr.Row(elem_id="turn"):
            self.newer, self.older = (gr.Button(name, size="sm", visible=False) for name in ("Newer", "Older"))
        self.listed = [self.counts, self.table, self.newer, self.older]
        self._listen()

    def _listen(self) -> None:
        where = [self.containing, self.offset]
        self.containing.change(lambda: 0, None, self.offset, **quiet()).then(self.rows, where, self.listed, **quiet())
        for button, step in ((self.newer, -ROWS), (self.older, ROWS)):
            moved = button.click(functools.partial(turned, step), self.offset, self.offset, **quiet())
            moved.then(self.rows, where, self.listed, **quiet())
        # One at a time: the index has one writer.
        added = self.drop.upload(
            self.add, self.drop, [self.report, self.drop], api_visibility="private", concurrency_limit=1
        )
        added.then(self.rows, where, self.listed, **quiet())

    def rows(self, containing: str = "", offset: int = 0) -> tuple[str, str, Update, Update]:
        """Give the counts, one page of the list, and whether there are newer and older pages."""
        hidden = gr.update(visible=False)
        try:
            corpus = self.live.qa().corpus
        except VerbatimError as error:
            return "", archive.trouble(error), hidden, hidden
        found = corpus.listing(containing.strip(), offset, ROWS + 1)
        table = archive.table(found[:ROWS], offset, containing.strip())
        more = len(found) > ROWS
        newer = gr.update(visible=offset > 0 or more, interactive=offset > 0)
        older = gr.update(visible=offset > 0 or more, interactive=more)
        return archive.counts(corpus.counts()), table, newer, older

    def add(self, dropped: list[str] | None, progress: gr.Progress = gr.Progress()) -> tuple[str, None]:  # noqa: B008
        """Keep dropped files among the articles, index them, and report."""
        from index import build  # loads torch, which the import of this module must not

        def tell(at: Progress) -> None:
            progress((at.done, at.total), desc=at.stage.capitalize())

        kept, faults = [], []
        for path in map(Path, dropped or []):
            try:
                kept.append(inbox.keep(path, self.live.settings.home / "articles", LOADERS))
            except VerbatimError as error:
                faults.append(Fault(path.name, str(error)))
            path.unlink(missing_ok=True)
        try:
            done = build.index(kept, self.live.settings, listener=tell) if kept else None
        except VerbatimError as error:
            return cards.notice(str(error)), None
        return archive.report(done, faults), None


def turned(step: int, offset: int) -> int:
    """The first row of the next or the previous page."""
    return max(0, offset + step)
