"""What crosses the pipe between the build and the children that read files."""

import io
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, Byline, Fault, Kind, Mark
from index.wire import decode, encode, receive, send

anything = st.text(st.characters(), max_size=60)  # half characters and zero bytes too
perhaps = st.none() | anything
places = st.integers(0, 10**7)
bylines = st.builds(
    Byline,
    title=anything,
    author=perhaps,
    published=perhaps,
    outlet=perhaps,
    url=perhaps,
    provenance=st.dictionaries(anything, anything, max_size=4),
    updated=perhaps,
)
ARTICLE = {
    "id": anything,
    "text": anything,
    "byline": bylines,
    "marks": st.lists(st.builds(Mark, st.sampled_from(Kind), places, places), max_size=4).map(tuple),
    "path": perhaps,
    "pages": st.lists(places, max_size=4).map(tuple),
    "language": perhaps,
    "as_given": st.booleans(),
    "member": perhaps,
}


@pytest.mark.slow
@given(st.builds(Article, **ARTICLE))
def test_an_article_reads_back_exactly(article):
    assert decode(encode(article)) == article
    assert {type(mark.kind) for mark in article.marks} <= {Kind}


@given(anything, anything, st.booleans())
def test_a_fault_reads_back_exactly(where, reason, unfinished):
    fault = decode(encode(Fault(where, reason, unfinished)))
    assert (fault.where, fault.reason, fault.unfinished) == (where, reason, unfinished)


def test_two_halves_side_by_side_stay_two():
    article = decode(encode(Article("1", "\ud83d\ude00", Byline("\ud83d\ude00"))))
    assert (len(article.text), len(article.byline.title)) == (2, 2)


def test_no_field_is_left_out():
    assert set(ARTICLE) == {field.name for field in fields(Article)}
    assert {field.name for field in fields(Byline)} == {
        "title", "author", "published", "outlet", "url", "provenance", "updated",
    }  # fmt: skip
    assert {field.name for field in fields(Fault)} == {"where", "reason", "unfinished"}
    assert {field.name for field in fields(Mark)} == {"kind", "start", "end"}


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", b"[]", b"3", b"{}", b'{"reason": 1, "x": 2}', b'{"byline": {"title": ""}, "marks": [["x", 1, 2]]}'],
)
def test_what_is_no_message_is_refused(data):
    for whole in (data, len(data).to_bytes(4) + data, len(data).to_bytes(4) + data + b"\xff"):
        with pytest.raises(ValueError):
            decode(whole)


@pytest.mark.slow
@given(st.lists(st.binary(max_size=300), max_size=5), st.integers(0, 40))
def test_messages_arrive_whole_and_in_order_and_a_cut_one_not_at_all(messages, cut):
    stream = io.BytesIO()
    for message in messages:
        send(stream, message)
    stream = io.BytesIO(stream.getvalue()[: max(0, len(stream.getvalue()) - cut)])
    arrived = []
    while (message := receive(stream)) is not None:
        arrived.append(message)
    assert arrived == messages[: len(arrived)]
    assert cut or len(arrived) == len(messages)
    assert not cut or not messages or len(arrived) < len(messages)


def test_a_length_that_no_article_has_ends_the_stream():
    assert receive(io.BytesIO(b"\xff\xff\xff\xff" + b"x" * 100)) is None
