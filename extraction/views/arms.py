"""The arms of a study, and on which side of a comparison each stands."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from extraction.forms.sheet import whole
from extraction.forms.structure import ArmForm, ArmsChoiceForm
from extraction.models import Arm, Study
from extraction.services import structure as verbs
from extraction.views.studies import study_context
from reviews.access import May, review_for
from reviews.errors import Refused
from reviews.views.answers import carry_out, first_error, saved


@require_POST
def add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Add an arm."""
    member = review_for(request, slug, May.EXTRACT, section="studies")
    study = get_object_or_404(Study, review=member.review, pk=pk)
    form = ArmForm(request.POST, auto_id="arm_%s")
    if form.is_valid():
        try:
            verbs.add_arm(study=study, **form.values, by=member.user)
            return redirect(f"{reverse('extraction:study', args=[slug, pk])}#arms")
        except Refused as error:
            form.add_error(None, str(error))
    return render(request, "extraction/study.html", study_context(member, study, arm_form=form), status=422)


def revise(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put the words of an arm right."""
    member = review_for(request, slug, May.EXTRACT, section="studies")
    arm = get_object_or_404(Arm.objects.select_related("study__review"), study__review=member.review, pk=pk)
    form = ArmForm(request.POST or None, instance=get_object_or_404(Arm, pk=pk))
    to = reverse("extraction:study", args=[slug, arm.study_id])
    verb = partial(verbs.revise, thing=arm, by=member.user)
    if request.method == "POST" and (
        answer := saved(request, form, f"{to}#arms", verb, done="The arm is saved.")
    ):
        return answer
    context = {"form": form, "heading": f"Arm of {arm.study}", "back": to, "back_title": arm.study.label}
    return render(request, "extraction/form_page.html", context, status=422 if form.errors else 200)


@require_POST
def retire(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Retire an arm, or (`restore`) bring it back."""
    member = review_for(request, slug, May.EXTRACT)
    arm = get_object_or_404(Arm.objects.select_related("study__review"), study__review=member.review, pk=pk)
    verb = verbs.bring_back if "restore" in request.POST else verbs.retire
    to = f"{reverse('extraction:study', args=[slug, arm.study_id])}#arms"
    return carry_out(request, to, partial(verb, thing=arm, by=member.user))


@require_POST
def arrange(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put the arms on the sides of the comparisons: fields side-<comparison>-<arm>."""
    member = review_for(request, slug, May.EXTRACT)
    study = get_object_or_404(Study, review=member.review, pk=pk)
    sides: dict[tuple[int, int], str] = {}
    for name, side in request.POST.items():
        kind, _, pair = name.partition("-")
        comparison, arm = (whole(part) for part in (*pair.split("-"), "")[:2])
        if kind == "side" and comparison is not None and arm is not None:
            sides[comparison, arm] = str(side)
    to = f"{reverse('extraction:study', args=[slug, pk])}#sides"
    verb = partial(verbs.arrange, study=study, sides=sides, by=member.user)
    return carry_out(request, to, verb, done="The sides are saved.")


@require_POST
def choose(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say how several arms on one side enter a comparison."""
    member = review_for(request, slug, May.EXTRACT)
    study = get_object_or_404(Study, review=member.review, pk=pk)
    to = f"{reverse('extraction:study', args=[slug, pk])}#sides"
    form = ArmsChoiceForm(request.POST, review=member.review.pk)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(to)
    verb = partial(verbs.choose_arms, study=study, **form.cleaned_data, by=member.user)
    return carry_out(request, to, verb, done="The choice is saved.")
