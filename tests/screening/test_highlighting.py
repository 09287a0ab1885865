"""Highlighted words: found as people mean them, and never a way in for markup."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.highlighting import marked


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("exercise", "Exercise in ALS", '<mark class="for">Exercise</mark> in ALS'),
        ("rat", "a strategy for rats", "a strategy for rats"),
        (
            "random*",
            "Randomised at random",
            '<mark class="for">Randomised</mark> at <mark class="for">random</mark>',
        ),
        ("randomised controlled", "randomised-controlled", '<mark class="for">randomised-controlled</mark>'),
        ("运动", "有氧运动训练", '有氧<mark class="for">运动</mark>训练'),
        ("ALS", "肌萎缩侧索硬化(ALS)患者", '肌萎缩侧索硬化(<mark class="for">ALS</mark>)患者'),
        ("naïve", "Naïve patients", '<mark class="for">Naïve</mark> patients'),
        ("C++", "C++ code", '<mark class="for">C++</mark> code'),
        ("*", "a * b", "a * b"),
        ("", "nothing", "nothing"),
        ("p<0.05", "found p<0.05 here", 'found <mark class="for">p&lt;0.05</mark> here'),
    ],
)
def test_words_for(term: str, text: str, expected: str) -> None:
    assert marked(text, terms_for=term) == expected


def test_words_against_and_the_longer_of_two() -> None:
    assert marked("mice and rat models", terms_for="rat", terms_against="mice\nrat models") == (
        '<mark class="against">mice</mark> and <mark class="against">rat models</mark>'
    )


def test_a_word_in_both_lists_speaks_for() -> None:
    assert marked("trial", terms_for="trial", terms_against="Trial") == '<mark class="for">trial</mark>'


def test_a_script_in_a_title_stays_text_with_and_without_words() -> None:
    title = '<script>alert("运动")</script>'
    for words in ("", "运动", "script", "alert", "<script>"):
        result = marked(title, terms_for=words)
        assert "<script" not in result
        assert html.unescape(re.sub(r"</?mark[^>]*>", "", result)) == title


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_nothing_but_marks_is_added_and_nothing_is_lost(text: str, pro: str, con: str) -> None:
    result = marked(text, terms_for=pro, terms_against=con)
    assert html.unescape(re.sub(r'<mark class="(?:for|against)">|</mark>', "", result)) == text
    assert "<" not in re.sub(r'<mark class="(?:for|against)">|</mark>', "", result)
