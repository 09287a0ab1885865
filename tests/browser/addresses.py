"""Every page of the loaded examples, and of a review with nothing in it; run as a program where these are loaded."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from demo.loading import Example
from extraction.models import Arm, Comparison, Outcome, PublishedReview, Questionnaire, Study, TimePoint
from extraction.queries.cells import sheet_of
from extraction.services import bias_tools
from extraction.services.policy import choose_mode
from reviews.models import Import, Invitation, Job, Membership, Record, Review, Search, User
from reviews.services import creation, imports, searches, team, uploads
from screening.models import Candidate, Report, Stage
from screening.services import reports
from synthesis.models import Analysis, Run
from synthesis.queries.flow import boxes_of
from tests.extraction.factories import a_study, an_arm, an_outcome, extracted
from tests.screening.factories import pdf_bytes

#: As long as a title may be, with words that cannot be broken, other directions and a face.
PATIENCE = 120
LONG = ("Exercise 🏃 בפעילות גופנית " + "electroencephalographically-" * 6 + " guided rehabilitation " * 6)[
    :300
]
ODD = f"""TY  - JOUR
TI  - {LONG}
AU  - Nobody-With-A-Very-Long-Name-That-Does-Not-Break, Nobody
PY  - 20x7
DO  - 10.1000/{"a" * 120}
AB  - {"An abstract that goes on and on. " * 200}
XX  - a tag that nobody knows
ER  -

TY  - JOUR
ER  -

TY  - JOUR
TI  - This one is cut o"""
TABLE = f"Ref;What it is called;{LONG[:50]}\n1;A made-up study of something;{'x' * 300}\n2;Another made-up study;y\n"


@dataclass(frozen=True, slots=True)
class Address:
    """A page, by the name of its route: who opens it (nobody: a stranger), and what the server answers."""

    name: str
    who: str
    path: str
    status: int = 200
    on_desk: bool = True


def seen(name: str, who: str = "ana", query: str = "", **arguments: Any) -> Address:
    """The address of a route."""
    return Address(name, who, reverse(name, kwargs=arguments) + query)


def strangers() -> Iterator[Address]:
    """What is open to somebody who is not signed in."""
    for name in (
        "login",
        "signup",
        "reset_password",
        "reset_password_done",
        "inactive",
        "confirm_login_code",
    ):
        yield seen(f"account_{name}", "")
    yield seen("account_email_verification_sent", "")
    yield seen("account_reset_password_from_key_done", "")
    yield seen("account_confirm_email", "", key="none")
    yield seen("account_reset_password_from_key", "", uidb36="a", key="none-none")
    yield seen("mfa_authenticate", "")
    review = example("bcg")
    invitation = Invitation.objects.create(
        review=review,
        role="reviewer",
        created_by=review.created_by,
        expires_at=timezone.now() + timedelta(days=1),
    )
    yield seen("reviews:join", "", token=invitation.token)
    yield seen("reviews:join", "dov", token=invitation.token)
    yield Address("reviews:join", "", "/join/no-such-invitation/", 404)


def everybody() -> Iterator[Address]:
    """Pages outside of a review, and pages that say no."""
    for name in ("logout", "email", "change_password", "set_password", "reauthenticate"):
        yield seen(f"account_{name}")
    for name in ("index", "reauthenticate", "activate_totp", "generate_recovery_codes"):
        yield seen(f"mfa_{name}")
    for who in ("ana", "new"):
        yield seen("reviews:home", who)
    yield seen("reviews:create")
    yield Address("no such page", "ana", "/reviews/no-such-review/", 404)
    yield Address("no such page", "", "/no-such-page/", 404)
    yield Address("not yours", "dov", reverse("synthesis:analysis_add", args=[example("bcg").slug]), 403)


#: The pages that every review has, whatever is in it.
LISTS = """overview protocol question terms set_up searches search_add imports uploads records duplicates duplicate_questions
duplicate_accept duplicate_decisions team history""".split()
SCREENS = "policy stopping conflicts reports found_elsewhere pdfs labels meeting ranking".split()
TABLES = """studies structure extraction extraction_policy agreement checks sentinels bias_table
bias_tools bias_write bias_agreement bias_import published published_add forms""".split()
TOP = "analyses analysis_add tables bundle prisma prisma_statement prisma_check prisma_then sources report bias_figures certainties certainty_summary certainty_arrange".split()


def of_any(review: Review) -> Iterator[Address]:
    """The pages that every review has."""
    for app, names in (
        ("reviews", LISTS),
        ("screening", SCREENS),
        ("extraction", TABLES),
        ("synthesis", TOP),
    ):
        for name in names:
            yield seen(f"{app}:{name}", slug=review.slug)
    for key in ("characteristics", "results", "bias"):
        yield seen("synthesis:table", slug=review.slug, key=key)
    for key in ("prisma-2020", "prisma-s"):
        yield seen("synthesis:checklist", slug=review.slug, key=key)
    for stage in Stage.values:
        for name in ("screen", "candidates", "progress", "agreement", "pilot", "assignment"):
            yield seen(f"screening:{name}", slug=review.slug, stage=stage)


def of_floors(review: Review) -> Iterator[Address]:
    """Pages about one thing, in a review that has everything."""

    def one(name: str, row: Any, who: str = "ana", query: str = "") -> Address:
        return seen(name, who, query, slug=review.slug, pk=row.pk)

    search = Search.objects.filter(review=review).first()
    double = Record.objects.filter(review=review).exclude(duplicates=None).first()
    assert search
    yield one("reviews:search", search)
    yield one("reviews:search_change", search)
    yield one("reviews:criterion", review.criteria.first())
    yield one("reviews:reason", review.exclusion_reasons.first())
    yield one("reviews:record", double)
    yield one("reviews:cluster", double, query="?q=exercise")
    yield one("reviews:import", Import.objects.filter(search__review=review).first())
    yield one("reviews:job", Job.objects.filter(review=review).last())
    yield seen("reviews:records", query="?q=no-such-word", slug=review.slug)
    yield seen("reviews:overview", "dov", slug=review.slug)
    yield seen("reviews:searches", "lib", slug=review.slug)
    yield from _of_screening(review)
    yield from _of_extraction(review)
    yield from _of_forms(review)


def _of_screening(review: Review) -> Iterator[Address]:
    def one(name: str, row: Any, who: str = "ana") -> Address:
        return seen(name, who, slug=review.slug, pk=row.pk)

    candidates = Candidate.objects.filter(review=review)
    for who in ("ben", "dov"):
        yield seen("screening:screen", who, slug=review.slug, stage=Stage.TITLE_ABSTRACT)
    for who in ("ana", "ben"):
        yield one("screening:conflict", candidates.filter(status="conflict").first(), who)
    yield one("screening:conflict", candidates.exclude(record=None).filter(status="excluded").first())
    found = Report.objects.filter(review=review)
    for retrieval in ("sought", "not-retrieved"):
        if found.filter(retrieval=retrieval).exists():
            yield one("screening:report", found.filter(retrieval=retrieval).first())
    yield one("screening:report", candidates.filter(stage=Stage.FULL_TEXT, status="excluded")[0].report)
    with_pdf = found.exclude(documents=None)[0]
    yield one("screening:report", with_pdf, "ben")
    yield one("screening:read_document", with_pdf.documents.all()[0], "ben")


def _of_extraction(review: Review) -> Iterator[Address]:
    def one(name: str, row: Any, who: str = "ana") -> Address:
        return seen(name, who, slug=review.slug, pk=row.pk)

    begun = Study.objects.get(review=review, label__startswith="van Groenestijn")
    ferri = Study.objects.get(review=review, label__startswith="Ferri")
    published = PublishedReview.objects.get(review=review)
    yield one("extraction:published_one", published, "dov")
    yield one("extraction:published_revise", published, "ben")
    yield one("extraction:study", begun)
    yield one("extraction:study_edit", begun)
    yield one("extraction:arm", Arm.objects.filter(study=begun)[0])
    start, _ = TimePoint.objects.get_or_create(study=begun, label="Start", weeks=0)
    yield one("extraction:time", start)
    yield one("extraction:outcome", Outcome.objects.filter(review=review)[0])
    yield one("extraction:comparison", Comparison.objects.filter(review=review)[0])
    for who in ("ben", "chi"):
        yield one("extraction:extract", begun, who)
    yield seen("extraction:calculators", slug=review.slug)
    yield seen("extraction:calculators", query="?calculator=sd-from-se&se=1.5&n=24&go=1", slug=review.slug)
    cell = next(iter(sheet_of(begun).lines())).key
    yield seen("extraction:calculate", "ben", f"?cell={cell}", slug=review.slug, pk=begun.pk)
    levels = [("Fine", "low"), ("Not fine", "high")]
    tool = bias_tools.write_tool(
        review=review, name="Ours", items=[("Funding", "Who paid?")], levels=levels, by=review.created_by
    )
    yield one("extraction:bias_rewrite", tool)
    yield one("extraction:bias", begun, "ana")
    yield one("extraction:bias", begun, "ben")
    for study in (begun, ferri):
        yield one("extraction:compare", study)
        yield one("extraction:bias_compare", study)


def _of_forms(review: Review) -> Iterator[Address]:
    """A form, its builder, and the form as it is begun, disputed and settled."""
    form = Questionnaire.objects.filter(review=review)[0]
    for who in ("ana", "dov"):
        yield seen("extraction:form", who, slug=review.slug, pk=form.pk)
    yield seen("extraction:form_edit", slug=review.slug, pk=form.pk)
    for name, who, label in (
        ("form_fill", "ben", "Cheah"),
        ("form_fill", "ben", "Ferri"),
        ("form_fill", "chi", "van Groenestijn"),
        ("form_compare", "ana", "Ferri"),
        ("form_compare", "ana", "Braga"),
        ("form_compare", "chi", "van Groenestijn"),
    ):
        study = Study.objects.get(review=review, label__startswith=label)
        yield seen(f"extraction:{name}", who, slug=review.slug, pk=form.pk, study_pk=study.pk)


def of_confirming(ana: User) -> Iterator[Address]:
    """A review in which one person extracts and a second confirms each value."""
    review, ben = (
        creation.create(title="Confirmed by a second", by=ana),
        User.objects.get(email="ben@example.org"),
    )
    Membership.objects.create(review=review, user=ben, role="reviewer")
    choose_mode(review=review, mode="verified", by=ana)
    study = a_study(review)
    an_outcome(review)
    an_arm(study)
    mean, spread = list(sheet_of(study).lines())[:2]
    extracted(study, ben, {mean: "34.1", spread: "7.1"})
    yield seen("extraction:verify", slug=review.slug, pk=study.pk)
    yield seen("extraction:extraction", slug=review.slug)


def of_analyses(review: Review) -> Iterator[Address]:
    """An analysis, one of its runs, and some numbers of the flow diagram."""
    for analysis in Analysis.objects.filter(review=review)[:1]:
        run = Run.objects.filter(analysis=analysis)[0]
        yield seen("synthesis:analysis", slug=review.slug, pk=analysis.pk)
        yield seen("synthesis:analysis_change", "sol", slug=review.slug, pk=analysis.pk)
        yield seen("synthesis:run", "sol", slug=review.slug, pk=run.pk)
        yield seen("synthesis:certainty", slug=review.slug, pk=analysis.pk)
        yield seen("synthesis:certainty_basis", "sol", slug=review.slug, pk=analysis.pk)
    for box in list(boxes_of(review))[:12:4]:
        yield seen("synthesis:prisma_box", slug=review.slug, box=box.address)


def _wait_for(job: Job | None) -> None:
    """The worker does it: this program only prints addresses."""
    assert job
    end = time.monotonic() + PATIENCE
    while not job.is_finished:
        assert time.monotonic() < end, f"waited {PATIENCE} seconds for the worker"
        time.sleep(0.1)
        job.refresh_from_db()
    assert job.status == Job.Status.DONE, job.message


def of_odd(review: Review) -> Iterator[Address]:
    """A file with what a file should not have, and the records that came of it."""
    search = searches.add(review=review, values={"source": LONG[:100]}, by=review.created_by)
    origin = imports.receive(
        search=search, file=SimpleUploadedFile("odd.ris", ODD.encode()), name="odd.ris", by=review.created_by
    )
    _wait_for(origin.job)
    yield seen("reviews:search", slug=review.slug, pk=search.pk)
    yield seen("reviews:import", slug=review.slug, pk=origin.pk)
    yield seen("reviews:import_problems", slug=review.slug, pk=origin.pk)
    yield seen("reviews:import_problems", query="?kind=no-such-kind", slug=review.slug, pk=origin.pk)
    for problem in (origin.problems.first(), origin.problems.filter(refused=True).first()):
        assert problem
        yield seen("reviews:problem", slug=review.slug, pk=problem.pk)
    for content in (ODD.encode(), LONG.encode(), TABLE.encode()):
        waiting = uploads.receive(
            review=review,
            file=SimpleUploadedFile("odd.ris", content),
            name=f"{LONG[:200]}.ris",
            by=review.created_by,
        )
        yield seen("reviews:upload_look", slug=review.slug, pk=waiting.pk)
    yield seen("reviews:uploads", slug=review.slug)
    yield seen("reviews:imports", slug=review.slug)
    for record in Record.objects.filter(review=review):
        yield seen("reviews:record", slug=review.slug, pk=record.pk)
        yield seen("reviews:cluster", slug=review.slug, pk=record.pk)
    for name in ("overview", "searches", "records", "history"):
        yield seen(f"reviews:{name}", slug=review.slug)
    yield seen("screening:screen", slug=review.slug, stage=Stage.TITLE_ABSTRACT)
    yield seen("screening:candidates", slug=review.slug, stage=Stage.TITLE_ABSTRACT)


def example(name: str) -> Review:
    """One of the two examples."""
    title = Example.named(name, {}).read("review")["title"]
    return Review.objects.get(title=title, created_by__email="ana@example.org")


def all_addresses() -> Iterator[Address]:
    """Everything there is to open."""
    ana = User.objects.get(email="ana@example.org")
    User.objects.create_user("new@example.org", "a quorum of two", name="New")
    als = example("als")
    sought = Report.objects.filter(
        review=als, retrieval="retrieved", study_links__study__label__startswith="van"
    )[0]
    reports.retrieved(
        report=sought, file=SimpleUploadedFile("a.pdf", pdf_bytes(2), content_type="application/pdf"), by=ana
    )
    team.invite(review=als, role="observer", email="eve@example.org", by=ana)
    yield from strangers()
    yield from everybody()
    yield from of_any(als)
    yield from of_floors(als)
    yield from of_confirming(ana)
    yield from of_analyses(als)
    yield from of_analyses(example("bcg"))
    # Where it is narrow is enough for these: what differs from above is whether all fits.
    nothing = of_any(creation.create(title="Nothing in it", by=ana))
    odd = of_odd(creation.create(title=LONG, by=ana))
    yield from (replace(address, on_desk=False) for address in (*nothing, *odd))


if __name__ == "__main__":
    import sys

    sys.stdout.write(json.dumps([asdict(address) for address in list(all_addresses())]))
