"""Marks the words that speak for or against a record: text and words in, safe HTML out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

#: Scripts written without spaces between words: a term may begin and end anywhere there.
_UNSPACED = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
)


@dataclass(frozen=True, slots=True)
class Words:
    """Terms, one a line, and how they are marked: a class, and what it says when pointed at."""

    kind: str
    terms: str
    title: str = ""


@lru_cache(maxsize=256)
def _pattern(words: tuple[Words, ...]) -> tuple[re.Pattern[str], dict[str, Words]] | None:
    """One pattern for all terms, longest first; and which words each of its groups belongs to."""
    of: dict[str, Words] = {}
    for some in words:
        for term in _terms(some.terms):
            of.setdefault(term, some)
    if not of:
        return None
    ordered = sorted(of, key=len, reverse=True)
    parts = [f"(?P<t{number}>{_as_pattern(term)})" for number, term in enumerate(ordered)]
    groups = {f"t{number}": of[term] for number, term in enumerate(ordered)}
    return re.compile("|".join(parts), re.IGNORECASE), groups


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
    return marked_as(text, (Words("for", terms_for), Words("against", terms_against)))


def marked_as(text: str, words: tuple[Words, ...]) -> SafeString:
    """The same with several kinds of words; of a term that is in several lists the first counts."""
    found = _pattern(words)
    if found is None:
        return escape(text)
    pattern, groups = found
    out: list[str] = []
    end = 0
    for match in pattern.finditer(text):
        kind = groups[match.lastgroup or ""]
        title = f' title="{escape(kind.title)}"' if kind.title else ""
        out += [
            escape(text[end : match.start()]),
            f'<mark class="{kind.kind}"{title}>{escape(match.group())}</mark>',
        ]
        end = match.end()
    out.append(escape(text[end:]))
    return mark_safe("".join(out))  # noqa: S308 - every piece was escaped above
