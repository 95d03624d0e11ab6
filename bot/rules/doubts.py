"""Grades that wait for a person: what one is, and what a decision makes of its score."""

from dataclasses import dataclass
from typing import Final

from bot.grading import Band, PointResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """An attempt whose grade is unsure; `opinion` is the second opinion's score where there was one."""

    attempt: int
    round: int
    member: int
    name: str
    text: str
    score: int
    band: Band
    points: tuple[PointResult, ...]
    unsure: str
    opinion: int | None
    version: str


TYPICAL: Final = {Band.CORRECT: 90, Band.PARTLY: 50, Band.INCORRECT: 10}  # what a decided band scores


def decided(doubt: Doubt, decision: str) -> int:
    """Return the score of a decision: the grader's where it lies in the decided band, else the band's typical one."""
    if decision in {"keep", doubt.band}:
        return doubt.score
    return TYPICAL[Band(decision)]
