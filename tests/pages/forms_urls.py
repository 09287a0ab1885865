"""Who may open what of the forms on the extraction floor."""

from __future__ import annotations

from typing import Any

from reviews.access import May
from tests.conftest import Cast
from tests.extraction.factories import a_study, an_arm
from tests.extraction.questionnaires.factories import a_form
from tests.pages.rows import Row


def form(cast: Cast) -> dict[str, Any]:
    """A form of the review."""
    return {"slug": cast.review.slug, "pk": a_form(cast.review).pk}


def filled(cast: Cast) -> dict[str, Any]:
    """A form and a study with an arm."""
    study = a_study(cast.review)
    an_arm(study)
    return form(cast) | {"study_pk": study.pk}


def book(kind: str) -> Any:
    """The code book as a file of this kind."""
    return lambda cast: form(cast) | {"kind": kind}


ROWS = [
    Row("extraction:forms", May.VIEW),
    Row("extraction:form_add", May.EXTRACT, method="post", data={"name": "A form", "template": "pico"}),
    Row("extraction:form", May.VIEW, form),
    Row("extraction:form_edit", May.EXTRACT, form),
    Row("extraction:form_edit", May.EXTRACT, form, "post", {"do": "add-section"}),
    Row("extraction:form_retire", May.EXTRACT, form, "post"),
    Row("extraction:form_codebook", May.VIEW, book("csv")),
    Row("extraction:form_codebook", May.VIEW, book("xlsx")),
    Row("extraction:form_answers", May.VIEW, form),
    Row("extraction:form_fill", May.EXTRACT, filled),
    Row("extraction:form_fill", May.EXTRACT, filled, "post"),
    Row("extraction:form_save", May.EXTRACT, filled, "post"),
    Row("extraction:form_finish", May.EXTRACT, filled, "post"),
    Row("extraction:form_compare", May.SETTLE, filled),
    Row("extraction:form_settle", May.SETTLE, filled, "post"),
    Row("extraction:form_settle_agreeing", May.SETTLE, filled, "post"),
    Row("extraction:form_ask", May.SETTLE, filled, "post"),
]
