"""How lines become claims, and that no line, whatever is in it, stops the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.published import KINDS, Problem, Status, check_text, read
from extraction.published.claims import Estimate, LeaveOneOut, Partition, StudyFacts
from extraction.published.spans import Span, Unreadable, printed, rounded
from extraction.published.values import ids

SUM = "1 | total | records | parts = 20 + 218 | total = 238"


def problem(line: str) -> str:
    """What is said about a line."""
    [found] = read(line).problems
    return found.message


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_example_of_every_kind_is_read_and_nothing_in_it_is_raised(kind: object) -> None:
    example: str = kind.example  # type: ignore[attr-defined]
    report = check_text(example)
    assert report.problems == ()
    assert report.having(Status.DOES_NOT_FOLLOW) == []


def test_cells_come_from_strokes_or_from_a_spreadsheet() -> None:
    strokes = check_text(SUM)
    tabs = check_text("Ref\tKind\tWhat\n" + SUM.replace(" | ", "\t") + "\t\t\n")
    assert [one.status for one in strokes.checked] == [one.status for one in tabs.checked] == [Status.FOLLOWS]
    assert tabs.checked[0].claim.line == 2


def test_what_papers_print_in_brackets_is_read_as_it_is() -> None:
    texts = (
        "1 | estimate | f | SMD = 0.499, 95% CI = (0.055, 0.943), Z = 2.20, p = 0.028",
        "1 | estimate | f | [SMD = 0.499; 95 % CI [0.055; 0.943]; z = 2·20; P value = 0.028]",
        "1 | estimate | SMD = 0.499 | 95% CI: 0.055–0.943 | z: 2.20 | p-value = 0.028",
        "1\testimate\tf\tSMD = 0.499\tci = 0.055 to 0.943\tz = 2.20\tp = 0.028",
    )
    claims = [read(text).claims[0] for text in texts]
    for claim in claims:
        assert isinstance(claim, Estimate)
        assert claim.measure == "smd"
        assert claim.interval
        spans = [number.span for number in (claim.estimate, claim.interval.low, claim.interval.high)]
        ends = [end for span in spans for end in (span.low, span.high)]
        assert ends == pytest.approx([0.4985, 0.4995, 0.0545, 0.0555, 0.9425, 0.9435])
        assert claim.z
        assert claim.p
        assert [claim.z.span.middle, claim.p.span.middle] == pytest.approx([2.20, 0.028])
    [ninety] = read("1 | estimate | x | RR = 0.8, 90% CI = (0.6, 1.1)").claims
    assert isinstance(ninety, Estimate)
    assert ninety.is_ratio
    assert ninety.interval
    assert ninety.interval.level == 90


def test_minus_signs_of_all_sorts_are_minus_signs() -> None:
    for minus in "-−–":
        [claim] = read(
            f"26 | leave-one-out | f | est = {minus}0.256 ~ 10.629 | lower = {minus}1 to {minus}0.2 | upper = 1 to 2"
        ).claims
        assert isinstance(claim, LeaveOneOut)
        assert claim.estimates.low.span.middle == pytest.approx(-0.256)
        assert claim.lowers.high.span.middle == pytest.approx(-0.2)


def test_a_printed_number_stands_for_all_that_round_to_it() -> None:
    assert printed("0.028").span == Span(0.0275, 0.0285)
    assert printed("0.50").span == Span(0.495, 0.505)
    assert printed("12").span == Span(12, 12)
    assert rounded(printed("12")) == Span(11.5, 12.5)
    assert printed("< 0.05").span == Span(-float("inf"), 0.05)
    assert printed("25.0 %").text == "25.0"
    assert printed("1 234").whole == 1234
    for text in ("", "1,234", "NaN", "inf", "1e999", "9" * 400, "0.1.2", "٣", "--2", "<"):
        with pytest.raises(Unreadable):
            printed(text)


def test_lists_of_studies_are_numbers_series_and_names() -> None:
    assert ids("11, 26–28") == ("11", "26", "27", "28")
    assert ids("Braga 2018; Ferri  2019 and 011") == ("braga 2018", "ferri 2019", "11")
    for text in ("28-26", "1-999999"):
        with pytest.raises(Unreadable):
            ids(text)


def test_lists_may_be_used_by_name_wherever_they_stand() -> None:
    text = "20 | pooled | x | studies = function & aerobic\n9 | studies | function | list = 1-4\n8 | partition | t | aerobic = 2 (2, 3) | other = (1, 4)"
    [pooled, *_] = check_text(text).checked
    assert pooled.status is Status.FOLLOWS
    assert "2 studies: 2, 3" in pooled.verdicts[0].found


def test_a_name_that_is_nowhere_is_not_taken_for_one_study() -> None:
    text = "20 | pooled | x | studies = fonction\n9 | studies | function | list = 1-4"
    [pooled, _] = check_text(text).checked
    assert pooled.status is Status.CANNOT_BE_CHECKED
    assert "no list and no study called “fonction”" in pooled.verdicts[0].expected


def test_lists_in_a_circle_are_known_to_nobody() -> None:
    report = check_text(
        "1 | studies | a | list = b\n2 | studies | b | list = a\n3 | studies | c | list = c | count = 2"
    )
    assert {one.status for one in report.checked} == {Status.CANNOT_BE_CHECKED}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nonsense", "Divide the line into cells"),
        ("1 | totl | x", "Did you mean “total”?"),
        ("1 | total | x | parts = 20 + 218", "There is no “total = …”"),
        ("1 | total | x | parts = 20 + 2.5 | total = 3", "parts: “2.5” is not a whole number"),
        ("1 | total | x | parts = 20 + | total = 3", "parts: “” is not a number"),
        ("1 | total | x | parts = 1 + 2 | total = 3 | total = 4", "“total” stands there twice"),
        ("1 | total | x | parts = 1 + 2 | sum = 3", "does not begin with a field"),
        ("1 | estimate | x | SMD = 0.5, MD = 3", "“est” stands there twice"),
        ("1 | estimate | x | SMD = 1,234", "comma"),
        ("1 | estimate | x | SMD = 0.5 | 95% CI = (0.9, 0.1)", "the lower limit is above"),
        ("1 | estimate | x | SMD = 0.5 | 195% CI = (0.1, 0.9)", "between 50 and 100"),
        ("1 | estimate | x | SMD = 0.5 | t = 2 | df = 0", "more than none"),
        ("1 | estimate | x | SMD = 0.5 | p =", "“p” has no value"),
        ("1 | flow | x | steps = 12", "at least two numbers"),
        ("1 | percent | x | percent = 120", "between 0 and 100"),
        ("1 | percent | x | percent = 20 | arm = left", "“left” is none of"),
        ("1 | rule | x | fixed = sometimes", "“sometimes” is not a condition"),
        ("1 | rule | x", "There is no branch"),
        ("1 | partition | x", "There is no group"),
        ("1 | partition | x | nothing", "write name = value"),
        ("1 | test | x | p = 0.04", "neither an interval"),
        ("1 | test | x | p = 0.04 | includes null = perhaps", "neither yes nor no"),
        ("1 | pooled | x", "neither k nor"),
        ("1 | participants | x | exp = 3", "neither a total nor both arms"),
        ("1 | studies | x | list = 1-99999999", "not a series"),
        ("1, 2 | study | x | exp = 3", "first cell is the study's number"),
        ("1 | study | x | exp = many", "exp: “many” is not a number"),
        ("1 | statement | ", "empty"),
        ("x" * 41 + " | statement | y", "at most 40 characters"),
        ("1 | statement | " + "y" * 5_000, "longer than 5000"),
    ],
)
def test_a_line_that_cannot_be_read_says_why(line: str, words: str) -> None:
    assert words in problem(line)


def test_problems_carry_the_number_of_their_line_and_the_others_are_read() -> None:
    sheet = read(
        f"# a comment\n\nnonsense\r\n{SUM}\n2 | studies | function | list = 1\n3 | studies | Function | list = 2"
    )
    assert [claim.line for claim in sheet.claims] == [4, 5]
    assert [(one.line, one.text) for one in sheet.problems] == [
        (3, "nonsense"),
        (6, "3 | studies | Function | list = 2"),
    ]
    assert "“function” is in line 5 already" in sheet.problems[1].message


def test_a_sheet_has_an_end() -> None:
    sheet = read("\n".join([SUM] * 2_100))
    assert len(sheet.claims) == 500
    assert [one.line for one in sheet.problems] == [501]


def test_labels_and_facts_keep_their_spelling() -> None:
    sheet = read(
        "6 | partition | c | United States = (1) | categories = 1\n1 | study | Braga | Country = Portugal"
    )
    partition, study = sheet.claims
    assert isinstance(partition, Partition)
    assert isinstance(study, StudyFacts)
    assert [part.label for part in partition.parts] == ["United States"]
    assert study.facts == {"country": "Portugal"}


PIECES = st.sampled_from(
    [kind.name for kind in KINDS]
    + [name for kind in KINDS for name in kind.fields]
    + [
        " | ",
        "\t",
        " = ",
        ",",
        "(",
        ")",
        "[",
        "]",
        "&",
        "+",
        ">",
        "<",
        "≥",
        "-",
        "–",
        "to",
        "and",
        "or",
        "%",
        "\n",
        "\x00",
    ]
    + [
        "0",
        "1",
        "11",
        "26-36",
        "0.5",
        "-0.25",
        "1e15",
        "99999999999999",
        "100",
        "50",
        "I2 < 50",
        "x",
        "SMD",
        "95% CI",
        "é\u202e",
    ]
)


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=40).map(" ".join) | st.text(max_size=200))
def test_no_text_stops_the_reader(text: str) -> None:
    report = check_text(text)
    for one in report.problems:
        assert isinstance(one, Problem)
        assert one.message


FIELD = st.tuples(
    st.sampled_from(sorted({name for kind in KINDS for name in kind.fields} | {"total", "year", "I2"})),
    st.sampled_from(
        "0 1 2 12 0.0 0.5 100 -3 1e15 0.000 <0.05 >0.1 1+2 3>2>1 1,2,3 a&b 1-9 (1,2) 3(1,2) 0to0 0.1to0.2 -1to1 yes no random x".split()
    ),
)


@settings(max_examples=600)
@given(
    st.lists(
        st.tuples(st.sampled_from([kind.name for kind in KINDS]), st.lists(FIELD, max_size=9)),
        min_size=1,
        max_size=4,
    )
)
def test_no_values_stop_the_checks(lines: list[tuple[str, list[tuple[str, str]]]]) -> None:
    """Fields that a kind has, with values that it may not expect: zeros, bounds, nothing in between."""
    fields = {kind.name: kind.fields for kind in KINDS}
    text = "\n".join(
        " | ".join(
            [
                str(n),
                kind,
                f"w{n}",
                *(f"{a} = {b}" for a, b in dict(cells).items() if a in fields[kind] or not fields[kind]),
            ]
        )
        for n, (kind, cells) in enumerate(lines)
    )
    for one in check_text(text).checked:
        assert one.status in Status


def test_every_kind_and_field_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "published-results.md").read_text(encoding="utf-8")
    for kind in KINDS:
        row = next(line for line in page.splitlines() if line.startswith(f"| `{kind.name}` |"))
        missing = [name for name in kind.fields if f"`{name}`" not in row]
        assert missing == [], kind.name
