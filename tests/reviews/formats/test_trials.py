"""Registers of trials; every trial here is made up."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.formats import FormatError, Reference, Sniffed, raw_tags, read, sniff
from tests.reviews.formats.samples import codes, problems, references


def study(number: int) -> dict[str, object]:
    """A study as version 2 of ClinicalTrials.gov's interface writes it."""
    return {
        "protocolSection": {
            "identificationModule": {
                "nctId": f"NCT{number:08}",
                "briefTitle": f'A trial of {{"walking"}} ] {number}',
            },
            "statusModule": {
                "startDateStruct": {"date": "2019-05"},
                "studyFirstPostDateStruct": {"date": "2020-01-02", "type": "ACTUAL"},
            },
            "descriptionModule": {"briefSummary": "One.\r\nTwo é."},
            "conditionsModule": {"conditions": ["Sitting", "Standing"], "keywords": ["walking"]},
            "designModule": {"studyType": "INTERVENTIONAL"},
            "armsInterventionsModule": {
                "interventions": [{"type": "BEHAVIORAL", "name": "Walk"}, {"type": "OTHER", "name": "Sit"}]
            },
            "referencesModule": {"references": [{"pmid": "12345678", "type": "BACKGROUND"}]},
        },
        "hasResults": False,
        "nothing": None,
    }


STUDIES = [study(number) for number in range(1, 4)]
SHAPES = {
    "answer": json.dumps({"totalCount": 3, "studies": STUDIES, "nextPageToken": "z"}, indent=1),
    "list": json.dumps(STUDIES, ensure_ascii=False),
    "lines": "\n".join(map(json.dumps, STUDIES)),
    "pages": json.dumps({"studies": STUDIES[:2]}) + "\n" + json.dumps({"studies": STUDIES[2:]}),
}
ICTRP = """<?xml version='1.0' encoding='UTF-8' ?>
<Trials_downloaded_from_ICTRP>
  <Trial><Export_date>01/02/2021 03:04:05</Export_date>
    <Internal_Number>1
    </Internal_Number>
    <TrialID>ChiCTR0000000001
    </TrialID>
    <Public_title>Walking &amp; sitting
    </Public_title>
    <Acronym/>
    <web_address>http://example.org/1
    </web_address>
    <Condition>Sitting; Standing
    </Condition>
    <Date_registration3>20200229
    </Date_registration3></Trial>
</Trials_downloaded_from_ICTRP>
"""


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_shape_of_the_json_gives_the_same_trials(shape: str, encoding: str) -> None:
    raw = SHAPES[shape].encode(encoding)
    found, what = references(raw), sniff(raw)
    assert [item.tags for item in found] == [item.tags for item in references(SHAPES["list"].encode())]
    assert (what.format, problems(raw)) == ("ctgov-json", [])
    for item in found:
        chunk = raw[item.offset : item.offset + item.length]
        assert raw_tags(chunk, encoding=what.encoding, format=what.format) == item.tags
        rest = read(io.BytesIO(raw), start=item.offset + item.length, position=item.position)
        assert [*rest] == found[item.position :]


def test_a_trial_has_its_registration_as_number_and_year() -> None:
    one = references(SHAPES["answer"].encode())[0]
    assert (one.accession, one.year, one.url) == (
        "NCT00000001",
        2020,
        "https://clinicaltrials.gov/study/NCT00000001",
    )
    assert (one.title, one.abstract) == ('A trial of {"walking"} ] 1', "One. Two é.")
    assert one.keywords == ("Sitting", "Standing", "walking")
    assert (one.authors, one.pmid) == ((), "")


def test_every_path_of_a_trial_survives() -> None:
    tags = references(SHAPES["answer"].encode())[0].tags
    arms = "protocolSection.armsInterventionsModule.interventions"
    assert [value for path, value in tags if path.startswith(arms)] == ["BEHAVIORAL", "Walk", "OTHER", "Sit"]
    assert tags[-2:] == (("hasResults", "false"), ("nothing", ""))


@pytest.mark.parametrize(
    "old",
    [
        {"StudyFieldsResponse": {"APIVrs": "1.01", "StudyFields": [{"Rank": 1, "NCTId": ["NCT00000001"], "BriefTitle": ["Walking"], "Condition": ["Sitting"], "StudyFirstPostDate": ["January 2, 2020"]}]}},
        {"FullStudiesResponse": {"FullStudies": [{"Rank": 1, "Study": {"ProtocolSection": {"IdentificationModule": {"NCTId": "NCT00000001", "BriefTitle": "Walking"}, "StatusModule": {"StudyFirstPostDateStruct": {"StudyFirstPostDate": "January 2, 2020"}}, "ConditionsModule": {"ConditionList": {"Condition": ["Sitting"]}}}}}]}},
    ],
)  # fmt: skip
def test_answers_of_the_interface_that_was_before_are_read(old: object) -> None:
    one = references(json.dumps(old).encode())[0]
    assert (one.accession, one.title, one.year, one.keywords) == (
        "NCT00000001",
        "Walking",
        2020,
        ("Sitting",),
    )


def test_a_broken_study_costs_nothing_but_itself() -> None:
    first, second, third = (json.dumps(item) for item in STUDIES)
    raw = f'{{"studies":[{first},{second[:300]},{third}]}}'.encode()
    assert [item.accession for item in references(raw)] == ["NCT00000001", "NCT00000003"]
    assert codes(raw) == ["unreadable-record"]


def test_json_of_another_kind_is_refused_in_plain_words() -> None:
    with pytest.raises(FormatError, match="JSON"):
        read(io.BytesIO(b'[{"DOI": "10.5555/a", "title": "x"}]'))


def test_the_register_of_registers_is_read() -> None:
    one = references(ICTRP.encode())[0]
    assert (one.accession, one.title, one.year) == ("ChiCTR0000000001", "Walking & sitting", 2020)
    assert one.keywords == ("Sitting", "Standing")
    assert one.tags[1] == ("Internal_Number", "1")


OLD = """Rank,NCT Number,Title,Acronym,Status,Conditions,Interventions,First Posted,Start Date,URL
1,NCT00000001,"A trial, of walking",,Completed,Sitting|Standing,Behavioral: Walk,"January 2, 2020",May 2019,https://example.org/1
"""
NEW = """NCT Number,Study Title,Study URL,Acronym,Study Status,Brief Summary,Conditions,Start Date,First Posted
NCT00000001,"A trial, of walking",https://example.org/1,,COMPLETED,Summary.,Sitting|Standing,2019-05,2020-01-02
"""


@pytest.mark.parametrize("text", [OLD, NEW])
def test_tables_of_trials_are_read(text: str) -> None:
    one = references(text.encode())[0]
    assert (one.accession, one.title, one.year) == ("NCT00000001", "A trial, of walking", 2020)
    assert (one.url, one.keywords, one.authors) == ("https://example.org/1", ("Sitting", "Standing"), ())


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(SHAPES)), st.data())
def test_a_damaged_file_breaks_nothing_and_loses_no_record_silently(shape: str, data: st.DataObject) -> None:
    pieces = list(SHAPES[shape])
    for at in data.draw(st.lists(st.integers(0, len(pieces) - 1), max_size=5)):
        pieces[at] = data.draw(st.sampled_from(['"', "{", "}", "[", "]", ",", "\n", "", "\\", "\x00"]))
    raw = "".join(pieces).encode()
    items = [*read(io.BytesIO(raw), sniffed=Sniffed("ctgov-json", "utf-8", "", ""))]
    ends = [item.offset + item.length for item in items if isinstance(item, Reference)]
    assert ends == sorted(ends)
    assert all(end <= len(raw) for end in ends)
