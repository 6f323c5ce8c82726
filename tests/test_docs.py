"""The documents say only what is so: commands parse, settings and targets exist, links lead somewhere."""

import re
import shlex
from pathlib import Path

import pytest

from index.settings import Settings
from qa import arguments, cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(text, name):
    """Give every command of a program that a document shows in a block or in line, without its comment."""
    blocks = [line for block in FENCE.findall(text) for line in block.splitlines()]
    inline = re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
    return [re.split("  #| > ", line)[0].strip() for line in (*blocks, *inline) if line.startswith(f"{name} ")]


def known(text):
    """Give every name that the table of settings lists, with its default."""
    return dict(re.findall(r"^\| `(\w+)` \| `([^`]*)` \|", text, re.MULTILINE))


SHOWN = [(path.name, line) for path in DOCUMENTS for line in commands(path.read_text(encoding="utf-8"), "qa")]


def test_readme_shows_the_commands():
    verbs = {line.split()[1] for name, line in SHOWN if name == "README.md"}
    assert {"index", "ask", "search", "articles", "verify", "serve"} <= verbs


@pytest.mark.parametrize(("document", "line"), SHOWN)
def test_every_command_shown_parses_and_its_verb_exists(document, line):
    words = shlex.split(line)[1:]
    if words in (["ask"], ["search"], ["articles", "show"], ["articles", "remove"], ["evaluate"]):
        words.append("X")  # the verb is only named
    given = arguments.parse(words)
    assert given.verb in cli._VERBS


def test_every_verb_of_the_parser_is_carried_out():
    (verbs,) = (action.choices for action in arguments.parser()._actions if action.dest == "verb")
    assert set(verbs) == set(cli._VERBS)


def test_the_settings_are_listed_with_their_defaults_and_no_others():
    assert known(SETTINGS) == {
        name: "empty" if field.default == "" else str(field.default) for name, field in Settings.model_fields.items()
    }


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_explained_in_its_own_words(name):
    (row,) = re.findall(rf"^\| `{name}` .*$", SETTINGS, re.MULTILINE)
    assert Settings.model_fields[name].description in row


def test_every_make_target_named_exists_and_the_three_are_named():
    made = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {line.split()[1] for path in DOCUMENTS for line in commands(path.read_text(encoding="utf-8"), "make")}
    assert {"chat", "test"} <= named <= made
    assert {"chat", "test", "bench"} <= made


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_inside_the_repository_leads_to_a_file(path):
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    missing = [link for link in links if not re.match(r"[a-z]+:", link) and not path.parent.joinpath(link).exists()]
    assert missing == []


def test_the_file_kinds_that_readme_lists_are_those_that_are_read():
    from index.loaders import LOADERS

    table = re.search(r"^\| format .*?\n\n", README, re.MULTILINE | re.DOTALL).group()
    assert {
        suffix for row in re.findall(r"^\| (`\..*?) \|", table, re.MULTILINE) for suffix in re.findall(r"\.[\w.]+", row)
    } == set(LOADERS)


def test_every_promise_names_tests_that_there_are():
    rows = re.findall(
        r"^\| [A-Z`].* \|$", (ROOT / "docs" / "reliability.md").read_text("utf-8").partition("## ")[0], re.M
    )
    tests = {
        name for path in ROOT.glob("tests/test_*.py") for name in re.findall(r"def (test_\w+)", path.read_text("utf-8"))
    }
    assert len(rows) >= 10
    for row in rows:
        _, promise, named, tried, held, _, _ = map(str.strip, row.split("|"))
        assert set(re.findall(r"`(test_\w+)`", named)) <= tests, promise
        assert tried == held != "", promise
