"""Where evaluations are kept: what is under way survives a crash, what is finished gets a number and never changes.

```
<home>/evaluations/
    sets/             those that were uploaded
    cache/            vectors by content, and one index for each corpus that came with a set
    next-<key>/       an evaluation under way: what was asked is kept, and taken up again
    0007-onestopqa/   a finished one; see `record`
```
"""

import hashlib
import json
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

import index
from index.corpus import Corpus
from index.errors import Busy, QuestionError
from qa.evaluation.record import PASSAGES, RESULT, ROWS, RUN, Evaluation, Row
from qa.trec import run_lines

FOLDER, SETS = "evaluations", "sets"
_ABANDONED_S = 30 * 24 * 3600


def evaluations(home: Path) -> list[Evaluation]:
    """Give the finished evaluations of a home, newest first."""
    folders = sorted((home / FOLDER).glob("[0-9]*-*"), reverse=True)
    return [Evaluation.open(folder) for folder in folders if (folder / RESULT).is_file()]


@contextmanager
def under_way(folder: Path) -> Iterator[None]:
    """Hold the folder of an evaluation under way; others that nobody has gone on with for a month are dropped.

    Raises:
        Busy: Another process asks the same questions.
    """
    try:
        with FileLock(folder.with_suffix(".lock"), timeout=0):
            folder.mkdir(exist_ok=True)
            for other in folder.parent.glob("next-*"):
                if other != folder and other.is_dir() and time.time() - other.stat().st_mtime > _ABANDONED_S:
                    shutil.rmtree(other, ignore_errors=True)
            yield
        folder.with_suffix(".lock").unlink(missing_ok=True)
    except Timeout as error:
        raise Busy("Another process runs this very evaluation: wait until it is done.") from error


def taken_up(path: Path) -> list[Row]:
    """Read the rows that an interrupted run wrote, and cut off a last one that it wrote in part."""
    if not path.exists():
        return []
    whole = path.read_bytes()
    whole = whole[: whole.rfind(b"\n") + 1]
    path.write_bytes(whole)
    return [Row.of(json.loads(line)) for line in whole.splitlines()]


def put_down(path: Path, rows: Iterable[Row]) -> None:
    """Add rows to those that `taken_up` reads."""
    with path.open("a", encoding="utf-8") as file:
        file.writelines(_line(row.to_json()) for row in rows)


def keep(folder: Path, result: dict[str, Any], rows: Sequence[Row], corpus: Corpus) -> Evaluation:
    """Write a finished evaluation, and give its folder its number last.

    Args:
        folder: Of the evaluation under way.
        result: Its figures; gets `id` and `per_question`, and a fault where a TREC run cannot carry the ids.
        rows: Scored.
        corpus: Holds the passages that the rows show.
    """
    numbers = [int(path.name.partition("-")[0]) for path in folder.parent.glob("[0-9]*-*")]
    slug = re.sub(r"[^\w.-]+", "-", result["dataset"]).strip("-.") or "set"
    final = folder.parent / f"{max(numbers, default=0) + 1:04d}-{slug[:60]}"
    for left in folder.iterdir():
        left.unlink()
    _write(folder / ROWS, (row.to_json() for row in rows))
    _write(folder / PASSAGES, _shown(rows, corpus))
    try:
        lines = [line for row in rows for line in run_lines(row.id, row.ranking)]
        (folder / RUN).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except QuestionError as error:
        result["faults"].append({"where": RUN, "reason": str(error)})
    result = {"id": final.name, **result, "per_question": str((final / ROWS).resolve())}
    (folder / RESULT).write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")
    folder.rename(final)
    return Evaluation.open(final)


def _shown(rows: Sequence[Row], corpus: Corpus) -> Iterator[dict[str, Any]]:
    """Give each passage that a row shows, once."""
    wanted: dict[str, list[int]] = {}
    for name in dict.fromkeys(found.passage for row in rows for found in row.found):
        id, _, number = name.rpartition("#")
        wanted.setdefault(id, []).append(int(number))
    for id, ordinals in wanted.items():
        title = corpus.article(id).byline.title
        passages = {passage.ordinal: passage for passage in corpus.passages_of(id)}
        for ordinal in ordinals:
            passage = passages[ordinal]
            place = {"article_id": id, "title": title, "start": passage.start, "end": passage.end}
            yield {"id": passage.name, **place, "text": passage.text}


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(_line(row) for row in rows)


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def code() -> str:
    """Name the code that both packages are made of: what it gives under other code is another figure."""
    root = Path(index.__file__).parent.parent
    digest = hashlib.sha256()
    for path in sorted(path for part in ("index", "qa") for path in (root / part).rglob("*.*")):
        if path.suffix in (".py", ".json"):
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]
