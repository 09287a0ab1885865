"""The agreement pages: the right numbers, each with its records, and nothing before the votes are complete."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from reviews.models import ExclusionReason, Review
from screening.models import Candidate, Stage
from screening.queries.agreement import agreement_of, candidates_behind
from screening.services import votes
from tests.conftest import Cast
from tests.screening.factories import (
    IN,
    MAYBE,
    OUT,
    a_candidate,
    a_full_text,
    a_policy,
    a_report,
    candidates,
    voted,
)

TA = Stage.TITLE_ABSTRACT
SignIn = Callable[[Any], Client]


def screened(
    cast: Cast, *, both_in: int = 0, ben_in: int = 0, chi_in: int = 0, both_out: int = 0
) -> list[Candidate]:
    """Records read by Ben and Chi, in this order."""
    verdicts = [(IN, IN)] * both_in + [(IN, OUT)] * ben_in + [(OUT, IN)] * chi_in + [(OUT, OUT)] * both_out
    found = candidates(cast.review, len(verdicts))
    for candidate, (ben, chi) in zip(found, verdicts, strict=True):
        voted(candidate, cast.ben, ben)
        voted(candidate, cast.chi, chi)
    return found


def address(review: Review, stage: Stage = TA) -> str:
    """The page."""
    return reverse("screening:agreement", args=[review.slug, stage])


def a_reason(review: Review, text: str, rank: int) -> ExclusionReason:
    """An exclusion reason."""
    return ExclusionReason.objects.create(review=review, label=text, rank=rank)


@pytest.mark.django_db
def test_two_reviewers_are_compared_on_what_both_read(cast: Cast) -> None:
    screened(cast, both_in=4, ben_in=1, chi_in=2, both_out=13)
    [pair] = agreement_of(cast.review, TA).pairs
    assert pair.table.counts == ((4, 1), (2, 13))
    assert pair.kappa.value == pytest.approx(0.625)
    assert pair.positive == pytest.approx(8 / 11)
    assert pair.strictness[0][1].first_only == 1


@pytest.mark.django_db
def test_maybe_lets_a_record_pass(cast: Cast) -> None:
    candidate = a_candidate(cast.review)
    voted(candidate, cast.ben, MAYBE)
    voted(candidate, cast.chi, IN)
    [pair] = agreement_of(cast.review, TA).pairs
    assert pair.table.counts == ((1, 0), (0, 0))
    assert pair.words.counts == ((0, 0, 0), (1, 0, 0), (0, 0, 0))
    assert not pair.kappa.is_defined


@pytest.mark.django_db
def test_votes_that_are_not_complete_count_for_nothing(cast: Cast, signed_in: SignIn) -> None:
    before = signed_in(cast.chi).get(address(cast.review)).content
    for candidate in candidates(cast.review, 3):
        voted(candidate, cast.ben, OUT)
    after = signed_in(cast.chi).get(address(cast.review)).content

    def plain(page: bytes) -> str:
        return re.sub(
            r"csrfmiddlewaretoken[^>]*|nonce[^>]*|<nav class=\"rail.*?</nav>", "", page.decode(), flags=re.S
        )

    assert agreement_of(cast.review, TA).everybody.n == 0
    assert "Nothing to compare yet" in plain(after)
    assert plain(before).count("Nothing to compare yet") == plain(after).count("Nothing to compare yet") == 1


@pytest.mark.django_db
def test_who_has_still_to_vote_sees_the_same_page_whatever_a_colleague_said(
    cast: Cast, signed_in: SignIn
) -> None:
    """Ben's vote on an open record changes no figure for Chi, be it include or exclude, nor any list behind one."""
    screened(cast, both_in=2, ben_in=1, both_out=3)
    waiting = a_candidate(cast.review)

    def seen() -> list[Any]:
        client = signed_in(cast.chi)
        main = re.search(r"<main.*</main>", client.get(address(cast.review)).content.decode(), flags=re.S)
        assert main
        keys = ["all", "all:disagreed", f"pair:{cast.ben.pk}-{cast.chi.pk}:pass-exclude"]
        return [main[0], *[candidates_behind(cast.review, TA, key) for key in keys]]

    before = seen()
    voted(waiting, cast.ben, IN)
    included = seen()
    votes.take_back(candidate=waiting, by=cast.ben)
    voted(waiting, cast.ben, OUT)
    excluded = seen()
    assert before == included == excluded
    voted(waiting, cast.chi, IN)
    assert agreement_of(cast.review, TA).everybody.n == 7


@pytest.mark.django_db
def test_a_change_of_mind_after_seeing_the_other_vote_does_not_count_as_agreement(cast: Cast) -> None:
    [candidate] = screened(cast, ben_in=1)
    voted(candidate, cast.chi, IN)
    candidate.refresh_from_db()
    assert candidate.status == Candidate.Status.INCLUDED
    assert agreement_of(cast.review, TA).everybody.disagreed == 1


@pytest.mark.django_db
def test_a_slip_that_is_put_right_before_the_other_votes_counts_as_put_right(cast: Cast) -> None:
    candidate = a_candidate(cast.review)
    voted(candidate, cast.ben, OUT)
    votes.take_back(candidate=candidate, by=cast.ben)
    voted(candidate, cast.ben, IN)
    voted(candidate, cast.chi, IN)
    assert agreement_of(cast.review, TA).everybody.disagreed == 0


@pytest.mark.django_db
def test_a_vote_taken_back_and_cast_again_after_both_were_seen_is_not_independent(cast: Cast) -> None:
    [candidate] = screened(cast, ben_in=1)
    votes.take_back(candidate=candidate, by=cast.chi)
    voted(candidate, cast.chi, IN)
    assert agreement_of(cast.review, TA).everybody.disagreed == 1


@pytest.mark.django_db
def test_a_late_third_vote_is_not_compared(cast: Cast) -> None:
    [candidate] = screened(cast, both_in=1)
    voted(candidate, cast.ana, OUT)
    agreement = agreement_of(cast.review, TA)
    assert [(pair.one, pair.two) for pair in agreement.pairs] == [(cast.ben, cast.chi)]
    assert agreement.everybody.disagreed == 0


@pytest.mark.django_db
def test_a_second_vote_that_a_new_policy_asks_for_is_compared(cast: Cast) -> None:
    a_policy(cast.review, votes_needed=1)
    candidate = a_candidate(cast.review)
    voted(candidate, cast.ben, IN)
    assert agreement_of(cast.review, TA).unshared == 1
    a_policy(cast.review, votes_needed=2)
    assert agreement_of(cast.review, TA).unshared == 0
    voted(candidate, cast.chi, OUT)
    assert agreement_of(cast.review, TA).everybody.disagreed == 1


@pytest.mark.django_db
def test_every_count_leads_to_its_records(cast: Cast, signed_in: SignIn) -> None:
    reason, other = a_reason(cast.review, "Wrong population", 1), a_reason(cast.review, "No trial", 2)
    screened(cast, both_in=30, ben_in=9, chi_in=5, both_out=70)
    for candidate, second in zip(candidates(cast.review, 2), (reason, other), strict=True):
        voted(candidate, cast.ben, OUT, reason)
        voted(candidate, cast.chi, OUT, second)
    client = signed_in(cast.dov)
    page = client.get(address(cast.review)).content.decode()
    links = re.findall(r'<a href="([^"]*\?agreement=[^"]*)"[^>]*>([\d,]+)</a>', page)
    assert len(links) >= 2 + 4 + 4 + 2 * 4
    for link, number in links:
        shown = client.get(link).context["page"].paginator.count
        assert shown == int(number.replace(",", "")), link


@pytest.mark.django_db
def test_reasons_are_compared_too(cast: Cast) -> None:
    reason, other = a_reason(cast.review, "Wrong population", 1), a_reason(cast.review, "No trial", 2)
    for candidate, second in zip(candidates(cast.review, 3), (reason, reason, other), strict=True):
        voted(candidate, cast.ben, OUT, reason)
        voted(candidate, cast.chi, OUT, second)
    first, last = agreement_of(cast.review, TA).reasons
    assert (first.reason, first.shared, first.alone) == (reason, 2, 1)
    assert first.specific == pytest.approx(4 / 5)
    assert (last.reason, last.shared, last.alone, last.specific) == (other, 0, 1, 0.0)


@pytest.mark.django_db
def test_agreement_is_followed_over_time_and_over_rounds(cast: Cast) -> None:
    screened(cast, both_in=25)
    a_policy(cast.review, votes_needed=2, blinded=False)
    screened(cast, ben_in=25)
    agreement = agreement_of(cast.review, TA)
    assert [(part.n, part.disagreed) for part in agreement.stretches] == [(25, 0), (25, 25)]
    assert [(part.title, part.disagreed) for part in agreement.rounds][-1][1] == 25
    titles = [title for title, _ in agreement.pairs[0].strictness]
    assert titles == ["All", "First half", "Second half"]


@pytest.mark.django_db
def test_full_texts_have_their_own_page(cast: Cast, signed_in: SignIn) -> None:
    reason = a_reason(cast.review, "Wrong population", 1)
    candidate = a_full_text(cast.review, cast.ana)
    voted(candidate, cast.ben, IN)
    voted(candidate, cast.chi, OUT, reason)
    client = signed_in(cast.dov)
    page = client.get(address(cast.review, Stage.FULL_TEXT))
    assert page.context["agreement"].everybody.disagreed == 1
    listed = client.get(reverse("screening:reports", args=[cast.review.slug]), {"agreement": "all:disagreed"})
    assert [row.report.pk for row in listed.context["rows"]] == [candidate.report_id]
    a_report(cast.review)
    listed = client.get(reverse("screening:reports", args=[cast.review.slug]), {"agreement": "all:disagreed"})
    assert len(listed.context["rows"]) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key",
    [
        "x",
        "pair:1",
        "pair:a-b:c",
        "pair:1-2:pass-maybe",
        "reason:1",
        "stretch:99",
        ":",
        "all:",
        "%00",
        "é" * 200,
    ],
)
def test_a_key_that_no_number_has_shows_nothing(cast: Cast, signed_in: SignIn, key: str) -> None:
    screened(cast, both_in=1)
    answer = signed_in(cast.dov).get(
        reverse("screening:candidates", args=[cast.review.slug, TA]), {"agreement": key}
    )
    assert answer.status_code == 200
    assert answer.context["page"].paginator.count in ({0} if len(key) <= 80 else {0, 1})


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow(
    cast: Cast, signed_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    screened(cast, both_in=2, ben_in=2)
    client = signed_in(cast.dov)
    client.get(address(cast.review))
    cache.clear()
    with django_assert_max_num_queries(30) as few:
        client.get(address(cast.review))
    screened(cast, both_in=30, ben_in=30)
    cache.clear()
    with django_assert_max_num_queries(len(few)):
        client.get(address(cast.review))
