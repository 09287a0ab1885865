"""The protocol page and its forms."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reviews.access import May, may, review_for
from reviews.forms.protocol import (
    USUAL_REASONS,
    CriterionForm,
    NewCriterionForm,
    NewReasonForm,
    QuestionForm,
    ReasonForm,
    SetUpForm,
    TermsForm,
)
from reviews.forms.rows import RowForm
from reviews.models import Criterion, ExclusionReason, Membership, Review
from reviews.services import protocol as verbs
from reviews.views.answers import carry_out, first_error, saved
from reviews.views.steps import setup_steps


@require_safe
def protocol(request: HttpRequest, slug: str) -> HttpResponse:
    """Question, criteria, reasons and highlighted words."""
    member = review_for(request, slug, May.VIEW, section="protocol")
    criteria = list(member.review.criteria.all())
    reasons = list(member.review.exclusion_reasons.all())
    in_use = [criterion for criterion in criteria if criterion.retired_at is None]
    context = {
        "may_edit": may(member, May.EDIT_PROTOCOL),
        "inclusion": [criterion for criterion in in_use if criterion.kind == Criterion.Kind.INCLUSION],
        "exclusion": [criterion for criterion in in_use if criterion.kind == Criterion.Kind.EXCLUSION],
        "retired_criteria": [criterion for criterion in criteria if criterion.retired_at],
        "reasons": [reason for reason in reasons if reason.retired_at is None],
        "retired_reasons": [reason for reason in reasons if reason.retired_at],
        "new_criterion": NewCriterionForm(auto_id="new_criterion_%s"),
        "new_reason": NewReasonForm(auto_id="new_reason_%s"),
    }
    return render(request, "reviews/protocol.html", context)


def question(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the question."""
    member = review_for(request, slug, May.EDIT_PROTOCOL, section="protocol")
    form = QuestionForm(request.POST or None, instance=_fresh(member))
    verb = partial(verbs.change_question, review=member.review, by=member.user)
    return _edit(request, member, form, verb, "The question")


def terms(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the highlighted words."""
    member = review_for(request, slug, May.EDIT_PROTOCOL, section="protocol")
    form = TermsForm(request.POST or None, instance=_fresh(member))
    verb = partial(verbs.change_terms, review=member.review, by=member.user)
    return _edit(request, member, form, verb, "Highlighted words")


def criterion(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change a criterion."""
    member = review_for(request, slug, May.EDIT_PROTOCOL, section="protocol")
    row = get_object_or_404(Criterion, pk=pk, review=member.review)
    form = CriterionForm(request.POST or None, instance=row)

    def verb(values: dict[str, Any], seen: str) -> None:
        verbs.change_criterion(criterion=row, text=values["text"], seen=seen, by=member.user)

    return _edit(request, member, form, verb, row.get_kind_display())


def reason(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Rename an exclusion reason."""
    member = review_for(request, slug, May.EDIT_PROTOCOL, section="protocol")
    row = get_object_or_404(ExclusionReason, pk=pk, review=member.review)
    form = ReasonForm(request.POST or None, instance=row)

    def verb(values: dict[str, Any], seen: str) -> None:
        verbs.rename_reason(reason=row, label=values["label"], seen=seen, by=member.user)

    return _edit(request, member, form, verb, "Exclusion reason")


def _fresh(member: Membership) -> Review:
    """Another copy of the review: the form writes what was typed into it, and the page shows the stored one."""
    return Review.objects.get(pk=member.review_id)


def _edit(request: HttpRequest, member: Membership, form: RowForm, verb: Any, heading: str) -> HttpResponse:
    to = reverse("reviews:protocol", args=[member.review.slug])
    if request.method == "POST" and (answer := saved(request, form, to, verb, done=f"{heading}: saved.")):
        return answer
    context = {"form": form, "heading": heading, "back": to}
    return render(request, "reviews/protocol_edit.html", context, status=422 if form.errors else 200)


@require_POST
def criterion_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a criterion."""
    member = review_for(request, slug, May.EDIT_PROTOCOL)
    return _add(
        request, member, NewCriterionForm(request.POST), partial(verbs.add_criterion, review=member.review)
    )


@require_POST
def reason_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add an exclusion reason."""
    member = review_for(request, slug, May.EDIT_PROTOCOL)
    return _add(request, member, NewReasonForm(request.POST), partial(verbs.add_reason, review=member.review))


def _add(request: HttpRequest, member: Membership, form: Any, verb: Any) -> HttpResponse:
    to = reverse("reviews:protocol", args=[member.review.slug])
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(to)
    return carry_out(request, to, partial(verb, **form.cleaned_data, by=member.user))


@require_POST
def criterion_retire(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Retire a criterion, or take it up again (`restore`)."""
    member = review_for(request, slug, May.EDIT_PROTOCOL)
    row = get_object_or_404(Criterion, pk=pk, review=member.review)
    verb = verbs.restore_criterion if "restore" in request.POST else verbs.retire_criterion
    to = reverse("reviews:protocol", args=[slug])
    return carry_out(request, to, partial(verb, criterion=row, by=member.user))


@require_POST
def reason_retire(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Retire a reason, or take it up again (`restore`)."""
    member = review_for(request, slug, May.EDIT_PROTOCOL)
    row = get_object_or_404(ExclusionReason, pk=pk, review=member.review)
    verb = verbs.restore_reason if "restore" in request.POST else verbs.retire_reason
    to = reverse("reviews:protocol", args=[slug])
    return carry_out(request, f"{to}#reasons", partial(verb, reason=row, by=member.user))


@require_POST
def reason_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Rank a reason higher (`up`) or lower."""
    member = review_for(request, slug, May.EDIT_PROTOCOL)
    row = get_object_or_404(ExclusionReason, pk=pk, review=member.review)
    to = reverse("reviews:protocol", args=[slug])
    verb = partial(verbs.move_reason, reason=row, up="up" in request.POST, by=member.user)
    return carry_out(request, f"{to}#reasons", verb)


def set_up(request: HttpRequest, slug: str) -> HttpResponse:
    """The second step of a new review: criteria and reasons."""
    member = review_for(request, slug, May.EDIT_PROTOCOL, section="protocol")
    form = SetUpForm(request.POST or None, initial={"reasons": "\n".join(USUAL_REASONS)})
    if request.method == "POST" and form.is_valid():
        to = reverse("screening:policy", args=[slug])
        return carry_out(
            request, to, partial(verbs.set_up, review=member.review, **form.cleaned_data, by=member.user)
        )
    context = {"form": form, "steps": setup_steps(member.review, 1)}
    return render(request, "reviews/set_up.html", context, status=422 if form.errors else 200)
