"""How a typed answer is read, and when two answers say the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.conversions import parse_number
from extraction.questionnaires import NOT_REPORTED, Kind, Question, Read, Unreadable, read_answer, same_answer

CHOICES = ("Public", "Industry", "None")


def question(kind: Kind) -> Question:
    """A question of this kind."""
    return Question("x", "X", kind, choices=CHOICES if kind.offers else ())


def read(kind: Kind, text: str) -> Read:
    """The answer, read as the app reads it."""
    return read_answer(question(kind), text, number=parse_number)


@pytest.mark.parametrize(
    ("kind", "text", "answer"),
    [
        (Kind.TEXT, "  Lisbon ", Read("Lisbon")),
        (Kind.NUMBER, "−1.5", Read("−1.5", -1.5)),
        (Kind.NUMBER, "12.0", Read("12.0", 12.0)),
        (Kind.DATE, "2018", Read("2018")),
        (Kind.DATE, "2018-5", Read("2018-05")),
        (Kind.DATE, "2020-02-29", Read("2020-02-29")),
        (Kind.CHOICE, "industry", Read("Industry", choices=("Industry",))),
        (Kind.CHOICES, "None\r\nPublic", Read("Public\nNone", choices=("Public", "None"))),
        (Kind.PASSAGE, "a\nb", Read("a\nb")),
    ],
)
def test_an_answer_is_read_for_what_it_means(kind: Kind, text: str, answer: Read) -> None:
    assert read(kind, text) == answer


@pytest.mark.parametrize("kind", list(Kind))
def test_any_question_can_be_answered_with_not_reported_or_not_yet(kind: Kind) -> None:
    for text in ("NR", "not  reported", "n.r."):
        assert read(kind, text) == Read(NOT_REPORTED)
    assert read(kind, "  ") == Read("")
    assert not read(kind, "NR").is_reported


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        (Kind.NUMBER, "twelve", "is not a number"),
        (Kind.NUMBER, "1,234", "comma"),
        (Kind.NUMBER, "nan", "is not a number"),
        (Kind.NUMBER, "1e999", "too large"),
        (Kind.NUMBER, "1" * 61, "too long"),
        (Kind.DATE, "May 2018", "Write a date"),
        (Kind.DATE, "2018-13", "no month 13"),
        (Kind.DATE, "2019-02-29", "There is no 2019-02-29"),
        (Kind.DATE, "0018", "not a year"),
        (Kind.DATE, "٢٠١٨", "Write a date"),
        (Kind.CHOICE, "Public\nNone", "Choose one"),
        (Kind.CHOICE, "Alchemy", "not offered"),
        (Kind.CHOICES, "Public\nAlchemy", "not offered"),
        (Kind.TEXT, "x" * 501, "too long"),
        (Kind.PASSAGE, "x" * 10_001, "too long"),
    ],
)
def test_what_cannot_be_an_answer_is_refused_with_its_reason(kind: Kind, text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(kind, text)


@given(st.sampled_from(list(Kind)), st.text(max_size=80))
def test_whatever_is_typed_is_read_or_refused_and_reads_the_same_again(kind: Kind, text: str) -> None:
    try:
        answer = read(kind, text)
    except Unreadable:
        return
    assert read(kind, answer.text) == answer
    assert same_answer(answer, answer)


def test_answers_are_the_same_by_what_they_mean() -> None:
    assert same_answer(read(Kind.NUMBER, "12"), read(Kind.NUMBER, "12.0"))
    assert not same_answer(read(Kind.NUMBER, "12"), read(Kind.NUMBER, "NR"))
    assert same_answer(read(Kind.TEXT, "Outpatient  clinic"), read(Kind.TEXT, "outpatient clinic"))
    assert not same_answer(read(Kind.CHOICE, "Public"), read(Kind.CHOICE, "None"))
    assert same_answer(read(Kind.CHOICES, "Public\nNone"), read(Kind.CHOICES, "None\nPublic"))
