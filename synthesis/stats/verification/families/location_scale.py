"""Reference cases of location–scale models: rma.ls."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthesis.stats.designs import design
from synthesis.stats.errors import BadInput
from synthesis.stats.location_scale import location_scale
from synthesis.stats.verification.case import Answer, Case, Family, Json, Table
from synthesis.stats.verification.compare import agrees_without


def rma_ls(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """A location–scale model with a log link."""
    if args.get("link", "log") != "log":
        raise BadInput("Only the log link is known: it keeps variances positive.")
    place, spread = (_designed(args[name], table) for name in ("mods", "scale"))
    rows = [i for i in place[2] if i in set(spread[2])]
    fit = location_scale(
        table.numbers("yi")[rows],
        table.numbers("vi")[rows],
        place[0][[place[2].index(i) for i in rows]],
        spread[0][[spread[2].index(i) for i in rows]],
        names=place[1],
        scale_names=spread[1],
        method=args["method"],
        test=args.get("test", "z"),
    )
    moderators, scale = fit.location.moderators, fit.scale.moderators
    return {
        "k": fit.k,
        "coef": list(fit.location.names),
        "beta": fit.location.beta,
        "se": fit.location.se,
        "coef_scale": list(fit.scale.names),
        "alpha": fit.scale.beta,
        "se_alpha": fit.scale.se,
        "QE": fit.Q,
        "QM": moderators and moderators.statistic,
        "QMp": moderators and moderators.p_value,
        "QS": scale and scale.statistic,
        "QSp": scale and scale.p_value,
        "ll": fit.likelihood.ll,
        "tau2": fit.tau2,
    }


def _designed(formula: str, table: Table) -> tuple[np.ndarray, tuple[str, ...], list[int]]:
    if formula.replace(" ", "") == "~1":
        return np.ones((table.size, 1)), ("intrcpt",), list(range(table.size))
    made = design(formula, table.columns)
    return made.X, made.names, list(made.rows)


def undetermined(case: Case, answer: Answer) -> str | None:
    """Where the likelihood is flat in α the data choose no α: R reports where its optimiser stopped."""
    rest = ("alpha", "se_alpha", "QS", "QSp")
    if not np.isinf(answer["se_alpha"]).all() or not agrees_without(case, answer, *rest):
        return None
    return "no heterogeneity: the likelihood, which agrees, is flat in the scale coefficients"


FAMILIES = {"rma.ls": Family(rma_ls, undetermined)}
