"""The audit: what organisers decided and changed, each in a sentence, newest first; a page of it, or all of it as a table."""

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from adapters.hall import desk, replies
from adapters.hall.figures import page_of
from adapters.hall.inbound import Answered, Visitor
from bot.bank.exchange.records import escaped
from bot.commands import ShowAudit
from bot.outcomes import AuditShown
from bot.text import plural

LISTED: Final = 50  # deeds on a page
UNNAMED: Final = "Somebody who is not named"
HEAD: Final = ("at", "by", "kind", "what", "question", "why")
Row = Mapping[str, Any]
Asking = Callable[[ShowAudit, Visitor], Awaitable[Answered]]
Filling = Callable[..., web.Response]
PATH: Final = "/audit{csv:(\\.csv)?}"
TEMPLATE: Final = "audit.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What somebody did and when; `by` is nobody's name where it is not kept, or not shown, and `about` the id of a question."""

    at: datetime
    by: str
    what: str
    about: str = ""
    why: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """A page of deeds: of one kind or of all, and the pages that there are."""

    deeds: Sequence[Deed]
    kind: str
    number: int
    pages: int

    def at(self, number: int) -> str:
        """Return the address of another page of the same kind."""
        return f"/audit?kind={self.kind}&page={number}"


async def answer(ask: Asking, filled: Filling, request: web.Request, who: Visitor) -> web.Response:
    """Tell what organisers decided and changed, a page at a time, or all of it as a table."""
    answered, kind = await ask(ShowAudit(), who), request.query.get("kind", "")
    if not isinstance(shown := answered.outcome, AuditShown):
        return filled(TEMPLATE, answered, who, here=desk.PATH)
    if request.match_info["csv"]:
        return replies.table(await asyncio.to_thread(table, shown, kind))
    page = await asyncio.to_thread(audited, shown, kind, request.query.get("page", ""))
    return filled(TEMPLATE, answered, who, here=desk.PATH, page=page, kinds=KINDS)


def deeds(shown: AuditShown, kind: str) -> list[Deed]:
    """Return what was done, newest first; of one kind, or of all where there is no such kind."""
    chosen = [kind] if kind in KINDS else [*KINDS]
    every = [one for name in chosen for row in shown.kept[name] for one in KINDS[name][1](row)]
    return sorted(every, key=lambda one: one.at, reverse=True)


def audited(shown: AuditShown, kind: str, page: str) -> Audited:
    """Return a page of what was done; one that is not there is the nearest."""
    every = deeds(shown, kind)
    number, pages = page_of(len(every), LISTED, page)
    rows = every[(number - 1) * LISTED : number * LISTED]
    return Audited(deeds=rows, kind=kind if kind in KINDS else "", number=number, pages=pages)


def table(shown: AuditShown, kind: str) -> bytes:
    """Return all of it for a spreadsheet; no cell is taken for a formula, and a mark tells that it is UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(HEAD)
    for one in deeds(shown, kind):
        cells = (one.at.isoformat(), one.by, KINDS[one.kind][0], one.what, one.about, one.why)
        writer.writerow([escaped(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def _deed(kind: str, row: Row, what: str, *, by: str = "name", at: str = "at", why: str = "") -> Deed:
    who = row[by] or UNNAMED if by in row else ""
    return Deed(
        at=datetime.fromisoformat(row[at]), by=who, what=what, about=row.get("question", ""), why=why, kind=kind
    )


def _decision(row: Row) -> Iterator[Deed]:
    before, after = row["before"], row["after"]
    made = f"Left {before} of 100" if before == after else f"Changed {before} of 100 to {after}"
    more = f", and {plural(row['same_words'], 'more that says', 'more that say')} the same" if row["same_words"] else ""
    what = f"{made}, attempt {row['attempt']} of {row['member'] or UNNAMED.lower()}{more}"
    yield _deed("decisions", row, what, by="decided_by", why=row["reason"])


def _remark(row: Row) -> Iterator[Deed]:
    """Yield what was said of a question; its edits stand for themselves."""
    if row["said"] in _SAID:
        yield _deed("questions", row, _SAID[row["said"]], why=row["reason"])


def _edit(row: Row) -> Iterator[Deed]:
    """Yield what became of a question's words; what a suggestion became stands there."""
    before, after = row["before"] or {}, row["after"]
    if not before and not row["over"]:
        return
    if after is None:
        yield _deed("edits", row, "Went back to the words of the question’s file")
        return
    changed = [name.replace("_", " ") for name in after if before and before.get(name) != after[name]]
    yield _deed("edits", row, f"Edited {', '.join(changed) or 'the question'}")


def _suggestion(row: Row) -> Iterator[Deed]:
    took, whose = row["taken_as"], row["member"] or UNNAMED.lower()
    what = f"{'Took' if took else 'Declined'} a question that {whose} suggested"
    yield _deed("suggestions", {**row, "question": took or ""}, what, by="decided_by", why=row["reason"])


def _mark(row: Row) -> Iterator[Deed]:
    what = f"Marked attempt {row['attempt']} of {row['member'] or UNNAMED.lower()} as {row['marked']}"
    yield _deed("marks", row, what, by="marked_by")


def _lesson(row: Row) -> Iterator[Deed]:
    said = f"that “{row['words']}” {'says' if row['side'] == 'says' else 'does not say'} “{row['point']}”"
    yield _deed("learned", row, f"Taught {said}")
    if row["taken_at"]:
        yield _deed("learned", row, f"Took back {said}", by="taken_by", at="taken_at")


def _queued(row: Row) -> Iterator[Deed]:
    day = f" for {row['day']}" if row["day"] else ""
    yield _deed("queued", row, f"Queued it in #{row['channel']}{day}")


def _left_out(row: Row) -> Iterator[Deed]:
    yield _deed("left_out", row, f"Left {row['day']} out of the schedule of #{row['channel']}")


def _schedule(row: Row) -> Iterator[Deed]:
    what = _DONE[row["what"]].format(channel=row["channel"], detail=row["detail"])
    yield _deed("schedules", row, what if row["detail"] else what.removesuffix(": "))


def _setting(row: Row) -> Iterator[Deed]:
    what = _DONE[row["what"]].format(detail=row["detail"], member=row["member"] or UNNAMED.lower())
    yield _deed("settings", row, what)


def _live(row: Row) -> Iterator[Deed]:
    yield _deed("live", row, f"Began a live round of {plural(row['questions'], 'question')} in #{row['channel']}")


def _squad(row: Row) -> Iterator[Deed]:
    yield _deed("teams", row, f"Made the team {row['name']}", by="made_by")
    if row["removed_at"]:
        yield _deed("teams", row, f"Removed the team {row['name']}", by="", at="removed_at")


_SAID: Final = {
    "report": "Reported it",
    "confirm": "Confirmed it",
    "retire": "Retired it",
    "restore": "Restored it",
}
_DONE: Final = {
    "schedule set": "Set the schedule of #{channel}: {detail}",
    "schedule pause": "Paused the schedule of #{channel}",
    "schedule resume": "Resumed the schedule of #{channel}",
    "schedule remove": "Removed the schedule of #{channel}",
    "schedule skip": "Left {detail} out of the schedule of #{channel}",
    "schedule unskip": "Took back that {detail} is left out of the schedule of #{channel}",
    "schedule unqueue": "Took {detail} out of the queue of #{channel}",
    "settings zone": "Set the team’s time zone to {detail}",
    "settings desk": "Set the time at which organisers are told what waits: {detail}",
    "settings best": "Set a team’s score to the mean of its best {detail}",
    "settings live": "Set that live rounds {detail} on the boards",
    "settings appoint": "Appointed {member} as an organiser",
    "settings dismiss": "Dismissed {member} as an organiser",
}
KINDS: Final[dict[str, tuple[str, Callable[[Row], Iterator[Deed]]]]] = {
    "decisions": ("Grades", _decision),
    "questions": ("Questions", _remark),
    "edits": ("Edits", _edit),
    "suggestions": ("Suggestions", _suggestion),
    "learned": ("Phrasings", _lesson),
    "marks": ("Marks", _mark),
    "schedules": ("Schedules", _schedule),
    "settings": ("Settings", _setting),
    "queued": ("Queue", _queued),
    "left_out": ("Days left out", _left_out),
    "live": ("Live rounds", _live),
    "teams": ("Teams", _squad),
}
