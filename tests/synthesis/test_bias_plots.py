"""Plots of risk of bias: the team's settled studies only, in words of the tool, weighted by a run, as files."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse

from extraction.queries.bias_tools import tool_of
from extraction.riskofbias import ROB1
from extraction.services import bias, bias_tools, completion
from synthesis.models import Run
from synthesis.queries.bias_plot import bias_plot
from tests.conftest import Cast
from tests.extraction.answers import SignIn, told
from tests.extraction.factories import BIAS, a_study, assessed
from tests.synthesis.factories import an_analysis


def settled(cast: Cast, label: str, **levels: str) -> int:
    """A study that two assessed alike and the team settled."""
    study = a_study(cast.review, label=label)
    for person in (cast.ben, cast.chi):
        assessed(study, person, levels)
    bias.settle_agreeing(study=study, tool=ROB1, by=cast.ana)
    return study.pk


def at(cast: Cast, what: str, kind: str) -> str:
    """The address of a file."""
    return reverse("synthesis:bias_download", args=[cast.review.slug, what, kind])


def test_only_what_is_settled_in_full_is_drawn(cast: Cast, signed_in: SignIn) -> None:
    settled(cast, "Braga 2018", other="high")
    assessed(a_study(cast.review, label="Li 2003"), cast.ben)
    html = told(signed_in(cast.dov).get(reverse("synthesis:bias_figures", args=[cast.review.slug])))
    assert "Drawn are the 1 of 2 studies" in html
    assert "Braga 2018: Random sequence generation: low" in html
    assert "Not drawn: Li 2003" in html


def test_who_is_at_work_on_a_study_does_not_see_it_drawn(cast: Cast, signed_in: SignIn) -> None:
    settled(cast, "Braga 2018")
    study = cast.review.studies.get()
    bias.judge(study=study, tool=ROB1, item="other", level="high", support="x", by=cast.ana)
    assert signed_in(cast.ana).get(at(cast, "traffic", "svg")).status_code == 404
    assert "Braga" not in told(signed_in(cast.ana).get(at(cast, "robvis", "csv")))
    assert "Braga" in told(signed_in(cast.ben).get(at(cast, "robvis", "csv")))


@pytest.mark.parametrize("what", ["traffic", "summary"])
@pytest.mark.parametrize(("kind", "start"), [("svg", b"<svg"), ("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_plots_come_as_files(cast: Cast, signed_in: SignIn, what: str, kind: str, start: bytes) -> None:
    settled(cast, "Braga 2018")
    answer = signed_in(cast.dov).get(at(cast, what, kind))
    assert start in answer.content[:200]
    assert f"rob1-{what}.{kind}" in answer["Content-Disposition"]


@pytest.mark.parametrize(("what", "kind"), [("traffic", "csv"), ("astrology", "svg"), ("robvis", "svg")])
def test_no_other_files_are_there(cast: Cast, signed_in: SignIn, what: str, kind: str) -> None:
    settled(cast, "Braga 2018")
    assert signed_in(cast.dov).get(at(cast, what, kind)).status_code == 404


def test_weights_are_those_of_the_newest_run(cast: Cast, signed_in: SignIn) -> None:
    one, other = settled(cast, "Braga 2018"), settled(cast, "Li 2003", other="high")
    settled(cast, "Without weight")
    analysis = an_analysis(cast.review, cast.ana, studies=0)
    for number, weights in enumerate(((50.0, 50.0), (75.0, 25.0)), 1):
        studies = [{"study": pk, "weight": weight} for pk, weight in zip((one, other), weights, strict=True)]
        Run.objects.create(
            analysis=analysis, number=number, inputs=[], inputs_hash="x", settings={}, engine="0",
            result={"studies": studies}, seconds=0,
        )  # fmt: skip
    page = f"{at(cast, 'robvis', 'csv')}?analysis={analysis.pk}"
    rows = list(csv.DictReader(io.StringIO(told(signed_in(cast.dov).get(page)))))
    assert [(row["Study"], row["Weight"]) for row in rows] == [("Braga 2018", "75.0"), ("Li 2003", "25.0")]
    assert rows[1]["Other.sources.of.bias"] == "High"
    member = cast.review.memberships.get(user=cast.dov)
    plot = bias_plot(member, analysis=analysis, palette="colour-blind")
    assert plot.left_out == ("Without weight",)
    assert plot.lights.palette == "colour-blind"


def test_checklists_are_drawn_in_their_own_words(cast: Cast) -> None:
    bias_tools.choose(review=cast.review, tool="nos-cohort", by=cast.ana)
    study = a_study(cast.review)
    tool = tool_of(study)
    for person in (cast.ben, cast.chi):
        for item in tool.items:
            level = tool.levels_of(item)[0].key
            bias.judge(study=study, tool=tool, item=item.key, level=level, support="x", by=person)
        completion.finish(study=study, task=BIAS, by=person)
    bias.settle_agreeing(study=study, tool=tool, by=cast.ana)
    plot = bias_plot(cast.review.memberships.get(user=cast.dov))
    assert plot.lights.word("low") == "One star or Two stars"
    assert not plot.lights.has_overall
