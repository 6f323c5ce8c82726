"""A reply's JSON is what programs rely on, and no quote passes that does not stand in its article."""

import hashlib
import json
from dataclasses import replace

import pytest

from index.article import Article, Byline, Passage
from index.errors import Damaged
from qa.reply import Hit, Quote, Reply

TEXT = "😀👩‍🚀 Headline é\n\nGen Francisco Yanez defected. Nobody else did."
START = TEXT.index("Gen")
END = TEXT.index(" Nobody")
PUBLISHED = "2019-02-08T18:38:00+00:00"


def article(text=TEXT, **byline):
    return Article("a1", text, Byline("Headline é", **byline), path=None)


def quote(of=None, start=START, end=END, answer=None):
    return Quote(of or article(), start, end, 0.912345, {"dense": 1, "lexical": 3}, answer)


def test_a_reply_is_the_object_that_was_promised():
    credited = article(author="A. Buncombe", published=PUBLISHED, outlet="Independent", url="https://example.org/a")
    reply = Reply(
        "who defected?",
        "answered",
        0.87654321,
        (quote(credited, answer=(START, START + 19)),),
        searched_for="who defected? Venezuela",
        searched_in="Independent",
        took_ms={"search": 12, "read": 40, "total": 55},
    )
    assert json.loads(json.dumps(reply.to_json("q7"))) == {
        "_id": "q7",
        "question": "who defected?",
        "searched_for": "who defected? Venezuela",
        "searched_in": "Independent",
        "answered": True,
        "confidence": 0.8765,
        "status": "answered",
        "reason": None,
        "quotes": [
            {
                "text": "Gen Francisco Yanez defected.",
                "start": START,
                "end": END,
                "answer": {"text": "Gen Francisco Yanez", "start": START, "end": START + 19},
                "article_id": "a1",
                "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
                "title": "Headline é",
                "author": "A. Buncombe",
                "source": "Independent",
                "published": PUBLISHED,
                "updated": None,
                "path": None,
                "member": None,
                "page": None,
                "url": "https://example.org/a",
                "score": 0.9123,
                "ranks": {"dense": 1, "lexical": 3},
                "also_in": [],
            }
        ],
        "related": [],
        "took_ms": {"search": 12, "read": 40, "total": 55},
    }


def test_a_refusal_has_no_quotes_and_every_unknown_is_null():
    given = Reply("who?", "related", 0.2, related=(quote(),), reason="These articles do not say.").to_json()
    assert (given["answered"], given["status"], given["quotes"]) == (False, "related", [])
    assert (given["_id"], given["searched_for"], given["reason"]) == (None, None, "These articles do not say.")
    (related,) = given["related"]
    assert related["text"] == "Gen Francisco Yanez defected."
    nulls = {key for key, value in related.items() if value is None}
    assert nulls == {"answer", "author", "source", "published", "updated", "path", "member", "page", "url"}


def test_a_quote_names_the_page_on_which_it_begins():
    paged = replace(article(), pages=(0, START, END))
    assert quote(paged).to_json()["page"] == 2
    assert quote(paged, start=0, end=5).to_json()["page"] == 1
    assert quote(paged, start=END, end=END + 3).to_json()["page"] == 3


def test_offsets_count_code_points_after_emoji():
    given = quote().to_json()
    # One emoji is one code point and two UTF-16 units; the astronaut is three code points, eleven bytes.
    assert given["start"] == 17
    assert TEXT[given["start"] : given["end"]] == given["text"]


def test_a_quote_that_stands_in_its_article_passes():
    passed = quote(answer=(START, START + 19))
    assert passed.check(article().sha256) is passed


def test_a_quote_from_a_changed_text_is_refused():
    changed = article(TEXT.replace("Yanez", "Gomez"))
    with pytest.raises(Damaged, match=r"“Headline é” \(a1\) has changed since it was indexed.*qa index --rebuild"):
        quote(changed).check(article().sha256)


@pytest.mark.parametrize(
    ("start", "end", "answer"),
    [
        (-1, 5, None),
        (5, 5, None),
        (9, 5, None),
        (5, len(TEXT) + 1, None),
        (START, END, (START - 1, END)),
        (START, END, (START, END + 1)),
        (START, END, (START, START)),
    ],
)
def test_a_span_outside_its_article_or_quote_is_refused(start, end, answer):
    with pytest.raises(Damaged, match=f"{start}-{end} does not lie inside article a1 of {len(TEXT)} characters"):
        quote(start=start, end=end, answer=answer).check(article().sha256)


def test_a_quote_of_the_whole_article_is_allowed():
    assert quote(start=0, end=len(TEXT)).check(article().sha256).text == TEXT


def test_a_hit_names_its_passage_and_every_score():
    passage = Passage("a1", 4, START, END, TEXT[START:END], ((START, END),), 9)
    assert Hit(passage, 0.12345678, {"lexical": 2}, {"lexical": 7.12345678}).to_json() == {
        "article_id": "a1",
        "passage": 4,
        "start": START,
        "end": END,
        "text": "Gen Francisco Yanez defected.",
        "score": 0.123457,
        "ranks": {"lexical": 2},
        "scores": {"lexical": 7.123457},
    }
