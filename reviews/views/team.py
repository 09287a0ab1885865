"""The team, invitations, and joining by a link."""

from __future__ import annotations

from functools import partial
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from reviews.access import May, may, review_for
from reviews.errors import NothingToDo, Refused
from reviews.forms.team import InvitationForm, RoleForm
from reviews.models import Invitation, Membership, User
from reviews.queries import people
from reviews.services import team as verbs
from reviews.views.answers import carry_out, first_error


@require_safe
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """Who works on the review, and as what."""
    member = review_for(request, slug, May.VIEW, section="team")
    leads = may(member, May.MANAGE_TEAM)
    context = {
        "team": people.team_of(member.review),
        "me": member,
        "may_manage": leads,
        "form": InvitationForm(auto_id="invite_%s"),
        "roles": RoleForm.base_fields["role"].choices,  # type: ignore[attr-defined]
        "invitations": people.open_invitations(member.review) if leads else [],
        "rights": people.rights(),
    }
    return render(request, "reviews/team.html", context)


@require_POST
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Make an invitation."""
    member = review_for(request, slug, May.MANAGE_TEAM)
    to = reverse("reviews:team", args=[slug]) + "#invitations"
    form = InvitationForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(to)
    verb = partial(verbs.invite, review=member.review, **form.cleaned_data, by=member.user)
    return carry_out(request, to, verb, done="The link is below. Send it to your colleague; it works once.")


@require_POST
def invitation_revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Withdraw an invitation."""
    member = review_for(request, slug, May.MANAGE_TEAM)
    invitation = get_object_or_404(Invitation, pk=pk, review=member.review)
    verb = partial(verbs.revoke, invitation=invitation, by=member.user)
    return carry_out(request, reverse("reviews:team", args=[slug]), verb, done="The link no longer works.")


@require_POST
def member_role(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Give a member another role."""
    member = review_for(request, slug, May.MANAGE_TEAM)
    row = get_object_or_404(Membership, pk=pk, review=member.review)
    to = reverse("reviews:team", args=[slug])
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(to)
    verb = partial(verbs.change_role, membership=row, role=form.cleaned_data["role"], by=member.user)
    return carry_out(request, to, verb, done="The role is changed.")


@require_POST
def member_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End a membership: one's own, or as a lead anybody's."""
    member = review_for(request, slug, May.VIEW)
    row = get_object_or_404(Membership, pk=pk, review=member.review)
    if row.pk != member.pk:
        member = review_for(request, slug, May.MANAGE_TEAM)
    to = reverse("reviews:team", args=[slug])
    answer = carry_out(request, to, partial(verbs.remove, membership=row, by=member.user))
    row.refresh_from_db()
    return redirect("reviews:home") if row.pk == member.pk and row.left_at else answer


@login_not_required
def join(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation: says what it is for, and lets somebody join who is signed in or signs in now."""
    invitation = Invitation.objects.filter(token=token).select_related("review", "created_by").first()
    if invitation is None:
        raise Http404("This link leads nowhere.")
    here = reverse("reviews:join", args=[token])
    if request.method == "POST" and not request.user.is_authenticated:
        # Said once, before the account is there; signing up must not be the last one sees of the review.
        request.session["joining"] = token
        to = "account_login" if "known" in request.POST else "account_signup"
        return redirect(f"{reverse(to)}?{urlencode({'next': here})}")
    if request.user.is_authenticated:
        consented = request.session.pop("joining", "") == token
        if request.method == "POST" or consented:
            return _accept(request, invitation)
    return render(
        request, "reviews/join.html", {"invitation": invitation, "why_not": verbs.why_not(invitation)}
    )


def _accept(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    try:
        verbs.accept(token=invitation.token, by=cast("User", request.user))
    except NothingToDo as error:
        messages.info(request, str(error))
    except Refused as error:
        return render(
            request, "reviews/join.html", {"invitation": invitation, "why_not": str(error)}, status=409
        )
    else:
        messages.success(request, f"Welcome to “{invitation.review}”.")
    return redirect("reviews:overview", invitation.review.slug)
