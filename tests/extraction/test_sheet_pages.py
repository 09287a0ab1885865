"""The extraction sheet, with and without a script, and the page where readings are settled."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from extraction.models import Study, Value
from extraction.queries.cells import Cell, own_values, settled_values, sheet_of
from extraction.services import completion, structure
from reviews.models import User
from tests.conftest import Cast
from tests.extraction.answers import SignIn, told
from tests.extraction.factories import RESULTS, a_comparison, a_study, an_arm, an_outcome, extracted, read


@dataclass(frozen=True, slots=True)
class Desk:
    """A study with an arm, an outcome and a comparison, and its addresses."""

    cast: Cast
    study: Study

    @property
    def cells(self) -> dict[str, Cell]:
        """The cells by their field."""
        return {cell.field: cell for cell in sheet_of(self.study).lines()}

    def at(self, name: str) -> str:
        """A page of the study."""
        return reverse(f"extraction:{name}", args=[self.cast.review.slug, self.study.pk])

    def own(self, person: User) -> dict[str, str]:
        """What somebody has read, by field."""
        return {cell.field: value.text for cell, value in own_values(self.study, user=person).items()}


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """A study to extract."""
    an_outcome(cast.review, "Function")
    a_comparison(cast.review)
    study = a_study(cast.review, reports=1)
    an_arm(study, "Exercise")
    return Desk(cast, study)


def sent(client: Client, desk: Desk, **cells: dict[str, Any]) -> dict[str, Any]:
    """What the script gets back for these cells."""
    body = [
        {"key": desk.cells[field.replace("_", "-")].key, "quote": "", "page": "", "report": "", "seen": 0}
        | words
        for field, words in cells.items()
    ]
    answer = client.post(
        desk.at("extract_save"), json.dumps({"cells": body}), content_type="application/json"
    )
    result: dict[str, Any] = json.loads(answer.content)
    return result


def test_the_save_button_saves_what_is_right_and_keeps_what_is_not(desk: Desk, signed_in: SignIn) -> None:
    ben, cells = signed_in(desk.cast.ben), desk.cells
    data = {f"v-{cells['mean'].key}": "34.1", f"v-{cells['sd'].key}": "-7.1", f"s-{cells['sd'].key}": "0"}
    answer = ben.post(desk.at("extract"), data)
    assert answer.status_code == 422
    assert "Standard deviation cannot be negative" in told(answer)
    assert 'value="-7.1"' in told(answer)
    assert desk.own(desk.cast.ben) == {"mean": "34.1"}


def test_the_open_cell_brings_its_quote_and_the_others_keep_theirs(desk: Desk, signed_in: SignIn) -> None:
    ben, mean, sd = signed_in(desk.cast.ben), desk.cells["mean"], desk.cells["sd"]
    report = desk.study.links.get().report_id
    (before,) = read(desk.study, desk.cast.ben, sd, "7", quote="± 7", page="2")
    data = {
        f"v-{mean.key}": "34.1",
        f"s-{sd.key}": str(before.pk),
        f"v-{sd.key}": "7.1",
        "open": mean.key,
        "quote": "34.1 ± 7.1",
        "page": "3",
    }
    answer = ben.post(desk.at("extract"), data | {"report": report, "next": sd.key})
    assert answer["Location"].endswith(f"?cell={sd.key}#cell-{sd.key}")
    own = own_values(desk.study, user=desk.cast.ben)
    assert (own[mean].quote, own[mean].page, own[mean].report_id) == ("34.1 ± 7.1", "3", report)
    assert (own[sd].text, own[sd].quote, own[sd].page) == ("7.1", "± 7", "2")


def test_the_script_is_told_cell_by_cell(desk: Desk, signed_in: SignIn) -> None:
    ben = signed_in(desk.cast.ben)
    answer = sent(ben, desk, mean={"text": "34.1", "quote": "34.1 ± 7.1"}, n={"text": "12.5"})
    value = Value.objects.get()
    assert answer["saved"] == {desk.cells["mean"].key: value.pk}
    assert "whole number" in answer["refused"][desk.cells["n"].key]["message"]
    assert value.quote == "34.1 ± 7.1"


def test_a_second_tab_is_told_what_the_first_wrote(desk: Desk, signed_in: SignIn) -> None:
    ben, key = signed_in(desk.cast.ben), desk.cells["mean"].key
    first = sent(ben, desk, mean={"text": "34.1"})["saved"][key]
    refused = sent(ben, desk, mean={"text": "43.1"})["refused"][key]
    assert "another tab" in refused["message"]
    assert (refused["now"]["seen"], refused["now"]["text"]) == (first, "34.1")
    assert sent(ben, desk, mean={"text": "43.1", "seen": first})["refused"] == {}
    assert desk.own(desk.cast.ben) == {"mean": "43.1"}


def test_a_second_tab_without_a_script_is_told_too(desk: Desk, signed_in: SignIn) -> None:
    ben, key = signed_in(desk.cast.ben), desk.cells["mean"].key
    data = {f"v-{key}": "34.1", f"s-{key}": "0"}
    ben.post(desk.at("extract"), data)
    answer = ben.post(desk.at("extract"), data | {f"v-{key}": "43.1"})
    assert answer.status_code == 422
    assert "in another tab" in told(answer)
    assert 'value="43.1"' in told(answer)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        '{"cells": 1}',
        '{"cells": [1]}',
        '{"cells": [{}]}',
        '{"cells": [{"key": "x", "text": "1", "quote": "", "page": "", "report": "", "seen": 0}]}',
        '{"cells": [{"key": "1-a1-colour", "text": "1", "quote": "", "page": "", "report": "", "seen": 0}]}',
        '{"cells": [{"key": ["1"], "text": "1", "quote": "", "page": "", "report": "", "seen": 0}]}',
    ],
)
def test_nonsense_from_a_script_is_refused(desk: Desk, signed_in: SignIn, body: str) -> None:
    answer = signed_in(desk.cast.ben).post(desk.at("extract_save"), body, content_type="application/json")
    assert answer.status_code == 409
    assert not Value.objects.exists()


def test_a_cell_that_was_retired_meanwhile_is_refused_by_itself(desk: Desk, signed_in: SignIn) -> None:
    ben, mean = signed_in(desk.cast.ben), desk.cells["mean"]
    structure.retire(thing=desk.study.arms.get(), by=desk.cast.ana)
    body = {"cells": [{"key": mean.key, "text": "1", "quote": "", "page": "", "report": None, "seen": 0}]}
    answer = ben.post(desk.at("extract_save"), json.dumps(body), content_type="application/json")
    assert "retired" in json.loads(answer.content)["refused"][mean.key]["message"]


def test_a_finished_sheet_is_closed_for_the_script_too(desk: Desk, signed_in: SignIn) -> None:
    ben = signed_in(desk.cast.ben)
    sent(ben, desk, mean={"text": "34.1"})
    ben.post(desk.at("extract_finish"))
    assert "Reopen it" in sent(ben, desk, mean={"text": "1"})["error"]
    assert "disabled" in told(ben.get(desk.at("extract")))
    ben.post(desk.at("extract_finish"), {"reopen": "1"})
    sent(ben, desk, sd={"text": "7.1"})
    assert desk.own(desk.cast.ben) == {"mean": "34.1", "sd": "7.1"}


def test_nobody_finishes_an_empty_sheet(desk: Desk, signed_in: SignIn) -> None:
    answer = signed_in(desk.cast.ben).post(desk.at("extract_finish"), follow=True)
    assert "nothing of yours" in told(answer)


def test_no_page_tells_what_another_extractor_read(desk: Desk, signed_in: SignIn) -> None:
    secret = dict.fromkeys(list(desk.cells.values())[:1], "31.4159")
    read(desk.study, desk.cast.ben, desk.cells["sd"], "2", quote="Unmistakable")
    extracted(desk.study, desk.cast.ben, secret)
    read(desk.study, desk.cast.chi, desk.cells["n"], "24")
    slug = desk.cast.review.slug
    pages = [desk.at(name) for name in ("study", "extract", "compare")]
    pages += [reverse(f"extraction:{name}", args=[slug]) for name in ("studies", "extraction", "structure")]
    pages += [reverse(f"reviews:{name}", args=[slug]) for name in ("overview", "history")]
    for person in (desk.cast.chi, desk.cast.ana, desk.cast.dov):
        for page in pages:
            html = told(signed_in(person).get(page))
            assert "31.4159" not in html, page
            assert "Unmistakable" not in html, page


def test_what_differs_comes_first_and_is_settled_with_a_reason(desk: Desk, signed_in: SignIn) -> None:
    mean, sd = desk.cells["mean"], desk.cells["sd"]
    extracted(desk.study, desk.cast.ben, {mean: "34.1", sd: "7"})
    extracted(desk.study, desk.cast.chi, {mean: "40.2", sd: "7"})
    ana = signed_in(desk.cast.ana)
    html = told(ana.get(desk.at("compare")))
    assert (f'id="cell-{mean.key}"' in html, f'id="cell-{sd.key}"' in html) == (True, False)
    assert f'id="cell-{sd.key}"' in told(ana.get(desk.at("compare") + "?show=agreeing"))
    chosen = own_values(desk.study, user=desk.cast.ben)[mean].pk
    data = {"cell": mean.key, "choice": chosen, "seen": 0}
    assert "Say why" in told(ana.post(desk.at("settle"), data, follow=True))
    ana.post(desk.at("settle"), data | {"note": "The other row"})
    ana.post(desk.at("settle_agreeing"))
    settled = settled_values(desk.study)
    assert (settled[mean].text, settled[mean].note, settled[sd].text) == ("34.1", "The other row", "7")
    stale = ana.post(desk.at("settle"), data | {"note": "Again"}, follow=True)
    assert "after you opened the page" in told(stale)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({}, "Choose one of the readings"),
        ({"choice": "other"}, "Write the value"),
        ({"choice": "0"}, "does not belong"),
        ({"choice": "FOREIGN"}, "does not belong"),
        ({"other": "-3"}, "cannot be negative"),
        ({"other": "x"}, "not a number"),
        ({"other": "1" * 61}, "at most 60"),
        ({"cell": "x", "other": "3"}, "not asked for"),
        ({"seen": "x", "other": "3"}, "whole number"),
    ],
)
def test_settling_nonsense_is_refused(
    desk: Desk, signed_in: SignIn, data: dict[str, str], complaint: str
) -> None:
    sd = desk.cells["sd"]
    for person, text in ((desk.cast.ben, "1"), (desk.cast.chi, "2")):
        extracted(desk.study, person, {sd: text})
    other = a_study(desk.cast.review)
    arm = an_arm(other)
    (value,) = read(other, desk.cast.ben, Cell(sd.outcome, arm.pk, None, "sd"), "9")
    data = {name: str(value.pk) if text == "FOREIGN" else text for name, text in data.items()}
    whole = {"cell": sd.key, "seen": "0", "note": "why"} | data
    assert complaint in told(signed_in(desk.cast.ana).post(desk.at("settle"), whole, follow=True))
    assert not Value.objects.filter(settled=True).exists()


def test_another_value_or_nothing_can_be_settled(desk: Desk, signed_in: SignIn) -> None:
    mean, sd = desk.cells["mean"], desk.cells["sd"]
    extracted(desk.study, desk.cast.ben, {mean: "1", sd: "1"})
    extracted(desk.study, desk.cast.chi, {mean: "2"})
    ana = signed_in(desk.cast.ana)
    ana.post(
        desk.at("settle"),
        {"cell": mean.key, "choice": "other", "other": "1.5", "note": "Both misread", "seen": 0},
    )
    ana.post(desk.at("settle"), {"cell": sd.key, "choice": "nothing", "note": "It is a range", "seen": 0})
    assert {cell.field: value.text for cell, value in settled_values(desk.study).items()} == {
        "mean": "1.5",
        "sd": "",
    }


def test_one_extractor_is_settled_with_one_reason(desk: Desk, signed_in: SignIn) -> None:
    extracted(desk.study, desk.cast.ben, {desk.cells["mean"]: "1"})
    ben = signed_in(desk.cast.ben)
    assert "Only Ben is through" in told(ben.get(desk.at("compare")))
    assert "Only one extractor" in told(ben.post(desk.at("settle_agreeing"), follow=True))
    ben.post(desk.at("settle_agreeing"), {"note": "A student review"})
    assert len(settled_values(desk.study)) == 1


def test_equal_after_rounding_is_shown(desk: Desk, signed_in: SignIn) -> None:
    for person, text in ((desk.cast.ben, "34.1"), (desk.cast.chi, "34.12")):
        extracted(desk.study, person, {desk.cells["mean"]: text})
    assert "equal after rounding" in told(signed_in(desk.cast.ana).get(desk.at("compare")))


def test_a_sheet_without_arms_or_outcomes_says_what_to_do(cast: Cast, signed_in: SignIn) -> None:
    study = a_study(cast.review)
    page = reverse("extraction:extract", args=[cast.review.slug, study.pk])
    ben = signed_in(cast.ben)
    assert "asks for no outcome yet" in told(ben.get(page))
    an_outcome(cast.review)
    assert "has no arms yet" in told(ben.get(page))


def test_what_authors_write_is_shown_and_never_run(desk: Desk, signed_in: SignIn) -> None:
    evil = "<script>alert(1)</script> “34.1” & \u202eמספר"
    read(desk.study, desk.cast.ben, desk.cells["mean"], "1", quote=evil)
    completion.finish(study=desk.study, task=RESULTS, by=desk.cast.ben)
    for name in ("extract", "compare"):
        html = told(signed_in(desk.cast.ben).get(desk.at(name)))
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
