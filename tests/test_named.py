"""An outlet named as the source of an answer is told from one that is only mentioned, and the rest is a question."""

import pytest

from qa.named import source

OUTLETS = (
    "The Guardian",
    "BBC News",
    "Reuters",
    "The New York Times",
    "The Times",
    "Le Monde",
    "The Independent",
    "dailymail.co.uk",
    "People",
    "The Atlantic",
    "El País",
    "Agence France-Presse",
    "The Economist",
)


@pytest.mark.parametrize(
    ("question", "outlet", "rest"),
    [
        # What an outlet says about something.
        ("what did the Guardian say about Guaidó?", "The Guardian", "what is said about Guaidó?"),
        ("What does Reuters report on the oil price?", "Reuters", "What is said on the oil price?"),
        ("what has the BBC ever said about Brexit?", "BBC News", "what is said about Brexit?"),
        ("What is Reuters saying about the tariffs?", "Reuters", "What is said about the tariffs?"),
        ("what does the Guardian tell us about the defectors?", "The Guardian", "what is said about the defectors?"),
        ("What else did Le Monde write about Macron?", "Le Monde", "What else is said about Macron?"),
        ("tell me what the Guardian says about Maduro", "The Guardian", "tell me what is said about Maduro"),
        ("What does the Guardian article say about the aid?", "The Guardian", "What is said about the aid?"),
        ("what did Reuters report last week about the row?", "Reuters", "what is said last week about the row?"),
        ("What does the New York Times think of Trump?", "The New York Times", "What is said of Trump?"),
        ("WHAT DID THE GUARDIAN SAY ABOUT GUAIDÓ?", "The Guardian", "WHAT is said ABOUT GUAIDÓ?"),
        ("has the Guardian ever written about fracking?", "The Guardian", "what is said about fracking?"),
        ("Did Reuters report anything on the oil spill?", "Reuters", "what is said on the oil spill?"),
        ("How does the Guardian describe Guaidó?", "The Guardian", "what is said about Guaidó?"),
        ("Since 2018, what has the BBC said about Brexit?", "BBC News", "Since 2018, what is said about Brexit?"),
        ("What did Reuters say about the BBC article on oil?", "Reuters", "What is said about the BBC article on oil?"),
        ("What did Reuters say about oil in the BBC article?", "Reuters", "What is said about oil in the BBC article?"),
        ("What did the Guardian say about the BBC?", "The Guardian", "What is said about the BBC?"),
        ("what was reported by Reuters about the coup?", "Reuters", "what was reported about the coup?"),
        # What an outlet says is so.
        ("Who did Reuters say defected?", "Reuters", "Who defected?"),
        ("How many people does the BBC say were killed?", "BBC News", "How many people were killed?"),
        ("how many people did Reuters report were killed?", "Reuters", "how many people were killed?"),
        ("Where does Le Monde say that the plane crashed?", "Le Monde", "Where the plane crashed?"),
        # According to an outlet.
        ("according to the BBC, who defected?", "BBC News", "who defected?"),
        ("who defected, according to the BBC?", "BBC News", "who defected?"),
        ("According to Reuters who defected?", "Reuters", "who defected?"),
        ("Which minister resigned, according to Le Monde?", "Le Monde", "Which minister resigned?"),
        ("which minister resigned according to le monde", "Le Monde", "which minister resigned"),
        ("What, according to Reuters, caused the fire?", "Reuters", "What caused the fire?"),
        ("Who resigned (according to the BBC)?", "BBC News", "Who resigned?"),
        ("Who resigned according to Reuters, and why?", "Reuters", "Who resigned and why?"),
        ("According to “The Guardian”, who fled?", "The Guardian", "who fled?"),
        ("According to the Guardian newspaper, who fled?", "The Guardian", "who fled?"),
        (
            "According to the Guardian, what did Reuters say about oil?",
            "The Guardian",
            "what did Reuters say about oil?",
        ),
        ("What did Reuters say about oil, according to the BBC?", "BBC News", "What did Reuters say about oil?"),
        ("Who defected, as reported by Reuters?", "Reuters", "Who defected?"),
        ("How many deaths were reported by Reuters?", "Reuters", "How many deaths were reported?"),
        # In its article.
        ("in the New York Times article, how many died?", "The New York Times", "how many died?"),
        ("How many died in the Guardian's report?", "The Guardian", "How many died?"),
        ("Who is quoted in the Guardian story about Guaidó?", "The Guardian", "Who is quoted about Guaidó?"),
        ("in an article by Reuters, who is called a coward?", "Reuters", "who is called a coward?"),
        ("In the Guardian, who is called a coward?", "The Guardian", "who is called a coward?"),
        ("According to a Reuters report, who fled?", "Reuters", "who fled?"),
        # Questions for a byline keep their article.
        ("who wrote the Guardian article about Guaidó?", "The Guardian", "who wrote the article about Guaidó?"),
        (
            "When was the Guardian's story on Guaidó published?",
            "The Guardian",
            "When was the story on Guaidó published?",
        ),
        ("Who wrote the story in the Guardian about Guaidó?", "The Guardian", "Who wrote the story about Guaidó?"),
        # Spellings.
        ("What did the NYT say about Trump?", "The New York Times", "What is said about Trump?"),
        ("what did AFP report on the coup?", "Agence France-Presse", "what is said on the coup?"),
        ("according to bbc news, who fled?", "BBC News", "who fled?"),
        ("According to the Daily Mail, who fled?", "dailymail.co.uk", "who fled?"),
        ("according to dailymail.co.uk, who fled?", "dailymail.co.uk", "who fled?"),
        ("What did El Pais say about Guaidó’s wife?", "El País", "What is said about Guaidó’s wife?"),
        ("What did the Times say about Corbyn?", "The Times", "What is said about Corbyn?"),
        ("What does The Economist say about debt?", "The Economist", "What is said about debt?"),
        ("What did El Pai\u0301s say about Spain?", "El País", "What is said about Spain?"),
        ("what did the independent say about guaido", "The Independent", "what is said about guaido"),
    ],
)
def test_a_source_is_found_and_the_rest_is_asked(question, outlet, rest):
    assert source(question, OUTLETS) == (outlet, rest)


@pytest.mark.parametrize(
    "question",
    [
        # Mentioned only.
        "who owns the Guardian?",
        "How many people read the BBC?",
        "Who told Reuters that more officers would defect?",
        "What did the official tell Reuters?",
        "What did Trump say about the New York Times?",
        "What did the editor of the Guardian say about Brexit?",
        "Why did Trump attack the New York Times story?",
        "Who was sued by the Guardian?",
        "What did the BBC do about Savile?",
        "What was the BBC told about Savile?",
        "What did the BBC say it would do?",
        "What did the BBC say they will cut?",
        "What did the Guardian say when Snowden fled?",
        "Why did the BBC say sorry?",
        "When did the Guardian first report on Snowden?",
        "How did the BBC cover up the complaints?",
        "Why was the Guardian's coverage criticised?",
        "Who works for Le Monde?",
        # Another name that holds an outlet's, and words that are one.
        "What did the Guardian Council say about the election?",
        "According to the Guardian Council, who won?",
        "According to the Guardian's editor, who won?",
        "According to the Times of Israel, who won?",
        "According to a Reuters photographer, who fired?",
        "According to Guardian-style rules, who won?",
        "According to Reuters.com, who won?",
        "According to independent experts, who won?",
        "In the independent report, who is blamed?",
        "What do people say about Maduro?",
        "According to the people who fled, what happened in Caracas?",
        "What did the economist say about inflation?",
        "According to the Sunday Times, who won?",
        "What did the nyt say about Trump?",
        # Several sources.
        "According to the BBC and the Guardian, who fled?",
        "According to Reuters, the BBC and Le Monde, who fled?",
        "What did Reuters and the BBC say about oil?",
        # Nothing else is asked.
        "what did the Guardian say?",
        "What did the Guardian report on Monday?",
        "What happened, according to Reuters?",
        "What did the BBC say about it?",
        "In the Guardian article?",
        "What is the Guardian article about?",
        # No outlet.
        "According to Maduro, who fled?",
        "What did § say about Guaidó?",
        "who defected?",
        "",
    ],
)
def test_no_source(question):
    assert source(question, OUTLETS) is None


def test_a_name_in_a_place_where_only_a_title_stands_needs_its_capital():
    assert source("According to The Atlantic, who won?", OUTLETS) == ("The Atlantic", "who won?")
    assert source("According to People, who won?", OUTLETS) == ("People", "who won?")
    assert source("In the Atlantic, how many ships sank?", OUTLETS) is None


def test_the_longest_name_is_meant():
    assert source("What did the New York Times say about oil?", ["The Times", "The New York Times"]) == (
        "The New York Times",
        "What is said about oil?",
    )
    # Without it in the corpus, "Times" is not what was named.
    assert source("What did the New York Times say about oil?", ["The Times"]) is None


@pytest.mark.parametrize(
    ("name", "outlets"),
    [
        ("WP", ["The Washington Post", "Western Press"]),
        ("the BBC", ["bbc.co.uk", "BBC News"]),
        ("the Guardian", ["theguardian.com", "guardian.co.uk"]),
    ],
)
def test_a_short_name_that_fits_two_outlets_names_none(name, outlets):
    question = f"According to {name}, who fled?"
    assert source(question, outlets) is None
    for outlet in outlets:
        assert source(question, [outlet]) == (outlet, "who fled?")


@pytest.mark.parametrize(
    ("name", "outlets", "meant"),
    [
        ("the Guardian", ["theguardian.com", "The Guardian"], "The Guardian"),
        ("the Guardian", ["Guardian", "The Guardian"], "The Guardian"),
        ("Guardian", ["The Guardian", "Guardian"], "Guardian"),
        ("the Mail", ["Mail", "MAIL"], "Mail"),
        ("the Washington Post", ["washingtonpost.com"], "washingtonpost.com"),
        ("CNN", ["edition.cnn.com"], "edition.cnn.com"),
        ("the Guardian", ["The Guardian (OneStopEnglish, Adv)"], "The Guardian (OneStopEnglish, Adv)"),
        ("the Star-Ledger", ["Star Ledger"], "Star Ledger"),
    ],
)
def test_a_name_in_full_comes_before_a_short_one(name, outlets, meant):
    assert source(f"According to {name}, who fled?", outlets) == (meant, "who fled?")


@pytest.mark.parametrize(
    ("question", "outlets"),
    [
        ("What did I say about Guaidó?", ["i"]),
        ("According to who, did he flee?", ["who.int"]),
        ("What did the US say about Maduro?", ["United Sentinel"]),
        ("According to the UN, who fled?", ["UN News"]),
        ("WHAT DID IT SAY ABOUT GUAIDÓ?", ["India Today"]),
        ("According to the Guardian, who fled?", []),
        ("According to the Guardian, who fled?", ["", "The"]),
    ],
)
def test_what_is_no_name_is_not_taken_for_one(question, outlets):
    assert source(question, outlets) is None


def test_accents_before_the_name_do_not_shift_what_is_cut():
    # The same letter as one sign, as two, and one that folds to two letters.
    for word in ("Guaidó", "Guaido\u0301", "ﬁre"):
        _, rest = source(f"After {word}: who fled, according to Reuters?", OUTLETS)
        assert rest.endswith("who fled?")
        assert rest.startswith("After ")
