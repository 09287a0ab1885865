"""What a form may be, how it is kept, and the templates."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.questionnaires import (
    TEMPLATES,
    BadDefinition,
    Definition,
    Kind,
    Question,
    Section,
    as_data,
    from_data,
    new_key,
    problems,
    template_named,
)

AGE = Question("age", "Mean age", Kind.NUMBER, unit="years")
DESIGN = Question("design", "Design", Kind.CHOICE, choices=("RCT", "Other"))


def a_form(*questions: Question, per_arm: bool = False) -> Definition:
    """A form with one section."""
    return Definition((Section("basics", "Basics", questions, per_arm),))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.key)
def test_every_template_is_a_form_and_survives_json(template: object) -> None:
    definition = template_named(template.key).definition  # type: ignore[attr-defined]
    assert problems(definition) == {}
    assert from_data(json.loads(json.dumps(as_data(definition)))) == definition


def test_tidier_asks_its_twelve_items_of_each_arm() -> None:
    asked = list(template_named("tidier").definition.asked())
    assert [question.label.split(".")[0] for _, question in asked] == [str(item) for item in range(1, 13)]
    assert all(section.per_arm for section, _ in asked)


@pytest.mark.parametrize(
    ("definition", "where", "what"),
    [
        (Definition(()), "", "at least one section"),
        (Definition((Section("a", " "),)), "a", "a title"),
        (a_form(replace(AGE, label="")), "age", "Write the question"),
        (a_form(AGE, replace(AGE, key="age_2", label="mean  AGE")), "age_2", "asked twice"),
        (a_form(AGE, replace(AGE, label="Other")), "age", "used twice"),
        (a_form(replace(AGE, key="Ä")), "Ä", "not a key"),
        (a_form(replace(DESIGN, choices=("RCT",))), "design", "at least two"),
        (a_form(replace(DESIGN, choices=("RCT", "rct"))), "design", "there twice"),
        (a_form(replace(DESIGN, choices=("RCT", "a\nb"))), "design", "one line"),
        (a_form(replace(DESIGN, choices=tuple(map(str, range(51))))), "design", "at most 50"),
        (a_form(replace(DESIGN, choices=("RCT", "x" * 121))), "design", "120 characters"),
        (a_form(replace(AGE, label="x" * 301)), "age", "too long"),
        (a_form(replace(AGE, unit="x" * 41)), "age", "unit is too long"),
        (a_form(*(replace(AGE, key=f"a{n}", label=f"a{n}") for n in range(101))), "", "at most 100"),
        (Definition(tuple(Section(f"s{n}", "S") for n in range(21))), "", "at most 20"),
    ],
)
def test_what_is_wrong_with_a_form_is_said_where_it_is(definition: Definition, where: str, what: str) -> None:
    assert what in problems(definition)[where]


def test_a_form_that_is_right_has_no_problems() -> None:
    assert problems(a_form(AGE, DESIGN)) == {}


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"sections": 1},
        {"sections": [1]},
        {"sections": [{"key": 1, "title": "", "help": "", "per_arm": False, "questions": []}]},
        as_data(a_form(AGE)) | {"sections": [{"key": "a"}]},
    ],
)
def test_what_is_not_a_form_is_refused(data: object) -> None:
    with pytest.raises(BadDefinition):
        from_data(data)


def test_a_kind_that_nobody_knows_is_refused() -> None:
    data = as_data(a_form(AGE))
    data["sections"][0]["questions"][0]["kind"] = "colour"
    with pytest.raises(BadDefinition):
        from_data(data)


@given(st.lists(st.text(max_size=60), max_size=12))
def test_keys_are_usable_and_never_given_twice(labels: list[str]) -> None:
    used: set[str] = set()
    for label in labels:
        used.add(new_key(label, used))
    assert len(used) == len(labels)
    questions = [replace(AGE, key=key, label=key) for key in sorted(used)]
    assert problems(a_form(*questions)) == {}


def test_a_key_is_made_of_the_words_of_the_label() -> None:
    assert new_key("Mean age (years)", set()) == "mean_age_years"
    assert new_key("Mean age (years)", {"mean_age_years"}) == "mean_age_years_2"
    assert new_key("6-minute walk", set()) == "q_6_minute_walk"
    assert new_key("平均年龄", set()) == "q"
