"""Measured text is as wide as printed text, and broken text fits and loses nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font, LoadFlags

from synthesis.figures.typesetting import ellipsise, measure, wrap

SENTENCES = [
    "Hart & Sutherland 1977 [0.13, 1.26] 92.1 %, Q = 152.23 (df = 12, p < 0.001)",
    "← Favours exercise, τ² = 0.31 – “Größe” naïve Čapek œuvre Łódź Ångström",
    "Records identified from: Databases (n = 238)",
]
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Zs", "Zl", "Zp")), min_size=1
)


def arial_like(bold: bool) -> FT2Font:
    installed = set(font_manager.fontManager.get_font_names())
    family = next((name for name in ("Arial", "Liberation Sans", "Arimo") if name in installed), None)
    if family is None:
        pytest.skip("no font with Arial's widths: apt-get install fonts-liberation")
    return FT2Font(
        font_manager.findfont(font_manager.FontProperties(family=family, weight="bold" if bold else "normal"))
    )


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("text", SENTENCES)
def test_measured_widths_are_those_of_the_font(text: str, bold: bool) -> None:
    font = arial_like(bold)
    font.set_size(100, 72)
    known = [c for c in text if font.get_char_index(ord(c))]
    real = sum(font.load_char(ord(c), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536 for c in known)
    assert measure("".join(known), 100, bold=bold) == pytest.approx(real, rel=0.02)


def test_a_chinese_character_is_as_wide_as_it_is_high() -> None:
    assert measure("中国知网", 10) == 40


def test_a_combining_accent_takes_no_room() -> None:
    assert measure("e\u0301", 10) == measure("e", 10)


@given(st.lists(WORDS, max_size=12), st.floats(25, 200))
def test_wrapped_lines_fit_and_keep_every_character(words: list[str], limit: float) -> None:
    text = " ".join(words)
    lines = wrap(text, limit, 9)
    assert all(measure(line, 9) <= limit + 1e-6 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.lists(WORDS, max_size=12), st.integers(1, 3))
def test_a_limited_number_of_lines_is_kept_and_fits(words: list[str], lines: int) -> None:
    found = wrap(" ".join(words), 60, 9, lines=lines)
    assert len(found) <= lines
    assert all(measure(line, 9) <= 60 + 1e-6 for line in found)


def test_a_cut_label_says_so() -> None:
    first, second = wrap("one two three four five six seven eight nine ten", 60, 9, lines=2)
    assert not first.endswith("…")
    assert second.endswith("…")
    assert ellipsise("short", 60, 9) == "short"


def test_a_number_stays_with_its_sign() -> None:
    for width in range(60, 120):
        for line in wrap("τ² = 0.31, I² = 92.1 %, p < 0.001", width, 9):
            assert not line.startswith(("=", "%", "<"))
            assert not line.endswith(("=", "<"))


def test_chinese_breaks_between_characters_but_not_before_a_comma() -> None:
    lines = wrap("肌萎缩侧索硬化症，患者有氧运动", 36, 9)
    assert len(lines) > 3
    assert not any(line.startswith("，") for line in lines)
