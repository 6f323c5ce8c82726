"""Judgements: the last word counts, places move with their words, and a cut line harms no other."""

import json
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256

import pytest
from filelock import FileLock

from index.article import Article, Byline
from index.errors import Busy, EvaluationError, Unwritable
from index.ledger import Ledger
from qa.evaluation.dataset import Gold, Question
from qa.evaluation.judgements import Judgement, Judgements
from qa.evaluation.sets.checks import id_of

YANEZ, BRIDGE = "Gen Yanez defected. He spoke.", "Naïve 🙂 soldiers blocked the bridge."
WHO = "Who defected?"


def digest(text):
    return sha256(text.encode()).hexdigest()


def on(verdict, question=WHO, article="d1", start=0, end=19, answers=(), text=None):
    """Give a judgement of a place of one of the articles above."""
    whole = {"d1": YANEZ, "d2": BRIDGE}.get(article, YANEZ)
    words = whole[start:end] if text is None else text
    return Judgement(question, verdict, article, start, end, words, digest(whole), "gen-1", "2026-11-24T18:00", answers)


def said(verdict, question=WHO, answers=()):
    """Give a judgement of no place."""
    return Judgement(question, verdict, None, 0, 0, "", "", "gen-1", "2026-11-24T18:00", answers)


@pytest.fixture
def kept(tmp_path):
    """Give the judgements of a home with these made in it, in order."""
    judgements = Judgements(tmp_path / "home")

    def keep(*made):
        for each in made:
            judgements.add(each)
        return judgements

    return keep


@pytest.fixture
def corpus(tmp_path):
    """Give an index of these articles."""
    opened = []

    def make(**texts):
        ledger = Ledger(tmp_path / f"corpus{len(opened)}.sqlite")
        opened.append(ledger)
        for id, text in (texts or {"d1": YANEZ, "d2": BRIDGE}).items():
            ledger.begin(f"/{id}")
            ledger.put(Article(id, text, Byline(id)), f"/{id}")
        return ledger

    yield make
    for ledger in opened:
        ledger.close()


class TestKeeping:
    def test_what_is_kept_reads_back_in_order(self, kept, tmp_path):
        made = [on("right"), on("here", article="d2", start=6, end=16), on("wrong", end=9), said("absent", "Why?")]
        typed = said("right", "Où “ça”?\n", ("là", "ici"))
        assert kept(*made, typed).all() == [*made, typed]
        assert Judgements(tmp_path / "home").all() == [*made, typed]
        assert (tmp_path / "home" / "judgements.jsonl").read_text(encoding="utf-8").splitlines()[0] == json.dumps(
            {
                "question": WHO,
                "verdict": "right",
                "article_id": "d1",
                "start": 0,
                "end": 19,
                "text": "Gen Yanez defected.",
                "sha256": digest(YANEZ),
                "corpus": "gen-1",
                "made": "2026-11-24T18:00",
                "answers": [],
            }
        )

    def test_none_were_made(self, kept, corpus):
        assert kept().all() == []
        with pytest.raises(
            EvaluationError, match="holds no judgement that can be used: judge some answers in the chat"
        ):
            kept().dataset(corpus())

    def test_a_line_cut_off_in_the_middle_harms_no_other(self, kept, tmp_path, corpus):
        judgements = kept(on("right"), said("absent", "Why?"))
        whole = judgements.path.read_bytes()
        judgements.path.write_bytes(whole[:-20])
        assert judgements.all() == [on("right")]
        kept(said("absent", "When?"))
        assert judgements.all() == [on("right"), said("absent", "When?")]
        (fault,) = judgements.dataset(corpus()).faults
        assert fault.where == f"{judgements.path}:2"
        assert fault.reason.startswith("the line is no JSON")

    def test_a_whole_line_without_its_end_counts(self, kept):
        judgements = kept(on("right"))
        judgements.path.write_bytes(judgements.path.read_bytes()[:-1])
        assert kept(said("absent", "Why?")).all() == [on("right"), said("absent", "Why?")]

    @pytest.mark.slow
    def test_many_writers_at_once_lose_nothing(self, kept, tmp_path):
        code = """
import sys
from pathlib import Path
from qa.evaluation.judgements import Judgement, Judgements
for n in range(40):
    question = f"{sys.argv[2]} {n} " + "x" * 5000
    Judgements(Path(sys.argv[1])).add(Judgement(question, "absent", None, 0, 0, "", "", "", ""))
"""
        writers = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "home"), str(n)]) for n in range(3)]
        assert [writer.wait() for writer in writers] == [0, 0, 0]
        begun = {each.question[:4].strip() for each in kept().all()}
        assert begun == {f"{writer} {n}" for writer in range(3) for n in range(40)}

    def test_a_writer_waits_for_its_turn_and_not_for_ever(self, kept, tmp_path, monkeypatch):
        judgements = kept(on("right"))
        monkeypatch.setattr("qa.evaluation.judgements._TIMEOUT_S", 0.05)
        with (
            FileLock(tmp_path / "home" / "judgements.lock"),
            pytest.raises(Busy, match=r"holds .*judgements.lock: wait"),
        ):
            kept(said("absent"))
        assert judgements.all() == [on("right")]

    def test_a_home_that_cannot_be_written(self, tmp_path):
        (tmp_path / "home").write_text("a file")
        with pytest.raises(Unwritable, match=r"judgements.jsonl cannot be written \(File exists\)"):
            Judgements(tmp_path / "home").add(on("right"))

    @pytest.mark.parametrize(
        ("judgement", "reason"),
        [
            (on("right", " "), "the question is empty."),
            (on("right", "caf\ud83d"), "it holds half a character, which no file can carry."),
            (on("right", answers=("a", " ")), "one of its answers is empty."),
            (on("right", start=5, end=5), "5-5 is not the place of 0 characters."),
            (on("right", text="Gen"), "0-19 is not the place of 3 characters."),
            (on("here", start=-1, end=2, text="Gen"), "-1-2 is not the place of 3 characters."),
            (replace(on("right"), article_id=None), "it has a place, but no article."),
            (on("absent"), "“absent” is said of no article, and has no answers."),
            (said("absent", answers=("x",)), "“absent” is said of no article, and has no answers."),
            (said("right"), "“right” needs an article or an answer: mark the words in one, or type the answer."),
            (said("wrong"), "“wrong” needs an article or an answer: mark the words in one, or type the answer."),
            (said("here", answers=("x",)), "“here” needs an article or an answer: mark the words in one, or type the"),
        ],
    )
    def test_what_says_nothing_is_refused_and_not_kept(self, kept, judgement, reason):
        with pytest.raises(EvaluationError) as raised:
            kept(judgement)
        assert str(raised.value).startswith(f"The judgement of “{judgement.question}” cannot be kept: {reason}")
        assert not kept().path.exists()

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"verdict": "good"}, "the verdict “good” or the article 'd1' is none: take the line out."),
            ({"article_id": 7}, "the verdict “right” or the article 7 is none: take the line out."),
            ({"start": "0"}, '“start” is "0": the line is no judgement; take it out.'),
            ({"end": True}, "“end” is true: the line is no judgement; take it out."),
            ({"made": None}, "“made” is null: the line is no judgement; take it out."),
            ({"answers": "x"}, '“answers” is "x", no list of texts: take the line out.'),
            ({"end": 3}, "0-3 is not the place of 19 characters."),
        ],
    )
    def test_a_line_that_is_no_judgement_is_listed(self, kept, corpus, change, reason):
        judgements = kept(on("right"))
        line = json.loads(judgements.path.read_bytes())
        with judgements.path.open("a") as file:
            file.write(json.dumps({**line, "question": "Other?", **change}) + "\n")
        dataset = judgements.dataset(corpus())
        assert [question.text for question in dataset.questions] == [WHO]
        assert [(fault.where, fault.reason) for fault in dataset.faults] == [(f"{judgements.path}:2", reason)]

    def test_fields_of_a_later_version_are_passed_over(self, kept):
        judgements = kept(on("right"))
        line = json.loads(judgements.path.read_bytes())
        judgements.path.write_text(json.dumps({**line, "colour": "red"}) + "\n")
        assert judgements.all() == [on("right")]


class TestInForce:
    def test_the_last_word_on_a_place_counts_and_stands_where_it_was_said(self, kept):
        last = on("wrong", "  WHO\ndefected? ")
        assert kept(on("right"), on("right", end=9), last).all() == [on("right", end=9), last]

    def test_another_place_article_or_question_is_another_judgement(self, kept):
        made = [
            on("right"),
            on("wrong", start=4),
            on("wrong", end=9),
            on("wrong", article="d2"),
            on("wrong", "Who else?"),
        ]
        assert kept(*made).all() == made

    def test_what_is_withdrawn_is_gone_and_can_be_said_again(self, kept):
        assert kept(on("right"), on("wrong", end=9), on("withdrawn", text="")).all() == [on("wrong", end=9)]
        assert kept(on("here")).all() == [on("wrong", end=9), on("here")]
        assert kept(said("absent", "Why?"), said("withdrawn", "why?")).all() == [on("wrong", end=9), on("here")]

    def test_of_absent_and_right_the_later_counts(self, kept):
        assert kept(on("right"), on("here", end=9), on("wrong", start=4), said("absent", "who defected?")).all() == [
            on("wrong", start=4),
            said("absent", "who defected?"),
        ]
        assert kept(on("here", start=4, end=9)).all() == [on("wrong", start=4), on("here", start=4, end=9)]

    def test_absent_says_nothing_of_other_questions(self, kept):
        assert kept(on("right"), said("absent", "Why?")).all() == [on("right"), said("absent", "Why?")]

    def test_when_absent_is_withdrawn_what_it_overruled_counts_again(self, kept):
        assert kept(on("right"), said("absent"), said("withdrawn")).all() == [on("right")]

    def test_a_typed_answer_says_that_the_articles_answer(self, kept):
        corrected = on("wrong", answers=("Yanez",))
        assert kept(said("absent"), corrected).all() == [corrected]
        assert kept(said("absent")).all() == [said("absent")]
        assert kept(said("right", answers=("Yanez",))).all() == [corrected, said("right", answers=("Yanez",))]


class TestDataset:
    def test_a_whole_set(self, kept, corpus):
        judgements = kept(
            on("right", end=19),
            on("here", "who  defected?", start=4, end=9, answers=("Gen Yanez",)),
            on("wrong", start=20, end=29),
            on("wrong", article="d2", end=5),
            said("absent", "Why?"),
            on("wrong", "Why?", article="d2", end=5),
            on("wrong", "When?", end=9),
            said("right", "Where?", ("Caracas", "In Caracas")),
        )
        dataset = judgements.dataset(corpus())
        assert dataset.questions == (
            Question(
                id_of(WHO),
                WHO,
                ("Gen Yanez", "Yanez"),
                (Gold("d1", 0, 19), Gold("d1", 4, 9)),
                {"d1": 1, "d2": 0},
                True,
            ),
            Question(id_of("why?"), "Why?", judged={"d2": 0}, answerable=False),
            Question(id_of("when?"), "When?", judged={"d1": 0}),
            Question(id_of("where?"), "Where?", ("Caracas", "In Caracas"), answerable=True),
        )
        assert (dataset.name, dataset.corpus, dataset.faults) == ("thumbs", None, ())

    def test_the_order_of_right_and_wrong_on_an_article_does_not_matter(self, kept, corpus):
        judged = (
            kept(on("wrong", end=9), on("right"), on("wrong", start=20, end=22)).dataset(corpus()).questions[0].judged
        )
        assert judged == {"d1": 1}

    def test_the_digest_is_of_what_is_in_force(self, kept, corpus):
        first = kept(on("right"), on("wrong", end=9)).dataset(corpus()).digest
        assert kept(said("absent", "Why?")).dataset(corpus()).digest != first
        assert kept(said("withdrawn", "Why?")).dataset(corpus()).digest == first
        assert len(first) == 64

    def test_a_place_moves_with_its_words(self, kept, corpus):
        judgements = kept(on("here", start=4, end=9), on("wrong", article="d2", start=6, end=16))
        dataset = judgements.dataset(corpus(d1=f"🙂 News. {YANEZ}", d2=f"New. {BRIDGE}"))
        assert dataset.questions[0].spans == (Gold("d1", 12, 17),)
        assert dataset.questions[0].judged == {"d1": 1, "d2": 0}
        assert dataset.faults == ()

    def test_a_place_stays_where_the_words_still_stand(self, kept, corpus):
        dataset = kept(on("here", start=4, end=9)).dataset(corpus(d1=f"{YANEZ} Gen Yanez again."))
        assert dataset.questions[0].spans == (Gold("d1", 4, 9),)
        assert dataset.faults == ()

    @pytest.mark.parametrize(
        ("texts", "reason"),
        [
            ({"d2": BRIDGE}, "article d1 is no longer indexed: index it again, or judge anew."),
            ({"d1": "Gen. Yanes."}, "article d1 has changed and no longer holds “Yanez”: judge it anew."),
            ({"d1": "Yanez, Yanez."}, "article d1 has changed and holds “Yanez” more than once: judge it anew."),
        ],
    )
    def test_a_place_that_is_lost_is_left_out_with_its_reason(self, kept, corpus, texts, reason):
        lost = on("here", start=4, end=9, answers=("Gen Yanez",))
        dataset = kept(lost, said("absent", "Why?")).dataset(corpus(**texts))
        assert [question.text for question in dataset.questions] == ["Why?"]
        (fault,) = dataset.faults
        assert fault.where == "“Who defected?”, judged here on 2026-11-24T18:00"
        assert fault.reason == reason

    def test_words_that_overlap_themselves_stand_more_than_once(self, kept, corpus):
        dataset = kept(on("here", start=0, end=3, text="ana"), said("absent", "Why?")).dataset(corpus(d1="Banana."))
        assert dataset.faults[0].reason == "article d1 has changed and holds “ana” more than once: judge it anew."

    def test_when_every_place_is_lost_there_is_no_set(self, kept, corpus):
        with pytest.raises(EvaluationError, match=r"no judgement that can be used: “Who defected.*no longer indexed"):
            kept(on("right")).dataset(corpus(d2=BRIDGE))
