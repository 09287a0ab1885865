"""Records as they are read: marked words, the reader's own vote and labels, why they come now, and what was decided last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from django.db.models import Q
from django.utils.safestring import SafeString

from reviews.models import Membership, Record, Review, User
from reviews.queries.shown import shown_of
from screening.highlighting import Words, marked_as
from screening.models import Candidate, Label, Labelling, Preference, Stage, Standing, Vote
from screening.picowords import pico_words

LAST_VOTES = 5


@dataclass(frozen=True, slots=True)
class CardLabel:
    """A label that is offered: whether the reader put it on, and who else did, as far as the reader may know."""

    label: Label
    mine: bool
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A candidate as it is read: marked texts, the reader's own vote and labels.

    `lent_by` is the source of the duplicate whose abstract is shown, when the record itself has none; `why` one line about why it
    comes now, or empty.
    """

    candidate: Candidate
    title: SafeString
    abstract: SafeString
    mine: Vote | None = None
    labels: tuple[CardLabel, ...] = ()
    lent_by: str = ""
    why: str = ""


def words_of(review: Review, preference: Preference, *, pico: bool = False) -> tuple[Words, ...]:
    """What is marked for this reader: their own words before the team's, and with `pico` the protocol's question last."""
    question = [
        ("Population", review.population),
        ("Intervention", review.intervention),
        ("Comparator", review.comparator),
        ("Outcome", review.outcomes),
        ("Study design", review.study_designs),
    ]
    return (
        Words("for", preference.terms_for),
        Words("against", preference.terms_against),
        Words("for", review.terms_for),
        Words("against", review.terms_against),
        *(Words("pico", pico_words(text), title) for title, text in question if pico),
    )


def cards(
    member: Membership,
    candidates: Iterable[Candidate],
    *,
    preference: Preference | None = None,
    pico: bool = False,
    unread: bool = False,
    why: dict[int, str] | None = None,
) -> list[Card]:
    """The candidates with words marked for this member, with their own vote and what labels they may see.

    `unread` ones are known to have no vote of theirs.
    """
    candidates = list(candidates)
    preference = preference or Preference.objects.of(member.review, member.user)
    lent = _with_best_values([candidate.record for candidate in candidates if candidate.record])
    mine = {} if unread else _votes_of(member.user, candidates)
    labels = labels_of(member, candidates)
    mark = partial(marked_as, words=words_of(member.review, preference, pico=pico))
    return [
        Card(
            candidate,
            mark(_record(candidate).title),
            mark(_record(candidate).abstract),
            mine.get(candidate.pk),
            labels[candidate.pk],
            lent.get(_record(candidate).pk, ""),
            (why or {}).get(candidate.pk, ""),
        )
        for candidate in candidates
    ]


def _votes_of(user: User, candidates: Collection[Candidate]) -> dict[int, Vote]:
    standing = Standing.objects.filter(candidate__in=candidates, reviewer=user)
    return {row.candidate_id: row.vote for row in standing.select_related("vote__reason")}


def _record(candidate: Candidate) -> Record:
    assert candidate.record is not None  # noqa: S101 - candidates of this stage are records
    return candidate.record


def _with_best_values(records: Sequence[Record]) -> dict[int, str]:
    """A record without an abstract is read with the one that a duplicate of it has; returns whose that is."""
    shown = shown_of(records)
    lenders = {}
    for record in records:
        best = shown[record.pk]
        source = best.sources["abstract"]
        if not record.abstract and best.values["abstract"] and source != record.pk:
            lenders[record.pk] = source
        for field, value in best.values.items():
            setattr(record, field, value)
    named = Record.objects.filter(pk__in=lenders.values()).select_related("search") if lenders else ()
    names = {record.pk: record.search.source for record in named}
    return {pk: names[source] for pk, source in lenders.items()}


def labels_of(member: Membership, candidates: Collection[Candidate]) -> dict[int, tuple[CardLabel, ...]]:
    """For each candidate all labels that are offered or that are on it, by name; of others only what `member` may see."""
    offered = list(Label.objects.filter(review=member.review).order_by("name", "pk"))
    of_record = {candidate.record_id: candidate.pk for candidate in candidates}
    on: dict[tuple[int, int], list[User]] = defaultdict(list)
    if offered and candidates:
        about = Q(record__in=of_record) | Q(record__duplicate_of__in=of_record)
        visible = Labelling.objects.visible_to(member).standing().filter(about)
        for row in visible.select_related("by", "record"):
            on[of_record[row.record.duplicate_of_id or row.record_id], row.label_id].append(row.by)
    return {candidate.pk: _labels(offered, on, candidate.pk, member) for candidate in candidates}


def _labels(
    offered: list[Label], on: dict[tuple[int, int], list[User]], pk: int, member: Membership
) -> tuple[CardLabel, ...]:
    found = []
    for label in offered:
        people = on.get((pk, label.pk), [])
        mine = any(person.pk == member.user_id for person in people)
        others = tuple(sorted({str(person) for person in people if person.pk != member.user_id}))
        if label.retired_at is None or people:
            found.append(CardLabel(label, mine, others))
    return tuple(found)


def last_votes(review: Review, user: User, n: int = LAST_VOTES) -> list[Vote]:
    """This reviewer's newest votes that still stand."""
    standing = Standing.objects.filter(review=review, stage=Stage.TITLE_ABSTRACT, reviewer=user)
    newest = standing.order_by("-vote_id").select_related("vote__record", "vote__reason")
    return [row.vote for row in newest[:n]]
