"""What the Gradio pages are made of."""

import functools
from collections.abc import Callable
from typing import Any, TypeAlias

import gradio as gr

Update: TypeAlias = dict[str, Any]

quiet: Callable[[], dict[str, Any]] = functools.partial(dict, api_visibility="private", show_progress="hidden")


def block() -> gr.Markdown:
    """A place for the one-line HTML that `qa.web` makes: sanitised a second time, no mathematics."""
    return gr.Markdown(sanitize_html=True, latex_delimiters=[], container=False)


def html(value: str = "") -> gr.HTML:
    """A place for HTML that `qa.web` makes, shown as it is: every word of others in it must be escaped."""
    return gr.HTML(value, js_on_load=None, apply_default_css=False)
