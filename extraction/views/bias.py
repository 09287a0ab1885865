"""Risk of bias: the table of all studies, and one assessor's form."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from extraction.forms.assessment import AssessmentForm
from extraction.forms.sheet import whole
from extraction.models import Completion, Outcome, Study
from extraction.queries.bias import own_at
from extraction.queries.bias_table import bias_table
from extraction.queries.bias_tools import results_to_judge, tool_of
from extraction.queries.bias_units import units_of
from extraction.queries.progress import progress
from extraction.queries.studies import documents_of
from extraction.riskofbias import DIRECTIONS
from extraction.services import bias, completion
from reviews.access import May, may, review_for
from reviews.errors import Refused
from reviews.models import Membership
from reviews.views.answers import carry_out

BIAS = Completion.Task.BIAS


@require_safe
def table(request: HttpRequest, slug: str) -> HttpResponse:
    """Traffic lights: studies down, items across; of the tool and the outcome that the address asks for."""
    member = review_for(request, slug, May.VIEW, section="bias")
    context = {
        "table": bias_table(
            member, tool=request.GET.get("tool", ""), outcome=whole(request.GET.get("outcome"))
        ),
        "may_assess": may(member, May.ASSESS),
        "may_settle": may(member, May.SETTLE),
        "may_choose": may(member, May.EDIT_PROTOCOL),
    }
    return render(request, "extraction/bias_table.html", context)


def assess(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The form, of the whole study or of one outcome's result; `finish` saves and finishes."""
    member = review_for(request, slug, May.ASSESS, section="bias")
    study = get_object_or_404(Study, review=member.review, pk=pk)
    tool, outcomes = tool_of(study), results_to_judge(study.review_id)
    outcome = _outcome(request, outcomes)
    data = request.POST.dict() if request.method == "POST" else None
    own = own_at(study, tool, user=member.user)
    form = AssessmentForm(tool, own, data, outcome=outcome.pk if outcome else None)
    if data is not None and _saved(request, member, study, form):
        return redirect(request.get_full_path())
    context = _drawn(request, member, study, form)
    context |= {"outcome": outcome, "units": units_of(tool, form.own, outcomes)}
    return render(request, "extraction/bias.html", context, status=422 if data is not None else 200)


def _outcome(request: HttpRequest, outcomes: list[Outcome]) -> Outcome | None:
    asked = request.GET.get("outcome")
    if not asked:
        return None
    found = next((outcome for outcome in outcomes if outcome.pk == whole(asked)), None)
    if found is None:
        raise Http404("No such outcome.")
    return found


def _drawn(request: HttpRequest, member: Membership, study: Study, form: AssessmentForm) -> dict[str, Any]:
    state, documents = progress(study, BIAS), documents_of(study)
    return {
        "study": study,
        "tool": form.tool,
        "questions": form.questions(),
        "errors": len(form.errors),
        "directions": DIRECTIONS,
        "documents": documents,
        "reading": next((row for row in documents if row.pk == whole(request.GET.get("read"))), None),
        "finished": member.user_id in state.through,
        "sees_others": state.sees_others(member.user_id),
        "may_settle": may(member, May.SETTLE),
    }


def _saved(request: HttpRequest, member: Membership, study: Study, form: AssessmentForm) -> bool:
    """Save what can be saved; False when the form has to be shown again."""
    try:
        saved = bias.assess(study=study, tool=form.tool, opinions=form.opinions(), by=member.user)
    except Refused as error:
        messages.error(request, str(error))
        return False
    if saved.refused:
        form.own = own_at(study, form.tool, user=member.user)
        form.errors = {item: str(error) for item, error in saved.refused.items()}
        return False
    try:
        if "finish" in request.POST:
            completion.finish(study=study, task=BIAS, by=member.user)
        messages.success(request, "Saved and finished." if "finish" in request.POST else "Saved.")
    except Refused as error:
        messages.error(request, f"Saved, but not finished. {error}")
    return True


@require_POST
def reopen(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Go back to my assessment."""
    member = review_for(request, slug, May.ASSESS)
    study = get_object_or_404(Study, review=member.review, pk=pk)
    verb = partial(completion.reopen, study=study, task=BIAS, by=member.user)
    return carry_out(request, reverse("extraction:bias", args=[slug, pk]), verb)
