"""What a new version of a form changes, said so that it can be decided whether to change it."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extraction.questionnaires.definition import Definition, Question, Section


class Changed(enum.StrEnum):
    """How something differs from the version before."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    KIND = "kind"
    UNIT = "unit"
    CHOICES = "choices"
    PER_ARM = "per-arm"
    HELP = "help"
    MOVED = "moved"
    SECTION = "section"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: the question it is about ("" for a section), in words, and the choices that are gone."""

    changed: Changed
    key: str
    sentence: str
    gone: tuple[str, ...] = ()

    @property
    def touches(self) -> bool:
        """Answers that are there already are read differently now, or are no longer asked for."""
        return self.changed in _TOUCHING and (self.changed != Changed.CHOICES or bool(self.gone))


_TOUCHING = {Changed.REMOVED, Changed.RENAMED, Changed.KIND, Changed.UNIT, Changed.CHOICES, Changed.PER_ARM}


def changes(before: Definition, after: Definition) -> list[Change]:
    """Every difference between two versions: sections first, then what is gone, then questions from top to bottom."""
    old, new = before.by_key(), after.by_key()
    found = list(_sections(before, after))
    for key, (section, question) in old.items():
        if key not in new:
            said = f"“{question.label}” ({section.title}) is no longer asked; its answers stay readable"
            found.append(Change(Changed.REMOVED, key, said))
    for key, (section, question) in new.items():
        if key not in old:
            said = f"“{question.label}” ({section.title}) is new"
            found.append(Change(Changed.ADDED, key, said))
        else:
            found += _question(*old[key], section, question)
    return found + list(_moved(before, after))


def _sections(before: Definition, after: Definition) -> Iterable[Change]:
    old = {section.key: section for section in before.sections}
    new = {section.key: section for section in after.sections}
    for key, section in old.items():
        if key not in new:
            yield Change(Changed.SECTION, "", f"The section “{section.title}” is gone")
    for key, section in new.items():
        if key not in old:
            yield Change(Changed.SECTION, "", f"The section “{section.title}” is new")
        elif section.title != old[key].title:
            yield Change(Changed.SECTION, "", f"The section “{old[key].title}” is called “{section.title}”")
        elif section.help != old[key].help:
            yield Change(Changed.SECTION, "", f"The section “{section.title}” is explained differently")


def _question(was_in: Section, was: Question, is_in: Section, now: Question) -> Iterable[Change]:
    name = f"“{now.label}”"
    if was.label != now.label:
        yield Change(Changed.RENAMED, now.key, f"“{was.label}” is now asked as {name}")
    if was.kind != now.kind:
        said = f"{name} was {was.kind.called.lower()} and is {now.kind.called.lower()}"
        yield Change(Changed.KIND, now.key, said)
    if was.unit != now.unit:
        said = f"{name} was in {was.unit or 'no unit'} and is in {now.unit or 'no unit'}; answers keep their unit"
        yield Change(Changed.UNIT, now.key, said)
    gone = tuple(choice for choice in was.choices if choice not in now.choices)
    more = tuple(choice for choice in now.choices if choice not in was.choices)
    if was.kind.offers and now.kind.offers and was.choices != now.choices:
        yield Change(Changed.CHOICES, now.key, f"{name} offers {_offer(gone, more)}", gone)
    if was_in.per_arm != is_in.per_arm:
        said = f"{name} is asked {'for each arm' if is_in.per_arm else 'once for the study'} now"
        yield Change(Changed.PER_ARM, now.key, said)
    if was.help != now.help:
        yield Change(Changed.HELP, now.key, f"{name} is explained differently")


def _offer(gone: Sequence[str], more: Sequence[str]) -> str:
    parts = [f"“{choice}” no longer" for choice in gone] + [f"“{choice}” as well" for choice in more]
    return ", ".join(parts) or "the same in another order"


def _moved(before: Definition, after: Definition) -> Iterable[Change]:
    """Said once where what both versions ask stands in another order or under another heading."""
    old, new = before.by_key(), after.by_key()
    was = [(before_in.key, key) for key, (before_in, _) in old.items() if key in new]
    now = [(is_in.key, key) for key, (is_in, _) in new.items() if key in old]
    if was != now:
        yield Change(Changed.MOVED, "", "Questions stand in another order or under another heading")
    elif [s.key for s in before.sections if s.key in {t.key for t in after.sections}] != [
        s.key for s in after.sections if s.key in {t.key for t in before.sections}
    ]:
        yield Change(Changed.MOVED, "", "Sections stand in another order")


def last_asked(versions: Sequence[Definition]) -> dict[str, tuple[int, Section, Question]]:
    """Every question that any version asks → the number of the last that does (from 1), and how it stands there.

    In the order of the newest version, then of the older ones. `versions` run from the first to the newest.
    """
    found: dict[str, tuple[int, Section, Question]] = {}
    for number in range(len(versions), 0, -1):
        for key, (section, question) in versions[number - 1].by_key().items():
            found.setdefault(key, (number, section, question))
    return found


def introduced(versions: Sequence[Definition]) -> dict[str, int]:
    """Every question that any version asks → the number of the first that does (from 1)."""
    found: dict[str, int] = {}
    for number, version in enumerate(versions, start=1):
        for key in version.by_key():
            found.setdefault(key, number)
    return found
