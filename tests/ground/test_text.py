"""Words: what people type is cleaned, split and matched the same way, whatever characters it holds."""

import unicodedata
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import Token, beginning, clauses, clean, clip, cut_at_lines, nearest, plural, safe, stem, tokens

DROPPED = ["Cc", "Cf", "Cs", "Co", "Cn"]
anything = st.text(st.characters())  # of any plane, lone surrogates too
visible = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn"]))
sentences = st.lists(
    st.sampled_from(["It", "collapses", "but", "doesn’t", "0.5", "C++", ". ", "; ", " - ", "\n", "• ", ", while ", "é"])
).map(" ".join)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two\twords\r\nand a line \n", "two\twords\nand a line"),
        ("bell\a null\0 escape\x1b[31m", "bell null escape[31m"),
        ("over\u202eride\u202c, iso\u2066late\u2069", "override, isolate"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("می\u200cروم 👩\u200d💻", "می\u200cروم 👩\u200d💻"),  # joiners that a script and an emoji are written with
        ("private\ue000, half\ud800", "private, half"),
        ("cafe\u0301", "caf\u00e9"),
        ("σ² of N(0, I) → 你好 🙂", "σ² of N(0, I) → 你好 🙂"),
    ],
)
def test_clean(typed: str, kept: str) -> None:
    """Control and direction-changing characters and blank edges go, accents are composed, the rest stays."""
    assert clean(typed) == kept


@given(anything)
def test_what_clean_leaves(text: str) -> None:
    """Whatever is typed, no control character but line ends, tabs and joiners is kept, and no blank edge."""
    kept = clean(text)
    assert {unicodedata.category(c) for c in kept if c not in "\n\t\u200c\u200d"}.isdisjoint(DROPPED)
    assert kept == kept.strip()


@given(visible)
def test_clean_composes(text: str) -> None:
    """What can be seen is kept in NFC, so that cleaning once is enough."""
    kept = clean(text)
    assert kept == unicodedata.normalize("NFC", text).strip()
    assert clean(kept) == kept


def test_safe() -> None:
    """What is safe to show keeps its blanks and loses what steers a screen."""
    assert safe(" \x1b[2J two \u202e words\n") == " [2J two  words\n"


@given(anything)
def test_what_steers_is_left_out_and_nothing_else(text: str) -> None:
    """Of any text what is left is each character that can be seen, each blank and line end, and what joins letters."""
    kept = [c for c in text if c in "\n\t\u200c\u200d" or unicodedata.category(c)[0] != "C"]
    assert safe(text) == "".join(kept)


@given(anything, st.integers(1, 30))
def test_clip(text: str, limit: int) -> None:
    """A clipped text has at most the limit's characters, is the text where it fits, and its start where not."""
    clipped = clip(text, limit)
    assert len(clipped) <= limit
    if len(text) <= limit:
        assert clipped == text
    else:
        assert clipped.endswith("…")
        assert text.startswith(clipped[:-1])


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("four", 4, "four"),
        ("fours", 4, "fou…"),
        ("an ox ran", 4, "an…"),
        ("an oxen ran", 6, "an…"),
        ("an oxen ran", 8, "an oxen…"),
        (" oxen", 4, " ox…"),
        ("a " + "x" * 40, 30, "a " + "x" * 27 + "…"),
        ("", 4, ""),
    ],
)
def test_clip_examples(text: str, limit: int, kept: str) -> None:
    """A cut is marked by an ellipsis without a blank before it, counts towards the limit, and leaves words whole."""
    assert clip(text, limit) == kept


@pytest.mark.parametrize(
    ("text", "limit", "begins"),
    [
        ("It is so.", 9, "It is so."),
        ("It is so. And more follows.", 12, "It is so. …"),
        ("One, e.g. two. Three is longer.", 18, "One, e.g. two. …"),
        ("One. Two. Three is longer.", 16, "One. Two. …"),
        ("One; two, and three follows.", 12, "One; …"),
        ("No sentence ends in here at all", 12, "No sentence…"),
    ],
)
def test_beginning(text: str, limit: int, begins: str) -> None:
    """A long text is cut after as many whole sentences as fit; an abbreviation ends none."""
    assert beginning(text, limit) == begins


@given(anything | sentences)
def test_tokens_point_into_the_text(text: str) -> None:
    """A token's offsets give back the word that was typed, tokens stand in order, and no letter is outside of them."""
    found = tokens(text)
    outside, end = "", 0
    for token in found:
        assert tokens(text[token.start : token.end]) == (
            replace(token, start=0, end=token.end - token.start, pause=False),
        )
        outside, end = outside + text[end : token.start], token.end
    assert not any(c.isalnum() for c in outside + text[end:])
    assert all(one.end <= two.start for one, two in pairwise(found))


def test_tokens() -> None:
    """A word keeps its apostrophe, a language its plus signs, and a pause after a word is noted."""
    assert tokens("Doesn’t, C++ c") == (
        Token("doesn’t", "doesn’t", 0, 7, pause=True),
        Token("c++", "c++", 9, 12),
        Token("c", "c", 13, 14),
    )


@given(anything | sentences)
def test_clauses_hold_all_tokens(text: str) -> None:
    """The clauses of a text hold its tokens, each once, in order, and none is empty."""
    split = clauses(text, tokens(text))
    assert tuple(token for clause in split for token in clause) == tokens(text)
    assert all(split)


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("It is stable. It is slow", [["it", "is", "stable"], ["it", "is", "slow"]]),
        ("one; two: three? four! five", [["one"], ["two"], ["three"], ["four"], ["five"]]),
        ("• one\n• two – three", [["one"], ["two"], ["three"]]),
        ("fast, but noisy", [["fast", "but"], ["noisy"]]),
        ("a rate of 0.5 or 3:1", [["a", "rate", "of", "0", "5", "or", "3", "1"]]),
        ("well-known, quick", [["well", "known", "quick"]]),
        (" ... ", []),
    ],
)
def test_clauses(text: str, split: list[list[str]]) -> None:
    """A clause ends at a full stop, a line, a dash or a turn such as "but", not inside of a number or a word."""
    assert [[token.word for token in clause] for clause in clauses(text, tokens(text))] == split


@pytest.mark.parametrize(
    "family",
    [
        "sample samples sampled sampling",
        "train trains trained training trainer",
        "collapse collapses collapsed collapsing",
        "compress compressed compressing compression compressions",
        "generate generates generated generating generative generator",
        "diverse diversity",
        "distribute distributed distribution distributions",
        "drop dropped dropping drops",
        "model models model's MODEL modèle",
        "gan GANs \uff27\uff21\uff2e GAN’s",
    ],
)
def test_stem_families(family: str) -> None:
    """The inflections of a word are one stem; case, accents and width do not matter."""
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize(("one", "other"), [("mean", "median"), ("loss", "lossy"), ("l1", "l2"), ("gpt3s", "gpt3")])
def test_different_stems(one: str, other: str) -> None:
    """Different words keep different stems, and a word with a digit is left as it is."""
    assert stem(one) != stem(other)


@given(anything)
def test_a_stem_is_no_longer_than_its_word(text: str) -> None:
    """A stem is a beginning of its word, and at least three letters of it where it had them."""
    for token in tokens(text):
        assert token.word.startswith(token.stem)
        assert len(token.stem) >= min(3, len(token.word.removesuffix("'s").removesuffix("’s")))


@pytest.mark.parametrize(
    ("word", "found"),
    [("difusion", "diffusion"), ("GANS", "gans"), ("xyzzy", None), ("", None)],
)
def test_nearest(word: str, found: str | None) -> None:
    """A mistyped word finds the known one most like it, and a strange word none."""
    assert nearest(word, (name for name in ("gans", "diffusion", "vaes"))) == found


def test_nearest_keeps_the_spelling() -> None:
    """The word comes back as it is known, whatever case it was typed in."""
    assert nearest("LATNT", ["Latent", "critic"]) == "Latent"
    assert nearest("critic", []) is None


@given(st.lists(st.text(st.characters(codec="ascii", categories=["Ll"]), min_size=3), min_size=1, unique=True))
def test_a_known_word_is_nearest_to_itself(known: list[str]) -> None:
    """A word that is known is found as it is."""
    assert nearest(known[-1], known) == known[-1]


@pytest.mark.parametrize(
    ("count", "noun", "many", "written"),
    [
        (0, "member", "", "0 members"),
        (1, "member", "", "1 member"),
        (2, "member", "", "2 members"),
        (1, "person", "people", "1 person"),
        (1200, "person", "people", "1,200 people"),
    ],
)
def test_plural(count: int, noun: str, many: str, written: str) -> None:
    """A count is written with its noun in the right number."""
    assert plural(count, noun, many) == written


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("fits", ["fits"]), ("one\ntwo\nthree", ["one", "two", "three"]), ("seventeen", ["seven", "teen"]),
        ("one\n\n\n\n\n\ntwo", ["one", "two"]), ("one\n   \n", ["one"]), ("", []),
    ],
)  # fmt: skip
def test_long_texts_are_cut_at_the_ends_of_lines(text: str, parts: list[str]) -> None:
    """A text is cut where a line ends, inside one only where it is too long itself, and no part is empty."""
    assert list(cut_at_lines(text, lambda rest: rest[:5])) == parts
