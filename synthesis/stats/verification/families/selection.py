"""Reference cases of selection models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from synthesis.stats.selection import selection_model
from synthesis.stats.verification.case import Answer, Case, Family, Json, Table
from synthesis.stats.verification.compare import compare


def selmodel(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """A selection model around one mean."""
    found = selection_model(
        table.numbers("yi"),
        table.numbers("vi"),
        type=args["type"],
        steps=args.get("steps"),
        delta=args.get("delta_fixed"),
        alternative=args["alternative"],
        model="common" if args["method"] == "EE" else "random",
    )
    return {
        "k": found.k,
        "beta": found.beta[0],
        "se": found.se[0],
        "ci_lb": found.ci_lb[0],
        "ci_ub": found.ci_ub[0],
        "pval": found.p_value[0],
        "tau2": found.tau2,
        "se_tau2": found.se_tau2,
        "delta": found.delta,
        "se_delta": found.se_delta,
        "ll": found.log_likelihood,
        "ll0": found.null_log_likelihood,
        "LRT": found.LRT,
        "LRT_df": found.LRT_df,
        "LRTp": found.LRT_p,
        "LRT_tau2": found.LRT_tau2,
        "LRTp_tau2": found.LRT_tau2_p,
        "n_per_interval": found.studies_per_interval,
        "delta_at_bound": found.delta_at_bound,
    }


# The reference prints likelihoods with ten digits; its standard errors come from differences of a quadrature.
PRINTED = 1e-9
OF_STANDARD_ERRORS = 2e-3
# Estimates this share of a standard error apart are the same maximum, reached to different digits.
FLAT = 1e-4
# Follow from the estimates and standard errors, or from the likelihoods, which are compared themselves.
DERIVED = frozenset({"ci_lb", "ci_ub", "pval", "LRTp", "LRTp_tau2"})


def same_or_higher_maximum(case: Case, answer: Answer) -> str | None:
    """Whether ours is at least the maximum that R's optimiser reached, and says the same about its curvature."""
    assert case.out is not None  # noqa: S101 - only cases with an answer are judged
    gain = (answer["ll"] - case.out["ll"]) / max(1.0, abs(case.out["ll"]))
    if gain > PRINTED:
        return f"higher log-likelihood, by {gain:.1g} of it"
    if (case.warnings or case.out["delta_at_bound"]) and gain > -1e-6:
        return "R warned of its fit, and the log-likelihood is the same"
    out = {key: value for key, value in case.out.items() if key not in DERIVED}
    higher_null = answer["LRT_tau2"] is not None and answer["LRT_tau2"] < out["LRT_tau2"]
    if higher_null:
        del out["LRT_tau2"]  # ours found a better model with tau² = 0 to compare with
    if answer["tau2"] == 0:
        del out["se_tau2"]  # at the edge of its range; R's difference quotient steps across it
    errors: Answer = {key: out.pop(key) for key in ("se", "se_tau2", "se_delta") if key in out}
    for estimate, se in (("beta", "se"), ("tau2", "se_tau2"), ("delta", "se_delta")):
        out[estimate] = _settled(answer[estimate], out[estimate], errors.get(se))
    if compare(replace(case, out=out), answer).differences:
        return None
    if compare(replace(case, out=errors, rtol=OF_STANDARD_ERRORS), answer).differences:
        return None
    return "the same maximum; standard errors within the 2e-3 of R's numerical Hessian"


def _settled(ours: Json, theirs: Json, errors: Json) -> Json:
    """R's estimates, but ours where the difference is nothing beside the standard error: a flat maximum."""
    if isinstance(theirs, list):
        return [
            _settled(*values) for values in zip(ours, theirs, errors or [None] * len(theirs), strict=True)
        ]
    return ours if errors and abs(ours - theirs) <= FLAT * errors else theirs


FAMILIES = {"selmodel": Family(selmodel, same_or_higher_maximum)}
