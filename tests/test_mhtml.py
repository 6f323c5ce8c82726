"""Web archives: the page inside, its encoding, its address; not the day on which it was saved."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from loading import P1, P2, P3, draft, marked, reason

PAGE = (
    '<html><head><title>Bridge to close | The Times</title><meta name="author" content="By Anna Berg">{head}</head>'
    "<body><nav>Home News</nav><article><h1>Bridge to close</h1>"
    f"<p>{P1}</p><p>{P2}</p><p>{P3}</p></article><footer>© Times</footer></body></html>"
)


def archive(
    page: str, charset: str | None = "utf-8", cte: str = "quoted-printable", location: str = ""
) -> EmailMessage:
    whole = EmailMessage()
    whole["From"] = "<Saved by Blink>"
    whole["Subject"] = "Bridge to close"
    whole["Date"] = "Fri, 08 Feb 2030 18:38:00 -0000"
    whole["Snapshot-Content-Location"] = "https://www.times.example/bridge?x=1"
    whole.make_related()
    picture = EmailMessage()
    picture.set_content(b"\x89PNG", maintype="image", subtype="png")
    whole.attach(picture)
    part = EmailMessage()
    part.set_content(page, subtype="html", cte=cte, charset=charset or "utf-8")
    if charset is None:
        part.del_param("charset")
    if location:
        part["Content-Location"] = location
    whole.attach(part)
    return whole


def test_the_page_is_read_and_the_archive_gives_its_address(tmp_path: Path) -> None:
    one = draft(tmp_path / "a.mhtml", archive(PAGE.format(head="")).as_bytes())
    assert one.text == f"Bridge to close\nAnna Berg\n\n{P1}\n\n{P2}\n\n{P3}"
    assert marked(one) == [("title", "Bridge to close"), ("author", "Anna Berg")]
    assert (one.byline.published, one.byline.author) == (None, "Anna Berg")
    assert (one.byline.url, one.byline.outlet) == ("https://www.times.example/bridge?x=1", "times.example")
    assert (one.byline.provenance["url"], one.byline.provenance["outlet"]) == ("archive", "url")


def test_the_parts_own_address_comes_first_and_the_pages_own_before_it(tmp_path: Path) -> None:
    here = archive(PAGE.format(head=""), location="https://times.example/here")
    assert draft(tmp_path / "a.mht", here.as_bytes()).byline.url == "https://times.example/here"
    stated = PAGE.format(head='<link rel="canonical" href="https://own.example/b">')
    assert draft(tmp_path / "b.mht", archive(stated).as_bytes()).byline.url == "https://own.example/b"
    local = archive(PAGE.format(head=""), location="file:///home/anna/bridge.html")
    assert draft(tmp_path / "c.mht", local.as_bytes()).byline.url == "https://www.times.example/bridge?x=1"


def test_an_address_that_is_none_names_no_outlet(tmp_path: Path) -> None:
    one = draft(tmp_path / "a.mhtml", archive(PAGE.format(head=""), location="http://[times").as_bytes())
    assert (one.byline.outlet, one.byline.provenance.get("outlet")) == (None, None)


@pytest.mark.parametrize("cte", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize(
    ("charset", "meta"), [("utf-8", "utf-8"), ("windows-1252", "utf-8"), ("utf-8", "windows-1251"), (None, "utf-8")]
)
def test_transfer_encodings_and_charsets(tmp_path: Path, cte: str, charset: str | None, meta: str) -> None:
    page = PAGE.format(head=f'<meta charset="{meta}">')
    text = draft(tmp_path / "a.mhtml", archive(page, charset, cte).as_bytes()).text
    assert text.endswith(f"\n\n{P1}\n\n{P2}\n\n{P3}")


def test_a_charset_that_is_not_so_leaves_it_to_the_page(tmp_path: Path) -> None:
    whole = archive(PAGE.format(head='<meta charset="utf-8">'), "utf-8", "8bit").as_bytes()
    for wrong in (b'charset="no-such"', b'charset="ascii"'):
        text = draft(tmp_path / "a.mhtml", whole.replace(b'charset="utf-8"\n', wrong + b"\n", 1)).text
        assert text.endswith(P3)


def test_the_part_that_the_archive_starts_with(tmp_path: Path) -> None:
    whole = archive(PAGE.format(head="").replace("Bridge", "Frame"))
    main = EmailMessage()
    main.set_content(PAGE.format(head=""), subtype="html")
    main["Content-ID"] = "<main@x>"
    whole.attach(main)
    whole.set_param("start", "<main@x>")
    assert draft(tmp_path / "a.mhtml", whole.as_bytes()).byline.title == "Bridge to close"


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"words", "there is no page in it"), (archive("<p>x</p>").as_bytes(), "save the page again")],
)
def test_what_holds_no_page(tmp_path: Path, data: bytes, says: str) -> None:
    assert says in reason(tmp_path / "a.mhtml", data)
