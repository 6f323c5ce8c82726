"""No file but one that was uploaded is taken in, whoever names it, in whichever way, at whichever door."""

import itertools
import json

import anyio
import pytest
from serving import fetch, serving

from app import foreign

pytestmark = pytest.mark.slow

SECRET = "The words of a letter that nobody uploaded."
PUBLIC = {"ask", "ask_json"}
EVENTS = {
    ("add", "file"),
    ("ask", "api api api api api api api api"),
    ("ask_json", "api api api api api api api api"),
    ("begin", "radio textbox dropdown checkbox"),
    ("choose", "radio textbox"),
    ("choose_1", "radio textbox"),
    ("choose_2", "radio textbox"),
    ("converse", "textbox state state slider dropdown textbox datetime datetime"),
    ("converse_1", "textbox state state slider dropdown textbox datetime datetime"),
    ("end", ""),
    ("examined", ""),
    ("fill", "radio textbox"),
    ("fill_1", "radio textbox"),
    ("fill_2", "radio textbox"),
    ("follow_folder", "textbox"),
    ("index_folder", "textbox checkbox"),
    ("lambda", ""),
    ("lambda_1", ""),
    ("open", ""),
    ("open_1", ""),
    ("open_2", ""),
    ("partial", "state"),
    ("partial_1", "state"),
    ("picked", ""),
    ("rows", "textbox state"),
    ("rows_1", "textbox state"),
    ("rows_2", "textbox state"),
    ("stop", ""),
    ("stop_1", ""),
    ("tell", "state textbox state"),
    ("tell_1", "state textbox state"),
    ("tell_2", "state textbox state"),
    ("tell_3", "state textbox state"),
    ("tell_4", "state textbox state"),
    ("tell_5", "state textbox state"),
    ("tell_6", "state textbox state"),
    ("tell_7", ""),
    ("try_folder", "textbox checkbox"),
    ("upload", "file"),
    ("write", "textbox textbox"),
    ("write_1", "textbox textbox"),
}
"""Every event of every page that takes something, by the name that Gradio gives it, and what it takes."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("payloads")) as (url, _):
        yield url


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.getbasetemp()


@pytest.fixture(scope="module")
def secret(tmp_path_factory):
    path = tmp_path_factory.mktemp("private") / "letter.txt"
    path.write_text(SECRET)
    return path


@pytest.fixture(scope="module")
def events(site):
    """Each event that reaches the app: its number, its name, and the kinds of what it takes."""
    config = json.loads(fetch(f"{site}/config")[1])
    kinds = {component["id"]: component["type"] for component in config["components"]}
    return [
        (each["id"], each["api_name"], tuple(kinds[id] for id in each["inputs"]))
        for each in config["dependencies"]
        if each["backend_fn"]
    ]


def named(path, **more):
    return {"path": str(path), "meta": {"_type": "gradio.FileData"}, **more}


def shapes(path):
    """A file's path in every kind of payload that a component of Gradio's reads a file from."""
    file = named(path)
    message = {"role": "user", "content": [{"type": "file", "file": file}]}
    part = {"type": "component", "component": "file", "value": file, "constructor_args": {}, "props": {}}
    return {
        "a file": file,
        "a file without its mark": {"path": str(path)},
        "a list of files": [file],
        "a message": [message],
        "an older message": [{"role": "user", "content": file}],
        "a component in a message": [{"role": "user", "content": [part]}],
        "a file in a property": {"value": file},
        "a file with an address": named(path, url="http://127.0.0.1/x"),
        "a file deep inside": {"a": [{"b": {"c": [file]}}]},
    }


SHAPES = tuple(shapes("x"))


def refused(body):
    assert "was not uploaded here" in body or "is no call" in body or "give a " in body, body
    assert SECRET not in body


def by_queue(site, number, data):
    """Send to the queue, as the pages do, and give all that comes back."""
    session = f"s{next(counter)}"
    joined = {"fn_index": number, "data": data, "session_hash": session}
    status, body, _ = fetch(f"{site}/gradio_api/queue/join", data=joined)
    if status != 200:
        return body
    return fetch(f"{site}/gradio_api/queue/data?session_hash={session}")[1]


counter = itertools.count()


def by_call(site, name, data):
    status, body, _ = fetch(f"{site}/gradio_api/call/{name}", data={"data": data})
    if status != 200:
        return body
    return fetch(f"{site}/gradio_api/call/{name}/{json.loads(body)['event_id']}")[1]


def test_the_events_are_those_that_were_looked_at(events):
    assert {(name, " ".join(kinds)) for _, name, kinds in events} == EVENTS


def test_a_path_is_refused_by_every_event_at_every_door(site, events, secret):
    for number, name, kinds in events:
        data = [named(secret)] * max(1, len(kinds))
        told = by_queue(site, number, data)
        assert '"success":false' in told, name
        refused(told)
        refused(by_call(site, name, data))
        for door in ("run", "api"):
            for called in (name, "predict"):
                sent = {"fn_index": number, "data": data, "session_hash": f"s{next(counter)}"}
                status, body, _ = fetch(f"{site}/gradio_api/{door}/{called}", data=sent)
                assert status in (400, 404), (name, door, called)
                assert SECRET not in body
        sent = {"fn_index": number, "data": data, "session_hash": "s"}
        assert SECRET not in fetch(f"{site}/gradio_api/call/v2/{name}", data=sent)[1]


def test_every_kind_of_payload_is_refused_in_every_place(site, events, secret):
    takers = [event for event in events if {"file", "textbox"} & set(event[2]) or event[1] in PUBLIC]
    assert len(takers) >= 5
    for (number, name, kinds), (shape, sent) in itertools.product(takers, shapes(secret).items()):
        for place in range(len(kinds)):
            data: list[object] = [None] * len(kinds)
            data[place] = sent
            told = by_queue(site, number, data)
            assert '"success":false' in told, (name, shape, place)
            refused(told)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_second_form_of_a_call_and_the_tool_refuse_it_too(site, secret, shape):
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    sent = shapes(secret)[shape]
    for name in PUBLIC:
        status, body, _ = fetch(f"{site}/gradio_api/call/v2/{name}", data={"question": sent})
        assert status == 200
        told = fetch(f"{site}/gradio_api/call/v2/{name}/{json.loads(body)['event_id']}")[1]
        assert "event: error" in told
        refused(told)

    async def call():
        async with (
            streamable_http_client(f"{site}/gradio_api/mcp/") as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            return await session.call_tool("ask", {"question": sent})

    result = anyio.run(call)
    assert result.isError
    assert SECRET not in result.model_dump_json()


def test_nothing_of_it_was_copied(site, folder, secret):
    """Last: what the tests before it sent has left no copy where a later request could read one."""
    holding = [path for path in folder.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert holding == [secret]
    assert fetch(f"{site}/gradio_api/file={secret}")[0] in (403, 404)


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "secret.txt", "~/.bashrc", "UPLOADS/../secret.txt", "UPLOADSx/a.txt", "https://evil.example/a", ""],
)
@pytest.mark.parametrize("shape", SHAPES)
def test_only_what_lies_in_the_folder_of_uploads_may_be_named(tmp_path, path, shape):
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    assert list(foreign(shapes(path.replace("UPLOADS", str(uploads)))[shape], uploads))
    assert not list(foreign(shapes(uploads / "ab12" / "mine.txt")[shape], uploads))


def test_what_is_said_about_paths_is_no_file(tmp_path):
    assert not list(foreign(["who defected?", 3, None, {"text": "/etc/passwd"}, {"path": 7}], tmp_path))
