"""The summary of findings: one row for each outcome and comparator risk, with footnotes for every change of certainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from reviews.models import Review
from synthesis.engine import MEASURES
from synthesis.grading import (
    RISKS,
    STANDARDISED,
    Absolute,
    Span,
    absolute,
    odds_ratio_of_smd,
    of_thousand,
    on_scale,
    size_in_words,
)
from synthesis.models import SofSettings
from synthesis.queries.grading import Graded, graded_analyses, sof_settings
from synthesis.reporting.tables import Column, Table

NOTHING = "–"
HELD = (
    "The risk with the intervention, and its confidence interval, is the assumed risk with the comparator with the relative "
    "effect and its interval; the comparator’s risk is held fixed."
)
MEANING = (
    "Certainty (GRADE): high – the true effect is very likely close to the estimate; moderate – probably close; low – it may "
    "be substantially different; very low – it is likely to be substantially different."
)
_EFFECTS = "Anticipated absolute effects"
_COLUMNS = (
    Column("Outcome and follow-up"),
    Column("With comparator", _EFFECTS),
    Column("With intervention (CI)", _EFFECTS),
    Column("Difference (CI)", _EFFECTS),
    Column("Relative effect (CI)"),
    Column("Participants (studies)"),
    Column("Certainty (GRADE)"),
    Column("What it means"),
)
_REASONS = Column("Reasons for the certainty")


@dataclass(frozen=True, slots=True)
class SofRow:
    """A row as it is printed. `letters` point to footnotes; `level` is None while the domains are not all judged."""

    graded: Graded
    outcome: str
    comparator: str
    intervention: str
    difference: str
    relative: str
    people: str
    level: int | None
    certainty: str
    letters: str
    comment: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The row of a file."""
        certainty = f"{self.certainty} {self.letters}".strip()
        return (
            self.outcome, self.comparator, self.intervention, self.difference, self.relative, self.people, certainty,
            self.comment,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole table: PICO and setting above, rows, footnotes by letter, remarks below."""

    settings: SofSettings
    about: tuple[tuple[str, str], ...]
    rows: tuple[SofRow, ...]
    footnotes: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]

    def tables(self) -> list[Table]:
        """For Word: what stands above as a table of its own, then the findings with all that stands below."""
        below = (*(f"{letter}. {text}" for letter, text in self.footnotes), *self.notes)
        above = Table("Question", (Column("Part"), Column("Answer")), self.about)
        return [above, Table("Summary of findings", _COLUMNS, tuple(row.cells for row in self.rows), below)]

    def flat(self) -> Table:
        """For CSV: footnotes in a column of their own, since such a file has nothing below its rows."""
        reasons = [" ".join(row.graded.certainty.footnotes) if row.level else "" for row in self.rows]
        rows = tuple((*row.cells, why) for row, why in zip(self.rows, reasons, strict=True))
        return Table("Summary of findings", (*_COLUMNS, _REASONS), rows)


def summary_of(review: Review) -> Summary:
    """The summary in force: the chosen analyses in their order; as many queries whatever is chosen.

    A chosen analysis that was replaced since by a newer specification is followed to that one.
    """
    settings = sof_settings(review)
    graded = graded_analyses(review)
    by_id = {pk: one for one in graded for pk in one.line}
    chosen = list({id(by_id[pk]): by_id[pk] for pk in settings.analyses if pk in by_id}.values())
    letters = _letters(chosen)
    rows = tuple(row for one in chosen for row in _rows(one, letters))
    footnotes = tuple((letter, text) for text, letter in letters.items())
    return Summary(settings, _about(review, settings, chosen), rows, footnotes, _notes(chosen))


def _letters(chosen: Sequence[Graded]) -> dict[str, str]:
    """Footnote → letter, in the order of the table; what is said twice has one letter. Only for levels that are complete."""
    complete = [one.certainty for one in chosen if one.certainty.is_complete]
    texts = list(dict.fromkeys(text for certainty in complete for text in certainty.footnotes))
    return {text: _letter(number) for number, text in enumerate(texts)}


def _letter(number: int) -> str:
    """a … z, aa, ab …"""
    first, second = divmod(number, 26)
    return (ascii_lowercase[first - 1] if first else "") + ascii_lowercase[second]


def _about(review: Review, settings: SofSettings, chosen: Sequence[Graded]) -> tuple[tuple[str, str], ...]:
    comparisons = list(dict.fromkeys(one.analysis.comparison for one in chosen))
    said = (
        ("Population", settings.population or review.population),
        ("Setting", settings.setting),
        ("Intervention", "; ".join(dict.fromkeys(one.experimental for one in comparisons))),
        ("Comparator", "; ".join(dict.fromkeys(one.control for one in comparisons))),
        ("Remark", settings.comment),
    )
    return tuple((name, text) for name, text in said if text)


def _rows(one: Graded, letters: dict[str, str]) -> list[SofRow]:
    """A row for each comparator risk; one where there is none."""
    certainty = one.certainty
    if certainty.is_complete:
        level, words = certainty.level, f"{certainty.glyphs} {certainty.name}"
    else:
        level, words = None, "Not judged yet"
    effects = _effects(one)
    several = len(effects) > 1
    return [
        SofRow(
            one,
            f"{one.analysis.outcome}{f' ({label})' if label and several else ''}",
            *cells,
            relative=_relative(one),
            people=_people(one),
            level=level,
            certainty=words,
            letters=", ".join(letters[text] for text in certainty.footnotes) if level else "",
            comment=one.basis.comment,
        )
        for label, cells in effects
    ]


def _effects(one: Graded) -> list[tuple[str, tuple[str, str, str]]]:
    """Comparator, intervention and difference as text, by the label of the risk."""
    effect, measure = one.evidence.effect, one.evidence.measure
    if effect is None:
        told = "not run yet" if one.run is None else "not pooled"
        return [("", (NOTHING, told, NOTHING))]
    if measure in RISKS and one.basis.risks:
        return [
            (risk["label"], _risks(absolute(measure, effect.through(one.evidence.printed), risk["risk"])))
            for risk in one.basis.risks
        ]
    if measure == "RD":
        return [("", (NOTHING, NOTHING, _fewer(effect)))]
    if measure == "MD":
        return [
            ("", (one.basis.comparator_mean or NOTHING, NOTHING, _lower(effect, one.analysis.outcome.unit)))
        ]
    if measure in STANDARDISED:
        return _standardised(one, effect)
    return [("", (NOTHING, NOTHING, NOTHING))]


def _standardised(one: Graded, effect: Span) -> list[tuple[str, tuple[str, str, str]]]:
    """On the familiar scale where its spread is known, else in standard deviations; and by the odds ratio, if a risk is given."""
    mean = one.basis.comparator_mean or NOTHING
    if one.basis.sd is None:
        difference = _lower(effect, "SD")
    else:
        difference = _lower(on_scale(effect, one.basis.sd), "points", one.basis.scale)
    rows = [("", (mean, NOTHING, difference))]
    odds = effect.through(odds_ratio_of_smd)
    rows += [
        (risk["label"] or "as a risk", _risks(absolute("OR", odds, risk["risk"]))) for risk in one.basis.risks
    ]
    return rows


def _risks(found: Absolute) -> tuple[str, str, str]:
    risk = found.intervention
    mark = " *" if found.is_capped else ""
    return (
        f"{of_thousand(found.comparator)} per 1000",
        f"{of_thousand(risk.estimate)} per 1000 ({of_thousand(risk.low)} to {of_thousand(risk.high)}){mark}",
        _fewer(found.difference),
    )


def _fewer(difference: Span) -> str:
    def said(value: float) -> str:
        return f"{of_thousand(abs(value))} {'fewer' if value < 0 else 'more'}"

    return f"{said(difference.estimate)} per 1000 ({said(difference.low)} to {said(difference.high)})"


def _lower(difference: Span, unit: str, scale: str = "") -> str:
    def said(value: float) -> str:
        return f"{abs(value):.3g} {'lower' if value < 0 else 'higher'}"

    first = f"{abs(difference.estimate):.3g} {unit}".strip()
    word = "lower" if difference.estimate < 0 else "higher"
    where = f" on {scale}" if scale else ""
    return f"{first} {word}{where} ({said(difference.low)} to {said(difference.high)})"


def _relative(one: Graded) -> str:
    effect, measure = one.evidence.effect, one.evidence.measure
    if effect is None or measure in ("MD", "RD", "IRD"):
        return NOTHING
    shown = effect.through(one.evidence.printed)
    numbers = [_two_decimals(value) for value in (shown.estimate, shown.low, shown.high)]
    words = f"; {size_in_words(effect.estimate)} effect" if measure in STANDARDISED else ""
    return f"{measure} {numbers[0]} ({numbers[1]} to {numbers[2]}){words}"


def _two_decimals(value: float) -> str:
    """Or two digits, where decimals would say nothing."""
    says_nothing = abs(value) >= 1e6 or 0 < abs(value) < 0.005
    return (f"{value:.2g}" if says_nothing else f"{value:.2f}").replace("-", "−")


def _people(one: Graded) -> str:
    studies = f"{one.evidence.k} {'study' if one.evidence.k == 1 else 'studies'}"
    if not one.evidence.k:
        return "no study"
    if one.evidence.participants is None:
        known = f"{one.known_people:,.0f} known, " if one.known_people else ""
        return f"{known}{one.unknown_people} without a number ({studies})"
    return f"{one.evidence.participants:,.0f} ({studies})"


def _notes(chosen: Sequence[Graded]) -> tuple[str, ...]:
    notes = [f"CI: {_level(chosen)} % confidence interval."] if chosen else []
    used = sorted({one.evidence.measure for one in chosen if one.evidence.measure in MEASURES})
    notes += (
        [
            "; ".join(f"{code}: {MEASURES[code].name[0].lower()}{MEASURES[code].name[1:]}" for code in used)
            + "."
        ]
        if used
        else []
    )
    if any(one.basis.risks for one in chosen):
        notes.append(HELD)
    for one in chosen:
        for risk in one.basis.risks:
            label = f", {risk['label']}" if risk["label"] else ""
            notes.append(f"Comparator’s risk, {one.analysis.outcome}{label}: {risk['source']}")
        if one.evidence.measure in STANDARDISED and one.basis.risks:
            notes.append(
                f"{one.analysis.outcome}: the risk is computed from SMD by OR = exp(π·SMD/√3) (Chinn 2000)."
            )
    if any(" *" in cells[1] for one in chosen for _, cells in _effects(one)):
        notes.append("* A limit lay outside of 0 to 1000 and is set to it.")
    return (*notes, MEANING)


def _level(chosen: Sequence[Graded]) -> str:
    levels = {one.run.settings["level"] for one in chosen if one.run}
    return " or ".join(f"{level:g}" for level in sorted(levels)) or "95"
