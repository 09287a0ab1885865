"""Team, joining by a link, history and overview; and that longer lists ask the database no more often."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import Import, Membership, Record, Review, Role
from reviews.services import duplicates, history, team
from tests.conftest import Cast
from tests.reviews.factories import an_imported_file, an_upload, ris
from tests.reviews.pages import SignIn, text_of, url


def test_signing_up_through_the_link_lands_in_the_review(cast: Cast) -> None:
    invitation = team.invite(review=cast.review, role=Role.REVIEWER, by=cast.ana)
    client = Client()
    link = reverse("reviews:join", args=[invitation.token])
    assert cast.review.title in text_of(client.get(link))
    sign_up = client.post(link)["Location"]
    account = {
        "email": "fay@example.org",
        "name": "Fay",
        "password1": "a long pass word",
        "password2": "a long pass word",
    }
    answer = client.post(sign_up, account | {"next": link}, follow=True)
    assert answer.redirect_chain[-1][0] == url(cast, "overview")
    assert Membership.objects.get(user__email="fay@example.org").role == Role.REVIEWER


def test_signing_in_elsewhere_joins_nothing(cast: Cast, signed_in: SignIn) -> None:
    invitation = team.invite(review=cast.review, role=Role.REVIEWER, by=cast.ana)
    link = reverse("reviews:join", args=[invitation.token])
    client = signed_in(cast.eve)
    assert "Join as Eve" in text_of(client.get(link))
    assert not Membership.objects.filter(user=cast.eve).exists()
    client.post(link)
    assert Membership.objects.filter(user=cast.eve).exists()
    assert "cannot be used" in text_of(Client().get(link))
    assert Client().get(reverse("reviews:join", args=["nonsense"])).status_code == 404


def test_the_team_page_shows_links_to_leads_only(cast: Cast, signed_in: SignIn) -> None:
    invitation = team.invite(review=cast.review, role=Role.REVIEWER, by=cast.ana)
    assert invitation.token in text_of(signed_in(cast.ana).get(url(cast, "team")))
    assert invitation.token not in text_of(signed_in(cast.ben).get(url(cast, "team")))


def test_wrong_roles_and_addresses_are_refused(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ana)
    page = client.post(url(cast, "invite"), {"role": "emperor"}, follow=True)
    assert "Select a valid choice" in text_of(page)
    page = client.post(url(cast, "invite"), {"role": "reviewer", "email": "nobody"}, follow=True)
    assert "Enter a valid email address" in text_of(page)
    ben = Membership.objects.get(user=cast.ben)
    page = client.post(url(cast, "member_role", ben.pk), {"role": "emperor"}, follow=True)
    assert "Select a valid choice" in text_of(page)


def test_who_leaves_goes_home_and_the_last_lead_is_told_to_stay(cast: Cast, signed_in: SignIn) -> None:
    ben, ana = (Membership.objects.get(user=person) for person in (cast.ben, cast.ana))
    assert signed_in(cast.ben).post(url(cast, "member_remove", ben.pk))["Location"] == "/"
    page = signed_in(cast.ana).post(url(cast, "member_remove", ana.pk), follow=True)
    assert "A review needs a lead" in text_of(page)
    assert signed_in(cast.chi).post(url(cast, "member_remove", ana.pk)).status_code == 403


def test_the_history_is_filtered_by_who_what_and_when(cast: Cast, signed_in: SignIn) -> None:
    history.record("search.added", "added a search", review=cast.review, by=cast.ben)
    history.record("team.left", "left the team", review=cast.review, by=cast.chi)
    client = signed_in(cast.dov)

    def shown(**query: Any) -> list[str]:
        return [event.sentence for event in client.get(url(cast, "history"), query).context["page"]]

    assert shown() == ["left the team", "added a search"]
    assert shown(who=cast.ben.pk) == ["added a search"]
    assert shown(what="team") == ["left the team"]
    assert shown(until="2001-01-01") == []
    assert len(shown(who=cast.eve.pk)) == 2, "not a member, so no such choice"


def test_the_overview_says_what_is_to_do(cast: Cast, signed_in: SignIn) -> None:
    page = text_of(signed_in(cast.ben).get(url(cast, "overview")))
    assert "Protocol" in page
    assert "3 to do" in page


@pytest.mark.parametrize(
    "name", ["home", "searches", "search", "import", "records", "duplicates", "team", "history"]
)
def test_a_longer_list_asks_the_database_no_more_often(
    cast: Cast,
    signed_in: SignIn,
    name: str,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    client = signed_in(cast.ana)

    def grow(number: int) -> Import:
        for each in range(number):
            title = f"Trial {each} of exercise in motor neuron disease"
            an_imported_file(cast.review, ris(title, title, DO=f"10.1000/{number}.{each}"), by=cast.ana)
            made = Review.objects.create(slug=f"r-{number}-{each}", title="R", created_by=cast.ana)
            Membership.objects.create(review=made, user=cast.ana, role=Role.LEAD)
            team.invite(review=cast.review, role=Role.REVIEWER, by=cast.ana)
            pair = list(Record.objects.of(cast.review).filter(duplicate_of=None)[:2])
            if len(pair) == 2:
                duplicates.link(left=pair[0], right=pair[1], by=cast.ana)
        return an_upload(
            cast.review.searches.get_or_create(source="X", created_by=cast.ana)[0],
            ris(f"{number}"),
            by=cast.ana,
        )

    origin = grow(2)
    address = {
        "home": "/",
        "search": url(cast, "search", origin.search_id),
        "import": url(cast, "import", origin.pk),
    }.get(name) or url(cast, name)
    client.get(address)
    with django_assert_max_num_queries(36) as before:
        client.get(address)
    grow(4)
    with django_assert_num_queries(len(before)):
        client.get(address)
