"""The pages on which an admin installs the bot, and whom they turn away: with words, and their token given back."""

import html
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Final

import structlog
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models import Installation
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.commands import INSTALL_PATH, REDIRECT_PATH, SCOPES
from adapters.slack.errors import REACHED
from adapters.slack.oauth import STATE_SECONDS, States, Workspaces, granted
from adapters.slack.socket import silent
from adapters.slack.web import SECONDS
from bot.clock import Clock

log = structlog.get_logger(__name__)
Installed = Callable[[str], Awaitable[None]]
WHOLE_ORGANISATION: Final = (
    "Studyhall works in single workspaces, not yet in a whole organisation at once. Nothing was installed. "
    "Open the install page again, and choose one workspace."
)
NOT_SERVED: Final = "This Studyhall serves other workspaces only. Nothing was installed. Ask who runs it."


class TurnedAway(BoltError):
    """An installation that is not kept; the message is shown to who pressed Allow."""


class Installations(AsyncInstallationStore):
    """Where Bolt hands over what Slack granted."""

    def __init__(self, workspaces: Workspaces, clock: Clock, installed: Installed) -> None:
        self._workspaces = workspaces
        self._clock = clock
        self._installed = installed

    async def async_save(self, installation: Installation) -> None:
        """Keep a workspace's token, and tell the core that it is here; raises TurnedAway."""
        team, ends = installation.team_id or "", installation.bot_token_expires_at
        if installation.is_enterprise_install or not team:
            raise TurnedAway(WHOLE_ORGANISATION)
        if not self._workspaces.serves(team):
            raise TurnedAway(NOT_SERVED)
        lasts = ends and ends - int(installation.installed_at)
        answer = {"access_token": installation.bot_token, "refresh_token": installation.bot_refresh_token}
        await self._workspaces.keep(team, granted({**answer, "expires_in": lasts}, self._clock.now()))
        await self._installed(team)
        log.info("workspace_installed", team=team)


class Pages(AsyncOAuthFlow):
    """Bolt's pages; the token of whom they turn away is given back, which takes the app out again."""

    async def store_installation(self, request: object, installation: Installation) -> None:  # noqa: ARG002  Bolt's
        """Have an installation kept; raises TurnedAway."""
        try:
            await self.settings.installation_store.async_save(installation)
        except TurnedAway as error:
            log.warning("workspace_turned_away", team=installation.team_id, reason=str(error))
            with suppress(SlackApiError, *REACHED):
                await self.client.auth_revoke(token=installation.bot_token or "")
            raise


def flow(base: str, client: tuple[str, str], store: Installations, states: States) -> Pages:
    """Return the pages for installing the app."""
    identifier, secret = client
    settings = AsyncOAuthSettings(
        client_id=identifier, client_secret=secret, scopes=SCOPES, install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH, installation_store=store, state_store=states, state_expiration_seconds=STATE_SECONDS,
        callback_options=AsyncCallbackOptions(success=_installed, failure=_failed), logger=silent,
    )  # fmt: skip
    web = AsyncWebClient(base_url=base, timeout=int(SECONDS), logger=silent)
    return Pages(client=web, settings=settings, logger=silent)


async def _installed(done: AsyncSuccessArgs) -> BoltResponse:
    return await done.default.success(done)


async def _failed(failed: AsyncFailureArgs) -> BoltResponse:
    if not isinstance(failed.error, TurnedAway):
        return await failed.default.failure(failed)
    page = f"<!doctype html><title>Studyhall</title><p>{html.escape(str(failed.error))}</p>"
    return BoltResponse(status=HTTPStatus.FORBIDDEN, headers={"Content-Type": "text/html; charset=utf-8"}, body=page)
