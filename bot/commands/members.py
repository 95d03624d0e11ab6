"""Commands about a member's own data and settings, and the help."""

from dataclasses import dataclass
from datetime import time
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportData:
    """Hand a member all their own data as JSON."""

    spec: ClassVar = Spec(name="privacy export", summary="Get all your own data as JSON")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteData:
    """Delete a member's answers, name and identity; anonymous totals stay."""

    spec: ClassVar = Spec(name="privacy delete", summary="Delete your answers, name and identity for good")
    confirm: Annotated[str, Opt(options.TEXT, "the word “delete”", offered=False)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HideMember:
    """Keep a member off the boards, or show them again."""

    spec: ClassVar = Spec(name="privacy hide", summary="Hide yourself from the boards (off: show again)")
    switch: Annotated[bool, Opt(options.SWITCH, "on or off")] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSettings:
    """Show the settings, or change those that are given."""

    spec: ClassVar = Spec(name="settings", summary="Show or change settings, yours and the team's")
    share: Annotated[bool | None, Opt(options.SWITCH, "may a reveal quote your best answer? on or off", named=True)] = (
        None
    )
    remind: Annotated[
        bool | None,
        Opt(
            options.SWITCH, "a private word two hours before a reveal that would end your streak? on or off", named=True
        ),
    ] = None
    review: Annotated[
        bool | None,
        Opt(options.SWITCH, "a private word in the morning when something is due in review? on or off", named=True),
    ] = None
    notify: Annotated[
        bool | None,
        Opt(
            options.SWITCH,
            "a private word of each daily question of this channel and its reveal? on or off",
            named=True,
        ),
    ] = None
    mention: Annotated[bool | None, Opt(options.SWITCH, "may boards mention you? on or off", named=True)] = None
    quiet: Annotated[
        str | None, Opt(options.QUIET, "hours in which I tell you nothing in private, or none", named=True)
    ] = None
    my_zone: Annotated[str | None, Opt(options.ZONE, "the time zone of your quiet hours", named=True)] = None
    zone: Annotated[str | None, Opt(options.ZONE, "the team's time zone (organisers)", named=True)] = None
    desk: Annotated[
        time | None, Opt(options.OTHER_TIME, "when organisers are told what waits for them (organisers)", named=True)
    ] = None
    best: Annotated[
        int | None, Opt(options.BEST, "how many of a team's best members make its score (organisers)", named=True)
    ] = None
    live: Annotated[
        bool | None, Opt(options.SWITCH, "do live rounds count on the boards? on or off (organisers)", named=True)
    ] = None
    appoint: Annotated[str | None, Opt(options.MEMBER, "make a member an organiser (organisers)", named=True)] = None
    dismiss: Annotated[str | None, Opt(options.MEMBER, "take that back (organisers)", named=True)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHelp:
    """Say what a member needs to know, or list what can be typed, by members or by organisers, or the topics."""

    spec: ClassVar = Spec(name="help", summary="Show how it works, and what you can type")
    about: Annotated[str | None, Opt(options.HELP, "what to list")] = None
