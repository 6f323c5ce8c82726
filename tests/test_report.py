"""The report of an evaluation: what it says, and that no word of an article or a question becomes anything but text."""

import json
import os
import re
import time
from collections import Counter
from html.parser import HTMLParser

import pytest
from chromium import find
from evaluated import (
    ATTACK,
    COAL_FOUND,
    COMPARED,
    FIRST,
    LATE,
    RESULT_SMALL,
    ROWS_SMALL,
    SECOND,
    TEA,
    compared,
    evaluation,
    large,
    row,
)

from index.errors import EvaluationError
from qa.evaluation import explain, plots
from qa.evaluation.details import details
from qa.evaluation.lead import lead
from qa.evaluation.report import report
from qa.evaluation.verdict import judge, nth

pytestmark = pytest.mark.slow

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Page(HTMLParser):
    """What a browser would make of a page: its elements, its text, and the rows of its tables."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.rows, self.texts, self._in_cell = [], [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag):
        self._in_cell = self._in_cell and tag not in ("td", "th")

    def handle_data(self, data):
        self.texts.append(data)
        if self._in_cell:
            self.rows[-1][-1] = f"{self.rows[-1][-1]} {data}".strip()

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())

    def row(self, first):
        return next([" ".join(cell.split()) for cell in row] for row in self.rows if row and row[0] == first)

    def data(self):
        return next(json.loads(text) for text in self.texts if text.startswith('{"articles"'))


@pytest.fixture
def small(tmp_path):
    return evaluation(tmp_path / "0007")


class TestVerdict:
    @pytest.mark.parametrize(
        ("id", "outcome", "causes", "sentence"),
        [
            ("right", "right", (), "The first quote holds the answer."),
            ("late", "wrong", ("missed",), "The right article came 14th: retrieval."),
            (
                "misread",
                "wrong",
                ("misread",),
                "The right article came first, but another sentence was quoted: reading. The right passage came 2nd.",
            ),
            (
                "held",
                "refused",
                ("held",),
                "The right sentence was held back: confidence 0.41, under the threshold 0.62.",
            ),
            (
                "over",
                "overreached",
                (),
                "It was answered, though the articles do not say: confidence 0.81, at or over the threshold 0.62.",
            ),
            ("declined", "declined", (), "Rightly refused: the articles do not say."),
            ("failed", "failed", (), "It could not be asked: The question is empty."),
            (
                "unjudged",
                "unjudged",
                (),
                "It was answered; whether the articles answer it is not known, so its quotes are not judged.",
            ),
        ],
    )
    def test_each_fate_is_named_with_its_cause(self, id, outcome, causes, sentence):
        verdict = judge(next(each for each in ROWS_SMALL if each.id == id), 0.62)
        assert (verdict.outcome, verdict.causes, verdict.sentence) == (outcome, causes, sentence)

    def test_ten_is_found_and_eleven_is_not(self):
        tenth, eleventh = (row("q", quotes=(SECOND,), ranking=LATE[left:]) for left in (4, 3))
        assert judge(tenth).causes == ("misread",)
        assert judge(eleventh).causes == ("missed",)

    def test_an_article_that_was_not_ranked_at_all(self):
        assert judge(row("q", quotes=(SECOND,), ranking=LATE[:13])).sentence == (
            "The right article is not among the 13 found: retrieval."
        )
        nothing = row("q", quotes=(), ranking=(), status="nothing")
        assert judge(nothing).sentence == "Nothing was found: retrieval. It was refused."

    def test_the_article_of_a_place_is_right_where_none_is_judged(self):
        assert judge(row("q", judged={}, quotes=(SECOND,), ranking=LATE)).causes == ("missed",)

    def test_no_passage_with_the_answer(self):
        verdict = judge(row("q", quotes=(SECOND,), found=(COAL_FOUND,)))
        assert verdict.sentence.endswith("None of the 1 passages shown holds the answer.")

    def test_a_right_quote_from_another_article_is_right_and_the_miss_is_told(self):
        verdict = judge(row("q", ranking=LATE))
        assert (verdict.outcome, verdict.causes) == ("right", ("missed",))
        assert "no article known to be right is among the first 10" in verdict.sentence

    def test_a_refusal_whose_quotes_cannot_be_judged_is_still_one(self):
        unknown = row("q", answers=(), spans=(), status="related", quotes=())
        assert judge(unknown).outcome == "refused"

    def test_close_to_the_threshold_more_digits_are_shown(self):
        assert (
            "confidence 0.6199, under the threshold 0.6200"
            in judge(row("q", status="related", confidence=0.6199), 0.62).sentence
        )

    def test_places_are_written_as_people_write_them(self):
        assert [nth(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111)] == (
            "first 2nd 3rd 4th 11th 12th 13th 21st 22nd 101st 111th".split()
        )


class TestLead:
    def test_small_sets_are_told_in_questions(self):
        # 4/6 of 6 in the first ten; 0.5 x 6; offered 0.625 x 8 = 5, right 0.4 x 5; refused 2/6 of 8 - 2; 0.5 x 2.
        assert lead(RESULT_SMALL) == [
            "For 4 of 6 questions an article that answers is among the first ten; for 3 of 6 answerable ones the first "
            "quote holds the answer; of 5 replies offered as answers, 2 were right and 3 wrong.",
            "Of 6 questions that the articles answer, 2 were refused; of 2 that they do not answer, 1 was refused, 1 "
            "answered all the same.",
            "These are few questions: every figure may look quite different with the next ones.",
        ]

    def test_large_ones_in_hundredths_and_a_rest_is_never_called_none(self):
        result = {
            "questions": {"all": 2000, "counted": {"retrieval": 2000, "refusal": 2000}, "unanswerable": 0},
            "retrieval": {"Success@10": 0.934},
            "refusal": {"answered": 0.9, "precision": 0.998},
        }
        first, last = lead(result)
        assert first.startswith("For 93 of 100 questions")
        assert "of 100 replies offered as answers, more than 99 were right and fewer than 1 wrong" in first
        assert last == "No question of this set is known to be without an answer, so refusing rightly is not measured."

    def test_all_and_none_are_told_of_the_questions_themselves(self):
        result = {"questions": {"all": 300, "counted": {"retrieval": 300}}, "retrieval": {"Success@10": 1.0}}
        assert lead(result)[0].startswith("For 300 of 300 questions")

    def test_nothing_known_and_nothing_asked(self):
        assert lead({"questions": {"all": 3}})[0].startswith("Nothing is known of the answers")
        assert lead({}) == ["No question was asked."]


class TestExplain:
    @pytest.mark.parametrize(
        ("value", "name", "signed", "written"),
        [
            (0.93149, "nDCG@10", False, "0.931"),
            (-0.05, "nDCG@10", True, "−0.050"),
            (0.05, "nDCG@10", True, "+0.050"),
            (-0.0001, "nDCG@10", False, "0.000"),
            (0.0001, "nDCG@10", True, "0.000"),
            (41.2, "ask_ms_p50", False, "41"),
            (4.26, "ask_ms_p50", False, "4.3"),
            (21.44, "quote_words_mean", False, "21.4"),
            (None, "auroc", False, "–"),
            (float("nan"), "auroc", False, "–"),
        ],
    )
    def test_figures_are_written_by_kind(self, value, name, signed, written):
        assert explain.written(value, name, signed=signed) == written

    @pytest.mark.parametrize(
        ("name", "change", "q", "told"),
        [
            ("nDCG@10", 0.1, 0.01, "better"),
            ("nDCG@10", -0.1, 0.01, "worse"),
            ("brier", 0.1, 0.01, "worse"),
            ("aurc", -0.1, 0.01, "better"),
            ("quote_words", 3, 0.01, "higher"),
            ("nDCG@10", 0.1, 0.05, "no difference shown"),
            ("nDCG@10", 0.0, 0.0, "no difference shown"),
            ("nDCG@10", 0.1, None, "no difference shown"),
        ],
    )
    def test_a_difference_gets_one_word(self, name, change, q, told):
        assert explain.difference_told(name, {"difference": change, "q": q}) == told

    def test_every_figure_that_an_evaluation_has_is_explained(self):
        from qa.evaluation import answers, refusal, retrieval, scoring

        names = [*retrieval.FIGURES, *answers.FIGURES, *refusal.FIGURES, scoring.DECIDED, "quote_valid"]
        names += [scoring.PASSAGE + name for name in scoring.PASSAGE_FIGURES]
        assert [name for name in names if not explain.meaning(name)] == []
        assert explain.meaning("passage R@5") == "Share of the right passages that are among the first 5."

    def test_why_a_figure_is_missing(self):
        none = {"questions": {"unanswerable": 0, "answerable": 4, "counted": {"refusal": 4, "answers": 4}}}
        assert explain.undefined("refusal", "auroc", none) == "not defined: no unanswerable question in this set"
        assert explain.undefined("retrieval", "nDCG@10", none) == (
            "not defined: no relevant article is known for any question"
        )
        assert explain.undefined("speed", "index_s", none) == "not measured"


class TestDetails:
    def test_counts_are_those_of_the_filters(self, small):
        assert details(small).counts == Counter(
            right=2, wrong=2, refused=1, overreached=1, declined=1, unjudged=1, failed=1, missed=1, misread=1, held=1
        )

    def test_a_quote_in_a_passage_is_kept_as_its_place(self, small):
        data = details(small).data
        article, start, (passage, length), answer, right = data["rows"][0]["u"][0]
        where, name, begins, text = data["passages"][passage]
        assert text[start - begins : start - begins + length] == FIRST.text
        assert (data["articles"][article], name, where) == (["tea", "Tea dearer"], "0", article)
        assert (answer, right) == ("nine pounds", True)

    def test_each_passage_is_kept_once_and_cut_otherwise_it_is_another(self, tmp_path):
        this, other = compared(tmp_path)
        assert len(details(this, other).data["passages"]) == 3
        cut = [{"id": "tea#0", "article_id": "tea", "title": "", "start": 100, "end": 110, "text": TEA[:10]}]
        recut = evaluation(tmp_path / "recut", [row("right")], kept=cut)
        assert len(details(this, recut).data["passages"]) == 5  # tea cut short, and the coal that it does not keep

    def test_changes_against_the_other_run(self, tmp_path):
        found = details(*compared(tmp_path))
        # right: 1 - 0.6309; late: 0 - 1; held: the figures are equal, but it was answered before.
        assert found.changes["nDCG@10"] == [("late", -1.0), ("right", 0.3691)]
        assert [each["id"] for each in found.data["rows"] if each.get("x")] == ["right", "late", "held"]
        assert found.counts["changed"] == 3
        assert found.data["rows"][1]["b"]["v"] == "The first quote holds the answer."

    def test_values_that_are_no_numbers_leave_no_trace(self, tmp_path):
        broken = evaluation(tmp_path / "nan", [row("q", figures={"nDCG@10": float("nan")}, confidence=float("inf"))])
        assert not {"n", "p"} & set(details(broken).data["rows"][0])
        assert "NaN" not in report(broken)


class TestPage:
    def test_the_figures_with_their_intervals_and_meaning(self, small):
        page = Page(report(small))
        assert page.row("nDCG@10") == [
            "nDCG@10",
            "0.931",
            "0.871 to 0.968",
            "How near the top the right articles stand among the first 10: 1 when they lead, 0 when none is there.",
        ]
        assert page.row("auroc")[1:3] == ["0.812", "0.610 to 0.950"]
        assert page.row("ask_ms_p95")[1] == "96"
        assert page.row("answer_f1")[1:] == ["–", "", "not defined: no answer in words is known in this set"]

    def test_what_went_wrong_is_counted_and_leads_to_the_questions(self, small):
        page = Page(report(small))
        links = [given["href"] for tag, given in page.tags if tag == "a" and given.get("class") == "cause"]
        assert links == ["#show-missed", "#show-misread", "#show-held", "#show-overreached", "#show-failed"]
        assert "1 right article not found" in page.text

    def test_what_was_left_out_and_the_faults(self, small):
        page = Page(report(small))
        assert page.row("Finding the article") == ["Finding the article", "no relevant article is known", "3"]
        assert "qrels.tsv:4 the score “x” is no whole number." in page.text
        assert "6 that the articles answer, 2 that they do not, 1 of which nobody knows, 1 that could" in page.text

    def test_the_comparison(self, tmp_path):
        page = Page(report(*compared(tmp_path)))
        cells = ["better", "0.931", "0.881", "+0.050", "+0.011 to +0.089", "<0.001", "0.001", "+0.31", "4 / 1 / 1"]
        wide = [[" ".join(cell.split()) for cell in row] for row in page.rows if len(row) == 10][:4]
        assert wide[1][1:] == cells
        assert [row[1] for row in wide[1:]] == ["better", "no difference shown", "worse"]
        assert wide[3][9] == "0 / 7 / 1"  # a lower brier is better, so the 7 that rose got worse
        assert "The code has changed between the two." in page.text
        assert "answer_em was not compared: no question has it in both" in page.text

    def test_bars_lead_to_their_questions(self, tmp_path):
        page = Page(report(*compared(tmp_path)))
        assert [given["href"] for tag, given in page.tags if tag == "a" and "tabindex" in given] == [
            "#q-late",
            "#q-right",
        ]

    def test_a_comparison_without_the_other_run_says_what_it_cannot_show(self, tmp_path):
        page = Page(report(evaluation(tmp_path / "a", compared=COMPARED)))
        assert "the table of questions shows this run alone" in page.text
        assert "Change" not in page.rows[-1]

    def test_another_run_that_was_not_compared_is_said_to_be_untested(self, tmp_path):
        this, other = evaluation(tmp_path / "a"), evaluation(tmp_path / "b", id="0003-teas")
        assert "The differences to 0003-teas were not tested for chance." in Page(report(this, other)).text

    def test_the_layers(self, tmp_path):
        page = Page(report(*compared(tmp_path)))
        better = "0.931 0.871 to 0.968 +0.050 better"
        assert ["Figure", "dense", "lexical against dense", "fused against dense"] in page.rows
        layers = [[" ".join(cell.split()) for cell in row] for row in page.rows if len(row) == 4]
        assert ["nDCG@10", "0.931 0.871 to 0.968", better, better] in layers
        assert ["quote_hit@1", "0.500", "0.500 −0.050", "0.500 −0.050"] in layers  # no word: not shown to be one

    def test_the_settings_that_were_changed(self, small):
        assert "Changed from the defaults: passage_words = 120 ." in Page(report(small)).text

    @pytest.mark.parametrize("questions", [{"all": 0}, {"all": 3, "unanswerable": 3}, None])
    def test_nothing_known_is_no_crash(self, tmp_path, questions):
        sections = ("corpus", "settings", "changed_settings", "ci95", "curves", "faults", "compared", "ablation")
        empty = dict.fromkeys((*sections, *explain.FAMILIES)) | {"questions": questions}
        page = Page(report(evaluation(tmp_path / "none", [], kept=[], **empty)))
        assert page.row("nDCG@10")[3] == "not defined: no relevant article is known for any question"
        assert page.text.count("Not drawn:") == 4
        assert not re.search(r"\b(nan|inf)\b", page.text, re.IGNORECASE)
        assert page.data()["rows"] == []

    def test_null_figures_one_by_one(self, tmp_path):
        for family in explain.FAMILIES:
            nulls = dict.fromkeys(RESULT_SMALL[family])
            page = Page(report(evaluation(tmp_path / family, **{family: nulls})))
            assert page.row(next(iter(nulls)))[3].startswith("not ")

    def test_files_that_are_gone_or_no_rows(self, tmp_path):
        broken = evaluation(tmp_path / "broken")
        (broken.folder / "questions.jsonl").write_text('{"_id": "a"}\n')
        with pytest.raises(EvaluationError, match="run `qa evaluate` again"):
            report(broken)
        (broken.folder / "passages.jsonl").unlink()
        with pytest.raises(EvaluationError, match=re.escape(str(broken.folder))):
            report(broken)


class TestSafety:
    def test_no_word_becomes_markup(self, tmp_path):
        names = ("dataset", "id", "layer", "code", "made")
        hostile = dict.fromkeys(names, ATTACK) | {
            "settings": {ATTACK: ATTACK},
            "changed_settings": {ATTACK: ATTACK},
            "corpus": {ATTACK: ATTACK},
            "faults": [{"where": ATTACK, "reason": ATTACK}],
            "retrieval": {ATTACK: 0.5},
            "compared": {"with": ATTACK, "notes": [ATTACK], "figures": {ATTACK: COMPARED["figures"]["brier"]}},
        }
        other = evaluation(tmp_path / "other", [row(ROWS_SMALL[-1].id, figures={"nDCG@10": 0.2})], id=ATTACK)
        page = Page(report(evaluation(tmp_path / "evil", **hostile), other))
        tags = Counter(tag for tag, _ in page.tags)
        assert (tags["img"], tags["script"], tags["html"]) == (0, 2, 1)
        raw = next(text for text in page.texts if text.startswith('{"articles"'))
        assert not set("<>&") & set(raw)
        assert page.data()["rows"][-1]["q"] == f"Who wrote {ATTACK}?"
        assert page.data()["passages"][-1][3] == f"{ATTACK} stands in a passage."

    def test_no_outside_address_style_attribute_or_handler(self, tmp_path):
        html = report(*compared(tmp_path))
        assert "http" not in html.replace("http-equiv", "").replace('xmlns="', "")
        assert "@import" not in html
        for _, given in Page(html).tags:
            assert not [name for name in given if name == "style" or name.startswith("on")]

    def test_ids_are_unique_and_referred_to(self, tmp_path):
        html = report(*compared(tmp_path))
        ids = [given["id"] for _, given in Page(html).tags if "id" in given]
        assert [id for id, times in Counter(ids).items() if times > 1] == []
        assert set(re.findall(r"url\(#([^)]*)\)", html)) <= set(ids)

    def test_a_nonce_stands_on_style_and_scripts(self, small):
        tags = Page(report(small, nonce="abc+/=")).tags
        assert [given.get("nonce") for tag, given in tags if tag in ("style", "script")] == ["abc+/="] * 3
        assert not [given for _, given in Page(report(small)).tags if "nonce" in given]

    def test_what_turns_the_reading_order_round_is_shown_as_such(self, tmp_path):
        html = report(evaluation(tmp_path / "turned", [row("q", question="a\u202eb\ud83d\x07c")]))
        assert "a\ufffdb\ufffd" in html
        html.encode()


class TestPlots:
    def test_colours_are_the_page_s(self):
        drawn = [
            plots.recall({"this run": [0.2, 0.4], "the other run": [0.1, 0.3]}),
            plots.risk_coverage({"this run": [(1.0, 0.25)]}),
            plots.reliability(RESULT_SMALL["curves"]["reliability"]),
            plots.latency([5.0]),
            plots.deltas([("a", -0.5), ("b", 0.25)], "nDCG@10"),
        ]
        known = {f"{kind}-{role}" for kind in ("fill", "stroke") for role in ("ink", "soft", "rule", "accent", "good")}
        for svg in drawn:
            assert "style" not in svg
            assert re.findall(r"#[0-9a-f]{6}", svg) == []
            assert set(" ".join(re.findall(r'class="([^"]*)"', svg)).split()) <= {*known, "plot"}

    def test_what_is_drawn_is_told_in_words(self):
        assert "this run: 20% at 1, 60% at 5" in plots.recall({"this run": [0.2, 0.3, 0.4, 0.5, 0.6]})
        assert "25% wrong when 100% of the questions are answered" in plots.risk_coverage({"this run": [(1.0, 0.25)]})
        told = plots.reliability(RESULT_SMALL["curves"]["reliability"])
        assert "1,250 questions of mean confidence 90%: 80% right" in told
        assert ">1.2k<" in told
        assert "4 questions, from 1 to 9 milliseconds" in plots.latency([9.0, 1.0, 2.0, 2.0])

    def test_only_the_ends_of_many_changes_are_drawn(self):
        changes = sorted(((f"q{n}", (n - 150) / 100) for n in range(300)), key=lambda each: each[1])
        svg = plots.deltas(changes, "nDCG@10")
        links = re.findall(r'href="#q-(q\d+)"', svg)
        assert links == [f"q{n}" for n in [*range(50), *range(250, 300)]]
        assert "<title>q0: -1.500</title>" in svg
        assert "300 questions changed: 150 got worse" in svg

    def test_an_id_is_quoted_in_its_link(self):
        assert 'href="#q-%22%3E%3Cb%3E"' in plots.deltas([('"><b>', 0.5)], "nDCG@10")


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as play:
        try:
            browser = play.chromium.launch(executable_path=find(), args=FLAGS)
        except Error as error:
            told = f"NO BROWSER, so the report was not tried: set CHROMIUM to one. {error}"
            if os.environ.get("CI"):
                pytest.fail(told)
            pytest.skip(told)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, tmp_path):
    opened, complaints, asked = [], [], []

    def begin(html, width=1280, scheme="light", script=True, fragment=""):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        size = {"width": width, "height": 844}
        context = chromium.new_context(viewport=size, color_scheme=scheme, java_script_enabled=script)
        opened.append(context)
        context.on("request", lambda request: asked.append(request.url))
        context.on("weberror", lambda told: complaints.append(str(told.error)))
        context.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
        context.on("dialog", lambda shown: complaints.append(shown.message) or shown.dismiss())
        page = context.new_page()
        page.goto(path.as_uri() + fragment)
        return page

    yield begin
    for context in opened:
        context.close()
    assert complaints == []
    assert {url.partition(":")[0] for url in asked} <= {"file"}


def questions(page):
    return page.locator("#rows button.open").all_inner_texts()


@pytest.mark.browser
class TestInTheBrowser:
    def test_two_clicks_to_what_went_wrong(self, visit, small):
        page = visit(report(small))
        page.get_by_text("right quote held back").first.click()
        page.wait_for_function("document.querySelectorAll('#rows button.open').length === 1")
        assert questions(page) == ["What did tea cost, held?"]
        page.locator("#rows button.open").click()
        panel = page.locator(".panel")
        assert panel.locator(".verdict").inner_text() == (
            "The right sentence was held back: confidence 0.41, under the threshold 0.62."
        )
        assert "✓ holds the answer" in panel.inner_text()
        assert panel.locator("mark", has_text="Tea").inner_text() == "Tea"
        assert panel.locator("ol .gold").inner_text() == "nine pounds"  # after an emoji: offsets count code points
        page.locator("#rows button.open").click()
        assert page.locator(".panel").count() == 0

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("right", ["right", "evil"]),
            ("wrong", ["late", "misread"]),
            ("refused", ["held"]),
            ("overreached", ["over"]),
            ("missed", ["late"]),
            ("changed", ["late", "held", "right"]),
        ],
    )
    def test_filters(self, visit, tmp_path, name, shown):
        page = visit(report(*compared(tmp_path)), fragment=f"#show-{name}")
        found = [
            id.removeprefix("q-").removesuffix(ATTACK)
            for id in page.locator("#rows tr").evaluate_all("all => all.map(row => row.id)")
        ]
        assert found == shown
        assert f"({len(shown)})" in page.locator("#show option:checked").inner_text()

    def test_search_and_sort(self, visit, tmp_path):
        page = visit(report(*compared(tmp_path)))
        page.fill("#search", "TEA held")
        assert questions(page) == ["What did tea cost, held?"]
        page.fill("#search", "no such words")
        assert "No question matches" in page.inner_text("#status")
        page.fill("#search", "")
        page.click("[data-sort=d]")
        assert [text.rpartition(" ")[2] for text in questions(page)][:3] == ["late?", "held?", "right?"]
        assert page.get_attribute("th:has([data-sort=d])", "aria-sort") == "ascending"
        page.click("[data-sort=d]")
        assert [text.rpartition(" ")[2] for text in questions(page)][:3] == ["right?", "held?", "late?"]

    def test_a_link_opens_its_question_beside_the_other_run_s(self, visit, tmp_path):
        page = visit(report(*compared(tmp_path)))
        page.locator("a[href='#q-late'] path").click()
        page.locator(".panel .runs section").nth(1).wait_for()
        assert page.locator(".panel .runs section").count() == 2
        assert "The right article came 14th: retrieval." in page.inner_text(".panel")
        assert "The first quote holds the answer." in page.inner_text(".panel .runs section:last-child")
        assert page.evaluate("document.activeElement.textContent") == "What did tea cost, late?"

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [1280, 390])
    def test_nothing_runs_and_nothing_is_cut_off(self, visit, tmp_path, width, scheme):
        page = visit(
            report(*compared(tmp_path)),
            width,
            scheme,
            fragment="#q-" + "evil%3C%2Fscript%3E%3Cimg%20src%3Dx%20onerror%3D%22alert(1)%22%3E",
        )
        assert f"Says {ATTACK}" in page.inner_text(".panel")
        assert page.locator("img").count() == 0
        page.locator("#rows button.open[aria-expanded=false]").evaluate_all("all => all.forEach(each => each.click())")
        assert page.locator(".panel").count() == 9
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        line = page.evaluate("getComputedStyle(document.querySelector('.plot .stroke-accent')).stroke")
        assert (paper, line) == {
            "light": ("rgb(251, 249, 244)", "rgb(122, 31, 31)"),
            "dark": ("rgb(23, 22, 19)", "rgb(238, 161, 141)"),
        }[scheme]

    def test_without_script_everything_but_the_table_is_there(self, visit, small):
        page = visit(report(small), script=False)
        assert page.locator("#needs-script").is_visible()
        assert not page.locator("#search").is_visible()
        assert page.locator("svg.plot").count() == 4
        assert page.locator("td.value", has_text="0.931").first.is_visible()

    def test_it_works_under_a_strict_policy(self, visit, small):
        policy = "default-src 'none'; style-src 'nonce-n1'; script-src 'nonce-n1'"
        head = f'<head><meta http-equiv="Content-Security-Policy" content="{policy}">'
        page = visit(report(small, nonce="n1").replace("<head>", head), fragment="#q-right")
        assert page.locator(".panel").is_visible()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 249, 244)"

    def test_eight_thousand_questions_open_at_once(self, visit, tmp_path):
        html = report(large(tmp_path / "this"), large(tmp_path / "other", id="0008-large"))
        assert len(html.encode()) < 15e6
        began = time.monotonic()
        page = visit(html)
        page.wait_for_selector("#rows tr")
        assert time.monotonic() - began < 3
        assert page.locator("#rows tr").count() == 50
        assert page.inner_text("#status") == "1–50 of 8,000 questions"
        page.click("#on")
        assert page.inner_text("#status") == "51–100 of 8,000 questions"
        page.fill("#search", "number 7999 ")
        assert page.inner_text("#status") == "1–1 of 1 questions"
        page.evaluate("location.hash = '#q-q4321'")
        page.wait_for_selector(".panel")
        assert page.inner_text("#status") == "4,301–4,350 of 8,000 questions"
