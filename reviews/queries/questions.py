"""What people are asked about duplicates: a group of records at a time, those most alike first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from reviews.deduplication import RULES
from reviews.models import DuplicateQuestion, DuplicateVerdict, Event, Judgement, Record, Review, User
from reviews.queries.clusters import heads_of, members_with
from reviews.queries.duplicates import Cluster, side_by_side

#: More records than these nobody compares at once; the rest of a larger group is asked about next.
AT_MOST = 6


@dataclass(frozen=True, slots=True)
class Group:
    """Records that may be one article, why that is asked, and the heads of the clusters they are in now."""

    questions: list[DuplicateQuestion]
    cluster: Cluster
    heads: list[int]

    @property
    def reasons(self) -> list[str]:
        """Why they are asked about, in words, each once."""
        return list(dict.fromkeys(RULES.get(one.rule, "Somebody wants to know.") for one in self.questions))

    @property
    def first(self) -> DuplicateQuestion:
        """The question it was put together around: the place in the queue."""
        return self.questions[0]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many pairs people have answered, and how many wait."""

    answered: int
    open: int

    @property
    def total(self) -> int:
        """All that was asked."""
        return self.answered + self.open


def progress_of(review: Review) -> Progress:
    """How far the team is with its questions."""
    answers = DuplicateVerdict.objects.filter(
        review=review,
        verdict__in=[Judgement.SAME, Judgement.DIFFERENT],
        rule="",
        taken_back_by=None,
        decision__verb__in=["duplicates.answered", "duplicates.accepted"],
    )
    answered = answers.values("left", "right").distinct().count()
    return Progress(answered, DuplicateQuestion.objects.filter(review=review).count())


def next_group(review: Review, *, after: int = 0) -> Group | None:
    """The next records to ask about; after question `after`, and from the start again behind the last one."""
    questions = DuplicateQuestion.objects.filter(review=review)
    passed = questions.filter(pk=after).first()
    if passed:
        for seed in questions.filter(_behind(passed))[:50]:
            group = _around(review, seed)
            # One that was passed by already comes again at the end, with those of its group.
            if not any(_rank(one) <= _rank(passed) for one in group):
                return _group(group)
    seed_or_none = questions.first()
    return _group(_around(review, seed_or_none)) if seed_or_none else None


def group_of(review: Review, record_ids: Iterable[int]) -> Group | None:
    """Records that somebody chose to compare, each with its cluster; None for fewer than two clusters of this review."""
    ids = set(Record.objects.of(review).filter(pk__in=list(record_ids)).values_list("pk", flat=True))
    heads = sorted(set(heads_of(ids).values()))
    if len(heads) < 2:
        return None
    return Group([], side_by_side(_members(heads)), heads)


def last_answer(review: Review, by: User) -> Event | None:
    """What this person answered last and has not taken back."""
    standing = Event.objects.filter(review=review, actor=by, verb__in=["duplicates.answered"])
    found = standing.filter(verdicts__taken_back_by=None, verdicts__isnull=False).order_by("-pk")
    return found.first()


def counts_by_rule(review: Review) -> list[tuple[str, str, int]]:
    """The open questions by what made the rules ask: name, words, number."""
    rows = DuplicateQuestion.objects.filter(review=review).order_by("rule").values_list("rule")
    return [
        (rule, RULES.get(rule, "Asked again by somebody."), n) for rule, n in rows.annotate(n=Count("pk"))
    ]


def _rank(question: DuplicateQuestion) -> tuple[float, int]:
    return -question.score, question.pk


def _behind(question: DuplicateQuestion) -> Q:
    return Q(score__lt=question.score) | Q(score=question.score, pk__gt=question.pk)


def _around(review: Review, seed: DuplicateQuestion) -> list[DuplicateQuestion]:
    """The question and others about the same clusters, as long as not too many records come together."""
    ids, found = members_with({seed.left_id, seed.right_id}), {seed.pk: seed}
    while True:
        touching = _touching(review, ids).exclude(pk__in=found)
        fresh = None
        for question in touching[: AT_MOST * AT_MOST]:
            grown = ids | members_with({question.left_id, question.right_id})
            if len(grown) <= max(AT_MOST, len(ids)):
                fresh, ids = question, grown
                break
        if fresh is None:
            return list(found.values())
        found[fresh.pk] = fresh


def _touching(review: Review, ids: set[int]) -> QuerySet[DuplicateQuestion]:
    either = Q(left__in=ids) | Q(right__in=ids)
    return DuplicateQuestion.objects.filter(either, review=review)


def _group(questions: list[DuplicateQuestion]) -> Group:
    heads = sorted(set(heads_of({pk for one in questions for pk in (one.left_id, one.right_id)}).values()))
    return Group(questions, side_by_side(_members(heads)), heads)


def _members(heads: list[int]) -> list[Record]:
    """All records of these clusters, cluster by cluster, the canonical record of each first."""
    rows = Record.objects.filter(Q(pk__in=heads) | Q(duplicate_of__in=heads))
    return sorted(
        rows.select_related("search", "origin"),
        key=lambda row: (heads.index(row.duplicate_of_id or row.pk), row.duplicate_of_id is not None, row.pk),
    )


def in_words(questions: Iterable[DuplicateQuestion]) -> list[tuple[DuplicateQuestion, str]]:
    """Questions with the reason why they are asked."""
    return [(one, RULES.get(one.rule, "Asked again by somebody.")) for one in questions]
