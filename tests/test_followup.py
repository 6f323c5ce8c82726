"""A follow-up takes the words it needs from what was asked before, and nothing else."""

import pytest

from qa.followup import alone
from qa.reply import Turn


def turns(*questions):
    return [Turn(question) for question in questions]


def test_without_a_conversation_nothing_changes():
    assert alone("And when did he say it?", []) == "And when did he say it?"


def test_a_question_that_stands_alone_stays_as_asked():
    before = turns("Who defected in Venezuela?")
    assert alone("Which countries recognise Maduro?", before) == "Which countries recognise Maduro?"


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        ("When did he post the video?", "When did he post the video? Gen Yanez"),
        ("Why?", "Why? Gen Yanez"),
        ("And Mexico?", "And Mexico? Gen Yanez"),
        ("What about their children?  ", "What about their children? Gen Yanez"),
    ],
)
def test_a_follow_up_takes_the_subject_along(asked, searched):
    assert alone(asked, turns("Who is Gen Yanez?")) == searched


def test_words_that_are_already_there_are_not_repeated():
    assert alone("Did Maduro's men follow him?", turns("Who urged Maduro to resign?")) == (
        "Did Maduro's men follow him? urged resign"
    )


def test_names_come_first_and_four_words_are_the_most():
    long = "Which very senior military officers openly defied President Nicolas Maduro Moros?"
    assert alone("Why did they?", turns(long)) == "Why did they? President Nicolas Maduro Moros"


def test_the_last_question_that_stood_alone_gives_the_words():
    before = turns("Who is Tulsi Gabbard?", "Who is Padrino Lopez?", "And what did he say?")
    assert alone("Why did he say that?", before) == "Why did he say that? Padrino Lopez"


def test_a_conversation_of_follow_ups_alone_gives_nothing():
    assert alone("And why?", turns("And when?", "What about her?")) == "And why?"


def test_pointing_at_the_article_is_not_leaning():
    before = turns("Who is Gen Yanez?")
    assert alone("What does this article say about sanctions?", before) == (
        "What does this article say about sanctions?"
    )
    assert alone("Say whether there are sanctions", before) == "Say whether there are sanctions"


def test_another_name_takes_what_was_asked_and_leaves_the_old_name():
    assert alone("What about Maduro?", turns("Which countries recognise Guaido?")) == (
        "What about Maduro? countries recognise"
    )


def test_there_is_does_not_lean():
    question = "How many people are there in Venezuela?"
    assert alone(question, turns("Who is Gen Yanez?")) == question
