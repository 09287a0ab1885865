"""Six trials of exercise in ALS are extracted on the pages, with quotes: what is wrong is pointed out, put right or answered, and pooled."""

from __future__ import annotations

import math
import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from scipy import stats as scipy_stats

from extraction.queries.cells import own_values
from reviews.models import Job, User
from reviews.services import jobs
from screening.services import reports
from synthesis.models import Run
from synthesis.services import runs
from synthesis.stats import effect_sizes, pool
from tests.browser import als
from tests.browser.als import (
    ARMS,
    BRAGA,
    CHEAH,
    CONTROL,
    EXERCISE,
    FERRI,
    FUNCTION,
    GROENESTIJN,
    LOSS,
    LUNETTA,
    MONTHS_6,
    MONTHS_12,
    OUTCOMES,
    PINTO,
    TRIALS,
    Asked,
    Trial,
)
from tests.browser.als_desk import (
    Desk,
    address,
    adds,
    asks_for,
    cell,
    extracts,
    finishes,
    found,
    quoted,
    saved,
)
from tests.browser.conftest import Live, accessible
from tests.conftest import Cast
from tests.extraction.factories import a_study, an_included_report
from tests.screening.factories import an_upload

expect.set_options(timeout=15_000)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def desk(live: Live, cast: Cast) -> Desk:
    """A review with six included reports and their papers."""
    for trial in TRIALS:
        report = an_included_report(cast.review, authors=[trial.author], year=trial.year)
        reports.retrieved(report=report, file=an_upload(trial.pdf, f"{trial.label}.pdf"), by=cast.ben)
    pages = {user.name: live.open(user, address(cast, "studies")) for user in (cast.ana, cast.ben, cast.chi)}
    return Desk(live, cast, **pages)


def test_the_trials_of_exercise_in_als(desk: Desk) -> None:
    ana_says_what_is_asked(desk)
    ana_makes_a_study_of_each_report(desk)
    she_adds_arms_times_and_sides(desk)
    ben_extracts_lunetta_and_nothing_stands_against_it(desk)
    ben_answers_the_gap_that_braga_had_at_baseline(desk)
    chi_extracts_the_same_two_and_ana_settles(desk)
    ana_lets_one_person_extract_and_a_second_confirm(desk)
    the_errors_of_ferri_pass_for_deviations_until_ben_moves_them(desk)
    what_the_others_print_of_their_comparisons_raises_nothing(desk)
    chi_confirms_ferri_with_keys_and_corrects_a_mean(desk)
    ana_pools_what_was_settled(desk)


def ana_says_what_is_asked(desk: Desk) -> None:
    page = desk.go(desk.ana, "structure")
    for outcome in OUTCOMES:
        asks_for(page, outcome)
    listed = page.get_by_role("region", name="Outcomes").get_by_role("listitem")
    expect(listed).to_have_count(len(OUTCOMES))
    expect(listed.first).to_contain_text(
        "8 to 60 weeks, the earliest in the window · with baseline · possible 0 to 48"
    )
    expect(listed.first).to_contain_text("whole numbers")
    adds(page, "comparison", {"Experimental": EXERCISE, "Control": CONTROL})
    accessible(page)


def ana_makes_a_study_of_each_report(desk: Desk) -> None:
    page = desk.go(desk.ana, "studies")
    page.get_by_role("button", name="Make a study of each").click()
    page.get_by_role("button", name="Make 6 studies").click()
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(7)


def she_adds_arms_times_and_sides(desk: Desk) -> None:
    page = desk.ana
    for trial in TRIALS:
        desk.go(page, "studies").get_by_role("link", name=trial.label).click()
        for arm, number in zip(ARMS, trial.randomised, strict=True):
            adds(page, "arm", {"Arm": arm, "Randomised": str(number)})
            expect(page.get_by_role("row", name=arm).first).to_be_visible()
        for time in trial.times:
            # The weeks follow from “6 months” and “Baseline”.
            adds(page, "time", {"Label": time})
            expect(page.get_by_role("link", name=f"Change the time {time}", exact=True)).to_be_visible()
        for arm in ARMS:
            page.get_by_label(f"{arm} in {EXERCISE} v {CONTROL}").select_option(label=arm)
        page.get_by_role("button", name="Save the sides").click()
        page.wait_for_load_state()
    accessible(page)


def ben_extracts_lunetta_and_nothing_stands_against_it(desk: Desk) -> None:
    page = desk.beside(desk.ben, LUNETTA)
    extracts(page, LUNETTA, select_first=True)
    expect(found(page)).to_have_count(0)
    finishes(page)
    # What is folded away can be looked at in a finished sheet as well.
    median = cell(page, FUNCTION, "Median", EXERCISE, MONTHS_6)
    expect(median).to_be_hidden()
    page.get_by_role("button", name="More ways to report").first.click()
    expect(median).to_be_visible()
    every_number_has_its_sentence(desk, LUNETTA, desk.cast.ben)


def every_number_has_its_sentence(desk: Desk, trial: Trial, person: User) -> None:
    """What was written down is what the paper prints, and each number has a sentence of the paper with its page."""
    own = [value for value in own_values(desk.study(trial), user=person).values() if value.text]
    numbers = [n for table in trial.tables for _, row, _ in table.lines for n in row]
    numbers += [n for contrast in trial.contrasts for n in ("MD", *contrast.numbers.values())]
    assert sorted(value.text for value in own) == sorted(numbers)
    sentences = {said for table in trial.tables for _, _, said in table.lines}
    sentences |= {contrast.said for contrast in trial.contrasts}
    assert {value.quote for value in own} == sentences
    assert {value.page for value in own} == {"2"}
    assert None not in {value.report_id for value in own}


def ben_answers_the_gap_that_braga_had_at_baseline(desk: Desk) -> None:
    page = desk.beside(desk.ben, BRAGA)
    extracts(page, BRAGA)
    expect(found(page)).to_have_count(1)
    expect(found(page, "note")).to_contain_text("a difference of 3 at baseline and of 4.6 at the end")
    every_number_has_its_sentence(desk, BRAGA, desk.cast.ben)
    page.get_by_role("link", name="Answer them").click()
    accessible(page)
    finding = page.locator("article.finding").filter(has_text="65.2 % of the final difference")
    finding.get_by_text("Dismiss with a reason").click()
    reason = "Chance at randomisation; the slopes are extracted beside the final values."
    finding.get_by_label("Why are the numbers right all the same?").fill(reason)
    finding.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_role("region", name="Dismissed")).to_contain_text(reason)
    desk.go(page, "extract", BRAGA)
    expect(found(page)).to_have_count(0)
    finishes(page)


def chi_extracts_the_same_two_and_ana_settles(desk: Desk) -> None:
    for trial in (LUNETTA, BRAGA):
        page = desk.beside(desk.chi, trial)
        extracts(page, trial)
        if trial is LUNETTA:
            # Chi reads the digits the wrong way round.
            cell(page, FUNCTION, "Standard deviation", CONTROL, MONTHS_12).fill("6.7")
            page.keyboard.press("Enter")
            saved(page)
        finishes(page)
    page = desk.go(desk.ana, "compare", LUNETTA)
    expect(page.get_by_text("1 differs, 15 agree, 0 are settled.")).to_be_visible()
    accessible(page)
    page.get_by_role("radio", name="Ben: 7.6").check()
    page.get_by_label(re.compile("^Why this value for Standard deviation")).fill("The abstract says 7.6.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("0 differ, 15 agree, 1 is settled.")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_text("0 differ, 0 agree, 16 are settled.")).to_be_visible()
    desk.go(page, "compare", BRAGA)
    expect(page.get_by_text("0 differ, 22 agree, 0 are settled.")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_text("0 differ, 0 agree, 22 are settled.")).to_be_visible()
    # What Ben answered holds for the same numbers now that they are the team's.
    desk.go(page, "checks")
    dismissed = page.get_by_role("region", name="Dismissed")
    expect(dismissed).to_contain_text("Chance at randomisation")
    expect(page.get_by_role("region", name="Open")).to_contain_text("Nothing is open")


def ana_lets_one_person_extract_and_a_second_confirm(desk: Desk) -> None:
    page = desk.go(desk.ana, "extraction")
    page.get_by_role("link", name="How it is done").click()
    page.get_by_role("radio", name=re.compile("^One person extracts")).check()
    page.get_by_role("textbox", name="Why").fill("The other papers print few numbers.")
    page.get_by_role("button", name="Extract like this").click()
    expect(page.get_by_text("From now on results are extracted like this.")).to_be_visible()


def the_errors_of_ferri_pass_for_deviations_until_ben_moves_them(desk: Desk) -> None:
    page = desk.beside(desk.ben, FERRI)
    time = FERRI.times[0]
    extracts(page, FERRI)
    expect(found(page, "serious")).to_contain_text(
        "|t| 8.38 if the spreads are standard deviations, 2.96 if they are standard errors"
    )
    expect(found(page, "note")).to_contain_text("a standardised mean difference within ±3")
    sd = {arm: cell(page, LOSS, "Standard deviation", arm, time) for arm in ARMS}
    for one in sd.values():
        expect(one).to_have_attribute("data-finding", "serious")
        one.focus()
        expect(page.locator("[data-panel-finding]")).to_contain_text("Serious: |t| 8.38")
        expect(page.locator("[data-panel-finding]")).to_be_in_viewport()
    accessible(page)
    for arm, (_, error, _), sentence in FERRI.tables[0].lines:
        sd[arm].focus()
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        page.keyboard.press("Tab")
        page.keyboard.type(error)
        page.keyboard.press("Enter")
        saved(page)
        quoted(page, cell(page, LOSS, "Standard error", arm, time), sentence)
    expect(found(page)).to_have_count(0)
    for arm, rough, exact in ((EXERCISE, "7.354", "7.35391"), (CONTROL, "15.84", "15.8392")):
        sd[arm].focus()
        expect(page.locator("[data-panel-result]")).to_have_text(f"≈ {rough}")
        page.keyboard.press("=")
        expect(sd[arm]).to_have_value(exact)
        saved(page)
    expect(found(page)).to_have_count(0)
    # And a slip of the pen, for Chi to find.
    cell(page, LOSS, "Mean", EXERCISE, time).fill("-4.1")
    page.keyboard.press("Enter")
    saved(page)
    finishes(page)
    what_left_is_still_on_record(desk, page)


def what_left_is_still_on_record(desk: Desk, page: Page) -> None:
    """On the page of all checks, under what was raised before."""
    desk.go(page, "checks")
    page.get_by_text(re.compile(r"\d+ raised before, on numbers that were changed since")).click()
    before = page.locator("details").filter(has_text="raised before").get_by_role("listitem")
    expect(before.filter(has_text="|t| 8.38 if the spreads are standard deviations")).to_be_visible()
    expect(before.filter(has_text="a standardised mean difference within ±3").first).to_contain_text(
        FERRI.label
    )
    accessible(page)


def what_the_others_print_of_their_comparisons_raises_nothing(desk: Desk) -> None:
    for trial in (CHEAH, GROENESTIJN):
        page = desk.beside(desk.ben, trial)
        extracts(page, trial)
        expect(found(page)).to_have_count(0)
        finishes(page)
        every_number_has_its_sentence(desk, trial, desk.cast.ben)
    page = desk.beside(desk.ben, PINTO)
    extracts(page, PINTO)
    # 34.39 is no mean of 13 whole numbers: 447/13 is 34.38, 448/13 is 34.46.
    expect(found(page)).to_have_count(1)
    expect(found(page, "note")).to_contain_text("34.39 in “Exercise”")
    finishes(page)


def chi_confirms_ferri_with_keys_and_corrects_a_mean(desk: Desk) -> None:
    page = desk.go(desk.chi, "extraction")
    page.get_by_role("link", name=f"Confirm the extraction of {FERRI.label}").click()
    page.get_by_role("link", name=f"Read {FERRI.label}.pdf beside the form").click()
    bar = page.get_by_role("progressbar", name="Confirmed or corrected")
    steps = int(bar.get_attribute("max") or "0")
    assert steps > 10
    corrected = 0
    for done in range(steps):
        expect(bar).to_have_attribute("value", str(done))
        if page.locator(".step__value").filter(has_text="-4.1").count():
            page.keyboard.press("e")
            page.get_by_label("Value", exact=True).fill("-4.7")
            page.get_by_label("Why").fill("The paper says -4.7.")
            corrected += 1
        elif done == 0:
            accessible(page)
        page.keyboard.press("Enter")
    expect(page.get_by_text("Everything is confirmed")).to_be_visible()
    assert corrected == 1
    desk.go(page, "study", FERRI)
    settled = page.get_by_role("region", name="Settled results")
    for text in ("-4.7", "-23.0", "7.35391", "15.8392", "0.007"):
        expect(settled.get_by_text(text, exact=True)).to_be_visible()
    desk.go(page, "checks", query=f"?study={desk.study(FERRI).pk}")
    expect(page.get_by_role("region", name="Open")).to_contain_text("Nothing is open")


def ana_pools_what_was_settled(desk: Desk) -> None:
    trials = (BRAGA, LUNETTA)
    tables = [next(t for t in trial.tables if t.time == MONTHS_6) for trial in trials]
    rows = [[float(n) for n in (*table.exercise, *table.control)] for table in tables]
    columns = dict(zip(("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"), zip(*rows, strict=True), strict=True))
    effects = effect_sizes("SMD", **columns)  # type: ignore[arg-type]
    pooled = pool(effects.yi, effects.vi)
    # g of Braga and Lunetta, and its standard error, computed by hand from the published numbers.
    assert [round(float(g), 4) for g in effects.yi] == [0.6109, 0.5766]
    assert [round(math.sqrt(v), 4) for v in effects.vi] == [0.2953, 0.2635]
    run = runs_an_analysis(desk, "Function after exercise", FUNCTION)
    shown = f"{pooled.estimate:.3f}, 95 % CI {pooled.ci_lb:.3f} to {pooled.ci_ub:.3f}"
    expect(desk.ana.get_by_text(shown)).to_be_visible()
    expect(desk.ana.get_by_text("Forest plot, run 1")).to_be_visible()
    estimates = {row["label"]: row["yi"] for row in run.result["studies"] if not row["left_out"]}
    expected = {trial.label: float(g) for trial, g in zip(trials, effects.yi, strict=True)}
    assert estimates == pytest.approx(expected, rel=1e-12)
    accessible(desk.ana)

    change = runs_an_analysis(desk, "Loss of function after exercise", LOSS)
    (ferri,) = [row for row in change.result["studies"] if not row["left_out"]]
    assert (ferri["label"], round(ferri["yi"], 3)) == (FERRI.label, 1.401)


def runs_an_analysis(desk: Desk, title: str, outcome: Asked) -> Run:
    """Ana sets it up; the worker runs it; she sees it."""
    page = desk.ana
    page.goto(desk.live.url + reverse("synthesis:analysis_add", args=[desk.cast.review.slug]))
    page.get_by_label("Title").fill(title)
    page.get_by_label("Outcome", exact=True).select_option(label=str(outcome))
    page.get_by_label("Effect measure").select_option(label="Standardised mean difference (Hedges' g)")
    page.get_by_role("button", name="Save and run").click()
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    job = Job.objects.filter(name="synthesis.run_analysis").latest("pk")
    jobs.run(job.pk, runs.run_analysis)
    run = Run.objects.get(job=job)
    page.goto(live_address(desk, run))
    return run


def live_address(desk: Desk, run: Run) -> str:
    """The page of the analysis of a run."""
    return desk.live.url + reverse("synthesis:analysis", args=[desk.cast.review.slug, run.analysis_id])


def test_a_sheet_that_asks_for_nothing_says_what_to_do_next(live: Live, cast: Cast) -> None:
    study = a_study(cast.review)
    page = live.open(cast.ben, address(cast, "extract", study.pk))
    expect(page.get_by_text("The review asks for no outcome yet")).to_be_visible()


@pytest.mark.parametrize(
    ("table", "t", "p"),
    [
        (LUNETTA.tables[0], 2.263, 0.0274),
        (LUNETTA.tables[1], 2.140, 0.0365),
        (BRAGA.tables[0], 2.099, 0.0413),
        (BRAGA.tables[1], 2.152, 0.0367),
        (BRAGA.tables[2], -0.922, 0.361),
        (PINTO.tables[0], 0.610, 0.548),
    ],
)
def test_the_table_gives_the_t_and_p_that_were_checked_by_hand(table: als.Table, t: float, p: float) -> None:
    numbers = [float(n) for n in (*table.exercise, *table.control)]
    test = scipy_stats.ttest_ind_from_stats(*numbers)
    assert (round(test.statistic, 3), round(test.pvalue, len(str(p)) - 2)) == (t, p)
