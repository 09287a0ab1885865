"""Searches, and uploading what was exported from them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reviews.access import May, may, review_for
from reviews.errors import Refused
from reviews.forms.searches import SearchForm, UploadForm
from reviews.models import Import, Membership, Search
from reviews.queries import searching
from reviews.services import imports
from reviews.services import searches as verbs
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
    return _search_page(request, member, get_object_or_404(Search, pk=pk, review=member.review), UploadForm())


def _search_page(
    request: HttpRequest, member: Membership, row: Search, form: UploadForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "search": row,
        "files": searching.files_of(row),
        "form": form,
        "may_search": may(member, May.SEARCH),
        **more,
    }
    return render(request, "reviews/search.html", context, status=status)


@require_POST
def upload(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take in one or several files; each on its own, so that one bad file does not hold up the others."""
    member = review_for(request, slug, May.SEARCH, section="searches")
    row = get_object_or_404(Search, pk=pk, review=member.review)
    form = UploadForm(request.POST, request.FILES, request=request)
    taken: list[Import] = []
    known: list[imports.AlreadyImported] = []
    if form.is_valid():
        for file in form.cleaned_data["files"]:
            _receive(form, file, row, member, taken, known)
    if not form.errors and not known:
        if len(taken) == 1:
            return redirect("reviews:import", slug, taken[0].pk)
        messages.success(request, f"{len(taken)} files are being read.")
        return redirect("reviews:search", slug, pk)
    for origin in taken:
        messages.success(request, f"{origin.name} is being read.")
    return _search_page(request, member, row, form, status=422, known=known)


def _receive(
    form: UploadForm,
    file: UploadedFile[bytes],
    row: Search,
    member: Membership,
    taken: list[Import],
    known: list[imports.AlreadyImported],
) -> None:
    name, again = file.name or "file", form.cleaned_data["again"]
    try:
        taken.append(imports.receive(search=row, file=file, name=name, again=again, by=member.user))
    except imports.AlreadyImported as error:
        known.append(error)
    except Refused as error:
        form.add_error("files", str(error))
