"""What a team says about its flow diagram, and somebody else's diagram checked by the same rules."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from extraction.models import Study
from reviews.access import May, review_for
from reviews.errors import Refused
from reviews.models import Job, Membership
from synthesis.forms.flow import DayForm, StatementForm, TableForm
from synthesis.models import FlowStatement
from synthesis.queries.flow import earlier_studies
from synthesis.reporting import flow_rules
from synthesis.reporting.flow import from_data
from synthesis.reporting.flow_boxes import diagram
from synthesis.services import flow as verbs
from synthesis.services import flow_then
from synthesis.views.flow import drawn


def statement(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether this is an update, and notes on warnings."""
    membership = review_for(request, slug, May.ANALYSE, section="prisma")
    said = FlowStatement.objects.in_force(membership.review)
    posted = request.POST if request.method == "POST" else None
    form = StatementForm(posted, initial={name: getattr(said, name) for name in verbs.FIELDS})
    if form.is_valid():
        try:
            verbs.state(review=membership.review, by=membership.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved. The diagram and its rules take it into account.")
            return redirect("synthesis:prisma_statement", slug)
    return render(request, "synthesis/prisma_statement.html", _about(membership, form, said))


def _about(membership: Membership, form: StatementForm, said: FlowStatement) -> dict[str, object]:
    earlier = set(earlier_studies(membership.review).values_list("pk", flat=True))
    studies = Study.objects.filter(review=membership.review) if said.is_update else Study.objects.none()
    return {"form": form, "said": said, "studies": [(study, study.pk in earlier) for study in studies]}


@require_POST
def mark_earlier(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Mark a study as one that the earlier review had, or take the mark off."""
    membership = review_for(request, slug, May.ANALYSE)
    study = get_object_or_404(Study, pk=pk, review=membership.review)
    try:
        verbs.mark_earlier(study=study, is_earlier="earlier" in request.POST, by=membership.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("synthesis:prisma_statement", slug)


def check_table(request: HttpRequest, slug: str) -> HttpResponse:
    """Read a table of the PRISMA2020 package, draw it, and say whether it adds up; nothing is kept."""
    review_for(request, slug, May.VIEW, section="prisma")
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        shown = diagram(form.counts, title="The diagram of this table")
        context |= {"svg": drawn(shown), "rules": flow_rules.check(form.counts)}
    return render(request, "synthesis/prisma_check.html", context)


def then(request: HttpRequest, slug: str) -> HttpResponse:
    """The diagram as it was on a day: asked for by POST, counted by a job, shown by GET."""
    member = review_for(request, slug, May.VIEW, section="prisma")
    form = DayForm(request.POST or request.GET or None)
    if request.method == "POST" and form.is_valid():
        try:
            flow_then.ask(review=member.review, day=form.cleaned_data["day"], by=member.user)
        except Refused as refusal:
            form.add_error("day", str(refusal))
        else:
            return redirect(f"{request.path}?{urlencode({'day': form.cleaned_data['day']})}")
    job = flow_then.asked(member.review, form.cleaned_data["day"]) if form.is_valid() else None
    return render(request, "synthesis/prisma_then.html", {"form": form, "job": job} | _counted(job))


def _counted(job: Job | None) -> dict[str, object]:
    """The diagram and its rules, once they have been counted."""
    if job is None or job.status != Job.Status.DONE:
        return {}
    counts = from_data(job.outcome["counts"])
    title = job.title.removeprefix("Counting the ").capitalize()
    return {"svg": drawn(diagram(counts, title=title)), "rules": flow_rules.check(counts), "title": title}
