"""The page on which articles are listed, added, and kept in step with a folder."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from index import generations
from index.article import Fault
from index.errors import Busy, VerbatimError
from index.loaders import LOADERS
from qa.web import archive, cards, inbox, pages
from qa.web.parts import Update, block, html, quiet
from qa.web.running import Done, Running, progress

if TYPE_CHECKING:
    from index.report import Progress, Report
    from qa.assemble import Live
    from qa.pace import Listener

SUFFIXES = sorted({Path(f"a{kind}").suffix for kind in LOADERS})
"""The kinds of file that can be dropped; browsers compare the last suffix only, `.gz` of `.tar.gz`."""
ROWS = 25
"""Articles on one page of the list."""
STAGES = {
    "reading": "Reading files",
    "comparing": "Comparing articles with each other",
    "cutting": "Cutting articles into passages",
    "embedding": "Embedding passages",
    "writing": "Writing the index",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an indexing did, for the page.

    Attributes:
        refused: Dropped files that were not even kept.
        trial: True when it only said what would change.
    """

    report: Report | None
    refused: tuple[Fault, ...] = ()
    trial: bool = False


class Articles:
    """The page on which articles are listed, added, and kept in step with a folder.

    Args:
        live: The index in force.
        running: The indexing of this app; whatever else begins one is shown here as well.
    """

    def __init__(self, live: Live, running: Running[Outcome]) -> None:
        self.live, self.running = live, running
        self.following: Running[None] = Running("following of a folder")
        self.followed, self.latest = "", ""
        gr.HTML(pages.masthead("Articles"), js_on_load=None, apply_default_css=False)
        self.counts = block()
        self.drop = gr.File(label="Add articles", file_count="multiple", file_types=SUFFIXES, elem_id="drop")
        # Gradio's own example is an address at GitHub, and would stand in the page.
        self.drop.example_payload = self.drop.example_value = list  # type: ignore[method-assign]
        with gr.Accordion("A folder on this machine", open=False, elem_id="folder"):
            self.folder = gr.Textbox("", label="Folder or file", max_lines=1, placeholder="/home/me/cuttings")
            self.prune = gr.Checkbox(label="Drop articles whose file is gone", value=False)
            with gr.Row(elem_id="step"):
                self.look = gr.Button("What would change?", size="sm")
                self.take = gr.Button("Index it", variant="primary", size="sm", elem_id="take")
                self.follow = gr.Button("Index and follow it", size="sm")
        self.told = html()
        with gr.Row(elem_id="halt"):
            self.stop = gr.Button("Stop", size="sm", visible=False)
            self.leave = gr.Button("Stop following", size="sm", visible=False)
        self.containing = gr.Textbox(label="Find in headline, outlet or author", max_lines=1, elem_id="find")
        self.table = block()
        self.offset, self.seen = gr.State(0), gr.State("")
        with gr.Row(elem_id="turn"):
            self.newer, self.older = (gr.Button(name, size="sm", visible=False) for name in ("Newer", "Older"))
        with gr.Accordion("The archive’s health", open=False, elem_id="health"):
            self.examine = gr.Button("Examine it", size="sm", elem_id="examine")
            self.health = html()
        self.clock = gr.Timer(1, active=False)
        self.listed = [self.counts, self.table, self.newer, self.older]
        self.shown = [self.told, self.clock, self.stop, self.leave, self.seen, *self.listed]
        self._listen()

    def _listen(self) -> None:
        where = [self.containing, self.offset]
        now = [self.seen, *where]
        self.containing.change(lambda: 0, None, self.offset, **quiet()).then(self.rows, where, self.listed, **quiet())
        for button, step in ((self.newer, -ROWS), (self.older, ROWS)):
            moved = button.click(functools.partial(turned, step), self.offset, self.offset, **quiet())
            moved.then(self.rows, where, self.listed, **quiet())
        added = self.drop.upload(self.add, self.drop, [self.told, self.drop], api_visibility="private")
        added.success(self.tell, now, self.shown, **quiet())
        for button, work in ((self.look, self.try_folder), (self.take, self.index_folder)):
            begun = button.click(work, [self.folder, self.prune], self.told, **quiet())
            begun.success(self.tell, now, self.shown, **quiet())
        begun = self.follow.click(self.follow_folder, self.folder, self.told, **quiet())
        begun.success(self.tell, now, self.shown, **quiet())
        for button, run in ((self.stop, self.running), (self.leave, self.following)):
            button.click(run.stop, None, None, **quiet()).then(self.tell, now, self.shown, **quiet())
        self.examine.click(self.examined, None, self.health, **quiet())
        self.clock.tick(self.tell, now, self.shown, **quiet())

    def open(self) -> tuple[Any, ...]:
        """Fill the page when it is opened, with the indexing under way."""
        return self.tell("never", "", 0)

    def rows(self, containing: str = "", offset: int = 0) -> tuple[str, str, Update, Update]:
        """Give the counts, one page of the list, and whether there are newer and older pages."""
        hidden = gr.update(visible=False)
        try:
            corpus = self.live.qa().corpus
        except VerbatimError as error:
            return "", archive.trouble(error, archive.EMPTY_LIST), hidden, hidden
        found = corpus.listing(containing.strip(), offset, ROWS + 1)
        table = archive.table(found[:ROWS], offset, containing.strip())
        more = len(found) > ROWS
        newer = gr.update(visible=offset > 0 or more, interactive=offset > 0)
        older = gr.update(visible=offset > 0 or more, interactive=more)
        return archive.counts(corpus.counts()), table, newer, older

    def tell(self, seen: str, containing: str, offset: int) -> tuple[Any, ...]:
        """Show how far the indexing under way has come or how it ended, and the list where the index is a newer one.

        Args:
            seen: Stamp of the index that the list was made of.
            containing: What is looked for in the list.
            offset: The list's first row.
        """
        busy, following = self.running.busy, self.following.busy
        stamp = generations.stamp(self.live.settings.home)
        listed = self.rows(containing, offset) if stamp != seen else (gr.update(),) * len(self.listed)
        return (
            self._state(),
            gr.update(active=busy or following),
            gr.update(visible=busy, interactive=not self.running.stopping),
            gr.update(visible=following, interactive=not self.following.stopping),
            stamp,
            *listed,
        )

    def examined(self) -> str:
        """Examine the archive, and show what was found."""
        from qa.doctor import examine

        try:
            return archive.health(examine(self.live.settings))
        except VerbatimError as error:
            return archive.trouble(error)

    def add(self, dropped: list[str] | None) -> tuple[str, None]:
        """Keep dropped files among the articles, and begin to index them."""
        kept, refused = [], []
        for path in map(Path, dropped or []):
            try:
                kept.append(inbox.keep(path, self.live.settings.home / "articles", LOADERS))
            except VerbatimError as error:
                refused.append(Fault(path.name, str(error)))
            path.unlink(missing_ok=True)
        return self._begin(kept, refused=tuple(refused)), None

    def try_folder(self, folder: str, prune: bool) -> str:
        """Begin to look what indexing a folder would change."""
        return self._begin(named(folder), prune=prune, trial=True)

    def index_folder(self, folder: str, prune: bool) -> str:
        """Begin to index a folder."""
        return self._begin(named(folder), prune=prune)

    def follow_folder(self, folder: str) -> str:
        """Begin to follow a folder, for as long as the app runs."""
        from index.watch import follow  # loads torch, which the import of this module must not

        paths = named(folder)
        if not paths:
            raise gr.Error("Name a folder first.", print_exception=False)

        def work(listener: Listener) -> None:
            follow(paths, self.live.settings, self._heard, stop=self.following.stop_asked, listener=paced(listener))

        begin(self.following, work)
        self.followed, self.latest = str(paths[0]), ""
        self.running.forget()  # what was indexed before would stand below what the following tells
        return self._state()

    def _begin(
        self, paths: Sequence[Path], *, prune: bool = False, trial: bool = False, refused: tuple[Fault, ...] = ()
    ) -> str:
        def work(listener: Listener) -> Outcome:
            from index import build  # loads torch, which the import of this module must not

            if not paths and refused:
                return Outcome(None, refused)
            report = build.index(paths, self.live.settings, prune=prune, dry_run=trial, listener=paced(listener))
            return Outcome(report, refused, trial)

        if not paths and not prune and not refused:
            raise gr.Error("Name a folder or a file first.", print_exception=False)
        begin(self.running, work, keeps=not trial)
        return self._state()

    def _heard(self, report: Report) -> None:
        if report.is_news:
            self.latest = archive.report(report)

    def _state(self) -> str:
        run = self.running
        told = ""
        if self.following.busy:
            step = self.following.step
            working = step is not None and step.done < step.total
            told += progress(step, STAGES) if working else archive.following(self.followed) + self.latest
        elif self.following.told:
            told += cards.notice(self.following.told)
        if run.busy:
            told += progress(run.step, STAGES)
        elif run.told:
            told += cards.notice(run.told)
        elif run.done is not None:
            told += archive.report(run.done.report, run.done.refused, trial=run.done.trial)
        return told


def begin(running: Running[Done], work: Callable[[Listener], Done], *, keeps: bool = True) -> None:
    """Begin a run, or say on the page that one is under way."""
    try:
        running.start(work, keeps=keeps)
    except Busy as error:
        raise gr.Error(str(error), print_exception=False) from error


def named(folder: str) -> list[Path]:
    """The path that was typed, none when nothing was."""
    return [Path(folder.strip()).expanduser()] if folder.strip() else []


def paced(listener: Listener) -> Any:
    """Turn what a build tells into steps with their pace."""
    from qa.pace import Pace

    pace = Pace(listener)

    def hear(at: Progress) -> None:
        pace.tell(at.stage, at.done, at.total)

    return hear


def turned(step: int, offset: int) -> int:
    """The first row of the next or the previous page."""
    return max(0, offset + step)
