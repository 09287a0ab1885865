"""The protocol: every edit is kept, nothing is deleted, nobody overwrites silently."""

from __future__ import annotations

import pytest

from reviews.errors import ChangedMeanwhile, NotAllowed, NothingToDo, Refused
from reviews.models import Criterion, Event, ExclusionReason, Membership, Review, Role
from reviews.services import creation, protocol
from reviews.services.editing import fingerprint
from tests.conftest import Cast
from tests.factories import a_reason, a_user


def ranking(review: Review) -> list[str]:
    """The reasons in use, highest first."""
    return list(review.exclusion_reasons.filter(retired_at=None).values_list("label", flat=True))


@pytest.mark.django_db
def test_who_starts_a_review_leads_it() -> None:
    ana = a_user()
    review = creation.create(title="Exercise in ALS", question={"population": "Adults"}, by=ana)
    assert (review.slug, review.population) == ("exercise-in-als", "Adults")
    assert Membership.objects.get(review=review).role == Role.LEAD
    assert Event.objects.get(review=review).verb == "review.created"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("New", "new-2"),
        ("运动对肌萎缩侧索硬化的影响", "review"),
        ("A" * 300, "a" * 50),
        ("word " * 40, "word-word-word-word-word-word-word-word-word-word"),
        ("Übung & <b>Sport</b>", "ubung-bsportb"),
    ],
)
def test_addresses_are_made_of_the_title(title: str, slug: str) -> None:
    assert creation.create(title=title, by=a_user()).slug == slug


@pytest.mark.django_db
def test_reviews_of_one_title_have_addresses_of_their_own() -> None:
    ana = a_user()
    slugs = [creation.create(title="Exercise", by=ana).slug for _ in range(3)]
    assert slugs == ["exercise", "exercise-2", "exercise-3"]


def test_the_question_changes_with_before_and_after(cast: Cast) -> None:
    values = {"population": "Adults with ALS"}
    protocol.change_question(
        review=cast.review, values=values, seen=fingerprint(cast.review, values), by=cast.ana
    )
    cast.review.refresh_from_db()
    assert cast.review.population == "Adults with ALS"
    line = Event.objects.get(verb="protocol.question")
    assert line.data["changes"] == {"population": {"before": "", "after": "Adults with ALS"}}


def test_of_two_tabs_the_second_is_told(cast: Cast) -> None:
    values = {"terms_for": "randomised"}
    seen = fingerprint(cast.review, values)
    protocol.change_terms(review=cast.review, values=values, seen=seen, by=cast.ana)
    with pytest.raises(ChangedMeanwhile):
        protocol.change_terms(review=cast.review, values={"terms_for": "trial"}, seen=seen, by=cast.ana)
    cast.review.refresh_from_db()
    assert cast.review.terms_for == "randomised"


def test_saving_what_is_there_already_leaves_no_line(cast: Cast) -> None:
    values = {"population": ""}
    with pytest.raises(NothingToDo):
        protocol.change_question(
            review=cast.review, values=values, seen=fingerprint(cast.review, values), by=cast.ana
        )
    assert not Event.objects.exists()


def test_criteria_are_added_reworded_retired_and_taken_up_again(cast: Cast) -> None:
    first = protocol.add_criterion(review=cast.review, kind="inclusion", text="Adults", by=cast.ana)
    second = protocol.add_criterion(review=cast.review, kind="inclusion", text="Trials", by=cast.ana)
    assert (first.position, second.position) == (1, 2)
    protocol.change_criterion(
        criterion=first, text="Adults over 18", seen=fingerprint(first, ["text"]), by=cast.ana
    )
    protocol.retire_criterion(criterion=second, by=cast.ana)
    assert list(Criterion.objects.filter(retired_at=None).values_list("text", flat=True)) == [
        "Adults over 18"
    ]
    with pytest.raises(NothingToDo):
        protocol.retire_criterion(criterion=second, by=cast.ana)
    protocol.restore_criterion(criterion=second, by=cast.ana)
    with pytest.raises(NothingToDo):
        protocol.restore_criterion(criterion=second, by=cast.ana)
    assert Criterion.objects.filter(retired_at=None).count() == 2


def test_reasons_move_up_and_down_within_those_in_use(cast: Cast) -> None:
    _a, b, c = (protocol.add_reason(review=cast.review, label=label, by=cast.ana) for label in "ABC")
    protocol.retire_reason(reason=b, by=cast.ana)
    protocol.move_reason(reason=c, up=True, by=cast.ana)
    assert ranking(cast.review) == ["C", "A"]
    with pytest.raises(NothingToDo):
        protocol.move_reason(reason=c, up=True, by=cast.ana)
    with pytest.raises(NothingToDo):
        protocol.move_reason(reason=b, up=True, by=cast.ana)
    protocol.move_reason(reason=c, up=False, by=cast.ana)
    protocol.restore_reason(reason=b, by=cast.ana)
    assert ranking(cast.review) == ["A", "C", "B"]
    line = Event.objects.filter(verb="protocol.reasons-ranked").last()
    assert line
    assert line.data["changes"]["ranking"] == {"before": ["A", "C"], "after": ["C", "A"]}


def test_the_floor_above_hears_of_a_new_ranking(cast: Cast, settings: object) -> None:
    settings.WHEN_REASONS_CHANGE = ["tests.reviews.test_protocol.hear"]  # type: ignore[attr-defined]
    heard.clear()
    protocol.add_reason(review=cast.review, label="A", by=cast.ana)
    second = protocol.add_reason(review=cast.review, label="B", by=cast.ana)
    protocol.move_reason(reason=second, up=True, by=cast.ana)
    assert heard == [cast.review]


heard: list[Review] = []


def hear(*, review: Review) -> None:
    """Stands for a floor above."""
    heard.append(review)


def test_a_reason_is_named_once_retired_ones_included(cast: Cast) -> None:
    reason = a_reason(cast.review, "Wrong design")
    with pytest.raises(Refused, match="in use"):
        protocol.add_reason(review=cast.review, label="wrong DESIGN", by=cast.ana)
    protocol.retire_reason(reason=reason, by=cast.ana)
    with pytest.raises(Refused, match="retired"):
        protocol.add_reason(review=cast.review, label="Wrong design", by=cast.ana)
    other = a_reason(cast.review, "Wrong outcome", 2)
    with pytest.raises(Refused):
        protocol.rename_reason(
            reason=other, label="Wrong design", seen=fingerprint(other, ["label"]), by=cast.ana
        )


def test_a_renamed_reason_stays_the_same_reason(cast: Cast) -> None:
    reason = a_reason(cast.review, "Wrong desing")
    protocol.rename_reason(
        reason=reason, label="Wrong design", seen=fingerprint(reason, ["label"]), by=cast.ana
    )
    assert ExclusionReason.objects.get().pk == reason.pk
    assert ranking(cast.review) == ["Wrong design"]


def test_setting_up_twice_repeats_nothing(cast: Cast) -> None:
    for _ in range(2):
        protocol.set_up(
            review=cast.review,
            inclusion=["Adults"],
            exclusion=["Mice"],
            reasons=["Wrong design", "wrong design"],
            by=cast.ana,
        )
    assert Criterion.objects.count() == 2
    assert ranking(cast.review) == ["Wrong design"]


def test_only_leads_change_the_protocol(cast: Cast) -> None:
    for person in (cast.ben, cast.dov, cast.eve):
        with pytest.raises(NotAllowed):
            protocol.add_reason(review=cast.review, label="A", by=person)
        with pytest.raises(NotAllowed):
            protocol.set_up(review=cast.review, inclusion=["A"], exclusion=[], reasons=[], by=person)
