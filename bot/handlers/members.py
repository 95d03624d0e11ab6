"""Members' own affairs: privacy, settings, help."""

import json
from collections.abc import Collection
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection

from bot.commands import ChangeSettings, DeleteData, ExportData, HideMember, ShowHelp
from bot.errors import BadValue, NotAllowed, Refused
from bot.handlers.boards import member_named
from bot.handlers.deeds import note_settings
from bot.handlers.deps import Call, Deps, view_of, zone_of
from bot.outcomes import (
    Crowned,
    DataExported,
    DeletionExplained,
    HelpShown,
    HidingChanged,
    MemberDeleted,
    RoundView,
    SettingsShown,
    Side,
)
from bot.rules.people import Account
from bot.rules.squads import BEST, MOST_BEST
from bot.store import (
    answers,
    appeals,
    away,
    boards,
    deeds,
    edits,
    facts,
    ledger,
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
from bot.store.notebook import erased

DELETED: Final = "Your data has just been deleted, so nothing is changed. Type it again, and you start anew."
UNCHANGED: Final = "Nothing is changed"
CARDS: Final = 20  # of the newest, that are shown anew when somebody hides
CONFIRMED: Final = frozenset(("delete", "confirm", "yes"))


async def export_data(_: ExportData, call: Call, deps: Deps) -> DataExported:
    """Hand over all that is kept of the asker."""

    def look(connection: Connection) -> DataExported:
        document = _kept_of(connection, call.who.account)
        if others := people.others(connection, call.who.member):
            document["linked"] = [_kept_of(connection, one) for one in others]
        return DataExported(json.dumps(document, indent=2, ensure_ascii=False) + "\n")

    return await deps.db.read(look)


def _kept_of(connection: Connection, account: Account) -> dict[str, Any]:
    """Return all that is kept of one account."""
    me = account.member
    shares = boards.shares(connection, account.team, me)
    return {
        **members.export(connection, me),
        **listening.export(connection, me),
        **answers.export(connection, me),
        "appeals": appeals.export(connection, me),
        "marked": marks.export(connection, me),
        "taught": phrasings.export(connection, me),
        "suggested": suggestions.export(connection, me),
        "said_after_reveals": facts.export(connection, me),
        "edited": edits.export(connection, me),
        "remarks": questions.export(connection, me),
        "asked": rounds.export(connection, me),
        "schedules": schedules.export(connection, me),
        "away": away.export(connection, me),
        "review": review.export(connection, me),
        "queued": queue.export(connection, me),
        **deeds.export(connection, me),
        **squads.export(connection, me),
        **live.export(connection, me),
        **boards.export(connection, me),
        "totals": [
            {"topic": s.topic, "level": s.level, "points": s.tally.points, "rounds": s.tally.rounds} for s in shares
        ],
    }


async def delete_data(command: DeleteData, call: Call, deps: Deps) -> DeletionExplained | MemberDeleted:
    """Delete the asker's words, name and identity, once they have confirmed it."""
    if command.confirm.casefold() not in CONFIRMED:
        return DeletionExplained([Side(*one) for one in await deps.db.read(partial(_linked, member=call.who.member))])

    def forget(connection: Connection) -> tuple[list[Account], list[Crowned]]:
        mine = people.accounts(connection, call.who.account)
        crowns = [crown for one in mine for crown in _crowns(connection, one)]
        for one in mine:
            members.forget(connection, one.team, one.member, now=call.now)
        erased(connection)
        return mine, crowns

    mine, crowns = await deps.db.write(forget, erases=True)
    return MemberDeleted([view for one in mine for view in await _cards_of(one, deps)], crowns)


def _crowns(connection: Connection, one: Account) -> list[Crowned]:
    """Return the champions' roles that are to be taken from an account."""
    refs = list(members.refs_in(connection, [one.member], team_id=one.team).values())
    return [Crowned(role=role, now=(), before=refs) for role in ledger.crowns(connection, one.member, team_id=one.team)]


def _linked(connection: Connection, member: int) -> Collection[tuple[str, str]]:
    """Return the names and references of a member's other accounts."""
    others = people.others(connection, member)
    return links.sides(connection, [one.member for one in others]).values()


async def hide_member(command: HideMember, call: Call, deps: Deps) -> HidingChanged:
    """Hide the asker from boards, or show them again."""

    def hide(connection: Connection) -> list[Crowned]:
        if not members.change(connection, call.who.team, call.who.member, hidden=command.switch):
            raise Refused(DELETED, heading=UNCHANGED)
        return _crowns(connection, call.who.account) if command.switch else []

    crowns = await deps.db.write(hide)
    return HidingChanged(command.switch, await _cards_of(call.who.account, deps), crowns)


async def _cards_of(account: Account, deps: Deps) -> list[RoundView]:
    """Return the rounds whose cards name an account, as they are to be shown from now on."""
    own = await deps.of_team(account.team)

    def look(connection: Connection) -> list[RoundView]:
        found = rounds.shown_of(connection, account.member, team_id=account.team, limit=CARDS)
        return [view_of(connection, one, own.bank) for one in found]

    return await deps.db.read(look)


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

    def change(connection: Connection) -> SettingsShown:
        changed = _change_own(connection, command, call) | _change_team(connection, command, call)
        who = members.find(connection, call.context)
        if who is None:
            raise Refused(DELETED, heading=UNCHANGED)
        schedule = schedules.of_channel(connection, call.who.channel)
        heard = [name for _, name in listening.heard_of(connection, call.who.member)]
        organisers = members.appointed(connection, call.who.team, hidden=call.organiser)
        return SettingsShown(
            shares=who.shares, hidden=who.hidden, reminds=who.reminds, reviews=who.reviews, mentions=who.mentions,
            quiet=who.quiet, own_zone=who.own_zone or who.zone, notified=heard, zone=who.zone, desk_at=who.desk_at,
            organiser=call.organiser, organisers=organisers, best=squads.best(connection, call.who.team), changed=changed,
            live=members.live_counts(connection, call.who.team), role_name=schedule.plan.role_name if schedule else "",
        )  # fmt: skip

    return await deps.db.write(change)


def _change_own(connection: Connection, command: ChangeSettings, call: Call) -> dict[str, str]:
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
            members.change(connection, call.who.team, call.who.member, **{column: switch})
            changed[what] = "on" if switch else "off"
    zone = command.my_zone or (_zone_of_quiet(connection, call) if command.quiet else None)
    for what, column, words in (("quiet", "quiet", command.quiet), ("my_zone", "zone", zone)):
        if words is not None:
            members.change(connection, call.who.team, call.who.member, **{column: words})
            changed[what] = words or "none"
    return changed | _listen(connection, command, call)


def _zone_of_quiet(connection: Connection, call: Call) -> str | None:
    """Return whose clock quiet hours go by: the member's own, else the channel's, or that of a schedule of the team; None without any."""
    if call.who.own_zone or (zone := zone_of(connection, call)) != "UTC":
        return call.who.own_zone or zone
    plans = [one.plan for one in schedules.of_team(connection, call.who.team) if not one.fault]
    return plans[0].zone if plans else None


def _listen(connection: Connection, command: ChangeSettings, call: Call) -> dict[str, str]:
    """Note whether a member wants to hear of the questions of the channel where they type it."""
    if command.notify is None:
        return {}
    if command.notify and schedules.of_channel(connection, call.who.channel) is None:
        raise Refused(
            "There is no daily question here. Type it in the channel whose questions you want to hear of.",
            heading=UNCHANGED,
        )
    place = {"team_id": call.who.team, "channel_id": call.who.channel, "member_id": call.who.member}
    listening.listen(connection, **place, on=command.notify)
    return {"notify": f"{'on' if command.notify else 'off'}, for #{call.who.channel_name}"}


def _change_team(connection: Connection, command: ChangeSettings, call: Call) -> dict[str, str]:
    """Change what organisers settle for the team, and return what is said of it."""
    changed: dict[str, str] = {}
    whose: dict[str, int] = {}
    if command.zone:
        members.set_zone(connection, call.who.team, command.zone)
        changed["zone"] = command.zone
    if command.desk:
        members.set_desk_at(connection, call.who.team, command.desk)
        changed["desk"] = f"{command.desk:%H:%M}"
    if command.best is not None:
        if not 1 <= command.best <= MOST_BEST:
            raise BadValue(f"A team's score is the mean of 1 to {MOST_BEST} members: /settings best={BEST}")
        squads.set_best(connection, call.who.team, command.best)
        changed["best"] = str(command.best)
    if command.live is not None:
        members.set_live_counts(connection, call.who.team, counts=command.live)
        changed["live"] = "count" if command.live else "do not count"
    for what, name in (("appoint", command.appoint), ("dismiss", command.dismiss)):
        if name:
            if what == "appoint":
                members.introduce(connection, call.context, name, team_id=call.who.team)
            member, called = member_named(connection, call, name, organisers=what == "dismiss")
            if what == "dismiss" and called not in members.appointed(connection, call.who.team, hidden=True):
                raise Refused(f"{called} is no appointed organiser. Who is an admin here is one all the same.")
            members.change(connection, call.who.team, member, organiser=what == "appoint")
            changed[what], whose[what] = called, member
    note_settings(connection, call, changed, whose)
    return changed


async def show_help(command: ShowHelp, call: Call, deps: Deps) -> HelpShown:
    """Say what the asker needs to know, or can type."""
    topics = [(topic.topic, topic.title) for topic in deps.bank.topics.values()]
    return HelpShown(about=command.about, organiser=call.organiser, topics=topics)
