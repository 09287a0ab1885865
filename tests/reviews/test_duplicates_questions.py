"""Questions about pairs: what people answer stands for ever, and is taken back exactly."""

from __future__ import annotations

import pytest

from reviews.deduplication import Band, Link
from reviews.errors import ChangedMeanwhile, NotAllowed, NothingToDo, Refused
from reviews.models import DuplicateQuestion, Event, Record, Review
from reviews.queries import questions
from reviews.queries.duplicates import decisions_of, links_by_rule
from reviews.services import clustering, duplicates, matching
from tests.conftest import Cast
from tests.factories import a_record, a_review
from tests.reviews.factories import clusters, three_records


def say(
    review: Review, band: Band, *pairs: tuple[Record, Record], rule: str = "similar-title", score: float = 0.8
) -> None:
    """Let a rule speak about pairs of records."""
    links = [Link(min(a.pk, b.pk), max(a.pk, b.pk), band, rule, score, ()) for a, b in pairs]
    matching.write_links(review=review, links=links)


def asked(review: Review) -> set[frozenset[str]]:
    """The titles of the pairs that wait for a person."""
    rows = DuplicateQuestion.objects.filter(review=review).values_list("left__title", "right__title")
    return {frozenset(row) for row in rows}


def test_an_uncertain_pair_is_asked_about_and_not_linked(cast: Cast) -> None:
    a, b, _ = three_records(cast.review)
    say(cast.review, Band.UNCERTAIN, (a, b))
    assert asked(cast.review) == {frozenset("AB")}
    assert clusters(cast.review) == []


def test_an_answer_closes_its_question_and_taking_it_back_opens_it_again(cast: Cast) -> None:
    a, b, _ = three_records(cast.review)
    say(cast.review, Band.UNCERTAIN, (a, b))
    for same, apart in ([a.pk, b.pk], []), ([], [a.pk, b.pk]):
        decision = duplicates.answer(review=cast.review, same=same, apart=apart, by=cast.ben)
        assert clusters(cast.review) == ([{"A", "B"}] if same else [])
        assert asked(cast.review) == set()
        duplicates.take_back(decision=decision, by=cast.chi)
        assert asked(cast.review) == {frozenset("AB")}
        assert clusters(cast.review) == []


def test_an_answer_survives_that_the_rules_say_it_again(cast: Cast) -> None:
    a, b, _ = three_records(cast.review)
    say(cast.review, Band.UNCERTAIN, (a, b))
    duplicates.answer(review=cast.review, same=[], apart=[a.pk, b.pk], by=cast.ben)
    say(cast.review, Band.SAME, (a, b), rule="same-doi")
    assert (asked(cast.review), clusters(cast.review)) == (set(), [])


def test_records_told_apart_are_not_asked_about_again_through_their_duplicates(cast: Cast) -> None:
    a, b, c = three_records(cast.review)
    duplicates.answer(review=cast.review, same=[], apart=[a.pk, b.pk], by=cast.ben)
    say(cast.review, Band.SAME, (b, c), rule="same-doi")
    say(cast.review, Band.UNCERTAIN, (a, c))
    assert asked(cast.review) == set()


def test_a_rule_that_tells_two_records_apart_keeps_their_duplicates_apart_and_asks(cast: Cast) -> None:
    a, b, c = three_records(cast.review)
    say(cast.review, Band.DIFFERENT, (a, c), rule="two-pmids")
    say(cast.review, Band.SAME, (a, b), rule="same-doi", score=1.0)
    say(cast.review, Band.SAME, (b, c), rule="same-title-year-pages")
    assert clusters(cast.review) == [{"A", "B"}]
    assert asked(cast.review) == {frozenset("BC")}


def test_a_person_outweighs_a_rule_that_tells_apart_and_tears_no_cluster_by_that(cast: Cast) -> None:
    a, b, c = three_records(cast.review)
    say(cast.review, Band.SAME, (a, b), rule="same-doi")
    say(cast.review, Band.DIFFERENT, (a, c), rule="two-pmids")
    decision = duplicates.link(left=b, right=c, by=cast.ben)
    assert clusters(cast.review) == [{"A", "B", "C"}]
    duplicates.take_back(decision=decision, by=cast.ben)
    assert clusters(cast.review) == [{"A", "B"}]


def test_of_a_group_only_the_ticked_ones_become_one_article(cast: Cast) -> None:
    a, b, c = three_records(cast.review)
    say(cast.review, Band.UNCERTAIN, (a, b), (b, c))
    group = questions.next_group(cast.review)
    assert group is not None
    assert [member.title for member in group.cluster.members] == ["A", "B", "C"]
    duplicates.answer(review=cast.review, same=[a.pk, b.pk], apart=[c.pk], by=cast.ben)
    assert clusters(cast.review) == [{"A", "B"}]
    assert asked(cast.review) == set()


def test_a_skipped_group_comes_again_at_the_end(cast: Cast) -> None:
    records = [a_record(cast.review, title=name) for name in "ABCDEF"]
    for number, score in enumerate((0.9, 0.8, 0.7)):
        say(cast.review, Band.UNCERTAIN, (records[2 * number], records[2 * number + 1]), score=score)
    seen, after = [], 0
    for _ in range(4):
        group = questions.next_group(cast.review, after=after)
        assert group is not None
        after = group.first.pk
        seen.append(group.first.score)
    assert seen == [0.9, 0.8, 0.7, 0.9]


def test_older_answers_are_taken_back_in_any_order(cast: Cast) -> None:
    a, b, _ = three_records(cast.review)
    linked = duplicates.link(left=a, right=b, by=cast.ben)
    parted = duplicates.part(record=b, by=cast.chi)
    duplicates.take_back(decision=parted, by=cast.ana)
    assert clusters(cast.review) == [{"A", "B"}]
    duplicates.take_back(decision=linked, by=cast.ana)
    assert clusters(cast.review) == []
    with pytest.raises(NothingToDo):
        duplicates.take_back(decision=linked, by=cast.ana)
    assert [event.stands for event in decisions_of(cast.review)] == [False, False]  # type: ignore[attr-defined]


def test_many_are_accepted_at_one_go_and_taken_back_at_one_go(cast: Cast) -> None:
    records = [a_record(cast.review, title=name) for name in "ABCD"]
    say(cast.review, Band.UNCERTAIN, (records[0], records[1]), score=0.95)
    say(cast.review, Band.UNCERTAIN, (records[2], records[3]), score=0.6)
    sure = DuplicateQuestion.objects.filter(score__gte=0.9)
    with pytest.raises(ChangedMeanwhile):
        duplicates.accept(review=cast.review, questions=sure, expected=2, by=cast.ben)
    run = duplicates.accept(review=cast.review, questions=sure, expected=1, by=cast.ben)
    assert clusters(cast.review) == [{"A", "B"}]
    duplicates.take_back(decision=run, by=cast.ben)
    assert (clusters(cast.review), len(asked(cast.review))) == ([], 2)


def test_all_links_of_a_rule_become_questions_but_those_a_person_confirmed(cast: Cast) -> None:
    records = [a_record(cast.review, title=name) for name in "ABCD"]
    pairs = [(records[0], records[1]), (records[2], records[3])]
    say(cast.review, Band.SAME, *pairs, rule="same-title-conference")
    duplicates.part(record=records[1], by=cast.ben)
    duplicates.link(left=records[0], right=records[1], by=cast.ben)
    decision = duplicates.ask_again(review=cast.review, rule="same-title-conference", by=cast.ben)
    assert clusters(cast.review) == [{"A", "B"}]
    assert asked(cast.review) == {frozenset("CD")}
    say(cast.review, Band.SAME, *pairs, rule="same-title-conference")
    assert asked(cast.review) == {frozenset("CD")}
    duplicates.take_back(decision=decision, by=cast.ben)
    assert clusters(cast.review) == [{"A", "B"}, {"C", "D"}]
    assert [(rule, number) for rule, _, number in links_by_rule(cast.review)] == [
        ("same-title-conference", 2),
        ("", 1),
    ]


def test_what_cannot_be_answered_is_said(cast: Cast) -> None:
    a, b, _ = three_records(cast.review)
    elsewhere = a_record(a_review(lead=cast.ben))
    for same, apart in ([a.pk], []), ([], []), ([a.pk], [a.pk]), ([a.pk, elsewhere.pk], []):
        with pytest.raises(Refused):
            duplicates.answer(review=cast.review, same=same, apart=apart, by=cast.ben)
    with pytest.raises(NotAllowed):
        duplicates.answer(review=cast.review, same=[a.pk, b.pk], apart=[], by=cast.dov)
    with pytest.raises(NothingToDo):
        duplicates.ask_again(review=cast.review, rule="same-doi", by=cast.ben)
    other = Event.objects.create(review=cast.review, verb="search.added", sentence="added a search")
    with pytest.raises(Refused, match="not a decision"):
        duplicates.take_back(decision=other, by=cast.ben)


def test_rebuilding_repairs_the_questions(cast: Cast) -> None:
    a, b, c = three_records(cast.review)
    say(cast.review, Band.UNCERTAIN, (a, b))
    DuplicateQuestion.objects.all().delete()
    DuplicateQuestion.objects.create(review=cast.review, left=a, right=c, rule="similar-title", score=0.5)
    assert clustering.rebuild(review=cast.review) == 2
    assert asked(cast.review) == {frozenset("AB")}
    assert clustering.rebuild(review=cast.review) == 0
