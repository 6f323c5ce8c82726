"""`make bench-archive`: memory and time of indexing 1,000 to 100,000 articles, printed and put into docs/benchmarks.md.

Each size is indexed by a process of its own. The embedding model is loaded and embeds one batch, so that its memory
counts; the other vectors are drawn, because to embed 400,000 passages takes hours and no more memory.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from bench_copies import invented
from figures import ROOT, commit, keep, made

SIZES = (1_000, 10_000, 100_000)
STAGES = ("reading", "comparing", "cutting", "embedding", "writing")
ALLOWED_MB = 1_500
"""Beside the index itself, whatever the number of articles."""


def corpus(path, count):
    """Articles of 400 words, no two of them nearly alike, in BEIR's layout."""
    with path.open("w", encoding="utf-8") as file:
        for article in invented(count):
            byline = article.byline
            metadata = {"source": byline.outlet, "date": byline.published}
            line = {"_id": article.id, "title": byline.title, "text": article.text, "metadata": metadata}
            file.write(json.dumps(line) + "\n")


def measure(count):
    """Index that many articles here; give the figures."""
    from index import build, generations
    from index.embed import SentenceEmbedder, unit
    from index.settings import Settings
    from qa.evaluation.speed import peak_rss_mb

    folder = Path(tempfile.mkdtemp(prefix="verbatim-bench-"))
    settings = Settings(home=folder / "home")
    real = SentenceEmbedder(settings)

    class Drawn:
        fingerprint, dim, max_pieces = real.fingerprint, real.dim, real.max_pieces

        def __init__(self, *_):
            self.batches = 0

        def pieces(self, texts):
            return [len(text.split()) * 4 // 3 + 2 for text in texts]

        def passages(self, texts):
            self.batches += 1
            if self.batches == 1:
                return real.passages(texts)
            return unit(np.random.default_rng(self.batches).normal(size=(len(texts), self.dim)))

    build.SentenceEmbedder = Drawn
    peaks, began = {}, time.perf_counter()

    def listener(at):
        peaks[at.stage] = peak_rss_mb()

    try:
        corpus(folder / "corpus.jsonl", count)
        began = time.perf_counter()
        report = build.index([folder / "corpus.jsonl"], settings, listener=listener)
        took = time.perf_counter() - began
        assert (report.new, report.faults) == (count, ())
        current = generations.current(settings.home).folder
        index = sum(path.stat().st_size for path in current.rglob("*") if path.name != generations.CORPUS) / 2**20
        peak = peak_rss_mb()
        return {
            "articles": count,
            "passages": report.passages,
            "took": took,
            "peaks": peaks,
            "peak": peak,
            "index": index,
        }
    finally:
        subprocess.run(["rm", "-r", str(folder)], check=True)


def main():
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    table = made("bench-archive", commit())
    heads = ["articles", "passages", *(f"{stage}, peak MB" for stage in STAGES), "vectors and words, MB"]
    heads += ["peak beyond them, MB", "seconds, embedding left out"]
    table += f"| {' | '.join(heads)} |\n{'|---' * len(heads)}|\n"
    print(table, end="")
    for count in [int(size) for size in sys.argv[1:]] or SIZES:
        done = subprocess.run(
            [sys.executable, __file__, "--one", str(count)], env=env, stdout=subprocess.PIPE, text=True, check=True
        )
        found = json.loads(done.stdout.splitlines()[-1])
        beyond = found["peak"] - found["index"]
        cells = [count, found["passages"], *(found["peaks"].get(stage, 0) for stage in STAGES), found["index"]]
        row = "| " + " | ".join(f"{cell:,.0f}" for cell in [*cells, beyond, found["took"]]) + " |\n"
        print(row, end="", flush=True)
        table += row
        assert beyond <= ALLOWED_MB, f"{beyond:,.0f} MB beside the index, {ALLOWED_MB:,} are allowed"
    keep("archive", table)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(int(sys.argv[2]))))
    else:
        main()
