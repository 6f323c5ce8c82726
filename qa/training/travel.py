"""What a machine needs to train -> loads that can travel; what came back from it -> the weights in the package."""

import json
import logging
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor

from index.article import Byline
from index.chunk import header
from index.errors import TrainingError
from index.models import model_folder
from qa import weights
from qa.network import Network
from qa.training import parts, pieces, recipe, sources, teacher_files, tensors
from qa.training.encoder import Shape
from qa.training.examples import Example
from qa.training.rows import KINDS, Rows
from qa.training.teach import MEASURED, ROWS, START, STUDENT, WORDS

log = logging.getLogger("verbatim")

LOAD_BYTES = 52 << 20
"""Of a load at most: where a transfer takes 64 MiB, the project's own files and what packs them need the rest."""
_PIECE_BYTES = 16 << 20
"""Of a piece of the teacher: three fill a load."""
_WATCHED = "squad2-half"
_FEWER = (24, 18, 12, 8, 4)
"""Found passages of a question that are left, the best ranked, until the rows fit into a load."""


def pack(places: recipe.Places, into: Path, questions: int | None = None) -> list[Path]:
    """Make loads of all that `teach` needs: the teacher, where ours starts, rows to learn from and rows to measure on.

    Args:
        places: Rows and teacher are made there, or fetched, where they are not there yet.
        into: Folder that gets the loads, in the place of others.
        questions: For a trial: of so many questions the rows, and a quarter as many measured; None for all.

    Returns:
        The loads: folders whose files need no more than `LOAD_BYTES` each.

    Raises:
        TrainingError: Something is damaged, or cannot be made or fetched.
    """
    fetched = teacher_files.fetch(places.work / "teacher")
    recipe.prepare(places)
    rows = Rows.load(places.work / ROWS)
    model, whole = model_folder(), into / "whole"
    for old in (whole, *into.glob("load-*")):
        shutil.rmtree(old, ignore_errors=True)
    fit(rows if questions is None else rows.taken(rows.bundles < questions), whole / ROWS, LOAD_BYTES)
    watched = islice(_watched(places.sets / _WATCHED), questions and questions // 4)
    pieces.rows(watched, model).save(whole / MEASURED)
    start(model, whole / START)
    vocabulary = (model / "vocab.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")
    teacher_files.pieces(fetched, whole, vocabulary, _PIECE_BYTES)
    made = []
    for number, files in enumerate(loads(sorted(whole.iterdir()), LOAD_BYTES), start=1):
        made.append(into / f"load-{number}")
        made[-1].mkdir()
        size = sum(path.stat().st_size for path in files) / 2**20
        for path in files:
            path.rename(made[-1] / path.name)
        log.info("%s: %s, %.1f MiB", made[-1], ", ".join(path.name for path in files), size)
    whole.rmdir()
    return made


def fit(rows: Rows, path: Path, most_bytes: int) -> None:
    """Write rows into a file of limited size; what does not fit are the worst ranked of the passages found.

    Raises:
        TrainingError: Even with few of them it is too large.
    """
    found = rows.kinds == KINDS.index("found")
    # A bundle's found passages stand together, the best first.
    _, bundle, counts = torch.unique_consecutive(rows.bundles[found], return_inverse=True, return_counts=True)
    rank = torch.zeros(len(rows), dtype=torch.int64)
    rank[found] = torch.arange(len(bundle)) - (counts.cumsum(dim=0) - counts)[bundle]
    rows.save(path)
    for most in _FEWER:
        if path.stat().st_size <= most_bytes:
            return
        rows.taken(rank < most).save(path)
        log.info("the rows are too many to travel together: %d found passages of a question are left", most)
    if path.stat().st_size > most_bytes:
        raise TrainingError(
            f"The rows take more than {most_bytes} bytes: draw fewer questions in qa/training/recipe.py."
        )


def loads(files: Iterable[Path], most_bytes: int) -> list[list[Path]]:
    """Deal files out to as few loads as come of giving each, the largest first, to the first that has room.

    Raises:
        TrainingError: One is larger than a load.
    """
    dealt: list[list[Path]] = []
    room: list[int] = []
    for path in sorted(files, key=lambda path: -path.stat().st_size):
        size = path.stat().st_size
        if size > most_bytes:
            raise TrainingError(f"{path} takes {size} bytes, more than a load of {most_bytes}: it cannot travel.")
        place = next((place for place, left in enumerate(room) if left >= size), len(room))
        if place == len(room):
            dealt.append([])
            room.append(most_bytes)
        dealt[place].append(path)
        room[place] -= size
    return dealt


def start(model: Path, path: Path) -> None:
    """Write where the student starts: the packaged encoder, its words in eight bits and its layers in float16.

    Args:
        model: Folder of a BERT model.
        path: Gets the file.
    """
    numbers = {name.removeprefix("encoder."): each for name, each in Network(model).untrained().items()}
    words = parts.in_eight_bits({WORDS.removeprefix("encoder."): numbers.pop(WORDS.removeprefix("encoder."))})
    shape = Shape.of(json.loads((model / "config.json").read_text(encoding="utf-8")))
    tensors.write(path, {**words, **{name: each.half() for name, each in numbers.items()}}, {"shape": asdict(shape)})


def land(folder: Path, into: Path, model: Path) -> None:
    """Write what came back as weights beside a card: as what it changes of the packaged model's exact numbers.

    Args:
        folder: Of the student's pieces.
        into: Gets the weights; the card gets the same name with `.json`.
        model: Folder of the packaged model.

    Raises:
        TrainingError: A piece is missing or damaged, or they are of another model.
    """
    numbers, card = parts.read(sorted(folder.glob(f"{STUDENT}-*.zip")), STUDENT)
    network = Network(model)
    base = network.untrained()
    trained = {name: each.float() for name, each in numbers.items()} | {WORDS: base[WORDS]}
    if _sizes(trained) != _sizes(network.state_dict()):
        raise TrainingError(f"What {folder} holds is of another model than that in {model}: pack the loads again.")
    weights.write(weights.pack(trained, base), into, {**card, "started_from": "the packaged encoder"})
    log.info("%s: %.1f MiB, %s", into, into.stat().st_size / 2**20, card["figures"])


def _sizes(numbers: Mapping[str, Tensor]) -> dict[str, list[int]]:
    return {name: list(each.shape) for name, each in numbers.items()}


def _watched(folder: Path) -> Iterator[Example]:
    """Pair questions that no weight of a network has seen with the whole paragraph that each is about."""
    dataset, about = recipe.tuned(folder), sources.about(folder)
    with (folder / "corpus.jsonl").open(encoding="utf-8") as lines:
        articles = {row["_id"]: row for row in map(json.loads, lines)}
    for question in dataset.questions:
        id = question.spans[0].article_id if question.spans else about[question.id][0]
        spans = tuple((gold.start, gold.end) for gold in question.spans if gold.article_id == id)
        title, text = header(Byline(articles[id]["title"])), articles[id]["text"]
        yield Example(dataset.name, question.id, question.text, title, text, spans, "answer" if spans else "trap")
