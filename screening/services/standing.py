"""Keeps what is derived from facts right: Candidate, Standing, and the derived columns of Report. Their only writer.

Every function runs inside the transaction of the fact it follows. Locks are taken in one order everywhere: candidates
of titles and abstracts, then reports, then candidates of full texts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from django.db import transaction

from reviews.models import Record, Review
from screening.models import Candidate, Pilot, PilotRecord, Policy, Report, Stage
from screening.services import clusters, ordering, seeking, tally
from screening.services.clusters import Cluster
from screening.services.tally import Item, Outcome

BATCH = 500


@transaction.atomic
def records_changed(*, review: Review, record_ids: Collection[int]) -> None:
    """Records were added, linked, parted, removed or put back."""
    for batch in _batches(record_ids):
        roots = set(batch) | clusters.roots_of(batch)
        # A record that left a cluster took its votes along: the candidate they counted for so far changes too.
        counted = Candidate.objects.filter(standings__vote__record__in=batch)
        roots.update(pk for pk in counted.values_list("record_id", flat=True) if pk)
        shapes = _screen_clusters(review, roots)
        members = {member for cluster in shapes.values() for member in cluster.members} | roots
        _follow_reports(review, seeking.linked_to(members))


@transaction.atomic(savepoint=False)
def records_added(*, review: Review, record_ids: Collection[int]) -> None:
    """New records, about which nobody has said anything: what `records_changed` does, for a fifth of the time."""
    policy = Policy.objects.in_force(review, Stage.TITLE_ABSTRACT)
    for batch in _batches(record_ids):
        rows = Record.objects.filter(pk__in=batch).unique().not_removed().from_databases_and_registers()
        screened = list(rows.values_list("pk", flat=True))
        _make(policy, screened, places=ordering.positions(policy, screened))


@transaction.atomic(savepoint=False)
def votes_changed(*, candidate: Candidate, policy: Policy | None = None) -> None:
    """A vote was cast or taken back on a candidate, or its conflict resolved or reopened; the caller has locked it."""
    policy = policy or Policy.objects.in_force(candidate.review, Stage(candidate.stage))
    if candidate.stage == Stage.FULL_TEXT:
        tally.write(tally.count(policy, [Item(candidate, (candidate.subject_id,))]))
        return
    root: int = candidate.subject_id
    cluster = clusters.load({root})[root]
    before = candidate.status
    tally.write(tally.count(policy, [Item(candidate, tuple(cluster.members))]))
    if Candidate.Status.INCLUDED in {before, candidate.status} and before != candidate.status:
        if candidate.status == Candidate.Status.INCLUDED:
            seeking.make_missing(candidate.review, [cluster])
        _follow_reports(candidate.review, seeking.linked_to(cluster.members))


@transaction.atomic
def reports_changed(*, review: Review, report_ids: Collection[int]) -> None:
    """Records of other methods were picked, or reports retrieved, not retrieved, or joined."""
    _follow_reports(review, report_ids)


@transaction.atomic
def stage_changed(*, review: Review, stage: Stage) -> None:
    """The policy is another one: decide every candidate of the stage anew."""
    policy = Policy.objects.in_force(review, stage)
    for outcomes in outcomes_of(policy):
        moved = tally.write(outcomes)
        if stage == Stage.TITLE_ABSTRACT and moved:
            shapes = clusters.load({c.subject_id for c in moved})
            _follow_moved(review, moved, shapes)
    untouched = Candidate.objects.of(review, stage).untouched()
    usual, pilot = policy.rule.first_votes, policy.pilot_rule.first_votes
    untouched.filter(in_pilot=False).update(lacking=usual)
    untouched.filter(in_pilot=True).update(lacking=pilot if policy.has_pilot else usual)


@transaction.atomic
def order_changed(*, review: Review, stage: Stage) -> None:
    """The policy orders the records in another way: write every candidate's place anew."""
    policy = Policy.objects.in_force(review, stage)
    for batch in _batches(Candidate.objects.of(review, stage).values_list("pk", flat=True)):
        rows = list(Candidate.objects.filter(pk__in=batch))
        places = ordering.positions(policy, [row.subject_id for row in rows])
        changed = [row for row in rows if row.position != places[row.subject_id]]
        for row in changed:
            row.position = places[row.subject_id]
        Candidate.objects.bulk_update(changed, ["position"])


@transaction.atomic
def pilot_changed(*, pilot: Pilot) -> None:
    """A round was drawn or given up: its records are decided by the votes of the pilot, or like all others."""
    if pilot.stage == Stage.FULL_TEXT:
        reports = pilot.drawn.values_list("report_id", flat=True)
        _follow_reports(pilot.review, [pk for pk in reports if pk])
    else:
        records = pilot.drawn.values_list("record_id", flat=True)
        records_changed(review=pilot.review, record_ids=[pk for pk in records if pk])


@transaction.atomic
def reasons_changed(*, review: Review) -> None:
    """The exclusion reasons were ranked anew."""
    for stage in Stage:
        stage_changed(review=review, stage=stage)


@transaction.atomic
def rebuild(*, review: Review) -> None:
    """Compute everything of this floor from the facts, whatever is stored now."""
    stored = Candidate.objects.of(review, Stage.TITLE_ABSTRACT).values_list("record_id", flat=True)
    canonical = Record.objects.of(review).unique().values_list("pk", flat=True)
    for batch in _batches({*canonical, *(pk for pk in stored if pk)}):
        _screen_clusters(review, set(batch))
    _follow_reports(review, list(review.reports.values_list("pk", flat=True)))


def outcomes_of(policy: Policy) -> Iterator[list[Outcome]]:
    """What every candidate with votes would be under a policy, batch by batch; writes nothing.

    Candidates without any vote or resolution are left out: they are open whatever the policy.
    """
    rows = Candidate.objects.of(policy.review, Stage(policy.stage))
    ids = rows.touched().values_list("pk", flat=True)
    for batch in _batches(ids):
        candidates = list(Candidate.objects.filter(pk__in=batch).order_by("pk"))
        if policy.stage == Stage.FULL_TEXT:
            items = [Item(c, (c.subject_id,)) for c in candidates]
        else:
            shapes = clusters.load({c.subject_id for c in candidates})
            items = [Item(c, tuple(shapes[c.subject_id].members)) for c in candidates]
        yield tally.count(policy, items)


def lock_stage(*, review: Review, stage: Stage) -> None:
    """Let every vote of the stage that is under way finish, and the next ones wait for this transaction."""
    list(Candidate.objects.select_for_update(no_key=True).of(review, stage).order_by("pk").values_list("pk"))


def _screen_clusters(review: Review, roots: set[int]) -> dict[int, Cluster]:
    """Give every screened cluster its candidate, take away others, decide; seek reports of the newly included."""
    shapes = clusters.load(roots)
    members = {member for cluster in shapes.values() for member in cluster.members}
    found = Candidate.objects.select_for_update(no_key=True).filter(record__in=roots | members).order_by("pk")
    existing = {c.subject_id: c for c in found}
    screened = {root: cluster for root, cluster in shapes.items() if cluster.is_screened}
    superfluous = [c.pk for root, c in existing.items() if root not in screened]
    if superfluous:
        Candidate.objects.filter(pk__in=superfluous).delete()
    policy = Policy.objects.in_force(review, Stage.TITLE_ABSTRACT)
    made = _make(policy, [root for root in screened if root not in existing])
    candidates = [c for root, c in existing.items() if root in screened] + made
    places, drawn = ordering.positions(policy, list(screened)), _drawn(record__in=members)
    owners = {root: tuple(cluster.members) for root, cluster in screened.items()}
    items = [
        Item(c, mine, not drawn.isdisjoint(mine), places[c.subject_id])
        for c in candidates
        for mine in [owners[c.subject_id]]
    ]
    tally.write(tally.count(policy, items))
    included = [screened[c.subject_id] for c in candidates if c.status == Candidate.Status.INCLUDED]
    if included:
        seeking.make_missing(review, included)
    return shapes


def _follow_moved(review: Review, moved: Iterable[Candidate], shapes: dict[int, Cluster]) -> None:
    included = [c for c in moved if c.status == Candidate.Status.INCLUDED]
    if included:
        seeking.make_missing(review, [shapes[c.subject_id] for c in included])
    members = [member for cluster in shapes.values() for member in cluster.members]
    _follow_reports(review, seeking.linked_to(members))


def _follow_reports(review: Review, report_ids: Collection[int]) -> None:
    """Settle these reports; one that is sought and retrieved has a candidate of the full-text stage, others none."""
    for batch in _batches(report_ids):
        reports = seeking.settle(seeking.follow(batch))
        existing = {
            c.subject_id: c
            for c in Candidate.objects.select_for_update(no_key=True)
            .filter(report__in=reports)
            .order_by("pk")
        }
        read = {r.pk for r in reports if r.is_sought and r.retrieval == Report.Retrieved.RETRIEVED}
        superfluous = [c.pk for report, c in existing.items() if report not in read]
        if superfluous:
            Candidate.objects.filter(pk__in=superfluous).delete()
        policy = Policy.objects.in_force(review, Stage.FULL_TEXT)
        made = _make(policy, [pk for pk in read if pk not in existing])
        candidates = [c for report, c in existing.items() if report in read] + made
        if not candidates:
            continue
        places, drawn = ordering.positions(policy, read), _drawn(report__in=read)
        items = [Item(c, (c.subject_id,), c.subject_id in drawn, places[c.subject_id]) for c in candidates]
        tally.write(tally.count(policy, items))


def _make(policy: Policy, ids: Iterable[int], *, places: Mapping[int, int] | None = None) -> list[Candidate]:
    """New candidates, as they are when nobody has voted; the caller counts what votes there are."""
    places = places or {}
    column = tally.OWNER[Stage(policy.stage)]
    lacking = policy.rule.first_votes
    made = [
        Candidate(
            review_id=policy.review_id,
            stage=policy.stage,
            lacking=lacking,
            position=places.get(pk, 0),
            **{column: pk},
        )
        for pk in sorted(ids)
    ]
    return Candidate.objects.bulk_create(made)


def _drawn(**owners: Collection[int]) -> set[int]:
    """Which of these records or reports a pilot round that counts has drawn."""
    found = PilotRecord.objects.filter(pilot__in=Pilot.objects.counting(), **owners)
    return {record or report or 0 for record, report in found.values_list("record_id", "report_id")}


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
