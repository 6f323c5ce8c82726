"""Letters and mailboxes: whose words they are, when they were sent, and which of them are not the writer's own."""

import base64
import json
import mailbox
import quopri
import zipfile
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from loading import P1, P2, P3, draft, drafts, faults, marked, read, reason

from index.article import Byline, Draft
from index.clean import clean
from index.loaders.letter import read_letter
from index.settings import Settings

ORIGINAL = "-----Original Message-----"
SENT_ON = "Begin forwarded message:\n\nFrom: T <t@x>\nSubject: long\n  line"
DATE = "Fri, 08 Feb 2019 18:38:00 +0100"


def letter(text: str = P1, html: str | None = None, **headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in {"From": "Anna Berg <anna@times.example>", "Subject": "Bridge", "Date": DATE, **headers}.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message


def only_html(html: str, **headers: str) -> EmailMessage:
    message = letter("x", **headers)
    message.set_content(html, subtype="html")
    return message


def box(path: Path, *letters: EmailMessage) -> Path:
    written = mailbox.mbox(path)
    for one in letters:
        written.add(one)
    written.close()
    return path


def parts(text: str, **how: bool) -> list[tuple[str, str]]:
    return [(part.kind.value if part.kind else "text", part.text) for part in read_letter(text, **how)]


def test_a_letter_is_an_article(tmp_path: Path) -> None:
    one = draft(tmp_path / "a.eml", letter(f"{P1}\n\n{P2}\n", Subject="Brücke: “zu”").as_bytes())
    assert one == Draft(
        text=f"Brücke: “zu”\nAnna Berg\n{DATE}\n\n{P1}\n\n{P2}",
        byline=Byline(
            "Brücke: “zu”",
            "Anna Berg",
            "2019-02-08T18:38:00+01:00",
            provenance=dict.fromkeys(("title", "author", "published"), "header"),
        ),
        marks=one.marks,
    )
    assert marked(one) == [("title", "Brücke: “zu”"), ("author", "Anna Berg"), ("date", DATE)]


def test_quotes_and_the_signature_are_furniture_and_stay_in_the_text(tmp_path: Path) -> None:
    text = f"{P1}\n\nOn Mon, 4 Feb 2019 at 10:00, Tom Hull <tom@x.example>\nwrote:\n\n> {P2}\n>\n> Yes.\n\n{P3}\n\n-- \nAnna Berg\nThe Times\n"  # noqa: E501
    one = draft(tmp_path / "a.eml", letter(text).as_bytes())
    quote = f"On Mon, 4 Feb 2019 at 10:00, Tom Hull <tom@x.example>\nwrote:\n\n> {P2}\n>\n> Yes."
    assert one.text.endswith(f"\n\n{P1}\n\n{quote}\n\n{P3}\n\n-- \nAnna Berg\nThe Times")
    assert marked(one)[3:] == [("furniture", quote), ("furniture", "-- \nAnna Berg\nThe Times")]
    article = clean(one, tmp_path / "a.eml")
    free = [article.text[a.end : b.start].strip() for a, b in zip(article.marks, article.marks[1:], strict=False)]
    assert [words for words in free if words] == [P1, P3]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\n\ntwo", [("text", "one\n\ntwo")]),
        ("> a\n> b\nmine", [("furniture", "> a\n> b"), ("text", "mine")]),
        ("Am 4. Februar 2019 schrieb Tom Hull:\n> a", [("furniture", "Am 4. Februar 2019 schrieb Tom Hull:\n> a")]),
        ("The minister wrote:\n\nNothing.", [("text", "The minister wrote:\n\nNothing.")]),
        (f"mine\n{ORIGINAL}\nFrom: T\n\nhis", [("text", "mine"), ("furniture", f"{ORIGINAL}\nFrom: T\n\nhis")]),
        (f"{ORIGINAL}\nFrom: T\nSent: x\n\nhis", [("furniture", f"{ORIGINAL}\nFrom: T\nSent: x"), ("text", "his")]),
        (f"{SENT_ON}\n\nhis", [("furniture", SENT_ON), ("text", "his")]),
        ("mine\n--\nAnna", [("text", "mine"), ("furniture", "--\nAnna")]),
        ("one\n--\n" + "two\n" * 20, [("text", "one\n--\n" + "two\n" * 19 + "two")]),
        ("", []),
        ("\n \n", []),
    ],
)  # fmt: skip
def test_what_is_the_writers_own(text: str, expected: list[tuple[str, str]]) -> None:
    assert parts(text) == expected


def test_flowed_lines_are_joined() -> None:
    text = "One line \nand its end.\n\n From here\n> a quote \n> goes on\n>> deeper\n-- \nAnna"
    assert parts(text, flowed=True) == [
        ("text", "One line and its end.\n\nFrom here"),
        ("furniture", "> a quote goes on\n>> deeper\n-- \nAnna"),
    ]
    assert parts("橋は \n閉鎖", flowed=True, joined=True) == [("text", "橋は閉鎖")]
    assert parts("One line \nand its end.") == [("text", "One line \nand its end.")]


def test_flowed_is_read_from_the_header(tmp_path: Path) -> None:
    message = letter()
    message.set_content("The council voted \non Tuesday.\n")
    message.set_param("format", "flowed")
    assert draft(tmp_path / "a.eml", message.as_bytes()).text.endswith("\n\nThe council voted on Tuesday.")


def test_a_letter_sent_on_has_no_one_author(tmp_path: Path) -> None:
    text = f"See below.\n\n---------- Forwarded message ---------\nFrom: Tom Hull <t@x.example>\nDate: Mon\n\n{P1}"
    one = draft(tmp_path / "a.eml", letter(text).as_bytes())
    assert one.byline.author is None
    assert one.text.endswith(P1)
    assert marked(one)[-1] == (
        "furniture",
        "---------- Forwarded message ---------\nFrom: Tom Hull <t@x.example>\nDate: Mon",
    )


NEWSLETTER = (
    "<html><head><style>p {color: red}</style></head><body><div style='display:none'>Preheader</div>"
    "<table><tr><td><a href='https://x.example/1'>View in browser</a></td></tr>"
    f"<tr><td><h1>Bridge</h1><h2>Rust</h2><p>{P1} <a href='https://t.example/?u=1'>Read more</a></p></td>"
    f"<td><p>{P2}</p></td></tr></table><img src='https://t.example/pixel.gif' width='1' height='1'>"
    "<p><a href='https://x.example/2'>Unsubscribe</a></p></body></html>"
)


def test_a_newsletter(tmp_path: Path) -> None:
    message = only_html(NEWSLETTER, From="Bridge Weekly <hello@bridgeweekly.example>", List_Unsubscribe="<x>")
    one = draft(tmp_path / "a.eml", message.as_bytes())
    assert one.text == (f"Bridge\n{DATE}\n\nView in browser\n\nBridge\n\nRust\n\n{P1} Read more\n\n{P2}\n\nUnsubscribe")
    assert marked(one)[2:] == [
        ("caption", "View in browser"), ("caption", "Bridge"), ("caption", "Rust"), ("caption", "Unsubscribe"),
    ]  # fmt: skip
    assert (one.byline.author, one.byline.outlet) == (None, "Bridge Weekly")


@pytest.mark.parametrize(
    ("headers", "author", "outlet"),
    [
        ({}, "Anna Berg", None),
        ({"From": "anna@times.example"}, None, None),
        ({"From": "The Guardian <info@guardian.example>"}, None, None),
        ({"From": "The Guardian <info@guardian.example>", "List-Unsubscribe": "<x>"}, None, "The Guardian"),
        ({"List-Id": "Bridges of the world <bridges.example>"}, "Anna Berg", "Bridges of the world"),
        ({"List-Id": "<bridges.example>"}, "Anna Berg", None),
        ({"From": "Anna Berg via Bridges <b@x.example>", "List-Id": "Bridges <b.x.example>"}, "Anna Berg", "Bridges"),
        ({"From": "=?utf-8?q?Ana_Sol=C3=A9?= <a@x.example>"}, "Ana Solé", None),
    ],
)
def test_who_writes(tmp_path: Path, headers: dict[str, str], author: str | None, outlet: str | None) -> None:
    byline = draft(tmp_path / "a.eml", letter(**headers).as_bytes()).byline
    assert (byline.author, byline.outlet) == (author, outlet)


@pytest.mark.parametrize(
    ("date", "published"),
    [
        (DATE, "2019-02-08T18:38:00+01:00"),
        ("Fri, 08 Feb 2019 18:38:00 -0000", "2019-02-08T18:38:00"),
        ("8 Feb 2019 18:38 GMT", "2019-02-08T18:38:00+00:00"),
        ("Fri, 08 Feb 19 18:38:00 +0100", "2019-02-08T18:38:00+01:00"),
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("yesterday", None),
        ("Fri, 99 Feb 2019 18:38:00 +0100", None),
        ("Fri, 08 Feb 99999999999 18:38:00 +0100", None),
    ],
)
def test_when(tmp_path: Path, date: str, published: str | None) -> None:
    raw = letter().as_bytes().replace(DATE.encode(), date.encode())
    assert draft(tmp_path / "a.eml", raw).byline.published == published


def test_plain_text_wins_unless_it_only_says_that_there_is_html(tmp_path: Path) -> None:
    assert draft(tmp_path / "a.eml", letter(P1, f"<p>{P2}</p>").as_bytes()).text.endswith(P1)
    other = letter("See HTML.", f"<p>{P1}</p><p>{P2}</p><p>{P3}</p>").as_bytes()
    assert draft(tmp_path / "b.eml", other).text.endswith(f"{P1}\n\n{P2}\n\n{P3}")


def test_quotes_in_html_are_furniture(tmp_path: Path) -> None:
    html = (
        f"<p>{P1}</p><blockquote type='cite'><p>{P2}</p></blockquote><div class='gmail_quote gmail_x'>{P3}</div>"
        f"<blockquote>{P3}</blockquote>"
    )
    assert marked(draft(tmp_path / "a.eml", only_html(html).as_bytes()))[3:] == [("furniture", P2), ("furniture", P3)]


@pytest.mark.parametrize(("charset", "codec"), [("cp1252", "cp1252"), ("no-such", "utf-8"), ("us-ascii", "utf-8")])
def test_charsets_and_what_is_not_in_them(tmp_path: Path, charset: str, codec: str) -> None:
    head = f'Subject: B\nContent-Type: text/plain; charset="{charset}"\nContent-Transfer-Encoding: 8bit\n\n'
    assert draft(tmp_path / "a.eml", head.encode() + "Café “zu”".encode(codec)).text == "B\n\nCafé “zu”"


def test_files_attached_are_articles_too(tmp_path: Path) -> None:
    message = letter(Subject="May/June")
    message.add_attachment(P2.encode(), maintype="text", subtype="plain", filename="../notes.txt")
    message.add_attachment(json.dumps([{"x": 1}]).encode(), maintype="application", subtype="json", filename="r.json")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="tower.png")
    message.add_attachment(letter(P3, Subject="Inner"))
    path = tmp_path / "a.eml"
    got = read(path, message.as_bytes())
    assert [(one.name, one.text.split("\n")[-1]) for one in drafts(got)] == [
        (None, P1), ("May-June/notes.txt", P2), ("May-June/Inner.eml", P3),
    ]  # fmt: skip
    assert [where for where, _ in faults(got, path)] == ["!/May-June/r.json: article 1"]
    assert clean(drafts(got)[1], path).byline.title == "notes"


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit", "BASE64"])
def test_a_letter_attached_encoded_is_read(tmp_path: Path, encoding: str) -> None:
    inner = letter(f"Café: {P3}", Subject="Inner").as_bytes()
    body = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding.lower(), bytes)(inner)
    head = (
        f"From: A <a@x.example>\nSubject: Outer\nDate: {DATE}\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="=="\n\n'
        f"--==\nContent-Type: text/plain\n\n{P1}\n--==\nContent-Type: message/rfc822\n"
        f"Content-Transfer-Encoding: {encoding}\n\n"
    )
    path = tmp_path / "a.eml"
    got = read(path, head.encode() + body + b"\n--==--\n")
    assert [(one.name, one.text.split("\n")[-1]) for one in drafts(got)] == [
        (None, P1), ("Outer/Inner.eml", f"Café: {P3}"),
    ]  # fmt: skip
    assert drafts(got)[1].byline.author == "Anna Berg"


def test_a_broken_attachment_costs_no_other(tmp_path: Path) -> None:
    message = letter(Subject="May")
    message.add_attachment(b"PK\x03\x04broken", maintype="application", subtype="zip", filename="a.zip")
    message.add_attachment(P2.encode(), maintype="text", subtype="plain", filename="notes.txt")
    path = tmp_path / "a.eml"
    got = read(path, message.as_bytes())
    assert [one.name for one in drafts(got)] == [None, "May/notes.txt"]
    assert [where for where, _ in faults(got, path)] == ["!/May/a.zip"]


def test_an_archive_attached_and_how_deep_files_may_lie(tmp_path: Path) -> None:
    packed = BytesIO()
    inner = letter(P3)
    inner.add_attachment(P1.encode(), maintype="text", subtype="plain", filename="deep.txt")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("b.txt", P2)
        archive.writestr("c.eml", inner.as_bytes())
    message = letter()
    message.add_attachment(packed.getvalue(), maintype="application", subtype="zip", filename="all.zip")
    path = tmp_path / "a.eml"
    got = read(path, message.as_bytes())
    assert [one.name for one in drafts(got)] == [None, "Bridge/all.zip!/b.txt", "Bridge/all.zip!/c.eml"]
    assert faults(got, path) == [
        ("!/Bridge/all.zip!/c.eml!/Bridge/deep.txt", "it lies more than 2 files deep in others: take it out.")
    ]


def test_a_mailbox(tmp_path: Path) -> None:
    quoted = letter(f"{P2}\n\nFrom the start it was clear.\n", Subject="Second")
    nothing = letter(" ", Subject="Third")
    path = box(tmp_path / "a.mbox", letter(Subject="First"), quoted, nothing, letter(P3, Subject=""))
    got = read(path)
    assert [(one.name, one.byline.title) for one in drafts(got)] == [
        ("First", "First"), ("Second", "Second"), ("letter 4", ""),
    ]  # fmt: skip
    # The mailbox module writes ">From" for it.
    assert drafts(got)[1].text.endswith(f"{P2}\n\nFrom the start it was clear.")
    assert faults(got, path) == [(": letter 3 (“Third”)", "there is no text in it: leave it out, or add the text.")]


@pytest.mark.parametrize("line", ["From 1234@xxx Fri Feb 08 18:38:00 +0000 2019", "From - Fri Feb  8 18:38:00 2019"])
def test_how_mail_programs_part_mailboxes(tmp_path: Path, line: str) -> None:
    first = f"{line}\nSubject: A\n\nFrom all I know, in\n\nFrom Berlin to Rome it rained.\n{line}\n\n"
    one = f"{first}{line}\nSubject: B\n\n{P1}\n"
    got = drafts(read(tmp_path / "a.mbox", one))
    assert [each.text for each in got] == [
        f"A\n\nFrom all I know, in\n\nFrom Berlin to Rome it rained.\n{line}",
        f"B\n\n{P1}",
    ]


def test_a_letter_over_the_limit_is_a_fault_and_the_next_one_is_read(tmp_path: Path) -> None:
    path = box(tmp_path / "a.mbox", letter("word " * 300_000), letter(P2, Subject="Second"))
    got = read(path, None, Settings(max_file_mb=1))
    assert [one.name for one in drafts(got)] == ["Second"]
    assert faults(got, path) == [(": letter 1", "it is over the limit of 1 MB: leave it out, or raise max_file_mb.")]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.eml", b"just words\n\nand more", "no letter, for it has no header"),
        ("a.mbox", b"just words\n\nand more", "no mailbox"),
        ("a.eml", b"Subject: x\n\n", "there is no text in it"),
    ],
)
def test_what_is_no_mail(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    assert says in reason(tmp_path / name, data)


@pytest.mark.parametrize(
    "data",
    [
        b"From: <>\nSubject: =?x?q?=FF?=\nDate: \x00\n\nwords",
        b"From: a: b, c;\nSubject: x\n\nwords",
        b"Subject: x\nContent-Type: multipart/mixed\n\nwords",
        b"Subject: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nwords",
        b"Subject: x\nContent-Type: text/plain; charset*=x'y'%FF%\n\nwords",
        b"Subject: x\nContent-Transfer-Encoding: base64\n\n!!!words",
        b"Subject: x\nContent-Type: message/rfc822\n\nwords",
        b"Subject: x\nContent-Type: text/plain\nContent-Transfer-Encoding: 8bit\n\nw\x00rds \x07 \xff",
        b"Subject: x\nTo: " + b"<" * 100_000 + b"\n\nwords",
    ],
)
def test_broken_mail_never_breaks_the_reader(tmp_path: Path, data: bytes) -> None:
    got = read(tmp_path / "a.eml", data)
    assert len(got) == 1
    assert all("\x00" not in one.text for one in drafts(got))
