"""Risk of bias: the table of all studies, and one assessor's form."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from extraction.forms.assessment import AssessmentForm
from extraction.forms.sheet import whole
from extraction.models import Completion, Study
from extraction.queries.bias import own_judgements, traffic_lights
from extraction.queries.overview import states
from extraction.queries.progress import progress
from extraction.queries.standing import own_standing, team_standing
from extraction.queries.studies import documents_of
from extraction.riskofbias import ROB1
from extraction.services import bias, completion
from reviews.access import May, may, review_for
from reviews.errors import Refused
from reviews.models import Membership
from reviews.views.answers import carry_out

BIAS = Completion.Task.BIAS


@require_safe
def table(request: HttpRequest, slug: str) -> HttpResponse:
    """Traffic lights: studies down, items across."""
    member = review_for(request, slug, May.VIEW, section="bias")
    every, user = states(member.review), member.user_id
    lights = traffic_lights(member.review, ROB1, every, viewer=member.user)
    rows = []
    for study in Study.objects.filter(review=member.review):
        work = every[study.pk].bias
        rows.append(
            {
                "study": study,
                "lights": lights[study.pk],
                "mine": own_standing(work, user),
                "team": team_standing(work, user),
                "to_settle": work.to_settle and work.through and work.sees_others(user),
                "work": work,
            }
        )
    context = {"rows": rows, "tool": ROB1}
    context |= {"may_assess": may(member, May.ASSESS), "may_settle": may(member, May.SETTLE)}
    return render(request, "extraction/bias_table.html", context)


def assess(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The form; `finish` saves and finishes."""
    member = review_for(request, slug, May.ASSESS, section="bias")
    study = get_object_or_404(Study, review=member.review, pk=pk)
    data = request.POST.dict() if request.method == "POST" else None
    form = AssessmentForm(ROB1, own_judgements(study, ROB1, user=member.user), data)
    if data is not None and _saved(request, member, study, form):
        return redirect("extraction:bias", slug, pk)
    state, documents = progress(study, BIAS), documents_of(study)
    context = {
        "study": study,
        "tool": ROB1,
        "questions": form.questions(),
        "errors": len(form.errors),
        "documents": documents,
        "reading": next((row for row in documents if row.pk == whole(request.GET.get("read"))), None),
        "finished": member.user_id in state.through,
        "sees_others": state.sees_others(member.user_id),
        "may_settle": may(member, May.SETTLE),
    }
    return render(request, "extraction/bias.html", context, status=422 if data is not None else 200)


def _saved(request: HttpRequest, member: Membership, study: Study, form: AssessmentForm) -> bool:
    """Save what can be saved; False when the form has to be shown again."""
    try:
        saved = bias.assess(study=study, tool=ROB1, opinions=form.opinions(), by=member.user)
    except Refused as error:
        messages.error(request, str(error))
        return False
    if saved.refused:
        form.own = own_judgements(study, ROB1, user=member.user)
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
