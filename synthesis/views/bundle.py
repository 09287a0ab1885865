"""One file of all that a reader needs to check the synthesis."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from reviews.access import May, review_for
from reviews.models import Job
from synthesis.queries.bundle import newest_runs
from synthesis.services import bundle as verbs


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """What would be in it, the one that was made last, and asking for a new one."""
    member = review_for(request, slug, May.VIEW, section="analyses")
    if request.method == "POST":
        verbs.ask(review=member.review, by=member.user)
        return redirect("synthesis:bundle", slug)
    rows, job = newest_runs(member.review), verbs.asked(member.review, member.user)
    made = job if job and job.status == Job.Status.DONE else None
    now = [run.pk for _, run in rows if run]
    context = {
        "rows": rows,
        "has_runs": bool(now),
        "job": job if job != made else None,
        "made": made,
        "is_older": made is not None and made.outcome["runs"] != now,
    }
    return render(request, "synthesis/bundle.html", context)


@require_safe
def download(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    """The file, for the member who asked for it: another may not be allowed to see all that is in it."""
    member = review_for(request, slug, May.VIEW)
    own = Job.objects.filter(name=verbs.MAKE, review=member.review, created_by=member.user)
    job = get_object_or_404(own, pk=pk, status=Job.Status.DONE)
    try:
        stream = default_storage.open(job.outcome["file"])
    except FileNotFoundError:
        raise Http404("A newer bundle has taken the place of this one.") from None
    return FileResponse(
        stream, as_attachment=True, filename=f"{slug}-bundle.zip", content_type="application/zip"
    )
