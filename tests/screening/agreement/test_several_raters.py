"""What any number of raters agree on, with gaps, against other programs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.agreement import BadCounts, PairTable, Ratings, alpha, nominal_alpha, pair, several
from tests.screening.agreement.reference import MANY, TWO, close, ratings, table

WITH_RATERS = [name for name, case in MANY.items() if "raters_by_unit" in case]
some_ratings = st.lists(st.lists(st.sampled_from(["a", "b", "c", None]), max_size=4), max_size=12)


@pytest.mark.parametrize("name", WITH_RATERS)
def test_alpha_is_krippendorffs(name: str) -> None:
    assert alpha(ratings(name)) == close(
        MANY[name][
            "krippendorff_alpha_nominal" if "krippendorff_alpha_nominal" in MANY[name] else "alpha_nominal"
        ]
    )


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_on_every_scale_is_the_published_one(scale: str) -> None:
    name = "krippendorff_2011_4x12_missing"
    value = alpha(ratings(name), scale=scale, values=[1, 2, 3, 4, 5])  # type: ignore[arg-type]
    assert value == close(MANY[name][f"alpha_{scale}"])


@pytest.mark.parametrize("name", TWO)
def test_alpha_of_two_raters(name: str) -> None:
    expected = TWO[name]["alpha_nominal"]
    assert alpha(Ratings.from_pair(table(name))) == (None if expected is None else close(expected))


@pytest.mark.parametrize("name", [*TWO, *WITH_RATERS])
def test_the_interval_of_alpha_is_that_of_irrcac(name: str) -> None:
    case = (TWO | MANY)[name]["irrCAC"]["krippendorff"]
    found = nominal_alpha(Ratings.from_pair(table(name)) if name in TWO else ratings(name))
    if name == "all_excluded_by_both":
        assert not found.is_defined
        return
    assert (found.value, found.se) == (close(case["value"]), close(case["se"]))
    assert (found.low, found.high) == (close(case["ci95"][0]), close(case["ci95"][1], digits=7))


@pytest.mark.parametrize("name", WITH_RATERS)
def test_gwet_and_brennan_prediger_allow_gaps(name: str) -> None:
    case = MANY[name]["irrCAC"]
    for coefficient, key in ((several.gwet_ac1, "gwet"), (several.brennan_prediger, "bp")):
        found = coefficient(ratings(name))
        assert found.value == close(case[key]["value"])
        assert found.se == close(case[key]["se"])
        assert (found.low, found.high) == (close(case[key]["ci95"][0]), close(case[key]["ci95"][1]))


def test_fleiss_kappa_is_the_textbooks() -> None:
    case = MANY["fleiss_10x14x5"]
    counts = Ratings.from_counts(case["counts_unit_by_category"])
    assert several.percent(counts) == close(case["po"])
    assert several.fleiss(counts) == close(case["fleiss_kappa"])
    assert several.fleiss_null_se(counts) == close(case["se0_fleiss1979"])


def test_fleiss_kappa_of_three_reviewers() -> None:
    case = MANY["three_reviewers_200_complete"]
    assert several.fleiss(ratings("three_reviewers_200_complete")) == close(case["fleiss_kappa"])
    assert several.fleiss_null_se(ratings("three_reviewers_200_complete")) == close(case["se0_fleiss1979"])
    assert several.fleiss_null_se(ratings("three_reviewers_200_missing")) is None


def test_each_pair_of_three_reviewers_has_its_own_kappa() -> None:
    case = MANY["three_reviewers_200_complete"]
    for names, expected in case["pairwise_cohen"].items():
        one, two = (case["raters_by_unit"][int(at)] for at in names.split("-"))
        counted = PairTable.from_pairs(zip(one, two, strict=True), categories=[1, 0])
        assert pair.cohen(counted).value == close(expected)


@pytest.mark.parametrize("words", [[], [["a"]], [[None, None]], [["a", "a"], ["a", "a"]], [["a"], ["b"]]])
def test_alpha_without_pairs_or_with_one_category_is_not_defined(words: list[list[str | None]]) -> None:
    counted = Ratings.from_words(words, categories=["a", "b"])
    assert alpha(counted) is None
    assert several.fleiss(counted) is None


def test_an_interval_scale_needs_its_numbers() -> None:
    counted = Ratings.from_words([["a", "b"]], categories=["a", "b"])
    for values in (None, [1.0], [1.0, float("nan")]):
        with pytest.raises(BadCounts):
            alpha(counted, scale="interval", values=values)
    with pytest.raises(BadCounts):
        alpha(counted, scale="ratio", values=[-1.0, 1.0])
    assert alpha(counted, scale="interval", values=[3.0, 3.0]) is None


@pytest.mark.parametrize("counts", [[[1, 2], [1]], [[1, -1]], [[]]])
def test_counts_that_cannot_be_are_refused(counts: list[list[int]]) -> None:
    with pytest.raises(BadCounts):
        Ratings.from_counts(counts)


@given(some_ratings, st.integers(1, 4))
def test_who_did_not_rate_changes_nothing(words: list[list[str | None]], absent: int) -> None:
    categories = ["a", "b", "c"]
    with_gaps = Ratings.from_words([[*row, *[None] * absent] for row in words], categories=categories)
    without = Ratings.from_words([[word for word in row if word] for row in words], categories=categories)
    assert alpha(with_gaps) == alpha(without)
    assert several.gwet_ac1(with_gaps) == several.gwet_ac1(without)


@given(some_ratings)
def test_alpha_of_two_words_is_the_same_on_every_scale(words: list[list[str | None]]) -> None:
    two = [["a" if word == "c" else word for word in row] for row in words]
    counted = Ratings.from_words(two, categories=["a", "b"])
    nominal = alpha(counted)
    for scale in ("ordinal", "interval", "ratio"):
        other = alpha(counted, scale=scale, values=[0, 1])
        assert other == (None if nominal is None else pytest.approx(nominal, abs=1e-12))


@given(st.lists(st.lists(st.sampled_from(["a", "b"]), min_size=2, max_size=2), max_size=12))
def test_specific_agreement_of_two_raters_is_the_usual_one(words: list[list[str]]) -> None:
    pairs = PairTable.from_pairs(((one, two) for one, two in words), categories=["a", "b"])
    counted = Ratings.from_words(words, categories=["a", "b"])
    for category in range(2):
        found = several.specific_agreement(counted, category) if words else None
        expected = pair.specific_agreement(pairs, category)
        assert found == (None if expected is None else pytest.approx(expected))
