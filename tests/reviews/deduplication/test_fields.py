"""Fields in the form in which they are compared."""

from __future__ import annotations

import pytest

from reviews.deduplication import Key, block_names
from reviews.deduplication.comparing import Sign, compare
from reviews.deduplication.features import features_of, numbers_in
from reviews.deduplication.kinds import is_generic, remark_of
from reviews.deduplication.names import family_name, journals_alike, people_alike, people_of
from reviews.deduplication.normalising import doi_key, normalise_title, title_forms
from reviews.deduplication.places import pages_key, volume_key


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("288-97", "288", "297"),
        ("288\u2010297", "288", "297"),
        ("S11-8", "s11", "s18"),
        ("pp. 12-15.", "12", "15"),
        ("e12724", "e12724", ""),
        ("0123-0130", "123", "130"),
        ("xii-xv", "xii", "xv"),
        ("Suppl-87", "", "~87"),
        ("t-20", "", "~20"),
        ("08-Aug", "8", "8"),
        ("Sep-15", "9", "15"),
        ("742-8; discussion 748-9", "742", "748"),
        ("", "", ""),
        ("(Waters N.C., somebody@example.org) Institute 1, Street 23, Town 4567", "", ""),
    ],
)
def test_pages(text: str, first: str, last: str) -> None:
    assert pages_key(text)[:2] == (first, last)


def test_an_article_in_two_languages_has_two_first_pages() -> None:
    assert pages_key('"233-8, 230-5, 246-51"') == ("233", "238", ("230", "246"))


@pytest.mark.parametrize(
    ("left", "right", "sign"),
    [
        ("288-97", "288", Sign.AGREES),
        ("S376-S387", "Suppl-87", Sign.AGREES),
        ("314-320", "t-20", Sign.AGREES),
        ("S12-9", "12", Sign.AGREES),
        ("e12724", "1-6", Sign.SILENT),
        ("2422-2427", "1-6", Sign.SILENT),
        ("969-972", "a1754", Sign.SILENT),
        ("487-488", "488", Sign.SILENT),
        ("288-97", "", Sign.SILENT),
        ("288-97", "301-9", Sign.DIFFERS),
        ("314-320", "t-21", Sign.DIFFERS),
        ("2422-2427", "1-9", Sign.DIFFERS),
    ],
)
def test_whether_pages_are_the_same(left: str, right: str, sign: Sign) -> None:
    one, other = (features_of(Key(1, "", (), None, "", "", pages, "", "")) for pages in (left, right))
    assert compare(one, other).pages is sign
    assert compare(other, one).pages is sign


@pytest.mark.parametrize(
    ("text", "volume"),
    [("61 (Supplement 1)", "61"), ("Vol. LXI", "61"), ("007", "7"), ("Suppl", "suppl"), ("", "")],
)
def test_volumes(text: str, volume: str) -> None:
    assert volume_key(text) == volume


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("https://doi.org/10.1000/ABC", "10.1000/abc"),
        ("doi:10.1000%2Fabc.", "10.1000/abc"),
        ("10.1000/a&lt;b&gt;c", "10.1000/a"),
        ("none", ""),
    ],
)
def test_dois(text: str, doi: str) -> None:
    assert doi_key(text) == doi


@pytest.mark.parametrize(
    "name",
    ["van den Brule, A", "van den Brule, Adriaan J. C.", "BRULE AJ", "A. van den Brule", "Brule, A., Jr."],
)
def test_a_family_name_is_found_wherever_it_stands(name: str) -> None:
    assert family_name(name) == "brule"


def test_nobody_is_no_author() -> None:
    assert people_of(("Anonymous", "[No authors listed]", "et al.")) == ()


def test_people_are_alike_whatever_their_order_and_slips() -> None:
    left = people_of(("Hiessl, Christina", "Müller, Ö"))
    assert people_alike(left, people_of(("Mueller O", "C Hiess"))) == 1.0
    assert people_alike(left, people_of(("Nobody, N", "Hiessl C"))) == 0.5
    assert people_alike(left, ()) == 0.0


@pytest.mark.parametrize(
    "other",
    [
        "J. Natl. Cancer Inst.",
        "JNCI",
        "Journal of the National Cancer Institute (Bethesda, Md.)",
        "Krebsblatt = Journal of the National Cancer Institute",
        "JOURNAL OF THE NATIONAL CANCER INSTITUTE [ELECTRONIC RESOURCE]",
    ],
)
def test_a_journal_is_known_by_many_names(other: str) -> None:
    assert journals_alike("Journal of the National Cancer Institute", other) == 1.0


@pytest.mark.parametrize(
    ("left", "right"), [("Cancer", "Lancet"), ("J Clin Oncol", "Annals of Nursing"), ("BMJ", "JAMA")]
)
def test_journals_that_differ(left: str, right: str) -> None:
    assert journals_alike(left, right) < 0.5


@pytest.mark.parametrize(
    ("title", "numbers"),
    [
        ("part ii", "2"),
        ("part two", "2"),
        ("study 1 and 2", "12"),
        ("type i collagen", "1"),
        ("the one we chose", ""),
        ("i had no idea", ""),
        ("p16ink4a", "164"),
        ("p16 ink 4a", "164"),
    ],
)
def test_numerals_of_titles(title: str, numbers: str) -> None:
    assert numbers_in(title) == numbers


@pytest.mark.parametrize(
    ("title", "remark"),
    [
        ("Erratum to: A trial", "erratum"),
        ("Corrigendum: A trial", "erratum"),
        ("A trial (vol 12, pg 3, 2009)", "erratum"),
        ("[A trial: authors' reply] [German]", "reply"),
        ("A trial [Erratum]", "erratum"),
        ("A trial [Erratum appears in J Inv. 2009;3:4]", ""),
        ("A trial [Erratum appears in J Inv. 2009;3:4 Note: A [corrected to B", ""),
        ("Retracted: A trial", ""),
        ("A trial of replying", ""),
    ],
)
def test_remarks_on_other_records(title: str, remark: str) -> None:
    assert remark_of(title) == remark


def test_notes_are_no_part_of_a_title() -> None:
    for note in (
        "[Review] [70 refs]",
        "[German]",
        "[Erratum appears in J Inv. 2009;3:4 Note: A [corrected to B]]",
    ):
        assert normalise_title(f"A trial of walking. {note}") == "trial of walking"


def test_a_title_in_two_languages_has_two_forms() -> None:
    assert title_forms("Gehen und Atmen [Walking and breathing in trials]") == (
        "gehen und atmen",
        "walking and breathing in trials",
    )


@pytest.mark.parametrize(
    "title", ["editorial", "guest editorial", "from the editor s desk", "", "book review column"]
)
def test_titles_that_say_nothing(title: str) -> None:
    assert is_generic(title)


def test_blocks_are_named_the_same_for_ever() -> None:
    key = Key(
        7, "Walking slowly in invented places", ("Example, A",), 2019, "J Inv", "12", "1-9", "10.5555/a", "5"
    )
    title = "WALKING SLOWLY in invented places."
    other = Key(8, title, ("A Example",), 2018, "", "12", "1", "doi:10.5555/A", "PMID 5")
    # Whoever keeps the names in a table must compute them anew when these numbers change.
    assert block_names(key) == (
        -6764270949405758663,
        -4706009474957674903,
        -1957958028726480129,
        -1864168959755841452,
        2094031656210685874,
        2116165159850895045,
        4156422837583041015,
        4605374796602354544,
        8640772520468694373,
    )
    assert block_names(other) == block_names(key)
