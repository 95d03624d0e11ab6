"""Settings: from the environment, from `.env`, and secrets also from files. All problems are reported together."""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import available_timezones

from dotenv import dotenv_values
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError
from bot.text import nearest

PREFIX: Final = "STUDYHALL_"
ENV_FILE: Final = ".env"
DATABASE: Final = "studyhall.db"  # in the data folder
LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
YEARS: Final = range(2000, 2100)  # that the clock can be set to: near the calendar's ends no day has a neighbour


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        message = "not an IANA time zone; write one such as Europe/Berlin"
        raise ValueError(message)
    return name


def _within_reach(when: datetime) -> datetime:
    if when.year not in YEARS:
        message = f"too far away; write an instant of the years {YEARS[0]} to {YEARS[-1]}"
        raise ValueError(message)
    return when


def _ids(written: object) -> object:
    """Read ids with commas between them."""
    if not isinstance(written, str):
        return written
    parts = [part.strip() for part in written.split(",") if part.strip()]
    if strange := [part for part in parts if not (part.isascii() and part.isdecimal())]:
        message = f"“{strange[0]}” is no id; write numbers with commas, as Discord's Copy Server ID gives them"
        raise ValueError(message)
    return frozenset(map(int, parts))


def _workspaces(written: object) -> object:
    """Read ids of Slack's workspaces with commas between them."""
    if not isinstance(written, str):
        return written
    parts = [part.strip() for part in written.split(",") if part.strip()]
    if strange := [part for part in parts if not re.fullmatch(r"T[A-Z0-9]+", part)]:
        message = f"“{strange[0]}” is no workspace; write ids with commas, such as T012AB3CD: they stand in app.slack.com/client/T012AB3CD"
        raise ValueError(message)
    return frozenset(parts)


def _of_postgresql(address: SecretStr) -> SecretStr:
    message = "not the address of a PostgreSQL database; write postgresql://user:password@host:5432/studyhall"
    try:
        scheme = urlsplit(address.get_secret_value()).scheme
    except ValueError:
        raise ValueError(message) from None  # its own words may hold the password
    if scheme not in {"postgresql", "postgres"}:
        raise ValueError(message)
    return address


def _site(written: str) -> str:
    """Return an address of a web page without what may stand behind it, or nothing."""
    found = re.fullmatch(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?/?", written.lower())
    if written and (found is None or (found[1] == "http" and found[2] not in LOOPBACK)):
        message = "write it as https://hall.example.org, without a path; http is for localhost alone"
        raise ValueError(message)
    return written.rstrip("/").lower()


class Settings(BaseSettings):
    """What an operator can set; each is STUDYHALL_ and the name in capitals, and STUDYHALL_..._FILE reads a file.

    One that is set to nothing has its default: an address of nothing would be every address of the machine.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    data_dir: Path = Field(default=Path("data"), description="Folder of the database, its backups and the logs.")
    database_url: Annotated[SecretStr, AfterValidator(_of_postgresql)] | None = Field(
        default=None, description="Address of a PostgreSQL database, in place of the file in the data folder."
    )
    content_dir: Path = Field(default=Path("content"), description="Folder of the question bank.")
    zone: Annotated[str, AfterValidator(_known_zone)] = Field(
        default="UTC", description="Time zone of a team that has not set its own."
    )
    http_port: int | None = Field(
        default=None, ge=1, le=65535, description="Port of /livez, /readyz and /metrics; unset: no HTTP side."
    )
    http_host: str = Field(default="127.0.0.1", description="Address that the HTTP side listens on.")
    hall_url: Annotated[str, AfterValidator(_site)] = Field(
        default="", description="Address under which people reach the hall, a web page; unset: no hall."
    )
    hall_host: str = Field(default="127.0.0.1", description="Address on which the hall's requests are taken.")
    hall_port: int = Field(default=3080, ge=0, le=65535, description="Port on which the hall's requests are taken.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="How much is logged.")
    log_format: Literal["json", "text"] = Field(default="json", description="Logs for machines or for people.")
    graders: int = Field(
        default=0,
        ge=0,
        le=64,
        description="Processes beside the bot in which answers are graded; 0: in the bot itself.",
    )
    answers_days: int | None = Field(
        default=None, ge=1, le=36_500, description="Days after which the words of answers are deleted; the grades stay."
    )
    start_at: Annotated[AwareDatetime, AfterValidator(_within_reach)] | None = Field(
        default=None, description="Begin as if it were this instant, for rehearsals: 2026-11-23T08:59:00+01:00"
    )
    seed: int | None = Field(default=None, description="Makes the choice of questions repeatable.")
    opinion: Literal["doubt", "help"] = Field(
        default="doubt", description="What a second opinion may do: raise doubt about grades, or find points in them."
    )
    opinion_url: str = Field(
        default="", description="A second opinion on grades: base address of an endpoint that speaks OpenAI's chat API."
    )
    opinion_model: str = Field(default="", description="The model to ask for second opinions.")
    opinion_key: SecretStr | None = Field(default=None, description="The key of that endpoint.")
    opinions_a_day: int = Field(default=200, ge=0, description="How many second opinions a team gets in 24 hours.")
    discord_token: SecretStr | None = Field(default=None, description="Discord bot token.")
    discord_guilds: Annotated[frozenset[int], NoDecode, BeforeValidator(_ids)] = Field(
        default=frozenset(), description="Ids of the Discord servers to serve, with commas; none: all."
    )
    discord_message_content: bool = Field(
        default=True, description="Ask Discord for messages' words; without, threads need a mention of the bot."
    )
    discord_api: str = Field(default="https://discord.com/api/v10", description="Base address of Discord's API.")
    discord_gateway: str = Field(default="wss://gateway.discord.gg/", description="Address of Discord's gateway.")
    slack_bot_token: SecretStr | None = Field(default=None, description="Slack bot token (xoxb-...).")
    slack_app_token: SecretStr | None = Field(default=None, description="Slack app token for Socket Mode (xapp-...).")
    slack_signing_secret: SecretStr | None = Field(
        default=None, description="Slack signing secret, when Slack calls the bot over HTTP."
    )
    slack_client_id: str = Field(default="", description="Client id of the Slack app, for several workspaces.")
    slack_client_secret: SecretStr | None = Field(default=None, description="Client secret of the Slack app.")
    slack_encryption_key: SecretStr | None = Field(
        default=None, description="Keys for the workspaces' tokens in the database, newest first, with commas."
    )
    slack_workspaces: Annotated[frozenset[str], NoDecode, BeforeValidator(_workspaces)] = Field(
        default=frozenset(), description="Ids of the workspaces that may install the bot, with commas; none: all."
    )
    slack_api: str = Field(default="https://slack.com/api/", description="Base address of Slack's API.")
    slack_host: str = Field(default="127.0.0.1", description="Address on which Slack's requests are taken.")
    slack_port: int = Field(default=3000, ge=0, le=65535, description="Port on which Slack's requests are taken.")

    @property
    def slack(self) -> bool:
        """Whether anything is set with which the bot is to speak on Slack."""
        secrets = (self.slack_bot_token, self.slack_app_token, self.slack_signing_secret, self.slack_client_secret)
        return any(secrets) or bool(self.slack_client_id)

    @property
    def secrets(self) -> list[str]:
        """Every secret that is set, to keep it out of the logs."""
        values = (getattr(self, name) for name in type(self).model_fields)
        secrets = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        password = urlsplit(self.database_url.get_secret_value()).password if self.database_url else None
        parts = [part for secret in secrets if "," in secret for part in secret.split(",")]
        return [*secrets, *parts, *([password, unquote(password)] if password else [])]


Whole = Callable[[Settings], Iterable[str]]  # names what is lacking to what is set


def load(whole: Whole = lambda _: (), **given: Any) -> Settings:
    """Read the settings, or raise SettingsError with every problem, each with the variable's name.

    `whole` names what a platform lacks; while a secret's file cannot be read, nobody knows what is lacking.
    """
    from_files, problems = _from_files(_environment())
    looks = () if problems else (_halves, whole)
    settings, unread = _read({**from_files, **given})
    problems += [*unread, *(f"{name}: no such setting; did you mean {nearest(name, _known())}?" for name in _unknown())]
    problems += [problem for look in looks for problem in look(settings)]
    if problems:
        raise SettingsError(sorted(problems))
    return settings


def problems(whole: Whole) -> Sequence[str]:
    """Return every problem of the settings."""
    try:
        load(whole)
    except SettingsError as error:
        return error.problems
    return ()


def _read(values: Mapping[str, Any]) -> tuple[Settings, list[str]]:
    """Return the settings, those that cannot be read at their defaults, and what is wrong with these."""
    try:
        return Settings(**values), []
    except ValidationError as error:
        found = {str(e["loc"][0]): e["msg"].removeprefix("Value error, ") for e in error.errors()}
    usual = {field: Settings.model_fields[field].default for field in found}
    return Settings(**{**values, **usual}), [f"{_name(field)}: {words}" for field, words in found.items()]


def _halves(settings: Settings) -> list[str]:
    """Refuse an endpoint without a model, and the reverse."""
    if bool(settings.opinion_url) is bool(settings.opinion_model):
        return []
    return ["STUDYHALL_OPINION_URL and STUDYHALL_OPINION_MODEL belong together; set both, or none"]


def _from_files(environ: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the values of the STUDYHALL_..._FILE variables, and what is wrong with them."""
    values: dict[str, str] = {}
    problems: list[str] = []
    for field in Settings.model_fields:
        name = _name(field)
        if not (path := environ.get(f"{name}_FILE")):
            continue
        if name in environ:
            problems.append(f"{name}_FILE: {name} is set too; keep one of them")
        try:
            if (
                value := Path(path).read_text(encoding="utf-8").strip()
            ):  # an empty file sets nothing, as an empty variable does
                values[field] = value
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"  # never the path: it may be the secret itself
            problems.append(f"{name}_FILE: the file that it names cannot be read ({reason})")
    return values, problems


def _environment() -> dict[str, str]:
    """Return the variables that are set; those of the process go before those of `.env`."""
    try:
        written = dotenv_values(ENV_FILE)
    except UnicodeDecodeError:
        raise SettingsError([f"{ENV_FILE}: not UTF-8; save it as UTF-8"]) from None
    return {**{name: value or "" for name, value in written.items()}, **os.environ}


def _name(field: object) -> str:
    return f"{PREFIX}{str(field).upper()}"


def _known() -> list[str]:
    return [_name(field) + end for field in Settings.model_fields for end in ("", "_FILE")]


def _unknown() -> list[str]:
    """Return the variables, set or in `.env`, that look like ours and are not."""
    return [name for name in _environment() if name.startswith(PREFIX) and name not in _known()]
