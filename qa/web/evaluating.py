"""The page on which sets of questions are asked, and what came out is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from index.errors import ArticleError, Busy, EvaluationError, NoIndex, VerbatimError
from qa.evaluation.judgements import Judgements
from qa.evaluation.keeping import evaluations
from qa.evaluation.sets import read
from qa.evaluation.sets.checks import id_of
from qa.web import archive, cards, judging, pages, reports, results, sets
from qa.web.parts import Update, html, quiet
from qa.web.running import Running

if TYPE_CHECKING:
    from index.corpus import Corpus
    from qa.assemble import Live
    from qa.evaluation.dataset import Dataset
    from qa.evaluation.record import Evaluation
    from qa.pace import Listener

THUMBS, PATH = "thumbs:", "path:"
"""Choices that are no uploaded set: no set's name holds a colon."""
NOTHING = ("Nothing", "")
LEAD = (
    '<div class="lead"><h2>How well does it answer?</h2><p>Ask questions whose answers are known, and see how often '
    "the right article is found, the right words are quoted, and silence is kept where nothing is known.</p></div>"
)
KINDS = (
    '<div class="hint">A SQuAD file (<code>.json</code>); a table (<code>.csv</code>) with a column '
    "<code>question</code>, and <code>answer</code> and <code>source</code> where known; or BEIR’s layout "
    "(<code>queries.jsonl</code>, with <code>corpus.jsonl</code>, <code>qrels.tsv</code>, <code>spans.jsonl</code>), "
    "its files together or as one <code>.zip</code>. What is too large to upload can be named as a folder above.</div>"
)
EXPORT = '<a class="export" href="/thumbs.zip" download>Export them with the articles (.zip)</a>'


class Evaluate:
    """The page on which sets of questions are asked, and what came out is shown."""

    def __init__(self, live: Live) -> None:
        self.live, self.home = live, live.settings.home
        self.running: Running[Evaluation] = Running("evaluation")
        html(pages.masthead("Evaluate") + LEAD)
        self.set = gr.Radio([], label="Which questions", elem_id="sets")
        self.folder = gr.Textbox(
            "",
            label="Folder or file on this machine",
            max_lines=1,
            visible=False,
            elem_id="path",
            placeholder="/home/me/sets/onestopqa",
        )
        self.holds = html()
        with gr.Accordion("Your own questions, and what you judged in the chat", open=False, elem_id="own"):
            self.question = gr.Textbox("", label="Question", max_lines=2, elem_id="own-question")
            self.answer = gr.Textbox(
                "",
                label="Answer, as an article words it", max_lines=2, elem_id="own-answer",
                info="Several right answers: put | between them. Leave it empty when the articles do not say.",
            )  # fmt: skip
            self.add = gr.Button("Add the question", size="sm", elem_id="own-add")
            self.added, self.judged = html(), html()
            self.refresh = gr.Button("Refresh", visible="hidden", elem_id="refresh")
        with gr.Accordion("Upload a set of questions", open=False, elem_id="upload"):
            html(KINDS)
            self.drop = gr.File(
                label="Files of one set", file_count="multiple", file_types=sets.KINDS, elem_id="set-drop"
            )
            # Gradio's own example is an address at GitHub, and would stand in the page.
            self.drop.example_payload = self.drop.example_value = list  # type: ignore[method-assign]
            self.uploaded = html()
        with gr.Row(elem_id="how"):
            self.other = gr.Dropdown(
                [NOTHING], value="", label="Compare with an earlier one of this set", min_width=260
            )
            self.ablate = gr.Checkbox(
                label="Measure each way of searching by itself too", info="Takes several times as long.", min_width=260,
            )  # fmt: skip
        with gr.Row(elem_id="go"):
            self.run = gr.Button("Evaluate", variant="primary", size="sm", elem_id="run")
            self.stop = gr.Button("Stop", size="sm", visible=False, elem_id="stop")
        self.told, self.earlier, self.report = html(), html(), html()
        self.clock = gr.Timer(1, active=False)
        self.lists = [self.set, self.holds, self.judged]
        self.shown = [self.told, self.clock, self.run, self.stop, self.report, self.earlier, self.other]
        self.filled = [*self.lists, *self.shown]
        self._listen()

    def _listen(self) -> None:
        chosen, holds = [self.set, self.folder], [self.folder, self.holds, self.other]
        self.set.change(self.choose, chosen, holds, **quiet())
        self.folder.submit(self.choose, chosen, holds, **quiet())
        self.folder.blur(self.choose, chosen, holds, **quiet())
        typed = [self.question, self.answer]
        for event in (self.add.click, self.answer.submit):
            added = event(self.write, typed, [self.added, *typed], **quiet())
            added.then(self.fill, chosen, self.lists, **quiet())
        self.refresh.click(self.fill, chosen, self.lists, **quiet())
        # Choosing the new set tells what it holds.
        self.drop.upload(self.upload, self.drop, [self.uploaded, self.drop, self.set], api_visibility="private")
        self.run.click(self.begin, [*chosen, self.other, self.ablate], self.shown, **quiet())
        self.stop.click(self.end, None, self.shown, **quiet())
        self.clock.tick(self.tell, None, self.shown, **quiet())

    def open(self, request: gr.Request) -> tuple[Any, ...]:
        """Fill the page when it is opened: with the evaluation its address names, and the one under way."""
        *state, _, _, other = self.tell()
        shown = ""
        if id := str(request.query_params.get("id", "")):
            try:
                shown = self._report(reports.kept(self.home, id))
            except VerbatimError as error:
                shown = cards.notice(str(error))
        return *self.fill(THUMBS, ""), *state, shown, self._earlier(), other

    def fill(self, chosen: str | None, folder: str) -> tuple[Update, str, str]:
        """Give the sets to choose from, what the chosen one holds, and what was judged."""
        try:
            judged = Judgements(self.home).all()
            listed = results.judged(judged, self._title) + (EXPORT if judged else "")
        except VerbatimError as error:
            listed = cards.notice(str(error))
        choices = self._choices()
        value = chosen if chosen in {value for _, value in choices} else THUMBS
        return gr.update(choices=choices, value=value), self.choose(value, folder)[1], listed

    def choose(self, chosen: str, folder: str) -> tuple[Update, str, Update]:
        """Say what the chosen set holds, and which evaluations it can be compared with."""
        there = gr.update(visible=chosen == PATH)
        if chosen == PATH and not folder.strip():
            return there, "", gr.update(choices=[NOTHING], value="")
        try:
            dataset = self._dataset(chosen, folder)
            return there, results.holds(dataset), gr.update(choices=self._others(dataset.name), value="")
        except VerbatimError as error:
            # Judgements that cannot be used are told as they are; how to begin is told where there are none.
            none = chosen == THUMBS and not isinstance(error, NoIndex) and not self._asked()
            return there, results.NO_THUMBS if none else archive.trouble(error), gr.update(choices=[NOTHING], value="")

    def write(self, question: str, answer: str) -> tuple[str, str, str]:
        """Keep a person's own question with its answer."""
        try:
            Judgements(self.home).add(judging.typed(question, answer, self.live))
        except VerbatimError as error:
            return cards.notice(str(error)), question, answer
        return '<div class="done" role="status">Added.</div>', "", ""

    def upload(self, dropped: list[str] | None) -> tuple[str, None, Update]:
        """Keep uploaded files as a set, and choose it."""
        paths = [Path(path) for path in dropped or []]
        try:
            name, faults = sets.keep(paths, self.home, self._corpus())
        except VerbatimError as error:
            return cards.notice(str(error)), None, gr.update()
        finally:
            for path in paths:
                path.unlink(missing_ok=True)
        shown = f'<div class="done" role="status">Kept as “{cards.escape(name)}”.</div>{results.faults(faults)}'
        return shown, None, gr.update(choices=self._choices(), value=name)

    def begin(self, chosen: str, folder: str, other: str, ablate: bool) -> tuple[Any, ...]:
        """Begin an evaluation; the clock shows how far it has come."""
        try:
            dataset = self._dataset(chosen, folder)
            against = reports.kept(self.home, other) if other else None
            self.running.start(lambda listener: self._evaluate(dataset, against, ablate, listener))
        except Busy:
            pass  # it is shown
        except VerbatimError as error:
            return cards.notice(str(error)), *(gr.update() for _ in self.shown[1:])
        return self.tell()

    def end(self) -> tuple[Any, ...]:
        """Stop the evaluation under way."""
        self.running.stop()
        return self.tell()

    def tell(self) -> tuple[Any, ...]:
        """Show how far the evaluation under way has come, or how it ended."""
        now = self.running
        if now.busy:
            stop = gr.update(visible=True, interactive=not now.stopping)
            told = results.progress(now.step, now.stopping)
            return told, gr.update(active=True), gr.update(interactive=False), stop, *(gr.update(),) * 3
        told = cards.notice(now.told) if now.told else ""
        report: str | Update = gr.update()
        other = gr.update()
        if now.done is not None:
            report = self._report(now.done)
            other = gr.update(choices=self._others(now.done.result["dataset"]))
        return (
            told,
            gr.update(active=False),
            gr.update(interactive=True),
            gr.update(visible=False),
            report,
            self._earlier(),
            other,
        )

    def _evaluate(self, dataset: Dataset, other: Evaluation | None, ablate: bool, listener: Listener) -> Evaluation:
        from qa.evaluation.evaluate import evaluate  # loads torch, which the import of this module must not

        return evaluate(dataset, self.live.settings, ablate=ablate, other=other, listener=listener)

    def _dataset(self, chosen: str, folder: str) -> Dataset:
        corpus = self._corpus()
        if chosen == THUMBS:
            # Says what to do when nothing is indexed.
            return Judgements(self.home).dataset(corpus or self.live.qa().corpus)
        return read(
            Path(folder.strip()).expanduser() if chosen == PATH else sets.source(self.home, chosen), corpus=corpus
        )

    def _corpus(self) -> Corpus | None:
        try:
            return self.live.qa().corpus
        except NoIndex:
            return None

    def _asked(self) -> int:
        """How many questions were judged or typed; 0 where that cannot be read, which is told elsewhere."""
        try:
            return len({id_of(each.question) for each in Judgements(self.home).all()})
        except EvaluationError:
            return 0

    def _choices(self) -> list[tuple[str, str]]:
        thumbs = f"From your thumbs and your own questions ({self._asked():,})"
        uploaded = [(name, name) for name in sets.names(self.home)]
        return [(thumbs, THUMBS), *uploaded, ("A folder or file on this machine", PATH)]

    def _title(self, article_id: str) -> str:
        try:
            corpus = self._corpus()
            return corpus.article(article_id).byline.title if corpus else article_id
        except ArticleError:
            return "an article that is no longer indexed"

    def _others(self, dataset: str) -> list[tuple[str, str]]:
        same = [each for each in evaluations(self.home) if each.result.get("dataset") == dataset]
        return [NOTHING, *((results.named(each), each.folder.name) for each in same)]

    def _earlier(self) -> str:
        try:
            return results.earlier(evaluations(self.home), reports.compared)
        except VerbatimError as error:
            return cards.notice(str(error))

    @staticmethod
    def _report(evaluation: Evaluation) -> str:
        return results.report(evaluation.folder.name, reports.compared(evaluation))
