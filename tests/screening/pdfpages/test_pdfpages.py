"""Sizes, pictures and words of PDFs, and where words occur in them."""

from __future__ import annotations

import contextlib
import io
import struct
import threading
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.pdfpages import (
    ONE_AT_A_TIME,
    SCALES,
    Busy,
    NoSuchPage,
    PageText,
    Unreadable,
    engine,
    find,
    folded,
    page_png,
    page_sizes,
    page_text,
    scale_for,
)
from screening.pdfpages.drawing import MOST_PIXELS
from screening.pdfpages.flowing import glue, is_sentence_end
from tests.screening.factories import locked_pdf_bytes, pdf_bytes
from tests.screening.papers import PAPER, Line, paper


def words(*pages: tuple[str | Line, ...], extra: str = "") -> list[PageText]:
    """What is read of a PDF with these pages."""
    file = io.BytesIO(paper(pages, extra=extra))
    return [page_text(file, number) for number in range(1, len(pages) + 1)]


def pixels(png: bytes) -> tuple[int, int, int, bytes]:
    """Width, height, kind (0 is grey, 2 is colour) and the raw lines of a PNG."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert depth == 8
    length = struct.unpack(">I", png[33:37])[0]
    assert png[37:41] == b"IDAT"
    return width, height, kind, zlib.decompress(png[41 : 41 + length])


# --- sizes and pictures ---


def test_every_page_has_its_size_in_points() -> None:
    assert [(size.width, size.height) for size in page_sizes(io.BytesIO(paper()))] == [(595, 842)] * 3


def test_a_turned_page_has_the_size_in_which_it_is_seen() -> None:
    (size,) = page_sizes(io.BytesIO(paper([("Table 1",)], extra="/Rotate 90")))
    assert (size.width, size.height) == (842, 595)


@pytest.mark.parametrize("box", ["[0 0 0.01 9]", "[0 0 99999999 10]"])
def test_a_page_of_an_absurd_size_is_drawn_all_the_same(box: str) -> None:
    file = io.BytesIO(paper([("Text",)], extra=f"/MediaBox {box}"))
    assert [(size.width, size.height) for size in page_sizes(file)] == [(595, 842)]
    width, height, _, _ = pixels(page_png(file, 1, 4.0))
    assert width * height <= MOST_PIXELS * 1.01


def test_a_page_is_drawn_at_the_scale_that_is_asked_for_in_grey_if_it_has_no_colour() -> None:
    width, height, kind, raw = pixels(page_png(io.BytesIO(paper([("Black on white",)])), 1, 2.0))
    assert (width, height, kind, len(raw)) == (1190, 1684, 0, 1684 * 1191)
    lines = [raw[at + 1 : at + 1191] for at in range(0, len(raw), 1191)]
    inked = [number for number, line in enumerate(lines) if min(line) < 100]
    # The letters stand on the base line at 760 points from below, some 8 points high.
    assert 2 * (842 - 760 - 11) <= min(inked) <= max(inked) <= 2 * (842 - 760 + 4)
    assert lines[0] == b"\xff" * 1190


def test_colour_is_kept() -> None:
    red = Line("Red) Tj ET 1 0 0 rg 100 100 200 200 re f BT (", 72, 700)
    source = paper([(red,)]).replace(b"\\)", b")").replace(b"\\(", b"(")
    width, _, kind, raw = pixels(page_png(io.BytesIO(source), 1, 1.0))
    at = (842 - 200) * (3 * width + 1) + 1 + 3 * 150
    assert (kind, raw[at : at + 3]) == (2, b"\xff\0\0")


def test_a_huge_page_is_drawn_smaller() -> None:
    file = io.BytesIO(paper([("Poster",)], extra="/MediaBox [0 0 14000 14000]"))
    width, height, _, _ = pixels(page_png(file, 1, 4.0))
    assert MOST_PIXELS * 0.9 < width * height <= MOST_PIXELS * 1.01


@pytest.mark.parametrize(("wanted", "scale"), [(0.01, 0.5), (1, 1), (1.01, 1.5), (2.5, 3), (1e9, 4)])
def test_scales_are_few_and_bounded(wanted: float, scale: float) -> None:
    assert scale_for(wanted) == scale
    assert scale in SCALES


@pytest.mark.parametrize("wanted", [0, -1, float("nan"), float("inf")])
def test_what_is_no_scale_is_refused(wanted: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        scale_for(wanted)


# --- what cannot be read ---


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "damaged"),
        (b"%PDF-1.7\nx", "damaged"),
        (pdf_bytes(2)[:200], "damaged"),
        (locked_pdf_bytes(), "password"),
    ],
)
def test_what_cannot_be_opened_is_said_in_words(content: bytes, message: str) -> None:
    file = io.BytesIO(content)
    for read in (page_sizes, lambda file: page_png(file, 1, 1.0), lambda file: page_text(file, 1)):
        with pytest.raises(Unreadable, match=message):
            read(file)
    assert not ONE_AT_A_TIME.locked()


@pytest.mark.parametrize("number", [-1, 0, 4, 10**30])
def test_a_page_that_is_not_there_is_said_to_be_missing(number: int) -> None:
    file = io.BytesIO(paper())
    for read in (lambda: page_png(file, number, 1.0), lambda: page_text(file, number)):
        with pytest.raises(NoSuchPage, match="no page"):
            read()


def test_nobody_waits_for_ever_for_a_page_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PATIENCE", 0.05)
    with ONE_AT_A_TIME, pytest.raises(Busy, match="Try again"):
        page_sizes(io.BytesIO(paper()))


def test_many_threads_read_at_once() -> None:
    content, found = paper(), []

    def read() -> None:
        file = io.BytesIO(content)
        found.append((page_text(file, 2).text, page_png(file, 1, 1.0)))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@given(st.binary(max_size=300))
def test_no_bytes_whatever_break_the_reader(junk: bytes) -> None:
    source = paper()
    for content in (b"%PDF-1.4\n" + junk, source[: len(source) // 2] + junk + source[len(source) // 2 :]):
        with contextlib.suppress(Unreadable, NoSuchPage):
            assert page_sizes(io.BytesIO(content))
            page_text(io.BytesIO(content), 1)
        assert not ONE_AT_A_TIME.locked()


# --- words ---


def test_words_parted_by_a_line_end_are_whole_and_compounds_keep_their_hyphen() -> None:
    (page,) = words(PAPER[1])
    assert page.text == (
        "Methods. We randomised 48 patients to exercise or usual care (n = 24 each). "
        "The primary outcome was the ALSFRS-R at 6-month follow-up. Adverse events were counted."
    )
    assert [word.text for word in page.words if word.ends_sentence] == [
        "Methods.",
        "each).",
        "follow-up.",
        "counted.",
    ]


def test_a_word_stands_where_it_is_printed() -> None:
    (page,) = words((Line("Left", 59.5, 421), Line("Right", 297.5, 421)))
    left, right = page.words
    assert left.box.x == pytest.approx(0.1, abs=0.003)
    assert right.box.x == pytest.approx(0.5, abs=0.003)
    for word in (left, right):
        assert word.box.y < 0.5 < word.box.y + word.box.height
        assert word.box.height * 842 == pytest.approx(11, abs=4)
    # Helvetica's widths (Adobe's metrics): L 556, e 556, f 278, t 278 thousandths of the size.
    assert left.box.width * 595 == pytest.approx(11 * 1.668, abs=0.5)


def test_places_on_a_turned_page_are_those_that_are_seen() -> None:
    (page,) = words((Line("Corner", 10, 10),), extra="/Rotate 90")
    (word,) = page.words
    # Turned clockwise, the lower left corner is the upper left one, and the text runs down.
    assert word.box.x == pytest.approx(0.01, abs=0.01)
    assert word.box.y == pytest.approx(0.017, abs=0.01)
    assert word.box.height * 595 > word.box.width * 842


def test_places_are_those_of_the_part_that_is_shown() -> None:
    (page,) = words((Line("Cropped", 100, 500), Line("Outside", 10, 10)), extra="/CropBox [100 400 300 600]")
    (word,) = page.words
    assert word.text == "Cropped"
    assert word.box.x == pytest.approx(0, abs=0.01)
    assert word.box.y < 0.5 < word.box.y + word.box.height


def test_a_heading_is_a_sentence_of_its_own() -> None:
    (page,) = words((Line("Results", 72, 700, 16), Line("no harm was seen", 72, 660)))
    assert [word.text for word in page.words if word.ends_sentence] == ["Results", "seen"]


def test_a_scanned_page_has_no_words() -> None:
    assert words(()) == [PageText(1, ())]


@pytest.mark.parametrize(
    ("word", "following", "expected"),
    [
        ("exer-", "cise", ("exer", "")),
        ("exer\x02", "cise", ("exer", "")),
        ("exer\u00ad", "cise", ("exer", "")),
        ("6-", "month", ("6-", "")),
        ("self-", "reported", ("self-", "")),
        ("intention-to-", "treat", ("intention-to-", "")),
        ("ALSFRS-", "R", ("ALSFRS-", "")),
        ("HR-", "based", ("HR-", "")),
        ("-", "not", ("-", " ")),
        ("care", "was", ("care", " ")),
        ("exer-", "", ("exer-", " ")),
        ("pre-", "(post", ("pre-", " ")),
    ],
)
def test_what_comes_between_lines(word: str, following: str, expected: tuple[str, str]) -> None:
    assert glue(word, following, is_line_end=True) == expected


def test_a_hyphen_within_a_line_is_left_alone() -> None:
    assert glue("pre-", "and", is_line_end=False) == ("pre-", " ")


@pytest.mark.parametrize(
    ("word", "following", "ends"),
    [
        ("care.", "The", True),
        ("care.12", "The", True),
        ("care).", "The", True),
        ("harm.”", "“We", True),
        ("care?[3,4]", "In", True),
        ("al.", "The", False),
        ("Fig.", "2", False),
        ("i.e.", "The", False),
        ("e.g.,", "The", False),
        ("(vs.", "12)", False),
        ("J.", "Smith", False),
        ("0.05", "The", False),
        ("3.5.", "The", True),
        ("care.", "the", False),
        ("care", "The", False),
    ],
)
def test_where_a_sentence_ends(word: str, following: str, ends: bool) -> None:
    assert is_sentence_end(word, following) is ends


# --- finding ---


def test_words_are_found_over_line_ends_hyphens_and_whatever_their_case() -> None:
    pages = words(*PAPER)
    (hit,) = find(pages, "EXERCISE  or usual\ncare")
    assert (hit.first.page, hit.first.word, hit.last.word) == (2, 6, 10)
    assert pages[1].words[6].text == "exer"
    assert [page for page, _ in hit.boxes] == [2, 2]
    above, below = (box for _, box in hit.boxes)
    assert above.y < below.y
    assert above.x > below.x


def test_all_occurrences_are_found_in_reading_order() -> None:
    pages = words(*PAPER)
    assert [hit.first.page for hit in find(pages, "exercise")] == [1, 1, 2, 3]
    assert [hit.first.page for hit in find(pages, "exercise", most=2)] == [1, 1]


def test_part_of_a_word_is_marked_as_a_part() -> None:
    pages = words(("randomised",))
    ((_, box),) = find(pages, "omised")[0].boxes
    whole = pages[0].words[0].box
    assert box.x > whole.x
    assert box.width == pytest.approx(whole.width * 0.6)


def test_a_quote_may_go_on_over_the_page() -> None:
    (hit,) = find(words(("We asked",), ("ten people.",)), "asked ten")
    assert [page for page, _ in hit.boxes] == [1, 2]


@pytest.mark.parametrize("query", ["", "   ", "\u00ad", "no such words", "\x00", "(((", ".*"])
def test_nothing_is_found_for_what_is_not_there(query: str) -> None:
    assert find(words(*PAPER), query) == []


@given(st.text(max_size=200))
def test_any_query_may_be_asked(query: str) -> None:
    page = PageText(1, words(("Some words – “and” numbers 1.5 ± 2",))[0].words)
    for hit in find([page], query):
        assert hit.boxes


def test_dashes_quotes_and_accents_are_compared_as_they_are_read() -> None:
    assert folded("“Brâgá – 2018”") == folded('"Braga - 2018"') == '"braga - 2018"'
    (page,) = words(("Means (95% CI −1·2) caf\xe9".replace("−", "–"),))
    assert find([page], "-1·2) CAFE")


def test_every_sentence_that_is_selected_is_found_again() -> None:
    pages = words(*PAPER)
    for page in pages:
        sentence = ""
        for word in page.words:
            sentence += word.text + word.after
            if word.ends_sentence:
                assert [hit.first.page for hit in find(pages, sentence)].count(page.number) >= 1
                sentence = ""
