"""At the desk: how many are worked on at once, who waits, and what those are told."""

import asyncio
import threading
import time
from types import SimpleNamespace

import pytest

from index.errors import Busy
from qa.reply import Reply
from qa.web import cards
from qa.web.chat import Chat
from qa.web.desk import Desk


def many(desk, works):
    """Do pieces of work that come all at once; give what each gave, or the error."""

    async def together():
        return await asyncio.gather(*(desk.serve(work) for work in works), return_exceptions=True)

    return asyncio.run(together())


@pytest.mark.parametrize(("askers", "at_once"), [(1, 1), (12, 1), (50, 2), (30, 5)])
def test_no_more_than_so_many_are_worked_on_at_once_and_all_are_in_their_order(askers, at_once):
    lock, working, most, begun = threading.Lock(), 0, 0, []

    def work(number):
        nonlocal working, most
        with lock:
            working += 1
            most = max(most, working)
            begun.append(number)
        time.sleep(0.002)
        with lock:
            working -= 1
        return number

    found = many(Desk(at_once), [lambda number=number: work(number) for number in range(askers)])
    assert found == list(range(askers))
    assert most == min(askers, at_once)
    assert all(abs(place - number) < at_once for place, number in enumerate(begun))


@pytest.mark.parametrize(("at_once", "waiting"), [(1, 0), (2, 3), (1, 10)])
def test_who_comes_when_the_line_is_full_is_told_so_and_the_others_are_served(at_once, waiting):
    release = threading.Event()
    works = [lambda: release.wait(10)] * (at_once + waiting) + [release.set] * 2
    desk = Desk(at_once, waiting)
    done = []

    async def together():
        tasks = [asyncio.create_task(desk.serve(work)) for work in works]
        done.extend(await asyncio.gather(*tasks[-2:], return_exceptions=True))
        release.set()
        return await asyncio.gather(*tasks[:-2])

    assert asyncio.run(together()) == [True] * (at_once + waiting)
    assert [type(told) for told in done] == [Busy, Busy]
    assert str(done[0]) == f"{waiting} questions are waiting already: ask again in a minute."


def test_an_error_frees_the_place():
    def fail():
        raise ValueError("broken")

    desk = Desk(1)
    assert [type(told) for told in many(desk, [fail] * 3)] == [ValueError] * 3
    assert many(desk, [lambda: "served"]) == ["served"]


def test_places_are_numbered_and_move_up_when_one_ahead_leaves():
    desk = Desk(2)
    with desk.place() as first, desk.place() as second, desk.place() as third, desk.place() as fourth:
        assert [place.number for place in (first, second, third, fourth)] == [0, 0, 1, 2]
        with desk.place() as fifth:
            assert fifth.number == 3
    with desk.place() as next_one:
        assert next_one.number == 0


@pytest.mark.parametrize(
    ("number", "told"),
    [(1, "first"), (3, "third"), (10, "tenth"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"), (22, "22nd"),
     (33, "33rd"), (100, "100th"), (112, "112th")],
)  # fmt: skip
def test_the_place_is_told_in_words(number, told):
    assert f"Busy with other questions: you are {told} in line." in cards.waiting(number)


class Slow:
    """Answers when it is let."""

    def __init__(self):
        self.release, self.asked = threading.Event(), []

    def ask(self, question, **_):
        self.asked.append(question)
        assert self.release.wait(10)
        return Reply(question, "nothing", 0.0, reason=f"No answer to {question}")


def conversing(qa, desk, question):
    chat = Chat.__new__(Chat)
    chat.live, chat.desk = SimpleNamespace(qa=lambda: qa), desk
    return chat.converse(question, [], [], 3, "", "", "", "")


def test_the_chat_says_which_place_in_the_line_a_question_has_until_its_turn_comes():
    qa, desk, shown = Slow(), Desk(1), []

    async def asked(question):
        shown.append([])
        mine = shown[-1]
        async for messages, *_ in conversing(qa, desk, question):
            mine.append(messages[-1]["content"])
            if len(mine) == 2 and question == "third?":
                qa.release.set()

    async def together():
        await asyncio.gather(asked("first?"), asked("second?"), asked("third?"))

    asyncio.run(together())
    assert qa.asked == ["first?", "second?", "third?"]
    assert [len(mine) for mine in shown] == [2, 3, 4]
    assert "you are first in line" in shown[1][1]
    assert "you are second in line" in shown[2][1]
    assert "you are first in line" in shown[2][2]
    assert [mine[-1].count("No answer to") for mine in shown] == [1, 1, 1]


def test_who_goes_away_while_waiting_holds_up_nobody():
    qa, desk = Slow(), Desk(1)

    async def left():
        with desk.place():
            waiting = conversing(qa, desk, "gone?")
            await anext(waiting)
            assert "you are first in line" in (await anext(waiting))[0][-1]["content"]
            await waiting.aclose()
        qa.release.set()
        return [messages[-1]["content"] async for messages, *_ in conversing(qa, desk, "here?")]

    assert "No answer to here?" in asyncio.run(left())[-1]
    assert qa.asked == ["here?"]
