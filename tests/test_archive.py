"""Archives: what is read in them, how it is named, and what hostile ones cannot do."""

import io
import json
import tarfile
import warnings
import zipfile
import zlib
from pathlib import Path

import pytest
from loading import P1, P2, P3, draft, drafts, faults, read, reason

from index.article import Draft, Fault
from index.clean import clean
from index.loaders import archive as room
from index.loaders import kind_of, load
from index.settings import Settings

KINDS = (".zip", ".tar.gz", ".tgz")


def packed(path: Path, members: dict[str, str | bytes]) -> Path:
    """Write an archive of the kind that its name says."""
    data = {name: words.encode() if isinstance(words, str) else words for name, words in members.items()}
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, words in data.items():
                archive.writestr(name, words)
    else:
        with tarfile.open(path, "w:gz") as archive:
            for name, words in data.items():
                info = tarfile.TarInfo(name)
                info.size = len(words)
                archive.addfile(info, io.BytesIO(words))
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_members_are_articles_named_by_their_path(tmp_path: Path, kind: str) -> None:
    path = packed(
        tmp_path / f"a{kind}",
        {
            "may/a.txt": P1, "may/Ünï.MD": f"# Bridge\n\n{P2}", "b.csv": f'title,text\nT,"{P3}"\n',
            "tower.png": b"\x89PNG", "__MACOSX/a.txt": "x", "may/.hidden.txt": "x",
            ".git/a.txt": "x", "empty.txt": "", "c.jsonl": "{broken",
        },
    )  # fmt: skip
    got = read(path)
    assert [(one.name, one.text) for one in drafts(got)] == [
        ("may/a.txt", P1), ("may/Ünï.MD", f"Bridge\n\n{P2}"), ("b.csv!/row 1", f"T\n\n{P3}"),
    ]  # fmt: skip
    assert [where for where, _ in faults(got, path)] == ["!/empty.txt", "!/c.jsonl:1"]
    assert clean(drafts(got)[0], path).byline.title == "a"
    assert str(clean(drafts(got)[0], path).path) == str(path)


@pytest.mark.parametrize("size", [0, 1, 3, 9, 30])
def test_the_first_bytes_of_an_archive_are_a_fault(tmp_path: Path, size: int) -> None:
    for kind in KINDS:
        data = packed(tmp_path / f"whole{kind}", {"a.txt": P1}).read_bytes()
        assert reason(tmp_path / f"a{kind}", data[:size])


@pytest.mark.parametrize("kind", KINDS)
def test_questions_beside_a_corpus_are_no_articles_wherever_they_stand(tmp_path: Path, kind: str) -> None:
    line = json.dumps({"_id": "q", "text": "who?"})
    path = packed(
        tmp_path / f"a{kind}",
        {"set/queries.jsonl": line, "set/corpus.jsonl": json.dumps({"_id": "c", "text": P1}), "other/may.jsonl": line},
    )
    assert [(one.name, one.id) for one in drafts(read(path))] == [("set/corpus.jsonl", "c"), ("other/may.jsonl", "q")]


@pytest.mark.parametrize("kind", KINDS)
def test_archives_in_archives_two_deep(tmp_path: Path, kind: str) -> None:
    third = packed(tmp_path / f"three{kind}", {"c.txt": P3}).read_bytes()
    second = packed(tmp_path / f"two{kind}", {"b.txt": P2, f"x/three{kind}": third}).read_bytes()
    path = packed(tmp_path / f"one{kind}", {"a.txt": P1, f"two{kind}": second})
    got = read(path)
    assert [one.name for one in drafts(got)] == ["a.txt", f"two{kind}!/b.txt"]
    assert faults(got, path) == [
        (f"!/two{kind}!/x/three{kind}!/c.txt", "it lies more than 2 files deep in others: take it out.")
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["../a.txt", "x/../../a.txt", "/tmp/a.txt", "C:/a.txt", "..\\a.txt"])
def test_names_that_lead_out_are_faults(tmp_path: Path, kind: str, name: str) -> None:
    path = packed(
        tmp_path / "in" / f"a{kind}" if (tmp_path / "in").mkdir() is None else tmp_path, {name: P1, "b.txt": P2}
    )
    got = read(path)
    assert [one.name for one in drafts(got)] == ["b.txt"]
    shown = name.replace("\\", "/")
    assert faults(got, path) == [(f"!/{shown}", "its name leads out of the archive: pack it again.")]
    assert sorted(one.name for one in tmp_path.rglob("*")) == [f"a{kind}", "in"]


def test_links_and_devices_are_faults(tmp_path: Path) -> None:
    path = tmp_path / "a.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, kind in (
            ("s.txt", tarfile.SYMTYPE),
            ("h.txt", tarfile.LNKTYPE),
            ("d", tarfile.CHRTYPE),
            ("p", tarfile.FIFOTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert faults(read(path), path) == [
        ("!/s.txt", "it is a link: put the file itself into the archive."),
        ("!/h.txt", "it is a link: put the file itself into the archive."),
        ("!/d", "it is a device or a pipe, no file: leave it out."),
        ("!/p", "it is a device or a pipe, no file: leave it out."),
    ]
    path = tmp_path / "a.zip"
    info = zipfile.ZipInfo("s.txt")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    assert faults(read(path), path) == [("!/s.txt", "it is a link: put the file itself into the archive.")]


def test_encrypted_members_are_faults_and_the_others_are_read(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.txt": P1, "tower.png": "x", "b.txt": P2})
    raw = bytearray(path.read_bytes())
    # Python writes no encrypted archives: the flag alone is set, in both headers of the first two members.
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        begin = 0
        for _ in range(2):
            begin = raw.index(mark, begin)
            raw[begin + at] |= 1
            begin += 4
    path.write_bytes(raw)
    got = read(path)
    assert [one.name for one in drafts(got)] == ["b.txt"]
    assert faults(got, path) == [("!/a.txt", "it is encrypted: unpack it with its password.")]


@pytest.mark.parametrize("kind", KINDS)
def test_a_member_over_the_limit_is_a_fault(tmp_path: Path, kind: str) -> None:
    path = packed(tmp_path / f"a{kind}", {"a.txt": "x" * 1_000_001, "b.jsonl": "\n" * 1_000_001, "c.txt": P1})
    got = read(path, None, Settings(max_file_mb=1))
    assert [one.name for one in drafts(got)] == ["c.txt"]
    told = "it is over the limit of 1 MB: take it out, or raise max_file_mb."
    assert faults(got, path) == [("!/a.txt", told), ("!/b.jsonl", told)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_made_to_fill_disks_is_left_at_its_limit(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_SMALL", 2_000_000)
    members = {"a.txt": P1, **{f"b{n}.txt": "x" * 900_000 for n in range(10)}, "last.txt": P2}
    got = read(packed(tmp_path / f"a{kind}", members))
    assert [one.name for one in drafts(got)][:3] == ["a.txt", "b0.txt", "b1.txt"]
    assert len(drafts(got)) == 3
    assert faults(got, tmp_path / f"a{kind}")[0][1].startswith("it holds over 2 MB and 100 times its own size")
    monkeypatch.setattr(room, "_STEEPEST", 1_000_000)
    assert len(drafts(read(tmp_path / f"a{kind}"))) == 12


def test_what_is_passed_over_in_a_tar_counts_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_SMALL", 2_000_000)
    path = packed(tmp_path / "a.tar.gz", {"film.bin": b"\0" * 3_000_000, "a.txt": P1})
    assert "100 times its own size" in reason(path)


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_of_too_many_files(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_MOST_ENTRIES", 3)
    got = read(packed(tmp_path / f"a{kind}", {f"{n}.txt": P1 for n in range(4)}))
    assert isinstance(got[-1], Fault)
    assert got[-1].reason == "it holds more than 3 files: pack it in parts."
    assert len(read(packed(tmp_path / f"b{kind}", {f"{n}.txt": P1 for n in range(3)}))) == 3


def test_a_member_whose_bytes_are_damaged_is_a_fault_and_the_next_one_is_read(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.txt": P1 * 50, "b.txt": P2})
    raw = bytearray(path.read_bytes())
    raw[60] ^= 0xFF
    path.write_bytes(raw)
    got = read(path)
    assert [one.name for one in drafts(got)] == ["b.txt"]
    assert [where for where, _ in faults(got, path)] == ["!/a.txt"]
    assert "cannot be taken out" in faults(got, path)[0][1]


def test_a_tar_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    noise = zlib.compress(str([n * n for n in range(20_000)]).encode())
    path = packed(tmp_path / "a.tgz", {"a.txt": P1, "b.bin": noise, "c.txt": P2})
    path.write_bytes(path.read_bytes()[:-5000])
    got = read(path)
    assert [one.name for one in drafts(got)] == ["a.txt"]
    assert [where for where, _ in faults(got, path)] == [""]
    assert "damaged from here on" in faults(got, path)[0][1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("data", [b"nonsense", b"PK\x05\x06" + b"\0" * 10, b"\x1f\x8b\x08\0nonsense"])
def test_what_is_no_archive(tmp_path: Path, kind: str, data: bytes) -> None:
    assert "it is no " in reason(tmp_path / f"a{kind}", data)


def test_members_of_one_name_and_folders_called_like_files(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as archive:
        warnings.simplefilter("ignore", UserWarning)
        archive.mkdir("folder.txt")
        archive.writestr("a.txt", P1)
        archive.writestr("a.txt", P2)
    assert [one.text for one in drafts(read(path))] == [P1, P2]


@pytest.mark.parametrize("kind", KINDS)
def test_members_are_streamed_and_nothing_is_left_behind(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    stream = load(packed(tmp_path / f"a{kind}", {"a.txt": P1, "b.txt": P2}), Settings())
    assert isinstance(next(stream), Draft)
    assert len(list((tmp_path / "temporary").rglob("*.txt"))) == 1
    assert isinstance(next(stream), Draft)
    assert len(list((tmp_path / "temporary").rglob("*.txt"))) == 1
    stream.close()
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_plain_tar_under_a_packed_ones_name(tmp_path: Path) -> None:
    path = tmp_path / "a.tgz"
    with tarfile.open(path, "w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = len(P1)
        archive.addfile(info, io.BytesIO(P1.encode()))
    assert draft(path).name == "a.txt"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.txt", ".txt"), ("A.TAR.GZ", ".tar.gz"), ("a.b.tar.gz", ".tar.gz"), ("a.tar", ".tar"), ("a.gz", ".gz"),
     ("tar.gz", ".gz"), (".tar.gz", ".gz"), ("a", ""), (".zip", ""), ("a.tar.gz.txt", ".txt")],
)  # fmt: skip
def test_the_kind_of_a_file(name: str, kind: str) -> None:
    assert kind_of(Path("folder.zip") / name) == kind
