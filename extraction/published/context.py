"""All claims of a sheet together: lists by their names, and what is known about each study."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from extraction.published.claims import Claim, Estimate, Members, Partition, StudyFacts, StudyList
from extraction.published.reading import named
from extraction.published.spans import Printed, Unreadable, printed
from extraction.published.values import ids


class Unknown(ValueError):
    """Something that a claim refers to is not in the sheet; the message says what."""


@dataclass(frozen=True, slots=True)
class Context:
    """What claims may look up about each other."""

    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    facts: dict[str, StudyFacts] = field(default_factory=dict)
    estimates: dict[str, Estimate] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    def studies(self, members: Members) -> tuple[str, ...]:
        """The studies meant, in their order and each as often as it is listed.

        What joins lists by & keeps the studies that are in all of them. Raises Unknown for a name that nothing in the sheet has.
        """
        found: tuple[str, ...] | None = None
        for term in members.text.split("&"):
            mine = self._term(term)
            among = set(mine)
            found = mine if found is None else tuple(study for study in found if study in among)
        return found or ()

    def _term(self, term: str) -> tuple[str, ...]:
        if named(term) in self.lists:
            return self.lists[named(term)]
        single = ids(term)
        for study in single:
            # A number is a study of the reference list; a word that nothing else mentions is more likely a slip.
            if not study.isdigit() and study not in self.known:
                raise Unknown(f"There is no list and no study called “{study}” in this sheet.")
        return single

    def number(self, study: str, attribute: str) -> Printed | None:
        """What is known of a study, if it is a number."""
        text = self.word(study, attribute)
        try:
            return printed(text) if text else None
        except Unreadable:
            return None

    def word(self, study: str, attribute: str) -> str:
        """What is known of a study; empty when nothing is."""
        return self.facts[study].facts.get(attribute, "") if study in self.facts else ""

    def count(self, study: str, attribute: str) -> int | None:
        """A whole number that is known of a study."""
        found = self.number(study, attribute)
        return found.whole if found else None

    def k(self, stated: Printed | None, members: Members | None) -> int | None:
        """The number of studies: as stated, or as listed. Raises Unknown."""
        if stated is not None:
            return stated.whole
        return len(set(self.studies(members))) if members else None

    def name(self, study: str) -> str:
        """The study as a reader recognises it."""
        return (
            f"{study} ({self.facts[study].what})" if study in self.facts and self.facts[study].what else study
        )

    def names(self, studies: Iterable[str]) -> str:
        """Studies in words."""
        return ", ".join(self.name(study) for study in studies)


def context_of(claims: Sequence[Claim]) -> Context:
    """Everything that claims of the sheet can refer to."""
    found = Context()
    for claim in claims:
        if isinstance(claim, StudyFacts):
            found.facts[ids(claim.ref)[0]] = claim
        elif isinstance(claim, Estimate):
            found.estimates.setdefault(named(claim.ref), claim)
            found.estimates.setdefault(named(claim.what), claim)
    found.known.update(found.facts)
    _lists(claims, found)
    return found


def _lists(claims: Sequence[Claim], found: Context) -> None:
    """Lists may be written by the names of others, in any order; a circle, or a name of nothing, stays unknown."""
    waiting: dict[str, Members] = {}
    for claim in claims:
        if isinstance(claim, StudyList) and claim.what:
            waiting[named(claim.what)] = claim.studies
        elif isinstance(claim, Partition):
            waiting |= {named(part.label): part.studies for part in claim.parts}
    while waiting:
        ready = {
            name: members
            for name, members in waiting.items()
            if not any(named(term) in waiting for term in members.text.split("&"))
        }
        if not ready:
            return
        for name, members in ready.items():
            with suppress(Unknown):  # whoever uses the list is told
                found.lists[name] = (
                    found.studies(members) if _is_by_name(members, found) else ids(members.text)
                )
                found.known.update(found.lists[name])
            del waiting[name]


def _is_by_name(members: Members, found: Context) -> bool:
    return any(named(term) in found.lists for term in members.text.split("&"))
