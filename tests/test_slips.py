"""Slips of the pen in a question find what was meant; words, other names and what is quoted are left alone."""

import pytest
from cuttings import indexed

from index.text import terms
from qa.slips import mended, typed

ARTICLES = (
    "Halvorsen dated the Viking loom of Ostrevik. Nelson Mandela and minister Astrid Kellen saw the glacier from the "
    "ferry, and archaeologists measured the temperature. Carla Dietz recognised Zelensky, Mathilda Thompson and "
    "Petrossian."
)
HELD = frozenset(terms(ARTICLES))
WORDS = frozenset("trials marital thomson keller cathedral".split())
"""Words of the language that no article holds."""


def asked(question, languages=(None,), held=HELD):
    return mended(question, held.__contains__, lambda word: word.lower() in WORDS, languages)


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("Who dated the Vikign loom?", "Who dated the Viking loom?"),
        ("What did Mandella see?", "What did Mandela see?"),
        ("Who saw the galcier?", "Who saw the glacier?"),
        ("Who saw the glacer?", "Who saw the glacier?"),  # one too few
        ("Who saw the glaciier?", "Who saw the glacier?"),  # one too many
        ("Who saw the glaciar?", "Who saw the glacier?"),  # another in its place
        ("Who saw the galciers?", "Who saw the glaciers?"),  # as the question has it, in the plural
        ("What did the archaeologsits measure?", "What did the archaeologists measure?"),
        ("What temprature did they measure?", "What temperature did they measure?"),
        ("Did Zelesnky come?", "Did Zelensky come?"),
        ("Was Halvorsn there?", "Was Halvorsen there?"),  # one left out of a long name
        ("Was Petrosian there?", "Was Petrossian there?"),  # not doubled
        ("WHO DATED THE VIKIGN LOOM?", "WHO DATED THE VIKING LOOM?"),
        ("Galcier, who saw it?", "Glacier, who saw it?"),
    ],
)
def test_a_slip_is_mended(question, meant):
    assert asked(question) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Why did minister Keller resign?",  # another letter is another name
        "Why did minister Kellan resign?",
        "Who recognised Carlo Dietz?",
        "Who recognised Carla Dieter?",
        "Was Halvorson there?",
        "Did Mathilda Thomson come?",  # a name that the language knows
        "Who saw the cathedral?",
        "Who saw the loom?",
        "Who dated the “Vikign” loom?",
        'Who dated the "Vikign" loom?',
        "Who dated the VIKIGN loom?",
        "Who dated the lomo?",  # too short
        "Who dated the xylophone?",
        "",
    ],
)
def test_what_is_no_slip_is_left_alone(question):
    assert asked(question) == question


def test_a_word_that_is_near_to_two_is_left_alone():
    held = frozenset(terms("the marinas of Norland, and a manner of speaking: planner, planter"))
    assert asked("who is the planer", held=held) == "who is the planner"  # not doubled, before another in its place
    held = frozenset(("glacier", "glazier"))
    assert asked("who saw the glaaier", held=held) == "who saw the glaaier"


@pytest.mark.parametrize(
    ("language", "text", "question", "meant"),
    [
        ("de", "Die Brücke ist gesperrt", "Warum ist die Brükce gesperrt?", "Warum ist die Brücke gesperrt?"),
        ("fr", "La saison est finie", "Où est la maison ?", "Où est la maison ?"),  # its words are not known to us
        ("ru", "Почему закрыт ледник", "Почему закрыт лединк?", "Почему закрыт ледник?"),
        ("sv", "Varför är bron stängd och glaciären borta", "Varför är galciären borta?", "Varför är glaciären borta?"),
    ],
)
def test_in_other_languages_only_what_is_hardly_ever_another_word(language, text, question, meant):
    assert asked(question, (language,), frozenset(terms(text, language))) == meant


def test_the_words_as_typed_are_told():
    question = "Did the Vikign see the galcier?"
    assert typed(question, asked(question)) == ("Vikign", "galcier")
    assert typed("Who saw it?", "Who saw it?") == ()


def test_a_reply_says_what_was_searched_for_and_offers_the_words_as_typed(fake_model, home):
    qa = indexed(home, {"loom.txt": f"The loom\n\n{ARTICLES}\n\n{ARTICLES}"})
    reply = qa.ask("Who dated the Vikign loom?")
    assert reply.searched_for == "Who dated the Viking loom?"
    assert reply.offer == "No article has “Vikign”: to search for it all the same, put it in quotation marks."
    assert "Viking loom" in (*reply.quotes, *reply.related)[0].text
    plain = qa.ask("Who dated the Viking loom?")
    assert (plain.searched_for, plain.offer) == (None, None)
    quoted = qa.ask("Who dated the “Vikign” loom?")
    assert (quoted.searched_for, quoted.offer) == (None, None)
