"""Searches, and uploading what was exported from them."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reviews.access import May, may, review_for
from reviews.errors import Refused
from reviews.forms.imports import HitsForm
from reviews.forms.searches import SearchForm
from reviews.forms.uploads import FilesForm
from reviews.models import Import, Membership, Search
from reviews.queries import doctor, searching
from reviews.services import searches as verbs
from reviews.services import uploads
from reviews.views.answers import saved


@require_safe
def searches(request: HttpRequest, slug: str) -> HttpResponse:
    """All searches, with what came from them."""
    member = review_for(request, slug, May.VIEW, section="searches")
    rows = searching.searches_of(member.review)
    return render(request, "reviews/searches.html", {"searches": rows, "may_search": may(member, May.SEARCH)})


def search_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Describe a new search."""
    member = review_for(request, slug, May.SEARCH, section="searches")
    form = SearchForm(request.POST or None, initial={"searcher": str(member.user)})
    if request.method == "POST" and form.is_valid():
        search = verbs.add(review=member.review, values=form.values, by=member.user)
        messages.success(request, "Now upload what was exported from it.")
        return redirect("reviews:search", slug, search.pk)
    return render(request, "reviews/search_form.html", {"form": form}, status=422 if form.errors else 200)


def search_change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Correct a search."""
    member = review_for(request, slug, May.SEARCH, section="searches")
    row = get_object_or_404(Search, pk=pk, review=member.review)
    form = SearchForm(request.POST or None, instance=row)
    to = reverse("reviews:search", args=[slug, pk])
    verb = partial(verbs.change, search=row, by=member.user)
    if request.method == "POST" and (answer := saved(request, form, to, verb, done="The search is saved.")):
        return answer
    context = {"form": form, "search": Search.objects.get(pk=pk)}
    return render(request, "reviews/search_form.html", context, status=422 if form.errors else 200)


@require_safe
def search(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One search: what is reported of it, its files, and room for more."""
    member = review_for(request, slug, May.VIEW, section="searches")
    row = get_object_or_404(Search, pk=pk, review=member.review)
    return _search_page(request, member, row, FilesForm())


def _search_page(
    request: HttpRequest,
    member: Membership,
    row: Search,
    form: FilesForm,
    *,
    hits_form: HitsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "search": row,
        "files": searching.files_of(row),
        "hits": doctor.hits_of(row),
        "waiting": member.review.uploads.filter(search=row).count(),
        "form": form,
        "hits_form": hits_form or HitsForm(instance=Search.objects.get(pk=row.pk)),
        "may_search": may(member, May.SEARCH),
    }
    return render(request, "reviews/search.html", context, status=status)


@require_POST
def search_hits(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Correct how many hits the source reported, and say why."""
    member = review_for(request, slug, May.SEARCH, section="searches")
    row = get_object_or_404(Search, pk=pk, review=member.review)
    form = HitsForm(request.POST, instance=Search.objects.get(pk=pk))
    verb = partial(verbs.correct_hits, search=row, reason=request.POST.get("reason", ""), by=member.user)
    to = f"{reverse('reviews:search', args=[slug, pk])}#hits"
    if answer := saved(request, form, to, verb, done="The number is corrected."):
        return answer
    return _search_page(request, member, row, FilesForm(), hits_form=form, status=422)


@require_POST
def upload(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take in files of this search: those that can be read are read at once, the others wait for a word."""
    member = review_for(request, slug, May.SEARCH, section="searches")
    row = get_object_or_404(Search, pk=pk, review=member.review)
    form = FilesForm(request.POST, request.FILES, request=request)
    if not form.is_valid():
        return _search_page(request, member, row, form, status=422)
    started: list[Import] = []
    troubles = list(form.left_out)
    for file in form.cleaned_data["files"]:
        _take_in(file, row, member, started, troubles)
    for trouble in troubles:
        messages.error(request, trouble)
    if started and not troubles and len(started) == 1:
        return redirect("reviews:import", slug, started[0].pk)
    if started:
        names = ", ".join(origin.name for origin in started)
        messages.success(request, f"Being read: {names}.")
    return redirect("reviews:uploads", slug) if troubles else redirect("reviews:search", slug, pk)


def _take_in(
    file: UploadedFile[bytes], row: Search, member: Membership, started: list[Import], troubles: list[str]
) -> None:
    """One file; what stands in its way is said, and the file waits."""
    try:
        arrived = uploads.receive(
            review=member.review, file=file, name=file.name or "file", search=row, by=member.user
        )
        started.append(uploads.start(upload=arrived, search=row, by=member.user))
    except Refused as error:
        troubles.append(str(error))
