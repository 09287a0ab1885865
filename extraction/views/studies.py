"""The studies of a review, and one of them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from extraction.forms.sheet import whole
from extraction.forms.structure import ArmForm, TimeForm
from extraction.forms.studies import PlacingForm, StudyForm
from extraction.models import Study, StudyReport
from extraction.queries.overview import states
from extraction.queries.page import study_page
from extraction.queries.standing import team_standing
from extraction.queries.studies import awaiting_a_study, studies_with_reports
from extraction.services import studies as verbs
from reviews.access import May, may, review_for
from reviews.models import Membership
from reviews.views.answers import carry_out, first_error, saved


@require_safe
def studies(request: HttpRequest, slug: str) -> HttpResponse:
    """Reports that await a study, and the studies there are."""
    member = review_for(request, slug, May.VIEW, section="studies")
    every, user = states(member.review), member.user_id
    rows = [
        (study, team_standing(every[study.pk].results, user), team_standing(every[study.pk].bias, user))
        for study in studies_with_reports(member.review)
    ]
    context = {
        "may_extract": may(member, May.EXTRACT),
        "waiting": awaiting_a_study(member.review),
        "rows": rows,
        "labels": {study.label for study, *_ in rows},
    }
    return render(request, "extraction/studies.html", context)


@require_POST
def place(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a study of a waiting report, or (`join`) let it join the study that has this label."""
    member = review_for(request, slug, May.EXTRACT)
    to, form = reverse("extraction:studies", args=[slug]), PlacingForm(request.POST, review=member.review)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(to)
    label, report = form.cleaned_data["label"], form.cleaned_data["report"]
    if "join" not in request.POST:
        year = whole(request.POST.get("year"))
        verb = partial(verbs.found, review=member.review, reports=[report], label=label, year=year)
        return carry_out(request, to, partial(verb, by=member.user), done=f"“{label}” is a study now.")
    study = Study.objects.filter(review=member.review, label=label).first()
    if study is None:
        messages.error(request, f"There is no study called “{label}” to join.")
        return redirect(to)
    joined = partial(verbs.join, study=study, report=report, by=member.user)
    return carry_out(request, to, joined, done=f"The report belongs to “{study}” now.")


@require_POST
def make_each(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a study of every waiting report."""
    member = review_for(request, slug, May.EXTRACT)
    verb = partial(verbs.found_each, review=member.review, by=member.user)
    return carry_out(
        request, reverse("extraction:studies", args=[slug]), verb, done="Each report has its study."
    )


@require_safe
def study(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """All about one study."""
    member = review_for(request, slug, May.VIEW, section="studies")
    subject = get_object_or_404(Study, review=member.review, pk=pk)
    return render(request, "extraction/study.html", study_context(member, subject))


def study_context(
    member: Membership, subject: Study, *, arm_form: ArmForm | None = None, time_form: TimeForm | None = None
) -> dict[str, Any]:
    """What the page of a study shows; also when a new arm or time has to be corrected."""
    return {
        "study": subject,
        "page": study_page(subject, viewer=member.user),
        "may_extract": may(member, May.EXTRACT),
        "may_assess": may(member, May.ASSESS),
        "may_settle": may(member, May.SETTLE),
        "arm_form": arm_form or ArmForm(auto_id="arm_%s"),
        "time_form": time_form or TimeForm(auto_id="time_%s"),
    }


def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change the details of a study."""
    member = review_for(request, slug, May.EXTRACT, section="studies")
    subject = get_object_or_404(Study, review=member.review, pk=pk)
    form = StudyForm(request.POST or None, instance=get_object_or_404(Study, pk=pk))
    to = reverse("extraction:study", args=[slug, pk])
    verb = partial(verbs.edit, study=subject, by=member.user)
    if request.method == "POST" and (answer := saved(request, form, to, verb, done="The details are saved.")):
        return answer
    context = {"form": form, "heading": f"Details of {subject}", "back": to, "back_title": subject.label}
    return render(request, "extraction/form_page.html", context, status=422 if form.errors else 200)


@require_POST
def part(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Part a report from its study."""
    member = review_for(request, slug, May.EXTRACT)
    links = StudyReport.objects.select_related("study__review", "report")
    link = get_object_or_404(links, study__review=member.review, pk=pk)
    to = reverse("extraction:study", args=[slug, link.study_id])
    return carry_out(
        request, to, partial(verbs.part, link=link, by=member.user), done="The report awaits a study again."
    )
