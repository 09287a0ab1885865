"""What a sentinel says: what was expected, what was found, how far apart, what usually causes it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from extraction.sentinels.rows import Printed, Result

Severity = Literal["serious", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not follow from the numbers given.

    `serious`: look before the number is pooled; `note`: worth knowing, often with a harmless cause. `where` are the keys of the
    numbers, `texts` what stood there. `source` is where the rule comes from.
    """

    kind: str
    severity: Severity
    study: str
    outcome: str
    where: tuple[str, ...]
    texts: tuple[str, ...]
    expected: str
    found: str
    how_far: str
    usual_cause: str
    source: str = ""

    @property
    def fingerprint(self) -> str:
        """The same for the same rule on the same numbers: a dismissal holds for it, and lapses when one of them changes."""
        place = self.where if any(self.where) else (self.study, self.outcome)
        content = json.dumps([self.kind, place, self.texts], ensure_ascii=False)
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def finding(
    result: Result,
    kind: str,
    severity: Severity,
    numbers: Iterable[Printed | None],
    *,
    expected: str,
    found: str,
    how_far: str,
    usual_cause: str,
) -> Finding:
    """A finding about some numbers of a result."""
    named = sorted(((n.key, str(n)) for n in numbers if n is not None), key=lambda pair: pair[0])
    return Finding(
        kind=kind,
        severity=severity,
        study=result.study,
        outcome=result.outcome,
        where=tuple(key for key, _ in named),
        texts=tuple(text for _, text in named),
        expected=expected,
        found=found,
        how_far=how_far,
        usual_cause=usual_cause,
    )


def number(value: float, digits: int = 4) -> str:
    """A computed number for a sentence, to `digits` significant digits, with a real minus sign."""
    return f"{value:.{digits}g}".replace("-", "−")
