"""Many treatments compared through each other."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from synthesis.stats import BadInput, BadVariance, Disconnected, TooFewStudies, network, pool
from tests.synthesis.stats.data import REFERENCE

CASES = json.loads((REFERENCE / "network.json").read_text())
# netmeta 3.7-0 on Baker 2009 (chronic obstructive pulmonary disease; log odds ratios; two to four arms), as recorded
# by a third party with R 4.6.0. Order of treatments: alphabetical.
TE_RANDOM = [0, 0.1859677332969244, -0.070703190912526637, 0.068463172554299678, -0.21893333373580998]
TE_RANDOM += [-0.21894057552697405, 0.0024538627395678247, 0.158304565989211]
SE_RANDOM = [0, 0.17195823689451659, 0.17523998017452974, 0.17381172478813023, 0.16256081456382157]
SE_RANDOM += [0.15963819752722502, 0.16861498582750914, 0.16986242242906657]
TE_COMMON = [0, 0.21012371698446503, -0.051381884163102687, 0.080825133519040027, -0.1944878693499216]
TE_COMMON += [-0.19801435925639213, -0.011311881106412403, 0.15603872102122393]
PREDICTED = [-0.22014988528069129, -0.4824654342514787, -0.34083892442964936, -0.60905430836297259]
P_SCORES = [0.51985800432201712, 0.8539448585599152, 0.3522633441276205, 0.68556779286036273]
P_SCORES += [0.11322444684208231, 0.08710427649041913, 0.51615855062087734, 0.87187872617670592]


def case(name: str) -> Any:
    data = CASES[name]["data"]
    return data["yi"], data["vi"], data["treat1"], data["treat2"], data["study"]


def test_baker_2009_has_the_answers_of_netmeta():
    found = network(*case("baker"))
    assert (found.trials, found.rows, len(found.names), found.Q_df) == (38, 74, 8, 46)
    assert found.tau2 == pytest.approx(0.011136620914400978, rel=1e-11)
    assert pytest.approx(60.859612621330804, rel=1e-12) == found.Q
    assert pytest.approx(24.416212955194919, rel=1e-12) == found.I2
    np.testing.assert_allclose(found.effect[0], TE_RANDOM, atol=1e-12)
    np.testing.assert_allclose(found.se[0], SE_RANDOM, atol=1e-12)
    assert found.pi_lb is not None
    np.testing.assert_allclose(found.pi_lb[0, 1:5], PREDICTED, atol=1e-12)
    np.testing.assert_allclose(list(found.p_scores(small_is_good=True).values()), P_SCORES, atol=1e-12)
    common = network(*case("baker"), model="common")
    np.testing.assert_allclose(common.effect[0], TE_COMMON, atol=1e-12)
    assert common.pi_lb is None


def test_the_q_of_baker_2009_falls_apart_by_design_as_in_netmeta():
    parts = network(*case("baker")).decomposition()
    sums = [parts.within.Q, parts.between.Q]
    np.testing.assert_allclose(sums, [43.200379431344601, 17.65923318998621], rtol=1e-12)
    assert (parts.within.df, parts.between.df) == (34, 12)
    assert parts.between.p_value == pytest.approx(0.12643591317928315, rel=1e-11)
    assert sum(design.heterogeneity.Q for design in parts.designs) == pytest.approx(parts.within.Q)


def test_senn_2013_has_the_numbers_netmeta_prints():
    # netmeta on Senn2013: tau² = 0.1087, I² = 81.4 %, Q 96.99 (18) = 74.46 (11) + 22.53 (7), from effects rounded to
    # four digits; P-scores of the common effect as printed by netrank.
    found = network(*case("senn"))
    assert found.tau2 == pytest.approx(0.1087, abs=5e-5)
    assert pytest.approx(81.4, abs=0.05) == found.I2
    parts = found.decomposition()
    sums = [parts.total.Q, parts.within.Q, parts.between.Q]
    np.testing.assert_allclose(sums, [96.99, 74.46, 22.53], atol=0.015)
    assert (parts.total.df, parts.within.df, parts.between.df) == (18, 11, 7)
    scores = network(*case("senn"), model="common").p_scores(small_is_good=True)
    printed = {"rosiglitazone": 0.9789, "metformin": 0.8513, "pioglitazone": 0.7686, "miglitol": 0.6200}
    printed |= {"benfluorex": 0.5727, "acarbose": 0.4792, "vildagliptin": 0.3512, "sitagliptin": 0.2386}
    printed |= {"sulfonylurea": 0.1395, "placebo": 0.0000}
    assert scores == pytest.approx(printed, abs=1e-4)
    assert found.ranking(small_is_good=True)[0] == "rosiglitazone"


@pytest.mark.parametrize("name", ["baker", "senn"])
@pytest.mark.parametrize(("kind", "options"), [("common", {"model": "common"}), ("random", {"tau2": 0.1})])
def test_reduced_weights_say_the_same_as_the_multivariate_model_of_metafor(name, kind, options):
    expected = CASES[name][kind]
    found = network(*case(name), **options)
    rows = [found.names.index(treatment) for treatment in expected["names"]]
    column = found.names.index(expected["against"])
    np.testing.assert_allclose(found.effect[rows, column], expected["estimate"], atol=1e-10)
    np.testing.assert_allclose(found.se[rows, column], expected["se"], atol=1e-10)
    np.testing.assert_allclose(found.Q, CASES[name]["common"]["Q"], rtol=1e-10)


def two_arm() -> Any:
    """The trials of Senn 2013 with two arms, and their design matrix of basic contrasts."""
    y, v, first, second, study = case("senn")
    keep = [i for i, label in enumerate(study) if study.count(label) == 1]
    columns = [[list(column)[i] for i in keep] for column in (y, v, first, second, study)]
    names = sorted({*columns[2], *columns[3]})
    X = np.array([[(a == n) - (b == n) for n in names[1:]] for a, b in zip(*columns[2:4], strict=True)])
    return columns, X.astype(float), names


def test_back_calculation_equals_a_model_with_a_term_for_direct_evidence():
    columns, X, _ = two_arm()
    found = network(*columns, model="common")
    w = 1 / np.array(columns[1])
    checked = 0
    for split in found.split():
        if split.difference is None:
            continue
        pair = {split.treatment1, split.treatment2}
        sign = [
            (1.0 if a == split.treatment1 else -1.0) if {a, b} == pair else 0.0
            for a, b in zip(*columns[2:4], strict=True)
        ]
        D = np.column_stack([X, sign])
        cov = np.linalg.inv((D.T * w) @ D)
        beta = cov @ ((D.T * w) @ np.array(columns[0]))
        assert split.difference == pytest.approx((beta[-1], np.sqrt(cov[-1, -1])), rel=1e-8)
        checked += 1
    assert checked > 5


def test_a_star_network_is_its_pairwise_meta_analyses():
    y, v = [0.1, 0.3, 0.2, -0.4], [0.01, 0.02, 0.015, 0.03]
    found = network(y, v, ["A", "A", "B", "B"], ["P"] * 4, [1, 2, 3, 4], model="common")
    own = pool(y[:2], v[:2], model="common")
    assert found.effect[0, 2] == pytest.approx(own.estimate)
    assert found.se[0, 2] == pytest.approx(own.se)
    assert all(split.indirect is None or split.trials == 0 for split in found.split())


def test_weights_of_two_arm_trials_are_inverse_variances_and_those_of_multi_arm_trials_are_smaller():
    _, v, *_, study = case("baker")
    found = network(*case("baker"), model="common")
    alone = np.array([study.count(label) == 1 for label in study])
    np.testing.assert_allclose(found.weights[alone], 1 / np.array(v)[alone])
    assert (found.weights[~alone] < 1 / np.array(v)[~alone]).all()


def test_the_order_of_rows_and_of_treatments_in_them_does_not_matter():
    y, v, first, second, study = case("baker")
    order = np.random.default_rng(3).permutation(len(y))
    swapped = [(second[i], first[i], -y[i]) if i % 2 else (first[i], second[i], y[i]) for i in order]
    a, b, effects = zip(*swapped, strict=True)
    found = network(effects, np.array(v)[order], a, b, [study[i] for i in order])
    np.testing.assert_allclose(found.effect, network(*case("baker")).effect, atol=1e-12)


def test_the_league_table_reads_row_against_column():
    found = network(*case("senn"))
    order = found.ranking(small_is_good=True)
    table = found.league(order)
    assert [len(row) for row in table] == list(range(10))
    cell = table[1][0]
    assert (cell.row, cell.column) == (order[1], order[0])
    assert cell.estimate == found.effect[found.names.index(order[1]), found.names.index(order[0])]
    assert {c.row for c in found.against("placebo")} == set(found.names) - {"placebo"}


def test_groups_without_a_bridge_are_named():
    with pytest.raises(Disconnected) as refused:
        network([0.1, 0.2], [0.01, 0.01], ["A", "C"], ["B", "D"], [1, 2])
    assert refused.value.groups == (("A", "B"), ("C", "D"))


@pytest.mark.parametrize(
    ("error", "rows"),
    [
        (TooFewStudies, [(0.1, 0.01, "A", "B", 1)]),
        (BadInput, [(0.1, 0.01, "A", "A", 1), (0.1, 0.01, "B", "C", 2)]),
        (BadInput, [(0.1, 0.01, "A", "B", 1), (0.1, 0.01, "B", "C", 1)]),
        (BadInput, [(0.1, 0.01, "A", "B", 1), (0.1, 0.01, "B", "A", 1), (0.1, 0.01, "B", "C", 2)]),
        (BadInput, [(0.1, 0.01, "A", "B", 1), (0.1, 0.01, "B", "C", 1), (0.9, 0.01, "A", "C", 1)]),
        (BadInput, [(0.1, 0.01, "A", "B", 1), (0.1, 0.01, "B", "C", 1), (0.2, 0.9, "A", "C", 1)]),
        (BadVariance, [(0.1, 0.0, "A", "B", 1), (0.1, 0.01, "B", "C", 2)]),
    ],
)
def test_tables_that_are_not_a_network_are_refused(error, rows):
    with pytest.raises(error):
        network(*zip(*rows, strict=True))


def test_a_tree_of_single_trials_says_that_heterogeneity_cannot_be_seen():
    found = network([0.1, 0.2], [0.01, 0.01], ["A", "B"], ["B", "C"], [1, 2])
    assert (found.tau2, found.Q_df, found.pi_lb) == (0.0, 0, None)
    assert [caution.code for caution in found.warnings] == ["saturated"]
    assert found.decomposition().between.p_value == 1.0


@pytest.mark.parametrize("options", [{"tau2": -1.0}, {"model": "fixed"}, {"level": 0}])
def test_impossible_options_are_refused(options):
    with pytest.raises(BadInput):
        network(*case("senn"), **options)


def test_unknown_treatments_and_partial_orders_are_refused():
    found = network(*case("senn"))
    with pytest.raises(BadInput):
        found.against("aspirin")
    with pytest.raises(BadInput):
        found.league(["placebo"])


def test_random_networks_on_any_scale_are_answered_or_refused_in_words():
    rng = np.random.default_rng(20261120)
    answered = 0
    for _ in range(150):
        size, treatments = 10.0 ** rng.integers(-10, 10), int(rng.integers(3, 7))
        rows = []
        for study in range(int(rng.integers(2, 10))):
            arms = rng.choice(treatments, size=min(treatments, int(rng.integers(2, 5))), replace=False)
            spread, level = 10.0 ** rng.uniform(-3, 3, arms.size), rng.normal(0, 3, arms.size)
            for i, j in zip(*np.triu_indices(arms.size, 1), strict=True):
                y, v = size * (level[i] - level[j]), size**2 * (spread[i] + spread[j])
                rows.append((y, v, f"t{arms[i]}", f"t{arms[j]}", study))
        try:
            found = network(*zip(*rows, strict=True))
        except (Disconnected, TooFewStudies):
            continue
        answered += 1
        found.decomposition()
        scores = found.p_scores(small_is_good=True)
        assert sum(scores.values()) == pytest.approx(len(scores) / 2)
        assert all(np.isfinite(split.network).all() for split in found.split())
    assert answered > 100
