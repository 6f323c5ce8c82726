"""`make bench-courses BEFORE=revision`: what each job of training brings; written into docs/benchmarks.md.

The network of a revision is trained on three times, each time for COURSE_SECONDS: on answers alone; with near misses;
and with rank besides, as the second course of the recipe does it. Needs the rows that `python -m qa.training rows`
makes.
"""

import dataclasses
import os
import statistics
import sys
import tempfile
from pathlib import Path

from bench_quality import BEFORE, DATA, READ, auroc, bars, drawn, read_given, weights_of
from figures import ROOT, commit, keep, made

SECONDS = float(os.environ.get("COURSE_SECONDS") or 300)
TRAINING = Path(os.environ.get("TRAINING") or ROOT / ".qa" / "training")
RANKED = "onestopqa"
"""The set whose quotes are looked at."""
FIGURES = ("nDCG@10", "quote_hit@1", "quote_hit@3")


def row_of(settings, name):
    """A row: what is read in the right paragraph, and what is found and quoted."""
    from qa.evaluation.evaluate import evaluate
    from qa.training import recipe

    reading = read_given(settings, recipe.measured(DATA / READ))
    result = evaluate(drawn(recipe.measured(DATA / RANKED)), settings, listener=bars()).result
    known = {**result["retrieval"], **result["answers"]}
    cells = [
        statistics.mean(reading.table["f1"].values()),
        auroc(reading.said, reading.known),
        *(known[figure] for figure in FIGURES),
    ]
    return f"| {name} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |"


def main():
    from index.settings import Settings
    from qa import assemble, weights
    from qa.marking import WEIGHTS
    from qa.network import trained
    from qa.training import recipe
    from qa.training.rows import KINDS, Rows

    if not BEFORE:
        sys.exit("Name the revision whose network is trained on: make bench-courses BEFORE=revision")
    measured = commit()
    settings = Settings(home=ROOT / ".qa" / "quality")
    rows = Rows.load(TRAINING / "rows.zip")
    course = dataclasses.replace(recipe.TELL, seconds=SECONDS)
    courses = (
        ("answers alone", rows.taken(rows.kinds == KINDS.index("answer")), dataclasses.replace(course, rank=0.0)),
        ("and near misses", rows, dataclasses.replace(course, rank=0.0)),
        ("and rank", rows, course),
    )
    names = (f"{READ}: F1, paragraph given", "AUROC of the odds alone", *(f"{RANKED}: {name}" for name in FIGURES))
    table = ["| learnt further from | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    with weights_of(BEFORE):
        before = assemble.WEIGHTS
        table.append(row_of(settings, "nothing"))
        for name, shown, taught in courses:
            with tempfile.TemporaryDirectory() as folder:
                packed = recipe.taught(shown, trained(before, "float32"), taught, Path(folder) / "state.zip")
                assemble.WEIGHTS = Path(folder) / WEIGHTS.name
                weights.write(packed, assemble.WEIGHTS, {"learnt further from": name})
                table.append(row_of(settings, name))
    keep("courses", made(f"bench-courses BEFORE={BEFORE}", measured) + "\n".join(table) + "\n")
    print("\n".join(table))


if __name__ == "__main__":
    main()
