"""Words beside a number that say it is another number. Only what the quoted text says itself; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extraction.sentinels.findings import Finding, finding
from extraction.sentinels.rows import Printed, Result

_ONSET = re.compile(r"\b(?:age\s+(?:at|of)\s+(?:\w+\s+){0,2}(?:onset|diagnosis)|onset\s+age)\b", re.I)
_AGE = re.compile(r"\bage\b", re.I)
_SE = re.compile(r"\bS\.?E\.?M\b|\bSEs?\b|\b[Ss]tandard errors?\b")
_SD = re.compile(r"\bSDs?\b|\bS\.D\.|\b[Ss]tandard deviations?\b|\bs\.d\.")
_MEDIAN = re.compile(r"\bmedians?\b", re.I)
_MEAN = re.compile(r"\bmeans?\b|\baverage\b", re.I)


def age_at_onset(result: Result) -> Iterator[Finding]:
    """An age that its quoted text calls age at onset or at diagnosis, and nothing else.

    Source: the quoted text. Seen in a published review: onset age 63.21 of Braga ACM et al., Neurol Res Int 2018:8218697, given as mean age.
    """
    for one in result.characteristics:
        named = one.name.casefold()
        quote = one.number.quote
        if not _AGE.search(named) or "onset" in named or "diagnosis" in named or not _ONSET.search(quote):
            continue
        if not _AGE.search(_ONSET.sub(" ", quote)):
            yield _label(
                result,
                "label-age-at-onset",
                one.number,
                expected=f"“{one.name}” to be the age when the study began",
                found="the quoted text gives the age at onset or diagnosis",
                usual_cause="The row of the table next to age was read.",
            )


def spread_label(result: Result) -> Iterator[Finding]:
    """A number entered as standard deviation whose quoted text speaks of standard errors and not of standard deviations.

    Source: the quoted text; Cochrane Handbook, version 6.5, section 6.5.2.2 (the two are often confused).
    """
    for group in (*result.groups, *result.baseline):
        if group.sd and _SE.search(group.sd.quote) and not _SD.search(group.sd.quote):
            yield _label(
                result,
                "label-se",
                group.sd,
                expected="the quoted text to speak of a standard deviation",
                found="it speaks of a standard error only",
                usual_cause="A standard error (SEM) was entered as standard deviation: multiply by √n.",
            )


def mean_label(result: Result) -> Iterator[Finding]:
    """A number entered as mean whose quoted text speaks of a median and not of a mean.

    Source: the quoted text; Cochrane Handbook, version 6.5, section 6.5.2.5 (medians are not means when data are skewed).
    """
    for group in (*result.groups, *result.baseline):
        if group.mean and _MEDIAN.search(group.mean.quote) and not _MEAN.search(group.mean.quote):
            yield _label(
                result,
                "label-median",
                group.mean,
                expected="the quoted text to speak of a mean",
                found="it speaks of a median only",
                usual_cause="A median was entered as mean: enter it as median with its quartiles.",
            )


def _label(
    result: Result, kind: str, one: Printed, *, expected: str, found: str, usual_cause: str
) -> Finding:
    return finding(
        result,
        kind,
        "serious",
        (one,),
        expected=expected,
        found=found,
        how_far="another quantity",
        usual_cause=usual_cause,
    )
