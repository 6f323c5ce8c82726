"""`make bench-askers`: many askers at the reading network, one after another under a lock or batched across askers.

The lock is what the product does. The other way collects what several askers wait for and reads it in one pass, sorted
by length so that little is padded. Both read the very same pairs in turns, in one process; times are medians.
"""

import random
import statistics
import threading
import time
from functools import partial

import numpy as np
import torch
from bench import QUESTIONS, passages
from figures import commit, keep, made

from index.embed import number_format
from index.settings import Settings
from qa.marking import WEIGHTS
from qa.network import trained

ASKERS = (1, 2, 4, 8)
EACH = 12
"""Passages a question."""
TIMES = 7


def asked(count):
    """The pairs of question, header and words that each asker waits for, of 30 to 150 words, as passages are."""
    drawn = random.Random(count)
    for number in range(count):
        texts = [" ".join(text.split()[: drawn.randrange(30, 150)]) for text in passages(EACH, seed=number)]
        yield [(QUESTIONS[number % len(QUESTIONS)], "Header", text) for text in texts]


def through(network, pairs, at_once):
    """Read pairs, shortest first, so many in a pass."""
    ordered = sorted(pairs, key=lambda pair: len(pair[2]))
    for first in range(0, len(ordered), at_once):
        with torch.inference_mode():
            network(network.encode(*zip(*ordered[first : first + at_once], strict=True)))


def locked(network, work):
    """Each asker in a thread of its own, two at work at a time, as at the desk."""
    desk, turn = threading.Semaphore(2), threading.Lock()

    def ask(pairs):
        with desk, turn:
            through(network, pairs, 4)

    threads = [threading.Thread(target=ask, args=(pairs,)) for pairs in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def queued(network, work, at_once):
    """What all of them wait for, together."""
    through(network, [pair for pairs in work for pair in pairs], at_once)


def main():
    settings = Settings()
    network = trained(WEIGHTS, number_format(settings.dtype))
    ways = {"a lock": partial(locked, network)}
    for at_once in (4, 12, 24):
        ways[f"one queue, {at_once} pairs a pass"] = partial(queued, network, at_once=at_once)
    queued(network, list(asked(1)), 4)
    rows = []
    for askers in ASKERS:
        work, seconds = list(asked(askers)), {name: [] for name in ways}
        for _ in range(TIMES):
            for name, way in ways.items():
                began = time.perf_counter()
                way(work)
                seconds[name].append(time.perf_counter() - began)
        base = statistics.median(seconds["a lock"])
        shares = [
            f"{statistics.median(np.divide(times, seconds['a lock'])):.2f}"
            for name, times in seconds.items()
            if name != "a lock"
        ]
        rows.append(f"| {askers} | {1000 * base / askers:.0f} | {' | '.join(shares)} |\n")
        print(rows[-1], end="")
    titles = "| askers | ms a question under the lock | " + " | ".join(f"{name}, time ×" for name in list(ways)[1:])
    table = made("bench-askers", commit()) + f"{titles} |\n|---|---|---|---|---|\n" + "".join(rows)
    keep("askers", table)


if __name__ == "__main__":
    main()
