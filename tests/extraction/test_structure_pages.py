"""Outcomes with their window and scale, the times of a study, and several arms on one side."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from extraction.forms.structure import weeks_in
from extraction.models import Arm, ArmsChoice, ComparisonArm, Outcome, TimePoint
from extraction.services import structure
from reviews.services.editing import fingerprint
from tests.conftest import Cast
from tests.extraction.answers import SignIn, told
from tests.extraction.factories import a_comparison, a_study, an_arm, an_outcome
from tests.factories import a_review

FUNCTION = {"domain": "Function", "metric": "final", "direction": "higher"}


def at(cast: Cast, name: str, *arguments: object) -> str:
    """The address of a page of the review."""
    return reverse(f"extraction:{name}", args=[cast.review.slug, *arguments])


def test_an_outcome_has_a_window_a_scale_and_its_baseline(cast: Cast, signed_in: SignIn) -> None:
    ben = signed_in(cast.ben)
    details = {"window_from": "12", "window_to": "52", "when_several": "earliest", "asks_baseline": "on"}
    ben.post(
        at(cast, "outcome_add"),
        FUNCTION | details | {"scale_low": "0", "scale_high": "48", "is_whole": "on"},
    )
    outcome = Outcome.objects.get()
    assert (outcome.window_from, outcome.window_to, outcome.when_several) == (12, 52, "earliest")
    assert (outcome.asks_baseline, outcome.scale_low, outcome.scale_high, outcome.is_whole) == (
        True,
        0,
        48,
        True,
    )
    html = told(ben.get(at(cast, "structure")))
    assert "12 to 52 weeks, the earliest in the window" in html
    assert "with baseline" in html
    assert "possible 0 to 48" in html
    page = at(cast, "outcome", outcome.pk)
    assert told(ben.get(page)).count('<details class="part" open>') == 2
    seen = ben.get(page).context["form"].initial["seen"]
    ben.post(page, FUNCTION | {"seen": seen, "window_from": "26"})
    outcome.refresh_from_db()
    assert (outcome.window_from, outcome.window_to, outcome.is_whole) == (26, None, False)
    assert "from 26 weeks" in told(ben.get(at(cast, "structure")))


@pytest.mark.parametrize(
    ("details", "complaint"),
    [
        ({"window_from": "52", "window_to": "12"}, "ends before it begins (52 to 12)"),
        ({"scale_low": "48", "scale_high": "0"}, "ends before it begins (48 to 0)"),
        ({"window_from": "-1"}, "greater than or equal to 0"),
        ({"window_to": "1e9"}, "less than or equal to 5200"),
        ({"scale_high": "NaN"}, "Enter a number"),
        ({"scale_high": "Infinity"}, "Enter a number"),
        ({"scale_low": "nil"}, "Enter a number"),
        ({"when_several": "best"}, "not one of the available choices"),
        ({"domain": "Fun\x00ction"}, "Null characters"),
    ],
)
def test_a_window_or_scale_that_cannot_be_is_refused(
    cast: Cast, signed_in: SignIn, details: dict[str, str], complaint: str
) -> None:
    answer = signed_in(cast.ben).post(at(cast, "outcome_add"), FUNCTION | details)
    assert answer.status_code == 422
    assert complaint in told(answer)
    assert not Outcome.objects.exists()


def test_events_in_person_time_can_be_asked_for(cast: Cast, signed_in: SignIn) -> None:
    ben = signed_in(cast.ben)
    ben.post(at(cast, "outcome_add"), {"domain": "Falls", "metric": "rate", "direction": "lower"})
    assert "Events in person-time" in told(ben.get(at(cast, "structure")))


def test_weeks_that_the_label_says_already_are_not_said_again(cast: Cast, signed_in: SignIn) -> None:
    study = a_study(cast.review)
    for label, weeks in (("6 months", 26), ("12 weeks", 12), ("1 week", 1)):
        TimePoint.objects.create(study=study, label=label, weeks=weeks)
    html = told(signed_in(cast.ben).get(at(cast, "study", study.pk)))
    assert "26 weeks" in html
    assert html.count("12 weeks") - html.count("time 12 weeks") == 1
    assert html.count("1 week") - html.count("time 1 week") == 1


def test_times_are_added_put_right_retired_and_brought_back(cast: Cast, signed_in: SignIn) -> None:
    study, ben = a_study(cast.review), signed_in(cast.ben)
    ben.post(at(cast, "time_add", study.pk), {"label": "6 months"})
    ben.post(at(cast, "time_add", study.pk), {"label": "Baseline"})
    ben.post(at(cast, "time_add", study.pk), {"label": "End of the trial", "weeks": "52"})
    assert list(study.times.values_list("label", "weeks")) == [
        ("Baseline", 0),
        ("6 months", 26),
        ("End of the trial", 52),
    ]
    again = ben.post(at(cast, "time_add", study.pk), {"label": "6 months"})
    assert again.status_code == 422
    assert "already" in told(again)
    time = TimePoint.objects.get(label="6 months")
    page = at(cast, "time", time.pk)
    seen = ben.get(page).context["form"].initial["seen"]
    assert seen == fingerprint(time, ["label", "weeks"])
    ben.post(page, {"label": "Month 6", "weeks": "26.5", "seen": seen})
    late = signed_in(cast.chi).post(page, {"label": "Month 7", "weeks": "30", "seen": seen})
    assert late.status_code == 422
    assert "Somebody else changed this" in told(late)
    time.refresh_from_db()
    assert (time.label, time.weeks) == ("Month 6", 26.5)
    ben.post(at(cast, "time_retire", time.pk))
    html = told(ben.get(at(cast, "study", study.pk)))
    assert "Use again: Month 6" in html
    assert "Retire the time Month 6" not in html
    ben.post(at(cast, "time_retire", time.pk), {"restore": "1"})
    assert "Retire the time Month 6" in told(ben.get(at(cast, "study", study.pk)))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"label": "", "weeks": "3"},
        {"label": "Later"},
        {"label": "9999 years"},
        {"label": "x" * 61, "weeks": "3"},
        {"label": "Later", "weeks": "1e300"},
        {"label": "Later", "weeks": "NaN"},
        {"label": "Later", "weeks": "soon"},
        {"label": "La\x00ter", "weeks": "3"},
    ],
)
def test_a_time_that_cannot_be_is_refused(cast: Cast, signed_in: SignIn, data: dict[str, str]) -> None:
    study = a_study(cast.review)
    answer = signed_in(cast.ben).post(at(cast, "time_add", study.pk), data)
    assert answer.status_code == 422
    assert "Please correct this first" in told(answer)
    assert not TimePoint.objects.exists()


@pytest.mark.parametrize(
    ("label", "weeks"),
    [
        ("6 months", 26),
        ("12 Months", 52),
        ("1 year", 52),
        ("14 days", 2),
        ("1.5 weeks", 1.5),
        ("baseline", 0),
        ("month six", None),
        ("months", None),
        ("6 months or so", None),
    ],
)
def test_weeks_are_worked_out_of_what_a_report_says(label: str, weeks: float | None) -> None:
    assert weeks_in(label) == weeks


def test_several_arms_are_combined_or_split_in_so_many_words(cast: Cast, signed_in: SignIn) -> None:
    study, comparison = a_study(cast.review), a_comparison(cast.review, "Exercise")
    arms = [an_arm(study, label) for label in ("Aerobic", "Strength", "Usual care")]
    ben, page = signed_in(cast.ben), at(cast, "study", study.pk)
    assert "Several arms in" not in told(ben.get(page))
    for arm, side in zip(arms, ("experimental", "experimental", "control"), strict=True):
        structure.place(comparison=comparison, arm=arm, side=side, by=cast.ben)
    html = told(ben.get(page))
    assert "“Aerobic” and “Strength” become one group of Exercise." in html
    assert "6.5.2.10" in html
    data = {"comparison": comparison.pk, "how": "split", "reason": "They answer two questions"}
    ben.post(at(cast, "arms_choose", study.pk), data)
    html = told(ben.get(page))
    assert "the group that is shared is split between the pairs" in html
    assert "Ben chose this: They answer two questions" in html
    again = ben.post(at(cast, "arms_choose", study.pk), data, follow=True)
    assert "That is so already" in told(again)
    ben.post(at(cast, "arms_choose", study.pk), data | {"how": "combine", "reason": ""})
    assert "become one group of Exercise." in told(ben.get(page))
    assert ArmsChoice.objects.count() == 2


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"comparison": "x", "how": "split"},
        {"comparison": "99999", "how": "split"},
        {"comparison": "FOREIGN", "how": "split"},
        {"comparison": "OWN", "how": "guess"},
        {"comparison": "OWN", "how": "split", "reason": "x" * 2_001},
        {"comparison": "OWN", "how": "split", "reason": "\x00"},
    ],
)
def test_a_choice_that_cannot_be_is_refused(cast: Cast, signed_in: SignIn, data: dict[str, str]) -> None:
    study, own, foreign = a_study(cast.review), a_comparison(cast.review), a_comparison(a_review())
    rows = {"OWN": str(own.pk), "FOREIGN": str(foreign.pk)}
    sent = {name: rows.get(text, text) for name, text in data.items()}
    answer = signed_in(cast.ben).post(at(cast, "arms_choose", study.pk), sent, follow=True)
    assert answer.status_code == 200
    assert answer.context["messages"]
    assert not ArmsChoice.objects.exists()


def test_dose_and_frequency_belong_to_an_arm(cast: Cast, signed_in: SignIn) -> None:
    study, ben = a_study(cast.review), signed_in(cast.ben)
    ben.post(at(cast, "arm_add", study.pk), {"label": "Exercise", "dose": "3 × 30 min a week"})
    assert Arm.objects.get().dose == "3 × 30 min a week"
    assert "3 × 30 min a week" in told(ben.get(at(cast, "study", study.pk)))


def test_many_times_and_arms_take_as_many_queries_as_few(cast: Cast, signed_in: SignIn) -> None:
    ben = signed_in(cast.ben)

    def asked(count: int) -> int:
        study = a_study(cast.review)
        for number in range(count):
            an_outcome(cast.review)
            comparison = a_comparison(cast.review)
            TimePoint.objects.create(study=study, label=f"Week {number}", weeks=number)
            for side in ("experimental", "experimental", "control"):
                ComparisonArm.objects.create(comparison=comparison, arm=an_arm(study), side=side)
            structure.choose_arms(study=study, comparison=comparison, how="split", by=cast.ben)  # type: ignore[arg-type]
        with CaptureQueriesContext(connection) as queries:
            assert ben.get(at(cast, "study", study.pk)).status_code == 200
        return len(queries)

    assert asked(1) == asked(6)
