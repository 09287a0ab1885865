"""From decisions to a level."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthesis.grading import DOMAINS, NEEDED, Decision, glyphs, rate

ANY = st.fixed_dictionaries(
    {},
    optional={
        key: st.sampled_from([Decision(key, change, "x") for change in domain.changes])
        for key, domain in DOMAINS.items()
    },
)


def decided(**changes: int) -> dict[str, Decision]:
    """Everything that is needed, without change but where said."""
    return {key: Decision(key, changes.get(key, 0), "So.") for key in {*NEEDED, *changes}}


@pytest.mark.parametrize(
    ("changes", "name", "signs"),
    [
        ({}, "High", "⊕⊕⊕⊕"),
        ({"bias": -1}, "Moderate", "⊕⊕⊕⊖"),
        ({"bias": -1, "imprecision": -1}, "Low", "⊕⊕⊖⊖"),
        ({"imprecision": -3}, "Very low", "⊕⊖⊖⊖"),
        ({"bias": -2, "imprecision": -3, "publication": -2}, "Very low", "⊕⊖⊖⊖"),
        ({"design": -2}, "Low", "⊕⊕⊖⊖"),
        ({"design": -2, "large": 2, "dose": 1, "confounding": 1}, "High", "⊕⊕⊕⊕"),
    ],
)
def test_levels(changes: dict[str, int], name: str, signs: str) -> None:
    found = rate(decided(**changes))
    assert (found.name, found.glyphs, found.is_complete) == (name, signs, True)


def test_there_is_a_footnote_for_each_change_and_none_for_the_start() -> None:
    found = rate(decided(design=-2, bias=-1, large=1))
    assert found.footnotes == (
        "Downgraded one level for risk of bias: So.",
        "Upgraded one level for large effect: So.",
    )


def test_what_was_not_judged_is_named() -> None:
    found = rate({"bias": Decision("bias", 0)})
    assert not found.is_complete
    assert "Indirectness" in found.missing
    assert "Risk of bias" not in found.missing


def test_rating_up_what_was_rated_down_is_cautioned() -> None:
    assert "down and up" in rate(decided(design=-2, bias=-1, large=1)).cautions[0]
    assert not rate(decided(design=-2, large=1)).cautions
    assert "starts high" in rate(decided(large=1)).cautions[0]


@pytest.mark.parametrize(
    ("domain", "change"), [("bias", -3), ("bias", 1), ("large", 3), ("dose", 2), ("design", -1), ("luck", 0)]
)
def test_a_domain_moves_only_as_far_as_grade_lets_it(domain: str, change: int) -> None:
    with pytest.raises(ValueError, match=r"domain|move"):
        Decision(domain, change)


@given(ANY)
def test_a_level_is_always_one_of_four(decisions: dict[str, Decision]) -> None:
    found = rate(decisions)
    assert 1 <= found.level <= 4
    assert len(glyphs(found.level)) == 4
    assert found.glyphs.count("⊕") == found.level


@given(ANY, st.sampled_from(["bias", "inconsistency", "indirectness", "imprecision", "publication"]))
def test_one_more_reason_down_never_raises_certainty(decisions: dict[str, Decision], domain: str) -> None:
    milder = decisions | {domain: Decision(domain, 0)}
    assert rate(milder | {domain: Decision(domain, -1, "x")}).level <= rate(milder).level
