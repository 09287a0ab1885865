"""Reference cases of methods on counts: rma.mh, rma.peto and what is left when one study is left out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthesis.stats.mantel_haenszel import RATES, TABLE, CountPooled, mantel_haenszel
from synthesis.stats.peto import peto
from synthesis.stats.verification.case import Answer, Family, Json, Table


def rma_mh(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Mantel–Haenszel with all its tests."""
    return _answer(_mantel_haenszel(args, table, None))


def rma_peto(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Peto's odds ratio."""
    return _answer(_peto(args, table, None))


def _mantel_haenszel(args: Mapping[str, Json], table: Table, left_out: int | None) -> CountPooled:
    names = TABLE if args["measure"] in ("OR", "RR", "RD") else RATES
    options: dict[str, Json] = {name: tuple(args[name]) for name in ("add", "to", "drop00") if name in args}
    return mantel_haenszel(
        args["measure"],
        correct=args.get("correct", True),
        level=args.get("level", 95),
        **options,
        **_columns(names, table, left_out),
    )


def _peto(args: Mapping[str, Json], table: Table, left_out: int | None) -> CountPooled:
    return peto(level=args.get("level", 95), **_columns(TABLE, table, left_out))


def _columns(names: tuple[str, ...], table: Table, left_out: int | None) -> dict[str, Json]:
    columns = {name: table.numbers(name) for name in names}
    return columns if left_out is None else {name: np.delete(x, left_out) for name, x in columns.items()}


def leave_one_out_mh(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Mantel–Haenszel without each study in turn."""
    return _left_out([_mantel_haenszel(args, table, i) for i in range(table.size)])


def leave_one_out_peto(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Peto without each study in turn."""
    return _left_out([_peto(args, table, i) for i in range(table.size)])


def _left_out(fits: list[CountPooled]) -> Answer:
    return {
        "estimate": [fit.estimate for fit in fits],
        "se": [fit.se for fit in fits],
        "pval": [fit.p_value for fit in fits],
        "Q": [fit.Q and fit.Q.statistic for fit in fits],
    }


def _answer(fit: CountPooled) -> Answer:
    answer = {
        "k": fit.k,
        "k_yi": fit.k_yi,
        "k_pos": fit.k_pos,
        "beta": fit.estimate,
        "se": fit.se,
        "zval": fit.statistic,
        "pval": fit.p_value,
        "ci_lb": fit.ci_lb,
        "ci_ub": fit.ci_ub,
        "QE": fit.Q and fit.Q.statistic,
        "QE_df": fit.k_yi - 1,  # as metafor counts, even without any effect
        "QEp": fit.Q and fit.Q.p_value,
        "I2": fit.I2,
        "H2": fit.H2,
    }
    named = {"MH": fit.cmh, "CO": fit.cochran, "BD": fit.breslow_day, "TA": fit.tarone}
    for name, test in named.items():
        answer |= {name: test and test.statistic, f"{name}p": test and test.p_value}
    return answer


FAMILIES = {
    "rma.mh": Family(rma_mh),
    "rma.peto": Family(rma_peto),
    "leave1out_mh": Family(leave_one_out_mh),
    "leave1out_peto": Family(leave_one_out_peto),
}
