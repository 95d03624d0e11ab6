"""A question's life in a team, folded from what its people said of it: draft, live, reported, retired."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from bot.question import Question

REPORTS_THAT_STOP: Final = 3  # of members; one of an organiser is enough


class Said(StrEnum):
    """What can be said of a question: anybody reports it, organisers decide."""

    REPORT = "report"
    CONFIRM = "confirm"
    RETIRE = "retire"
    RESTORE = "restore"
    EDIT = "edit"
    UNDO = "undo"  # the edits: the file's own words count again


class Life(StrEnum):
    """Where a question is: a live one is asked, a draft or a reported one not until somebody looked, a retired one no more."""

    DRAFT = "draft"
    LIVE = "live"
    REPORTED = "reported"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that was said of a question, by whom, in which of its versions; `name` is empty where nobody may be named."""

    question: str
    said: Said
    member: int
    name: str
    organiser: bool
    version: str
    reason: str
    at: datetime


def open_reports(remarks: Sequence[Remark]) -> list[Remark]:
    """Return the reports at which nobody has looked: whatever an organiser decides settles those before it."""
    decided = max((n for n, one in enumerate(remarks) if one.said is not Said.REPORT), default=-1)
    return [*remarks[decided + 1 :]]


def stops(reports: Sequence[Remark]) -> bool:
    """Whether reports keep a question from being asked."""
    return any(one.organiser for one in reports) or len({one.member for one in reports}) >= REPORTS_THAT_STOP


def life(question: Question, remarks: Sequence[Remark]) -> Life:
    """Return where a question is; a draft that has changed since it was confirmed is one again."""
    moves = [one.said for one in remarks if one.said in {Said.RETIRE, Said.RESTORE}]
    if moves[-1:] == [Said.RETIRE]:
        return Life.RETIRED
    if stops(open_reports(remarks)):
        return Life.REPORTED
    confirmed = any(one.said is Said.CONFIRM and one.version == question.version for one in remarks)
    return Life.DRAFT if question.draft and not confirmed else Life.LIVE


def asked(question: Question, remarks: Sequence[Remark]) -> bool:
    """Whether a question may be asked in a team; a draft may where its file lets it go live as one."""
    where = life(question, remarks)
    return where is Life.LIVE or (where is Life.DRAFT and question.live)


def review_due(question: Question, remarks: Sequence[Remark], today: date) -> bool:
    """Whether a question's facts were to be looked at by now, and nobody has since: who confirms or edits it has."""
    if question.review_by is None or question.review_by >= today or life(question, remarks) is not Life.LIVE:
        return False
    looked = (one.at.date() for one in remarks if one.said in {Said.CONFIRM, Said.EDIT})
    return not any(day >= question.review_by for day in looked)
