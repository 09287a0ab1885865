"""Effects that share studies: nested, crossed and structured random effects, robust variances, averages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from synthesis.stats import (
    BadInput,
    BadVariance,
    Multilevel,
    NotDefined,
    TooFewStudies,
    aggregate,
    impute_covariance,
    multilevel,
    pool,
    profile_deviance,
    profile_interval,
    robust,
    robust_regression,
)
from synthesis.stats.dependence import search
from synthesis.stats.dependence.structures import STRUCTURES
from synthesis.stats.maximise import gradient
from synthesis.stats.verification import verify
from tests.synthesis.stats.data import REFERENCE

# Berkey 1998: probing depth and attachment level in five periodontal trials.
Y = np.array([0.47, -0.32, 0.20, -0.60, 0.40, -0.12, 0.26, -0.31, 0.56, -0.39])
BLOCKS = [
    [[0.0075, 0.0030], [0.0030, 0.0077]],
    [[0.0057, 0.0009], [0.0009, 0.0008]],
    [[0.0021, 0.0007], [0.0007, 0.0014]],
    [[0.0029, 0.0009], [0.0009, 0.0015]],
    [[0.0148, 0.0072], [0.0072, 0.0304]],
]
TRIAL = [n for n in range(5) for _ in range(2)]
OUTCOME = ["PD", "AL"] * 5
COLUMNS: dict[str, list[Any]] = {
    "trial": TRIAL,
    "outcome": OUTCOME,
    "row": list(range(10)),
    "time": [1.0, 2.5] * 5,
}


def sampling() -> np.ndarray:
    V = np.zeros((10, 10))
    for n, block in enumerate(BLOCKS):
        V[2 * n : 2 * n + 2, 2 * n : 2 * n + 2] = block
    return V


def by_outcome() -> np.ndarray:
    return np.array([[o == "AL", o == "PD"] for o in OUTCOME], dtype=float)


def berkey(structure: str = "UN", random: tuple[str, ...] = ("~ outcome | trial",)) -> Multilevel:
    names = ("outcomeAL", "outcomePD")
    return multilevel(
        Y, sampling(), by_outcome(), names=names, random=random, structures=[structure], columns=COLUMNS
    )


def test_every_reference_case_of_dependence_passes():
    report = verify(
        [REFERENCE / "dependence.json"], frozenset({"rma.mv", "robust", "robumeta", "aggregate", "rma.ls"})
    )
    assert [outcome for outcome in report.outcomes if outcome.status != "passed"] == []
    assert {outcome.family for outcome in report.outcomes} == {
        "rma.mv",
        "robust",
        "robumeta",
        "aggregate",
        "rma.ls",
    }


def test_two_outcomes_get_their_published_estimates():
    fit = berkey()
    assert fit.beta == pytest.approx([-0.3392, 0.3534], abs=5e-5)
    assert fit.structures[0].tau2 == pytest.approx([0.0327, 0.0117], abs=5e-5)
    assert fit.structures[0].rho == pytest.approx([0.6088], abs=5e-5)


def test_one_level_is_the_random_effects_model():
    v = np.diag(sampling())
    fit, plain = multilevel(Y, v, random=["~ 1 | row"], columns=COLUMNS), pool(Y, v)
    assert fit.components[0].value == pytest.approx(plain.tau2, rel=1e-7)
    assert (fit.beta[0], fit.se[0]) == pytest.approx((plain.estimate, plain.se), rel=1e-7)
    assert (fit.likelihood.ll, fit.Q, fit.components[0].I2) == pytest.approx(
        (plain.likelihood.ll, plain.Q, plain.I2), rel=1e-7
    )


def test_nested_levels_are_a_compound_symmetry_written_differently():
    nested = multilevel(Y, sampling(), by_outcome(), random=["~ 1 | trial/row"], columns=COLUMNS)
    structured = berkey("CS")
    between, within = (component.value for component in nested.components)
    assert structured.structures[0].tau2[0] == pytest.approx(between + within, rel=1e-6)
    assert structured.structures[0].rho[0] == pytest.approx(between / (between + within), rel=1e-6)
    assert structured.likelihood.ll == pytest.approx(nested.likelihood.ll, rel=1e-9)


def test_other_units_give_the_same_answer_in_those_units():
    first, second = (
        berkey(),
        multilevel(
            1e6 * Y,
            1e12 * sampling(),
            by_outcome(),
            random=["~ outcome | trial"],
            structures=["UN"],
            columns=COLUMNS,
        ),
    )
    assert second.beta == pytest.approx(1e6 * first.beta, rel=1e-6)
    assert second.structures[0].rho == pytest.approx(first.structures[0].rho, rel=1e-5)


def test_the_order_of_rows_does_not_matter():
    order = np.random.default_rng(5).permutation(10)
    shuffled: dict[str, list[Any]] = {name: [column[i] for i in order] for name, column in COLUMNS.items()}
    V = sampling()[np.ix_(order, order)]
    fit = multilevel(
        Y[order], V, by_outcome()[order], random=["~ outcome | trial"], structures=["UN"], columns=shuffled
    )
    assert fit.beta == pytest.approx(berkey().beta, rel=1e-7)


@pytest.mark.parametrize("structure", sorted(STRUCTURES))
@pytest.mark.parametrize("restricted", [True, False])
def test_the_score_is_the_slope_of_the_likelihood(structure, restricted):
    inner = "time" if structure == "CAR" else "outcome"
    model = berkey(structure, random=(f"~ {inner} | trial", "~ 1 | row")).state.model
    units = search.unit_of(model, 0.3)
    function = search.objective(model, restricted, units)
    x = np.linspace(0.4, 0.9, units.size)
    assert function(x)[1] == pytest.approx(gradient(lambda z: function(z)[0], x), rel=1e-5, abs=1e-6)


def test_crossed_effects_of_a_complete_table_are_those_of_its_analysis_of_variance():
    rng = np.random.default_rng(3)
    lab, site = np.repeat(np.arange(12), 8), np.tile(np.arange(8), 12)
    y = rng.normal(0, 1.0, 12)[lab] + rng.normal(0, 0.5, 8)[site] + rng.normal(0, 0.1, 96)
    columns: dict[str, list[Any]] = {"lab": lab.tolist(), "site": site.tolist()}
    fit = multilevel(y, np.full(96, 0.01), random=["~ 1 | lab", "~ 1 | site"], columns=columns)
    table = y.reshape(12, 8)
    by_lab = np.var(table.mean(1), ddof=1) - 0.01 / 8
    by_site = np.var(table.mean(0), ddof=1) - 0.01 / 12
    assert [component.value for component in fit.components] == pytest.approx([by_lab, by_site], rel=1e-6)
    assert [component.levels for component in fit.components] == [12, 8]


def test_a_component_without_variation_is_exactly_zero_and_says_so():
    v = np.full(10, 4.0)
    fit = multilevel(Y, v, random=["~ 1 | trial/row"], columns=COLUMNS)
    assert [component.value for component in fit.components] == [0.0, 0.0]
    assert "component_zero" in {warning.code for warning in fit.warnings}


def test_profile_limits_are_where_the_likelihood_has_fallen_by_half_a_chi_square():
    fit = berkey()
    for parameter in ("tau2.1", "tau2.2", "rho.1"):
        found = profile_interval(fit, parameter)
        inside = [x for x in (found.lower, found.upper) if x is not None and abs(x) not in (0.0, 1.0)]
        assert found.lower < found.estimate < (found.upper or np.inf)
        assert profile_deviance(fit, parameter, inside) == pytest.approx([3.8415] * len(inside), abs=1e-3)


def test_impossible_models_are_refused_with_the_reason():
    v = np.diag(sampling())
    for formula in ("trial", "~ 1 | nothing", "~ outcome | trial/row"):
        with pytest.raises(BadInput):
            multilevel(Y, v, random=[formula], columns=COLUMNS)
    with pytest.raises(BadInput, match="XX"):
        berkey("XX")
    with pytest.raises(BadInput, match="symmetric"):
        multilevel(Y, np.triu(sampling() + 1e-3), random=["~ 1 | trial"], columns=COLUMNS)
    with pytest.raises(BadVariance):
        multilevel(Y, np.zeros(10), random=["~ 1 | trial"], columns=COLUMNS)
    with pytest.raises(BadInput, match="row 3"):
        multilevel(Y, v, random=["~ 1 | trial"], columns={"trial": [1, 1, None, *TRIAL[3:]]})
    with pytest.raises(TooFewStudies):
        multilevel(Y[:1], v[:1], random=["~ 1 | trial"], columns={"trial": [1]})


def test_robust_variances_do_not_depend_on_how_columns_are_coded():
    fit = berkey()
    other = multilevel(
        Y,
        sampling(),
        np.column_stack([np.ones(10), by_outcome()[:, 1]]),
        random=["~ outcome | trial"],
        structures=["UN"],
        columns=COLUMNS,
    )
    for kind in ("CR0", "CR1", "CR1S", "CR1p", "CR2"):
        a, b = robust(fit, TRIAL, kind=kind), robust(other, TRIAL, kind=kind)
        assert (b.se[0], b.df[0]) == pytest.approx((a.se[0], a.df[0]), rel=1e-6)


def test_few_degrees_of_freedom_are_pointed_out():
    assert "few_df" in {warning.code for warning in robust(berkey(), TRIAL).warnings}


def test_robust_variances_need_clusters():
    fit = berkey()
    with pytest.raises(TooFewStudies):
        robust(fit, ["all"] * 10)
    with pytest.raises(BadInput):
        robust(fit, [None, *TRIAL[1:]])
    with pytest.raises(NotDefined):
        robust(fit, [0] * 5 + [1] * 5, kind="CR0", df="residual")


def test_independent_effects_make_robust_regression_an_ordinary_one():
    v = np.diag(sampling())
    found = robust_regression(Y, v, cluster=list(range(10)), rho=0.8)
    assert found.robust.clusters == 10
    assert found.tau2 == pytest.approx(pool(Y, v, tau2="DL").tau2, rel=1e-9)


def test_the_average_of_effects_known_to_be_equal_keeps_their_variance_only_when_correlated():
    alone = aggregate([1.0, 1.0], [0.2, 0.2], ["a", "a"], rho=0.0)
    together = aggregate([1.0, 1.0], [0.2, 0.2], ["a", "a"], rho=0.999)
    assert alone.vi[0] == pytest.approx(0.1)
    assert together.vi[0] == pytest.approx(0.2, rel=1e-3)
    assert tuple(together.k) == (2,)


def test_imputed_covariances_follow_types_and_times():
    V = impute_covariance(
        [1.0, 4.0, 1.0],
        ["s", "s", "s"],
        rho=0.5,
        within=["x", "x", "y"],
        rho_within=0.8,
        times=[0, 1, 1],
        phi=0.9,
    ).toarray()
    expected = np.array([[1.0, 1.44, 0.45], [1.44, 4.0, 1.0], [0.45, 1.0, 1.0]])
    assert pytest.approx(expected) == V
    with pytest.raises(BadInput, match="impossible"):
        impute_covariance([1, 1, 1], ["s"] * 3, rho=-0.9)


def test_ten_thousand_effects_in_two_thousand_studies_are_fitted_block_by_block():
    rng = np.random.default_rng(1)
    study = np.repeat(np.arange(2000), 5)
    v = rng.uniform(0.02, 0.2, study.size)
    y = 0.3 + rng.normal(0, 0.4, 2000)[study] + rng.normal(0, np.sqrt(0.05 + v))
    columns: dict[str, list[Any]] = {"study": study.tolist(), "row": list(range(study.size))}
    fit = multilevel(
        y, impute_covariance(v, columns["study"], rho=0.0), random=["~ 1 | study/row"], columns=columns
    )
    assert [component.value for component in fit.components] == pytest.approx([0.16, 0.05], rel=0.15)
