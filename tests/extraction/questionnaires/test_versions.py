"""What a new version changes, and what the code book tells of all of them."""

from __future__ import annotations

from dataclasses import replace

from extraction.questionnaires import (
    CODE_BOOK,
    Changed,
    Definition,
    Kind,
    Question,
    Section,
    changes,
    code_book,
    introduced,
    last_asked,
)

AGE = Question("age", "Mean age", Kind.NUMBER, unit="years")
DESIGN = Question("design", "Design", Kind.CHOICE, choices=("RCT", "Cohort"))
BASICS = Section("basics", "Basics", (AGE, DESIGN))
FIRST = Definition((BASICS,))


def version(*questions: Question, **fields: object) -> Definition:
    """The form with other questions in its section."""
    return Definition((replace(BASICS, questions=questions, **fields),))  # type: ignore[arg-type]


def told(after: Definition) -> list[tuple[Changed, str, bool]]:
    """What changed since the first version: how, about which question, and whether it touches answers."""
    return [(change.changed, change.key, change.touches) for change in changes(FIRST, after)]


def test_nothing_changed_is_nothing_told() -> None:
    assert told(FIRST) == []


def test_each_difference_is_told_with_whether_it_touches_answers() -> None:
    sex = Question("sex", "Female", Kind.NUMBER, unit="%")
    assert told(version(AGE, DESIGN, sex)) == [(Changed.ADDED, "sex", False)]
    assert told(version(AGE)) == [(Changed.REMOVED, "design", True)]
    assert told(version(replace(AGE, label="Age"), DESIGN)) == [(Changed.RENAMED, "age", True)]
    assert told(version(replace(AGE, unit="months"), DESIGN)) == [(Changed.UNIT, "age", True)]
    assert told(version(replace(AGE, help="At baseline"), DESIGN)) == [(Changed.HELP, "age", False)]
    assert told(version(DESIGN, AGE)) == [(Changed.MOVED, "", False)]
    assert told(version(AGE, DESIGN, title="Study")) == [(Changed.SECTION, "", False)]
    assert told(version(AGE, DESIGN, per_arm=True)) == [
        (Changed.PER_ARM, "age", True),
        (Changed.PER_ARM, "design", True),
    ]
    to_text = replace(AGE, kind=Kind.TEXT, unit="")
    assert [change[0] for change in told(version(to_text, DESIGN))] == [Changed.KIND, Changed.UNIT]


def test_a_choice_that_is_gone_touches_answers_and_one_that_is_new_does_not() -> None:
    more = changes(FIRST, version(AGE, replace(DESIGN, choices=("RCT", "Cohort", "Case-control"))))
    less = changes(FIRST, version(AGE, replace(DESIGN, choices=("RCT", "Case-control"))))
    other = changes(FIRST, version(AGE, replace(DESIGN, choices=("Cohort", "RCT"))))
    assert [(change.touches, change.gone) for change in (*more, *less, *other)] == [
        (False, ()),
        (True, ("Cohort",)),
        (False, ()),
    ]
    assert "“Cohort” no longer, “Case-control” as well" in less[0].sentence
    assert "another order" in other[0].sentence


def test_a_section_that_comes_or_goes_is_told() -> None:
    more = Definition((BASICS, Section("extra", "Extra")))
    assert [change.sentence for change in changes(FIRST, more)] == ["The section “Extra” is new"]
    assert [change.sentence for change in changes(more, FIRST)] == ["The section “Extra” is gone"]
    assert changes(more, Definition(more.sections[::-1]))[0].changed == Changed.MOVED


def test_every_question_ever_asked_is_known_with_its_first_and_last_version() -> None:
    versions = [FIRST, version(AGE), version(replace(AGE, label="Age"))]
    assert introduced(versions) == {"age": 1, "design": 1}
    assert {key: number for key, (number, *_) in last_asked(versions).items()} == {"age": 3, "design": 1}


def test_the_code_book_tells_what_was_asked_and_when() -> None:
    sex = Question("sex", "Female", Kind.NUMBER, unit="%")
    rows = code_book([FIRST, version(replace(AGE, label="Age"), sex)])
    book = {row[0]: dict(zip(CODE_BOOK, row, strict=True)) for row in rows}
    assert list(book) == ["age", "sex", "design"]
    assert book["age"]["question"] == "Age"
    assert book["age"]["earlier_wording"] == "Mean age"
    assert book["sex"]["introduced_in_version"] == "2"
    assert book["design"]["retired_in_version"] == "2"
    assert book["design"]["choices"] == "RCT | Cohort"
    assert book["age"]["retired_in_version"] == ""
