"""Takes the cells of a line apart into named values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from extraction.published.claims import Interval
from extraction.published.spans import Unreadable
from extraction.published.values import interval

Value = TypeVar("Value")
_SIGN = r"<=|>=|[=:<>≤≥]"
_CI = r"(?:\d+(?:\.\d+)?\s*%?\s*)?(?:ci|cri|confidence interval)"
_FREE = re.compile(rf"\s*(?P<name>[^=:<>≤≥|]+?)\s*(?P<sign>{_SIGN})\s*(?P<value>.*)", re.DOTALL)
#: Other names by which papers call a field.
ALIASES = {
    "p": ("p value", "p-value", "p"),
    "i2": ("i2", "i²", "i^2", "i-squared"),
    "tau2": ("tau2", "tau²", "tau^2", "τ²", "τ2"),
    "se": ("se", "standard error"),
    "coefficient": ("coefficient", "coef", "slope", "b", "beta"),
    "exp": ("exp", "experimental", "intervention", "test"),
    "ctl": ("ctl", "control"),
    "percent": ("percent", "percentage", "%"),
    "place": ("from", "source"),
}
MEASURES = (
    "smd",
    "md",
    "wmd",
    "rr",
    "or",
    "hr",
    "irr",
    "rom",
    "rd",
    "risk ratio",
    "odds ratio",
    "hazard ratio",
)


@dataclass(slots=True)
class Fields:
    """The named values of one line, which are read one by one."""

    values: dict[str, str]
    level: float = 95.0
    measure: str = ""
    used: set[str] = field(default_factory=set)

    def get(self, name: str, how: Callable[[str], Value]) -> Value | None:
        """The value read by `how`; None when the line does not have it. Raises Unreadable, naming the field."""
        self.used.add(name)
        if name not in self.values:
            return None
        try:
            return how(self.values[name])
        except Unreadable as error:
            raise Unreadable(f"{name}: {error}") from None

    def need(self, name: str, how: Callable[[str], Value]) -> Value:
        """The same for a value without which there is nothing to check."""
        found = self.get(name, how)
        if found is None:
            raise Unreadable(f"There is no “{name} = …”, which this kind of claim needs.")
        return found

    def words(self, name: str) -> str:
        """A value that is words; empty when the line does not have it."""
        return self.get(name, str) or ""

    def interval(self, name: str = "ci") -> Interval | None:
        """An interval at the level that stands before its name."""
        return self.get(name, lambda text: interval(text, self.level))

    def rest(self) -> Mapping[str, str]:
        """What nobody has read: the groups of a partition, the branches of a rule, the facts of a study."""
        names = [name for name in self.values if name not in self.used]
        self.used.update(names)
        return {name: self.values[name] for name in names}

    @property
    def unread(self) -> list[str]:
        """Names that this kind of claim does not know."""
        return [name for name in self.values if name not in self.used]


def taken_apart(cells: list[str], names: tuple[str, ...], *, free: bool) -> Fields:
    """The fields of the cells behind kind and subject.

    A cell may hold several, as papers print them: “SMD = 0.499, 95% CI = (0.055, 0.943), Z = 2.20”. Where names are `free`, a
    cell holds one. Raises Unreadable.
    """
    fields = Fields({})
    for cell in cells:
        text = _unwrapped(cell)
        if text:
            for name, key, value in _free(text, names) if free else _known(text, names):
                _put(fields, name, key, value)
    return fields


def has_fields(cell: str, names: tuple[str, ...]) -> bool:
    """Does the cell begin with a field of these names, rather than say what the claim is about?"""
    return bool(_pattern(names).match(_unwrapped(cell)))


def _free(text: str, names: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Name as written, name as we know it (or as written again, if it is a label), value."""
    found = _FREE.fullmatch(text)
    if not found:
        raise Unreadable(f"“{text}” has no name and value: write name = value.")
    name = " ".join(found["name"].split())
    known = _pattern(names).match(text)
    sign = "" if found["sign"] in {"=", ":"} else found["sign"]
    is_known = known is not None and " ".join(known["name"].split()) == name
    return [(name, _plain(name) if is_known else name, sign + found["value"].strip())]


def _known(text: str, names: tuple[str, ...]) -> list[tuple[str, str, str]]:
    starts = list(_pattern(names).finditer(text))
    if not starts or text[: starts[0].start()].strip(" ,;"):
        raise Unreadable(f"“{text}” does not begin with a field of this kind of claim ({', '.join(names)}).")
    found = []
    for here, following in zip(starts, [*starts[1:], None], strict=True):
        value = text[here.end() : following.start() if following else len(text)].strip().rstrip(",;").strip()
        sign = here["sign"] or "="
        name = " ".join(here["name"].split())
        found.append((name, _plain(name), value if sign in {"=", ":"} else f"{sign} {value}"))
    return found


def _put(fields: Fields, name: str, key: str, value: str) -> None:
    if key == "ci" and (level := re.match(r"\d+(?:\.\d+)?", name)):
        fields.level = float(level[0])
        if not 50 <= fields.level < 100:
            raise Unreadable(f"{name}: a confidence level lies between 50 and 100 percent.")
    if key.casefold() in MEASURES:
        key, fields.measure = "est", key.casefold()
    if key in fields.values:
        raise Unreadable(f"“{key}” stands there twice.")
    if not value:
        raise Unreadable(f"“{name}” has no value.")
    fields.values[key] = value


def _plain(name: str) -> str:
    """The name by which we know a field."""
    small = " ".join(name.casefold().split())
    if re.fullmatch(_CI, small):
        return "ci"
    return next((key for key, others in ALIASES.items() if small in others), small)


def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    spelled = [other for name in names for other in ALIASES.get(name, (name,)) if name != "ci"]
    if "est" in names:
        spelled += ["estimate", *MEASURES]
    words = [re.escape(word) for word in sorted(spelled, key=len, reverse=True)]
    either = "|".join([*([_CI] if "ci" in names else []), *words])
    return re.compile(
        rf"(?:^|(?<=[\s,;]))(?P<name>{either})\s*(?:(?P<sign>{_SIGN})\s*|(?=[(\[]))", re.IGNORECASE
    )


def _unwrapped(cell: str) -> str:
    """Without quotation marks around the whole, and without square brackets that open and close the whole."""
    text = cell.strip().strip('"').strip()
    inner = text[1:-1]
    if text.startswith("[") and text.endswith("]") and not re.search(r"^[^\[]*\]", inner):
        return inner.strip()
    return text
