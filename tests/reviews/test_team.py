"""The team: a review is never without a lead, and a link lets in one person, once, in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from reviews.errors import NotAllowed, NothingToDo, Refused
from reviews.models import Event, Invitation, Membership, Role, User
from reviews.services import team
from tests.conftest import Cast


def place(cast: Cast, person: User) -> Membership:
    """Their membership."""
    return Membership.objects.get(review=cast.review, user=person)


def test_a_lead_changes_a_role_and_the_history_tells(cast: Cast) -> None:
    team.change_role(membership=place(cast, cast.ben), role=Role.LIBRARIAN, by=cast.ana)
    assert place(cast, cast.ben).role == Role.LIBRARIAN
    line = Event.objects.get(verb="team.role-changed")
    assert line.data["changes"] == {"role": {"before": "Reviewer", "after": "Librarian"}}
    with pytest.raises(NothingToDo):
        team.change_role(membership=place(cast, cast.ben), role=Role.LIBRARIAN, by=cast.ana)


def test_the_last_lead_stays(cast: Cast) -> None:
    with pytest.raises(Refused, match="needs a lead"):
        team.remove(membership=place(cast, cast.ana), by=cast.ana)
    with pytest.raises(Refused, match="needs a lead"):
        team.change_role(membership=place(cast, cast.ana), role=Role.OBSERVER, by=cast.ana)
    team.change_role(membership=place(cast, cast.ben), role=Role.LEAD, by=cast.ana)
    team.remove(membership=place(cast, cast.ana), by=cast.ana)
    assert place(cast, cast.ana).left_at


def test_anybody_may_leave_and_only_leads_take_others_out(cast: Cast) -> None:
    team.remove(membership=place(cast, cast.dov), by=cast.dov)
    with pytest.raises(NotAllowed):
        team.remove(membership=place(cast, cast.chi), by=cast.ben)
    team.remove(membership=place(cast, cast.chi), by=cast.ana)
    with pytest.raises(NothingToDo):
        team.remove(membership=place(cast, cast.chi), by=cast.ana)
    verbs = list(Event.objects.values_list("verb", flat=True))
    assert verbs == ["team.removed", "team.left"]


def test_an_invitation_lets_one_person_in(cast: Cast) -> None:
    invitation = team.invite(review=cast.review, role=Role.REVIEWER, by=cast.ana)
    assert len(invitation.token) > 40
    joined = team.accept(token=invitation.token, by=cast.eve)
    assert (joined.user, joined.role) == (cast.eve, Role.REVIEWER)
    invitation.refresh_from_db()
    assert invitation.accepted_by == cast.eve
    with pytest.raises(NothingToDo, match="already"):
        team.accept(token=invitation.token, by=cast.eve)
    team.remove(membership=joined, by=cast.eve)
    with pytest.raises(Refused, match="has been used"):
        team.accept(token=invitation.token, by=cast.eve)


def test_who_left_comes_back_with_the_role_of_the_link(cast: Cast) -> None:
    team.remove(membership=place(cast, cast.ben), by=cast.ben)
    invitation = team.invite(review=cast.review, role=Role.OBSERVER, by=cast.ana)
    team.accept(token=invitation.token, by=cast.ben)
    back = place(cast, cast.ben)
    assert (back.role, back.left_at) == (Role.OBSERVER, None)


def test_old_withdrawn_and_unknown_links_say_why_they_do_not_work(cast: Cast) -> None:
    old = team.invite(review=cast.review, role=Role.REVIEWER, by=cast.ana)
    Invitation.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refused, match="too old"):
        team.accept(token=old.token, by=cast.eve)
    withdrawn = team.invite(review=cast.review, role=Role.REVIEWER, by=cast.ana)
    team.revoke(invitation=withdrawn, by=cast.ana)
    with pytest.raises(Refused, match="withdrawn"):
        team.accept(token=withdrawn.token, by=cast.eve)
    with pytest.raises(NothingToDo):
        team.revoke(invitation=withdrawn, by=cast.ana)
    with pytest.raises(Refused, match="leads nowhere"):
        team.accept(token="none", by=cast.eve)
    assert not Membership.objects.filter(user=cast.eve).exists()


def test_only_leads_invite(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        team.invite(review=cast.review, role=Role.LEAD, by=cast.ben)
    invitation = team.invite(review=cast.review, role=Role.REVIEWER, by=cast.ana)
    with pytest.raises(NotAllowed):
        team.revoke(invitation=invitation, by=cast.ben)
