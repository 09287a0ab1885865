"""The forms of a review: the list, one of them with its studies, and the builder."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from extraction.forms.answering import NewForm
from extraction.forms.builder import BuilderForm
from extraction.models import Questionnaire, Study
from extraction.queries.answers import form_works
from extraction.queries.questionnaires import effects, form_of, forms_of
from extraction.queries.standing import own_standing, people_of, team_standing
from extraction.questionnaires import TEMPLATES, problems
from extraction.services import questionnaires as verbs
from reviews.access import May, may, review_for
from reviews.errors import ChangedMeanwhile, NothingToDo, Refused
from reviews.models import Membership
from reviews.views.answers import carry_out


@require_safe
def forms(request: HttpRequest, slug: str) -> HttpResponse:
    """The forms of the review."""
    member = review_for(request, slug, May.VIEW, section="extraction")
    return _list(request, member, NewForm(auto_id="form_%s"))


def _list(request: HttpRequest, member: Membership, new: NewForm) -> HttpResponse:
    every, user = forms_of(member.review), member.user_id
    works = form_works(member.review, every)
    rows = []
    for form in every:
        here = [work for (pk, _), work in works.items() if pk == form.questionnaire.pk]
        rows.append(
            {
                "form": form,
                "studies": len(here),
                "mine": sum(user in work.through for work in here),
                "settled": sum(work.is_settled for work in here),
            }
        )
    context = {
        "rows": rows,
        "retired": Questionnaire.objects.filter(review=member.review, retired_at__isnull=False),
        "templates": TEMPLATES,
        "new": new,
        "may_extract": may(member, May.EXTRACT),
    }
    status = 422 if new.is_bound else 200
    return render(request, "extraction/questionnaires/list.html", context, status=status)


@require_POST
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a form."""
    member = review_for(request, slug, May.EXTRACT, section="extraction")
    new = NewForm(request.POST, auto_id="form_%s")
    if new.is_valid():
        try:
            form = verbs.add(review=member.review, **new.cleaned_data, by=member.user)
        except Refused as error:
            new.add_error("name", str(error))
        else:
            page = "form" if form.template else "form_edit"
            return redirect(f"extraction:{page}", slug, form.pk)
    return _list(request, member, new)


@require_safe
def form(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A form: where every study stands, what it asks, and its versions."""
    member = review_for(request, slug, May.VIEW, section="extraction")
    shown = form_of(get_object_or_404(Questionnaire, review=member.review, pk=pk))
    context = {
        "form": shown,
        "rows": _studies(member, shown.questionnaire, form_works(member.review, [shown])),
        "may_extract": may(member, May.EXTRACT),
        "may_settle": may(member, May.SETTLE),
    }
    return render(request, "extraction/questionnaires/form.html", context)


def _studies(member: Membership, questionnaire: Questionnaire, works: Any) -> list[dict[str, Any]]:
    people, user, rows = people_of(member.review), member.user_id, []
    asked = Counter(questionnaire.askings.order_by().values_list("study_id", flat=True))
    for study in Study.objects.filter(review=member.review):
        work = works[questionnaire.pk, study.pk]
        rows.append(
            {
                "study": study,
                "mine": own_standing(work, user),
                "team": team_standing(work, user),
                "through": [people[person] for person in sorted(work.through)],
                # What was asked may give an answer away, and is done with when all is settled.
                "asked": asked[study.pk] if work.to_settle and work.sees_others(user) else 0,
                "to_settle": work.to_settle and work.through and work.sees_others(user),
            }
        )
    return rows


def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The builder: every button sends the whole page; “save” saves what was looked at."""
    member = review_for(request, slug, May.EXTRACT, section="extraction")
    stored = form_of(get_object_or_404(Questionnaire, review=member.review, pk=pk))
    page = BuilderForm(stored, request.POST if request.method == "POST" else None)
    do = request.POST.get("do", "check") if request.method == "POST" else ""
    if do not in {"", "check", "save"}:
        page.act(do)
        return _builder(request, page)
    if do == "save" and request.POST.get("checked") == page.digest and _saved(request, page, member):
        return redirect("extraction:form", slug, pk)
    return _builder(request, page, checked=bool(do))


def _saved(request: HttpRequest, page: BuilderForm, member: Membership) -> bool:
    """Save the page as a new version; False when it has to be looked at again."""
    verb = partial(verbs.revise, questionnaire=page.form.questionnaire, definition=page.definition())
    try:
        version = verb(name=page.name, note=page.note, seen=page.seen, by=member.user)
        messages.success(request, f"Saved. Version {version.number} is asked from now on.")
    except NothingToDo as error:
        messages.info(request, str(error))
    except ChangedMeanwhile as error:
        newest = page.form.newest.number
        page.seen = newest
        messages.error(
            request,
            f"{error} What you wrote stands below, compared with version {newest}; look at it and save again.",
        )
        return False
    except Refused as error:
        messages.error(request, str(error))
        return False
    return True


def _builder(request: HttpRequest, page: BuilderForm, *, checked: bool = False) -> HttpResponse:
    definition = page.definition()
    wrong = problems(definition) if checked else {}
    page.show(wrong)
    stale = page.seen != page.form.newest.number
    context = {
        "page": page,
        "form": page.form,
        "wrong": len(wrong),
        "stale": stale,
        "checked": checked and not wrong,
        "effects": effects(page.form, definition) if checked and not wrong else [],
        "renamed": page.name != page.form.questionnaire.name,
    }
    status = 422 if wrong or (checked and stale) else 200
    return render(request, "extraction/questionnaires/builder.html", context, status=status)


@require_POST
def retire(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Retire a form, or (`restore`) bring it back."""
    member = review_for(request, slug, May.EXTRACT)
    questionnaire = get_object_or_404(Questionnaire, review=member.review, pk=pk)
    verb = verbs.bring_back if "restore" in request.POST else verbs.retire
    to = reverse("extraction:forms", args=[slug])
    return carry_out(request, to, partial(verb, questionnaire=questionnaire, by=member.user))
