"""Members' own affairs: privacy, settings, help."""

import json
from collections.abc import Collection
from functools import partial
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands import ChangeSettings, DeleteData, ExportData, HideMember, ShowHelp
from bot.errors import BadValue, NotAllowed, Refused
from bot.handlers.boards import member_named
from bot.handlers.deps import Call, Deps, view_of
from bot.outcomes import (
    DataExported,
    DeletionExplained,
    HelpShown,
    HidingChanged,
    MemberDeleted,
    RoundView,
    SettingsShown,
    Side,
)
from bot.rules.likeness import content
from bot.rules.people import Account
from bot.rules.squads import BEST, MOST_BEST
from bot.store import (
    answers,
    appeals,
    away,
    boards,
    edits,
    facts,
    links,
    listening,
    live,
    marks,
    members,
    people,
    phrasings,
    questions,
    queue,
    review,
    rounds,
    schedules,
    squads,
    suggestions,
)

DELETED: Final = "Your data has just been deleted, so nothing is changed. Type it again, and you start anew."
UNCHANGED: Final = "Nothing is changed"
CARDS: Final = 20  # of the newest, that are shown anew when somebody hides
CONFIRMED: Final = frozenset(("delete", "confirm", "yes"))


async def export_data(_: ExportData, call: Call, deps: Deps) -> DataExported:
    """Hand over all that is kept of the asker."""

    async def look(connection: AsyncConnection) -> DataExported:
        document = await _kept_of(connection, call.who.account)
        if others := await people.others(connection, call.who.member):
            document["linked"] = [await _kept_of(connection, one) for one in others]
        return DataExported(json.dumps(document, indent=2, ensure_ascii=False) + "\n")

    return await deps.db.read(look)


async def _kept_of(connection: AsyncConnection, account: Account) -> dict[str, Any]:
    """Return all that is kept of one account."""
    me = account.member
    shares = await boards.shares(connection, account.team, me)
    return {
        **await members.export(connection, me),
        **await listening.export(connection, me),
        **await answers.export(connection, me),
        "appeals": await appeals.export(connection, me),
        "marked": await marks.export(connection, me),
        "taught": await phrasings.export(connection, me),
        "suggested": await suggestions.export(connection, me),
        "said_after_reveals": await facts.export(connection, me),
        "edited": await edits.export(connection, me),
        "remarks": await questions.export(connection, me),
        "asked": await rounds.export(connection, me),
        "schedules": await schedules.export(connection, me),
        "away": await away.export(connection, me),
        "review": await review.export(connection, me),
        "queued": await queue.export(connection, me),
        **await squads.export(connection, me),
        **await live.export(connection, me),
        **await boards.export(connection, me),
        "totals": [
            {"topic": s.topic, "level": s.level, "points": s.tally.points, "rounds": s.tally.rounds} for s in shares
        ],
    }


async def delete_data(command: DeleteData, call: Call, deps: Deps) -> DeletionExplained | MemberDeleted:
    """Delete the asker's words, name and identity, once they have confirmed it."""
    if command.confirm.casefold() not in CONFIRMED:
        return DeletionExplained([Side(*one) for one in await deps.db.read(partial(_linked, member=call.who.member))])

    async def forget(connection: AsyncConnection) -> MemberDeleted:
        mine = await people.accounts(connection, call.who.account)
        for one in mine:
            await members.forget(connection, one.team, one.member, now=call.now)
        content.cache_clear()  # it is keyed by answers
        return MemberDeleted([view for one in mine for view in await _cards_of(connection, one, deps)])

    return await deps.db.write(forget, erases=True)


async def _linked(connection: AsyncConnection, member: int) -> Collection[tuple[str, str]]:
    """Return the names and references of a member's other accounts."""
    others = await people.others(connection, member)
    return (await links.sides(connection, [one.member for one in others])).values()


async def hide_member(command: HideMember, call: Call, deps: Deps) -> HidingChanged:
    """Hide the asker from boards, or show them again."""

    async def hide(connection: AsyncConnection) -> HidingChanged:
        if not await members.change(connection, call.who.team, call.who.member, hidden=command.switch):
            raise Refused(DELETED, heading=UNCHANGED)
        return HidingChanged(command.switch, await _cards_of(connection, call.who.account, deps))

    return await deps.db.write(hide)


async def _cards_of(connection: AsyncConnection, account: Account, deps: Deps) -> list[RoundView]:
    """Return the rounds whose cards name an account, as they are to be shown from now on."""
    own = await deps.of(await members.team_ref(connection, account.team))
    found = await rounds.shown_of(connection, account.member, team_id=account.team, limit=CARDS)
    return [await view_of(connection, one, own.bank) for one in found]


async def change_settings(command: ChangeSettings, call: Call, deps: Deps) -> SettingsShown:
    """Show the settings after changing those that are given."""
    if not call.organiser and (
        command.zone
        or command.desk
        or command.appoint
        or command.dismiss
        or command.best is not None
        or command.live is not None
    ):
        raise NotAllowed("Only organisers can change the team's settings. /settings share=on is yours to change.")

    async def change(connection: AsyncConnection) -> SettingsShown:
        changed = await _change_own(connection, command, call) | await _change_team(connection, command, call)
        who = await members.find(connection, call.context)
        if who is None:
            raise Refused(DELETED, heading=UNCHANGED)
        schedule = await schedules.of_channel(connection, call.who.channel)
        heard = [name for _, name in await listening.heard_of(connection, call.who.member)]
        organisers = await members.appointed(connection, call.who.team, hidden=call.organiser)
        return SettingsShown(
            shares=who.shares, hidden=who.hidden, reminds=who.reminds, reviews=who.reviews, mentions=who.mentions,
            quiet=who.quiet, own_zone=who.own_zone or who.zone, notified=heard, zone=who.zone, desk_at=who.desk_at,
            organiser=call.organiser, organisers=organisers, best=await squads.best(connection, call.who.team), changed=changed,
            live=await members.live_counts(connection, call.who.team), role_name=schedule.plan.role_name if schedule else "",
        )  # fmt: skip

    return await deps.db.write(change)


async def _change_own(connection: AsyncConnection, command: ChangeSettings, call: Call) -> dict[str, str]:
    """Change what a member settles for themselves, and return what is said of it."""
    changed: dict[str, str] = {}
    switches = (
        ("share", "shares", command.share),
        ("remind", "reminds", command.remind),
        ("review", "reviews", command.review),
        ("mention", "mentions", command.mention),
    )
    for what, column, switch in switches:
        if switch is not None:
            await members.change(connection, call.who.team, call.who.member, **{column: switch})
            changed[what] = "on" if switch else "off"
    for what, column, words in (("quiet", "quiet", command.quiet), ("my_zone", "zone", command.my_zone)):
        if words is not None:
            await members.change(connection, call.who.team, call.who.member, **{column: words})
            changed[what] = words or "none"
    return changed | await _listen(connection, command, call)


async def _listen(connection: AsyncConnection, command: ChangeSettings, call: Call) -> dict[str, str]:
    """Note whether a member wants to hear of the questions of the channel where they type it."""
    if command.notify is None:
        return {}
    if command.notify and await schedules.of_channel(connection, call.who.channel) is None:
        raise Refused(
            "There is no daily question here. Type it in the channel whose questions you want to hear of.",
            heading=UNCHANGED,
        )
    place = {"team_id": call.who.team, "channel_id": call.who.channel, "member_id": call.who.member}
    await listening.listen(connection, **place, on=command.notify)
    return {"notify": f"{'on' if command.notify else 'off'}, for #{call.who.channel_name}"}


async def _change_team(connection: AsyncConnection, command: ChangeSettings, call: Call) -> dict[str, str]:
    """Change what organisers settle for the team, and return what is said of it."""
    changed: dict[str, str] = {}
    if command.zone:
        await members.set_zone(connection, call.who.team, command.zone)
        changed["zone"] = command.zone
    if command.desk:
        await members.set_desk_at(connection, call.who.team, command.desk)
        changed["desk"] = f"{command.desk:%H:%M}"
    if command.best is not None:
        if not 1 <= command.best <= MOST_BEST:
            raise BadValue(f"A team's score is the mean of 1 to {MOST_BEST} members: /settings best={BEST}")
        await squads.set_best(connection, call.who.team, command.best)
        changed["best"] = str(command.best)
    if command.live is not None:
        await members.set_live_counts(connection, call.who.team, counts=command.live)
        changed["live"] = "count" if command.live else "do not count"
    for what, name in (("appoint", command.appoint), ("dismiss", command.dismiss)):
        if name:
            if what == "appoint":
                await members.introduce(connection, call.context, name, team_id=call.who.team)
            member, called = await member_named(connection, call, name, organisers=what == "dismiss")
            if what == "dismiss" and called not in await members.appointed(connection, call.who.team, hidden=True):
                raise Refused(f"{called} is no appointed organiser. Who is an admin here is one all the same.")
            await members.change(connection, call.who.team, member, organiser=what == "appoint")
            changed[what] = called
    return changed


async def show_help(command: ShowHelp, call: Call, deps: Deps) -> HelpShown:
    """Say what the asker needs to know, or can type."""
    topics = [(topic.topic, topic.title) for topic in deps.bank.topics.values()]
    return HelpShown(about=command.about, organiser=call.organiser, topics=topics)
