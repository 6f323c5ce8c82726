"""`make bench`: speed and memory on this machine, printed and written into docs/benchmarks.md.

Every figure has its baseline in the same run, because machines are noisy; times are medians.
"""

import json
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
from figures import ROOT, commit, keep, made

QUESTIONS = [
    "who defected?",
    "which countries still recognise Maduro?",
    "who is the defence minister?",
    "when did Guaido declare himself president?",
    "what did Tulsi Gabbard say?",
    "what is the population of Venezuela?",
    "why does the military stay with the president?",
    "how many people have fled economic hardship, hunger and political violence?",
]
LARGE = 40_000
"""Of five sentences each; cut as articles are, they make about half as many again."""


def sentences():
    from index.text import sentences

    text = next((ROOT / "seeds").glob("*.txt")).read_text(encoding="utf-8")
    lines = [line for line in text.split("\n") if len(line) > 80]
    return [line[a:b] for line in lines for a, b in sentences(line)]


def passages(count, seed):
    """Passages of about 110 words, made of the seed article's sentences in random order."""
    drawn, pool = random.Random(seed), sentences()
    return [" ".join(drawn.sample(pool, 5)) for _ in range(count)]


def embedding():
    """Passages a second, ours and a plain SentenceTransformer's, alternating in one process."""
    from sentence_transformers import SentenceTransformer

    from index.embed import SentenceEmbedder
    from index.models import model_folder
    from index.settings import Settings

    ours, plain = SentenceEmbedder(Settings()), SentenceTransformer(str(model_folder()))
    texts = passages(256, seed=1)
    ours.passages(texts[:32]), plain.encode(texts[:32])
    rates = {"ours": [], "plain": []}
    for _ in range(5):
        for name, encode in (("ours", ours.passages), ("plain", plain.encode)):
            began = time.perf_counter()
            encode(texts)
            rates[name].append(len(texts) / (time.perf_counter() - began))
    ratio = statistics.median(a / b for a, b in zip(rates["ours"], rates["plain"], strict=True))
    return statistics.median(rates["ours"]), statistics.median(rates["plain"]), ratio


def first_answer(home):
    """Seconds from the start of `qa serve --articles seeds` to its first answer, and the peak memory until then."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("qa")),
        "serve",
        "--articles",
        "seeds",
        "--home",
        str(home),
        "--port",
        str(port),
    ]
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as app:
        try:
            while True:
                try:
                    body = json.dumps({"data": ["who defected?", 3, "", "", "", ""]}).encode()
                    request = urllib.request.Request(
                        f"http://127.0.0.1:{port}/gradio_api/run/ask", body, {"content-type": "application/json"}
                    )
                    with urllib.request.urlopen(request, timeout=60) as answer:
                        reply = json.load(answer)["data"][0]
                    break
                except urllib.error.HTTPError:
                    raise
                except (urllib.error.URLError, ConnectionError):
                    if app.poll() is not None or time.perf_counter() - began > 300:
                        raise
                    time.sleep(0.05)
            seconds = time.perf_counter() - began
            assert "Francisco Yanez" in reply["quotes"][0]["text"], reply
            peak = (
                re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{app.pid}/status").read_text())
                if sys.platform == "linux"
                else None
            )
        finally:
            app.terminate()
    return seconds, int(peak[1]) / 1024 if peak else float("nan")


def large_home(home):
    """An index of about 60,000 passages with random vectors: as costly to search as real ones, and made in seconds."""
    from index import build
    from index.article import Article, Byline
    from index.embed import SentenceEmbedder, unit
    from index.ledger import Ledger
    from index.report import Report
    from index.settings import Settings

    settings = Settings(home=home)
    real = SentenceEmbedder(settings)

    class Drawn:
        fingerprint, dim, max_pieces = real.fingerprint, real.dim, real.max_pieces

        def pieces(self, texts):
            return [len(text.split()) + 2 for text in texts]

        def passages(self, texts):
            return unit(np.random.default_rng(len(texts)).normal(size=(len(texts), self.dim)))

    folder = home / "next"
    folder.mkdir(parents=True)
    with Ledger(folder / "corpus.sqlite") as ledger:
        ledger.begin("drawn")
        texts = passages(LARGE, seed=2)
        for number in range(0, LARGE, 10):
            text = "\n\n".join(texts[number : number + 10])
            ledger.put(Article(f"a{number}", text, Byline(f"Article {number}")), "drawn")
        build.learn = lambda *_: None  # of the same few sentences, all would be one story
        build._finish(ledger, Report(), settings, Drawn(), lambda _: None)
    return settings


def asking(settings):
    """Milliseconds a question, p50 and p95; of it search, and search by vectors alone."""
    from qa import assemble

    assemble._same_model = lambda *_: None  # drawn vectors are no model's
    live = assemble.Live(settings)
    qa = live.qa()
    qa.ask(QUESTIONS[0])
    replies = [qa.ask(question) for _ in range(10) for question in QUESTIONS]
    total = sorted(reply.took_ms["total"] for reply in replies)
    search = statistics.median(reply.took_ms["search"] for reply in replies)
    dense, plain = qa.searcher, []
    while dense.parts:
        dense = dense.parts[0]
    for question in QUESTIONS * 3:
        began = time.perf_counter()
        dense.search(question, 10)
        plain.append(1000 * (time.perf_counter() - began))
    return statistics.median(total), total[int(0.95 * len(total))], search, statistics.median(plain), qa.corpus.counts()


def main():
    rows = []
    ours, plain, ratio = embedding()
    rows.append(("passages embedded a second", f"{ours:.0f}", f"plain encode {plain:.0f} (x{ratio:.2f})"))
    with tempfile.TemporaryDirectory() as folder:
        cold, peak = first_answer(Path(folder) / "home")
        warm, _ = first_answer(Path(folder) / "home")
        rows.append(("seconds from start to the first answer, seeds not yet indexed", f"{cold:.1f}", "–"))
        rows.append(("the same, seeds already indexed", f"{warm:.1f}", f"first start {cold:.1f}"))
        rows.append(("peak memory of the app until then, MB", f"{peak:.0f}", "–"))
        from index.settings import Settings

        for settings in (Settings(home=Path(folder) / "home"), large_home(Path(folder) / "large")):
            for reader, name in (("none", "without the reading network"), ("own", "with it")):
                p50, p95, search, nearest, counts = asking(settings.model_copy(update={"reader": reader}))
                where = f"over {counts.passages:,} passages, {name}"
                figure = f"{p50:.0f} / {p95:.0f}"
                rows.append((f"ms a question {where}, p50 / p95", figure, f"vectors alone {nearest:.0f}"))
                rows.append((f"of it search {where}, p50", f"{search:.0f}", "the rest weighs sentences"))
    table = made("bench", commit()) + "| figure | here | baseline, same run |\n|---|---|---|\n"
    table += "".join(f"| {name} | {value} | {base} |\n" for name, value, base in rows)
    print(table)
    keep("speed", table)


if __name__ == "__main__":
    main()
