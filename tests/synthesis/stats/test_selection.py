"""Selection models: R's maxima or higher ones, exact gradients, and what the caller gets when data do not say enough."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from synthesis.stats import BadInput, NotDefined, StatsError, TooFewStudies, pool, selection_model
from synthesis.stats.model import orthonormal
from synthesis.stats.selection.setup import Options, Units, cuts_of, selected
from synthesis.stats.verification import verify
from tests.synthesis.stats.data import REFERENCE

FILE = REFERENCE / "small_study.json"
DATA = json.loads(FILE.read_text())
COLUMNS = {name: np.array(column) for name, column in DATA["tables"]["trials"]["columns"].items()}
Y, V = COLUMNS["yi"], COLUMNS["vi"]

OPTIONS = {
    "halfnorm": {"type": "halfnorm"},
    "negexp": {"type": "negexp"},
    "logistic": {"type": "logistic"},
    "power": {"type": "power"},
    "two-sided halfnorm": {"type": "halfnorm", "alternative": "two.sided"},
    "two-sided beta": {"type": "beta", "alternative": "two.sided"},
    "negexp by sei": {"type": "negexp", "imprecision": np.sqrt(V)},
    "negexp above 0.1": {"type": "negexp", "steps": [0.1]},
    "fixed negexppow": {"type": "negexppow", "delta": [2, 0.7]},
    "moderator": {
        "type": "stepfun",
        "steps": [0.1],
        "X": np.column_stack([np.ones_like(Y), COLUMNS["size"]]),
    },
}


def fitted(name: str):
    return selection_model(Y, V, **{"alternative": "less", **OPTIONS[name]})


def test_every_reference_case_of_step_functions_passes():
    report = verify([FILE], frozenset({"selmodel"}))
    assert [outcome for outcome in report.outcomes if outcome.status != "passed"] == []
    assert len(report.outcomes) > 10


@pytest.mark.parametrize("case", DATA["selection"], ids=lambda case: case["id"])
def test_smooth_functions_reach_r_s_maximum_or_a_higher_one(case):
    found = fitted(case["id"])
    assert found.log_likelihood >= case["ll"] - 1e-9
    if found.log_likelihood < case["ll"] + 1e-3:  # the same one; R stops before τ² is quite zero
        assert found.beta == pytest.approx(case["beta"], abs=2e-3)
        assert found.delta == pytest.approx(case["delta"], rel=5e-3, abs=0.02)
        assert found.tau2 == pytest.approx(case["tau2"], abs=1e-3)


@pytest.mark.parametrize("kind", ["beta", "halfnorm", "negexp", "logistic", "power", "negexppow", "stepfun"])
@pytest.mark.parametrize("alternative", ["greater", "two.sided"])
def test_the_likelihood_is_the_integral_it_stands_for_and_its_gradient_is_exact(kind, alternative):
    steps = [0.2] if kind == "stepfun" else None
    options = Options(kind, alternative, True, 95.0, cuts_of(kind, steps))
    units = Units.of(Y, V, orthonormal(np.ones((Y.size, 1)), ("intrcpt",)), options.sign)
    data = selected(units, options, None)
    delta = np.array([0.8, 1.7]) if len(data.kind.smallest) == 2 else np.array([1.3])
    beta, tau2 = np.array([0.4]), 0.6
    value, gradient = data.log_likelihood(beta, tau2, delta)

    def weight(z: float) -> float:
        p = 2 * norm.sf(abs(z)) if alternative == "two.sided" else norm.sf(z)
        p = min(max(p, data.kind.censor), 1 - data.kind.censor)
        at = np.array([p if kind != "stepfun" else float(p > 0.2)])
        return float(np.exp(data.kind.curve(at, 1 - at, delta, 1.0)[0][0]))

    expected, mean = 0.0, float((data.X @ beta)[0])
    for y, v in zip(data.y, data.v, strict=True):
        s, root = np.sqrt(v + tau2), np.sqrt(v)
        kinks = sorted({mean + root * c for c in (-4.26, -1.2816, -0.8416, 0, 0.8416, 1.2816, 4.26)})
        spots = [x for x in kinks if abs(x - mean) < 9 * s]
        area = quad(
            lambda x, s=s, root=root: weight(x / root) * norm.pdf(x, mean, s),
            mean - 9 * s, mean + 9 * s, points=spots, limit=300, epsrel=1e-9,
        )[0]  # fmt: skip
        expected += np.log(weight(y / root)) + norm.logpdf(y, mean, s) - np.log(area)
    assert value == pytest.approx(expected, abs=1e-6)
    for j in range(gradient.size):
        h = np.zeros(gradient.size)
        h[j] = 1e-5
        ahead, behind = (
            data.log_likelihood(beta + sign * h[:1], tau2 + sign * h[1], delta + sign * h[2:])[0]
            for sign in (1, -1)
        )
        assert gradient[j] == pytest.approx((ahead - behind) / 2e-5, abs=1e-5)


def test_no_selection_is_the_plain_model():
    found = selection_model(Y, V, steps=[0.05], delta=[1, 1])
    plain = pool(Y, V, tau2="ML")
    assert found.beta[0] == pytest.approx(plain.estimate, rel=1e-7)
    assert found.tau2 == pytest.approx(plain.tau2, rel=1e-6)
    assert found.log_likelihood == pytest.approx(plain.likelihood.ll)
    assert (found.LRT_df, found.LRT_p) == (0, None)


def test_a_change_of_unit_and_direction_changes_nothing_else():
    one = selection_model(Y, V, alternative="less", steps=[0.1])
    other = selection_model(-1000 * Y, 1e6 * V, alternative="greater", steps=[0.1])
    assert other.beta == pytest.approx(-1000 * one.beta, rel=1e-5)
    assert other.tau2 == pytest.approx(1e6 * one.tau2, rel=1e-4, abs=1e-3)
    assert other.delta == pytest.approx(one.delta, rel=1e-5)
    assert abs(other.LRT - one.LRT) < 1e-7


def test_an_interval_without_studies_cannot_be_estimated():
    with pytest.raises(NotDefined, match="interval up to"):
        selection_model(Y, V, steps=[0.05, 0.0501, 0.5], alternative="less")


def test_without_a_study_in_the_first_interval_the_others_run_to_their_bound():
    found = selection_model(Y, V, steps=[1e-9], alternative="less")
    assert found.delta_at_bound
    assert found.delta[1] == pytest.approx(100)
    assert "delta_at_bound" in [note.code for note in found.warnings]


def test_a_threshold_needs_studies_on_both_sides():
    with pytest.raises(NotDefined, match="both sides"):
        selection_model(Y, V, type="negexp", steps=[1e-9])


def test_zero_heterogeneity_has_no_standard_error_and_says_so():
    found = fitted("negexp")
    assert found.tau2 == 0
    assert found.se_tau2 is None
    assert "tau2_at_zero" in [note.code for note in found.warnings]


@pytest.mark.parametrize(
    "options",
    [
        {"type": "sigmoid"},
        {"steps": [1.0]},
        {"steps": [0.0, 0.5]},
        {"type": "beta", "steps": [0.05]},
        {"type": "negexp", "delta": [1, 2]},
        {"type": "negexp", "delta": [-1]},
        {"type": "beta", "imprecision": np.ones(Y.size)},
        {"X": np.ones((3, 1))},
        {"level": 100},
    ],
)
def test_impossible_options_are_refused(options):
    with pytest.raises(BadInput, match=r"\w+ \w+"):
        selection_model(Y, V, **options)


def test_fewer_studies_than_parameters_are_refused():
    with pytest.raises(TooFewStudies):
        selection_model(Y[:3], V[:3], type="beta")


@pytest.mark.parametrize("seed", range(4))
def test_any_data_give_finite_numbers_or_a_reason(seed):
    rng = np.random.default_rng(seed)
    v = 10 ** rng.uniform(-4, 2, 9)
    y = rng.normal(0, 2, 9) * np.sqrt(v) + rng.choice([0.0, 5.0])
    for kind in ("stepfun", "beta", "power"):
        try:
            found = selection_model(y, v, type=kind)
        except StatsError:
            continue
        assert np.isfinite([found.beta[0], found.tau2, found.log_likelihood, *found.delta]).all()
        assert found.log_likelihood >= found.null_log_likelihood - 1e-8
