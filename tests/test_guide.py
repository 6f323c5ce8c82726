"""What is no question gets three lines about what this tool does, and every question is still asked."""

import doctest

import pytest
from cuttings import faked, opened

from qa import guide, terminal
from qa.web import cards


@pytest.fixture(scope="module")
def qa(tmp_path_factory):
    with faked():
        yield opened(tmp_path_factory.mktemp("guide")).qa()


@pytest.mark.parametrize(
    "text",
    [
        "hello", "Hi there!", "Good morning, everyone", "hey, how are you?", "bonjour", "Guten Tag",
        "Thanks!", "OK, thanks a lot", "thank you very much", "merci", "Thanks for your help.", "bye",
        "help", "Help me please", "Can you help me?", "What can you do?", "how does this work?", "What can I ask you?",
        "Summarise the flood", "Please summarize the news of this week.", "Could you please sum up this article?",
        "Give me a short summary of the strike", "TL;DR", "I'd like an overview of the election", "a summary of it all",
        "Hello, can you summarise the articles?", "Summarise what Yanez said\nin three sentences",
    ],
)  # fmt: skip
def test_a_greeting_thanks_and_calls_for_help_or_a_summary(qa, text):
    reply = qa.ask(text)
    assert (reply.status, reply.quotes, reply.related, reply.reason) == ("nothing", (), (), guide.TOLD)
    assert terminal.reply(reply) == guide.TOLD
    assert "Right to refuse" not in cards.reply(reply)
    assert len(guide.TOLD.splitlines()) == 3
    assert cards.reply(reply).count("<br>") == 2


@pytest.mark.parametrize(
    "text",
    [
        "Who said hello?", "Hello, who defected?", "What did the summary of the report say?", "Who helped the victims?",
        "help for flood victims", "Who thanked the firemen?", "Summary judgment was granted when?", "How do I vote?",
        "hi-fi sales in 2019", "What does the minister do?", "Hey Jude was written by whom?",
        "Who is the goodbye song by?",
        "How does it work at the border?", "Thanks to whom was the bridge reopened?",
    ],
)  # fmt: skip
def test_a_question_with_such_a_word_is_asked(qa, text):
    assert not guide.is_no_question(text)
    assert qa.ask(text).reason != guide.TOLD


def test_its_example_holds():
    assert doctest.testmod(guide).attempted > 0
    assert doctest.testmod(guide).failed == 0


def test_passages_are_ranked_for_what_is_no_question_too(qa):
    assert qa.search("help", 3) == qa.searcher.search("help", 3)
