"""Judgements from a file of robvis: looked at first, then taken as one's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from extraction.forms.tool_files import RobvisForm
from extraction.queries.bias_table import tools_used
from extraction.queries.bias_tools import results_to_judge
from extraction.riskofbias.robvis import BadTable, Read, read
from extraction.services import bias_import
from reviews.access import May, review_for
from reviews.errors import Refused
from reviews.models import Membership

_SALT = "extraction.bias-import"


def take(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a file, look at what it would do, take it."""
    member = review_for(request, slug, May.ASSESS, section="bias")
    data = _kept(request) if "take" in request.POST else None
    form = RobvisForm(
        request.POST or None,
        request.FILES or None,
        tools=tools_used(member.review),
        outcomes=results_to_judge(member.review.pk),
        content=data,
    )
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid() and (found := _read(form)):
        if data is not None and _taken(request, member, form, found):
            return redirect("extraction:bias_table", slug)
        context |= _preview(member, form, found)
    return render(request, "extraction/bias_import.html", context, status=422 if form.errors else 200)


def _kept(request: HttpRequest) -> bytes | None:
    """The file as it was looked at: it travels with the page, signed, so that what is taken is what was shown."""
    try:
        text: str = signing.loads(request.POST.get("kept", ""), salt=_SALT)
    except signing.BadSignature:
        return None
    return text.encode()


def _read(form: RobvisForm) -> Read | None:
    try:
        return read(form.tool, form.content)
    except BadTable as error:
        form.add_error("file", str(error))
        return None


def _preview(member: Membership, form: RobvisForm, found: Read) -> dict[str, Any]:
    rows = [row for _, row in found.rows]
    takings = bias_import.preview(
        review=member.review, tool=form.tool, outcome=form.outcome, rows=rows, by=member.user
    )
    return {
        "tool": form.tool,
        "outcome": form.outcome,
        "name": form.name,
        "takings": takings,
        "problems": found.problems,
        "count": sum(len(taking.levels) for taking in takings),
        "kept": signing.dumps(form.content.decode("utf-8-sig"), salt=_SALT, compress=True),
    }


def _taken(request: HttpRequest, member: Membership, form: RobvisForm, found: Read) -> bool:
    try:
        count = bias_import.take(
            review=member.review,
            tool=form.tool,
            outcome=form.outcome,
            rows=[row for _, row in found.rows],
            name=form.name,
            by=member.user,
        )
    except Refused as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, f"Taken: {count} judgements, as yours.")
    return True
