"""The pages that need no Gradio: one article with its quote marked, and the pages that say what is wrong.

They work without JavaScript; the few lines there are scroll to the quote and copy it. Marking an answer needs more of
it, from `face.js`.
"""

import secrets
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from index.article import Article, Kind, Span
from index.errors import ArticleError, NoIndex, StoreError
from qa.web.cards import credit, day, escape

APART = {
    Kind.TITLE: "the headline",
    Kind.STANDFIRST: "the standfirst",
    Kind.AUTHOR: "the author’s line",
    Kind.DATE: "the date line",
    Kind.CAPTION: "a caption or teaser",
    Kind.FURNITURE: "the page’s own words",
}

_SCRIPT = """
const mark = document.getElementById("quote");
if (mark) mark.scrollIntoView({block: "center"});
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy || location.href);
      button.textContent = "Copied";
    } catch {
      button.textContent = "The browser does not allow copying";
    }
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}
"""


def masthead(here: str | None = None) -> str:
    """The name of the paper and the way to its pages, the page one is on marked."""
    links = "".join(
        f'<a href="{path}"{" aria-current=page" if name == here else ""}>{name}</a>'
        for name, path in (("Ask", "/"), ("Articles", "/articles"), ("Evaluate", "/evaluate"))
    )
    return f'<nav class="top"><a class="name" href="/">Verbatim</a>{links}</nav>'


class Page:
    """A complete HTML page and the policy it must be sent with.

    Attributes:
        html: The whole document.
        status: HTTP status.
        policy: Content-Security-Policy that admits the page's own style and scripts, nothing else.
    """

    def __init__(self, title: str, body: str, status: int = 200, *, forms: bool = False, judges: bool = False) -> None:
        """Make the page.

        Args:
            title: What it is about, as text.
            body: HTML.
            status: HTTP status.
            forms: Whether forms may be sent from it.
            judges: Whether a script may send a reader's judgement from it as well.
        """
        nonce = secrets.token_urlsafe(16)
        forms = forms or judges
        sends, fetches = ("'self'" if may else "'none'" for may in (forms, judges))
        self.status = status
        self.policy = (
            f"default-src 'none'; style-src 'self'; img-src 'self'; script-src 'nonce-{nonce}'; connect-src {fetches}; "
            f"base-uri 'none'; form-action {sends}; frame-ancestors 'none'"
        )
        # Under the app's own no-referrer a browser sends a form with the origin "null", which the guard refuses.
        known = '<meta name="referrer" content="same-origin">' if forms else ""
        script = f'<script nonce="{nonce}" src="/face.js" defer></script>' if judges else ""
        self.html = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<title>{escape(title)} · Verbatim</title><link rel="icon" href="/favicon.svg" type="image/svg+xml">'
            f'<link rel="stylesheet" href="/style.css">{known}{script}</head><body class="page">'
            f"{masthead()}<main>{body}</main>"
            f'<script nonce="{nonce}">{_SCRIPT}</script></body></html>'
        )


def article(find: Callable[[str], Article], query: Mapping[str, str]) -> Page:
    """The page of one article, its quote marked.

    Args:
        find: Gives the article of an id, as `Corpus.article`.
        query: `id`; `start` and `end` in code points of the article's text, without which nothing is marked; and
            `question`, where the reader is to mark its answer.
    """
    name, start, end = query.get("id", ""), query.get("start", ""), query.get("end", "")
    if not name:
        return problem(400, "No article was asked for", "The address must end in ?id=… with an article’s id.")
    try:
        span = (int(start), int(end)) if start or end else None
    except ValueError:
        told = f"start={start[:40]} and end={end[:40]} must both be whole numbers, or both be left out."
        return problem(400, "That is no place in an article", told)
    try:
        found = find(name)
    except ArticleError:
        told = f"There is no article {name[:80]} in the index. It may have been removed, or have changed since."
        return problem(404, "No such article", told)
    except NoIndex:
        return problem(404, "No articles yet", "Nothing is indexed. Add articles on the Articles page.")
    except StoreError as error:
        return problem(503, "The index cannot be read", str(error))
    question = query.get("question", "").strip()
    bar = _bar(found, question) if question else ""
    return Page(found.byline.title, _body(found, span) + bar + _removal(found), forms=True, judges=bool(bar))


def problem(status: int, title: str, told: str) -> Page:
    """A page that says what is wrong, as text."""
    return Page(title, f'<h1>{escape(title)}</h1><p class="told">{escape(told)}</p>', status)


def _body(found: Article, span: Span | None) -> str:
    byline = found.byline
    length = len(found.text)
    notice = ""
    if span is not None and not 0 <= span[0] < span[1] <= length:
        notice = (
            f'<p class="told" role="status">Characters {span[0]:,}–{span[1]:,} are no place in this article of '
            f"{length:,} characters, so nothing is marked.</p>"
        )
        span = None
    known = credit(byline)
    head = f'<h1 dir="auto">{escape(byline.title)}</h1>' + (f'<p class="credit">{known}</p>' if known else "")
    legend = ""
    if found.marks:
        legend = '<p class="legend">Words in grey are not part of the text: byline, captions, the page’s own words.</p>'
    start, end = span or (length, length)
    text = _pieces(found, 0, start)
    if span is not None:
        text += f'<mark id="quote" tabindex="-1">{_pieces(found, start, end)}</mark>' + _pieces(found, end, length)
    return f'{head}{_origin(found)}{notice}{_buttons(found, span)}{legend}<div class="text" dir="auto">{text}</div>'


def _pieces(found: Article, start: int, end: int) -> str:
    """`found.text[start:end]` as HTML, what is no running text in spans of its own."""
    out, at = [], start
    for mark in found.marks:
        low, high = max(mark.start, at), min(mark.end, end)
        if low < high:
            apart = f'<span class="apart {mark.kind}" title="Not part of the text: {APART[mark.kind]}">'
            out += [escape(found.text[at:low]), apart, escape(found.text[low:high]), "</span>"]
            at = high
    return "".join([*out, escape(found.text[at:end])])


def _bar(found: Article, question: str) -> str:
    """Where the reader marks the answer; hidden until the script that can read a selection runs."""
    fields = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in (("verdict", "here"), ("question", question), ("id", found.id))
    )
    return (
        '<noscript><p class="told">Marking an answer needs JavaScript, which is off in this browser.</p></noscript>'
        f'<form id="here" class="judging" action="/judge" method="post" hidden>{fields}'
        f'<span class="choices"><span class="ask">Select the words that answer “{escape(question)}”, then press the '
        'button.</span><output class="chosen"></output><button disabled>The answer is here</button></span></form>'
    )


def _removal(found: Article) -> str:
    """The way to take the article out of the index, opened first, so that no slip of the hand does it."""
    told = (
        "It will never be quoted again. Its file stays where it is, and brings the article back only when the file "
        "changes, or when the index is built anew with <code>qa index --rebuild</code>."
    )
    return (
        f'<details class="removal"><summary>Remove this article from the index</summary><p>{told}</p>'
        f'<form action="/remove" method="post"><input type="hidden" name="id" value="{escape(found.id)}">'
        '<p class="buttons"><button>Remove it</button></p></form></details>'
    )


def web_address(url: str | None) -> str | None:
    """The address when it is http or https with a host and nothing hidden in it, else None."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    known = parts.scheme in {"http", "https"} and parts.hostname
    return parts.geturl() if known and parts.geturl().isprintable() else None


def _origin(found: Article) -> str:
    lines = []
    if found.byline.url:
        shown = escape(found.byline.url)
        if address := web_address(found.byline.url):
            shown = f'<a href="{escape(address)}" rel="noopener noreferrer nofollow" target="_blank">{shown}</a>'
        lines.append(f"<dt>Published at</dt><dd>{shown}</dd>")
    if found.path:
        lines.append(f"<dt>Read from</dt><dd>{escape(found.path)}</dd>")
    if found.member:
        lines.append(f"<dt>In it</dt><dd>{escape(found.member)}</dd>")
    return f'<dl class="origin">{"".join(lines)}</dl>' if lines else ""


def _buttons(found: Article, span: Span | None) -> str:
    buttons = '<button type="button" data-copy="" hidden>Copy link</button>'
    if span is not None:
        byline = found.byline
        date = day(byline.published) if byline.published else None
        number = found.page(span[0])
        page = f"p. {number}" if number else None
        known = (byline.author, byline.title, byline.outlet, date, page, byline.url)
        source = ", ".join(part for part in known if part)
        words = escape(f"“{found.text[span[0] : span[1]]}”\n— {source}")
        buttons += f'<button type="button" data-copy="{words}" hidden>Copy quote with source</button>'
    return f'<p class="buttons">{buttons}</p>'
