"""Design matrices from formulas, coded as R does: treatment contrasts, first level in alphabetical order."""

from __future__ import annotations

import ast
import itertools
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from synthesis.stats.arrays import Floats
from synthesis.stats.errors import BadInput

Values = Sequence[object]
Term = tuple[str, ...]
_OPERATORS: dict[type[ast.operator], Callable[[Floats, Floats], Floats]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


@dataclass(frozen=True, slots=True)
class Design:
    """X (k, p) with the names of its columns; terms maps each term of the formula to its columns (0-based)."""

    X: Floats
    names: tuple[str, ...]
    terms: Mapping[str, tuple[int, ...]]
    rows: tuple[int, ...]

    @property
    def has_intercept(self) -> bool:
        return bool(self.names) and self.names[0] == "intrcpt"


def design(formula: str, columns: Mapping[str, Values]) -> Design:
    """The design matrix of a formula such as "~ dose * year + blinding" or "~ 0 + outcome + outcome:I(year - 1983)".

    columns   name → k values; text makes a factor, numbers a covariate, None is missing
    Rows that miss a value are left out (`rows` are the 0-based rows kept).
    Raises BadInput for an unknown name, a formula that cannot be read, or a factor with one level only.
    """
    intercept, terms = parse(formula)
    used = sorted({name for term in terms for part in term for name in _names(part)})
    unknown = [name for name in used if name not in columns]
    if unknown:
        raise BadInput(f"The formula names {', '.join(unknown)}, which the data do not have.")
    length = len(next(iter(columns.values()), []))
    rows = tuple(i for i in range(length) if all(_present(columns[name][i]) for name in used))
    kept = {name: [columns[name][i] for i in rows] for name in used}
    blocks: list[Floats] = [np.ones((len(rows), 1))] if intercept else []
    names = ["intrcpt"] if intercept else []
    where: dict[str, tuple[int, ...]] = {}
    for term in terms:
        parts = [_coded(part, kept, _needs_contrast(part, term, terms, intercept)) for part in term]
        # R lets the first factor of an interaction run fastest.
        picks = [
            tuple(reversed(pick)) for pick in itertools.product(*reversed([range(len(p)) for p in parts]))
        ]
        where[":".join(term)] = tuple(range(len(names), len(names) + len(picks)))
        for pick in picks:
            chosen = [part[i] for part, i in zip(parts, pick, strict=True)]
            names.append(":".join(name for name, _ in chosen))
            blocks.append(np.prod([column for _, column in chosen], axis=0)[:, None])
    X = np.hstack(blocks) if blocks else np.empty((len(rows), 0))
    return Design(X, tuple(names), where, rows)


def parse(formula: str) -> tuple[bool, list[Term]]:
    """Whether there is an intercept, and the terms: main effects first, then interactions by order, as R sorts them."""
    text = re.sub(r"\s+", "", formula.strip().removeprefix("~"))
    intercept = True
    terms: list[Term] = []
    for sign, piece in re.findall(r"([+-]?)((?:[^+\-()]|\([^()]*\))+)", text):
        if piece in ("0", "1"):
            intercept = (piece == "1") == (sign != "-")
            continue
        if sign == "-" or not piece:
            raise BadInput(f"The formula {formula!r} cannot be read.")
        crossed = [tuple(p for p in factor.split(":")) for factor in _split_star(piece)]
        for size in range(1, len(crossed) + 1):
            for group in itertools.combinations(crossed, size):
                term = tuple(dict.fromkeys(part for factor in group for part in factor))
                if set(term) not in [set(t) for t in terms]:
                    terms.append(term)
    return intercept, sorted(terms, key=len)


def _split_star(piece: str) -> list[str]:
    return re.findall(r"(?:[^*()]|\([^()]*\))+", piece)


def _names(part: str) -> set[str]:
    if not part.startswith("I("):
        return {part}
    return {node.id for node in ast.walk(_expression(part)) if isinstance(node, ast.Name)}


def _expression(part: str) -> ast.expr:
    try:
        return ast.parse(part[2:-1].replace("^", "**"), mode="eval").body
    except SyntaxError as error:
        raise BadInput(f"{part} is not arithmetic.") from error


def _present(value: object) -> bool:
    return value is not None and not (isinstance(value, float) and np.isnan(value))


def _needs_contrast(part: str, term: Term, terms: list[Term], intercept: bool) -> bool:
    """R drops a factor's first level when the term without that factor is in the model too."""
    rest = {other for other in term if other != part}
    if rest:
        return rest in [set(other) for other in terms]
    return intercept or not _first_factor(part, terms)


def _first_factor(part: str, terms: list[Term]) -> bool:
    """Without an intercept the first main effect keeps all its levels."""
    return next((term[0] for term in terms if len(term) == 1), None) == part


def _coded(part: str, columns: Mapping[str, list[object]], contrast: bool) -> list[tuple[str, Floats]]:
    if part.startswith("I("):
        shown = re.sub(r"([+\-*/])", r" \1 ", part)
        return [(shown, np.asarray(_evaluate(_expression(part), columns)))]
    values = columns[part]
    if not any(isinstance(value, str) for value in values):
        return [(part, np.array(values, dtype=np.float64))]
    levels = alphabetical({str(value) for value in values})
    if len(levels) < 2 and contrast:
        raise BadInput(f"{part} has one level only: it cannot explain differences.")
    shown_levels = levels[1:] if contrast else levels
    return [(part + level, np.array([float(str(v) == level) for v in values])) for level in shown_levels]


def alphabetical(levels: Iterable[str]) -> list[str]:
    """Levels in the order a dictionary has them, as R sorts: punctuation, digits, letters whatever their case."""

    def key(text: str) -> tuple[list[tuple[int, str]], str]:
        ranks = [(2 if c.isalpha() else int(c.isdigit()), c.casefold()) for c in text]
        return ranks, text.swapcase()

    return sorted(levels, key=key)


def _evaluate(node: ast.expr, columns: Mapping[str, list[object]]) -> Floats:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return np.asarray(float(node.value))
    if isinstance(node, ast.Name):
        return np.array(columns[node.id], dtype=np.float64)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_evaluate(node.operand, columns)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_evaluate(node.left, columns), _evaluate(node.right, columns))
    raise BadInput("I(…) may hold numbers, columns and + - * / ^ only.")
