"""Pages outside of a review: my reviews, and a new one."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from reviews.forms.protocol import QuestionForm
from reviews.models import User
from reviews.queries import progress
from reviews.services import creation
from reviews.views.steps import setup_steps


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The reviews the viewer works on, with how far each is."""
    return render(request, "reviews/home.html", {"cards": progress.of_reviews_of(cast("User", request.user))})


def create(request: HttpRequest) -> HttpResponse:
    """Start a review: its title and question."""
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.values
        review = creation.create(title=values.pop("title"), question=values, by=cast("User", request.user))
        messages.success(request, f"“{review}” is there, and you lead it.")
        return redirect("reviews:set_up", review.slug)
    status = 422 if form.errors else 200
    return render(
        request, "reviews/create.html", {"form": form, "steps": setup_steps(None, 0)}, status=status
    )
