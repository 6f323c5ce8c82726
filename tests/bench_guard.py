"""`make bench-guard`: files a second with and without the guard, printed and written into docs/benchmarks.md."""

import os
import resource
import statistics
import tempfile
import time
from pathlib import Path

from bench import sentences
from figures import commit, keep, made

from index import guard
from index.article import Draft
from index.clean import clean
from index.loaders import load
from index.settings import Settings

RUNS = 3


def unguarded(paths, settings):
    for path in paths:
        yield path, (clean(one, path) if isinstance(one, Draft) else one for one in load(path, settings))


def written(folder, kind, count):
    """Articles of 25 sentences, about 600 words each; the pages have furniture around them."""
    pool = sentences()
    for number in range(count):
        parts = [" ".join(pool[(number + 5 * at + n) % len(pool)] for n in range(5)) for at in range(5)]
        if kind == ".html":
            links = "".join(f"<li><a href='/{n}'>Section {n}</a></li>" for n in range(40))
            body = "".join(f"<p>{part}</p>" for part in parts)
            text = (
                f"<html><head><title>Report {number}</title></head><body><nav><ul>{links}</ul></nav>"
                f"<h1>Report {number}</h1><article>{body}</article><footer>{links}</footer></body></html>"
            )
        else:
            text = "\n\n".join([f"Report {number}", "By Ann Lee", *parts])
        (folder / f"{number:04}{kind}").write_text(text, encoding="utf-8")
    return sorted(folder.iterdir())


def spent(read, paths):
    """Seconds, and seconds of processor time of this process and its children."""

    def processor():
        own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime

    began, worked = time.perf_counter(), processor()
    articles = sum(1 for _, ones in read(paths, Settings()) for _ in ones)
    assert articles == len(paths)
    return time.perf_counter() - began, processor() - worked


def first(path):
    """Seconds until the first small file is read, and the memory of the child then in MB; on Linux only."""
    began = time.perf_counter()
    files = guard.read([path], Settings())
    _, ones = next(files)
    list(ones)
    took = time.perf_counter() - began
    task = Path(f"/proc/self/task/{os.getpid()}/children")
    memory = float("nan")
    if task.exists():
        (pid,) = task.read_text().split()
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        memory = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    files.close()
    return took, memory


def measured():
    """Give the lines of the table."""
    lines = [
        "| files | without, files/s | with, files/s | processor time, with / without, ms a file |",
        "|---|---|---|---|",
    ]
    for kind, count in ((".txt", 1000), (".html", 300)):
        with tempfile.TemporaryDirectory() as made:
            paths = written(Path(made), kind, count)
            spent(unguarded, paths[:20])  # what is loaded at the first file is not the guard's cost
            runs = [(*spent(unguarded, paths), *spent(guard.read, paths)) for _ in range(RUNS)]
            plain_s, plain_work, guarded_s, guarded_work = (statistics.median(one) for one in zip(*runs, strict=True))
            rates = f"{count / plain_s:,.0f} | {count / guarded_s:,.0f}"
            work = f"{1000 * guarded_work / count:.1f} / {1000 * plain_work / count:.1f}"
            lines.append(f"| {count:,} {kind} | {rates} | {work} |")
            if kind == ".txt":
                starts = [first(paths[0]) for _ in range(RUNS)]
    took, memory = (statistics.median(values) for values in zip(*starts, strict=True))
    lines += [
        "",
        f"From the start to the first small file {took:.2f} s; the child takes {memory:.0f} MB then. Load of the",
    ]
    lines[-1] += f" machine at the end, processes that would run: {os.getloadavg()[0]:.1f}."
    return lines


def main():
    table = made("bench-guard", commit()) + "\n".join(measured()) + "\n"
    print(table)
    keep("guard", table)


if __name__ == "__main__":
    main()
