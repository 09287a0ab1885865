"""RoB 2, every legal way to answer: the levels, the counts and the path, beside a second writing-down of the tables.

The tables are those of the guidance of 22 August 2019; the counts were found with independent public implementations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product

import pytest

from extraction.riskofbias import (
    ROB2_ADHERING,
    ROB2_ASSIGNMENT,
    Item,
    asked,
    meaning,
    propose,
    propose_overall,
    standing,
)
from extraction.riskofbias.conditions import Condition

Said = dict[str, str]
LEVELS = ("low", "some", "high")


def legal(item: Item, said: Said | None = None, position: int = 0) -> Iterator[Said]:
    """Every way to answer a domain, question after question; what is not asked is NA."""
    said = said or {}
    if position == len(item.questions):
        yield said
        return
    question = item.questions[position]
    answers = question.answers if question.when.holds(said) else ("NA",)
    for answer in answers:
        yield from legal(item, said | {question.key: answer}, position + 1)


def yes(answer: str) -> bool:
    return answer in {"Y", "PY"}


def no(answer: str) -> bool:
    return answer in {"N", "PN"}


def d1(a: Said) -> str:
    if no(a["1.2"]):
        return "high"
    if a["1.2"] == "NI":
        return "high" if yes(a["1.3"]) else "some"
    return "some" if no(a["1.1"]) or yes(a["1.3"]) else "low"


def d2_assignment(a: Said) -> str:
    if (no(a["2.1"]) and no(a["2.2"])) or no(a["2.3"]):
        first = 0
    elif a["2.3"] == "NI" or no(a["2.4"]) or yes(a["2.5"]):
        first = 1
    else:
        first = 2
    second = 0 if yes(a["2.6"]) else 1 if no(a["2.7"]) else 2
    return LEVELS[max(first, second)]


def d2_adhering(a: Said) -> str:
    aware = not (no(a["2.1"]) and no(a["2.2"]))
    unbalanced = aware and (no(a["2.3"]) or a["2.3"] == "NI")
    departed = any(yes(a[key]) or a[key] == "NI" for key in ("2.4", "2.5"))
    if not unbalanced and not departed:
        return "low"
    return "some" if yes(a["2.6"]) else "high"


def d3(a: Said) -> str:
    if yes(a["3.1"]) or yes(a["3.2"]) or no(a["3.3"]):
        return "low"
    return "some" if no(a["3.4"]) else "high"


def d4(a: Said) -> str:
    if yes(a["4.1"]) or yes(a["4.2"]):
        return "high"
    if no(a["4.3"]) or no(a["4.4"]):
        return "some" if a["4.2"] == "NI" else "low"
    return "some" if no(a["4.5"]) else "high"


def d5(a: Said) -> str:
    if yes(a["5.2"]) or yes(a["5.3"]):
        return "high"
    if "NI" in (a["5.2"], a["5.3"]):
        return "some"
    return "low" if yes(a["5.1"]) else "some"


DOMAINS: dict[str, tuple[Item, Callable[[Said], str], tuple[int, int, int]]] = {
    "D1": (ROB2_ASSIGNMENT.item("D1"), d1, (18, 47, 60)),
    "D2, assignment": (ROB2_ASSIGNMENT.item("D2"), d2_assignment, (92, 3132, 10053)),
    "D2, adhering": (ROB2_ADHERING.item("D2"), d2_adhering, (603, 8154, 12231)),
    "D3": (ROB2_ASSIGNMENT.item("D3"), d3, (20, 36, 54)),
    "D4": (ROB2_ASSIGNMENT.item("D4"), d4, (48, 186, 259)),
    "D5": (ROB2_ASSIGNMENT.item("D5"), d5, (8, 37, 80)),
}
EACH = pytest.mark.parametrize("domain", DOMAINS)


@EACH
def test_every_legal_way_to_answer_leads_where_the_tables_say(domain: str) -> None:
    item, table, counts = DOMAINS[domain]
    found: Counter[str] = Counter()
    for said in legal(item):
        level = propose(ROB2_ASSIGNMENT, item, said).level
        assert level == table(said), said
        found[level] += 1
    assert tuple(found[level] for level in LEVELS) == counts


def test_overall_is_high_when_one_domain_is_and_low_when_all_are() -> None:
    found: Counter[str] = Counter()
    for levels in product(LEVELS, repeat=5):
        said = dict(zip(("D1", "D2", "D3", "D4", "D5"), levels, strict=True))
        level = propose_overall(ROB2_ASSIGNMENT, said).level
        assert level == ("high" if "high" in levels else "low" if set(levels) == {"low"} else "some")
        found[level] += 1
    assert (found["low"], found["some"], found["high"]) == (1, 31, 211)


def test_overall_waits_for_every_domain() -> None:
    waiting = propose_overall(ROB2_ASSIGNMENT, {"D1": "high"})
    assert (waiting.level, waiting.missing) == ("", ("D2", "D3", "D4", "D5"))


@EACH
def test_a_missing_answer_is_named_and_nothing_is_proposed(domain: str) -> None:
    item, _, _ = DOMAINS[domain]
    for number, said in enumerate(legal(item)):
        if number % 97:
            continue
        for question, answer in said.items():
            if not asked(item, said)[question]:
                continue
            without = {key: given for key, given in said.items() if key != question}
            proposal = propose(ROB2_ASSIGNMENT, item, without)
            assert (proposal.level, question in proposal.missing) == ("", True), (said, answer)


@EACH
def test_the_path_tells_what_was_answered_and_the_level(domain: str) -> None:
    item, _, _ = DOMAINS[domain]
    for number, said in enumerate(legal(item)):
        if number % 31 == 0:
            proposal = propose(ROB2_ASSIGNMENT, item, said)
            assert proposal.path[-1].endswith(f"→ {ROB2_ASSIGNMENT.level(proposal.level).name}.")
            assert len(proposal.path) == (1 if len(item.parts) == 1 else 3)
            assert not any("not applicable" in step for step in proposal.path if domain != "D2, adhering")


@EACH
def test_answers_to_what_is_not_asked_change_nothing(domain: str) -> None:
    item, _, _ = DOMAINS[domain]
    for number, said in enumerate(legal(item)):
        if number % 53 == 0:
            is_asked = asked(item, said)
            stale = {key: answer if is_asked[key] else "Y" for key, answer in said.items()}
            assert propose(ROB2_ASSIGNMENT, item, stale) == propose(ROB2_ASSIGNMENT, item, said)
            assert set(standing(item, stale)) == {key for key, needed in is_asked.items() if needed}


def test_there_is_no_information_to_give_on_evidence_of_no_bias() -> None:
    question = next(q for q in ROB2_ASSIGNMENT.item("D3").questions if q.key == "3.2")
    assert question.answers == ("Y", "PY", "PN", "N")
    assert propose(ROB2_ASSIGNMENT, ROB2_ASSIGNMENT.item("D3"), {"3.1": "N", "3.2": "NI"}).missing == ("3.2",)


def test_what_is_no_answer_counts_as_none() -> None:
    item = ROB2_ASSIGNMENT.item("D1")
    said = {"1.1": "maybe", "1.2": "", "1.3": "NA"}
    assert standing(item, said) == {}
    assert propose(ROB2_ASSIGNMENT, item, said).missing == ("1.1", "1.2", "1.3")


def test_definite_and_probable_answers_mean_the_same() -> None:
    assert meaning({"1.1": "Y", "1.2": "PN"}) == meaning({"1.2": "N", "1.1": "PY"})
    assert meaning({"1.1": "Y"}) != meaning({"1.1": "NI"})


def test_a_condition_reads_like_the_tables() -> None:
    condition = Condition.read("2.1 Yes/NI or 2.2 Yes and 2.3 No")
    assert condition.case_met({"2.1": "NI"}) == ("2.1",)
    assert condition.case_met({"2.1": "N", "2.2": "PY", "2.3": "PN"}) == ("2.2", "2.3")
    assert condition.case_met({"2.1": "N", "2.2": "PY"}) is None
    assert Condition.read("").holds({})
    assert condition.as_data()[1] == {"2.2": ["PY", "Y"], "2.3": ["N", "PN"]}
    with pytest.raises(KeyError):
        Condition.read("2.1 Perhaps")
