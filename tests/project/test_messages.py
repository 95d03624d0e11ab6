"""Every message that a member can get is on one page, which a person can read at once."""

import re

from tests.project.messages import PAGE, page


def test_the_page_of_messages_is_current():
    """A message that is new or worded anew is on the page: write it with `python -m tests.project.messages`, and read it."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_page_has_what_members_read():
    """Words of cards, refusals, headings and platforms are found, wherever they are put together."""
    shown = page()
    for words in (
        "There are no more hints",
        "**Not graded** Your answer has no words in it.",
        "I don't know what “{word}” means here.",
        "Did you mean “{near}”?",
        "This Studyhall serves other servers only.",
        "I lack {lacking}. Grant it to my role",
        "The channel is archived.",
        "Write a sentence or two.",
    ):
        assert words in shown


def test_messages_are_short_sentences():
    """No message is longer than a few lines, none shouts, and none blames."""
    lines = re.findall(r"^- (.+)$", page(), re.MULTILINE)
    assert len(lines) > 200
    assert [line for line in lines if len(line) > 260] == []
    assert [line for line in lines if "!" in line or re.search(r"\b(invalid|illegal|failed to|must)\b", line)] == []
