"""The times at which a study measured."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from extraction.forms.structure import TimeForm
from extraction.models import Study, TimePoint
from extraction.services import structure as verbs
from extraction.views.studies import study_context
from reviews.access import May, review_for
from reviews.errors import Refused
from reviews.models import Membership
from reviews.views.answers import carry_out, saved


@require_POST
def add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Add a time."""
    member = review_for(request, slug, May.EXTRACT, section="studies")
    study = get_object_or_404(Study, review=member.review, pk=pk)
    form = TimeForm(request.POST, auto_id="time_%s")
    if form.is_valid():
        try:
            verbs.add_time(study=study, **form.values, by=member.user)
            return redirect(f"{reverse('extraction:study', args=[slug, pk])}#times")
        except Refused as error:
            form.add_error(None, str(error))
    context = study_context(member, study, time_form=form)
    return render(request, "extraction/study.html", context, status=422)


def revise(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put a time right."""
    member = review_for(request, slug, May.EXTRACT, section="studies")
    time = _time(member, pk)
    form = TimeForm(request.POST or None, instance=get_object_or_404(TimePoint, pk=pk))
    to = reverse("extraction:study", args=[slug, time.study_id])
    verb = partial(verbs.revise, thing=time, by=member.user)
    if request.method == "POST" and (
        answer := saved(request, form, f"{to}#times", verb, done="The time is saved.")
    ):
        return answer
    context = {"form": form, "heading": f"Time of {time.study}", "back": to, "back_title": time.study.label}
    return render(request, "extraction/form_page.html", context, status=422 if form.errors else 200)


@require_POST
def retire(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Retire a time, or (`restore`) bring it back."""
    member = review_for(request, slug, May.EXTRACT)
    time = _time(member, pk)
    verb = verbs.bring_back if "restore" in request.POST else verbs.retire
    to = f"{reverse('extraction:study', args=[slug, time.study_id])}#times"
    return carry_out(request, to, partial(verb, thing=time, by=member.user))


def _time(member: Membership, pk: int) -> TimePoint:
    times = TimePoint.objects.select_related("study__review")
    return get_object_or_404(times, study__review=member.review, pk=pk)
