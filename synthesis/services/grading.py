"""Verbs: judge a domain of GRADE, give the numbers to judge by, and arrange the summary of findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction

from reviews.access import May, require
from reviews.errors import ChangedMeanwhile, NothingToDo, Refused
from reviews.models import Review, User
from reviews.services import history
from reviews.services.locking import lock
from synthesis.grading import DOMAINS, Decision, in_words
from synthesis.models import Analysis, CertaintyBasis, CertaintyDecision, SofSettings
from synthesis.queries.grading import Graded, basis_of, graded_analyses, sof_settings

#: A summary of findings has at most seven outcomes (Handbook 14.1.1).
MOST_OUTCOMES = 7
MOST_RISKS = 3
_BASIS = (
    "risks", "thresholds", "thresholds_source", "sd", "scale", "comparator_mean", "reduction", "delta", "alpha", "power",
    "comment",
)  # fmt: skip
_SETTINGS = ("analyses", "population", "setting", "comment")


@transaction.atomic
def decide(
    *, analysis: Analysis, domain: str, change: int, reason: str = "", seen: int | None = None, by: User
) -> CertaintyDecision:
    """Say by how many levels `domain` moves certainty, and why. A change needs a reason, and so does no change where the
    numbers speak for one. `seen` is the id of the decision that was on the page (0: none)."""
    graded = _locked(analysis, by)
    try:
        Decision(domain, change)
    except ValueError as error:
        raise Refused(str(error)) from error
    judged, reason = graded.judged(domain), reason.strip()
    before = judged.decision
    if seen is not None and seen != (before.pk if before else 0):
        raise ChangedMeanwhile("Somebody judged this after you opened the page. Look at it again.")
    suggested = judged.suggestion.change
    if not reason and change and domain != "design":
        raise Refused("Say why: the reason becomes a footnote of the summary of findings.")
    if not reason and suggested is not None and change != suggested:
        raise Refused("Say why you judge otherwise than the numbers suggest.")
    if before and (before.change, before.reason) == (change, reason) and not judged.is_stale:
        raise NothingToDo("That is how it stands already.")
    decision = CertaintyDecision.objects.create(
        analysis=graded.analysis,
        run=graded.run,
        domain=domain,
        change=change,
        reason=reason,
        suggestion=asdict(judged.suggestion),
        basis=asdict(basis_of(graded.basis)),
        by=by,
    )
    name = DOMAINS[domain].name.lower()
    sentence = f"judged {name} of “{graded.analysis}”: {in_words(domain, change).lower()}"
    history.record("certainty.judged", sentence, review=analysis.review, subject=graded.analysis, by=by)
    return decision


@transaction.atomic
def give_basis(*, analysis: Analysis, seen: int | None = None, by: User, **numbers: Any) -> CertaintyBasis:
    """Comparator risks with their sources, thresholds, information size, a scale, a plain comment: all of them anew.

    `numbers` by the names of CertaintyBasis; `seen` as in `decide`.
    """
    graded = _locked(analysis, by)
    before = graded.basis
    if seen is not None and seen != (before.pk or 0):
        raise ChangedMeanwhile(
            "Somebody changed these numbers after you opened the page. Look at them again."
        )
    row = CertaintyBasis(analysis=graded.analysis, by=by, **numbers)
    _check_basis(row)
    if all(getattr(row, name) == getattr(before, name) for name in _BASIS):
        raise NothingToDo("Nothing was changed.")
    row.save(force_insert=True)
    sentence = f"gave the numbers by which certainty in “{graded.analysis}” is judged"
    history.record("certainty.basis_given", sentence, review=analysis.review, subject=graded.analysis, by=by)
    return row


@transaction.atomic
def arrange(
    *,
    review: Review,
    chosen: Sequence[Analysis],
    population: str = "",
    setting: str = "",
    comment: str = "",
    seen: int | None = None,
    by: User,
) -> SofSettings:
    """Say which analyses the summary of findings shows, in which order, and what stands above it."""
    require(May.ANALYSE, review=review, by=by)
    lock(review)
    if len(chosen) > MOST_OUTCOMES:
        raise Refused(f"A summary of findings has at most {MOST_OUTCOMES} outcomes.")
    if any(analysis.review_id != review.pk for analysis in chosen):
        raise Refused("An analysis of another review cannot be shown here.")
    if len({analysis.pk for analysis in chosen}) < len(chosen):
        raise Refused("Choose each analysis once.")
    before = sof_settings(review)
    if seen is not None and seen != (before.pk or 0):
        raise ChangedMeanwhile("Somebody arranged the table after you opened the page. Look at it again.")
    row = SofSettings(
        review=review,
        analyses=[analysis.pk for analysis in chosen],
        population=population.strip(),
        setting=setting.strip(),
        comment=comment.strip(),
        by=by,
    )
    if all(getattr(row, name) == getattr(before, name) for name in _SETTINGS):
        raise NothingToDo("Nothing was changed.")
    row.save(force_insert=True)
    history.record(
        "certainty.summary_arranged",
        f"arranged the summary of findings: {len(chosen)} outcomes",
        review=review,
        subject=row,
        by=by,
    )
    return row


def _locked(analysis: Analysis, by: User) -> Graded:
    """The analysis with everything about its certainty, held until the transaction ends."""
    require(May.ANALYSE, review=analysis.review, by=by)
    Analysis.objects.select_for_update(no_key=True, of=("self",)).get(pk=analysis.pk)
    found = graded_analyses(analysis.review, only=analysis.pk)
    if not found:
        raise Refused("This analysis has been replaced by a newer one. Judge that one.")
    return found[0]


def _check_basis(row: CertaintyBasis) -> None:
    if len(row.risks) > MOST_RISKS:
        raise Refused(f"Give at most {MOST_RISKS} comparator risks.")
    for risk in row.risks:
        _check_risk(risk)
    sizes = row.thresholds
    if len(sizes) > MOST_RISKS or any(not size > 0 for size in sizes) or sizes != sorted(set(sizes)):
        raise Refused("Thresholds are at most three different sizes above zero, smallest first.")
    if row.sd is not None and not row.sd > 0:
        raise Refused("A standard deviation is above zero.")


def _check_risk(risk: Mapping[str, Any]) -> None:
    if not 0 < risk["risk"] < 1:
        raise Refused("A comparator’s risk lies between 0 and 100 %, without these two.")
    if not str(risk["source"]).strip():
        raise Refused("Say where each comparator’s risk comes from.")
