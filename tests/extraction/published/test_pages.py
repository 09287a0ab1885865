"""Published results: who may, what is shown, and that nothing that was pasted is lost."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from extraction.models import ClaimSheet, PublishedReview
from extraction.published import example_text
from extraction.rail import sections
from extraction.services import published as verbs
from reviews.errors import ChangedMeanwhile, NotAllowed, NothingToDo, Refused
from reviews.models import Event, Membership
from tests.conftest import Cast
from tests.extraction.answers import SignIn, told

SUM = "1 | total | records | parts = 20 + 218 | total = 238"
BROKEN = "1 | total | records | parts = 20 + 218 | total = 239"


def at(cast: Cast, name: str, *arguments: Any) -> str:
    """The address of a page of the review."""
    return reverse(f"extraction:published{name}", args=[cast.review.slug, *arguments])


def kept(cast: Cast, text: str = SUM, title: str = "Ren 2025") -> PublishedReview:
    """A published review whose claims Ben pasted."""
    return verbs.add(review=cast.review, title=title, text=text, by=cast.ben)


def test_an_empty_list_offers_the_example_to_who_may_add(cast: Cast, signed_in: SignIn) -> None:
    assert "Load the example" in told(signed_in(cast.ben).get(at(cast, "")))
    watched = told(signed_in(cast.dov).get(at(cast, "")))
    assert "No published review yet" in watched
    assert "Load the example" not in watched


def test_the_example_is_loaded_previewed_and_saved(cast: Cast, signed_in: SignIn) -> None:
    ben = signed_in(cast.ben)
    form = ben.get(at(cast, "_add"), {"example": "1"}).context["form"]
    data = {name: form.initial[name] for name in ("title", "citation", "text")}
    assert data["text"] == example_text()
    preview = ben.post(at(cast, "_add"), data | {"preview": "1"})
    assert preview.status_code == 200
    assert "Preview, not saved" in told(preview)
    assert not ClaimSheet.objects.exists()
    answer = ben.post(at(cast, "_add"), data, follow=True)
    page = told(answer)
    assert "Saved and checked" in page
    assert page.index("does-not-follow-title") < page.index("follows-title")
    assert "At most 421: 178 + 180 in the 10 studies with known arms" in page
    assert "A group is counted twice" in page
    assert "10.3389/fneur.2025.1499407" in page
    assert ClaimSheet.objects.get().text == example_text().strip()


def test_lines_that_cannot_be_read_are_told_by_number_and_nothing_is_lost(
    cast: Cast, signed_in: SignIn
) -> None:
    ben, text = signed_in(cast.ben), f"{SUM}\n2 | totl | x | total = 3\nnonsense <b>"
    data = {"title": "Ren 2025", "citation": "", "text": text}
    answer = ben.post(at(cast, "_add"), data)
    page = told(answer)
    assert answer.status_code == 422
    assert "Line 2</b>: “totl” is not a kind of claim. Did you mean “total”?" in page
    assert "Line 3</b>: Divide the line into cells" in page
    assert "nonsense &lt;b&gt;" in page
    assert not PublishedReview.objects.exists()
    answer = ben.post(at(cast, "_add"), data | {"anyway": "1"}, follow=True)
    assert "2 lines could not be read" in told(answer)
    assert ClaimSheet.objects.get().text == text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"title": "", "text": SUM}, "by what name"),
        ({"title": "Ren", "text": ""}, "Paste the claims"),
        ({"title": "Ren", "text": "# nothing\n"}, "no claim that can be read"),
        ({"title": "Ren", "text": "1 | total\x00"}, "Null characters are not allowed"),
        ({"title": "R" * 201, "text": SUM}, "at most 200 characters"),
        ({"title": "Ren", "text": "x" * 200_001}, "at most 200000 characters"),
        (
            {"title": "Ren", "text": f"{SUM}\n2 | total | 9 | parts = {'9' * 400} | total = 1e999"},
            "too large",
        ),
        ({"title": "Ren", "text": f"{SUM}\n2 | estimate | x | SMD = NaN"}, "“NaN” is not a number"),
        ({"title": "Ren", "text": f"{SUM}\n2 | estimate | x | SMD = Infinity"}, "is not a number"),
    ],
)
def test_wrong_input_is_answered_on_the_form(
    cast: Cast, signed_in: SignIn, data: dict[str, str], words: str
) -> None:
    answer = signed_in(cast.ben).post(at(cast, "_add"), data)
    assert answer.status_code == 422
    assert words in told(answer)
    assert not PublishedReview.objects.exists()


def test_a_name_is_used_once(cast: Cast, signed_in: SignIn) -> None:
    kept(cast)
    answer = signed_in(cast.chi).post(at(cast, "_add"), {"title": "Ren 2025", "text": BROKEN})
    assert answer.status_code == 422
    assert "There is a published review called “Ren 2025” already" in told(answer)


def test_a_new_version_is_a_new_fact_and_the_old_one_stays(cast: Cast, signed_in: SignIn) -> None:
    subject, chi = kept(cast, BROKEN), signed_in(cast.chi)
    assert "The parts add up" in told(chi.get(at(cast, "_one", subject.pk)))
    chi.post(at(cast, "_revise", subject.pk), {"text": SUM, "seen": "1"})
    assert [sheet.text for sheet in subject.sheets.order_by("number")] == [BROKEN, SUM]
    assert "Every claim that can be checked follows" in told(chi.get(at(cast, "_one", subject.pk)))
    assert "The newest is version 2" in told(chi.get(at(cast, "_one", subject.pk), {"version": "1"}))
    assert chi.get(at(cast, "_one", subject.pk), {"version": "3"}).status_code == 404
    assert chi.get(at(cast, "_one", subject.pk), {"version": "x"}).status_code == 404
    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimSheet.objects.update(text="")
    assert [event.verb for event in Event.objects.filter(verb__startswith="published").order_by("pk")] == [
        "published.added",
        "published.revised",
    ]


def test_two_tabs_do_not_overwrite_each_other(cast: Cast, signed_in: SignIn) -> None:
    subject, ben = kept(cast), signed_in(cast.ben)
    verbs.revise(published=subject, text=BROKEN, seen=1, by=cast.chi)
    text = SUM.replace("records", "articles")
    answer = ben.post(at(cast, "_revise", subject.pk), {"text": text, "seen": "1"})
    assert answer.status_code == 422
    assert "Chi saved version 2 after you opened this page" in told(answer)
    assert "| articles |" in told(answer)
    assert subject.sheets.count() == 2
    with pytest.raises(ChangedMeanwhile):
        verbs.revise(published=subject, text=text, seen=1, by=cast.ben)
    with pytest.raises(NothingToDo):
        verbs.revise(published=subject, text=BROKEN + "\r\n", seen=2, by=cast.ben)


def test_verbs_ask_who_is_there(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        verbs.add(review=cast.review, title="Ren", text=SUM, by=cast.dov)
    with pytest.raises(NotAllowed):
        verbs.revise(published=kept(cast), text=BROKEN, seen=1, by=cast.eve)
    with pytest.raises(Refused):
        verbs.add(review=cast.review, title=" ", text=SUM, by=cast.ben)


def test_the_verdicts_are_a_table(cast: Cast, signed_in: SignIn) -> None:
    subject = kept(cast, f"{BROKEN}\n=cmd | total | x\n")
    answer: Any = signed_in(cast.dov).get(at(cast, "_csv", subject.pk))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [row["status of the claim"] for row in rows] == ["does not follow", "cannot be read"]
    assert (rows[0]["expected"], rows[0]["found"], rows[0]["how far"]) == ("20 + 218 = 238", "239", "1")
    assert rows[1]["what"] == "'=cmd | total | x"


def test_another_review_has_none_of_it(cast: Cast, signed_in: SignIn) -> None:
    subject = kept(cast)
    assert signed_in(cast.eve).get(at(cast, "_one", subject.pk)).status_code == 404
    assert signed_in(cast.eve).get(at(cast, "_csv", subject.pk)).status_code == 404


def test_the_list_asks_as_often_for_one_as_for_five(cast: Cast, signed_in: SignIn) -> None:
    dov, subject = signed_in(cast.dov), kept(cast)
    dov.get(at(cast, ""))  # the first request of a session asks for more
    asked = []
    for number in range(2):
        with CaptureQueriesContext(connection) as few:
            assert "Ren 2025" in told(dov.get(at(cast, "")))
        asked.append(len(few))
        for more in range(4 * (1 - number)):
            kept(cast, BROKEN, f"Another {more}")
    assert asked[0] == asked[1]
    with CaptureQueriesContext(connection) as one:
        dov.get(at(cast, "_one", subject.pk))
    for seen in range(1, 4):
        text = SUM.replace("records", f"records {seen}")
        verbs.revise(published=subject, text=text, seen=seen, by=cast.ben)
    with CaptureQueriesContext(connection) as many:
        dov.get(at(cast, "_one", subject.pk))
    assert len(one) == len(many)


def test_the_rail_leads_there(cast: Cast) -> None:
    ours = Membership.objects.get(review=cast.review, user=cast.dov)
    assert at(cast, "") in [section.url for section in sections(ours)]
