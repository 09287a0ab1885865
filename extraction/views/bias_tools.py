"""Which tools a review assesses with, the builder of its own, and how far assessors agree."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from extraction.forms.tool_builder import ToolForm
from extraction.models.bias import CustomTool
from extraction.queries.bias_agreement import agreement_on
from extraction.queries.bias_table import tools_used
from extraction.queries.bias_tools import tool_choices, tools_to_choose
from extraction.services import bias_tools as verbs
from reviews.access import May, may, review_for
from reviews.errors import Refused
from reviews.views.answers import carry_out


@require_safe
def tools(request: HttpRequest, slug: str) -> HttpResponse:
    """Which tool studies of each design are assessed with, and the tools of the team."""
    member = review_for(request, slug, May.VIEW, section="bias")
    context = {
        "choices": tool_choices(member.review),
        "tools": tools_to_choose(member.review),
        "own": CustomTool.objects.filter(review=member.review, replaced_by=None).select_related("by"),
        "may_choose": may(member, May.EDIT_PROTOCOL),
    }
    return render(request, "extraction/bias_tools.html", context)


@require_POST
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose the tool for a design, or for every other one."""
    member = review_for(request, slug, May.EDIT_PROTOCOL)
    tool, design = request.POST.get("tool", ""), request.POST.get("design", "")
    verb = partial(verbs.choose, review=member.review, tool=tool, design=design, by=member.user)
    return carry_out(request, reverse("extraction:bias_tools", args=[slug]), verb, done="The tool is chosen.")


def write(request: HttpRequest, slug: str, pk: int = 0) -> HttpResponse:
    """Write a tool of the team's own, or a new version of one."""
    member = review_for(request, slug, May.EDIT_PROTOCOL, section="bias")
    before = get_object_or_404(CustomTool, review=member.review, pk=pk) if pk else None
    form = ToolForm(request.POST if request.method == "POST" else None, before)
    if request.method == "POST":
        try:
            made = verbs.write_tool(review=member.review, **form.told(), replaces=before, by=member.user)
        except Refused as error:
            form.error = str(error)
        else:
            messages.success(request, f"“{made}” is there to be chosen.")
            return redirect("extraction:bias_tools", slug)
    context = {"form": form, "before": before}
    return render(request, "extraction/bias_write.html", context, status=422 if form.error else 200)


@require_safe
def agreement(request: HttpRequest, slug: str) -> HttpResponse:
    """Percent agreement and κ for each item."""
    member = review_for(request, slug, May.SETTLE, section="bias")
    used = tools_used(member.review)
    tool = next((known for known in used if known.key == request.GET.get("tool")), used[0])
    if request.GET.get("tool") and tool.key != request.GET["tool"]:
        raise Http404("No study is assessed with this tool.")
    rows = agreement_on(member.review, tool, viewer=member.user)
    context = {"tool": tool, "tools": used, "rows": rows, "most": max(row.n for row in rows)}
    return render(request, "extraction/bias_agreement.html", context)
