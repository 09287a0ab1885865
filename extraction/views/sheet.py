"""The extraction sheet of a study."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from extraction.forms.sheet import SheetForm, whole
from extraction.models import Completion, Study
from extraction.queries.cells import own_values, sheet_of
from extraction.queries.checks import findings_of, findings_seen
from extraction.queries.progress import progress
from extraction.queries.questions import threads
from extraction.queries.studies import documents_of
from extraction.services import completion, values
from reviews.access import May, may, review_for
from reviews.errors import Refused
from reviews.models import Membership
from reviews.views.answers import carry_out
from screening.models import Report

RESULTS = Completion.Task.RESULTS


def extract(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The sheet; its Save button sends all of it."""
    member = review_for(request, slug, May.EXTRACT, section="extraction")
    study = get_object_or_404(Study, review=member.review, pk=pk)
    form = _form(study, member, request.POST if request.method == "POST" else None)
    if form.data is not None:
        try:
            saved = _save_all(study, form, request.POST.get("use", ""), member)
        except Refused as error:
            messages.error(request, str(error))
        else:
            if not saved.refused:
                messages.success(request, "Saved." if saved.values else "There was nothing new to save.")
                opened = request.POST.get("next") or request.POST.get("open", "")
                return redirect(
                    f"{reverse('extraction:extract', args=[slug, pk])}?cell={opened}#cell-{opened}"
                )
            form.own = own_values(study, user=member.user)
            form.errors = {cell: str(error) for cell, error in saved.refused.items()}
    context = _sheet_context(request, member, study, form)
    return render(request, "extraction/extract.html", context, status=422 if form.data is not None else 200)


def _save_all(study: Study, form: SheetForm, used: str, member: Membership) -> values.Saved:
    """Everything that was sent; then, where the person asked to `use` what follows for a cell, that number as well."""
    saved = values.save(study=study, readings=form.readings(), by=member.user)
    if used and not saved.refused:
        form.own = own_values(study, user=member.user)
        if reading := form.use(used):
            return values.save(study=study, readings=[reading], by=member.user)
    return saved


def _form(study: Study, member: Membership, data: Any) -> SheetForm:
    reports = list(Report.objects.filter(study_links__study=study, study_links__ended_at=None).order_by("pk"))
    return SheetForm(sheet_of(study), own_values(study, user=member.user), reports, data)


def _sheet_context(request: HttpRequest, member: Membership, study: Study, form: SheetForm) -> dict[str, Any]:
    state, documents = progress(study, RESULTS), documents_of(study)
    key = request.GET.get("cell") or request.POST.get("open", "")
    blocks = form.blocks()
    opened = form.opened(key)
    return {
        "study": study,
        "form": form,
        "blocks": blocks,
        "open": opened,
        "open_line": form.line_of(opened) if opened else [],
        "errors": len(form.errors),
        "reports": form.reports,
        "documents": documents,
        "reading": next((row for row in documents if row.pk == whole(request.GET.get("read"))), None),
        "finished": member.user_id in state.through,
        "findings": findings_of(study, findings_seen(member.review, viewer=member.user)),
        "threads": threads(study, state, viewer=member.user),
        "sees_others": state.sees_others(member.user_id) and not state.awaits_verification,
        "may_settle": may(member, May.SETTLE),
    }


@require_POST
def save(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What a script sends while somebody types: the cells that changed. The answer says what became of each."""
    member = review_for(request, slug, May.EXTRACT)
    study = get_object_or_404(Study, review=member.review, pk=pk)
    form = _form(study, member, None)
    try:
        readings = form.sent(request.body)
        saved = values.save(study=study, readings=readings, by=member.user)
    except Refused as error:
        return JsonResponse({"error": str(error)}, status=409)
    form.own = own_values(study, user=member.user)
    return JsonResponse(form.answer(readings, saved))


@require_POST
def finish(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """My extraction is done, or (`reopen`) it is not."""
    member = review_for(request, slug, May.EXTRACT)
    study = get_object_or_404(Study, review=member.review, pk=pk)
    verb = completion.reopen if "reopen" in request.POST else completion.finish
    to = reverse("extraction:extract", args=[slug, pk])
    return carry_out(request, to, partial(verb, study=study, task=RESULTS, by=member.user))
