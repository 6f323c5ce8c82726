"""The app over a few articles and without a model, in a process of its own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress

from conftest import ROOT
from cuttings import faked, opened

from index.settings import Settings

PATIENCE_S = 120


@contextmanager
def serving(folder):
    """Serve a home in a folder; give the address, and what the app holds of the index."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with faked(), (folder / "log.txt").open("w") as log:
        live = opened(folder)
        app = subprocess.Popen(
            [sys.executable, __file__, str(live.settings.home), str(port)],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=log,
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "TMPDIR": str(folder), "HF_HUB_OFFLINE": "1"},
        )  # fmt: skip
        try:
            until = time.monotonic() + PATIENCE_S
            while app.poll() is None and time.monotonic() < until:
                with suppress(OSError):
                    fetch(f"http://127.0.0.1:{port}/favicon.svg")
                    break
                time.sleep(0.1)
            assert app.poll() is None, (folder / "log.txt").read_text()
            yield f"http://127.0.0.1:{port}", live
        finally:
            app.terminate()
            app.wait(30)


def fetch(url, *, data=None, raw=None, **headers):
    """Send JSON, or bytes, or nothing; give the status, the body, and the headers."""
    sent = raw if data is None else json.dumps(data).encode()
    request = urllib.request.Request(url, sent, {"content-type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode(), refused.headers


def ask(site, *data, call="ask"):
    """Ask by the REST call; give the status, and what stands in the body."""
    status, body, _ = fetch(f"{site}/gradio_api/run/{call}", data={"data": list(data)})
    return status, json.loads(body)


if __name__ == "__main__":
    import app

    with faked():
        app.serve(Settings(home=sys.argv[1], port=int(sys.argv[2]), answer_at=0))
