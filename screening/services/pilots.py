"""Pilot rounds: a random sample is drawn, everybody reads it, and enough agreement opens the stage."""

from __future__ import annotations

from django.db import transaction

from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Review, User
from reviews.services import history
from screening.models import Candidate, Pilot, PilotEnd, PilotRecord, Policy, Stage
from screening.queries import piloting
from screening.queries.pilots import rounds, running_round
from screening.sampling import draw, sample
from screening.services import policies, standing

Outcome = PilotEnd.Outcome
LONGEST_EXPLANATION = 5_000


@transaction.atomic
def begin(*, review: Review, stage: Stage, by: User) -> Pilot:
    """Draw the next round from what nobody has voted on: as many as the policy says, by its seed."""
    require(May.EDIT_PROTOCOL, review=review, by=by)
    Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    policy = policies.in_force(review, stage)
    if not policy.has_pilot:
        raise Refused("This stage has no pilot round. Say in its policy how many records one has.")
    if running_round(policy):
        raise NothingToDo("A round is running already.")
    waiting = Candidate.objects.of(review, stage).untouched().filter(in_pilot=False)
    ids = [row.subject_id for row in waiting.only("record_id", "report_id")]
    if not ids:
        raise Refused("There is nothing to draw from: no record waits without a vote.")
    number = rounds(policy).count() + 1
    seed = draw(policy.seed, "round", number)
    drawn = sample(seed, ids, policy.pilot_size)
    pilot = Pilot.objects.create(
        review=review,
        stage=stage,
        number=number,
        policy=policy,
        seed=seed,
        size=len(drawn),
        drawn_from=len(ids),
        by=by,
    )
    column = "record_id" if stage == Stage.TITLE_ABSTRACT else "report_id"
    PilotRecord.objects.bulk_create(PilotRecord(pilot=pilot, stage=stage, **{column: pk}) for pk in drawn)
    standing.pilot_changed(pilot=pilot)
    sentence = f"drew pilot round {number} of {stage.label.lower()}: {len(drawn)} of {len(ids)} at random"
    history.record("pilot.begun", sentence, review=review, subject=pilot, by=by)
    return pilot


@transaction.atomic
def end(*, pilot: Pilot, outcome: PilotEnd.Outcome, explanation: str = "", by: User) -> PilotEnd:
    """End a round by hand: open the stage all the same, go on with another round, or give this one up."""
    require(May.EDIT_PROTOCOL, review=pilot.review, by=by)
    row, over = _lock(pilot)
    explanation = explanation.strip()
    if over:
        raise NothingToDo("This round has ended already.")
    if outcome == Outcome.REACHED:
        raise Refused("Agreement is reached by voting, not by saying so.")
    if not explanation:
        raise Refused("Say why, so that a reader of the review can follow it.")
    if len(explanation) > LONGEST_EXPLANATION:
        raise Refused(f"At most {LONGEST_EXPLANATION} characters.")
    return _end(row, outcome, explanation, by)


def voted(*, candidate: Candidate, policy: Policy, by: User) -> None:
    """A pilot record got a vote: if it was the last one, and agreement is high enough, the stage opens."""
    if candidate.status == Candidate.Status.OPEN:
        return
    pilot = running_round(policy)
    if pilot is None:
        return
    # Locked only now, after the vote was counted: of two last votes at once the second one sees the first.
    row, over = _lock(pilot)
    result = piloting.result_of(row, policy)
    if result.is_reached and not over:
        _end(row, Outcome.REACHED, "", by, result)


def _lock(pilot: Pilot) -> tuple[Pilot, bool]:
    """The round's row, held until the transaction ends, and whether the round has ended."""
    row = Pilot.objects.select_for_update(of=("self",), no_key=True).select_related("review").get(pk=pilot.pk)
    return row, PilotEnd.objects.filter(pilot=row).exists()


def _end(
    row: Pilot, outcome: PilotEnd.Outcome, explanation: str, by: User, result: piloting.Result | None = None
) -> PilotEnd:
    policy = policies.in_force(row.review, Stage(row.stage))
    result = result or piloting.result_of(row, policy)
    ended = PilotEnd.objects.create(
        pilot=row, outcome=outcome, agreement=result.agreement, explanation=explanation, by=by
    )
    if outcome == Outcome.ABANDONED:
        standing.pilot_changed(pilot=row)
    sentence = f"ended pilot round {row.number} of {row.get_stage_display().lower()}: {outcome.label.lower()}"
    history.record("pilot.ended", sentence, review=row.review, subject=row, by=by)
    return ended
