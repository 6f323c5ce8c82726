"""What programs call: REST, Gradio's client, and the MCP tool give one object, and say what is wrong with a call."""

import json

import anyio
import pytest
from serving import ask, fetch, serving

from index.article import Filter
from index.errors import QuestionError
from qa.reply import Turn
from qa.web.calls import call

pytestmark = pytest.mark.slow

WHO = "Who is the most senior defector?"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("calls")) as given:
        yield given


@pytest.fixture(scope="module")
def site(served):
    return served[0]


def same(reply):
    return {name: value for name, value in reply.items() if name != "took_ms"}


def by_tool(site, **arguments):
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def asked():
        async with (
            streamable_http_client(f"{site}/gradio_api/mcp/") as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            return await session.call_tool("ask", arguments)

    return anyio.run(asked)


class TestOneObject:
    def test_the_rest_call_the_tool_and_gradio_s_client_give_what_the_command_prints(self, served):
        from gradio_client import Client

        site, live = served
        told = same(live.qa().ask(WHO).to_json())
        assert told["quotes"][0]["path"].endswith("/articles/defector.txt")
        status, body = ask(site, WHO)
        assert (status, same(body["data"][0])) == (200, told)
        assert same(json.loads(ask(site, WHO, call="ask_json")[1]["data"][0])) == told
        assert same(json.loads(by_tool(site, question=WHO).content[0].text)) == told
        client = Client(site, verbose=False, analytics_enabled=False)
        # As /gradio_api/info hands it out: by name, what is optional left out.
        assert same(client.predict(question=WHO, api_name="/ask")) == told
        assert same(json.loads(client.predict(question=WHO, api_name="/ask_json"))) == told

    @pytest.mark.parametrize(
        "question", ["Who posted a video?", "Who wrote “Bread without kneading”?", "hello", "What blocks the bridge?"]
    )
    def test_gradio_s_client_gets_every_kind_of_reply(self, served, question):
        from gradio_client import Client

        site, live = served
        client = Client(site, verbose=False, analytics_enabled=False)
        assert same(client.predict(question, api_name="/ask")) == same(live.qa().ask(question).to_json())

    def test_what_is_optional_is_optional_at_every_door(self, site):
        told = same(ask(site, WHO, 3, "", "", "", "", None, None)[1]["data"][0])
        for given in ([WHO], [WHO, 3], [WHO, 3, "", "", "", ""], [WHO, 3, None, None, None, None]):
            assert same(ask(site, *given)[1]["data"][0]) == told
            event = json.loads(fetch(f"{site}/gradio_api/call/ask", data={"data": given})[1])["event_id"]
            lines = fetch(f"{site}/gradio_api/call/ask/{event}")[1].splitlines()
            assert same(json.loads(lines[1].removeprefix("data: "))[0]) == told
        info = json.loads(fetch(f"{site}/gradio_api/info")[1])["named_endpoints"]["/ask"]["parameters"]
        assert [each["parameter_name"] for each in info if not each["parameter_has_default"]] == ["question"]


class TestHistoryAndFilter:
    def test_a_follow_up_leans_on_the_questions_before_it(self, site):
        before = ["Who is Gen Francisco Yanez?"]
        _, body = ask(site, "What did he post?", 3, "", "", "", "", before)
        assert body["data"][0]["searched_for"] == "What did he post? Gen Francisco Yanez"
        told = by_tool(site, question="What did he post?", history=before)
        assert json.loads(told.content[0].text)["searched_for"] == "What did he post? Gen Francisco Yanez"
        assert ask(site, "What did he post?")[1]["data"][0]["searched_for"] is None

    @pytest.mark.parametrize(
        ("where", "found"),
        [
            ({"author": "turner"}, {"bridge.txt"}),
            ({"since": "2019-02-09", "until": "2019-02-12"}, {"bridge.txt"}),
            ({"until": "2019-02-08"}, {"defector.txt"}),
            ({"source": "Nope"}, set()),
        ],
    )
    def test_a_filter_is_one_object_or_four_values(self, site, where, found):
        four = [where.get(name, "") for name in ("source", "since", "until", "author")]
        for given in (["tanker", 3, "", "", "", "", None, where], ["tanker", 3, *four]):
            reply = ask(site, *given)[1]["data"][0]
            assert {quote["path"].rpartition("/")[2] for quote in (*reply["quotes"], *reply["related"])} == found
        told = json.loads(by_tool(site, question="tanker", where=where).content[0].text)
        assert same(told) == same(reply)

    def test_the_object_goes_before_the_four_values(self):
        found = call("who?", 3, {"source": "A", "author": "B"}, None, {"source": "C"})
        assert found.where == Filter(source="C", author="B")

    def test_half_a_character_in_an_earlier_question_is_replaced(self):
        assert call("who?", 3, {}, ["caf\ud83d?", " "]).turns == (Turn("caf\ufffd?"),)


class TestWrongCalls:
    @pytest.mark.parametrize(
        ("data", "told"),
        [
            ([""], "The question is empty"),
            ([7], "“question” is 7: give a text."),
            ([None], "“question” is null"),
            ([["who?"]], '“question” is ["who?"]'),
            ([WHO, 0], "0 quotes were asked for; ask for 1 to 20"),
            ([WHO, 99], "99 quotes were asked for"),
            ([WHO, 2.7], "“k” is 2.7: give a whole number"),
            ([WHO, True], "“k” is true"),
            ([WHO, "3"], '“k” is "3"'),
            ([WHO, 3, 5], "“source” is 5: give a text, or leave it empty."),
            ([WHO, 3, "", "soon"], "“soon” is no date"),
            ([WHO, 3, "", "2019-02-08junk"], "“2019-02-08junk” is no date"),
            ([WHO, 3, "", "2020-01-01", "2019-01-01"], "exchange the two dates"),
            ([WHO, 3, "", "", "", "", "who?"], "“history” is no list of questions"),
            ([WHO, 3, "", "", "", "", [7]], "“history” is no list of questions"),
            ([WHO, 3, "", "", "", "", None, ["x"]], '“where” is ["x"]: give an object of source'),
            ([WHO, 3, "", "", "", "", None, {"outlet": "x"}], "“where” is no object of source, author, since, until"),
            ([WHO, 3, "", "", "", "", None, {"source": 7}], "a value of “where” is no text"),
            ([WHO, *[""] * 8], "has no list “data”"),
            ([], "has no list “data”"),
        ],
    )
    def test_what_a_caller_does_wrong_is_told_as_the_caller_s(self, site, data, told):
        status, body = ask(site, *data)
        assert status == 400
        assert told in body["detail"]
        assert body["detail"] == body["error"]
        assert (body["status"], body["type"]) == (400, "about:blank")

    @pytest.mark.parametrize(
        ("raw", "told"),
        [
            (b"", "is no JSON"),
            (b"{", "is no JSON"),
            (b"\xff", "is no JSON"),
            (b"[" * 100_000, "is no JSON"),
            (b"[]", "has no list"),
            (b'{"data": "who?"}', "has no list"),
        ],
    )
    def test_so_is_what_is_no_call_at_all(self, site, raw, told):
        status, body, headers = fetch(f"{site}/gradio_api/run/ask", raw=raw)
        assert (status, headers["content-type"]) == (400, "application/problem+json")
        assert told in json.loads(body)["detail"]

    def test_a_question_in_half_characters_is_told_and_not_broken_by(self, site):
        for sent in (["caf\ud83d?"], ["who?", 3, "\ud83d"], ["who?", 3, "", "", "", "\udce9"]):
            status, body = ask(site, *sent)
            assert (status, "half a character" in body["detail"]) == (400, True)

    @pytest.mark.parametrize("name", ["answer", "converse", "predict", "add", "a" * 300])
    def test_there_are_two_calls_and_no_others(self, site, name):
        status, body = ask(site, WHO, call=name)
        assert status == 404
        assert body["error"].endswith(": call ask or ask_json.")

    def test_the_tool_says_it_as_well(self, site):
        result = by_tool(site, question=WHO, since="soon")
        assert result.isError
        assert "“soon” is no date" in result.content[0].text

    def test_without_an_index_nothing_is_the_caller_s_fault(self, tmp_path):
        from types import SimpleNamespace

        from fastapi import FastAPI
        from starlette.testclient import TestClient

        import app
        from index.errors import NoIndex
        from index.settings import Settings
        from qa.web.calls import router
        from qa.web.desk import Desk

        def none():
            raise NoIndex("No articles are indexed yet: run `qa index PATH`.")

        live = SimpleNamespace(settings=Settings(home=tmp_path), qa=none)
        site = FastAPI()
        site.include_router(router(app.programs(live, Desk())))
        answer = TestClient(site).post("/gradio_api/run/ask", json={"data": [WHO]})
        assert (answer.status_code, answer.json()["detail"]) == (
            503,
            "No articles are indexed yet: run `qa index PATH`.",
        )


@pytest.mark.parametrize("history", ["who?", 3, {"a": 1}, ["who?", None]])
def test_a_history_of_another_kind_is_refused(history):
    with pytest.raises(QuestionError, match="“history” is no list of questions"):
        call("who?", 3, {}, history)


def test_a_page_from_before_a_new_start_is_refused_without_a_traceback(served):
    site, live = served
    status, told, _ = fetch(f"{site}/gradio_api/queue/data?session_hash=of-before")
    assert status == 200
    assert '"session_not_found":true' in told
    ask(site, WHO)
    assert "Traceback" not in (live.settings.home.parent / "log.txt").read_text()
