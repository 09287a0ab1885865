"""What people say about duplicates. Their verdicts about pairs are facts; clusters and open questions follow from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet

from django.db import transaction
from django.db.models import Q, QuerySet

from reviews.access import May, require
from reviews.deduplication import RULES
from reviews.errors import ChangedMeanwhile, NothingToDo, Refused
from reviews.models import DuplicateQuestion, DuplicateVerdict, Event, Judgement, Record, Review, User
from reviews.models.duplicate import DECISIONS
from reviews.queries.clusters import Pair, heads_of, members_with, ordered, rules_said
from reviews.services import history
from reviews.services.clustering import recompute
from reviews.services.locking import lock


@transaction.atomic
def link(*, left: Record, right: Record, reason: str = "", by: User) -> Event:
    """Say that two records are the same article; with them their clusters become one."""
    review = _begin(left, right, by)
    if right.pk in members_with({left.pk}):
        raise NothingToDo("These two records are linked already.")
    sentence = f"linked “{left}” and “{right}” as duplicates"
    decision = history.record("duplicates.linked", sentence, review=review, subject=left, by=by)
    _join(decision, {left.pk, right.pk}, reason)
    return decision


@transaction.atomic
def part(*, record: Record, reason: str = "", by: User) -> Event:
    """Say that a record is another article than all those it is linked with; these stay together."""
    review = _begin(record, record, by)
    others = sorted(members_with({record.pk}) - {record.pk})
    if not others:
        raise NothingToDo("This record is not linked to any other.")
    sentence = f"parted “{record}” from its duplicates"
    decision = history.record("duplicates.parted", sentence, review=review, subject=record, by=by)
    _say(decision, Judgement.DIFFERENT, [ordered(record.pk, other) for other in others], reason)
    recompute(review=review, record_ids={record.pk, *others})
    if loose := sorted(set(others) - members_with({others[0]})):
        # They hung together through the parted record only. Whoever parted it saw the others beside each other.
        _say(decision, Judgement.SAME, [ordered(others[0], other) for other in loose], reason)
        recompute(review=review, record_ids={others[0], *loose})
    return decision


@transaction.atomic
def answer(*, review: Review, same: Collection[int], apart: Collection[int], by: User) -> Event:
    """Answer what is asked about some records: those in `same` are one article, and each in `apart` is another than these.

    Without `same`, all in `apart` are articles of their own. Of a cluster one record is enough.
    """
    require(May.DEDUPLICATE, review=review, by=by)
    review = lock(review)
    heads = heads_of({*same, *apart})
    one, others = {heads[pk] for pk in same}, {heads[pk] for pk in apart}
    _check_ours(review, {*heads.values()})
    if one & others or len(one | others) < 2 or not (others or len(one) > 1):
        raise Refused("Choose at least two records, and for each whether it is the same article.")
    subject = Record.objects.get(pk=min(one or others))
    decision = history.record(
        "duplicates.answered", _answer_in_words(one, others, subject), review=review, subject=subject, by=by
    )
    _say(decision, Judgement.DIFFERENT, _pairs_between(review, one, others), "")
    if len(one) > 1:
        _join(decision, one, "")
    else:
        recompute(review=review, record_ids=one | others)
    return decision


@transaction.atomic
def accept(*, review: Review, questions: QuerySet[DuplicateQuestion], expected: int, by: User) -> Event:
    """Answer all of these open questions with “the same article”, at one go.

    expected  how many there were when they were shown; another number is refused.
    """
    require(May.DEDUPLICATE, review=review, by=by)
    review = lock(review)
    pairs = [ordered(*ends) for ends in questions.filter(review=review).values_list("left_id", "right_id")]
    if not pairs:
        raise NothingToDo("No open question fits.")
    if len(pairs) != expected:
        raise ChangedMeanwhile(
            f"There are {len(pairs)} questions now instead of {expected}. Look again before you accept them."
        )
    sentence = f"accepted {_counted(len(pairs))} as duplicates at one go"
    decision = history.record("duplicates.accepted", sentence, review=review, by=by, number=len(pairs))
    _say(decision, Judgement.SAME, pairs, "")
    recompute(review=review, record_ids={pk for pair in pairs for pk in pair})
    return decision


@transaction.atomic
def ask_again(*, review: Review, rule: str, by: User) -> Event:
    """Let no link stand on this rule: what it linked becomes a question, unless a person has spoken."""
    require(May.DEDUPLICATE, review=review, by=by)
    review = lock(review)
    found = DuplicateVerdict.objects.filter(review=review, rule=rule, verdict=Judgement.SAME)
    pairs = set(found.values_list("left_id", "right_id"))
    said = rules_said(review, pairs)
    of_people = DuplicateVerdict.objects.filter(review=review, rule="", taken_back_by=None)
    spoken = set(of_people.exclude(verdict=Judgement.WITHDRAWN).values_list("left_id", "right_id"))
    pairs = {pair for pair in pairs if said[pair] == Judgement.SAME and pair not in spoken}
    if not pairs:
        raise NothingToDo("No link stands on this rule alone.")
    words = RULES.get(rule, rule)
    sentence = f"asked again about {_counted(len(pairs))} that the rules had linked: {words}"
    decision = history.record("duplicates.asked-again", sentence, review=review, by=by, number=len(pairs))
    _say(decision, Judgement.UNCERTAIN, sorted(pairs), "")
    recompute(review=review, record_ids={pk for pair in pairs for pk in pair})
    return decision


@transaction.atomic
def take_back(*, decision: Event, by: User) -> None:
    """Take back what a person decided, all of it, as if it had never been said: what stood before stands again."""
    review = decision.review
    if review is None or decision.verb not in DECISIONS:
        raise Refused("This is not a decision about duplicates.")
    require(May.DEDUPLICATE, review=review, by=by)
    lock(review)
    standing = (
        decision.verdicts.exclude(verdict=Judgement.WITHDRAWN).filter(taken_back_by=None).order_by("pk")
    )
    rows = list(standing.values_list("pk", "left_id", "right_id"))
    if not rows:
        raise NothingToDo("This has been taken back already.")
    sentence = f"took back: {decision.sentence}"
    undoing = history.record(
        "duplicates.taken-back", sentence, review=review, by=by, decision=decision.pk, number=len(rows)
    )
    DuplicateVerdict.objects.bulk_create(
        [
            DuplicateVerdict(
                review=review,
                left_id=left,
                right_id=right,
                verdict=Judgement.WITHDRAWN,
                takes_back_id=pk,
                decision=undoing,
                by=by,
            )
            for pk, left, right in rows
        ],
        batch_size=500,
    )
    recompute(review=review, record_ids={pk for _, *pair in rows for pk in pair})


def _begin(left: Record, right: Record, by: User) -> Review:
    """What both verbs about two records do first."""
    review = left.review
    if right.review_id != review.pk:
        raise Refused("Records of different reviews cannot be linked.")
    require(May.DEDUPLICATE, review=review, by=by)
    return lock(review)


def _check_ours(review: Review, record_ids: Collection[int]) -> None:
    if Record.objects.of(review).filter(pk__in=record_ids).count() != len(record_ids):
        raise Refused("Records of different reviews cannot be linked.")


def _join(decision: Event, record_ids: Collection[int], reason: str) -> None:
    """Make one cluster of those of these records, or refuse."""
    review = decision.review
    assert review is not None  # noqa: S101 - decisions are made in reviews
    wanted = members_with(record_ids)
    first, *others = sorted(record_ids)
    _say(decision, Judgement.SAME, [ordered(first, other) for other in others], reason)
    recompute(review=review, record_ids=wanted)
    if loose := wanted - members_with({first}):
        # A rule keeps some of them apart. Whoever says that they are one has seen them all, and outweighs the rule.
        bonds = sorted(wanted - {first, *others})
        _say(decision, Judgement.SAME, [ordered(first, other) for other in bonds], reason)
        recompute(review=review, record_ids=wanted)
        loose = wanted - members_with({first})
    if loose:
        raise Refused(
            "Somebody said that a record linked to one of these is not the same article as one linked to the other. "
            "Take that back first, or leave them apart."
        )


def _pairs_between(review: Review, one: Collection[int], others: Collection[int]) -> list[Pair]:
    """The pairs asked about between the clusters of `others` and `one` (or among `others`); where none was asked, their heads."""
    ids = members_with({*one, *others})
    heads = heads_of(ids)
    asked = DuplicateQuestion.objects.filter(review=review).filter(Q(left__in=ids), Q(right__in=ids))
    pairs: set[Pair] = set()
    for left, right in asked.values_list("left_id", "right_id"):
        if _is_between(heads[left], heads[right], one, others):
            pairs.add((left, right))
    joined = {ordered(heads[left], heads[right]) for left, right in pairs}
    wanted = {
        ordered(a, b) for a in others for b in (one or others) if a != b and ordered(a, b) not in joined
    }
    # Of a group in which not each was asked about with each, a person has still seen all.
    return sorted(pairs | wanted)


def _is_between(left: int, right: int, one: Collection[int], others: Collection[int]) -> bool:
    if not one:
        return left != right
    return (left in one and right in others) or (right in one and left in others)


def _say(decision: Event, judgement: Judgement, pairs: Iterable[Pair], reason: str) -> None:
    DuplicateVerdict.objects.bulk_create(
        [
            DuplicateVerdict(
                review=decision.review,
                left_id=left,
                right_id=right,
                verdict=judgement,
                reason=reason,
                decision=decision,
                by=decision.actor,
            )
            for left, right in pairs
        ],
        batch_size=500,
    )


def _answer_in_words(one: AbstractSet[int], others: AbstractSet[int], subject: Record) -> str:
    if not one or len(one) == 1:
        return f"told {len(one | others)} records apart, among them “{subject}”"
    rest = f", and {len(others)} apart from them" if others else ""
    return f"said that {len(one)} records are the same article, “{subject}”{rest}"


def _counted(number: int) -> str:
    return f"{number} pair{'' if number == 1 else 's'} of records"
