"""Sentences of a report, from facts; one that has nothing to say is left out. Nothing is said that is not in the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from extraction.queries.policy import Mode
from reviews.models import Criterion, Search
from screening.decision import Mode as DecisionMode
from screening.models import Stage
from synthesis.engine import MEASURES
from synthesis.models import Run
from synthesis.queries.report_facts import Analysed, Facts
from synthesis.reporting.flow import FlowCounts, Tally

PARTS = (
    ("Population", "population"),
    ("Intervention", "intervention"),
    ("Comparator", "comparator"),
    ("Outcomes", "outcomes"),
    ("Study designs", "study_designs"),
)


def listed(parts: Iterable[object]) -> str:
    """“a, b and c”."""
    texts = [str(part) for part in parts]
    return f"{', '.join(texts[:-1])} and {texts[-1]}" if len(texts) > 1 else "".join(texts)


def counted(number: int, one: str, many: str = "") -> str:
    """“1 study”, “2,000 studies”."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def studies(number: int) -> str:
    """“3 studies”."""
    return counted(number, "study", "studies")


def ended(text: str) -> str:
    """With a full stop, in one line."""
    plain = " ".join(text.split())
    return plain if plain[-1:] in tuple(".?!") else f"{plain}."


def question(facts: Facts) -> list[str]:
    """What the protocol says of population, intervention and so on."""
    said = [(title, getattr(facts.review, name)) for title, name in PARTS]
    return [ended(f"{title}: {text}") for title, text in said if text.strip()]


def question_gaps(facts: Facts) -> list[str]:
    """Which of them are empty."""
    return [title.lower() for title, name in PARTS if not getattr(facts.review, name).strip()]


def eligibility(facts: Facts) -> list[str]:
    """The criteria in force."""
    told = []
    for kind, words in (
        (Criterion.Kind.INCLUSION, "Studies were eligible if"),
        (Criterion.Kind.EXCLUSION, "They were excluded if"),
    ):
        texts = [" ".join(one.text.split()).rstrip(".;") for one in facts.criteria if one.kind == kind]
        if texts:
            told.append(f"{words}: {'; '.join(texts)}.")
    return told


def grouping(facts: Facts) -> list[str]:
    """By which comparisons and outcomes studies were put together."""
    if not facts.comparisons or not facts.outcomes:
        return []
    return [
        (
            f"For the syntheses, studies were grouped by comparison ({'; '.join(map(str, facts.comparisons))}) and by outcome "
            f"({'; '.join(map(str, facts.outcomes))})."
        )
    ]


def sources(facts: Facts) -> list[str]:
    """Each source with its date and how many records it gave; a date that is missing is not made up."""
    return [
        f"{search.get_kind_display()}: {search}{_on(search)}; {counted(facts.records[search.pk], 'record')} imported."
        for search in facts.searches
    ]


def _on(search: Search) -> str:
    return f", searched on {search.searched_on:%-d %B %Y}" if search.searched_on else ", date not recorded"


def selection(facts: Facts) -> list[str]:
    """Who screened and how, and how far they agreed."""
    told = list(facts.selection)
    for stage, what in ((Stage.TITLE_ABSTRACT, "titles and abstracts"), (Stage.FULL_TEXT, "full texts")):
        group = facts.agreement[stage]
        # Under other rules a second vote depends on the first: such pairs are no random choice.
        if (
            facts.policies[stage].rule.mode == DecisionMode.INDEPENDENT
            and group.n
            and group.percent is not None
        ):
            alpha = f" (Krippendorff’s α {group.alpha.value:.2f})" if group.alpha.value is not None else ""
            told.append(
                f"Of {counted(group.n, 'item')} read independently by two or more people on {what}, they agreed on "
                f"{100 * group.percent:.1f} %{alpha}."
            )
    return told


def collection(facts: Facts) -> list[str]:
    """How results were extracted: the rule, and for how many studies it was kept."""
    mode = Mode(facts.extraction_modes[0]) if facts.extraction_modes else Mode.INDEPENDENT
    every = [state.results for state in facts.states.values()]
    if mode == Mode.VERIFIED:
        done = sum(work.is_settled for work in every)
        told = f"Results were to be extracted by one person and each value confirmed by a second; all is settled for {done:,} of {studies(len(every))}."
    else:
        done = sum(len(work.through) > 1 for work in every)
        told = (
            f"Results were to be extracted by two people independently, who did not see each other’s work until both were "
            f"through; this was done for {done:,} of {studies(len(every))}."
        )
    changed = len(set(facts.extraction_modes)) > 1
    return [told, *(["The way of extracting was changed during the review."] if changed else [])]


def outcomes(facts: Facts) -> list[str]:
    """Each outcome with what was sought."""
    return [ended(f"{one}: {one.get_metric_display().lower()}{_window(one)}") for one in facts.outcomes]


def forms(facts: Facts) -> list[str]:
    """The forms that ask for other variables."""
    return [f"{form.questionnaire}: {counted(form.questions, 'question')}." for form in facts.forms]


def _window(outcome: object) -> str:
    low, high = getattr(outcome, "window_from", None), getattr(outcome, "window_to", None)
    if low is None and high is None:
        return ""
    told = [f"from week {low:g}"] if low is not None else []
    told += [f"to week {high:g}"] if high is not None else []
    when = outcome.get_when_several_display().lower()  # type: ignore[attr-defined]
    return f", {' '.join(told)}; of several time points, {when}"


def tools(facts: Facts) -> list[str]:
    """Which tool is chosen for how many studies, and how many people assessed them."""
    every = [state.bias for state in facts.states.values()]
    if not every:
        return []
    told = [f"The tool for risk of bias was {name} ({studies(n)})." for name, n in facts.tools.items()]
    double = sum(len(work.through) > 1 for work in every)
    settled = sum(work.settled > 0 for work in every)
    return [
        *told,
        f"Two or more people assessed {double:,} of {studies(len(every))}; judgements are settled for {settled:,}.",
    ]


def measures(facts: Facts) -> list[str]:
    """The effect measure of each analysed outcome."""
    found: dict[str, dict[str, None]] = {}
    for one in facts.analyses:
        name = MEASURES[one.analysis.measure].name
        found.setdefault(str(one.analysis.outcome), {})[f"{name[0].lower()}{name[1:]}"] = None
    return [f"{outcome}: {listed(names)}." for outcome, names in found.items()]


def conversions(facts: Facts) -> list[str]:
    """How numbers that papers did not print were computed, with how many rows it concerns; newest runs only."""
    found: dict[str, set[tuple[int, int, int]]] = defaultdict(set)
    for one, run in facts.runs:
        for row in run.inputs:
            # Several analyses rest on the same result.
            result = (one.analysis.outcome_id, one.analysis.comparison_id, row["study"])
            for side in ("experimental", "control", "contrast"):
                for method in (row.get(side) or {}).get("methods", ()):
                    found[method].add(result)
    return [
        f"{method.rstrip('.')} ({counted(len(those), 'result')})." for method, those in sorted(found.items())
    ]


def synthesis_studies(one: Analysed, run: Run, *, with_bias: bool) -> str:
    """Which studies entered, and their risk of bias where the viewer may see it."""
    rows = zip(run.result["studies"], run.inputs, strict=True)
    used = {source["study"]: source for study, source in rows if study["yi"] is not None}
    told = f"{one.analysis.title}: {studies(len(used))}"
    if with_bias and used:
        levels = Counter(row.get("bias_name") or "not judged" for row in used.values())
        told += f"; overall risk of bias: {listed(f'{name.lower()} in {n}' for name, n in levels.items())}"
    return f"{told}."


def certainty(facts: Facts) -> list[str]:
    """The level of each analysis whose domains are all judged, and what is open in the others."""
    told = []
    for one in facts.analyses:
        if one.certainty is None:
            continue
        if one.certainty.is_complete:
            shown = one.certainty.footnotes if facts.sees_bias else ()
            why = f" ({' '.join(shown)})" if shown else ""
            told.append(f"{one.analysis.title}: {one.certainty.name.lower()} certainty{why}.")
        else:
            told.append(f"{one.analysis.title}: not judged yet: {listed(one.certainty.missing).lower()}.")
    return told


def flow(facts: Facts) -> list[str]:
    """The numbers of the flow diagram in sentences."""
    n = facts.flow
    if not (n.identified or n.other_records):
        return []
    told = [
        (
            f"Databases gave {counted(n.database_records, 'record')} and registers {n.register_records:,}; "
            f"{_removed(n)}."
        ),
        (
            f"{counted(n.screened, 'record')} {_was(n.screened)} screened and {n.excluded:,} excluded; {counted(n.sought, 'report')} "
            f"{_was(n.sought)} sought, {n.not_retrieved:,} not retrieved, {n.assessed:,} assessed for eligibility and "
            f"{n.reports_excluded:,} excluded{_reasons(n.exclusion_reasons)}."
        ),
    ]
    if n.has_other_methods:
        told.append(
            f"Other methods gave {counted(n.other_records, 'record')}; {counted(n.other_sought, 'report')} {_was(n.other_sought)} "
            f"sought, {n.other_assessed:,} assessed and {n.other_reports_excluded:,} excluded{_reasons(n.other_exclusion_reasons)}."
        )
    told.append(
        f"The review includes {studies(n.included.studies)} with {counted(n.included.reports, 'report')}."
    )
    if n.total is not None and n.previous is not None:
        told.append(
            f"With {studies(n.previous.studies)} of the earlier version, it includes {studies(n.total.studies)} with "
            f"{counted(n.total.reports, 'report')}."
        )
    for words, those in (("awaiting classification", n.awaiting_classification), ("ongoing", n.ongoing)):
        if those.studies or those.reports:
            told.append(
                f"{studies(those.studies).capitalize()} ({counted(those.reports, 'report')}) {'is' if those.studies == 1 else 'are'} {words}."
            )
    return told


def _removed(n: FlowCounts) -> str:
    parts = (
        (n.duplicates, "as duplicates"),
        (n.removed_by_automation, "as marked ineligible by automation tools"),
        (n.removed_for_other_reasons, "for other reasons"),
    )
    why = listed(f"{number:,} {reason}" for number, reason in parts if number)
    if not n.removed:
        return "none was removed before screening"
    return f"{n.removed:,} {_was(n.removed)} removed before screening ({why})"


def flow_open(facts: Facts) -> list[str]:
    """What still has no decision."""
    n = facts.flow
    waiting = (
        (n.screening_open, "record", "to be screened"),
        (n.retrieval_open + n.other_retrieval_open, "report", "to be retrieved"),
        (n.assessment_open + n.other_assessment_open, "report", "to be assessed"),
    )
    return [f"{counted(number, what)} still {todo}" for number, what, todo in waiting if number]


def _reasons(reasons: tuple[Tally, ...]) -> str:
    given = [f"{reason.name}, {reason.n:,}" for reason in reasons if reason.n]
    return f" ({'; '.join(given)})" if given else ""


def _was(number: int) -> str:
    return "was" if number == 1 else "were"
