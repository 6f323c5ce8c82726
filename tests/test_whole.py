"""Marked words widened to whole numbers, amounts and codes."""

import pytest

from qa.whole import whole


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("The ferry carried 2,300 goats in May.", "300", "2,300"),
        ("It filed 2,300 W-2 forms.", "300", "2,300"),
        ("It filed 2,300 W-2 forms.", "2 forms", "W-2 forms"),
        ("The case 17-C-204/2019 was closed.", "17", "17-C-204/2019"),
        ("The case 17-C-204/2019 was closed.", "2019", "17-C-204/2019"),
        ("The crane cost 1.5 million crowns.", "1", "1.5 million crowns"),
        ("The mill was sold for $4.25m on Friday.", "25", "$4.25m"),
        ("It was sold for US$4.25m on Friday.", "4", "US$4.25m"),
        ("It was sold for € 450 on Friday.", "450", "€ 450"),
        ("The first boat left at 6.15 from the quay.", "15", "6.15"),
        ("The boat left at 6.15 a.m. from the quay.", "15", "6.15 a.m."),
        ("The tower is 47.3 metres high.", "47", "47.3 metres"),
        ("Penrick won 3-2 in Solby.", "3", "3-2"),
        ("Unemployment fell to 5.4% in May.", "5", "5.4%"),
        ("Unemployment fell to 5.4 % in May.", "4", "5.4 %"),
        ("It cost £12.7bn in all.", "12", "£12.7bn"),
        ("It was minus 31.5 degrees over the ice.", "31", "minus 31.5 degrees"),
        ("It was −31.5 °C over the ice.", "31", "−31.5 °C"),
        ("It lent 1,204,877 books.", "877", "1,204,877"),
        ("It lent 1\u202f204\u202f877 books.", "204", "1\u202f204\u202f877"),
        ("It was there in the 1990s already.", "90", "1990s"),
        ("The 21st of May was a Friday.", "21", "21st"),
        ("The B-17s were found.", "17", "B-17s"),
    ],
)
def test_no_figure_is_cut(text, part, expected):
    start = text.index(part)
    begin, end = whole(text, (start, start + len(part)))
    assert text[begin:end] == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It filed 2,300 W-2 forms.", "filed"),
        ("On 12 July 2018 Ada Brink left.", "Ada Brink"),
        ("In 2019, 300 people came.", "300"),
        ("There were 12, 13 and 14.", "13"),
        ("It closed in 2019. Forty came.", "2019"),
        ("Between 12 and 19 July 2018.", "12 and 19 July 2018"),
    ],
)
def test_what_holds_no_part_of_a_figure_stays(text, words):
    start = text.index(words)
    assert whole(text, (start, start + len(words))) == (start, start + len(words))
