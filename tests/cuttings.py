"""A few articles, small enough to know by heart, and an index of them without a model."""

import time
from contextlib import contextmanager

import pytest
from conftest import FakeModel, stand_in

from index import build
from index.settings import Settings
from qa.assemble import Live

PATIENCE_S = 30
DEFECTOR = """General defects in Venezuela

Ann Carver
Friday 08 February 2019 18:38 GMT

The most senior defector is Gen Francisco Yanez of the air force. He posted a video on Saturday.

China, Russia and Mexico still recognise Mr Maduro. The opposition boycotted the election.
"""
BRIDGE = """Bridge blocked at the border

Bob Turner
Monday 11 February 2019

Soldiers parked a tanker across the Tienditas bridge. No lorry with medicine has crossed it since.
"""
RECIPE = """Bread without kneading

The dough rests for eighteen hours. The oven must be very hot.
"""
FILES = {"defector.txt": DEFECTOR, "bridge.txt": BRIDGE, "recipe.txt": RECIPE}
CORPUS = """\
{"_id": "d1", "title": "Yanez defects", "text": "Gen Francisco Yanez defected on Saturday.", \
"metadata": {"source": "Independent", "author": "Ann Carver", "date": "2019-02-08"}}
{"_id": "d2", "title": "Yanez on air", "text": "Gen Francisco Yanez spoke on the radio after he defected.", \
"metadata": {"source": "Reuters", "author": "Bob Turner", "date": "2019-02-11"}}
{"_id": "d3", "title": "Undated", "text": "Nobody knows when Gen Francisco Yanez defected.", "metadata": {}}
"""


@contextmanager
def faked():
    """What the fixture `fake_model` does, for fixtures of a wider scope."""
    with pytest.MonkeyPatch.context() as patch:
        stand_in(patch, FakeModel())
        yield


def write(folder, files=FILES):
    """Write articles to files of a new folder; give it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        folder.joinpath(name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def indexed(settings, files=FILES):
    """Index articles, and give the QA over them."""
    report = build.index([write(settings.home.parent / "articles", files)], settings)
    assert report.faults == ()
    return Live(settings).qa()


def opened(folder):
    """Index the articles into a home in a folder, every quote above the threshold; give what an app holds of it."""
    settings = Settings(home=folder / "home", answer_at=0)
    indexed(settings)
    return Live(settings)


def wait(run):
    """Wait until a run of the app is done."""
    until = time.monotonic() + PATIENCE_S
    while run.busy and time.monotonic() < until:
        time.sleep(0.02)
    assert not run.busy
