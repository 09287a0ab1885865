"""Choosing a rule for stopping, stopping by it, and reading on after all: each a fact."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.db import transaction

from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Record, Review, User
from reviews.services import history, removals
from reviews.services.locking import lock
from screening.models import Candidate, Stage, Stop, StoppingRule
from screening.queries.stopping import SoFar, set_aside_in, so_far_of
from screening.stopping import Reading, buscar


@transaction.atomic
def choose(
    *,
    review: Review,
    target: Decimal,
    confidence: Decimal,
    in_a_row: int = 50,
    expected: int | None = None,
    seeds: Collection[int] = (),
    key_papers: Collection[int] = (),
    note: str = "",
    by: User,
) -> StoppingRule:
    """Write down the rule; a change makes a new version. How much had been read by then is kept with it."""
    require(May.EDIT_PROTOCOL, review=review, by=by)
    lock(review)
    if not (Decimal("0.5") <= target < 1 and Decimal("0.5") <= confidence < 1):
        raise Refused("Recall and confidence lie between 50 % and 99.9 %.")
    if set(seeds) & set(key_papers):
        raise Refused(
            "A key paper tests whether reading finds it, so it cannot also be one that was known to begin with."
        )
    known = Record.objects.of(review).filter(pk__in=[*seeds, *key_papers]).count()
    if known != len({*seeds, *key_papers}):
        raise Refused("Some of these records are not in this review.")
    before = StoppingRule.objects.in_force(review)
    fields = {
        "target": target.quantize(Decimal("0.001")),
        "confidence": confidence.quantize(Decimal("0.001")),
        "in_a_row": in_a_row,
        "expected": expected,
        "seeds": sorted(seeds),
        "key_papers": sorted(key_papers),
        "note": note.strip(),
    }
    if before and all(getattr(before, name) == value for name, value in fields.items()):
        raise NothingToDo("That is the rule already.")
    rule = StoppingRule.objects.create(
        review=review,
        version=before.version + 1 if before else 1,
        **fields,
        read_before=_read(review),
        by=by,
    )
    sentence = f"chose when to stop: {share(target)} recall at {share(confidence)} confidence (version {rule.version})"
    history.record("stopping.chosen", sentence, review=review, subject=rule, by=by)
    return rule


@transaction.atomic
def stop(
    *, review: Review, reason: str, other_model: bool = False, quality_check: bool = False, by: User
) -> Stop:
    """Stop reading titles and abstracts: what nobody has begun is set aside as ineligible by automation.

    Records with a vote stay to be screened. The rule need not be met, but what it said at this moment is kept.
    """
    require(May.EDIT_PROTOCOL, review=review, by=by)
    lock(review)
    rule = StoppingRule.objects.in_force(review)
    if rule is None:
        raise Refused("First choose the recall to aim at, and how sure you want to be.")
    if not reason.strip():
        raise Refused("Say why you stop; a reader of the review will want to know.")
    so_far = so_far_of(review, rule)
    if so_far.reading.read == 0:
        raise Refused("Nothing has been read yet.")
    unread = _untouched(review, rule)
    if not unread:
        raise NothingToDo("There is nothing unread that could be set aside.")
    p = buscar.p_value(so_far.reading, target=rule.target)
    why = _removal_reason(review, rule, so_far.reading, p)
    removed = removals.remove(
        review=review, records=unread, kind=Record.Removed.AUTOMATION, reason=why, by=by
    )
    made = _write(review, rule, so_far, p, why, removed, reason, by, stopped=True, other_model=other_model,
                  quality_check=quality_check)  # fmt: skip
    sentence = (
        f"stopped reading titles and abstracts after {made.read} of {made.total} records: {reason.strip()}"
    )
    history.record("stopping.stopped", sentence, review=review, subject=made, by=by)
    return made


@transaction.atomic
def read_on(*, review: Review, reason: str, by: User) -> Stop:
    """Open the stage again: everything that stopping set aside is to be read again."""
    require(May.EDIT_PROTOCOL, review=review, by=by)
    lock(review)
    last = Stop.objects.in_force(review)
    if last is None:
        raise NothingToDo("Reading was not stopped.")
    if not reason.strip():
        raise Refused("Say why you read on; a reader of the review will want to know.")
    so_far = so_far_of(review, last.rule)
    p = buscar.p_value(so_far.reading, target=last.rule.target) if last.rule else 1.0
    back = list(set_aside_in(review).values_list("pk", flat=True))
    if back:
        removals.put_back(review=review, records=back, reason=f"Reading goes on: {reason.strip()}", by=by)
    made = _write(review, last.rule, so_far, p, "", len(back), reason, by, stopped=False)
    sentence = f"opened the reading of titles and abstracts again: {reason.strip()}"
    history.record("stopping.reopened", sentence, review=review, subject=made, by=by)
    return made


def share(value: Decimal) -> str:
    """A share as a percentage, with no digit that says nothing: 95 %, 97.5 %."""
    return f"{(value * 100).normalize():f} %"


def _read(review: Review) -> int:
    return Candidate.objects.of(review, Stage.TITLE_ABSTRACT).exclude(status=Candidate.Status.OPEN).count()


def _untouched(review: Review, rule: StoppingRule) -> list[int]:
    """Records that nobody has voted on; seeds are relevant as far as anybody knows, and stay."""
    waiting = Candidate.objects.of(review, Stage.TITLE_ABSTRACT).filter(
        status=Candidate.Status.OPEN, votes=0, in_pilot=False
    )
    found = waiting.exclude(record__in=[*rule.seeds, *rule.key_papers])
    return [record for record in found.values_list("record", flat=True) if record]


def _removal_reason(review: Review, rule: StoppingRule, reading: Reading, p: float) -> str:
    """What each removal says; the number of the decision makes it one of a kind."""
    number = Stop.objects.filter(review=review).count() + 1
    return (
        f"Unread when reading was stopped (decision {number}): {reading.found} relevant in {reading.read} of "
        f"{reading.total} records read; p = {p:.4g} that recall is below {share(rule.target)} (Callaghan & Müller-Hansen "
        f"2020), confidence asked for {share(rule.confidence)}, rule version {rule.version}."
    )


def _write(
    review: Review,
    rule: StoppingRule | None,
    so_far: SoFar,
    p: float,
    removal_reason: str,
    removed: int,
    reason: str,
    by: User,
    *,
    stopped: bool,
    other_model: bool = False,
    quality_check: bool = False,
) -> Stop:
    reading = so_far.reading
    return Stop.objects.create(
        review=review,
        stopped=stopped,
        rule=rule,
        total=reading.total,
        read=reading.read,
        found=reading.found,
        p=p,
        most=buscar.most_relevant(reading, confidence=rule.confidence) if rule else reading.total,
        removed=removed,
        removal_reason=removal_reason,
        other_model=other_model,
        quality_check=quality_check,
        reason=reason.strip(),
        by=by,
    )
