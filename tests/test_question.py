"""What a question asks for, and which words of a sentence could answer it."""

import pytest

from index.text import terms
from qa.question import (
    Asked,
    alike,
    as_written,
    asked,
    asked_in,
    candidates,
    content,
    matches,
    question_terms,
    read_as,
    sought,
)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who defected?", Asked.PERSON),
        ("Whose video was posted?", Asked.PERSON),
        ("Which politician declared himself president?", Asked.PERSON),
        ("When did Guaidó declare himself president?", Asked.TIME),
        ("In what year was he elected?", Asked.TIME),
        ("How long ago did it happen?", Asked.NUMBER),
        ("Where was the aid delivered?", Asked.PLACE),
        ("Which countries still recognise Maduro?", Asked.PLACE),
        ("How many people have fled?", Asked.NUMBER),
        ("How old is Guaidó?", Asked.NUMBER),
        ("Why did they flee?", Asked.REASON),
        ("What led to the boycott?", Asked.REASON),
        ("What did Tulsi Gabbard say?", Asked.SPEECH),
        ("WHAT HAS MADURO SAID ABOUT THE AID?", Asked.SPEECH),
        ("What is a coup?", Asked.ANYTHING),
        ("the whole somewhat", Asked.ANYTHING),
    ],
)
def test_the_question_word_gives_the_type_of_answer(question, kind):
    assert asked(question) is kind


def test_a_short_who_also_looks_for_those_who_do_it():
    assert sought("Who defected?") == ["defect", "defecter", "defector"]
    assert sought("When did they defect?") == ["defect"]
    assert sought("Who urged the officers to defect?") == ["urg", "offic", "defect"]


@pytest.mark.parametrize("question", ["Who defected to the U.S. on the U.S. ship?", "Wer zahlt?", "大桥"])
@pytest.mark.parametrize("languages", [[], [None], ["en"], ["en", None], [None, "en"]])
def test_over_english_articles_a_question_has_its_english_terms(question, languages):
    assert question_terms(question, languages) == terms(question)


@pytest.mark.parametrize(
    ("question", "languages", "found"),
    [
        # English words are German ones too, but none of those that say nothing in the language that is asked in.
        ("Who started the war in the houses?", ["en", "de"], ["start", "war", "hous", "started"]),
        ("When did he die?", ["de", "en"], ["die"]),
        ("Wer zahlt für die Häuser?", ["en", "de"], ["zahlt", "hauser", "haus"]),
        ("Wer zahlt für die Häuser?", ["de"], ["zahlt", "haus"]),
        ("大桥维修", ["zh", None], ["大桥", "桥维", "维修", "大桥维修"]),
        ("เรือ Boat", ["th", "en"], ["เรือ", "boat", "เร", "อ"]),
        ("bridges, bridges", [None, "uk"], ["bridg", "bridg", "bridges", "bridges"]),
    ],
)
def test_a_question_has_its_terms_in_every_language_of_the_articles(question, languages, found):
    assert question_terms(question, languages) == found


def test_matches_in_another_language():
    sentence = "维修工程耗资3.5亿元。"
    found = matches(content("大桥维修耗资多少？", "zh"), sentence, "zh")
    assert {term: [sentence[a:b] for _, (a, b) in each] for term, each in found.items()} == {
        "维修": ["维修"], "耗资": ["耗资"],
    }  # fmt: skip
    assert matches(content("Häuser", "de"), "Das Haus", "de") == {"haus": [(1.0, (4, 8))]}
    assert matches(content("Häuser"), "Das Haus") == {}


def test_content_leaves_out_words_that_only_shape_the_question():
    assert content("What did Mr Maduro say about the aid, the aid?") == ["mr", "maduro", "aid"]


def test_content_keeps_hollow_words_when_there_is_nothing_else():
    assert content("What did he say?") == ["say"]
    assert content("Who is it?") == []


SENTENCE = "Gen Francisco Yanez told 300 people in Caracas that on Friday he left because of “a coup under way”."


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (Asked.PERSON, ["Gen Francisco Yanez"]),
        (Asked.TIME, ["Friday"]),
        (Asked.PLACE, ["in Caracas"]),
        (Asked.ANYTHING, [SENTENCE]),
    ],
)
def test_candidates_are_what_a_type_of_question_wants(kind, found):
    assert [SENTENCE[start:end] for start, end in candidates(kind, SENTENCE)] == found


def test_each_digit_stands_for_its_number():
    assert {SENTENCE[start:end] for start, end in candidates(Asked.NUMBER, SENTENCE)} == {"3", "0"}


def test_a_name_the_question_gives_does_not_answer_who():
    sentence = "Juan Guaido thanked Leopoldo Lopez."
    known = content("Who did Juan Guaido thank?")
    assert [sentence[start:end] for start, end in candidates(Asked.PERSON, sentence, known)] == ["Leopoldo Lopez"]


def test_a_sentence_without_the_type_has_no_candidate():
    for kind in (Asked.PERSON, Asked.TIME, Asked.NUMBER, Asked.SPEECH):
        assert candidates(kind, "the protest was very loud") == []


@pytest.mark.parametrize(
    ("term", "other", "likeness"),
    [
        ("defect", "defect", 1.0),
        ("defect", "defector", 0.9),
        ("defector", "defect", 0.9),
        ("recognis", "regonis", 0.6),
        ("maduro", "madura", 0.6),
        ("maduro", "nadura", 0.0),
        ("four", "fours", 0.0),
        ("won", "son", 0.0),
        ("venezuela", "colombia", 0.0),
    ],
)
def test_likeness_of_two_terms(term, other, likeness):
    assert alike(term, other) == likeness
    assert alike(other, term) == likeness


def test_matches_give_every_place_of_a_word_of_the_question():
    sentence = "The defector, a general, saw other defectors; the generals saw him."
    found = matches(content("Which general defected?"), sentence)
    places = {
        term: [(likeness, sentence[start:end]) for likeness, (start, end) in each] for term, each in found.items()
    }
    assert places == {
        "general": [(1.0, "general"), (1.0, "generals")],
        "defect": [(0.9, "defector"), (0.9, "defectors")],
    }


def test_matches_sees_through_accents():
    (found,) = matches(["guaido"], "Mr Guaidó’s men")["guaido"]
    assert found == (1.0, (3, 11))


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("who defected?", "Who is the defector?"),
        ("Who has defected", "Who is the defector?"),
        ("Who leads?", "Who is the leader?"),
        ("“Who defects?”", "Who is the defector?"),
        # What was done to somebody, or more than a bare verb, is read as it was asked.
        ("Who was killed?", "Who was killed?"),
        ("Who defected from the army?", "Who defected from the army?"),
        ("Who did they defect to?", "Who did they defect to?"),
        ("When did he defect?", "When did he defect?"),
        ("Who resigned?", "Who resigned?"),
        ("Who?", "Who?"),
        ("Who is it?", "Who is it?"),
    ],
)
def test_a_bare_who_is_read_as_a_question_for_the_doer(question, read):
    assert read_as(question, {"defector", "leader", "killer"}.__contains__) == read


@pytest.mark.parametrize(
    ("question", "texts", "written"),
    [
        ("How old is the B17?", ["A boat.", "The B‑17 lay there."], "How old is the B‑17?"),
        ("Who got 1728 pounds?", ["Billed 1\u202f728 pounds", "1,728"], "Who got 1\u202f728 pounds?"),
        ("Did the B17 cost 1,728 or 99?", ["1728 for a B-17, in 99"], "Did the B-17 cost 1728 or 99?"),
        ("Did 1728 see 4500?", ["4,500 and 1,728"], "Did 1,728 see 4,500?"),
        ("Who posted the W-2?", ["The W-2 was posted."], "Who posted the W-2?"),
        ("Who posted the B52?", ["The B-17 was posted."], "Who posted the B52?"),
        ("Who was it?", ["B-17"], "Who was it?"),
    ],
)
def test_a_question_s_figures_as_the_text_writes_them(question, texts, written):
    assert as_written(question, texts) == written


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What does the WHO recommend?", Asked.ANYTHING),
        ("Who leads the WHO?", Asked.PERSON),
        ("WHO LEADS THE MISSION?", Asked.PERSON),
        ("When did the WHO send a team?", Asked.TIME),
    ],
)
def test_the_who_is_no_who(question, kind):
    assert asked(question) is kind


def test_in_which_language_a_question_is_asked():
    assert asked_in("Wer zahlt für die Brücke?", ["en", "de"]) == "de"
    assert asked_in("Who pays for the bridge?", ["de", None]) is None
    assert asked_in("Brücke", ["fr", "de"]) == "fr"
