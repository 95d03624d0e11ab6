"""Tokens of the loopback Slack: who a caller is, how an app is installed and removed, and how tokens are renewed."""

# ruff: noqa: PLR0913  the arguments of a method are Slack's
import base64
import secrets
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.doubles.slack.messages import JSON, SlackError
from tests.doubles.slack.methods import METHODS, Asked, method
from tests.doubles.slack.people import User
from tests.doubles.slack.world import Team, Token, World

ROTATION_LASTS: Final = 43_200  # seconds that a renewed token is good for


@dataclass
class Approval:
    """A member's consent to an installation, which the bot exchanges for a token once."""

    team: Team
    by: User
    scopes: frozenset[str]
    redirect_uri: str | None
    used: bool = False


def authenticated(world: World, name: str, authorization: str, given: JSON) -> Token | None:
    """Return the caller's token, or refuse it."""
    found = METHODS.get(name)
    if found is None or found.token is None:
        return None
    text = given.pop("token", None) or authorization.removeprefix("Bearer ").strip()
    if not text:
        raise SlackError("not_authed")
    token = world.tokens.get(text)
    if token is None:
        raise SlackError("invalid_auth")
    if token.broken:
        raise SlackError(token.broken)
    if token.expires is not None and token.expires <= world.now():
        raise SlackError("token_expired")
    if found.token not in {"any", token.kind}:
        raise SlackError("not_allowed_token_type")
    return token


@method("auth.test", token="any")
def who_am_i(asked: Asked) -> JSON:
    """Return who the caller is."""
    if asked.token.kind == "app":
        return {"app_id": asked.world.app.id, "app_name": "Studyhall"}
    team = asked.team
    own = {"user": team.bot.name, "user_id": team.bot.id, "bot_id": team.bot_id, "is_enterprise_install": False}
    return {"url": f"https://{team.name.lower()}.slack.com/", "team": team.name, "team_id": team.id, **own}


@method("auth.revoke")
def revoke(asked: Asked, *, test: Any = False) -> JSON:
    """Give the token back; a bot's only token takes the app out of the workspace."""
    asked.token.broken = "token_revoked"
    if not any(t.team is asked.team and t.broken is None for t in asked.world.tokens.values()):
        uninstall(asked.team, error="token_revoked")
    return {"revoked": True}


@method("api.test", token=None)
def api_test(asked: Asked) -> JSON:
    """Answer."""
    return {}


@method("apps.connections.open", token="app")
def open_connection(asked: Asked) -> JSON:
    """Give out the address of a new connection."""
    asked.need("connections:write")
    return {"url": asked.world.ticket()}


@method("oauth.v2.access", token=None)
def access(
    asked: Asked, *, client_id: str, client_secret: str, code: str | None = None, redirect_uri: str | None = None,
    grant_type: str = "authorization_code", refresh_token: str | None = None,
) -> JSON:  # fmt: skip
    """Exchange an approval or a refresh token for a token."""
    app = asked.world.app
    if client_id != app.client_id:
        raise SlackError("invalid_client_id")
    if client_secret != app.client_secret:
        raise SlackError("bad_client_secret")
    if grant_type == "refresh_token":
        return _granted(_refreshed(asked.world, refresh_token), None)
    approval = asked.world.approvals.get(code or "")
    if approval is None:
        raise SlackError("invalid_code")
    if approval.used:
        raise SlackError("code_already_used")
    if approval.redirect_uri != redirect_uri:
        raise SlackError("bad_redirect_uri")
    approval.used = True
    return _granted(install(approval.team, approval.scopes), approval.by)


def basic(authorization: str) -> JSON:
    """Return the client's id and secret of a Basic header."""
    if not authorization.startswith("Basic "):
        return {}
    name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
    return {"client_id": name, "client_secret": secret}


def _refreshed(world: World, refresh: str | None) -> Token:
    old = next((token for token in world.tokens.values() if refresh and token.refresh == refresh), None)
    if old is None or old.team is None:
        raise SlackError("invalid_refresh_token")
    if old.broken:
        raise SlackError(old.broken)
    old.refresh = None  # it works once; the old access token works until it expires
    return world.new_token(old.team, old.scopes)


def _granted(token: Token, by: User | None) -> JSON:
    team = token.team
    assert team is not None
    body: JSON = {"app_id": team.app.id, "access_token": token.text, "token_type": "bot", "bot_user_id": team.bot.id}
    body |= {"scope": ",".join(sorted(token.scopes)), "team": {"id": team.id, "name": team.name}, "enterprise": None}
    body |= {"is_enterprise_install": False}
    if by is not None:
        body["authed_user"] = {"id": by.id}
    return body | ({"refresh_token": token.refresh, "expires_in": ROTATION_LASTS} if token.refresh else {})


def install(team: Team, scopes: frozenset[str] | None = None) -> Token:
    """Put the app into a workspace, and return its token."""
    team.installed = True
    return team.world.new_token(team, team.app.scopes if scopes is None else scopes)


def uninstall(team: Team, *, error: str = "account_inactive") -> None:
    """Take the app out of a workspace: it is told, and none of its tokens works any more."""
    team.announce({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [team.bot.id]}})
    team.announce({"type": "app_uninstalled"})
    team.installed = False
    for token in team.world.tokens.values():
        if token.team is team:
            token.broken = token.broken or error
    for channel in team.channels.values():
        if not channel.direct:
            channel.members.discard(team.bot.id)


def approve(by: User, address: str) -> str:
    """Let a member press Allow on the page that the bot's install page leads to; return where Slack sends the browser."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    world = by.team.world
    if asked["client_id"] != world.app.client_id:
        raise SlackError("invalid_client_id")
    code = secrets.token_hex(12)
    scopes = frozenset(asked["scope"].split(","))
    world.approvals[code] = Approval(by.team, by, scopes, asked.get("redirect_uri"))
    back = {"code": code, "state": asked["state"]} if "state" in asked else {"code": code}
    return f"{asked.get('redirect_uri', '')}?{urlencode(back)}"


def deny(address: str) -> str:
    """Let a member press Cancel there."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    back = {"error": "access_denied", "state": asked.get("state", "")}
    return f"{asked.get('redirect_uri', '')}?{urlencode(back)}"
