"""Facts cannot be changed, whoever tries."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from reviews.models import Event
from reviews.services import history
from tests.conftest import Cast


def test_a_line_of_history_cannot_be_rewritten(cast: Cast) -> None:
    line = history.record("review.created", "started the review", review=cast.review, by=cast.ana)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.filter(pk=line.pk).update(sentence="did nothing")
    line.refresh_from_db()
    assert line.sentence == "started the review"
