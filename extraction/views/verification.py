"""One extraction, confirmed cell by cell by a second person."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from extraction.forms.sheet import whole
from extraction.forms.verifying import ConfirmForm, CorrectForm
from extraction.models import Completion, Study
from extraction.queries.cells import sheet_of
from extraction.queries.progress import Progress, progress
from extraction.queries.questions import threads
from extraction.queries.standing import people_of
from extraction.queries.studies import documents_of
from extraction.queries.verification import steps_of
from extraction.services import values, verification
from extraction.views.consensus import back_to
from reviews.access import May, review_for
from reviews.errors import ChangedMeanwhile
from reviews.models import Membership, User
from reviews.views.answers import carry_out, first_error


@require_safe
def verify(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The next open cell with its value, quote and page; all cells below it."""
    member = review_for(request, slug, May.SETTLE, section="extraction")
    study = get_object_or_404(Study, review=member.review, pk=pk)
    state = progress(study, Completion.Task.RESULTS)
    if not state.is_verified or len(state.through) > 1:
        return redirect("extraction:compare", slug, pk)
    return render(request, "extraction/verify.html", _context(request, member, study, state))


def _context(request: HttpRequest, member: Membership, study: Study, state: Progress) -> dict[str, Any]:
    people, documents = people_of(member.review), documents_of(study)
    context: dict[str, Any] = {
        "study": study,
        "through": [people[user] for user in sorted(state.through)],
        "in_the_middle": member.user_id in state.begun - state.through,
        "is_own": member.user_id in state.through,
    }
    if not state.may_verify(member.user_id):
        return context
    steps = steps_of(study, state)
    step = steps.current(request.GET.get("cell", ""), request.GET.get("after", ""))
    asked = threads(study, state, viewer=member.user)
    return context | {
        "verification": steps,
        "step": step,
        "threads": [one for one in asked if step and one.cell in step.cells],
        "open_questions": {one.cell.key for one in asked if not one.is_resolved},
        "documents": documents,
        "reading": next((row for row in documents if row.pk == whole(request.GET.get("read"))), None),
        "user_id": member.user_id,
    }


@require_POST
def confirm(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What stands there is what the report says; on to the next."""
    member = review_for(request, slug, May.SETTLE)
    study = get_object_or_404(Study, review=member.review, pk=pk)
    form = ConfirmForm(request.POST, sheet=sheet_of(study))
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(back_to(request, "verify", slug, pk))
    cells, reading, seen = (form.cleaned_data[name] for name in ("cells", "reading", "seen"))
    to = back_to(request, "verify", slug, pk, after=cells[0].key if cells else "")
    if not reading:
        return carry_out(
            request, to, partial(verification.confirm_empty, study=study, cells=cells, by=member.user)
        )
    verb = partial(verification.confirm, study=study, cell=cells[0], reading=reading, seen=seen)
    return carry_out(request, to, partial(verb, by=member.user))


@require_POST
def correct(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The report says something else."""
    member = review_for(request, slug, May.SETTLE)
    study = get_object_or_404(Study, review=member.review, pk=pk)
    form = CorrectForm(request.POST, sheet=sheet_of(study))
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(back_to(request, "verify", slug, pk, cell=request.POST.get("cell", "")[:80]))
    cell = form.cleaned_data["cell"]
    to = back_to(request, "verify", slug, pk, after=cell.key)
    verb = partial(_correct, study=study, said=form.cleaned_data, by=member.user)
    return carry_out(request, to, verb, done="Corrected.")


def _correct(*, study: Study, said: dict[str, Any], by: User) -> None:
    """The page and quote of the reading stand, where there was one: the number was read wrongly there."""
    source = study.values.filter(pk=said["reading"], settled=False).first() if said["reading"] else None
    if said["reading"] and source is None:
        raise ChangedMeanwhile("This reading was changed after you opened the page. Look at it again.")
    names = ("cell", "text", "note", "seen")
    values.settle(study=study, **{name: said[name] for name in names}, chosen_from=source, by=by)
