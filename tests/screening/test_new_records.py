"""Records that have just come in: their candidates are as if everything had been computed anew."""

from __future__ import annotations

import pytest

from screening.models import Candidate, Policy
from screening.services import standing
from tests.conftest import Cast
from tests.factories import a_search
from tests.reviews.factories import an_upload, ris, work
from tests.screening.factories import a_policy


def rows(cast: Cast) -> list[tuple[object, ...]]:
    """All that is stored of the candidates."""
    fields = ("record", "status", "votes", "lacking", "in_pilot", "position", "reason", "resolved")
    return list(Candidate.objects.filter(review=cast.review).order_by("record").values_list(*fields))


@pytest.mark.parametrize("order", Policy.Order.values)
@pytest.mark.parametrize("kind", ["database", "register", "website"])
def test_what_a_file_brings_is_stored_as_a_rebuild_would(cast: Cast, order: str, kind: str) -> None:
    a_policy(cast.review, order=order)
    content = ris("Walking and breathing", "Resistance exercise in late stages", "A diet")
    work(an_upload(a_search(cast.review, kind=kind), content, by=cast.ben))
    before = rows(cast)
    assert len(before) == (0 if kind == "website" else 3)
    standing.rebuild(review=cast.review)
    assert rows(cast) == before
