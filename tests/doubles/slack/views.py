"""Modals and App Home on the loopback Slack."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tests.doubles.slack.messages import JSON, SlackError, complete, elements_of, words_of
from tests.doubles.slack.rules import check_view
from tests.doubles.slack.world import Team

if TYPE_CHECKING:
    from tests.doubles.slack.people import User

DEEPEST: Final = 3  # views of a modal


@dataclass(eq=False, repr=False)
class View:
    """A modal or an App Home that a person has before them."""

    user: "User"
    body: JSON
    id: str
    hash: str = ""
    root: str = ""
    previous: str | None = None
    state: JSON = field(default_factory=dict)
    shown_by: Team | None = None  # the workspace whose app shows it, where that is another one than the person's

    def __repr__(self) -> str:
        return f"<{self.body.get('type')} of {self.user.name}: {self.words[:60]!r}>"

    @property
    def words(self) -> str:
        """All that a person reads in it."""
        return "\n".join(words_of([self.body.get("title"), self.body["blocks"]]))

    @property
    def blocks(self) -> list[JSON]:
        """Its blocks."""
        found: list[JSON] = self.body["blocks"]
        return found

    @property
    def inputs(self) -> dict[str, JSON]:
        """Its input blocks by their ids."""
        return {block["block_id"]: block for block in self.blocks if block["type"] == "input"}

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons."""
        return [one["text"]["text"] for _, one in elements_of(self.blocks) if one["type"] == "button"]

    def put(self, body: JSON) -> None:
        """Show something else."""
        team = self.user.team
        self.body = {**body, "blocks": complete(body["blocks"], team.world.mark)}
        self.hash = f"{team.world.now().timestamp():.0f}.{team.world.mark('h')}"
        team.world.note(f"{self.body['type']} for {self.user.name}: {self.words[:100]!r}")
        team.world.happened()

    def payload(self) -> JSON:
        """Return it as the Web API and interactions show it."""
        team = self.user.team
        empty: JSON = {"callback_id": "", "private_metadata": "", "external_id": "", "title": None, "submit": None}
        empty |= {"close": None, "clear_on_close": False, "notify_on_close": False}
        own: JSON = {"id": self.id, "team_id": team.id, "app_id": team.app.id, "bot_id": team.bot_id, "hash": self.hash}
        own |= {"root_view_id": self.root or self.id, "previous_view_id": self.previous}
        return {
            **empty,
            **self.body,
            **own,
            "app_installed_team_id": (self.shown_by or team).id,
            "state": {"values": self.state},
        }


def shown(user: "User", body: JSON, *, above: View | None = None) -> View:
    """Put a view before a person."""
    view = View(user, {}, user.team.world.mark("V"))
    if above is not None:
        view.root, view.previous = above.root or above.id, above.id
    view.put(body)
    user.team.views[view.id] = view
    return view


def replace(user: "User", body: JSON, *, by: Team) -> View:
    """Open a modal in the place of what was open."""
    user.modals = [shown(user, body)]
    user.modals[0].shown_by = by
    return user.modals[0]


def push(user: "User", body: JSON) -> View:
    """Open a modal above the open one."""
    if len(user.modals) >= DEEPEST:
        raise SlackError("push_limit_reached")
    user.modals.append(shown(user, body, above=user.modals[-1] if user.modals else None))
    return user.modals[-1]


def find(team: Team, view_id: str | None, external_id: str | None) -> View:
    """Return an open view by one of its ids."""
    if view_id in team.views:
        return team.views[view_id]
    named = [view for view in team.views.values() if external_id and view.body.get("external_id") == external_id]
    if not named:
        raise SlackError("not_found")
    return named[-1]


def check_hash(view: View | None, given: Any) -> None:
    """Refuse to overwrite a view that has changed since."""
    if given is not None and view is not None and given != view.hash:
        raise SlackError("hash_conflict")


def check_new(team: Team, body: Any) -> None:
    """Refuse a new modal that Slack would refuse."""
    check_view(body, "modal")
    external = body.get("external_id")
    if external and any(view.body.get("external_id") == external for view in team.views.values()):
        raise SlackError("duplicate_external_id")
