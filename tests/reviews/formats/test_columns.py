"""Tables whose columns have names of their own: what we guess, what we ask, and what a person says."""

from __future__ import annotations

import io

import pytest

from reviews.formats import (
    FIELDS,
    Columns,
    FormatError,
    MappingNeeded,
    Problem,
    Reference,
    columns_of,
    raw_tags,
    read,
    sniff,
)
from tests.reviews.formats.samples import references

ABSTRACT = "Nothing happened, at length. " * 20
OWN = f"""Paper;Who;When;Where it appeared;Identifier;Text;Remark
A made-up trial of walking;Example, Ana | Muster, Ben;2019;Invented Results;10.5555/a;{ABSTRACT};seen
Another made-up trial, of sitting;Else, Chi;2020;Invented Results;https://doi.org/10.5555/b;{ABSTRACT};
A third trial that nobody made;Muster, Ben;2021-03-01;Imaginary Letters;10.5555/c;{ABSTRACT};
"""
SAID = {
    "Paper": "title",
    "Who": "authors:|",
    "When": "year",
    "Where it appeared": "journal",
    "Identifier": "doi",
}


def columns(text: str) -> Columns:
    """The columns of a table."""
    found = columns_of(io.BytesIO(text.encode()), sniff(text.encode()))
    assert found
    return found


def mapped(text: str, mapping: dict[str, str]) -> list[Reference]:
    """The references of a table with what a person said about its columns."""
    found: list[Reference | Problem] = [*read(io.BytesIO(text.encode()), mapping=mapping)]
    return [item for item in found if isinstance(item, Reference)]


def test_columns_with_names_of_their_own_are_guessed_by_what_they_hold() -> None:
    found = columns(OWN)
    assert not found.sure
    assert found.mapping == {"Paper": "title", "When": "year", "Identifier": "doi", "Text": "abstract"} | {
        name: field for name, field in found.mapping.items() if name in {"Who", "Where it appeared", "Remark"}
    }
    assert [column.samples for column in found.columns if column.name == "When"] == [
        ("2019", "2020", "2021-03-01")
    ]


def test_a_table_without_a_known_title_asks_and_tells_what_it_sees() -> None:
    with pytest.raises(MappingNeeded) as asked:
        read(io.BytesIO(OWN.encode()))
    assert [column.name for column in asked.value.columns.columns][:2] == ["Paper", "Who"]
    assert not any(column.known for column in asked.value.columns.columns)


def test_what_a_person_says_is_what_is_read() -> None:
    one, two, three = mapped(OWN, SAID)
    assert (one.title, one.authors, one.year) == (
        "A made-up trial of walking",
        ("Example, Ana", "Muster, Ben"),
        2019,
    )
    assert (two.journal, two.doi, three.year) == ("Invented Results", "10.5555/b", 2021)
    assert one.abstract == ""
    assert one.tags[-1] == ("Remark", "seen")


def test_known_names_ask_nobody_and_can_be_overruled() -> None:
    text = "Title,Source title,Note\nJournal of Nothing,A made-up trial,x\n"
    assert columns(text).sure
    assert references(text.encode())[0].journal == "A made-up trial"
    swapped = mapped(text, {"Title": "journal", "Source title": "title"})[0]
    assert (swapped.title, swapped.journal) == ("A made-up trial", "Journal of Nothing")
    ignored = mapped(text, {"Source title": "ignore"})[0]
    assert (ignored.journal, ignored.tags[1]) == ("", ("Source title", "A made-up trial"))


@pytest.mark.parametrize("mapping", [{"Nowhere": "title"}, {"Paper": "colour"}])
def test_a_mapping_that_does_not_fit_is_said(mapping: dict[str, str]) -> None:
    with pytest.raises(FormatError, match=next(iter(mapping)) if "Nowhere" in mapping else "colour"):
        read(io.BytesIO(OWN.encode()), mapping=mapping)


@pytest.mark.parametrize(
    ("separator", "cell"),
    [(";", "A B; C D"), (",", "A, C"), ("|", "A B|C D"), ("/", "A B / C D"), (" and ", "A B and C D")],
)
def test_a_person_may_say_what_parts_the_authors(separator: str, cell: str) -> None:
    text = f'Title,People\nOne,"{cell}"\nTwo,"{cell}"\n'
    assert len(mapped(text, {"People": f"authors:{separator}"})[0].authors) == 2


def test_tags_are_read_again_without_the_mapping() -> None:
    raw = OWN.encode()
    for item in mapped(OWN, SAID):
        chunk = raw[item.offset : item.offset + item.length]
        assert raw_tags(chunk, encoding="utf-8", format="csv", head=raw) == item.tags


def test_columns_of_the_same_name_and_without_one_keep_their_values() -> None:
    text = "Title,Author,Author,\nOne,A,B,spare\nTwo,C,,\n"
    one, two = references(text.encode())
    assert one.tags == (("Title", "One"), ("Author", "A"), ("Author", "B"), ("column 4", "spare"))
    assert (one.authors, two.authors) == (("A", "B"), ("C",))
    assert [column.name for column in columns(text).columns] == ["Title", "Author", "column 4"]


def test_a_file_that_is_no_table_has_no_columns() -> None:
    raw = b"TY  - JOUR\nTI  - One\nER  - \n"
    assert columns_of(io.BytesIO(raw), sniff(raw)) is None


@pytest.mark.parametrize(
    "name", ["标题,作者,年", "Título,Autores,Año", "Titel,Autoren,Jahr", "Title-题名,Author-作者,Year-年"]
)
def test_names_in_other_languages_are_known(name: str) -> None:
    item = references(f"{name}\n虚构,张三; 李四,2020\n".encode())[0]
    assert (item.title, len(item.authors), item.year) == ("虚构", 2, 2020)


def test_every_field_has_a_name_for_pages() -> None:
    assert all(FIELDS.values())
