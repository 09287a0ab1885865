"""How pages answer: a verb carried out, a form saved, a list cut into pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property

from reviews.errors import ChangedMeanwhile, NothingToDo, Refused
from reviews.forms.rows import RowForm

PER_PAGE = 50
#: Nobody leafs through more; who looks for something narrows the list.
LISTED = 10_000


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


class Listing(Paginator):  # type: ignore[type-arg]
    """Pages of a list that may be a million rows long: it counts, and leads, no further than the first LISTED."""

    @cached_property
    def found(self) -> int:
        """How many there are, or LISTED + 1 for more."""
        rows = self.object_list
        if isinstance(rows, QuerySet):
            # In no order: a count needs none, and to sort a million rows takes a second.
            return rows.order_by()[: LISTED + 1].count()
        return len(rows)

    @property
    def count(self) -> int:
        """As many as can be leafed through."""
        return min(self.found, LISTED) if isinstance(self.object_list, QuerySet) else self.found

    @property
    def is_cut(self) -> bool:
        """Whether there are more, which a filter finds."""
        return self.found > self.count


def page_of(request: HttpRequest, rows: QuerySet[Any] | list[Any], *, per_page: int = PER_PAGE) -> Page[Any]:
    """The page that the address asks for; a number that makes no sense is the first or last one."""
    return Listing(rows, per_page).get_page(request.GET.get("page"))
