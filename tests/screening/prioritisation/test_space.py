"""Texts become vectors: what counts, what is kept, and that it can be stored and extended without change."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.prioritisation import OutdatedSpace, Space, Text, build, rank
from screening.prioritisation import space as spaces
from screening.prioritisation.counting import Counts, count
from screening.prioritisation.pieces import pieces_of
from screening.prioritisation.weighting import weighting
from tests.screening.prioritisation.made_up import a_pile

WORDS = st.lists(
    st.sampled_from(["gait", "walk", "β-blocker", "élan", "x", "12", "多发", "Walk.", ""]), max_size=8
)
TEXTS = st.lists(
    st.builds(lambda t, a, k: Text(" ".join(t), " ".join(a), " ".join(k)), WORDS, WORDS, WORDS), max_size=9
)


def counted(text: Text) -> dict[str, int]:
    """Term → count of one text."""
    counts = count([text])
    return {counts.term(column): int(counts.table[0, column]) for column in counts.table.indices}


def same(one: Counts, other: Counts) -> bool:
    """Whether two tables agree in every byte."""
    return (
        one.words == other.words
        and one.keys.tobytes() == other.keys.tobytes()
        and all(
            getattr(one.table, part).tobytes() == getattr(other.table, part).tobytes()
            for part in ("data", "indices", "indptr")
        )
    )


def test_words_and_pairs_are_counted_and_a_title_counts_three_times() -> None:
    assert counted(Text("Gait training", "Training of GAIT, a gait.", "gait")) == {
        "gait": 3 + 2 + 1,
        "training": 3 + 1,
        "gait training": 3,
        "training of": 1,
        "of": 1,
        "of gait": 1,
        "gait gait": 1,
    }


def test_a_pair_does_not_reach_from_a_title_into_its_abstract() -> None:
    assert "one two" not in counted(Text("one", "two"))


def test_single_letters_are_no_words_but_other_scripts_are() -> None:
    assert set(counted(Text("", "β a 多发 12"))) == {"多发", "12", "多发 12"}


def kept_terms(space: Space) -> list[str]:
    """The terms that vectors have."""
    return [space.counts.term(int(column)) for column in space.terms.weighting.kept]


def kept_pieces(space: Space) -> list[str]:
    """The pieces that vectors have."""
    return [list(space.cut_words.numbers)[column] for column in space.pieces.weighting.kept]


def test_vectors_are_what_the_formula_says() -> None:
    space = build([Text("", "gait gait walk"), Text("", "walk once"), Text("", "nothing")])
    # Kept: in two texts at least and not in more than 95 %: only "walk" (2 of 3).
    assert kept_terms(space) == ["walk"]
    assert space.terms.weighting.idf[0] == pytest.approx(np.log(4 / 3) + 1)
    assert space.terms.vectors.toarray().ravel() == pytest.approx([0.5**0.5, 0.5**0.5, 0])
    assert kept_pieces(space) == ["<walk", "walk>"]
    assert space.rows(np.array([1])).toarray().ravel() == pytest.approx([0.5**0.5, 0.5, 0.5])


def test_vectors_agree_with_scikit_learn() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts, _ = a_pile(60, 10)
    space = build([Text("", text.abstract) for text in texts])
    abstracts = [text.abstract for text in texts]
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, max_df=0.95)
    pieces = TfidfVectorizer(
        analyzer=lambda text: [piece for word in text.split() for piece in pieces_of(word)],
        sublinear_tf=True,
        min_df=2,
        max_df=0.95,
    )
    for theirs, names, ours in (
        (words, kept_terms(space), space.terms.vectors),
        (pieces, kept_pieces(space), space.pieces.vectors),
    ):
        matrix = theirs.fit_transform(abstracts)
        assert sorted(names) == sorted(theirs.vocabulary_)
        columns = [theirs.vocabulary_[name] for name in names]
        assert np.allclose(ours.toarray(), matrix[:, columns].toarray() * 0.5**0.5, atol=1e-6)


def test_a_word_is_cut_into_runs_of_five_letters_with_its_ends() -> None:
    assert pieces_of("walking") == ["<walk", "walki", "alkin", "lking", "king>"]
    assert pieces_of("gait") == ["<gait", "gait>"]
    assert pieces_of("of") == ["<of>"]


def test_in_a_large_pile_a_term_must_be_in_one_of_ten_thousand_texts() -> None:
    in_texts = np.array([1, 2, 4, 5, 47_500, 47_501])
    assert weighting(in_texts, 50_000).kept.tolist() == [3, 4]
    assert weighting(in_texts[:3], 200).kept.tolist() == [1, 2]


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS)
def test_extending_a_space_gives_what_building_from_all_gives(first: list[Text], later: list[Text]) -> None:
    grown, whole = build(first).extended(later), build(first + later)
    assert same(grown.counts, whole.counts)
    assert grown.data_hash == whole.data_hash


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_a_stored_space_comes_back_the_same(texts: list[Text]) -> None:
    space = build(texts)
    back = Space.from_bytes(space.to_bytes())
    assert same(space.counts, back.counts)
    assert back.data_hash == space.data_hash


def test_counting_in_chunks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts, _ = a_pile(50, 9)
    whole = count(texts)
    monkeypatch.setattr("screening.prioritisation.counting.CHUNK", 7)
    assert same(count(texts), whole)


def test_a_space_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = build(a_pile(5, 1)[0]).to_bytes()
    monkeypatch.setattr(spaces, "VERSION", "words-0")
    with pytest.raises(OutdatedSpace):
        Space.from_bytes(content)


def _an_archive_of_something_else() -> bytes:
    file = io.BytesIO()
    np.savez(file, a=np.arange(3))
    return file.getvalue()


@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\x03\x04 broken", _an_archive_of_something_else()])
def test_bytes_that_are_no_space_are_refused(content: bytes) -> None:
    with pytest.raises(OutdatedSpace):
        Space.from_bytes(content)


def test_another_text_has_another_hash() -> None:
    hashes = {
        build(texts).data_hash
        for texts in (
            [Text("ab", "c")],
            [Text("a", "bc")],
            [Text("ab", "", "c")],
            [Text("ab", "c"), Text("", "")],
            [],
        )
    }
    assert len(hashes) == 5


def test_a_question_is_placed_among_the_texts_by_its_known_words() -> None:
    space = build([Text("", "gait training"), Text("", "gait training"), Text("", "wheat")])
    vector = space.of_text("Does gait training help unknownword?")
    names = kept_terms(space) + kept_pieces(space)
    assert {names[column] for column in vector.indices} >= {"gait", "training", "gait training", "<gait"}
    assert float((vector**2).sum()) == pytest.approx(1)
    assert {names[column] for column in space.of_text("trainings").indices} >= {"<trai", "ining"}
    assert space.of_text("").nnz == 0


def test_an_empty_space_ranks_nothing() -> None:
    assert rank(build([]), {}, seed=1).rows.tolist() == []
