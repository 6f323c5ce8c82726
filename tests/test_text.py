"""Text to sentences, words and terms; every span slices back."""

import unicodedata

import pytest
from bench_languages import ends_compared
from newsstand import MORE, NEWS

from index.text import (
    STOP_WORDS,
    count_words,
    counted,
    fold,
    function_words,
    placed_terms,
    sentences,
    terms,
    words,
)

GERMAN = "Die Brücke bleibt ein Jahr lang gesperrt, während größere Stücke der „Türme“ überprüft werden – so heißt es."


def parts(text, language=None):
    return [text[a:b] for a, b in sentences(text, 0, None, language)]


@pytest.mark.parametrize(
    "expected",
    [
        ["One sentence."],
        ["“We left,” she said.", "He stayed!", "Why?"],
        ["Lt. Col. Vindman spoke to Gen. Milley in the U.S. on Jan. 5 about $3.5m.", "He left."],
        ["Gen. Sgt. Maj. Smith came.", "He saw."],
        ["Mr Trump met Dr. Fauci, i.e. his adviser, at 5 p.m. on Friday.", "They spoke."],
        ["No full stop at the end"],
    ],
)
def test_sentences(expected):
    assert parts("  " + "  ".join(expected) + " \n") == expected


def test_a_wrapped_line_ends_no_sentence():
    text = "The bridge was closed\nfor a year. Ferries\nrun."
    assert parts(text) == ["The bridge was closed\nfor a year.", "Ferries\nrun."]


def test_sentences_of_a_part_count_in_the_whole_text():
    text = "Title. One. Two here. Rest."
    found = list(sentences(text, 7, 21))
    assert [text[a:b] for a, b in found] == ["One.", "Two here."]
    assert found[0][0] == 7


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t \xa0"])
def test_no_words_no_sentences(text):
    assert parts(text) == []


def test_a_rank_at_the_very_end_is_kept():
    assert parts("They met the Gen.") == ["They met the Gen."]


RUN_ON = {
    "pl": [(3, 4)],  # "w ub. r. Do" could be a name's initial
    "ru": [(5, 6)],  # so could "и т. д. Первой"
}
"""Neighbouring sentences that are taken for one."""


@pytest.mark.parametrize("language", sorted(set(NEWS) - {"en"}))
def test_sentences_of_other_languages(language):
    expected = list(NEWS[language].sentences)
    for first, second in RUN_ON.get(language, []):
        expected[first : second + 1] = [f"{expected[first]} {expected[second]}"]
    assert parts(NEWS[language].text, language) == expected


def test_sentences_that_the_rules_were_not_made_with():
    """Four ends of 96 are missed and ten invented; sentencex alone misses 6 and invents 37, nupunkt 18 and 43."""
    missed, invented = 0, 0
    for language, wanted in MORE.items():
        text = ("" if language in ("zh", "ja") else " ").join(wanted)
        lost, new = ends_compared(wanted, parts(text, language))
        missed, invented = missed + lost, invented + new
    assert (missed, invented) == (4, 10)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("sv", ["”Det brinner”, sade hon.", "Vem ringde?"]),
        ("fr", ["« Qui paiera ? » demande-t-il.", "« Moi ! »", "Il rit."]),
        ("ru", ["— Уйдём! — сказал он.", "А. С. Пушкин молчал."]),
        ("el", ["Ποιος πληρώνει;", "Κανείς."]),
        ("hi", ["वह गया।", "क्यों?"]),
        ("ar", ["من سيدفع؟", "لا أحد."]),
        ("ur", ["وہ گیا۔", "کیوں؟"]),
        ("my", ["သူသွားသည်။", "ဘာကြောင့်လဲ။"]),
        ("de", ["Am 3. Mai kam er.", "Er blieb bis 2019.", "Dann ging er."]),
        ("en", ["Gen. Sgt. Maj. Smith came.", "He saw."]),
    ],
)
def test_marks_and_traps_of_other_languages(language, expected):
    assert parts(" ".join(expected), language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("zh", ["“走吧！”", "他说。", "为什么？！", "不。"]), ("ja", ["「行こう。」と彼は言った。", "ところが、雨だ。"])],
)
def test_no_space_is_needed_after_wide_marks(language, expected):
    assert parts("".join(expected), language) == expected


def test_thai_is_parted_at_spaces_between_clauses():
    clause = "ชาวบ้านต้องข้ามแม่น้ำด้วยเรือ"
    # No end beside a number, none before sixty characters, none that leaves less than thirty.
    first = f"{clause} {clause}และค่าซ่อมแซมสูงถึง 35 ล้านบาท"
    text = f"{first} {clause} {clause} {clause}"
    assert parts(text, "th") == [first, f"{clause} {clause} {clause}"]


@pytest.mark.parametrize("text", [NEWS["en"].text, GERMAN, "He met Dr. Fauci at 5 p.m. on Friday. They spoke."])
def test_unsure_is_treated_as_english(text):
    assert parts(text, None) == parts(text, "en")
    assert terms(text, None) == terms(text, "en")


def test_words():
    text = "Don’t trust twenty-one e-mails_at 3.5% from l'Été 新聞!"
    assert [text[a:b] for a, b in words(text)] == [
        "Don’t", "trust", "twenty", "one", "e", "mails", "at", "3", "5", "from", "l'Été", "新聞",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("one two\nthree", 3), ("新" * 95, 47), ("ก" * 95, 19), ("a" * 9, 1), ("x" * 100 + " y", 10)],
)
def test_count_words(text, count):
    assert count_words(text) == count


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Guaidó’s", "guaido"),
        ("defected", "defections"),
        ("running", "RUNS"),
        ("Müller", "muller"),
        ("don’t", "don't"),
        ("ﬁnance", "finance"),
    ],
)
def test_both_spellings_give_one_term(one, other):
    assert terms(one) == terms(other) != []


def test_terms_keep_order_and_number_and_leave_function_words_out():
    assert terms("The bridge, and the ferries of the bridge: 2019!") == ["bridg", "ferri", "bridg", "2019"]
    assert terms("Who was it, and why did they?") == []
    assert terms(" ".join(STOP_WORDS)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("B-17", "B17"), ("B‑17", "b17"), ("B–17", "B-17"), ("b-17", "B17"), ("B-17s", "B17"), ("W2", "W‐2"),
        ("H1N1", "h1n1"), ("17-C-204/2019", "17‑C‑204/2019"), ("5G", "5g"), ("F-16s", "F16"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", [None, "de", "fr"])
def test_a_code_is_one_term_however_it_is_written(one, other, language):
    assert terms(one, language) == terms(other, language) != []
    assert len(set(terms("B-17", language))) == 1


@pytest.mark.parametrize(
    "number", ["1,728", "1.728", "1 728", "1\u00a0728", "1\u202f728", "1\u2009728", "1'728", "1’728"]
)
@pytest.mark.parametrize("language", [None, "de", "fr"])
def test_a_number_is_one_term_however_its_groups_are_parted(number, language):
    assert terms(f"{number} crowns", language)[0] == terms("1728", language)[0] == "1728"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("123,456,789 crowns", ["123456789", "crown"]),
        ("14.2.1.0", ["14", "2", "1", "0"]),
        ("12,34 and 1.5", ["12", "34", "1", "5"]),
        ("the 2019-20 season", ["2019", "20", "season"]),
        ("COVID-19", ["covid19", "covid"]),
        ("B-17/B-24 bombers", ["b17", "b24", "bomber"]),
        ("mid-1990s", ["mid", "1990s"]),
        ("a 19-year-old", ["19", "year", "old"]),
    ],
)
def test_figures_that_are_parted_for_other_reasons(text, expected):
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("radio\u00adlogical", "radiological"), ("Magda\u200blena", "Magdalena"), ("\u200eferry\u200f", "ferry"),
        ("block\ufeffade", "blockade"), ("B\u00ad-17", "B17"), ("1,\u200b728", "1728"), ("fl\u200cight", "flight"),
        ("O’Hanrahan", "O'Hanrahan"), ("OʼHanrahan", "O`Hanrahan"),
        ("O＇Hanrahan", "OHanrahan"), ("O´Hanrahan", "O‘Hanrahan"),
    ],
)  # fmt: skip
def test_what_nobody_sees_parts_no_term(one, other):
    assert terms(one) == terms(other) != []
    assert terms(one, "de") == terms(other, "de") or "'" in one + other or "Hanrahan" in one


def test_terms_and_words_with_unseen_characters_stand_where_they_are():
    text = "The radio\u00adlogical\u200b train of B\u2011\u200b17"
    assert [(term, text[a:b]) for term, (a, b) in placed_terms(text)] == [
        ("radiolog", "radio\u00adlogical"), ("train", "train"), ("b17", "B\u2011\u200b17"),
    ]  # fmt: skip
    assert [text[a:b] for a, b in words(text)][:2] == ["The", "radio\u00adlogical"]


def test_accents_written_apart_part_no_word():
    text = unicodedata.normalize("NFD", "Mr Müller of Ālesund, É-17 and 1\u00ad,728")
    assert [(term, unicodedata.normalize("NFC", text[a:b])) for term, (a, b) in placed_terms(text)] == [
        ("mr", "Mr"), ("muller", "Müller"), ("alesund", "Ālesund"), ("e", "É"), ("17", "17"), ("1728", "1\u00ad,728"),
    ]  # fmt: skip


def test_persian_keeps_the_joiners_that_part_its_words():
    assert terms("کابل‌های پل", "fa") == ["کابل", "پل"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who is the head of IT?", ["head", "IT"]),
        ("What does the WHO recommend?", ["WHO", "recommend"]),
        ("the WHO's chief in the US", ["WHO", "chief", "US"]),
        ("the U.S. lifted a ban on us", ["US", "lift", "ban"]),
        ("It is on us, who else?", ["els"]),
        ("WHO IS THE HEAD OF IT?", ["head"]),  # spoken loud
        ("“STAY AWAY FROM HERE” was on it", ["stay", "away"]),
        ("He saw IT ALL AND THEN left", ["saw", "left"]),
    ],
)
def test_capitals_that_spell_function_words_are_names_unless_all_is_loud(text, expected):
    assert terms(text) == expected


def test_the_same_terms_are_found_in_a_question_and_in_the_text():
    for question, text in (
        ("IT", "the IT office"),
        ("U.S.", "the US ban"),
        ("w-2", "W2 forms"),
        ("1 728", "1,728 crowns"),
    ):
        assert set(terms(question)) & set(terms(text)), question


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Die Häuser in der Straße", ["haus", "strass"]),
        ("fr", "L’institut a déclaré : les régions déclarées", ["institut", "declar", "region", "declar"]),
        ("es", "¿Por qué se oxidaron las vías?", ["oxid", "vias"]),
        ("ru", "Канатную дорогу в Озёрске", ["канатн", "дорог", "озерск"]),
        ("tr", "İSTANBUL’da köprünün", ["istanbul", "kopru"]),
        ("ar", "الجسر، كِتَابٌ", ["جسر", "كتاب"]),
        ("hi", "पुल की मरम्मत", ["पुल", "मरम्मत"]),
        ("fa", "کابل‌های پل", ["کابل", "پل"]),
        ("uk", "роботи на поромі", ["роботи", "поромі"]),
        ("zh", "GDP增长3.5亿，好", ["gdp", "增长", "3", "5", "亿", "好"]),
        ("ja", "ガイド", ["ガイ", "イド"]),
        ("ja", "ｶﾞｲﾄﾞ", ["ガイ", "イド"]),
        ("ja", "が\u304b\u3099", ["がが"]),
        ("th", "เรือที่", ["เรือ", "อที่"]),
        ("ko", "서울시는", ["서울", "울시", "시는"]),
    ],
)
def test_terms_of_other_languages(language, text, expected):
    assert terms(text, language) == expected
    assert [term for term, _ in placed_terms(text, language)] == expected


def test_terms_stand_where_their_words_do():
    text = "Die Brücken: 新聞報道!"
    assert [(term, text[a:b]) for term, (a, b) in placed_terms(text, "de")] == [
        ("bruck", "Brücken"), ("新聞", "新聞"), ("聞報", "聞報"), ("報道", "報道"),
    ]  # fmt: skip
    text = "The bridge’s cables"
    assert [(term, text[a:b]) for term, (a, b) in placed_terms(text)] == [("bridg", "bridge’s"), ("cabl", "cables")]


@pytest.mark.parametrize(
    ("language", "text", "empty"),
    [
        (None, "Who pays for the pier?", ["Who", "for", "the"]),
        ("de", "Wer zahlt für die Brücke?", ["Wer", "für", "die"]),
        ("de", "Who started the war?", ["war"]),
        ("fa", "چه کسی هزینه را می‌پردازد؟", []),  # its list is too long to be trusted
        ("zh", "谁来承担费用？", []),
    ],
)
def test_function_words(language, text, empty):
    assert [text[a:b] for a, b in function_words(text, language)] == empty


def test_different_words_stay_different():
    assert terms("universe")[0] != terms("bridge")[0]
    assert terms("war") != terms("was")


@pytest.mark.parametrize(("text", "plain"), [("Guaidó’s", "guaido's"), ("ÇELİK", "celik"), ("ABC", "abc")])
def test_fold(text, plain):
    assert fold(text) == plain


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((0, "article"), "0 articles"),
        ((1, "story", "stories"), "1 story"),
        ((2000, "story", "stories"), "2,000 stories"),
    ],
)
def test_counted(given, told):
    assert counted(*given) == told
