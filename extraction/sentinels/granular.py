"""Means and standard deviations of whole numbers are not just any numbers: GRIM and GRIMMER."""

from __future__ import annotations

import math
from collections.abc import Iterator

from extraction.sentinels.counts import fewer_people, has_multiple, of
from extraction.sentinels.findings import Finding, finding, number
from extraction.sentinels.rows import Group, Printed, Result, whole
from extraction.sentinels.spans import Span

#: Beyond this many possible sums the test can exclude nothing.
_MANY = 2_000


def grim_mean(result: Result) -> Iterator[Finding]:
    """A mean that whole numbers of so many people cannot have. Only for scales whose scores are known to be whole numbers.

    Serious when it fails for the n given and for up to a tenth fewer people, and cutting off digits does not explain it; otherwise
    a note, because a few people without data do.

    Source: GRIM test; Brown NJL, Heathers JAJ, Soc Psychol Personal Sci 2017;8:363–369, doi 10.1177/1948550616673876.
    """
    for group, n, mean in _whole_scores(result):
        span, parts = mean.span(), n * result.items
        if has_multiple(span, 1 / parts):
            continue
        fewer = next((m for m in fewer_people(n) if has_multiple(span, 1 / (m * result.items))), None)
        nearest = round(mean.value * parts) / parts
        yield finding(
            result,
            "grim-mean",
            "note" if fewer or has_multiple(mean.span(1), 1 / parts) else "serious",
            (group.mean, group.n),
            expected=f"a mean that whole numbers of {n} people can have; the nearest is {nearest:.{max(mean.decimals, 0) + 2}f}",
            found=f"{mean} in {of(group)}",
            how_far=number(abs(nearest - mean.value), 2),
            usual_cause=f"With {fewer} people it would be possible: data of some are missing."
            if fewer
            else "The mean is adjusted or imputed, is that of another n, or was copied with a wrong digit.",
        )


def grimmer_sd(result: Result) -> Iterator[Finding]:
    """A standard deviation that whole numbers with this mean and n cannot have, dividing by n − 1 or by n.

    Asks for a whole sum of squares of the same parity as the sum. Serious when no n down to a tenth fewer people makes it
    possible, otherwise a note.

    Source: GRIMMER; Anaya J, PeerJ Preprints 2016;4:e2400v1, doi 10.7287/peerj.preprints.2400v1; parity rule: Allard A,
    Analytic-GRIMMER, 2018.
    """
    if result.items != 1:
        return
    for group, n, mean in _whole_scores(result):
        if group.sd is None or n < 2 or not has_multiple(mean.span(), 1 / n):
            continue
        sd = group.sd.span().positive()
        if _has_squares(mean.span(), sd, n):
            continue
        fewer = next((m for m in fewer_people(n) if _has_squares(mean.span(), sd, m)), None)
        cut_off = _has_squares(mean.span(1), group.sd.span(1).positive(), n)
        yield finding(
            result,
            "grimmer-sd",
            "note" if fewer or cut_off else "serious",
            (group.mean, group.sd, group.n),
            expected=f"a standard deviation that {n} whole numbers with mean {mean} can have",
            found=f"{group.sd} in {of(group)}",
            how_far="no sum of squares gives it",
            usual_cause=f"With {fewer} people it would be possible: data of some are missing."
            if fewer
            else "The number is a standard error, is adjusted or imputed, or was copied with a wrong digit.",
        )


def _whole_scores(result: Result) -> Iterator[tuple[Group, int, Printed]]:
    """The groups whose mean is one of whole numbers."""
    if not result.is_integer_scale or result.metric not in {"final", "change"} or result.items < 1:
        return
    for group in (*result.groups, *result.baseline):
        n = whole(group.n)
        if n is not None and group.mean is not None and group.mean.relation == "=":
            yield group, n, group.mean


def _has_squares(mean: Span, sd: Span, n: int) -> bool:
    """Whether `n` whole numbers may have a mean and a standard deviation in these spans."""
    if n < 2:
        return False
    if not all(map(math.isfinite, (*mean, *sd))):
        return True  # a bound excludes nothing
    sums = range(math.ceil(mean.low * n - 1e-9), math.floor(mean.high * n + 1e-9) + 1)
    if len(sums) > _MANY:
        return True
    return any(
        _has_parity(total, total**2 / n + divisor * sd.low**2, total**2 / n + divisor * sd.high**2)
        for total in sums
        for divisor in (n - 1, n)
    )


def _has_parity(total: int, low: float, high: float) -> bool:
    """Whether some whole number between the two (and at least |total|) is odd or even as `total` is: x² ≡ x (mod 2), x² ≥ |x|."""
    grain = 1e-9 * max(abs(high), 1.0)
    first = max(math.ceil(low - grain), abs(total))
    first += (first - total) % 2
    return first <= high + grain
