"""What is found wrong with an archive, and that each thing comes with what mends it."""

import json

import pytest
from cuttings import FILES, indexed, write
from test_web import Reader

from index import build, generations
from index.errors import NoIndex
from qa import terminal
from qa.doctor import examine
from qa.web import archive

WALLED = """Dam holds

By Ann Carver
8 February 2019

The dam held, the warden of the lake said on Monday. It had rained for a week in the hills.

Subscribe to continue reading.
"""
LONG = WALLED.replace("dam", "lock") + "".join(
    f"\nOn day {day} of week {7 * day} the keeper {day + 9} saw gate {day * 3} move by {day + 40} cm at last.\n"
    for day in range(20)
)
NOTHING = {
    "empty.txt": "",
    "heads.md": "---\ndate: 2020-01-01\nauthor: Ann Carver\n---\n# Heads\n\n## Of the town\n",
}


@pytest.fixture
def found(fake_model, home):
    """Index articles, with ones that lack something; give what is found, by name."""

    def found(files):
        indexed(home, FILES)
        build.index([write(home.home.parent / "more", files)], home)
        health = examine(home)
        return {one.name: one for one in health.findings}, health

    return found


def test_what_is_lacking_is_counted_and_named(found):
    by_name, health = found({"dam.txt": WALLED, "long.txt": LONG, **NOTHING})
    assert {name: one.count for name, one in by_name.items()} == {
        "unread": 1, "empty": 1, "paywalled": 1, "undated": 1, "authorless": 1, "outletless": 6,
    }  # fmt: skip
    assert by_name["unread"].examples[0].endswith("empty.txt: there is no text in it: leave it out, or add the text.")
    assert by_name["empty"].examples[0].endswith("  Heads")
    assert by_name["paywalled"].told == "1 article of 6 cut off at a paywall, it seems."
    assert by_name["paywalled"].examples[0].endswith("  Dam holds")
    assert by_name["undated"].told == "1 article of 6 without a date."
    assert len(by_name["outletless"].examples) == 5
    assert (health.articles, health.passages) == (6, health.passages)
    assert health.disk["index"] > 0
    for one in by_name.values():
        assert "`qa " in one.cure


def test_letters_that_are_broken_in_their_file_are_told(found):
    stray = "Zoé à l’Étoile\n\nJérôme said it¤s over. The dough rests for eighteen hours in the Café Étoile.\n"
    by_name, _ = found({"a.txt": stray.encode().replace("¤".encode(), b"\x92"), "b.txt": stray.replace("¤", "’")})
    broken = by_name["broken"]
    assert (broken.count, broken.told) == (
        1, "1 article of 5 with letters that are broken in their file, shown as \ufffd.",
    )  # fmt: skip
    assert broken.examples[0].endswith("  Zoé à l’Étoile")


def test_stories_told_twice_are_counted(found):
    copy = LONG.replace("Dam holds", "The dam has held")
    by_name, _ = found({"long.txt": LONG, "copy.txt": copy})
    assert by_name["repeated"].told == "1 story told by 2 nearly equal articles."
    assert len(by_name["repeated"].examples[0].split(", ")) == 2


def test_files_that_are_gone_and_damage_are_found(found, home):
    found({"dam.txt": WALLED})
    (home.home.parent / "more" / "dam.txt").unlink()
    gone = next(one for one in examine(home).findings if one.name == "gone")
    assert (gone.count, gone.examples) == (1, (str(home.home.parent / "more" / "dam.txt"),))
    assert "--prune" in gone.cure
    newest = generations.current(home.home).folder / generations.CORPUS
    newest.write_bytes(b"")
    damaged = examine(home).findings[0]
    assert (damaged.name, damaged.cure) == ("damaged", "Run `qa index --rebuild`.")


def test_an_archive_in_health(fake_model, home, tmp_path):
    lines = [
        {
            "_id": "1",
            "title": "T",
            "text": "The dam held.",
            "metadata": {"source": "A", "author": "B", "date": "2019-02-08"},
        }
    ]
    file = tmp_path / "corpus.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    build.index([file], home)
    assert examine(home).findings == ()
    assert "Nothing is wrong." in terminal.health(examine(home))
    assert "Nothing is wrong." in archive.health(examine(home))


def test_without_an_index_it_says_so(home):
    with pytest.raises(NoIndex):
        examine(home)


def test_both_faces_show_the_same_and_no_markup_of_others(found):
    attack = "Dam <img src=x onerror=alert(1)> holds"
    _, health = found({"dam.txt": WALLED.replace("Dam holds", attack)})
    shown = archive.health(health)
    read = Reader(shown)
    assert attack in read.texts["health"]
    assert {tag for tag, _ in read.tags} == {"div", "p", "ul", "li", "strong", "code"}
    assert "qa articles remove ID" not in shown
    lines = terminal.health(health)
    for one in health.findings:
        assert one.told in lines
        assert one.told in read.texts["health"]
    assert "    and " not in lines


def test_the_object_that_programs_read(found):
    _, health = found({"dam.txt": WALLED})
    given = health.to_json()
    assert given["articles"] == 4
    assert given["findings"][0] == {
        "name": "paywalled",
        "count": 1,
        "told": "1 article of 4 cut off at a paywall, it seems.",
        "cure": "Save them again while signed in, then run `qa index` with their path.",
        "examples": [next(one for one in health.findings if one.name == "paywalled").examples[0]],
    }
