"""Several workspaces: which are served, and their tokens, kept encrypted and renewed before they end.

A token is renewed whenever it is asked for, so a scheduled post that no event from Slack goes before finds a good one.
"""

import asyncio
import hashlib
import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.commands import NAME
from adapters.slack.errors import REACHED, code_of
from adapters.slack.socket import silent
from adapters.slack.web import SECONDS
from bot.clock import Clock
from bot.errors import ChannelGone, SettingsError, Unreachable
from bot.ports import Inbox, Notebook

log = structlog.get_logger(__name__)
KEY: Final = "STUDYHALL_SLACK_ENCRYPTION_KEY"
RENEW_BEFORE: Final = timedelta(hours=2)
STATE_SECONDS: Final = 600
GONE: Final = "Studyhall is not installed in this workspace (any more). An admin can install it again."
REST: Final = timedelta(minutes=1)  # after a renewal that failed
ENDED: Final = "The workspace's token has ended, and Slack gives no new one yet."
USED_UP: Final = frozenset(
    {"invalid_grant", "invalid_refresh_token"}
)  # a renewal whose answer never came: it is good once
AGAIN: Final = (
    "Slack renews the workspace's token no more. An admin has to install the app again, at the bot's install page."
)
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A workspace's token; `renewal` is what a new one is had for when it ends."""

    token: str
    renewal: str = ""
    ends: str = ""

    def due(self, now: datetime) -> bool:
        """Whether it is time to renew it."""
        return bool(self.renewal and self.ends) and datetime.fromisoformat(self.ends) - now < RENEW_BEFORE

    def over(self, now: datetime) -> bool:
        """Whether it has ended."""
        return bool(self.ends) and datetime.fromisoformat(self.ends) <= now


def cipher(keys: Sequence[str]) -> MultiFernet:
    """Return what hides and opens the tokens: the first key hides, any of them opens; raises SettingsError."""
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise SettingsError(
            [f"{KEY}: not a key; make one as docs/slack.md says, and keep those before it behind a comma"]
        ) from None


class Workspaces:
    """The tokens of all workspaces that have installed the app; `served` names those that may, and none means all."""

    def __init__(
        self, base: str, client: tuple[str, str], keys: Sequence[str], *, notebook: Notebook, clock: Clock,
        served: Collection[str] = (),
    ) -> None:  # fmt: skip
        self._served = served
        self.cipher = cipher(keys)
        self._base = base
        self._client = client
        self._notebook = notebook
        self._clock = clock
        self._grants: dict[str, Grant] = {}
        self._hidden: dict[str, str] = {}  # as they stand in the notebook
        self._locks: dict[str, asyncio.Lock] = {}
        self._not_before: dict[str, datetime] = {}  # by workspace: when to try again to renew its token

    def serves(self, team: str) -> bool:
        """Whether a workspace may have the bot."""
        return not self._served or team in self._served

    async def of(self, team: str) -> str:
        """Return a workspace's token, a new one if the old one ends soon."""
        async with self._locks.setdefault(team, asyncio.Lock()):
            grant = await self._grant(team)
            if grant.due(self._clock.now()) and self._clock.now() >= self._not_before.get(team, _LONG_AGO):
                grant = await self._renewed(team, grant)
        if grant.over(self._clock.now()):
            raise ChannelGone(AGAIN) if not grant.renewal else Unreachable(ENDED)
        return grant.token

    async def keep(self, team: str, grant: Grant) -> None:
        """Keep a workspace's token, encrypted."""
        async with self._locks.setdefault(team, asyncio.Lock()):
            await self._keep(team, grant)

    async def _keep(self, team: str, grant: Grant) -> None:
        hidden = self._hide(grant)
        await self._notebook.put(_key(team), hidden)
        self._grants[team], self._hidden[team] = grant, hidden

    def _hide(self, grant: Grant) -> str:
        return self.cipher.encrypt(json.dumps(asdict(grant)).encode()).decode()

    async def forget(self, team: str) -> bool:
        """Forget a workspace's token, and return whether there was one."""
        async with self._locks.setdefault(team, asyncio.Lock()):
            known = bool(await self._notebook.get(_key(team)))
            await self._notebook.put(_key(team), "")
            self._grants.pop(team, None)
        return known

    async def _grant(self, team: str) -> Grant:
        if self._notebook.shared or team not in self._grants:  # another process may have renewed it
            hidden = await self._notebook.get(_key(team)) if self.serves(team) else ""
            if not hidden:
                raise ChannelGone(GONE)
            try:
                self._grants[team] = Grant(**json.loads(self.cipher.decrypt(hidden.encode())))
            except InvalidToken:
                raise Unreachable(f"None of the keys in {KEY} opens this workspace's token.") from None
            self._hidden[team] = hidden
        return self._grants[team]

    async def _renewed(self, team: str, grant: Grant) -> Grant:
        """Return a renewed grant; where that fails, the old one."""
        identifier, secret = self._client
        client = AsyncWebClient(base_url=self._base, timeout=int(SECONDS), retry_handlers=[], logger=silent)
        try:
            answer = await client.oauth_v2_access(
                client_id=identifier, client_secret=secret, grant_type="refresh_token", refresh_token=grant.renewal
            )
        except (SlackApiError, *REACHED) as error:
            why = code_of(error) if isinstance(error, SlackApiError) else type(error).__name__
            if (there := await self._grant(team)) != grant:  # another process was sooner
                return there
            log.warning("token_not_renewed", team=team, reason=why)
            self._not_before[team] = self._clock.now() + REST
            return await self._replaced(team, grant, replace(grant, renewal="")) if why in USED_UP else grant
        return await self._replaced(team, grant, granted(answer.data, self._clock.now()))

    async def _replaced(self, team: str, old: Grant, new: Grant) -> Grant:
        """Keep a grant in the place of another; return what another process has put there meanwhile, if that is a token of its own.

        Raises ChannelGone where the workspace has taken me out.
        """
        hidden = self._hide(new)
        while not await self._notebook.replace(_key(team), self._hidden[team], hidden):
            self._grants.pop(team)
            if (there := await self._grant(team)).token != old.token:
                return there
        self._grants[team], self._hidden[team] = new, hidden
        return new


def granted(answer: Any, now: datetime) -> Grant:
    """Return what Slack granted."""
    ends = (now + timedelta(seconds=answer["expires_in"])).isoformat() if answer.get("expires_in") else ""
    return Grant(token=answer["access_token"], renewal=answer.get("refresh_token") or "", ends=ends)


def _key(team: str) -> str:
    return f"{NAME}:grant:{team}"


class States(AsyncOAuthStateStore):
    """Installations that were begun: a state says when, and is good once and for ten minutes."""

    def __init__(self, hidden: MultiFernet, inbox: Inbox, clock: Clock) -> None:
        self._cipher = hidden
        self._inbox = inbox
        self._clock = clock

    async def async_issue(self, *_: Any, **__: Any) -> str:
        """Return a new state."""
        return self._cipher.encrypt_at_time(secrets.token_bytes(16), self._now()).decode()

    async def async_consume(self, state: str) -> bool:
        """Whether a state is ours, fresh, and was not used before."""
        try:
            known = self._cipher.decrypt_at_time(state.encode(), STATE_SECONDS, self._now())
        except InvalidToken:
            return False
        delivery = f"{NAME}:state:{hashlib.sha256(known).hexdigest()}"
        new = await self._inbox.take(delivery, {})
        await self._inbox.done(delivery)
        return new

    def _now(self) -> int:
        return int(self._clock.now().timestamp())
