"""The page on which questions are asked."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, TypeAlias

import gradio as gr
from anyio import to_thread

from index.errors import VerbatimError
from qa.narrowing import narrowed
from qa.reply import Turn
from qa.web import archive, cards, pages
from qa.web.asking import good_examples
from qa.web.parts import Update, quiet

if TYPE_CHECKING:
    from qa.assemble import Live
    from qa.web.desk import Desk

TURNS = 5
"""Earlier turns that a follow-up may lean on."""
EVERY_OUTLET = ("Every outlet", "")
SHOW = """() => {
  for (const told of document.querySelectorAll("#chat [data-testid][aria-label]")) told.removeAttribute("aria-label");
  [...document.querySelectorAll("#chat .asked")].at(-1)?.scrollIntoView({block: "start", behavior: "instant"});
}"""
"""Shows a reply from its question on, not from its end; takes off Gradio's labels, which read a message's HTML out."""

History: TypeAlias = list[dict[str, Any]]
"""Messages as Gradio shows them, oldest first."""


class Chat:
    """The page on which questions are asked."""

    def __init__(self, live: Live, desk: Desk) -> None:
        self.live, self.desk = live, desk
        gr.HTML(pages.masthead("Ask"), js_on_load=None, apply_default_css=False)
        self.turns = gr.State(list[Turn](), time_to_live=24 * 3600)
        # Kept here, since what a page sends of itself could be made up by any program.
        self.shown = gr.State(History(), time_to_live=24 * 3600)
        look: dict[str, Any] = {"show_label": False, "container": False, "layout": "panel", "height": None}
        self.chat = gr.Chatbot(
            **look, elem_id="chat", placeholder=cards.WELCOME, buttons=[], feedback_options=None,
            autoscroll=False, sanitize_html=True, allow_tags=False, latex_delimiters=[], line_breaks=False,
        )  # fmt: skip
        with gr.Column(elem_id="dock"):
            self.box = gr.Textbox(
                label="Question", show_label=False, placeholder="Ask a question", submit_btn="Ask",
                max_lines=4, autofocus=True, elem_id="ask",
            )  # fmt: skip
            self.fields = self._fields()
        self._listen()

    def _fields(self) -> list[gr.components.Component]:
        date = functools.partial(gr.DateTime, include_time=False, type="string", min_width=220)
        with gr.Accordion("Narrow the search", open=False, elem_id="narrow"):
            with gr.Row():
                self.outlet = gr.Dropdown([EVERY_OUTLET], value="", label="Outlet", min_width=220)
                author = gr.Textbox(label="Author contains", max_lines=1, min_width=220)
            with gr.Row():
                since, until = date(label="Published on or after"), date(label="Published on or before")
            most = gr.Slider(1, 10, value=min(self.live.settings.quotes, 10), step=1, label="Quotes, at most")
        return [most, self.outlet, author, since, until]

    def _listen(self) -> None:
        asked = [self.box, self.shown, self.turns, *self.fields]
        answered = [self.chat, self.shown, self.box, self.turns]
        # Who waits is told at the desk, in the conversation.
        self.box.submit(self.converse, asked, answered, **quiet(), concurrency_limit=None)
        chosen = self.chat.example_select(picked, None, self.box, **quiet())
        chosen.then(self.converse, asked, answered, **quiet(), concurrency_limit=None)
        self.chat.change(None, js=SHOW, **quiet())
        self.chat.clear(lambda: ([], []), None, [self.shown, self.turns], **quiet())

    def open(self) -> tuple[Update, Update]:
        """Fill the page when it is opened: example questions and outlets; how to begin when nothing is indexed."""
        try:
            qa = self.live.qa()
            shown = [{"text": question} for question in good_examples(qa)]
            outlets = [(f"{name} ({number:,})", name) for name, number in qa.corpus.outlets()]
        except VerbatimError as error:
            return gr.update(placeholder=archive.trouble(error), examples=None), gr.update()
        return gr.update(placeholder=cards.WELCOME, examples=shown), gr.update(choices=[EVERY_OUTLET, *outlets])

    async def converse(
        self, question: str, history: History, turns: list[Turn], k: int, *fields: str | None
    ) -> AsyncIterator[tuple[History, History, str | Update, list[Turn]]]:
        """Show the question at once, then its place in the line while it waits, then the reply under it.

        Args:
            question: As typed.
            history: The messages shown so far.
            turns: Earlier questions and what was quoted for them.
            k: How many quotes at most.
            fields: Outlet, author, first and last day.

        Yields:
            The messages to show, those to keep, what stands in the box, and the turns.
        """
        question = question.strip()
        if not question:
            yield history, history, "", turns
            return
        history = [*history, {"role": "user", "content": cards.question(question)}]
        yield _under(history, cards.SEARCHING), history, "", turns
        try:
            where = narrowed(*fields)
            with self.desk.place() as place:
                while number := place.number:
                    yield _under(history, cards.waiting(number)), history, gr.skip(), turns
                    await place.moved()
                given = await to_thread.run_sync(lambda: self.live.qa().ask(question, k=k, where=where, turns=turns))
        except VerbatimError as error:
            shown = archive.trouble(error)
        else:
            shown = cards.reply(given, where)
            turns = [*turns, Turn(question, given.quotes)][-TURNS:]
        history = _under(history, shown)
        # The box stays as it is: the next question may be in it by now.
        yield history, history, gr.skip(), turns


def _under(history: History, told: str) -> History:
    return [*history, {"role": "assistant", "content": told}]


def picked(event: gr.SelectData) -> str:
    """The example question that was clicked."""
    return str(event.value["text"])
