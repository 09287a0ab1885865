"""Studies are formed of included reports."""

from __future__ import annotations

import pytest

from extraction.models import Study
from extraction.queries.studies import awaiting_a_study, label_for, surname
from extraction.services import studies
from reviews.errors import ChangedMeanwhile, NotAllowed, NothingToDo, Refused
from reviews.services.editing import fingerprint
from screening.models import Candidate, Stage
from screening.services import votes
from tests.conftest import Cast
from tests.extraction.factories import a_study, an_included_report
from tests.factories import a_review
from tests.screening.factories import OUT, a_report


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Braga, A. C.", "Braga"),
        ("Braga AC", "Braga"),
        ("van Groenestijn AC", "van Groenestijn"),
        ("Dal Bello-Haas V", "Dal Bello-Haas"),
        ("王小明", "王小明"),
        ("WHO", "WHO"),
        ("Smith", "Smith"),
    ],
)
def test_a_surname_is_read_as_databases_write_it(author: str, name: str) -> None:
    assert surname(author) == name


def test_an_included_report_awaits_a_study_until_it_has_one(cast: Cast) -> None:
    report = an_included_report(cast.review, authors=["Braga, A. C."], year=2018)
    (waiting,) = awaiting_a_study(cast.review)
    assert (waiting.report, waiting.label) == (report, "Braga 2018")
    studies.found(review=cast.review, reports=[report], label="Braga 2018", by=cast.ben)
    assert awaiting_a_study(cast.review) == []


def test_a_report_without_author_and_year_is_labelled_by_its_title(cast: Cast) -> None:
    an_included_report(cast.review, title="A trial of exercise")
    (waiting,) = awaiting_a_study(cast.review)
    assert waiting.label == "A trial of exercise"


def test_the_second_study_of_a_year_gets_a_letter(cast: Cast) -> None:
    an_included_report(cast.review, authors=["Drory V"], year=2001)
    (waiting,) = awaiting_a_study(cast.review)
    assert label_for(waiting, {"Drory 2001"}) == "Drory 2001b"
    assert label_for(waiting, {"Drory 2001", "Drory 2001b"}) == "Drory 2001c"


def test_even_a_hundred_of_a_kind_and_the_longest_title_get_a_label_that_fits(cast: Cast) -> None:
    an_included_report(cast.review, authors=["A" * 200], year=2001)
    (waiting,) = awaiting_a_study(cast.review)
    used: set[str] = set()
    for _ in range(100):
        used.add(label_for(waiting, used))
    assert len(used) == 100
    assert max(map(len, used)) <= 120


def test_a_study_of_each_waiting_report(cast: Cast) -> None:
    for year in (2001, 2001, 2007):
        an_included_report(cast.review, authors=["Drory V"], year=year)
    made = studies.found_each(review=cast.review, by=cast.ben)
    assert [study.label for study in made] == ["Drory 2001", "Drory 2001b", "Drory 2007"]
    assert [study.year for study in made] == [2001, 2001, 2007]
    with pytest.raises(NothingToDo):
        studies.found_each(review=cast.review, by=cast.ben)


def test_a_report_that_is_not_included_belongs_to_no_study(cast: Cast) -> None:
    with pytest.raises(Refused, match="not included"):
        studies.found(review=cast.review, reports=[a_report(cast.review)], label="Braga 2018", by=cast.ben)
    assert not Study.objects.exists()


def test_a_report_of_another_review_belongs_to_no_study_here(cast: Cast) -> None:
    other = a_review(lead=cast.ana)
    other.memberships.create(user=cast.ben, role="reviewer")
    with pytest.raises(Refused):
        studies.join(study=a_study(cast.review), report=an_included_report(other), by=cast.ben)


def test_a_report_belongs_to_one_study_at_a_time(cast: Cast) -> None:
    first, second = a_study(cast.review, reports=1), a_study(cast.review)
    link = first.links.get()
    with pytest.raises(Refused, match="already"):
        studies.join(study=second, report=link.report, by=cast.ben)
    studies.part(link=link, by=cast.ben)
    studies.join(study=second, report=link.report, by=cast.ben)
    assert second.links.get(ended_at=None).report == link.report
    with pytest.raises(NothingToDo):
        studies.part(link=link, by=cast.ben)


def test_a_report_that_is_excluded_after_all_awaits_nothing(cast: Cast) -> None:
    report = an_included_report(cast.review)
    reason = cast.review.exclusion_reasons.create(label="Not randomised", rank=1)
    candidate = Candidate.objects.of(cast.review, Stage.FULL_TEXT).get(report=report)
    for person in (cast.ana, cast.ben):
        votes.cast(candidate=candidate, verdict=OUT, reason=reason, by=person)
    assert awaiting_a_study(cast.review) == []


def test_two_studies_never_share_a_label(cast: Cast) -> None:
    study = a_study(cast.review, label="Braga 2018")
    with pytest.raises(Refused, match="already"):
        studies.found(review=cast.review, reports=[], label=" Braga 2018 ", by=cast.ben)
    other = a_study(cast.review)
    with pytest.raises(Refused, match="already"):
        studies.edit(
            study=other, values={"label": study.label}, seen=fingerprint(other, ["label"]), by=cast.ben
        )


def test_a_study_needs_a_label(cast: Cast) -> None:
    with pytest.raises(Refused, match="label"):
        studies.found(review=cast.review, reports=[], label="  ", by=cast.ben)


def test_two_people_never_overwrite_each_others_details(cast: Cast) -> None:
    study = a_study(cast.review)
    seen = fingerprint(study, ["country"])
    studies.edit(study=study, values={"country": "Portugal"}, seen=seen, by=cast.ben)
    with pytest.raises(ChangedMeanwhile):
        studies.edit(study=study, values={"country": "Italy"}, seen=seen, by=cast.chi)
    study.refresh_from_db()
    assert study.country == "Portugal"
    assert cast.review.events.get(verb="study.edited").data["changes"]["country"]["after"] == "Portugal"


def test_observers_form_no_studies(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        studies.found(review=cast.review, reports=[], label="Braga 2018", by=cast.dov)
    with pytest.raises(NotAllowed):
        studies.found_each(review=cast.review, by=cast.dov)
