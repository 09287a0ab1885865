"""How pages answer: a verb carried out, a form saved, a list cut into pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from reviews.errors import ChangedMeanwhile, NothingToDo, Refused
from reviews.forms.rows import RowForm

PER_PAGE = 50


def carry_out(request: HttpRequest, to: str, verb: Callable[[], Any], *, done: str = "") -> HttpResponse:
    """Do it and go to `to`; a refusal becomes a message there."""
    try:
        verb()
    except NothingToDo as error:
        messages.info(request, str(error))
    except Refused as error:
        messages.error(request, str(error))
    else:
        if done:
            messages.success(request, done)
    return redirect(to)


def saved(
    request: HttpRequest, form: RowForm, to: str, verb: Callable[..., Any], *, done: str
) -> HttpResponse | None:
    """Save a valid form by `verb(values=…, seen=…)`; None when the form has to be shown again, with what is wrong."""
    if not form.is_valid():
        return None
    try:
        verb(values=form.values, seen=form.cleaned_data["seen"])
    except NothingToDo:
        return redirect(to)
    except ChangedMeanwhile:
        stored = type(form.instance)._default_manager.get(pk=form.instance.pk)  # noqa: SLF001 - any model has one
        form.show_what_is_there_now(stored)
        return None
    except Refused as error:
        form.add_error(None, str(error))
        return None
    messages.success(request, done)
    return redirect(to)


def first_error(form: Any) -> str:
    """The first thing that is wrong, for a form that is not shown again."""
    return next(
        f"{form.fields[name].label}: {errors[0]}" if name in form.fields else errors[0]
        for name, errors in form.errors.items()
    )


def page_of(request: HttpRequest, rows: QuerySet[Any] | list[Any], *, per_page: int = PER_PAGE) -> Page[Any]:
    """The page that the address asks for; a number that makes no sense is the first or last one."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))
