"""What is written of plain data is what PyYAML's emitter would write, letter for letter."""

import gc
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bank import loading
from bot.bank.exchange import emitting, records
from bot.bank.exchange.emitting import dumped, emitted
from bot.bank.safe_yaml import uncollected
from tests.doubles.process import ROOT

WORDS = st.sampled_from(["a", "what", "no", "1.5", "x" * 30, "é", "👶", "-", "#", ":", "a:", "'", '"', "", "\n", "\t", "\u2028", "\x85", "\ufeff", "`", "null", "2024-01-01", "~"])  # fmt: skip
TEXTS = st.lists(WORDS, max_size=40).map(" ".join) | st.text(max_size=150) | st.lists(WORDS, max_size=20).map("\n".join)
NAMES = st.sampled_from(["id", "question", "statement", "phrasings"])
VALUES = st.recursive(
    TEXTS | st.booleans() | st.dates() | st.integers() | st.none(),
    lambda inner: st.lists(inner.filter(lambda one: not isinstance(one, list)), max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4))
def test_data_is_written_as_the_emitter_would(data: dict[str, object]) -> None:
    """Whatever the texts are: bare, folded, in lines, or odd."""
    assert dumped(data).removesuffix("...\n") == emitted(data).removesuffix("...\n")


@pytest.mark.parametrize("topic", ["agents", "diffusion"])
def test_a_topic_is_written_as_the_emitter_would(topic: str) -> None:
    """A whole file of the bank."""
    data = records.plain(loading.read_topic(ROOT / "content" / f"{topic}.yaml"))
    assert emitting.dumped(data) == emitted(data)


def test_the_collector_goes_on_when_the_last_reader_is_done() -> None:
    """Readers in two threads overlap: the first that is done leaves it off for the other, and it is as it was in the end."""
    assert gc.isenabled()
    with uncollected:
        with uncollected:
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.disable()
    try:
        with uncollected:
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_is_not_odd_needs_no_emitter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Usual words, a truth, a date, a long text and one of several lines are written here."""
    monkeypatch.setattr(emitting, "emitted", None)
    data = {
        "id": "a",
        "draft": True,
        "since": date(2026, 1, 1),
        "list": ["b", {"c": "word " * 40 + "d", "e": "f\n\ng"}],
    }
    assert dumped(data).splitlines()[:5] == ["id: a", "draft: true", "since: 2026-01-01", "list:", "  - b"]
