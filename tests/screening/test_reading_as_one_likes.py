"""Words and switches of one's own, labels by key, and why a record comes now."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.models import Record, User
from screening.models import Label, Labelling, Preference, RankedRecord, Ranking, Stage
from screening.picowords import pico_words
from screening.services import assignments, labels, standing
from tests.conftest import Cast
from tests.factories import a_search
from tests.screening.factories import IN, OUT, a_candidate, a_policy, voted

SignIn = Callable[[User], Client]
BACKGROUND = {"X-Quorum-Screen": "1"}


def address(cast: Cast, name: str) -> str:
    return reverse(f"screening:{name}", args=[cast.review.slug, Stage.TITLE_ABSTRACT])


def html(client: Client, cast: Cast, query: str = "") -> str:
    response = client.get(address(cast, "screen") + query)
    assert response.status_code == 200
    return response.content.decode()


# --- words and switches ---


def test_my_words_are_marked_for_me_and_nobody_else(cast: Cast, signed_in: SignIn) -> None:
    a_candidate(cast.review, title="Cycling in mice")
    ben = signed_in(cast.ben)
    ben.post(address(cast, "prefer"), {"terms_for": "cycling", "terms_against": "mice", "highlights": "on"})
    assert '<mark class="for">Cycling</mark> in <mark class="against">mice</mark>' in html(ben, cast)
    assert "<mark" not in html(signed_in(cast.chi), cast)
    assert ">cycling</textarea>" not in html(signed_in(cast.chi), cast)


def test_my_word_counts_before_the_teams(cast: Cast, signed_in: SignIn) -> None:
    cast.review.terms_for = "mice"
    cast.review.save()
    a_candidate(cast.review, title="Of mice")
    ben = signed_in(cast.ben)
    ben.post(address(cast, "prefer"), {"terms_against": "MICE", "highlights": "on"})
    assert '<mark class="against">mice</mark>' in html(ben, cast)


@pytest.mark.parametrize(
    ("switch", "name"),
    [
        ("pico", "screening--no-pico"),
        ("highlights", "screening--plain"),
        ("hides_source", "screening--sourceless"),
    ],
)
def test_a_switch_holds_when_one_comes_back(cast: Cast, signed_in: SignIn, switch: str, name: str) -> None:
    a_candidate(cast.review)
    ben = signed_in(cast.ben)
    shown = f" {name}" in html(ben, cast).split("data-screen", 1)[0]
    on = {} if getattr(Preference(), switch) else {"on": "on"}
    answer = ben.post(address(cast, "switch"), {"switch": switch, **on}, headers=BACKGROUND)
    assert answer.status_code == 204
    assert (f" {name}" in html(ben, cast).split("data-screen", 1)[0]) != shown


@pytest.mark.parametrize(
    ("name", "posted"),
    [
        ("switch", {"switch": "everything", "on": "on"}),
        ("switch", {}),
        ("prefer", {"terms_for": "x" * 4_001}),
        ("put_label", {"on": "999"}),
        ("put_label", {"name": "x" * 61}),
        ("put_label", {}),
    ],
)
def test_nonsense_is_refused_in_words(
    cast: Cast, signed_in: SignIn, name: str, posted: dict[str, str]
) -> None:
    record = a_candidate(cast.review).record_id
    answer = signed_in(cast.ben).post(address(cast, name), {"record": record, **posted}, headers=BACKGROUND)
    assert answer.status_code == 422
    assert answer.content
    assert not Labelling.objects.exists()
    assert not Preference.objects.exclude(terms_for="").exists()


def test_the_words_of_the_question_are_marked_and_say_whose_they_are(cast: Cast, signed_in: SignIn) -> None:
    cast.review.population = "Adults with amyotrophic lateral sclerosis (ALS)"
    cast.review.intervention = "Structured exercise programmes, e.g. <b>cycling</b>"
    cast.review.save()
    a_candidate(cast.review, title="Exercise for an adult with ALS & others")
    page = html(signed_in(cast.ben), cast)
    assert '<mark class="pico" title="Intervention">Exercise</mark> for an' in page
    assert '<mark class="pico" title="Population">adult</mark>' in page
    assert '<mark class="pico" title="Population">ALS</mark> &amp; others' in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("the with and of", []),
        ("Adults aged 18 years or more", ["adult*"]),
        ("RCTs, or quality of life", ["RCTs", "quality*", "life"]),
        ("stress analysis", ["stress*", "analysis*"]),
        ("肌萎缩侧索硬化", ["肌萎缩侧索硬化*"]),
    ],
)
def test_telling_words_of_a_protocol(text: str, words: list[str]) -> None:
    assert pico_words(text).splitlines() == words


# --- labels ---


def test_a_label_is_put_on_and_taken_off_and_sent_twice_counts_once(cast: Cast, signed_in: SignIn) -> None:
    record = a_candidate(cast.review).record_id
    label = labels.make(review=cast.review, name="Background", by=cast.ana)
    ben = signed_in(cast.ben)
    for field, standing_now in (("on", 1), ("on", 1), ("off", 0), ("off", 0)):
        posted = {"record": record, field: label.pk}
        assert ben.post(address(cast, "put_label"), posted, headers=BACKGROUND).status_code == 204
        assert Labelling.objects.all().standing().count() == standing_now
    assert Labelling.objects.count() == 2


def test_a_new_label_is_made_and_put_on(cast: Cast, signed_in: SignIn) -> None:
    record = a_candidate(cast.review).record_id
    ben = signed_in(cast.ben)
    answer = ben.post(address(cast, "put_label"), {"record": record, "name": " Ask  the authors"})
    assert answer["Location"] == address(cast, "screen") + f"?record={record}"
    assert Label.objects.get().name == "Ask the authors"
    assert f'name="off" value="{Label.objects.get().pk}"' in html(ben, cast)


def test_a_colleagues_label_is_seen_when_the_votes_are_complete(cast: Cast, signed_in: SignIn) -> None:
    candidate = a_candidate(cast.review, title="Labelled")
    label = labels.make(review=cast.review, name="Background", by=cast.ana)
    labels.put(candidate=candidate, label=label, on=True, by=cast.ben)
    listed = reverse("screening:candidates", args=[cast.review.slug, Stage.TITLE_ABSTRACT])

    def seen(user: User) -> bool:
        page = signed_in(user).get(f"{listed}?label={label.pk}").content.decode()
        return "Labelled</a>" in page

    assert (seen(cast.ben), seen(cast.ana), seen(cast.chi)) == (True, False, False)
    assert "data-others" not in html(signed_in(cast.chi), cast)
    voted(candidate, cast.ben, IN)
    voted(candidate, cast.ana, OUT)
    assert (seen(cast.ben), seen(cast.ana), seen(cast.chi)) == (True, True, True)


def test_a_label_on_a_duplicate_is_found_with_its_cluster(cast: Cast, signed_in: SignIn) -> None:
    kept, linked = a_candidate(cast.review, title="Kept"), a_candidate(cast.review)
    label = labels.make(review=cast.review, name="Background", by=cast.ana)
    labels.put(candidate=linked, label=label, on=True, by=cast.ben)
    Record.objects.filter(pk=linked.subject_id).update(duplicate_of=kept.record_id)
    standing.records_changed(review=cast.review, record_ids=[linked.subject_id])
    listed = reverse("screening:candidates", args=[cast.review.slug, Stage.TITLE_ABSTRACT])
    assert "Kept</a>" in signed_in(cast.ben).get(f"{listed}?label={label.pk}").content.decode()


# --- why now, and whose abstract ---


def test_the_page_says_why_a_record_comes_now(cast: Cast, signed_in: SignIn) -> None:
    a_policy(cast.review, order="relevance")
    low, high = a_candidate(cast.review, title="Low"), a_candidate(cast.review, title="Most likely")
    ranking = Ranking.objects.create(review=cast.review, model="test", data_hash="0", ready=True)
    for place, candidate in enumerate((high, low), start=1):
        RankedRecord.objects.create(ranking=ranking, record_id=candidate.subject_id, place=place)
    page = html(signed_in(cast.ben), cast)
    assert (
        page.index("Place 1 by likely relevance")
        < page.index("Most likely")
        < page.index("Place 2 by likely relevance")
    )
    assignments.give_out(
        review=cast.review,
        stage=Stage.TITLE_ABSTRACT,
        name="First",
        weights={cast.ben.pk: 1},
        readers=1,
        by=cast.ana,
    )
    assert "Given to you in “First”" in html(signed_in(cast.ben), cast)


def test_an_abstract_that_a_duplicate_lends_is_shown_with_its_source(cast: Cast, signed_in: SignIn) -> None:
    bare = a_candidate(cast.review, title="Bare")
    scopus = a_search(cast.review, source="Scopus")
    copy = a_candidate(cast.review, title="Bare", abstract="What was done.", search=scopus)
    Record.objects.filter(pk=copy.subject_id).update(duplicate_of=bare.record_id)
    standing.records_changed(review=cast.review, record_ids=[copy.subject_id])
    page = html(signed_in(cast.ben), cast)
    assert "What was done." in page
    assert "the one of its duplicate from Scopus" in page
    listed = reverse("screening:candidates", args=[cast.review.slug, Stage.TITLE_ABSTRACT])
    assert "Bare</a>" not in signed_in(cast.ben).get(f"{listed}?no_abstract=on").content.decode()


def test_labels_do_not_cost_more_with_more_records(cast: Cast, signed_in: SignIn) -> None:
    label = labels.make(review=cast.review, name="Background", by=cast.ana)
    ben = signed_in(cast.ben)
    listed = reverse("screening:candidates", args=[cast.review.slug, Stage.TITLE_ABSTRACT])
    counts = []
    for _ in range(2):
        for _ in range(4):
            labels.put(candidate=a_candidate(cast.review), label=label, on=True, by=cast.ben)
        ben.get(listed)
        with CaptureQueriesContext(connection) as queries:
            ben.get(listed)
        counts.append(len(queries))
    assert counts[0] == counts[1]
