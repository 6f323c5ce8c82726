"""What both Gradio pages are made of."""

import functools
from collections.abc import Callable
from typing import Any, TypeAlias

import gradio as gr

Update: TypeAlias = dict[str, Any]

quiet: Callable[[], dict[str, Any]] = functools.partial(dict, api_visibility="private", show_progress="hidden")


def block() -> gr.Markdown:
    """A place for the one-line HTML that `qa.web` makes: sanitised a second time, no mathematics."""
    return gr.Markdown(sanitize_html=True, latex_delimiters=[], container=False)
