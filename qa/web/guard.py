"""What stands before every request: who may ask, and the rules the answer is sent with.

A web app on a loopback address is still within reach of every page the user's browser opens: another site can send it
forms and files, or point a name of its own at 127.0.0.1. Gradio refuses neither.
"""

import re
import secrets
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), display-capture=()",
}
FRAMED = "/evaluation"
"""The one page that may stand in a frame, and on the app's own pages only."""
_HOST = re.compile(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?", re.ASCII)
"""A name or an address, and a port; no user, and no second host."""
_SCRIPT = re.compile(rb"<script(?=[\s>])")
_CARD = re.compile(rb'<meta\s[^>]*(?:property="og:|name="twitter:)[^>]*>')


def policy(nonce: str) -> str:
    """The Content-Security-Policy of Gradio's pages.

    Gradio sets style attributes and compiles its components' templates with `new Function`, so those two stay allowed;
    a script or an event handler that comes in with an article's words is not.
    """
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


class Guard:
    """ASGI middleware: refuses foreign hosts and foreign pages, and adds the security headers.

    Args:
        app: What is guarded.
        hosts: Host names it may be called by, lower case, without port.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self.app = app
        self.hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with a refusal."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        sealed = _Sealed(send, framed=scope["path"] == FRAMED)
        if (told := self.refusal(scope["method"], Headers(scope=scope))) is not None:
            await PlainTextResponse(told, status_code=403)(scope, receive, sealed)
            return
        # Without this Gradio compresses its pages, and their scripts could not be given the nonce.
        plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        try:
            await self.app({**scope, "headers": plain}, receive, sealed)
        except RuntimeError as error:
            # Gradio refuses a stream that it has begun: of a page, say, that was open before the app was started anew.
            if not isinstance(error.__cause__, HTTPException):
                raise
            await sealed({"type": "http.response.body", "body": b""})

    def refusal(self, method: str, headers: Headers) -> str | None:
        """Why a request is refused, one sentence; None when it is let in."""
        host = ",".join(headers.getlist("host"))
        try:
            name = urlsplit(f"//{host}").hostname if _HOST.fullmatch(host) else None
        except ValueError:
            name = None
        if name not in self.hosts:
            return (
                f"Refused: this app does not answer to the host {host[:80]!r}, only to {', '.join(sorted(self.hosts))}."
            )
        site = headers.get("sec-fetch-site", "none")
        navigated = method in SAFE and headers.get("sec-fetch-mode") == "navigate"
        if site in {"cross-site", "same-site"} and not navigated:
            return "Refused: the request comes from another site's page."
        origin = headers.get("origin")
        if method not in SAFE and origin is not None and origin.lower().partition("://")[2] != host.lower():
            return f"Refused: the request comes from {origin[:80]!r}, not from this app's own pages."
        return None


class _Sealed:
    """Sends a response on with the security headers; a page of Gradio's also with the nonce in its scripts."""

    def __init__(self, send: Send, *, framed: bool) -> None:
        self.send = send
        self.headers = {**HEADERS, "x-frame-options": "SAMEORIGIN"} if framed else HEADERS
        self.held: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in self.headers.items():
                headers[name] = value
            if "content-security-policy" not in headers:
                if headers.get("content-type", "").startswith("text/html"):
                    self.held = message
                    return
                headers["content-security-policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
            await self.send(message)
        elif self.held is not None:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_page(self.held)
        else:
            await self.send(message)

    async def _send_page(self, start: Message) -> None:
        nonce = secrets.token_urlsafe(16)
        page = _CARD.sub(b"", _SCRIPT.sub(b'<script nonce="%s"' % nonce.encode(), self.body))
        headers = MutableHeaders(scope=start)
        headers["content-security-policy"] = policy(nonce)
        if "content-length" in headers:
            headers["content-length"] = str(len(page))
        await self.send(start)
        await self.send({"type": "http.response.body", "body": page})
