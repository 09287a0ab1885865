"""The names of columns that a spreadsheet may have, and what stands in them."""

from __future__ import annotations

import re

#: What → other names for it. Case, spaces, dots, hyphens and underscores do not matter.
TEXTS: dict[str, tuple[str, ...]] = {
    "study": ("author", "trial", "slab", "study name", "study id"),
    "outcome": (),
    "measure": ("scale", "instrument"),
    "metric": (),
    "direction": (),
    "unit": ("units",),
    "time": ("time point",),
    "scale_low": ("scale min",),
    "scale_high": ("scale max",),
    "integer": ("whole numbers", "is integer scale"),
    "items": (),
    "effect": ("effect measure", "effect size"),
    "log": ("on log scale",),
    "ci_level": ("level",),
    "registration": ("nct",),
    "site": (),
    "start": (),
    "end": (),
    "authors": (),
}

#: Of group 1 (experimental) and 2 (control); “#” is the group's number.
GROUP: dict[str, tuple[str, ...]] = {
    "n": ("n#i", "n#"),
    "randomised": ("randomised#", "randomized#", "nrand#"),
    "events": ("events#", "e#i", "x#"),
    "percent": ("percent#", "pct#"),
    "mean": ("m#i", "m#", "mean#"),
    "sd": ("sd#i", "sd#"),
    "se": ("se#i", "se#", "sem#"),
    "ci_low": ("ci.lb#", "lower#", "ci low#"),
    "ci_high": ("ci.ub#", "upper#", "ci high#"),
    "median": ("median#", "med#"),
    "q1": ("q1.#",),
    "q3": ("q3.#",),
    "minimum": ("min#", "minimum#"),
    "maximum": ("max#", "maximum#"),
}

#: Of the comparison.
CONTRAST: dict[str, tuple[str, ...]] = {
    "estimate": ("estimate", "est", "or", "rr", "hr", "irr", "md", "smd", "rd", "yi"),
    "ci_low": ("ci.lb", "ci low", "lower", "lb", "lcl", "or lb", "rr lb", "hr lb", "md lb"),
    "ci_high": ("ci.ub", "ci high", "upper", "ub", "ucl", "or ub", "rr ub", "hr ub", "md ub"),
    "se": ("se", "sei", "se estimate"),
    "z": ("z", "zi", "zval"),
    "t": ("t", "ti", "tval"),
    "f": ("f", "fval"),
    "df": ("df",),
    "p": ("p", "pval", "p value"),
}

#: Other numbers.
OTHERS = ("total", "vi", "ai", "bi", "ci", "di")
MEASURES = frozenset({"or", "rr", "hr", "irr", "md", "smd", "rd"})


def plain(name: str) -> str:
    """A column's name without case and punctuation."""
    return re.sub(r"[\s._-]+", "", name.casefold())


def meanings() -> dict[str, str]:
    """Plain name → field: “outcome”, “1.mean”, “b2.sd” (baseline), “contrast.p”, “vi”."""
    known = {plain(name): name for name in OTHERS}
    for field, names in TEXTS.items():
        known.update({plain(name): field for name in (field, *names)})
    for field, names in GROUP.items():
        for number in "12":
            for name in names:
                known[plain(name.replace("#", number))] = f"{number}.{field}"
                known["b" + plain(name.replace("#", number))] = f"b{number}.{field}"
                known["baseline" + plain(name.replace("#", number))] = f"b{number}.{field}"
    for field, names in CONTRAST.items():
        known.update({plain(name): f"contrast.{field}" for name in names})
    return known
