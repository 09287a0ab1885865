"""What a reader does on the screening page besides voting: labels, words of one's own, switches."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from reviews.access import May, review_for
from reviews.errors import NothingToDo, Refused
from reviews.models import Membership
from reviews.views.answers import carry_out, first_error
from screening.forms.labelling import PutLabelForm
from screening.forms.preferring import PreferenceForm, SwitchForm
from screening.models import Candidate, Preference, Stage
from screening.services import labels, preferences
from screening.views.screen import IN_BACKGROUND, address_of, number_in, posted_candidate, refuse


@require_POST
def put_label(request: HttpRequest, slug: str, stage: Stage) -> HttpResponse:
    """Put a label on a record or take one's own off; sent twice it counts once."""
    member = review_for(request, slug, May.SCREEN, section="screening")
    candidate = posted_candidate(request, member)
    form = PutLabelForm(request.POST, review=member.review)
    if not form.is_valid():
        return refuse(request, member, first_error(form))
    try:
        _put(member, candidate, form)
    except Refused as error:
        return refuse(request, member, str(error))
    return _done(request, member)


def _put(member: Membership, candidate: Candidate, form: PutLabelForm) -> None:
    on, off, name = (form.cleaned_data[field] for field in ("on", "off", "name"))
    with transaction.atomic():
        label = on or off or labels.make(review=member.review, name=name, by=member.user)
        try:
            labels.put(candidate=candidate, label=label, on=not off, by=member.user)
        except NothingToDo:  # sent a second time after a lost answer
            return


@require_POST
def prefer(request: HttpRequest, slug: str, stage: Stage) -> HttpResponse:
    """Keep one's own words and switches."""
    member = review_for(request, slug, May.VIEW, section="screening")
    kept = Preference.objects.of(member.review, member.user)
    form = PreferenceForm(request.POST, instance=kept)
    if not form.is_valid():
        return refuse(request, member, first_error(form))

    def verb() -> None:
        preferences.prefer(review=member.review, values=form.cleaned_data, by=member.user)

    return carry_out(request, _address(request, member), verb, done="Kept for you; nobody else sees it.")


@require_POST
def switch(request: HttpRequest, slug: str, stage: Stage) -> HttpResponse:
    """One switch on or off."""
    member = review_for(request, slug, May.VIEW, section="screening")
    form = SwitchForm(request.POST)
    if not form.is_valid():
        return refuse(request, member, first_error(form))
    preferences.prefer(review=member.review, values=form.values, by=member.user)
    return _done(request, member)


def _done(request: HttpRequest, member: Membership) -> HttpResponse:
    if IN_BACKGROUND in request.headers:
        return HttpResponse(status=204)
    return redirect(_address(request, member))


def _address(request: HttpRequest, member: Membership) -> str:
    record = number_in(request.POST.get("record"))
    return address_of(member) + (f"?record={record}" if record else "")
