"""Verification accepts what was built and handed out, and nothing else."""

import json
import shutil
import sqlite3
from hashlib import sha256

import pytest
from cuttings import faked, indexed

from index import generations
from index.corpus import Corpus
from index.errors import Damaged, Mismatch, NoIndex, QuestionError
from index.settings import Settings
from qa.reply import Quote, Reply
from qa.verify import check_index, check_replies


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """The home of an index that no test changes."""
    home = tmp_path_factory.mktemp("pristine") / "home"
    with faked():
        indexed(Settings(home=home))
        yield home


@pytest.fixture
def settings(pristine, tmp_path):
    """Settings with a copy of that home."""
    shutil.copytree(pristine, tmp_path / "home")
    return Settings(home=tmp_path / "home")


def reseal(home, statement):
    """Change the corpus in force, and its manifest as if it had been built so."""
    folder = generations.current(home).folder
    with sqlite3.connect(folder / generations.CORPUS) as db:
        db.execute(statement)
    db.close()
    manifest = json.loads((folder / "MANIFEST.json").read_bytes())
    data = (folder / generations.CORPUS).read_bytes()
    manifest["files"][generations.CORPUS] = [len(data), sha256(data).hexdigest()]
    sealed = json.dumps(manifest).encode()
    (folder / "MANIFEST.json").write_bytes(sealed)
    (home / "CURRENT").write_text(f"{folder.name} {sha256(sealed).hexdigest()}\n")


class TestIndex:
    def test_counts_what_agrees(self, settings):
        assert check_index(settings) == {"articles": 3, "passages": 3, "sentences": 8, "vectors": 3}

    @pytest.mark.parametrize(
        ("statement", "message"),
        [
            ("UPDATE articles SET text = replace(text, 'Yanez', 'Gomez')", "The text of article .* is not what was"),
            ("UPDATE passages SET sentences = '[[0, 5]]' WHERE id = 2", "Passage 2 does not slice back"),
            ('UPDATE passages SET "end" = 99999 WHERE id = 3', "Passage 3 does not slice back"),
            ("DELETE FROM passages WHERE id = 1", "2 passages, 3 vectors and 3 entries of the word index"),
        ],
    )
    def test_what_does_not_agree_is_named(self, settings, statement, message):
        reseal(settings.home, statement)
        with pytest.raises(Damaged, match=f"{message}.*qa index --rebuild"):
            check_index(settings)

    @pytest.mark.parametrize("name", ["corpus.sqlite", "vectors.faiss", "words/ids.npy", "MANIFEST.json"])
    def test_one_changed_byte_in_any_file_is_seen(self, settings, name):
        path = generations.current(settings.home).folder / name
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        with pytest.raises(Damaged, match="is not what was written there: run `qa index --rebuild`"):
            check_index(settings)

    def test_another_format_is_not_read(self, settings, monkeypatch):
        written = generations.FORMAT
        monkeypatch.setattr(generations, "FORMAT", written + 1)
        with pytest.raises(
            Mismatch, match=rf"has format {written}, this version reads {written + 1}: run `qa index --rebuild`"
        ):
            check_index(settings)

    def test_without_an_index_it_says_so(self, home):
        with pytest.raises(NoIndex, match="run `qa index PATH`"):
            check_index(home)


@pytest.fixture
def handed_out(pristine):
    """A reply with the answer marked in its first quote."""
    with Corpus(generations.current(pristine).folder / generations.CORPUS) as corpus:
        quotes = [Quote(corpus.article(p.article_id), *p.sentences[0], 0.5) for p in corpus.passages([1, 2, 3])]
    quotes.sort(key=lambda quote: "Yanez" not in quote.text)
    reply = Reply("Who is the most senior defector?", "answered", 0.9, tuple(quotes)).to_json()
    quote = reply["quotes"][0]
    start = quote["start"] + quote["text"].index("Gen")
    quote["answer"] = {"text": "Gen Francisco Yanez", "start": start, "end": start + 19}
    return reply


@pytest.fixture
def checked(pristine, tmp_path):
    def check(*replies):
        file = tmp_path / "replies.jsonl"
        file.write_text("".join(f"{json.dumps(reply, ensure_ascii=False)}\n" for reply in replies), encoding="utf-8")
        return list(check_replies(file, Settings(home=pristine)))

    return check


class TestReplies:
    def test_what_was_handed_out_is_accepted_quote_by_quote(self, handed_out, checked):
        refusal = {"quotes": [], "related": handed_out["quotes"][:1]}
        assert len(handed_out["quotes"]) == 3
        assert checked(handed_out, refusal) == [(1, None)] * 3 + [(2, None)]

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            (
                {"text": "The most senior defector is Gen Gomez."},
                "does not say “The most senior defector is Gen Gomez.”",
            ),
            ({"start": 0}, "does not say"),
            ({"start": -5}, "is no place in a quote"),
            ({"start": 5, "end": 5, "text": ""}, "is no place in a quote"),
            ({"sha256": "0" * 64}, "has another text now"),
            ({"article_id": "nobody"}, "There is no article “nobody”"),
            ({"article_id": {}}, "it is no quote"),
            ({"start": None}, "it is no quote"),
            ({"answer": {"text": "Gen Francisco Gomez", "start": 121, "end": 140}}, "does not say"),
            ({"answer": {"text": "General", "start": 0, "end": 7}}, "0-7 is no place in a quote"),
        ],
    )
    def test_a_changed_quote_is_named_with_its_line(self, handed_out, checked, change, fault):
        handed_out["quotes"][0].update(change)
        (line, found), *others = checked({"quotes": [], "related": []}, handed_out)
        assert line == 2
        assert fault in found
        assert others == [(2, None)] * 2

    def test_a_quote_that_holds_a_line_separator_is_one_line(self, fake_model, home, tmp_path):
        row = {"_id": "s", "title": "T", "text": "Yanez\u2028left\x85at once."}
        reply = indexed(Settings(home=home.home, answer_at=0.0), {"corpus.jsonl": json.dumps(row)}).ask("Who left?")
        assert "\u2028" in reply.quotes[0].text
        file = tmp_path / "replies.jsonl"
        file.write_text(json.dumps(reply.to_json(), ensure_ascii=False), encoding="utf-8")
        assert list(check_replies(file, home)) == [(1, None)]

    @pytest.mark.parametrize("line", ["{", "[]", "7", '{"quotes": []}', '{"quotes": 1, "related": []}'])
    def test_a_line_that_is_no_reply_is_named(self, pristine, tmp_path, line):
        file = tmp_path / "replies.jsonl"
        file.write_text(f'{{"quotes": [], "related": []}}\n{line}\n')
        with pytest.raises(QuestionError, match=r"replies.jsonl:2 is no reply: give the output of `qa ask --json`"):
            list(check_replies(file, Settings(home=pristine)))

    def test_a_file_that_is_not_there_is_named(self, pristine, tmp_path):
        with pytest.raises(QuestionError, match=r"none\.jsonl cannot be read as replies"):
            list(check_replies(tmp_path / "none.jsonl", Settings(home=pristine)))
