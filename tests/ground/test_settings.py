"""Settings: where a value may come from, which one counts, and how every mistake is named at once."""

import os
import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.slack.connection import problems as slack
from bot import settings
from bot.errors import SettingsError
from bot.settings import PREFIX, Settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"
HIDDEN = "xoxb-" + "17-abcdefgh"  # stands for a secret


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, with no setting of the machine's own."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    return tmp_path


def refused() -> SettingsError:
    with pytest.raises(SettingsError) as raised:
        settings.load()
    return raised.value


def test_defaults():
    """With nothing set, the bot runs in its folder, in UTC, without a platform's token."""
    loaded = settings.load()
    assert (loaded.data_dir, loaded.content_dir, loaded.zone) == (Path("data"), Path("content"), "UTC")
    assert (loaded.log_level, loaded.log_format, loaded.seed) == ("info", "json", None)
    assert loaded.secrets == []
    assert loaded.model_fields_set == set()


def test_environment(monkeypatch: pytest.MonkeyPatch):
    """A variable of the process sets its setting."""
    monkeypatch.setenv("STUDYHALL_ZONE", "Europe/Berlin")
    monkeypatch.setenv("STUDYHALL_SEED", "7")
    loaded = settings.load()
    assert (loaded.zone, loaded.seed) == ("Europe/Berlin", 7)


def test_given(monkeypatch: pytest.MonkeyPatch):
    """A value that the code gives goes before the environment."""
    monkeypatch.setenv("STUDYHALL_SEED", "7")
    assert settings.load(seed=8).seed == 8


def test_env_file(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """`.env` in the working directory sets what the process does not."""
    (folder / ".env").write_text(
        "# mine\nSTUDYHALL_SEED=7\nSTUDYHALL_ZONE=Asia/Tokyo\nOTHER=1\nSTUDYHALL_LOG_FORMAT=text"
    )
    monkeypatch.setenv("STUDYHALL_ZONE", "Europe/Berlin")
    loaded = settings.load()
    assert (loaded.seed, loaded.zone, loaded.log_format) == (7, "Europe/Berlin", "text")


def test_secret_files(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """A secret may stand in a file that a _FILE variable names, in the process or in `.env`."""
    (folder / "slack").write_text(f"{HIDDEN}\n")
    (folder / "discord").write_text("of-discord")
    (folder / ".env").write_text(
        "STUDYHALL_DISCORD_TOKEN_FILE=discord\nSTUDYHALL_ZONE_FILE=\nSTUDYHALL_HTTP_HOST_FILE=empty"
    )
    (folder / "empty").write_text("\n")
    monkeypatch.setenv("STUDYHALL_SLACK_BOT_TOKEN_FILE", str(folder / "slack"))
    loaded = settings.load()
    assert loaded.slack_bot_token == SecretStr(HIDDEN)
    assert loaded.http_host == settings.Settings.model_fields["http_host"].default  # an empty file sets nothing
    assert sorted(loaded.secrets) == ["of-discord", HIDDEN]


def test_both_set(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """A secret given twice is a mistake, since nobody can tell which one was meant."""
    (folder / "slack").write_text(HIDDEN)
    monkeypatch.setenv("STUDYHALL_SLACK_BOT_TOKEN", "another")
    monkeypatch.setenv("STUDYHALL_SLACK_BOT_TOKEN_FILE", "slack")
    (problem,) = refused().problems
    assert problem == "STUDYHALL_SLACK_BOT_TOKEN_FILE: STUDYHALL_SLACK_BOT_TOKEN is set too; keep one of them"


@pytest.mark.parametrize(("content", "reason"), [(None, "No such file or directory"), (b"\xff\xfe", "it is not text")])
@pytest.mark.parametrize("in_file", [True, False])
def test_unreadable_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, reason: str, *, in_file: bool
):
    """A secret's file that is missing or no text is named with its variable; its path, maybe the secret itself, is not."""
    if content:
        (folder / HIDDEN).write_bytes(content)
    if in_file:
        (folder / ".env").write_text(f"STUDYHALL_SLACK_APP_TOKEN_FILE={HIDDEN}")
    else:
        monkeypatch.setenv("STUDYHALL_SLACK_APP_TOKEN_FILE", HIDDEN)
    error = refused()
    assert error.problems == (f"STUDYHALL_SLACK_APP_TOKEN_FILE: the file that it names cannot be read ({reason})",)
    assert HIDDEN not in f"{error!r} {error} {error.__cause__!r} {error.__context__!r}"


def test_env_file_in_another_encoding(folder: Path):
    """A `.env` that is not UTF-8 is a mistake like any other, and its text is not repeated."""
    (folder / ".env").write_bytes(f"STUDYHALL_SLACK_BOT_TOKEN={HIDDEN}\n# caf\xe9\n".encode("latin-1"))
    error = refused()
    assert error.problems == (".env: not UTF-8; save it as UTF-8",)
    assert HIDDEN not in f"{error!r} {error} {error.__cause__!r}"


@pytest.mark.parametrize("name", ["BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET", "CLIENT_ID", "CLIENT_SECRET"])
def test_slack_is_meant(monkeypatch: pytest.MonkeyPatch, name: str):
    """Whatever is set of Slack's credentials says that the bot is to speak there."""
    assert not settings.load().slack
    monkeypatch.setenv(f"STUDYHALL_SLACK_{name}", HIDDEN)
    assert settings.load().slack


def test_each_key_is_a_secret(monkeypatch: pytest.MonkeyPatch):
    """Of several encryption keys each one is kept out of the logs, also alone."""
    monkeypatch.setenv("STUDYHALL_SLACK_ENCRYPTION_KEY", "new-key,old-key")
    assert settings.load().secrets == ["new-key,old-key", "new-key", "old-key"]


def test_the_password_in_an_address_is_a_secret(monkeypatch: pytest.MonkeyPatch):
    """The database's password is kept out of the logs as it is written in the address, and as it is."""
    monkeypatch.setenv("STUDYHALL_DATABASE_URL", url := "postgresql://hall:a%40b@localhost/hall")
    assert settings.load().secrets == [url, "a%40b", "a@b"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("STUDYHALL_ZON", "STUDYHALL_ZONE"), ("STUDYHALL_DISCORD_TOKEN_FIEL", "STUDYHALL_DISCORD_TOKEN_FILE")],
)
@pytest.mark.parametrize("in_file", [True, False])
def test_unknown_name(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, meant: str, *, in_file: bool):
    """A mistyped variable does not go unnoticed, wherever it stands: the nearest name is suggested."""
    if in_file:
        (folder / ".env").write_text(f"{name}=1")
    else:
        monkeypatch.setenv(name, "1")
    assert refused().problems == (f"{name}: no such setting; did you mean {meant}?",)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("STUDYHALL_ZONE", "Europe/Berln", "not an IANA time zone; write one such as Europe/Berlin"),
        ("STUDYHALL_LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
        ("STUDYHALL_LOG_FORMAT", "xml", "'json' or 'text'"),
        ("STUDYHALL_SEED", "many", "integer"),
        ("STUDYHALL_DATABASE_URL", "mysql://localhost/hall", "write postgresql://user:password@host:5432/studyhall"),
        ("STUDYHALL_DATABASE_URL", "postgresql://[::1/hall", "write postgresql://user:password@host:5432/studyhall"),
    ],
)
def test_bad_value(monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str):
    """A value that cannot be is named with its variable and what can."""
    monkeypatch.setenv(name, value)
    (problem,) = refused().problems
    assert problem.startswith(f"{name}: ")
    assert words in problem


def test_all_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Mistakes of every sort are reported together."""
    (folder / ".env").write_text("STUDYHALL_LOG_LEVEL=loud\nSTUDYHALL_SED=1")
    monkeypatch.setenv("STUDYHALL_ZONE", "Mars/Base")
    monkeypatch.setenv("STUDYHALL_DISCORD_TOKEN_FILE", "missing")
    error = refused()
    names = ["STUDYHALL_DISCORD_TOKEN_FILE", "STUDYHALL_LOG_LEVEL", "STUDYHALL_SED", "STUDYHALL_ZONE"]
    assert [problem.partition(":")[0] for problem in error.problems] == names
    assert str(error) == "\n".join(error.problems)


def test_what_belongs_together_is_named_beside_the_rest(monkeypatch: pytest.MonkeyPatch):
    """What is lacking to a whole, of an endpoint or of a platform, is named in the same run as a value that cannot be read."""
    monkeypatch.setenv("STUDYHALL_SEED", "many")
    monkeypatch.setenv("STUDYHALL_OPINION_MODEL", "any")
    monkeypatch.setenv("STUDYHALL_SLACK_CLIENT_ID", "1")
    monkeypatch.setenv("STUDYHALL_SLACK_ENCRYPTION_KEY", "no-key")
    found = settings.problems(slack)
    assert [problem.partition(" ")[0].strip(":") for problem in found] == [
        "STUDYHALL_OPINION_URL", "STUDYHALL_SEED", "STUDYHALL_SLACK_CLIENT_SECRET", "STUDYHALL_SLACK_ENCRYPTION_KEY",
        "STUDYHALL_SLACK_SIGNING_SECRET",
    ]  # fmt: skip
    assert HIDDEN not in str(found)


def test_nothing_lacks_while_a_file_cannot_be_read(monkeypatch: pytest.MonkeyPatch):
    """A secret that stands in a file that cannot be read is not called missing; and where all is well, nothing is named."""
    assert settings.problems(slack) == ()
    monkeypatch.setenv("STUDYHALL_SLACK_BOT_TOKEN", HIDDEN)
    monkeypatch.setenv("STUDYHALL_SLACK_APP_TOKEN_FILE", "nowhere")
    (problem,) = settings.problems(slack)
    assert problem.startswith("STUDYHALL_SLACK_APP_TOKEN_FILE: the file that it names cannot be read")


def test_secrets_stay_hidden(monkeypatch: pytest.MonkeyPatch):
    """No secret stands in what is printed of the settings."""
    monkeypatch.setenv("STUDYHALL_SLACK_BOT_TOKEN", HIDDEN)
    loaded = settings.load()
    assert loaded.secrets == [HIDDEN]
    assert HIDDEN not in f"{loaded!r} {loaded} {loaded.model_dump()} {loaded.model_dump_json()}"


def test_secrets_stay_hidden_in_errors(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """No secret stands in an error, be it of another setting, of its own doubling, or of a mistyped name."""
    (folder / "slack").write_text(HIDDEN)
    monkeypatch.setenv("STUDYHALL_SLACK_BOT_TOKEN", HIDDEN)
    monkeypatch.setenv("STUDYHALL_SLACK_BOT_TOKEN_FILE", "slack")
    monkeypatch.setenv("STUDYHALL_SLACK_BOT_TOKE", HIDDEN)
    monkeypatch.setenv("STUDYHALL_SEED", HIDDEN)
    error = refused()
    assert len(error.problems) == 3
    assert HIDDEN not in f"{error!r} {error} {error.__cause__!r} {error.__context__!r}"


def spelled(default: object) -> str:
    """Return a default as it is written in the file."""
    return "" if default in (None, frozenset()) else str(default).lower() if default is True else str(default)


def test_example():
    """`.env.example` names every setting, commented out: each with its default, each secret with its _FILE form."""
    named = dict(re.findall(rf"^# ({PREFIX}\w+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE))
    fields = Settings.model_fields
    hidden = [name for name, field in fields.items() if "SecretStr" in str(field.annotation)]
    expected = {PREFIX + n.upper(): spelled(f.default) for n, f in fields.items()}
    files = {f"{PREFIX}{name.upper()}_FILE": f"/run/secrets/{name}" for name in hidden}
    assert len(hidden) == 8
    assert named == expected | files


def test_example_sets_nothing(folder: Path):
    """`.env.example`, copied as it is, changes nothing."""
    (folder / ".env").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    assert settings.load() == Settings()
    assert settings.load().model_fields_set == set()


def test_servers_to_serve(monkeypatch: pytest.MonkeyPatch):
    """Ids are written with commas; what is no id is refused with what to write."""
    monkeypatch.setenv("STUDYHALL_DISCORD_GUILDS", "12, 34,")
    assert settings.load().discord_guilds == {12, 34}
    assert settings.load(discord_guilds=frozenset((5,))).discord_guilds == {5}
    monkeypatch.setenv("STUDYHALL_DISCORD_GUILDS", "12,home")
    assert "“home” is no id" in refused().problems[0]


@pytest.mark.parametrize("field", list(Settings.model_fields))
def test_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, field: str):
    """A setting that is set to nothing, in the environment or in .env, has its default: no address is every address."""
    monkeypatch.chdir(tmp_path)
    usual = getattr(settings.load(), field)
    monkeypatch.setenv(f"STUDYHALL_{field.upper()}", "")
    assert getattr(settings.load(), field) == usual
    monkeypatch.delenv(f"STUDYHALL_{field.upper()}")
    (tmp_path / ".env").write_text(f"STUDYHALL_{field.upper()}=\n")
    assert getattr(settings.load(), field) == usual


def test_workspaces_to_serve(monkeypatch: pytest.MonkeyPatch):
    """Ids of workspaces are written with commas; what is none is refused with where to find them."""
    monkeypatch.setenv("STUDYHALL_SLACK_WORKSPACES", "T012AB3CD, T045,")
    assert settings.load().slack_workspaces == {"T012AB3CD", "T045"}
    assert settings.load(slack_workspaces=frozenset({"T1"})).slack_workspaces == {"T1"}
    monkeypatch.setenv("STUDYHALL_SLACK_WORKSPACES", "study.slack.com")
    assert "“study.slack.com” is no workspace" in refused().problems[0]


def test_an_opinion_needs_address_and_model(monkeypatch: pytest.MonkeyPatch):
    """An endpoint without a model would be asked for nothing: it is refused at the start."""
    monkeypatch.setenv("STUDYHALL_OPINION_URL", "http://127.0.0.1:9/v1")
    assert refused().problems == (
        "STUDYHALL_OPINION_URL and STUDYHALL_OPINION_MODEL belong together; set both, or none",
    )


@pytest.mark.parametrize("days", ["0", "36501", "3000000"])
def test_days_that_no_calendar_has(folder: Path, monkeypatch: pytest.MonkeyPatch, days: str):
    """Words are kept for a day at least and a hundred years at most; what is more is refused at the start, not at each tick."""
    monkeypatch.setenv("STUDYHALL_ANSWERS_DAYS", days)
    (problem,) = refused().problems
    assert problem.startswith("STUDYHALL_ANSWERS_DAYS: ")


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2100-01-01T00:00:00Z"])
def test_no_rehearsal_at_the_calendars_ends(monkeypatch: pytest.MonkeyPatch, instant: str):
    """An instant so far away that no date can be counted from it is refused at the start."""
    monkeypatch.setenv("STUDYHALL_START_AT", instant)
    assert refused().problems == ("STUDYHALL_START_AT: too far away; write an instant of the years 2000 to 2099",)
    monkeypatch.setenv("STUDYHALL_START_AT", "2000-01-01T00:00:00+14:00")
    assert settings.load().start_at


@pytest.mark.parametrize(
    "url", ["https://hall.example.org/", "http://LOCALHOST:3080", "http://[::1]:9", "https://a-b.c:8443"]
)
def test_the_halls_address(monkeypatch: pytest.MonkeyPatch, url: str):
    """An address is https, or this machine's own without TLS; what stands behind the host is left out."""
    monkeypatch.setenv("STUDYHALL_HALL_URL", url)
    assert settings.load().hall_url == url.lower().rstrip("/")


@pytest.mark.parametrize(
    "url", ["http://hall.example.org", "https://a.b/path", "hall", "https://a b", "https://a@b", "ftp://localhost"]
)
def test_no_address_for_the_hall(monkeypatch: pytest.MonkeyPatch, url: str):
    """Whatever else it is, it is refused with one that can be."""
    monkeypatch.setenv("STUDYHALL_HALL_URL", url)
    assert "https://hall.example.org" in refused().problems[0]
