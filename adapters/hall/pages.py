"""The hall's pages: for each path what is asked of the core, and how that is answered."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from aiohttp import web

from adapters.hall import audit, calendar, desk, inbound, keys, render
from adapters.hall.figures import COLUMNS, ordered
from adapters.hall.inbound import Answered, Visitor, Visits
from adapters.hall.marked import marked
from adapters.hall.render import Look
from adapters.hall.replies import html, kept, status_of, to
from adapters.hall.turns import Turns
from bot.bank.loading import Bank
from bot.commands import (
    Command,
    ImportQuestions,
    PreviewSchedule,
    SearchQuestions,
    ShowDifficulty,
    ShowDoubts,
    ShowHome,
    ShowLeaderboard,
    ShowQuestion,
    ShowRecord,
    ShowStats,
    ShowStatus,
    ShowWork,
    SubmitAnswer,
    TakeHint,
)
from bot.commands.parsing import build, parse, to_id
from bot.errors import UserError
from bot.outcomes import (
    AttemptGraded,
    DifficultyShown,
    DoubtShown,
    EditFormOpened,
    Failure,
    GradeDecided,
    HintShown,
    Nothing,
    QuestionsFound,
    RecordShown,
    Refusal,
    StatusShown,
    WorkShown,
)
from bot.ports import Entrance
from bot.question import Level
from bot.rules.difficulty import MANY
from bot.rules.scoring import MAX_ANSWER
from bot.vitals import Vitals

LINK_CHARS: Final = 100  # ours are shorter
LINES: Final = {"/review": "review", "/settings": "settings", "/desk": "desk"}
BOARD: Final = ("period", "topic", "level", "by")  # the options of a board
SAMPLES: Final = "samples"  # the field beside an edit's own
Shown = Callable[[web.Request, Visitor], Awaitable[web.Response]]


class Hall:
    """Draws pages for who is in, and lets in who has a link."""

    def __init__(self, core: Entrance, visits: Visits, vitals: Vitals, *, address: str) -> None:
        self.cookie = keys.Cookie(address)
        self._core = core
        self._visits = visits
        self._vitals = vitals
        self.turns = Turns()
        self.tries = Turns(most=10)
        self._one_draft = asyncio.Lock()  # an answer waits for one to be graded, and not for many

    def routes(self) -> list[web.RouteDef]:
        """Return what is answered where."""
        return [
            web.get("/", self._inside(self._today)),
            web.get("/question/{number:[0-9]{1,12}}", self._inside(self._work)),
            web.get("/answers", self._inside(self._record)),
            web.get("/board", self._inside(self._board)),
            web.get("/statistics", self._inside(self._statistics)),
            web.get("/questions", self._inside(self._questions)),
            web.get("/questions/{id:[a-z0-9-]{1,100}}", self._inside(self._question)),
            web.get("/difficulty", self._inside(self._difficulty)),
            web.get(audit.PATH, self._inside(partial(audit.answer, self._ask, self._filled))),
            web.get(calendar.PATH, self._inside(self._calendar)),
            web.post(calendar.PATH, self._inside(self._replan)),
            web.get("/status", self._inside(self._status)),
            web.post("/try", self._inside(self._try)),
            web.post("/import", self._inside(self._import)),
            *(web.get(path, self._inside(self._typed)) for path in LINES),
            web.get("/in/{link}", self._at_the_door),
            web.post("/in", self._enter),
            web.post("/out", self._inside(self._leave)),
            web.post("/do", self._inside(self._do)),
            web.get("/hall.css", self._style),
            web.get("/icon.svg", self._icon),
        ]

    def turned_away(self, status: int) -> web.Response:
        """Return the page for what cannot be."""
        return html(render.page("away.html", Look(), status=status), status=status)

    def _inside(self, shown: Shown) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Let only who is in see a page."""

        async def answer(request: web.Request) -> web.Response:
            who = await inbound.visitor(request, self._visits, self.cookie)
            if who is None:
                raise web.HTTPUnauthorized
            if not self.turns.free(who.cookie):
                raise web.HTTPTooManyRequests
            return await shown(request, who)

        return answer

    async def _style(self, _: web.Request) -> web.Response:
        return kept(render.STYLE, "text/css")

    async def _icon(self, _: web.Request) -> web.Response:
        return kept(render.ICON, "image/svg+xml")

    async def _at_the_door(self, request: web.Request) -> web.Response:
        """Show a link's button; looking at it spends nothing, for chats look at each link that they carry."""
        link = request.match_info["link"]
        name = await self._visits.invited(link) if len(link) <= LINK_CHARS else None
        if name is None:
            raise web.HTTPGone
        return html(render.page("door.html", Look(), name=name, link=link))

    async def _enter(self, request: web.Request) -> web.Response:
        """Let the member of a link in, under a cookie that nobody has seen before."""
        link, cookie = (await inbound.written(request)).get("link", ""), keys.new()
        if not await self._visits.enter(link, cookie):
            raise web.HTTPGone
        if before := request.cookies.get(self.cookie.name):
            await self._visits.leave(before)
        answer = to("/")
        answer.set_cookie(
            self.cookie.name, cookie, max_age=keys.SECONDS, httponly=True, samesite="Lax", secure=self.cookie.secure
        )
        return answer

    async def _leave(self, request: web.Request, who: Visitor) -> web.Response:
        inbound.pressed(await inbound.written(request), who)
        await self._visits.leave(who.cookie)
        answer = html(render.page("left.html", Look()))
        answer.del_cookie(self.cookie.name, httponly=True, samesite="Lax", secure=self.cookie.secure)
        return answer

    async def _today(self, _: web.Request, who: Visitor) -> web.Response:
        return self._filled("today.html", await self._ask(ShowHome(), who), who, here="/")

    async def _work(self, request: web.Request, who: Visitor) -> web.Response:
        """Draw a question with the visitor's own attempts, the words marked that earned each point."""
        answered = await self._ask(ShowWork(round=int(request.match_info["number"])), who)
        if not isinstance(outcome := answered.outcome, WorkShown):
            return self._drawn(answered, who)
        asked = outcome.view.round.id
        submit, hint = to_id(SubmitAnswer(round=asked)), to_id(TakeHint(round=asked))
        drawn = [
            (work, card, marked(work.text, work.attempt.grade.points))
            for work, card in zip(outcome.works, answered.sheet.cards, strict=False)
        ]
        return self._filled("work.html", answered, who, works=drawn, submit=submit, hint=hint, longest=MAX_ANSWER)

    async def _record(self, request: web.Request, who: Visitor) -> web.Response:
        before = request.query.get("before", "")
        number = int(before) if before.isascii() and before.isdigit() and len(before) < LINK_CHARS else None
        return self._filled("answers.html", await self._ask(ShowRecord(before=number), who), who, here="/answers")

    async def _board(self, request: web.Request, who: Visitor) -> web.Response:
        """Draw a board of any time, as it is asked for in the page's own form."""
        wanted = {name: words for name in BOARD if (words := request.query.get(name, "").strip())}
        answered = await self._read(lambda bank: build(ShowLeaderboard.spec.name, wanted, bank), who)
        bank = await self._core.bank_of(who.context.team)
        topics = {name: topic.title for name, topic in bank.topics.items()}
        look = Look(who=who, here="/board")
        text = render.page(
            "board.html", look, cards=answered.sheet.cards, wanted=wanted, topics=topics, levels=[*Level]
        )
        return html(text, status=status_of(answered.outcome))

    async def _statistics(self, _: web.Request, who: Visitor) -> web.Response:
        answered = await self._ask(ShowStats(), who)
        record = await self._ask(ShowRecord(before=0), who)  # the days alone: no round is before the first
        weeks = render.weeks(record.outcome) if isinstance(record.outcome, RecordShown) else []
        return self._filled("statistics.html", answered, who, here="/statistics", weeks=weeks)

    async def _status(self, _: web.Request, who: Visitor) -> web.Response:
        """Show how I am, to whom the core shows how punctual I was: no words of errors, for they may name what is on the machine."""
        answered = await self._ask(ShowStatus(), who)
        if not isinstance(answered.outcome, StatusShown):
            return self._drawn(answered, who, here="/status")
        health, load = await self._vitals.readiness(), await self._vitals.load()
        versions = render.versions(self._vitals.schema)
        return self._filled("status.html", answered, who, here="/status", health=health, load=load, versions=versions)

    async def _questions(self, request: web.Request, who: Visitor) -> web.Response:
        """List the bank's questions by words, and take files of one's own."""
        words = request.query.get("words", "")[:LINK_CHARS]
        answered = await self._ask(SearchQuestions(words=words), who)
        found = answered.outcome if isinstance(answered.outcome, QuestionsFound) and answered.outcome.found else None
        return self._filled("questions.html", answered, who, here="/questions", words=words, found=found)

    async def _question(self, request: web.Request, who: Visitor) -> web.Response:
        named = {"question": request.match_info["id"]}
        answered = await self._read(lambda bank: build(ShowQuestion.spec.name, named, bank), who)
        return self._drawn(answered, who, here="/questions")

    async def _difficulty(self, request: web.Request, who: Visitor) -> web.Response:
        """Draw how hard questions were, in the order that is asked for."""
        answered = await self._ask(ShowDifficulty(), who)
        rows = answered.outcome.questions if isinstance(answered.outcome, DifficultyShown) else []
        by, down = request.query.get("by", ""), "down" in request.query
        page = ordered(rows, by, down=down, page=request.query.get("page", ""))
        return self._filled("difficulty.html", answered, who, here="/questions", page=page, columns=COLUMNS, many=MANY)

    async def _calendar(self, request: web.Request, who: Visitor) -> web.Response:
        """Draw a month of the team's schedules, and below it what is set in the visitor's channel."""
        answered = await self._read(lambda bank: calendar.asked_for(request.query, bank), who)
        own = await self._ask(PreviewSchedule(), who)
        return self._filled("schedule.html", answered, who, here=calendar.PATH, at=calendar, own=own.sheet.cards)

    async def _replan(self, request: web.Request, who: Visitor) -> web.Response:
        """Leave a date out, take that back, or change a queue, and show the month again."""
        form = await inbound.written(request)
        button = inbound.pressed(form, who)
        there = button.by(who)
        answered = await self._read(lambda bank: calendar.command_of(button, bank), there, once=button.once)
        if isinstance(answered.outcome, Refusal | Failure):
            return self._drawn(answered, who, here=calendar.PATH)
        month, page, day = (form.get(name, "") for name in ("month", "page", "day_at"))
        return to(calendar.address(month, page, day))

    async def _try(self, request: web.Request, who: Visitor) -> web.Response:
        """Show what an edit would make of sample answers, beside its form; nothing is saved."""
        if not self.tries.free(who.cookie):
            raise web.HTTPTooManyRequests
        form = await inbound.written(request)
        button, samples = inbound.pressed(form, who), form.get(SAMPLES, "")
        async with self._one_draft:
            answered = await self._read(lambda bank: inbound.to_try(button, samples, bank), who)
        return self._editor(answered, who, samples=samples, here=desk.origin(form))

    def _editor(self, answered: Answered, who: Visitor, *, samples: str = "", here: str = "") -> web.Response:
        """Draw the form of a question, and what came of its samples; who comes from the desk goes back there."""
        sheet, tried = answered.sheet, getattr(answered.outcome, SAMPLES, ())
        drawn = [(card, marked(one.text, one.points)) for one, card in zip(tried, sheet.cards[1:], strict=False)]
        return self._filled(
            "edit.html", answered, who, here=here or "/questions", form=sheet.form, tried=drawn, samples=samples
        )

    async def _import(self, request: web.Request, who: Visitor) -> web.Response:
        """Take a file of questions."""
        form, file = await inbound.uploaded(request)
        once = f"{inbound.pressed(form, who).once}:{form.get('file', '')}"
        return self._drawn(await inbound.ask(self._core, ImportQuestions(), who, once=once, file=file), who)

    async def _typed(self, request: web.Request, who: Visitor) -> web.Response:
        """Draw what is answered to a line that is typed in chat."""
        path = request.path
        command = parse(LINES[path], await self._core.bank_of(who.context.team))
        return self._drawn(await self._ask(command, who), who, here=path)

    async def _do(self, request: web.Request, who: Visitor) -> web.Response:
        """Carry out what a button or form of ours stands for."""
        form = await inbound.written(request)
        button = inbound.pressed(form, who)
        there, here = button.by(who), desk.origin(form)
        answered = await self._read(lambda bank: inbound.command_of(button, bank), there, once=button.once)
        match answered.outcome:
            case AttemptGraded(view=view):
                return to(f"/question/{view.round.id}#attempts")
            case HintShown(round=asked):
                return to(f"/question/{asked.id}#hints")
            case EditFormOpened():
                return self._editor(answered, who, here=here)
            case GradeDecided() | DoubtShown():
                return self._drawn(answered, who, here=desk.PATH)
            case Refusal() | Failure():
                return self._drawn(answered, who)
            case done:
                if here and isinstance(done, desk.DONE):
                    waits = await self._ask(ShowDoubts(), who)
                    answered.sheet.cards = desk.above(answered.sheet.cards) + waits.sheet.cards
                return self._drawn(answered, who, here=here)

    async def _ask(self, command: Command, who: Visitor, *, once: str = "") -> Answered:
        return await inbound.ask(self._core, command, who, once=once)

    async def _read(self, read: Callable[[Bank], Command], who: Visitor, *, once: str = "") -> Answered:
        """Have what was written carried out, or said why it cannot be read."""
        try:
            command = read(await self._core.bank_of(who.context.team))
        except UserError as error:
            return await inbound.refuse(self._core, error, who)
        return await self._ask(command, who, once=once)

    def _filled(
        self, template: str, answered: Answered, who: Visitor, *, here: str = "", **values: object
    ) -> web.Response:
        """Fill a page in with what came of a command; what was refused or failed is told in its card."""
        if isinstance(answered.outcome, Refusal | Failure):
            return self._drawn(answered, who, here=here)
        look = Look(who=who, here=here)
        return html(render.page(template, look, it=answered.outcome, cards=answered.sheet.cards, **values))

    def _drawn(self, answered: Answered, who: Visitor, *, here: str = "") -> web.Response:
        sheet, look = answered.sheet, Look(who=who, here=here)
        return html(
            render.cards(sheet.cards, sheet.form, look, again=isinstance(answered.outcome, Nothing)),
            status=status_of(answered.outcome),
        )
