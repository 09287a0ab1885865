"""Extraction: the list of studies, and what is to do on each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from extraction.models import Study
from extraction.queries.overview import Work, states
from extraction.queries.policy import mode_of
from extraction.queries.questions import questions_for
from extraction.queries.standing import own_standing, people_of, team_standing
from reviews.access import May, may, review_for
from reviews.models import Membership, User


@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is through with which study."""
    member = review_for(request, slug, May.VIEW, section="extraction")
    every, people = states(member.review), people_of(member.review)
    asked = questions_for(member.review, user=member.user_id)
    rows = [
        _row(study, every[study.pk].results, member, people) | {"asked": asked.get(study.pk, 0)}
        for study in Study.objects.filter(review=member.review)
    ]
    context = {
        "rows": rows,
        "mode": mode_of(member.review_id),
        "asked": sum(asked.values()),
        "may_extract": may(member, May.EXTRACT),
        "may_settle": may(member, May.SETTLE),
    }
    return render(request, "extraction/extraction.html", context)


def _row(study: Study, work: Work, member: Membership, people: dict[int, User]) -> dict[str, Any]:
    user, awaited = member.user_id, work.progress.awaits_verification
    takes_part = user in work.begun | work.through or len(work.begun) < work.needed
    return {
        "study": study,
        "mine": own_standing(work, user),
        "team": team_standing(work, user),
        "through": [people[pk] for pk in sorted(work.through)],
        "to_settle": work.to_settle and work.through and work.sees_others(user) and not awaited,
        "to_verify": work.to_settle if work.progress.may_verify(user) else 0,
        # Where one extractor is enough, a second one would only be blinded by beginning.
        "sheet": takes_part or not work.progress.is_verified,
        "work": work,
    }
