"""Stopping: the order of reading, the rule and the decision as facts, the flow diagram, and what the page tells."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from reviews.errors import NotAllowed, NothingToDo, Refused
from reviews.models import Record, Removal, Review
from reviews.services import removals
from screening.models import Candidate, Stage, Stop, StoppingRule
from screening.queries.methods import methods_of
from screening.queries.stopping import recaptured, so_far_of, stopping_of
from screening.services import stopping, votes
from synthesis.queries.flow import flow_of
from synthesis.reporting.flow_rules import check
from tests.conftest import Cast
from tests.screening.factories import IN, OUT, a_candidate, a_policy, candidates, voted

TA = Stage.TITLE_ABSTRACT
SignIn = Callable[[Any], Client]
HALF = Decimal("0.5")


def one_reader(cast: Cast, labels: str, *, unread: int = 0) -> list[Candidate]:
    """Records read by Ben alone in this order (1 relevant, 0 not), and others that nobody has read."""
    a_policy(cast.review, votes_needed=1)
    found = candidates(cast.review, len(labels) + unread)
    for candidate, label in zip(found, labels, strict=False):
        voted(candidate, cast.ben, IN if label == "1" else OUT)
    return found


def a_rule(cast: Cast, **fields: Any) -> StoppingRule:
    """A rule that Ana chose."""
    numbers = {"target": Decimal("0.95"), "confidence": Decimal("0.95")} | fields
    return stopping.choose(review=cast.review, **numbers, by=cast.ana)


def address(review: Review, name: str = "stopping") -> str:
    """The page, or a verb on it."""
    return reverse(f"screening:{name}", args=[review.slug])


def flow_is_right(review: Review) -> bool:
    """All of PRISMA's sums hold."""
    return all(rule.ok for rule in check(flow_of(review).counts) if rule.severity == "error")


@pytest.mark.django_db
def test_records_are_in_the_order_in_which_they_were_decided(cast: Cast) -> None:
    first, second, third = candidates(cast.review, 3)
    for candidate, who, verdict in (
        (second, cast.ben, IN), (first, cast.ben, OUT), (first, cast.chi, OUT), (second, cast.chi, IN), (third, cast.ben, IN),
    ):  # fmt: skip
        voted(candidate, who, verdict)
    so_far = so_far_of(cast.review, None)
    assert (so_far.reading.total, so_far.reading.read, so_far.begun) == (3, 2, 1)
    assert list(so_far.reading.finds) == [2]
    assert so_far.places == {first.record_id: 1, second.record_id: 2}


@pytest.mark.django_db
def test_a_late_vote_does_not_move_a_record(cast: Cast) -> None:
    first, second = candidates(cast.review, 2)
    for candidate, verdict in ((first, IN), (second, OUT)):
        voted(candidate, cast.ben, verdict)
        voted(candidate, cast.chi, verdict)
    before = so_far_of(cast.review, None).places
    voted(first, cast.ana, OUT)
    assert so_far_of(cast.review, None).places == before


@pytest.mark.django_db
def test_a_conflict_counts_as_relevant_until_it_is_settled(cast: Cast) -> None:
    candidate = a_candidate(cast.review)
    voted(candidate, cast.ben, IN)
    voted(candidate, cast.chi, OUT)
    so_far = so_far_of(cast.review, None)
    assert (so_far.reading.found, so_far.conflicts) == (1, 1)


@pytest.mark.django_db
def test_seeds_are_left_out_of_the_test(cast: Cast) -> None:
    found = one_reader(cast, "1101", unread=2)
    rule = a_rule(cast, seeds=[found[0].record_id])
    so_far = so_far_of(cast.review, rule)
    assert (so_far.reading.total, so_far.reading.read, so_far.reading.found) == (5, 3, 2)
    assert (so_far.left_out, so_far.left_out_found) == (1, 1)


@pytest.mark.django_db
def test_the_test_is_that_of_the_sequence(cast: Cast) -> None:
    one_reader(cast, "1" * 5 + "0" * 25, unread=30)
    rule = a_rule(cast)
    known = stopping_of(cast.review, rule, so_far_of(cast.review, rule))
    assert known.p == pytest.approx(
        30 / 55
    )  # one more among the 55 after the finds, and not among 25 of them
    assert known.first_met is None
    assert [level.target for level in known.levels] == [Decimal(t) for t in ("0.8", "0.9", "0.95", "0.99")]
    assert known.levels[0].more <= known.levels[-1].more <= 30
    assert known.moments[-1].read == 30


@pytest.mark.django_db
def test_a_rule_remembers_how_much_had_been_read_when_it_was_chosen(cast: Cast) -> None:
    assert a_rule(cast).read_before == 0
    one_reader(cast, "10", unread=1)
    later = a_rule(cast, target=Decimal("0.9"))
    assert (later.version, later.read_before) == (2, 2)
    with pytest.raises(NothingToDo):
        a_rule(cast, target=Decimal("0.9"))


@pytest.mark.django_db
def test_only_a_lead_chooses_and_stops(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        stopping.choose(review=cast.review, target=HALF, confidence=HALF, by=cast.ben)
    with pytest.raises(NotAllowed):
        stopping.stop(review=cast.review, reason="Enough.", by=cast.ben)
    with pytest.raises(NotAllowed):
        stopping.read_on(review=cast.review, reason="Not enough.", by=cast.dov)


@pytest.mark.django_db
def test_impossible_rules_are_refused(cast: Cast) -> None:
    [mine] = candidates(cast.review, 1)
    for wrong in ({"target": Decimal(1)}, {"confidence": Decimal("0.1")}, {"seeds": [10**9]},
                  {"seeds": [mine.record_id], "key_papers": [mine.record_id]}):  # fmt: skip
        with pytest.raises(Refused):
            a_rule(cast, **wrong)
    assert not StoppingRule.objects.exists()


@pytest.mark.django_db
def test_stopping_sets_aside_what_nobody_has_begun_as_ineligible_by_automation(cast: Cast) -> None:
    found = candidates(cast.review, 6)
    for candidate in found[:2]:
        voted(candidate, cast.ben, OUT)
        voted(candidate, cast.chi, OUT)
    voted(found[2], cast.ben, IN)
    rule = a_rule(cast)
    made = stopping.stop(review=cast.review, reason="The test is passed.", by=cast.ana)
    assert (made.total, made.read, made.removed) == (6, 2, 3)
    removed = Record.objects.filter(removed_as=Record.Removed.AUTOMATION)
    assert set(removed) == {candidate.record for candidate in found[3:]}
    why = Removal.objects.filter(record=found[3].record_id).latest("pk").reason
    assert all(
        part in why for part in ("95 %", f"p = {made.p:.4g}", f"rule version {rule.version}", "decision 1")
    )
    assert Candidate.objects.get(pk=found[2].pk).status == Candidate.Status.OPEN
    counts = flow_of(cast.review).counts
    assert (counts.removed_by_automation, counts.screened, counts.screening_open) == (3, 2, 1)
    assert flow_is_right(cast.review)


@pytest.mark.django_db
def test_what_was_set_aside_stays_unread_in_the_test(cast: Cast) -> None:
    one_reader(cast, "1000", unread=4)
    rule = a_rule(cast)
    before = so_far_of(cast.review, rule)
    stopping.stop(review=cast.review, reason="Enough.", by=cast.ana)
    after = so_far_of(cast.review, rule)
    assert (before.reading.total, before.reading.read) == (after.reading.total, after.reading.read) == (8, 4)
    assert (after.set_aside, after.untouched) == (4, 0)


@pytest.mark.django_db
def test_reading_on_brings_everything_back_and_both_are_kept(cast: Cast) -> None:
    one_reader(cast, "1000", unread=4)
    a_rule(cast)
    before = flow_of(cast.review).counts
    stopping.stop(review=cast.review, reason="Enough.", by=cast.ana)
    made = stopping.read_on(review=cast.review, reason="A key paper is missing.", by=cast.ana)
    assert made.removed == 4
    assert flow_of(cast.review).counts == before
    assert Stop.objects.in_force(cast.review) is None
    assert [stop.stopped for stop in Stop.objects.all()] == [True, False]
    assert flow_is_right(cast.review)
    with pytest.raises(NothingToDo):
        stopping.read_on(review=cast.review, reason="Again.", by=cast.ana)


@pytest.mark.django_db
def test_records_that_come_after_stopping_can_be_set_aside_too_and_all_come_back(cast: Cast) -> None:
    one_reader(cast, "1000", unread=2)
    a_rule(cast)
    stopping.stop(review=cast.review, reason="Enough.", by=cast.ana)
    with pytest.raises(NothingToDo):
        stopping.stop(review=cast.review, reason="Enough.", by=cast.ana)
    candidates(cast.review, 3)
    assert stopping.stop(review=cast.review, reason="Still enough.", by=cast.ana).removed == 3
    assert stopping.read_on(review=cast.review, reason="Not enough.", by=cast.ana).removed == 5
    assert so_far_of(cast.review, None).untouched == 5


@pytest.mark.django_db
def test_other_removals_stay_as_they_are_when_reading_goes_on(cast: Cast) -> None:
    found = one_reader(cast, "10", unread=3)
    a_rule(cast)
    automated = [found[2].subject_id]
    removals.remove(
        review=cast.review, records=automated, kind="automation", reason="Not a trial.", by=cast.ana
    )
    stopping.stop(review=cast.review, reason="Enough.", by=cast.ana)
    removals.put_back(review=cast.review, records=[found[3].subject_id], by=cast.ana)
    assert so_far_of(cast.review, None).set_aside == 1
    stopping.read_on(review=cast.review, reason="Not enough.", by=cast.ana)
    assert list(Record.objects.exclude(removed_as="").values_list("pk", flat=True)) == automated


@pytest.mark.django_db
def test_key_papers_and_seeds_are_never_set_aside(cast: Cast) -> None:
    found = one_reader(cast, "10", unread=3)
    a_rule(cast, seeds=[found[2].record_id], key_papers=[found[3].record_id])
    assert stopping.stop(review=cast.review, reason="Enough.", by=cast.ana).removed == 1


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["", "  "])
def test_who_stops_says_why(cast: Cast, reason: str) -> None:
    one_reader(cast, "10", unread=1)
    a_rule(cast)
    with pytest.raises(Refused):
        stopping.stop(review=cast.review, reason=reason, by=cast.ana)


@pytest.mark.django_db
def test_nobody_stops_without_a_rule_or_before_reading(cast: Cast) -> None:
    candidates(cast.review, 2)
    with pytest.raises(Refused, match="choose"):
        stopping.stop(review=cast.review, reason="Enough.", by=cast.ana)
    a_rule(cast)
    with pytest.raises(Refused, match="Nothing has been read"):
        stopping.stop(review=cast.review, reason="Enough.", by=cast.ana)


@pytest.mark.django_db
def test_rules_and_decisions_cannot_be_changed(cast: Cast) -> None:
    one_reader(cast, "10", unread=1)
    rule = a_rule(cast)
    made = stopping.stop(review=cast.review, reason="Enough.", by=cast.ana)
    for rows, change in (
        (StoppingRule.objects.filter(pk=rule.pk), {"target": HALF}), (Stop.objects.filter(pk=made.pk), {"p": 0.0}),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)


@pytest.mark.django_db
def test_capture_and_recapture_counts_what_was_included(cast: Cast) -> None:
    found = candidates(cast.review, 5)
    for candidate, ben, chi in zip(found, (IN, IN, IN, OUT, OUT), (IN, IN, OUT, IN, OUT), strict=True):
        voted(candidate, cast.ben, ben)
        voted(candidate, cast.chi, chi)
    [pair] = recaptured(cast.review)
    assert (pair.shared, pair.estimate.both, pair.estimate.first_only, pair.estimate.second_only) == (
        5,
        2,
        0,
        0,
    )


@pytest.mark.django_db
def test_a_vote_on_an_open_record_changes_no_curve(cast: Cast, signed_in: SignIn) -> None:
    first, second = candidates(cast.review, 2)
    for who in (cast.ben, cast.chi):
        voted(first, who, IN)
    rule = a_rule(cast)

    def seen() -> Any:
        page = signed_in(cast.chi).get(address(cast.review))
        return page.context["known"]

    voted(second, cast.ben, IN)
    included = seen()
    votes.take_back(candidate=second, by=cast.ben)
    voted(second, cast.ben, OUT)
    excluded = seen()
    assert included.moments == excluded.moments
    assert (included.p, included.safe) == (excluded.p, excluded.safe)
    assert so_far_of(cast.review, rule).reading.read == 1


@pytest.mark.django_db
def test_methods_say_what_was_done(cast: Cast) -> None:
    assert "two reviewers independently" in methods_of(cast.review)[0]
    a_rule(cast)
    assert "Before screening began it was decided" in methods_of(cast.review)[-1]
    one_reader(cast, "1000", unread=4)
    assert methods_of(cast.review)[0].startswith("Titles and abstracts were screened by one reviewer")
    stopping.stop(review=cast.review, reason="Enough", by=cast.ana)
    said = " ".join(methods_of(cast.review))
    assert "after 4 of 8 records, of which 1 were relevant" in said
    assert "the rule was not met" in said
    assert "The 4 records that nobody had read are reported as marked ineligible by automation tools" in said


@pytest.mark.django_db
def test_the_page_shows_every_state(cast: Cast, signed_in: SignIn) -> None:
    ana, dov = signed_in(cast.ana), signed_in(cast.dov)
    assert "First choose what to aim at" in ana.get(address(cast.review)).content.decode()
    form = {"target": "97.5", "confidence": "95", "in_a_row": "50", "note": "Agreed."}
    assert ana.post(address(cast.review), form).status_code == 302
    assert StoppingRule.objects.get().target == Decimal("0.975")
    assert "nothing has been read yet" in dov.get(address(cast.review)).content.decode()
    one_reader(cast, "1" * 3 + "0" * 7, unread=5)
    page = dov.get(address(cast.review)).content.decode()
    assert "The rule is not met" in page
    assert page.count("<polyline") == 2
    assert "Stop reading" not in page
    assert "Stop reading" in ana.get(address(cast.review)).content.decode()
    ana.post(address(cast.review, "stop"), {"reason": "Enough.", "quality_check": "on"})
    assert "Reading was stopped on" in dov.get(address(cast.review)).content.decode()
    assert Stop.objects.get().quality_check
    ana.post(address(cast.review, "read_on"), {"reason": "More."})
    assert "Earlier decisions" in dov.get(address(cast.review)).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"target": "100"},
        {"target": "abc"},
        {"confidence": "10"},
        {"in_a_row": "0"},
        {"expected": "-1"},
        {"seeds": "10.1/none"},
        {"target": "NaN"},
    ],
)
def test_what_is_wrong_in_the_form_is_said_and_nothing_is_lost(
    cast: Cast, signed_in: SignIn, wrong: dict[str, str]
) -> None:
    form = {"target": "95", "confidence": "95", "in_a_row": "50", "note": "Agreed in the team."} | wrong
    answer = signed_in(cast.ana).post(address(cast.review), form)
    assert answer.status_code == 422
    assert "Agreed in the team." in answer.content.decode()
    assert not StoppingRule.objects.exists()


@pytest.mark.django_db
def test_papers_are_named_by_doi_pubmed_id_or_title(cast: Cast, signed_in: SignIn) -> None:
    a_candidate(cast.review, title="One trial", doi="10.1000/ABC")
    two, three = a_candidate(cast.review, pmid="12345"), a_candidate(cast.review, title="Another trial")
    form = {"target": "95", "confidence": "95", "in_a_row": "50", "seeds": "https://doi.org/10.1000/abc\r\n",
            "key_papers": "PMID:12345\n\n another TRIAL"}  # fmt: skip
    client = signed_in(cast.ana)
    assert client.post(address(cast.review), form).status_code == 302
    rule = StoppingRule.objects.get()
    assert sorted(rule.key_papers) == sorted([two.subject_id, three.subject_id])
    assert len(rule.seeds) == 1
    shown = client.get(address(cast.review)).content.decode()
    assert "10.1000/ABC" in shown
    both = client.post(address(cast.review), form | {"seeds": "12345"})
    assert both.status_code == 422


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["stop", "read_on"])
def test_a_decision_without_a_reason_is_refused_in_words(cast: Cast, signed_in: SignIn, name: str) -> None:
    one_reader(cast, "10", unread=1)
    a_rule(cast)
    answer = signed_in(cast.ana).post(address(cast.review, name), {"reason": ""}, follow=True)
    assert answer.status_code == 200
    assert not Stop.objects.exists()
    assert [str(message) for message in answer.context["messages"]]


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow(
    cast: Cast, signed_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    one_reader(cast, "1010", unread=2)
    a_rule(cast)
    client = signed_in(cast.ana)
    client.get(address(cast.review))
    cache.clear()
    with django_assert_max_num_queries(60) as few:
        client.get(address(cast.review))
    for candidate in candidates(cast.review, 30):
        voted(candidate, cast.ben, OUT)
    cache.clear()
    with django_assert_max_num_queries(len(few)):
        client.get(address(cast.review))
