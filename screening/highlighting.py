"""Marks the words that speak for or against a record: text and words in, safe HTML out."""

from __future__ import annotations

import re
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

#: Scripts written without spaces between words: a term may begin and end anywhere there.
_UNSPACED = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
)


@lru_cache(maxsize=64)
def _pattern(terms_for: str, terms_against: str) -> tuple[re.Pattern[str], frozenset[str]] | None:
    """One pattern for all terms, longest first; and the terms against, as they are compared."""
    pros, cons = _terms(terms_for), _terms(terms_against)
    if not pros and not cons:
        return None
    ordered = sorted({*pros, *cons}, key=len, reverse=True)
    groups = [("f" if term in pros else "a", term) for term in ordered]
    parts = [f"(?P<{kind}{number}>{_as_pattern(term)})" for number, (kind, term) in enumerate(groups)]
    return re.compile("|".join(parts), re.IGNORECASE), frozenset(
        f"a{number}" for number, (kind, _) in enumerate(groups) if kind == "a"
    )


def _terms(lines: str) -> list[str]:
    terms = (" ".join(line.split()).casefold() for line in lines.splitlines())
    return [term for term in terms if term.strip("*")]


def _as_pattern(term: str) -> str:
    """A whole word or phrase; `random*` also takes what follows. A space in it may be any space, or a hyphen."""
    open_end, word = term.endswith("*"), term.rstrip("*").strip()
    body = r"[\s\-‐‑–]+".join(re.escape(part) for part in word.split())
    start = "" if _UNSPACED.match(word[0]) or not word[0].isalnum() else r"(?<!\w)"
    if open_end:
        return rf"{start}{body}\w*"
    return start + body + ("" if _UNSPACED.match(word[-1]) or not word[-1].isalnum() else r"(?!\w)")


def marked(text: str, *, terms_for: str = "", terms_against: str = "") -> SafeString:
    """`text` escaped, with `<mark class="for">` and `<mark class="against">` around the terms (one a line each).

    Letters' case does not matter. A term in both lists speaks for. Where terms overlap the longer one is marked.
    """
    found = _pattern(terms_for, terms_against)
    if found is None:
        return escape(text)
    pattern, against = found
    out: list[str] = []
    end = 0
    for match in pattern.finditer(text):
        kind = "against" if match.lastgroup in against else "for"
        out += [escape(text[end : match.start()]), f'<mark class="{kind}">{escape(match.group())}</mark>']
        end = match.end()
    out.append(escape(text[end:]))
    return mark_safe("".join(out))  # noqa: S308 - every piece was escaped above
