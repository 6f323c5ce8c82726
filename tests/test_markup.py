"""A piece of HTML becomes the paragraphs that a reader sees."""

import pytest

from index.errors import ArticleError
from index.loaders import markup


def parts(source: str) -> list[tuple[str, str]]:
    return [(part.kind.value if part.kind else "text", part.text) for part in markup.parts(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>One <b>two</b>\n three</p>four<p>five", [("text", "One two three"), ("text", "four"), ("text", "five")]),
        ("one<br>two<br/><br>three", [("text", "one\ntwo"), ("text", "three")]),
        ("<div>a<div>b</div>c</div>", [("text", "a"), ("text", "b"), ("text", "c")]),
        ("<ul><li>a<li>b</ul><ol><li>c</ol>", [("text", "- a"), ("text", "- b"), ("text", "1. c")]),
        ("<h3>Head</h3><p>x", [("caption", "Head"), ("text", "x")]),
        ("<figure><img alt='no'><figcaption>The tower</figcaption></figure>", [("caption", "The tower")]),
        ("<p><a href='x'>Unsubscribe</a></p>Go <a>on</a>", [("caption", "Unsubscribe"), ("text", "Go on")]),
        ("<h2><a href='x'>Linked head</a></h2>", [("caption", "Linked head")]),
        ("<p><a>" + "long link " * 13 + "</a></p>", [("text", ("long link " * 13).strip())]),
        ("a<script>x</script><style>y</style><!-- z --><template>t</template> b", [("text", "a b")]),
        ("<p hidden>no</p><p style='color:red; DISPLAY : none'>no <i>no</i></p>tail", [("text", "tail")]),
        ("<pre>x = 1\n  y</pre>", [("text", "x = 1\n  y")]),
        ("para one\n\npara <i>two</i>\nline", [("text", "para one"), ("text", "para two\nline")]),
        ("<p>AT&amp;T &lt;b&gt; &#8217;&nbsp;x", [("text", "AT&T <b> ’ x")]),
        ("<table><tr><td>1</td><td>2</td></tr></table>", [("text", "1 | 2")]),
        ("<?xml version='1.0' encoding='latin-1'?><html><head><meta charset=latin-1></head><body>é", [("text", "é")]),
        ("<html><head><title>t</title></head><body>b", [("text", "b")]),
        ("<p>a\x00b\x07c\ud800</p>", [("text", "abc")]),
        ("", []),
        ("<!-- x -->", []),
        ("<p> </p>", []),
    ],
)  # fmt: skip
def test_parts(source: str, expected: list[tuple[str, str]]) -> None:
    assert parts(source) == expected


def test_list_items_are_close_to_one_another_only() -> None:
    assert [part.close for part in markup.parts("<p>x<ul><li>a<li>b</ul><p>y<ul><li>c</ul>")] == [
        False, False, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "is_markup"),
    [
        ("a < b and c > d", False), ("<p>", True), ("x<br/>y", True), ("<Anna Berg>", False),
        ("<a href='x'>y</a>", True), ("<anna@times.example>", False), ("if a<b>c", True), ("</DIV>", True), ("", False),
    ],
)  # fmt: skip
def test_what_is_markup(text: str, is_markup: bool) -> None:
    assert markup.is_markup(text) is is_markup


def test_plain_text_stays_as_it_is() -> None:
    (only,) = markup.plain_or_markup("\n a < b &amp; c\r\n\r\n  d &foo e \n")
    assert only.text == "a < b & c\n\n  d &foo e"


def test_markup_too_deep_to_be_parsed_is_an_error_and_loses_no_words_silently() -> None:
    assert [part.text for part in markup.parts("<div>" * 1000 + "words")] == ["words"]
    with pytest.raises(ArticleError, match="nested too deeply"):
        markup.parts("<div>" * 100_000 + "words")
