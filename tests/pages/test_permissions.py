"""Walks every address as anybody: a stranger, an outsider, and each role of the review."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from reviews.access import ROLE_MAY, May
from reviews.models import Role, User
from tests.conftest import Cast
from tests.factories import a_member
from tests.pages.rows import Access, Row, all_rows

ROWS = all_rows()


def names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """Every named address below a resolver."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            assert isinstance(pattern, URLPattern)
            assert pattern.name, f"{pattern} has no name"
            yield f"{namespace}{pattern.name}"


def test_the_table_knows_every_address() -> None:
    known = {row.name for row in ROWS}
    there = set(names(get_resolver()))
    assert there - known == set(), "Say in tests/pages/<floor>_urls.py who may open these."
    assert known - there == set(), "These addresses are gone."


@pytest.fixture
def members(cast: Cast) -> dict[Role, User]:
    """Somebody for each role."""
    return {
        Role.LEAD: cast.ana,
        Role.REVIEWER: cast.ben,
        Role.LIBRARIAN: a_member(cast.review, "Lin", Role.LIBRARIAN),
        Role.STATISTICIAN: a_member(cast.review, "Stu", Role.STATISTICIAN),
        Role.OBSERVER: cast.dov,
    }


def answer(row: Row, cast: Cast, person: User | None) -> HttpResponse:
    """What `person` gets, in a transaction that leaves nothing behind."""
    with transaction.atomic():
        arguments = row.arguments(cast)
        data: Any = row.data(cast) if callable(row.data) else row.data
        client = Client(raise_request_exception=True)
        if person:
            client.force_login(person)
        response: HttpResponse = getattr(client, row.method)(reverse(row.name, kwargs=arguments), data)
        transaction.set_rollback(True)
    return response


def is_sign_in(response: HttpResponse) -> bool:
    """Was one sent to sign in?"""
    return (
        response.status_code == 302
        and resolve(response["Location"].partition("?")[0]).url_name == "account_login"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_everybody_gets_what_their_role_covers_and_no_more(
    row: Row, cast: Cast, members: dict[Role, User]
) -> None:
    stranger = answer(row, cast, None)
    assert row.may is Access.OPEN or is_sign_in(stranger), stranger
    assert stranger.status_code < 500

    if isinstance(row.may, May):
        assert answer(row, cast, cast.eve).status_code == 404, (
            "an outsider does not learn that the review exists"
        )
    else:
        assert is_granted(row, answer(row, cast, cast.eve))

    for role, person in members.items():
        got = answer(row, cast, person)
        if isinstance(row.may, Access) or row.may in ROLE_MAY[role]:
            assert is_granted(row, got), f"{role.label} gets {got}"
        else:
            assert got.status_code == 403, f"{role.label} gets {got}"


def is_granted(row: Row, response: HttpResponse) -> bool:
    """Neither forbidden nor, if it is there, not found; a form may be refused and a verb may have nothing to do."""
    return response.status_code in ({200, 302, 409, 422} if row.found else {404})


@pytest.mark.django_db
@pytest.mark.parametrize("row", [row for row in ROWS if isinstance(row.may, May)], ids=str)
def test_a_row_of_another_review_is_not_found_under_this_one(row: Row, cast: Cast) -> None:
    """Eve leads a review of her own and puts its address before a number that belongs to Ana's."""
    from tests.factories import a_review

    arguments = row.arguments(cast)
    if not any(name.endswith("pk") for name in arguments):
        return
    arguments["slug"] = a_review(lead=cast.eve).slug
    data: Any = row.data(cast) if callable(row.data) else row.data
    client = Client()
    client.force_login(cast.eve)
    assert getattr(client, row.method)(reverse(row.name, kwargs=arguments), data).status_code == 404
