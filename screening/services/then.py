"""How far screening was at a moment in the past, computed from the facts that were there; writes nothing.

Exclusion reasons are ranked as they are today: their order is not a fact but a setting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from reviews.models import Record, Removal, Review, Search
from reviews.services.clustering import heads_then
from screening.decision import Cast, Reason, Ruling, ballots, decide, newest, while_set_aside
from screening.models import (
    Pick,
    PilotRecord,
    Policy,
    Report,
    ReportRecord,
    Resolution,
    Retrieval,
    SettingAside,
    Stage,
    Vote,
)
from screening.queries import Route
from screening.services import seeking
from screening.services.clusters import Cluster
from screening.services.seeking import Links
from screening.services.tally import OWNER

#: A status, and the id of the reason for an exclusion.
Said = tuple[str, int | None]


@dataclass(slots=True)
class Then:
    """A review at a moment.

    search_of, kind_of  of each record there was; head_of  the record that spoke for its cluster.
    removed    how the canonical records that had been taken out were.
    titles, texts  status and reason of each candidate, by record and by report.
    sought     the reports sought by each route; retrieval  what had become of each report.
    """

    search_of: dict[int, int] = field(default_factory=dict)
    kind_of: dict[int, str] = field(default_factory=dict)
    head_of: dict[int, int] = field(default_factory=dict)
    removed: dict[int, str] = field(default_factory=dict)
    titles: dict[int, Said] = field(default_factory=dict)
    texts: dict[int, Said] = field(default_factory=dict)
    sought: dict[Route, set[int]] = field(default_factory=dict)
    retrieval: dict[int, str] = field(default_factory=dict)


def screening_then(*, review: Review, at: datetime) -> Then:
    """Everything that the flow diagram counts of records and reports; time and memory grow with the review."""
    then = Then(head_of=dict(heads_then(review=review, at=at)))
    rows = Record.objects.of(review).filter(origin__created_at__lte=at)
    for pk, search, kind in rows.values_list("pk", "search", "search__kind").iterator():
        then.search_of[pk], then.kind_of[pk] = search, kind
    shapes = _clusters(review, then, at)
    screened = {root: tuple(shape.members) for root, shape in shapes.items() if shape.is_screened}
    then.titles = _decided(review, Stage.TITLE_ABSTRACT, screened, at)
    _seek(review, then, shapes, at)
    read = {
        report: (report,)
        for report in set().union(*then.sought.values())
        if then.retrieval[report] == Report.Retrieved.RETRIEVED
    }
    then.texts = _decided(review, Stage.FULL_TEXT, read, at)
    return then


def _clusters(review: Review, then: Then, at: datetime) -> dict[int, Cluster]:
    taken_out: dict[int, str] = dict(
        Removal.objects.filter(record__review=review, at__lte=at).order_by("pk").values_list("record", "kind")
    )
    shapes: dict[int, Cluster] = {}
    for pk in sorted(then.search_of):
        root = then.head_of[pk]
        shape = shapes.setdefault(root, Cluster(root))
        shape.members.append(pk)
        shape.from_databases |= then.kind_of[pk] in Search.SCREENED_KINDS
        if pk == root and (kind := taken_out.get(pk, "")):
            shape.removed, then.removed[pk] = True, kind
    return shapes


def _decided(
    review: Review, stage: Stage, owners: Mapping[int, Collection[int]], at: datetime
) -> dict[int, Said]:
    """The status of each subject; `owners` are the records or the report whose votes count for it."""
    policy = _policy(review, stage, at)
    drawn = _drawn(review, stage, at) if policy.has_pilot else set()
    column = OWNER[stage]
    facts = {"review": review, "stage": stage, "at__lte": at}
    casts: dict[int, list[Cast]] = defaultdict(list)
    votes = Vote.objects.filter(**facts).order_by("pk")
    for of, pk, who, verdict, reason, rank in votes.values_list(
        column, "pk", "reviewer_id", "verdict", "reason_id", "reason__rank"
    ):
        casts[of].append(Cast(pk, who, verdict, _reason(reason, rank)))
    rulings: dict[int, list[Ruling]] = defaultdict(list)
    resolutions = Resolution.objects.filter(**facts).order_by("pk")
    for of, pk, verdict, reason, rank in resolutions.values_list(
        column, "pk", "verdict", "reason_id", "reason__rank"
    ):
        rulings[of].append(Ruling(pk, verdict, _reason(reason, rank)))
    aside = _set_aside(review, at) if stage == Stage.FULL_TEXT else {}
    found: dict[int, Said] = {}
    for subject, ones in owners.items():
        decision = decide(
            ballots(cast for one in ones for cast in casts.get(one, ())),
            rule=policy.pilot_rule if not drawn.isdisjoint(ones) else policy.rule,
            checked=policy.checks(subject),
            ruling=newest(ruling for one in ones for ruling in rulings.get(one, ())),
        )
        decision = while_set_aside(decision, aside.get(subject, ()))
        found[subject] = (decision.status.value, decision.reason.id if decision.reason else None)
    return found


def _set_aside(review: Review, at: datetime) -> dict[int, tuple[str, ...]]:
    """The last word on each report that was ever set aside."""
    rows = SettingAside.objects.filter(report__review=review, at__lte=at).order_by("pk")
    return {report: (kind,) for report, kind in rows.values_list("report", "kind")}


def _policy(review: Review, stage: Stage, at: datetime) -> Policy:
    rows = Policy.objects.filter(review=review, stage=stage, at__lte=at).order_by("-version")
    return rows.first() or Policy(review=review, stage=stage, version=0, by=review.created_by)


def _drawn(review: Review, stage: Stage, at: datetime) -> set[int]:
    """The records or reports of pilot rounds that counted then."""
    given_up = Q(pilot__end__outcome="abandoned", pilot__end__at__lte=at)
    rows = PilotRecord.objects.filter(pilot__review=review, stage=stage, pilot__at__lte=at).exclude(given_up)
    return set(rows.values_list(OWNER[stage], flat=True))


def _reason(pk: int | None, rank: int | None) -> Reason | None:
    return None if pk is None or rank is None else Reason(rank=rank, id=pk)


def _seek(review: Review, then: Then, shapes: dict[int, Cluster], at: datetime) -> None:
    links = ReportRecord.objects.filter(report__review=review, at__lte=at).order_by("pk")
    report_of: dict[int, int] = dict(links.values_list("record", "report"))
    described = set(links.values_list("report", flat=True))
    retrieval = dict.fromkeys(described, str(Report.Retrieved.SOUGHT))
    steps = Retrieval.objects.filter(report__review=review, at__lte=at).order_by("pk")
    then.retrieval = retrieval | dict(steps.values_list("report", "outcome"))
    picks = Pick.objects.filter(record__review=review, at__lte=at).order_by("pk")
    picked = {record: (pk, sought) for pk, record, sought in picks.values_list("pk", "record_id", "sought")}
    work: dict[int, int] = defaultdict(int)
    votes = Vote.objects.filter(review=review, stage=Stage.FULL_TEXT, at__lte=at)
    for report in votes.values_list("report", flat=True):
        work[report or 0] += 1
    included = {root for root, (status, _) in then.titles.items() if status == "included"}
    by_databases, by_other = seeking.routes(
        Links(shapes, report_of, described),
        retrieval=then.retrieval,
        included=included,
        picked=picked,
        work=work,
    )
    then.sought = {Route.DATABASES: by_databases, Route.OTHER_METHODS: by_other}
