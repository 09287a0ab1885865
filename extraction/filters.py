"""Lists of this floor, narrowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from extraction.queries.checks import Raised
from extraction.sentinels import sentinel_named


class FindingFilter:
    """Findings of one kind or about one study; words that nobody knows narrow nothing."""

    def __init__(self, data: Mapping[str, str], every: Sequence[Raised]) -> None:
        self.kinds = {one.finding.kind: sentinel_named(one.finding.kind).title for one in every}
        self.studies = {str(one.study.pk): str(one.study) for one in every}
        self.kind = data.get("kind", "") if data.get("kind") in self.kinds else ""
        self.study = data.get("study", "") if data.get("study") in self.studies else ""
        self.shown = [
            one
            for one in every
            if (not self.kind or one.finding.kind == self.kind)
            and (not self.study or str(one.study.pk) == self.study)
        ]
