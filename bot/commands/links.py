"""Commands about links: one person with accounts in several teams, and teams that have one board."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAccounts:
    """Give a code for an account elsewhere, take one, confirm or end a link; or the same for the whole team."""

    spec: ClassVar = Spec(name="link", summary="Be one person here and on another platform; off ends it")
    action: Annotated[
        str, Opt(options.LINKING, "off; team, for one board with another team (organisers); team off")
    ] = ""
    code: Annotated[str, Opt(options.CODE, "the code that you were given there")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeLink:
    """Agree to a link: first on the side where the code was typed, then on the side that made it."""

    spec: ClassVar = Spec(name="link-agree", summary="Agree to a link", reach=Reach.BUTTON)
    link: Annotated[int, Opt(options.NUMBER, "the link")]


@dataclass(frozen=True, slots=True, kw_only=True)
class DropLink:
    """Refuse a link, from either side."""

    spec: ClassVar = Spec(name="link-drop", summary="Refuse a link", reach=Reach.BUTTON)
    link: Annotated[int, Opt(options.NUMBER, "the link")]
