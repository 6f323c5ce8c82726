"""Days as articles and programs write them, and what stands for no day at all."""

import pytest

from index.dates import is_day_first, is_two_days, read_date, read_stamp


@pytest.mark.parametrize(
    "text",
    [
        "1970-01-01", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00+00:00", "1970-01-01 00:00:00",
        "1970-01-01T01:00:00+01:00",
        "1969-12-31T19:00:00-05:00", "1969-12-31T19:00:00", "1970-01-01T00:00:00+01:00", "1970-01-01T00:00:00.000Z",
        "1970/01/01", "01/01/1970", "01.01.1970", "1/1/1970 12:00 AM", "Thu, 01 Jan 1970 00:00:00 GMT",
        "Thu, 01 Jan 1970 01:00:00 +0100", "31 December 1969, 4:00 pm", "0001-01-01", "0001-01-01T00:00:00",
        "01/01/0001", "Mon, 01 Jan 0001 00:00:00 +0000", "0000-00-00", "0000-00-00 00:00:00", "1513-01-01",
    ],
)  # fmt: skip
def test_what_programs_write_for_no_day_is_none(text):
    assert read_date(text) is None
    assert read_stamp(text) is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("1883-05-01", "1883-05-01"),
        ("1 January 1970", "1970-01-01"),
        ("1970-01-02", "1970-01-02"),
        ("1970-01-01T17:45:12Z", "1970-01-01T17:45:12+00:00"),
        ("1969-12-31", "1969-12-31"),
        ("1969-12-31T09:10:00", "1969-12-31T09:10:00"),
        ("20 July 1969 20:17 GMT", "1969-07-20T20:17:00+00:00"),
    ],
)
def test_real_days_near_them_stay(text, iso):
    assert read_date(text) == iso


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Wed, 01 Jul 15 10:00:00 +0200", "2015-07-01T10:00:00+02:00"),
        ("Fri, 08 Feb 2019 18:38:00 -0500 (PST)", "2019-02-08T18:38:00-05:00"),
        ("2016/6/29", "2016-06-29"),
        ("no day", None),
        ("", None),
    ],
)
def test_stamps_of_letters_and_feeds(text, iso):
    assert read_stamp(text) == iso


@pytest.mark.parametrize(
    ("text", "first", "two"),
    [
        ("25/01/2019", True, False), ("01/25/2019", False, False), ("03/04/2019", None, True),
        ("03-04-2019 10:00", None, True), ("04/04/2019", None, False), ("03.04.2019", None, False),
        ("2019-01-25", None, False), ("25/25/2019", None, False),
        ("8 Feb 2019", None, False), ("13-02-2019", True, False),
    ],
)  # fmt: skip
def test_the_order_of_day_and_month(text, first, two):
    assert (is_day_first(text), is_two_days(text)) == (first, two)


@pytest.mark.parametrize(("day_first", "iso"), [(True, "2019-04-03"), (False, "2019-03-04"), (None, None)])
def test_the_order_settles_what_may_be_two_days(day_first, iso):
    assert read_date("03/04/2019", day_first) == iso
    assert read_date("25/01/2019", day_first) == "2019-01-25"
