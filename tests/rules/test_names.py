"""Names: what looks like another's name is treated as that name, and honest names stay as they are."""

import pytest

from bot.rules.names import kept, look, told_apart


@pytest.mark.parametrize(
    "name",
    ["ma\u200dya", "m\u0430ya", "\uff4d\uff41\uff59\uff41", "𝓶𝓪𝔂𝓪", "maya\u3164", "\u200cmaya\u200d", "ma\u034fya"],
)
def test_look_alikes_are_kept_as_what_they_look_like(name: str):
    """Zero-width signs, letters of another script within a word, and ornamental letters do not make a second maya."""
    assert kept(name, limit=80) == "maya"
    assert look(name) == look("Maya")


@pytest.mark.parametrize(
    "name",
    ["Анна Сергеевна", "Ελένη", "José Müller", "张伟", "\u0646\u0631\u200c\u06af\u0633", "Ada 👩\u200d💻", "O'Neill"],
)
def test_honest_names_stay(name: str):
    """Whoever writes their name in one script sees it as they wrote it, joiners that belong there included."""
    assert kept(name, limit=80) == name


def test_a_name_in_another_script_that_looks_the_same_is_compared_as_the_same():
    """A name that is all Cyrillic is kept, and is still not taken for a different one."""
    assert kept("\u0441\u0430\u0440\u0430", limit=80) == "\u0441\u0430\u0440\u0430"
    assert look("\u0441\u0430\u0440\u0430") == look("capa")
    assert look("b0") == look("BO")
    assert look("maya") != look("mayra")


def test_names_are_cut_and_blank_ones_are_none():
    """A long name is cut; one that nobody can see is none."""
    assert len(kept("x" * 200, limit=80)) == 80
    assert kept("\u3164\u200d", limit=80) == ""


def test_the_later_of_two_is_numbered():
    """Two who look the same are told apart by a number, the one who came first without; nobody's is numbered for a name that is gone."""
    assert told_apart({7: "Maya", 3: "maya", 9: "bo", 4: "", 5: ""}) == {
        3: "maya",
        4: "",
        5: "",
        7: "Maya (2)",
        9: "bo",
    }
