"""Templates keep to the Content-Security-Policy: nothing inline that a browser would run or style by."""

from __future__ import annotations

import re

import pytest

from tests.house.tree import ROOT, files, name

INLINE = {
    "a style attribute": re.compile(r"<[^>{%]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a script without a source": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "htmx's own event handler": re.compile(r"\bhx-on[:=-]", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "something from another server": re.compile(
        r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//", re.IGNORECASE
    ),
}


def found_in(text: str) -> list[str]:
    """What a template holds that the policy would block."""
    return [what for what, pattern in INLINE.items() if pattern.search(text)]


def test_no_template_holds_anything_inline() -> None:
    pages = files(".html", under=ROOT / "templates")
    assert pages
    assert {name(page): found_in(page.read_text()) for page in pages if found_in(page.read_text())} == {}


@pytest.mark.parametrize(
    ("html", "what"),
    [
        ('<p class="a" style="color: red">', "a style attribute"),
        ("<style>p {}</style>", "a style element"),
        ("<script>go()</script>", "a script without a source"),
        ('<button type="button" onclick="go()">', "an event handler"),
        ('<div hx-on:click="go()">', "htmx's own event handler"),
        ('<a href="javascript:go()">', "a javascript: address"),
        ('<script src="https://cdn.example.org/x.js"></script>', "something from another server"),
    ],
)
def test_each_of_these_would_be_found(html: str, what: str) -> None:
    assert what in found_in(html)


def test_what_the_policy_allows_is_left_alone() -> None:
    html = '<script type="module" src="{% static \'js/keys.js\' %}"></script><p class="style" data-on="1">once = 1</p>'
    assert found_in(html) == []
