"""A form as it is filled in for a study: one field for each slot, with where the answer was read beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict

from extraction.forms.sending import Sent, fields_in
from extraction.forms.sheet import whole
from extraction.models import Answer, Arm, Asking
from extraction.queries.questionnaires import Asked, Form, Slot
from extraction.questionnaires import NOT_REPORTED, Kind, Section
from extraction.services.answers import SavedAnswers, Written
from screening.models import Report


@dataclass(frozen=True, slots=True)
class Entry:
    """A slot as it is drawn: what stands in it, where that was read, and what is wrong with it."""

    slot: Slot
    asked: Asked
    text: str
    seen: int
    quote: str
    page: str
    report: int | None
    error: str = ""
    earlier: str = ""
    askings: list[Asking] = field(default_factory=list, hash=False)

    @property
    def key(self) -> str:
        """The slot's address as one word."""
        return self.slot.key

    @property
    def lines(self) -> list[str]:
        """The choices that were made."""
        return [line.strip() for line in self.text.splitlines() if line.strip()]

    @property
    def options(self) -> list[tuple[str, bool, bool]]:
        """What can be chosen: the label, whether it is chosen, whether it is still offered."""
        chosen = self.lines
        offered = list(dict.fromkeys([*self.asked.question.choices, NOT_REPORTED]))
        gone = [(line, True, False) for line in chosen if line not in offered]
        return [(choice, choice in chosen, True) for choice in offered] + gone

    @property
    def is_sourced(self) -> bool:
        """Something says where the answer was read."""
        return bool(self.quote or self.page)


@dataclass(frozen=True, slots=True)
class Block:
    """A section: lines of one entry for the study, or of one for each arm."""

    section: Section
    arms: list[Arm]
    lines: list[tuple[Asked, list[Entry]]]


class FillingForm:
    """Reads what was sent and draws what is there; never loses what was typed."""

    def __init__(
        self,
        form: Form,
        arms: Iterable[Arm],
        own: Mapping[Slot, Answer],
        reports: Sequence[Report],
        data: QueryDict | None = None,
        askings: Mapping[Slot, list[Asking]] | None = None,
    ) -> None:
        every = list(arms)
        self.form, self.own, self.reports, self.data = form, own, reports, data
        self.arms = [arm for arm in every if arm.retired_at is None]
        self.asked, self.known = form.asked(self.arms), form.ever_asked(every)
        self.slots = {slot.key: slot for slot in self.known}
        self.only_report = reports[0].pk if len(reports) == 1 else None
        self.errors: dict[Slot, str] = {}
        self.askings = askings or {}

    def written(self) -> list[Written]:
        """What was sent for every slot that was on the page."""
        data = self.data if self.data is not None else QueryDict()
        return [self._written(data, slot) for key, slot in self.slots.items() if f"s-{key}" in data]

    def _written(self, data: QueryDict, slot: Slot) -> Written:
        key = slot.key
        text = "\n".join(data.getlist(f"v-{key}"))
        quote, page = data.get(f"q-{key}", ""), data.get(f"p-{key}", "")
        report, seen = whole(data.get(f"r-{key}")), whole(data.get(f"s-{key}"))
        return Written(slot, text, quote, page, report, seen)

    def sent(self, body: bytes) -> list[Written]:
        """What a script sent. Raises BadValue."""
        return [self._sent(one) for one in fields_in(body)]

    def _sent(self, one: Sent) -> Written:
        slot = self.slots.get(one.key) or Slot(one.key[:60])
        return Written(slot, one.text, one.quote, one.page, one.report, one.seen)

    def answer(self, written: Sequence[Written], saved: SavedAnswers) -> dict[str, object]:
        """What became of each slot: the id that stands now, or why it was not saved and what is there instead."""
        refused = {
            slot.key: {"message": str(error), "now": self._now(slot)} for slot, error in saved.refused.items()
        }
        done = [one.slot for one in written if one.slot not in saved.refused]
        return {"saved": {slot.key: self._seen(slot) for slot in done}, "refused": refused}

    def _seen(self, slot: Slot) -> int:
        answer = self.own.get(slot)
        return answer.pk if answer else 0

    def _now(self, slot: Slot) -> dict[str, object]:
        answer = self.own.get(slot)
        words = {"text": answer.text, "quote": answer.quote, "page": answer.page} if answer else {}
        report = answer.report_id if answer else None
        return {"text": "", "quote": "", "page": "", "seen": self._seen(slot), "report": report} | words

    def entry(self, slot: Slot, asked: Asked) -> Entry:
        """A slot as it is drawn: what was just typed into it, or what is saved."""
        answer = self.own.get(slot)
        typed = (
            self._written(self.data, slot) if self.data is not None and f"s-{slot.key}" in self.data else None
        )
        shown = typed or answer
        report = (
            typed.report if typed else answer.report_id if answer and answer.report_id else self.only_report
        )
        return Entry(
            slot,
            asked,
            shown.text if shown else "",
            self._seen(slot),
            shown.quote if shown else "",
            shown.page if shown else "",
            report,
            self.errors.get(slot, ""),
            _earlier(answer, asked),
            self.askings.get(slot, []),
        )

    def blocks(self) -> list[Block]:
        """The sections, each with its lines."""
        return [self._block(section) for section in self.form.definition.sections]

    def _block(self, section: Section) -> Block:
        arms: list[Arm | None] = [*self.arms] if section.per_arm else [None]
        lines = []
        for question in section.questions:
            slots = [Slot(question.key, arm.pk if arm else None) for arm in arms]
            entries = [self.entry(slot, self.asked[slot]) for slot in slots]
            if entries:
                lines.append((entries[0].asked, entries))
        return Block(section, self.arms, lines)

    def no_longer_asked(self) -> list[tuple[Asked, Answer]]:
        """The author's answers to what is not asked any more."""
        return [
            (asked, self.own[slot])
            for slot, asked in self.known.items()
            if slot in self.own and slot not in self.asked and self.own[slot].text
        ]

    @property
    def open(self) -> int:
        """How many slots have no answer yet."""
        return sum(not (slot in self.own and self.own[slot].text) for slot in self.asked)


def _earlier(answer: Answer | None, asked: Asked) -> str:
    """What has to be known of an answer that was given to an earlier version of the question."""
    if answer is None or not answer.text:
        return ""
    if answer.number is not None and answer.unit != asked.question.unit:
        return f"Answered when this was asked in {answer.unit or 'no unit'}."
    if asked.question.kind == Kind.NUMBER and answer.number is None and answer.text != NOT_REPORTED:
        return "Answered when this was not a number."
    if asked.question.kind.offers and set(answer.text.splitlines()) - {
        *asked.question.choices,
        NOT_REPORTED,
    }:
        return "Answered with something that is no longer offered."
    return ""
