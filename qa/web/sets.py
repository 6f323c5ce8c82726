"""Uploaded files -> a set of questions under a name of its own, read once so that it is known to be one.

```
<home>/evaluations/sets/
    onestopqa/    corpus.jsonl  queries.jsonl  qrels.tsv  spans.jsonl
    dev.json      a SQuAD file, or a .csv
```
"""

from __future__ import annotations

import filecmp
import itertools
import shutil
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from index.article import Fault
from index.errors import EvaluationError, Unwritable
from qa.evaluation import sets
from qa.evaluation.keeping import FOLDER, SETS
from qa.web.inbox import safe_name

if TYPE_CHECKING:
    from index.corpus import Corpus

KINDS = [".json", ".csv", ".jsonl", ".tsv", ".zip"]
MOST_BYTES = 500_000_000
"""What a .zip may unpack to."""
MOST_LISTED = 50
"""Files of a .zip that are listed one by one when they are left out."""

_QUERIES, _QRELS = "queries.jsonl", "qrels.tsv"
_LAYOUT = {"corpus.jsonl", _QUERIES, _QRELS, "spans.jsonl"}
_SPLIT = "qrels/test.tsv"
_GIVE = (
    "Give a SQuAD file (.json), a table of questions (.csv), a .zip in BEIR’s layout, or its files together: "
    "queries.jsonl, and corpus.jsonl, qrels.tsv and spans.jsonl where there are any."
)


def names(home: Path) -> list[str]:
    """The sets uploaded before, by name."""
    shelf = home / FOLDER / SETS
    return sorted(path.name for path in shelf.iterdir()) if shelf.is_dir() else []


def source(home: Path, name: str) -> Path:
    """Give the folder or the file of an uploaded set.

    Raises:
        EvaluationError: There is no such set.
    """
    if name not in names(home):
        raise EvaluationError(f"There is no uploaded set “{name[:80]}”: choose another, or upload it again.")
    return home / FOLDER / SETS / name


def keep(dropped: Sequence[Path], home: Path, corpus: Corpus | None) -> tuple[str, list[Fault]]:
    """Keep uploaded files as a set; the same files under the same name are kept once.

    Args:
        dropped: One SQuAD file, one CSV, one .zip, or the loose files of BEIR's layout; their names are the user's own.
        home: Of the index.
        corpus: The index in force, for sets without articles of their own; None when nothing is indexed.

    Returns:
        The set's name, and what was left out of a .zip.

    Raises:
        EvaluationError: They are no set that can be used; nothing is kept.
        Unwritable: They could not be copied.
    """
    shelf = home / FOLDER / SETS
    faults: list[Fault] = []
    try:
        shelf.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="upload-", dir=shelf.parent) as made:
            found = _place(dropped, Path(made), faults)
            sets.read(found, corpus=corpus)
            for number in itertools.count(1):
                kept = shelf / (found.name if number == 1 else f"{found.stem}-{number}{found.suffix}")
                if not kept.exists():
                    found.rename(kept)
                    break
                if _same(found, kept):
                    break
    except OSError as error:
        raise Unwritable(
            f"The files could not be copied to {shelf} ({error.strerror}): make room, or choose another home."
        ) from error
    return kept.name, faults


def _same(one: Path, other: Path) -> bool:
    if one.is_dir() != other.is_dir():
        return False
    if not one.is_dir():
        return filecmp.cmp(one, other, shallow=False)
    names = {path.name for path in one.iterdir()}
    return names == {path.name for path in other.iterdir()} and all(_same(one / name, other / name) for name in names)


def _place(dropped: Sequence[Path], made: Path, faults: list[Fault]) -> Path:
    """Copy the files of a set into a folder, under the names of its layout; give what is to be read."""
    name = safe_name(dropped[0].name) if dropped else ""
    suffix = Path(name).suffix
    if len(dropped) == 1 and suffix in (".json", ".csv"):
        shutil.copyfile(dropped[0], made / name)
        return made / name
    if len(dropped) == 1 and suffix == ".zip":
        folder = made / Path(name).stem.replace(".", "-")
        folder.mkdir()
        _unpack(dropped[0], folder, faults)
        return folder
    loose = {_QRELS if path.name == PurePosixPath(_SPLIT).name else path.name: path for path in dropped}
    strange = sorted(path.name[:80] for name, path in loose.items() if name not in _LAYOUT)
    if strange or _QUERIES not in loose or len(loose) < len(dropped):
        wrong = f"{', '.join(strange)} {'is' if len(strange) == 1 else 'are'} no part of such a set"
        missing = "queries.jsonl is not among the files" if _QUERIES not in loose else "one file was given twice"
        raise EvaluationError(f"These files are no set of questions: {wrong if strange else missing}. {_GIVE}")
    folder = made / "set"
    folder.mkdir()
    for name, path in loose.items():
        shutil.copyfile(path, folder / name)
    return folder


def _unpack(packed: Path, folder: Path, faults: list[Fault]) -> None:
    """Unpack the files of a set out of a .zip, whatever folder in it they lie in; others are left out and listed."""
    try:
        with zipfile.ZipFile(packed) as file:
            members = [member for member in file.infolist() if not member.is_dir()]
            for member in members:
                _check(member, packed)
            wanted = _wanted(members, packed, faults)
            size = sum(member.file_size for member in wanted.values())
            if size > MOST_BYTES:
                raise EvaluationError(
                    f"{packed.name} unpacks to {size // 10**6:,} MB; at most {MOST_BYTES // 10**6:,} MB are taken. "
                    "Unpack it yourself, and name its folder instead."
                )
            for name, member in wanted.items():
                # Never more than the size stated: zipfile stops there, and the checksum tells of a lie.
                with file.open(member) as packed_file, (folder / name).open("wb") as out:
                    shutil.copyfileobj(packed_file, out)
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError) as error:
        raise EvaluationError(f"{packed.name} is damaged, or no .zip ({error}): pack it again.") from error


def _check(member: zipfile.ZipInfo, packed: Path) -> None:
    name = member.filename.replace("\\", "/")
    if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/"):
        raise EvaluationError(
            f"{packed.name} holds {name[:80]!r}, which leads out of its folder: nothing was unpacked. Pack it again."
        )
    if member.flag_bits & 0x1:
        raise EvaluationError(f"{packed.name} is locked with a password: pack it without one.")


def _wanted(members: Sequence[zipfile.ZipInfo], packed: Path, faults: list[Fault]) -> dict[str, zipfile.ZipInfo]:
    """Give the files of the one set in a .zip, by their name in the layout."""
    paths = [PurePosixPath(member.filename.replace("\\", "/")) for member in members]
    roots = {path.parent for path in paths if path.name == _QUERIES}
    if len(roots) != 1:
        held = f"{len(roots)} sets" if roots else "no queries.jsonl"
        raise EvaluationError(f"{packed.name} holds {held}: pack one set. {_GIVE}")
    root = roots.pop()
    wanted: dict[str, zipfile.ZipInfo] = {}
    left = []
    for path, member in sorted(zip(paths, members, strict=True), key=lambda pair: str(pair[0])):
        inside = path.relative_to(root).as_posix() if path.is_relative_to(root) else ""
        # Sorted, the folder of splits comes after the file that wins over it.
        name = _QRELS if inside == _SPLIT else inside
        if name in _LAYOUT and name not in wanted:
            wanted[name] = member
        else:
            left.append(path.as_posix())
    reason = "it is no part of BEIR’s layout, or there is another of its kind, so it was left out."
    faults += [Fault(f"{packed.name}/{name}", reason) for name in left[:MOST_LISTED]]
    if len(left) > MOST_LISTED:
        more = len(left) - MOST_LISTED
        faults.append(Fault(packed.name, f"{more:,} more files were left out for the same reason."))
    return wanted
