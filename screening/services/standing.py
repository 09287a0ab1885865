"""Keeps what is derived from facts right: Candidate, Standing, and the derived columns of Report. Their only writer.

Every function runs inside the transaction of the fact it follows. Locks are taken in one order everywhere: candidates
of titles and abstracts, then reports, then candidates of full texts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from django.db import transaction

from reviews.models import Record, Review
from screening.models import Candidate, Policy, Report, Stage
from screening.services import clusters, seeking, tally
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


@transaction.atomic
def votes_changed(*, candidate: Candidate) -> None:
    """A vote was cast or taken back on a candidate, or its conflict resolved or reopened; the caller has locked it."""
    stage = Stage(candidate.stage)
    if candidate.stage == Stage.FULL_TEXT:
        items = [Item(candidate, (candidate.subject_id,))]
        tally.write(tally.count(stage, items, votes_needed=_votes_needed(candidate.review, stage)))
        return
    root: int = candidate.subject_id
    cluster = clusters.load({root})[root]
    items = [Item(candidate, tuple(cluster.members))]
    before = candidate.status
    tally.write(tally.count(stage, items, votes_needed=_votes_needed(candidate.review, stage)))
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
    needed = _votes_needed(review, stage)
    for outcomes in outcomes_of(review, stage, votes_needed=needed):
        moved = tally.write(outcomes)
        if stage == Stage.TITLE_ABSTRACT and moved:
            shapes = clusters.load({c.subject_id for c in moved})
            _follow_moved(review, moved, shapes)


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


def outcomes_of(review: Review, stage: Stage, *, votes_needed: int) -> Iterator[list[Outcome]]:
    """What every candidate of a stage would be if a decision needed so many votes, batch by batch; writes nothing."""
    ids = list(Candidate.objects.of(review, stage).order_by("pk").values_list("pk", flat=True))
    for batch in _batches(ids):
        candidates = list(Candidate.objects.filter(pk__in=batch).order_by("pk"))
        if stage == Stage.FULL_TEXT:
            items = [Item(c, (c.subject_id,)) for c in candidates]
        else:
            shapes = clusters.load({c.subject_id for c in candidates})
            items = [Item(c, tuple(shapes[c.subject_id].members)) for c in candidates]
        yield tally.count(stage, items, votes_needed=votes_needed)


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
    made = [
        Candidate(review=review, stage=Stage.TITLE_ABSTRACT, record_id=root)
        for root in sorted(screened)
        if root not in existing
    ]
    Candidate.objects.bulk_create(made)
    candidates = [c for root, c in existing.items() if root in screened] + made
    items = [Item(c, tuple(screened[c.subject_id].members)) for c in candidates]
    needed = _votes_needed(review, Stage.TITLE_ABSTRACT)
    tally.write(tally.count(Stage.TITLE_ABSTRACT, items, votes_needed=needed))
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
        made = [
            Candidate(review=review, stage=Stage.FULL_TEXT, report_id=pk)
            for pk in sorted(read - set(existing))
        ]
        Candidate.objects.bulk_create(made)
        candidates = [c for report, c in existing.items() if report in read] + made
        items = [Item(c, (c.subject_id,)) for c in candidates]
        needed = _votes_needed(review, Stage.FULL_TEXT)
        tally.write(tally.count(Stage.FULL_TEXT, items, votes_needed=needed))


def _votes_needed(review: Review, stage: Stage) -> int:
    return Policy.objects.in_force(review, stage).votes_needed


def _batches(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
