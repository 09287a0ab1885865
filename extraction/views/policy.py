"""How a review extracts."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from extraction.forms.verifying import PolicyForm
from extraction.queries.policy import mode_of, policies_of
from extraction.services.policy import choose_mode
from reviews.access import May, may, review_for
from reviews.views.answers import carry_out


def policy(request: HttpRequest, slug: str) -> HttpResponse:
    """The mode in force, those before it, and the choice of another."""
    wants = May.EDIT_PROTOCOL if request.method == "POST" else May.VIEW
    member = review_for(request, slug, wants, section="extraction")
    mode = mode_of(member.review_id)
    form = PolicyForm(request.POST or None, initial={"mode": mode})
    if form.is_valid():
        verb = partial(choose_mode, review=member.review, **form.cleaned_data, by=member.user)
        to = reverse("extraction:extraction", args=[slug])
        return carry_out(request, to, verb, done="From now on results are extracted like this.")
    context = {
        "form": form,
        "mode": mode,
        "policies": policies_of(member.review),
        "may_choose": may(member, May.EDIT_PROTOCOL),
    }
    return render(request, "extraction/policy.html", context, status=422 if form.is_bound else 200)
