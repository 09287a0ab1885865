"""This floor's numbers of the PRISMA flow: each box counts exactly what belongs in it."""

from __future__ import annotations

from screening import queries
from screening.queries import Route
from screening.services import reports
from tests.conftest import Cast
from tests.factories import a_reason
from tests.screening.factories import (
    IN,
    OUT,
    a_candidate,
    a_conflict,
    a_found_record,
    a_full_text,
    a_report,
    voted,
)

LEFT, RIGHT = Route.DATABASES, Route.OTHER_METHODS


def test_every_box_of_both_columns(cast: Cast) -> None:
    review = cast.review
    animals, design = a_reason(review, "Animals", 2), a_reason(review, "Not randomised", 1)
    a_candidate(review, title="Open")
    a_conflict(review, cast.ben, cast.chi, title="Conflict")
    out = a_candidate(review, title="Out")
    for person in (cast.ana, cast.ben):
        voted(out, person, OUT)
    sought = a_report(review, title="Sought")
    gone = reports.not_retrieved(report=a_report(review, title="Gone"), note="Author", by=cast.ana)
    unread = a_full_text(review, cast.ana, title="Unread")
    included, one, two = (
        a_full_text(review, cast.ana, title=t) for t in ("In", "Animals only", "No control")
    )
    for person in (cast.ana, cast.ben):
        voted(included, person, IN)
        voted(one, person, OUT, animals)
        voted(two, person, OUT, design)
    found = reports.seek(record=a_found_record(review, title="Registered"), by=cast.ben)

    assert {str(record) for record in queries.records_excluded(review)} == {"Out"}
    assert {str(record) for record in queries.records_being_screened(review)} == {"Open", "Conflict"}
    assert queries.records_screened(review).count() == 7
    assert queries.reports_sought(review, LEFT).count() == 6
    assert list(queries.reports_being_sought(review, LEFT)) == [sought]
    assert list(queries.reports_not_retrieved(review, LEFT)) == [gone]
    assert [r.pk for r in queries.reports_being_assessed(review, LEFT)] == [unread.report_id]
    assert queries.reports_assessed(review, LEFT).count() == 3
    assert queries.reports_excluded(review, LEFT).count() == 2
    assert [str(r) for r in queries.reports_excluded(review, LEFT, reason=animals)] == ["Animals only"]
    assert [(c.reason.label, c.n) for c in queries.excluded_by_reason(review, LEFT)] == [
        ("Not randomised", 1),
        ("Animals", 1),
    ]
    assert [r.pk for r in queries.included_reports(review)] == [included.report_id]
    assert list(queries.reports_sought(review, RIGHT)) == [found]
    assert not queries.included_reports(review, RIGHT).exists()
    assert not queries.excluded_by_reason(review, RIGHT)
