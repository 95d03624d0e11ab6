"""How long what is no fact of a counted round is kept; docs/privacy.md states it, and a test holds the two together."""

from datetime import timedelta
from typing import Final

OCCURRENCES: Final = timedelta(
    days=90
)  # what fell due and was dealt with; what was missed or failed is counted for good
PRACTICE: Final = timedelta(days=90)  # answers after the reveal, with their grades
MESSAGES: Final = timedelta(days=400)  # which messages stand for a revealed question: the cards of a year can be edited
