"""requirements.lock holds exactly what pyproject.toml asks for, each at one version and with its hashes."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "requirements.lock").read_text(encoding="utf-8")
NEEDED, _, TESTS = TEXT.partition("# Only the tests need what follows.")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
HASH = re.compile(r"\s*\\\n\s*--hash=sha256:[0-9a-f]{64}")
CUDA = ("nvidia-", "cuda-", "triton")


def locked(text):
    """Give name -> the requirements that a part of the file holds of it."""
    found = {}
    for line in HASH.sub("", text).splitlines():
        if line and not line.startswith("#"):
            one = Requirement(line)
            found.setdefault(canonicalize_name(one.name), []).append(one)
    return found


def version(requirement):
    (only,) = requirement.specifier
    assert only.operator == "=="
    return only.version


def in_force(requirements):
    """Give those that a Python of this kind installs."""
    return [one for one in requirements if one.marker is None or one.marker.evaluate()]


def asked(names, extra=""):
    """Give what packages that are installed here ask for in turn."""
    for name in names:
        for line in metadata.requires(name) or ():
            one = Requirement(line)
            if one.marker is None or one.marker.evaluate({**default_environment(), "extra": extra}):
                yield name, one


@pytest.mark.parametrize(
    ("part", "wanted"),
    [(NEEDED, PROJECT["dependencies"]), (TEXT, PROJECT["optional-dependencies"]["test"])],
    ids=["needed", "tests"],
)
def test_it_matches_pyproject(part, wanted):
    held = locked(part)
    for line in wanted:
        one = Requirement(line)
        versions = [version(each) for each in held.get(canonicalize_name(one.name), [])]
        assert versions, f"{one.name} is not locked: run `make lock`"
        assert all(one.specifier.contains(each, prereleases=True) for each in versions), (
            f"{line} {versions}: run `make lock`"
        )


def test_what_the_tests_alone_need_comes_last():
    assert not locked(NEEDED).keys() & locked(TESTS).keys()
    assert {"pytest", "mypy", "ruff", "ebooklib"} <= locked(TESTS).keys()


def test_every_package_has_hashes_and_one_version():
    for name, requirements in locked(TEXT).items():
        assert len(in_force(requirements)) <= 1, name
    bare = [line for line in TEXT.splitlines() if re.match(r"\w", line) and not line.endswith("\\")]
    assert (bare, len(locked(TEXT)) > 100) == ([], True)


@pytest.mark.slow
def test_it_is_whole_so_that_nothing_comes_without_a_hash():
    held = locked(TEXT)
    here = [name for name, requirements in held.items() if in_force(requirements)]
    missing = [
        f"{name} asks for {one.name}"
        for name, one in asked(here)
        if canonicalize_name(one.name) not in held and not one.name.startswith(CUDA)
    ]
    assert missing == []


def test_it_names_no_place_that_packages_come_from():
    assert not re.search(r"://|index-url|find-links|@ ", TEXT)
