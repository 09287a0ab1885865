"""The examples, played through the app's own verbs, give the numbers that their files announce."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from demo import loading
from demo.loading.example import Example
from reviews.models import Event, Job, Review
from screening.models import Candidate, Stage
from screening.services import standing
from synthesis.models import Analysis
from synthesis.queries.flow import Flow, flow_of
from synthesis.reporting.flow_rules import check


@pytest.fixture(scope="module", params=loading.EXAMPLES)
def example(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Example]:
    """An example, loaded once for all tests that only look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        [review] = loading.load([request.param])
        example = Example.named(request.param, {})
        example.review = review
        yield example
        transaction.set_rollback(True)


def column(flow: Flow, prefix: str) -> dict[str, Any]:
    counts = flow.counts

    def number(name: str) -> int:
        return int(getattr(counts, prefix + name))

    reasons = getattr(counts, f"{prefix}exclusion_reasons")
    return {
        "sought": number("sought"),
        "retrieval_open": number("retrieval_open"),
        "not_retrieved": number("not_retrieved"),
        "excluded": number("reports_excluded"),
        "excluded_for": {tally.name: tally.n for tally in reasons if tally.n},
        "decided": number("assessed"),
    }


def test_the_flow_diagram_counts_what_the_files_announce(example: Example) -> None:
    flow, expected = flow_of(example.review), example.read("expected")
    counts = flow.counts
    assert (counts.database_records, counts.register_records) == (
        expected["identified"]["databases"],
        expected["identified"]["registers"],
    )
    assert counts.other_records == expected["identified"]["websites"] + expected["identified"]["citations"]
    assert counts.duplicates == expected["duplicates_removed"]
    screened = expected["title_abstract"]
    assert counts.screened == screened["included"] + screened["excluded"]
    assert counts.excluded == screened["excluded"]
    assert counts.screening_open == screened["open"] + screened["in_conflict"]
    for prefix, name in (("", "reports_from_databases"), ("other_", "reports_from_other_methods")):
        found = column(flow, prefix)
        assert found == {key: expected[name][key] for key in found}
    assert (counts.included.studies, counts.included.reports) == (
        expected["studies"],
        expected["reports_of_studies"],
    )


def test_every_prisma_rule_holds(example: Example) -> None:
    broken = [rule for rule in check(flow_of(example.review).counts) if not rule.ok]
    assert broken == []


def test_each_analysis_gives_what_metafor_gives(example: Example) -> None:
    for told in example.read("analyses")["analyses"]:
        run = Analysis.objects.get(review=example.review, title=told["title"]).runs.get()
        pooled, expected = run.result["pooled"], told["expected"]
        assert run.result["k"] == expected["k"]
        names = {"estimate": "estimate", "se": "se", "ci_low": "ci_lb", "ci_high": "ci_ub", "q": "Q"}
        for theirs, ours in names.items():
            assert pooled[ours] == pytest.approx(expected[theirs], rel=1e-7, abs=1e-8), (told["key"], ours)
        if told["model"] == "random":
            assert pooled["tau2"] == pytest.approx(expected["tau2"], rel=1e-6, abs=1e-8)


def test_nothing_changes_when_everything_is_computed_anew(example: Example) -> None:
    before = list(Candidate.objects.filter(review=example.review).order_by("pk").values())
    standing.rebuild(review=example.review)
    assert list(Candidate.objects.filter(review=example.review).order_by("pk").values()) == before


def test_loading_twice_leaves_everything_as_it_is(example: Example) -> None:
    events = Event.objects.count()
    assert loading.load([example.folder.name]) == []
    assert Event.objects.count() == events


def test_no_job_is_left_waiting(example: Example) -> None:
    assert not Job.objects.filter(review=example.review).exclude(status=Job.Status.DONE).exists()


@pytest.mark.django_db
def test_als_is_part_way() -> None:
    [review] = loading.load(["als"])
    conflicts = Candidate.objects.of(review, Stage.TITLE_ABSTRACT).in_conflict()
    assert conflicts.count() == 3
    assert Candidate.objects.filter(review=review, status=Candidate.Status.OPEN).exists()


@pytest.mark.django_db
def test_the_command_prints_the_published_results() -> None:
    out = StringIO()
    call_command("load_demo", headless=True, stdout=out)
    text = out.getvalue()
    assert "-0.7141 [-1.0644, -0.3638]" in text
    assert "-0.7145" in text
    assert "SE 0.1798, tau² 0.3132" in text
    assert "I² 92.1 % (Q)" in text
    assert Review.objects.count() == len(loading.EXAMPLES)


@pytest.mark.django_db
def test_the_logins_are_printed_only_when_there_are_any() -> None:
    out = StringIO()
    call_command("load_demo", logins=True, stdout=out)
    assert out.getvalue() == ""
