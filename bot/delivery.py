"""Sends effects through the platform port, and remembers which message stands under which tag.

A post is written down before the call and completed after it. When the end was never heard of (a crash, a lost
connection), the platform is asked for the tag before anything is posted again.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, TypeVar, assert_never

import structlog
from sqlalchemy import Connection

from bot.cards import Sign
from bot.errors import ChannelGone, MessageGone, NoThread, PlatformError, StoreError, TooLate, Unreachable
from bot.ports import Context, Meter, Platform, Ref, Unmetered, platform_of
from bot.presenter.due import together
from bot.presenter.effects import Ask, Crown, Direct, Edit, Effect, Enlist, News, Post, Reply
from bot.rules.rounds import thread_tag
from bot.store import ledger
from bot.store.database import Database
from bot.store.hands import Hands
from bot.store.ledger import Sent, Turnout

log = structlog.get_logger(__name__)
T = TypeVar("T")
KNOWN_REFS: Final = 10_000
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class Delivery:
    """Carries out effects on the platforms, by the platform's name in a reference."""

    def __init__(self, db: Database, platforms: Mapping[str, Platform], meter: Meter | None = None) -> None:
        self._db = db
        self._platforms = platforms
        self._meter = meter or Unmetered()
        self._refs: dict[str, Ref] = {}  # of messages known to be posted; a reference stays valid for ever
        self._ranks: dict[str, int] = {}  # of the cards that stand under tags
        self._edited_at: dict[str, datetime] = {}
        self._waiting: dict[str, Edit] = {}  # edits that come too soon after the last
        self._news: dict[Ref, list[News]] = {}  # what members are to be told together
        self._hands = Hands(db)

    async def send(self, effects: Iterable[Effect], context: Context | None, *, now: datetime) -> ChannelGone | None:
        """Carry out effects in their order; raises PlatformError when one cannot be, and returns a thread's or role's refusal."""
        refused = [await self._one(effect, context, now) for effect in effects]
        return next((one for one in refused if one), None)

    async def _one(self, effect: Effect, context: Context | None, now: datetime) -> ChannelGone | None:
        match effect:
            case Post(must=True):
                return await self._post(effect, now)
            case Post():
                await self._try_to_post(effect, now)
            case Edit():
                await self._edit(effect, now)
            case Direct():
                await self._direct(effect)
            case News():
                self._news.setdefault(effect.member, []).append(effect)
            case Reply():
                await self._reply(effect, _asker(context))
            case Ask():
                await self._ask(effect, _asker(context))
            case Enlist():
                asker = _asker(context)
                await self._of(asker.team).enlist(asker.member, effect.role, joins=effect.joins)
            case Crown():
                return await self._crown(effect)
            case _:
                assert_never(effect)
        return None

    async def _post(self, effect: Post, now: datetime) -> NoThread | None:
        thread = await self._ref(thread_tag(effect.in_thread_of)) if effect.in_thread_of else None
        async with self._hands.on(effect.tag):
            try:
                ref = await self._once(effect, thread or effect.channel, now)
            except ChannelGone:
                if thread is None:
                    raise
                alone = replace(effect, card=effect.outside or effect.card)
                ref = await self._once(alone, effect.channel, now)  # the thread is gone, and the channel may not be
        return await self._open_thread(effect, ref, now) if effect.thread_title else None

    async def _try_to_post(self, effect: Post, now: datetime) -> None:
        """Post what no occurrence stands behind, and try once more: the second time it is looked for first."""
        try:
            try:
                await self._post(effect, now)
            except Unreachable:
                await self._post(effect, now)
        except PlatformError as error:
            log.warning("post_lost", tag=effect.tag, reason=str(error))

    async def _once(self, effect: Post, place: Ref, now: datetime) -> Ref:
        """Post under a tag, unless its message is known or can be found."""
        platform = self._of(place)
        entry = await self._sent(effect.tag)
        if entry and entry.ref:
            return entry.ref
        found = await self._found(effect.tag, entry, place) if entry else None
        if found is None and effect.not_after and now > effect.not_after:
            raise TooLate("It could not be posted in time.")
        await self._hands.take_to_post(effect.tag, place=place, round_id=effect.round, now=now)
        above = effect.channel if effect.aloud and place != effect.channel else None
        await self._db.hold()  # a process that slept since it noted that may be no more the one that posts
        ref = found or await platform.post(place, effect.card, tag=effect.tag, above=above)
        await self._hands.posted(effect.tag, ref)
        return ref

    async def _found(self, tag: str, entry: Sent, place: Ref) -> Ref | None:
        """Look for a message where it was last sent to; a thread that is gone holds nothing."""
        try:
            found = await self._of(entry.place).find(entry.place, tag, since=entry.sending_at)
        except ChannelGone:
            if entry.place == place:
                raise
            return None
        self._meter.looked_up(self._of(entry.place).name, found=found is not None)
        return found

    async def _open_thread(self, effect: Post, message: Ref, now: datetime) -> NoThread | None:
        """Open the thread under a message; where none may be opened, what belongs in it goes to the channel.

        A thread that is refused is remembered all the same: a member may open it.
        """
        tag = thread_tag(effect.tag)
        async with self._hands.on(tag):
            entry = await self._sent(tag)
            if entry and entry.ref:
                return None
            await self._hands.take_to_post(tag, place=message, round_id=effect.round, now=now)
            try:
                await self._hands.posted(tag, await self._of(message).open_thread(message, effect.thread_title))
            except NoThread as error:
                log.warning("no_thread", tag=tag, reason=str(error))
                await self._hands.posted(tag, error.thread)
                return error
            except ChannelGone as error:
                log.warning("no_thread", tag=tag, reason=str(error))
        return None

    async def _edit(self, effect: Edit, now: datetime) -> None:
        """Replace a card; what takes the place of one that was deleted is posted, for somebody needs it."""
        if await self._is_gone(effect, now) and effect.anew:
            await self._try_to_post(effect.anew, now)

    async def _is_gone(self, effect: Edit, now: datetime) -> bool:
        """Replace a card, and return whether it was deleted; one that was never posted has nothing to replace, and one that just was may wait."""
        async with self._hands.on(effect.tag):
            ref = await self._ref(effect.tag)
            if ref is None or effect.rank < self._ranks.get(effect.tag, 0):
                return False
            since = now - self._edited_at.get(effect.tag, _LONG_AGO)  # negative where the clock was set back
            early = not effect.must and timedelta(0) <= since < self._of(ref).edit_pause
            turnout = Turnout.BUSY if early else await self._hands.take_to_draw(effect.tag, rank=effect.rank)
            if turnout is Turnout.BUSY:
                self._waiting[effect.tag] = max(effect, self._waiting.get(effect.tag, effect), key=lambda e: e.rank)
                return False
            self._waiting.pop(effect.tag, None)
            return turnout is Turnout.MINE and not await self._replaced(effect, ref, now)

    async def _replaced(self, effect: Edit, ref: Ref, now: datetime) -> bool:
        """Replace a card, and return whether its message is there still."""
        _remember(self._edited_at, effect.tag, now)
        outside = effect.outside if effect.outside and await self._stands_outside(effect) else None
        try:
            await self._of(ref).edit(ref, outside or effect.draw())
        except MessageGone:
            log.info("message_deleted", tag=effect.tag)
            if effect.anew:
                self._refs.pop(effect.tag, None)
                await self._db.write(partial(ledger.forget, tag=effect.tag))
            return False
        except PlatformError as error:
            if effect.must and not isinstance(error, ChannelGone):
                raise
            log.warning("edit_lost", tag=effect.tag, reason=str(error))
        else:
            _remember(self._ranks, effect.tag, effect.rank)
        return True

    async def _stands_outside(self, effect: Edit) -> bool:
        """Whether what is posted beside a card stands in its channel, and not in its thread."""
        post, thread = await self._sent(effect.beside), await self._ref(thread_tag(effect.tag))
        return post is not None and thread is not None and post.place != thread

    async def flush(self, *, now: datetime) -> None:
        """Make the edits that had to wait and need not any longer, and tell the news; called every second.

        What goes wrong with one is logged, and keeps no other waiting; only a database that fails is raised.
        """
        await self._hands.let_go_of_rest()
        edits = [self._edit(effect, now) for effect in self._waiting.values()]
        heard = [member for member in self._news if self._reaches(member)]
        news = [self._direct(Direct(member=one, card=together(self._news.pop(one)))) for one in heard]
        for error in await asyncio.gather(*edits, *news, return_exceptions=True):
            if isinstance(error, StoreError):
                raise error
            if error is not None:
                log.error("flush_failed", exc_info=error)

    async def _ask(self, effect: Ask, asker: Context) -> None:
        """Show a form, or the card in its place: to what is typed in a message no form can be the answer."""
        try:
            await (asker.page or self._of(asker.team)).ask(asker, effect.form)
        except Unreachable:
            if effect.instead is None:
                raise
            await self._reply(Reply(effect.instead), asker)

    async def _reply(self, effect: Reply, asker: Context) -> None:
        """Answer a member, and put the sign to their message meanwhile: neither waits for the other."""
        if asker.message and effect.sign is None:
            return  # it was talk, and no answer to anything
        calls = [self._sign(asker, effect.sign)] if asker.message and effect.sign else []
        if card := effect.card if asker.private else effect.openly:
            calls.append((asker.page or self._of(asker.team)).reply(asker, card))
        for error in await asyncio.gather(*calls, return_exceptions=True):
            if error is not None:
                raise error

    async def _sign(self, asker: Context, sign: Sign) -> None:
        """Put a sign to a member's message; the words that go with it say the same."""
        try:
            await self._of(asker.team).react(asker, sign)
        except MessageGone:
            log.info("message_deleted", tag="")
        except PlatformError as error:
            log.warning("sign_lost", reason=str(error))

    async def _direct(self, effect: Direct) -> None:
        """Tell a member something; the others are told even when this one cannot be reached."""
        try:
            await self._of(effect.member).direct(effect.member, effect.card)
        except PlatformError as error:
            log.warning("direct_message_lost", reason=str(error))

    async def _crown(self, effect: Crown) -> ChannelGone | None:
        """Let a role go over to who leads now; where it may not be given, nobody's is taken."""
        try:
            for joins, members in ((True, effect.gives), (False, effect.takes)):
                for one in members:
                    await self._of(one).enlist(one, effect.role, joins=joins)
        except ChannelGone as error:
            log.warning("no_role", reason=str(error))
            return error
        except Unreachable as error:
            if effect.must:
                raise
            log.warning("role_not_taken", reason=str(error))
        return None

    def ready(self, place: Ref) -> bool:
        """Whether what is due in a place is this process's, and can be posted now: whoever leads has what all hear."""
        platform = self._platforms.get(platform_of(place))  # there is none without a token any more
        return platform is not None and (platform.one_session or self._db.leading) and platform.ready(place)

    def _reaches(self, member: Ref) -> bool:
        platform = self._platforms.get(platform_of(member))
        return platform is not None and platform.reaches(member)

    async def hindrance(self, place: Ref, *, mentioned: bool = True) -> str:
        """Return in a sentence what keeps posts from a place, or what keeps a role from being used, or nothing."""
        return await self._of(place).hindrance(place, mentioned=mentioned)

    def _of(self, ref: Ref) -> Platform:
        if (platform := self._platforms.get(platform_of(ref))) is None:
            raise Unreachable(f"No token for {platform_of(ref)} is set.")
        return platform

    async def _ref(self, tag: str) -> Ref | None:
        """Return the message or thread under a tag."""
        if tag not in self._refs:
            entry = await self._sent(tag)
            if entry is None or entry.ref is None:
                return None
            _remember(self._refs, tag, entry.ref)
        return self._refs[tag]

    async def _sent(self, tag: str) -> Sent | None:
        def look(connection: Connection) -> Sent | None:
            return ledger.sent(connection, tag)

        return await self._db.read(look)


def _remember(known: dict[str, T], tag: str, value: T) -> None:
    if len(known) >= KNOWN_REFS:
        known.clear()
    known[tag] = value


def _asker(context: Context | None) -> Context:
    if context is None:
        raise TypeError("a reply needs somebody to reply to: a due command's outcome must not reply")
    return context
