"""After any history of imports, links, partings and removals, what is stored is what the facts say."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from reviews.errors import Refused
from reviews.models import Event, Record, Review, User
from reviews.services import clustering, duplicates, removals
from tests.conftest import Cast
from tests.factories import a_review, a_search, a_user
from tests.reviews.factories import an_upload, ris, work


class History(RuleBasedStateMachine):
    """A team that imports, links, parts, takes back, removes and puts back in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.ana: User = a_user()
        self.review: Review = a_review(lead=self.ana)
        self.searches = [a_search(self.review), a_search(self.review, kind="website")]

    @rule(data=st.data(), website=st.booleans())
    def import_a_file(self, data: st.DataObject, website: bool) -> None:
        """Records whose DOIs may have come before."""
        dois = data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
        content = b"\r\n".join(
            ris(f"The trial number {doi} of exercise", DO=f"10.1000/{doi}") for doi in dois
        )
        work(an_upload(self.searches[website], content, by=self.ana, again=True))

    def record(self, data: st.DataObject) -> Record:
        """Any record."""
        return data.draw(st.sampled_from(list(Record.objects.of(self.review))))

    @precondition(lambda self: Record.objects.of(self.review).exists())
    @rule(data=st.data())
    def link(self, data: st.DataObject) -> None:
        """Any two."""
        with contextlib.suppress(Refused):
            duplicates.link(left=self.record(data), right=self.record(data), by=self.ana)

    @precondition(lambda self: Record.objects.of(self.review).exists())
    @rule(data=st.data())
    def part(self, data: st.DataObject) -> None:
        """Any one."""
        with contextlib.suppress(Refused):
            duplicates.part(record=self.record(data), by=self.ana)

    @precondition(lambda self: self.decisions().exists())
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        """Any decision."""
        event = data.draw(st.sampled_from(list(self.decisions())))
        with contextlib.suppress(Refused):
            duplicates.take_back(decision=event, by=self.ana)

    def decisions(self) -> Any:
        """What people have said about duplicates."""
        return Event.objects.filter(review=self.review, verb__in=["duplicates.linked", "duplicates.parted"])

    @precondition(lambda self: Record.objects.of(self.review).exists())
    @rule(data=st.data(), back=st.booleans())
    def remove_or_put_back(self, data: st.DataObject, back: bool) -> None:
        """Any one."""
        records = [self.record(data).pk]
        with contextlib.suppress(Refused):
            if back:
                removals.put_back(review=self.review, records=records, by=self.ana)
            else:
                removals.remove(review=self.review, records=records, kind="other", reason="x", by=self.ana)

    @invariant()
    def stored_is_what_the_facts_say(self) -> None:
        """Rebuilding finds nothing to correct."""
        assert clustering.rebuild(review=self.review) == 0
        assert removals.rebuild(review=self.review) == 0

    @invariant()
    def links_are_one_step_long(self) -> None:
        """A canonical record is nobody's duplicate, and comes from a database if any of its cluster does."""
        linked = Record.objects.of(self.review).exclude(duplicate_of=None)
        assert not linked.exclude(duplicate_of__duplicate_of=None).exists()
        assert not linked.filter(search__kind="database", duplicate_of__search__kind="website").exists()


@pytest.mark.slow
@pytest.mark.django_db
def test_what_is_stored_equals_what_is_rebuilt_after_any_history(cast: Cast) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        History, settings=settings(max_examples=25, stateful_step_count=12, deadline=None, derandomize=True)
    )
