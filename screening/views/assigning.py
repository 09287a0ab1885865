"""Who reads what, and the review's labels."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from reviews.access import May, may, review_for
from reviews.errors import Refused
from reviews.models import Membership
from reviews.views.answers import carry_out
from screening.forms.reading import BatchForm, LabelForm
from screening.models import Batch, Label, Policy, Stage
from screening.queries.reading import labels_in_use, parts_of, unassigned
from screening.services import assignments, policies
from screening.services import labels as label_verbs


@require_http_methods(["GET", "HEAD", "POST"])
def assignment(request: HttpRequest, slug: str, stage: Stage) -> HttpResponse:
    """The batches in force with everybody's part in them, and the form that gives out another."""
    posted = request.method == "POST"
    member = review_for(request, slug, May.EDIT_PROTOCOL if posted else May.VIEW, section=_section(stage))
    policy = Policy.objects.in_force(member.review, stage)
    form = BatchForm(
        request.POST if posted else None,
        screeners=policies.screeners(member.review),
        initial={"readers": assignments.readers_of(policy)},
    )
    if posted and form.is_valid() and (done := _give_out(request, member, stage, form)):
        return done
    context = {
        "stage": stage,
        "policy": policy,
        "form": form,
        "batches": parts_of(member.review, stage),
        "free": unassigned(member.review, stage),
        "may_edit": may(member, May.EDIT_PROTOCOL),
    }
    return render(request, "screening/assignment.html", context, status=422 if form.errors else 200)


def _give_out(request: HttpRequest, member: Membership, stage: Stage, form: BatchForm) -> HttpResponse | None:
    try:
        batch = assignments.give_out(review=member.review, stage=stage, **form.values, by=member.user)
    except Refused as error:
        form.add_error(None, str(error))
        return None
    to = reverse("screening:assignment", args=[member.review.slug, stage])
    return carry_out(request, to, lambda: batch, done=f"{batch.size} given out.")


@require_POST
def take_batch_back(request: HttpRequest, slug: str, stage: Stage, pk: int) -> HttpResponse:
    """Make a batch anybody's again."""
    member = review_for(request, slug, May.EDIT_PROTOCOL, section=_section(stage))
    batch = get_object_or_404(Batch, pk=pk, review=member.review, stage=stage)
    verb = partial(assignments.take_back, batch=batch, by=member.user)
    to = reverse("screening:assignment", args=[slug, stage])
    return carry_out(request, to, verb, done=f"“{batch}” is anybody's again. Votes are kept.")


@require_http_methods(["GET", "HEAD", "POST"])
def labels(request: HttpRequest, slug: str) -> HttpResponse:
    """The review's labels, and a form for another."""
    posted = request.method == "POST"
    member = review_for(request, slug, May.SCREEN if posted else May.VIEW, section="protocol")
    form = LabelForm(request.POST if posted else None)
    if posted and form.is_valid():
        verb = partial(label_verbs.make, review=member.review, **form.cleaned_data, by=member.user)
        return carry_out(request, reverse("screening:labels", args=[slug]), verb)
    context = {
        "labels": labels_in_use(member.review),
        "form": form,
        "may_screen": may(member, May.SCREEN),
    }
    return render(request, "screening/labels.html", context, status=422 if form.errors else 200)


@require_POST
def retire_label(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Offer a label no more."""
    member = review_for(request, slug, May.SCREEN, section="protocol")
    label = get_object_or_404(Label, pk=pk, review=member.review)
    verb = partial(label_verbs.retire, label=label, by=member.user)
    return carry_out(request, reverse("screening:labels", args=[slug]), verb)


def _section(stage: Stage) -> str:
    return "fulltext" if stage == Stage.FULL_TEXT else "screening"
