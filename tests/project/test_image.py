"""The rules of the container: Dockerfile, .dockerignore and compose.yaml are read and held to them, without an engine."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from dockerfile_parse import DockerfileParser

from bot.settings import Settings

ROOT: Final = Path(__file__).parents[2]
BASE: Final = "python:3.13-slim"
HEALTH: Final = ["python", "-m", "bot", "health"]
OPTION: Final = re.compile(r"^( *)#(?=\S)", re.MULTILINE)  # a line of compose.yaml that can be chosen
Step = tuple[str, str]


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    """Give the Dockerfile's instructions with their values, in order."""
    with (ROOT / "Dockerfile").open("rb") as file:
        parsed = DockerfileParser(fileobj=file).structure
    return [(one["instruction"], one["value"]) for one in parsed if one["instruction"] != "COMMENT"]


@pytest.fixture(scope="module")
def last(steps: list[Step]) -> list[Step]:
    """Give the instructions of the last stage, which is the image."""
    begin = max(number for number, (name, _) in enumerate(steps) if name == "FROM")
    return steps[begin:]


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


@pytest.fixture(scope="module")
def bot(compose: Any) -> Any:
    return compose["services"]["bot"]


def values(steps: list[Step], name: str) -> list[str]:
    return [value for instruction, value in steps if instruction == name]


def pairs(words: str) -> dict[str, str]:
    return {key: a or b for key, a, b in re.findall(r'([\w.]+)=(?:"([^"]*)"|(\S+))', words)}


def options(health: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+)=(\S+)", health))


def project() -> Any:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


# The Dockerfile


def test_two_stages_on_one_official_image(steps: list[Step]):
    """Both stages begin with the same slim Python image of Docker Hub's own, at one digest where it has one."""
    first, last = values(steps, "FROM")
    assert first == f"{last} AS build"
    assert re.fullmatch(rf"{BASE}(@sha256:[0-9a-f]{{64}})?", last)


def test_older_builders_can_build_it():
    """No heredoc, no mount and no syntax line: what builds from the first BuildKit on, buildah included."""
    text = (ROOT / "Dockerfile").read_text()
    assert [word for word in ("<<", "--mount", "syntax=", "--link", "ADD ") if word in text] == []


def test_only_locked_wheels_are_installed(steps: list[Step], last: list[Step]):
    """One installation, of exactly the run requirements, by hash and from wheels, then a check; the last stage installs nothing."""
    (install,) = [value for value in values(steps, "RUN") if "pip" in value]
    assert {"--no-deps", "--require-hashes", "--only-binary=:all:", "--no-cache-dir"} <= set(install.split())
    assert install.endswith(" check")
    assert re.findall(r"(?:-r|--requirement)[ =](\S+)", install) == ["/requirements.txt"]
    assert "requirements/run.txt /requirements.txt" in values(steps, "COPY")
    assert not re.search(r"\b(apt|apk|curl|wget|gcc|pip)\b", " ".join(values(last, "RUN")))


def test_the_image_takes_code_and_bank_from_the_first_stage(steps: list[Step], last: list[Step]):
    """The last stage copies the environment and the application, which are code, question bank and licence."""
    assert values(last, "COPY") == ["--from=build /opt/venv /opt/venv", "--from=build /app /app"]
    copied = [value.split()[0] for value in values(steps, "COPY") if not value.startswith("--from")]
    assert sorted(copied) == ["LICENSE", "adapters", "bot", "content", "requirements/run.txt"]


def test_nothing_else_reaches_the_builder(steps: list[Step]):
    """.dockerignore leaves out everything but what is copied: no .env, no data, no history, no tests."""
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*"
    copied = {value.split()[0] for value in values(steps, "COPY") if not value.startswith("--from")}
    assert {line[1:] for line in lines if line.startswith("!")} == copied


def test_an_ordinary_user_and_one_volume(last: list[Step]):
    """The bot runs as user 10001, owns /data and nothing else, and keeps everything there."""
    assert values(last, "USER") == ["10001:10001"]
    assert values(last, "VOLUME") == ["/data"]
    assert values(last, "RUN") == ["install --directory --owner=10001 --group=10001 /data"]
    assert "--chown" not in " ".join(values(last, "COPY"))
    assert pairs(values(last, "ENV")[0])["STUDYHALL_DATA_DIR"] == "/data"


def test_the_command_hears_signals(last: list[Step]):
    """The bot is the container's first process, without a shell before it, and is stopped with SIGTERM."""
    assert json.loads(values(last, "ENTRYPOINT")[0]) == ["python", "-m", "bot"]
    assert json.loads(values(last, "CMD")[0]) == ["run"]
    assert values(last, "STOPSIGNAL") == ["SIGTERM"]


def test_the_engine_asks_the_bot_itself(last: list[Step]):
    """The health check is the bot's own command."""
    (check,) = values(last, "HEALTHCHECK")
    assert json.loads(check.partition(" CMD ")[2]) == HEALTH


def test_labels(last: list[Step]):
    """The labels say what the image is; version and licence are the project's."""
    named = {name.removeprefix("org.opencontainers.image."): v for name, v in pairs(values(last, "LABEL")[0]).items()}
    assert named.keys() == {"title", "description", "licenses", "version", "revision"}
    assert named["licenses"] == project()["license"]
    assert named["version"] == "${VERSION}"
    assert f"VERSION={project()['version']}" in values(last, "ARG")


def test_no_secret_is_built_in(steps: list[Step]):
    """Neither arguments nor variables of the build hold a token, a key or a secret."""
    named = " ".join(values(steps, "ENV") + values(steps, "ARG")).upper()
    assert not re.search(r"TOKEN|SECRET|PASSWORD|_KEY", named)


# compose.yaml


def test_what_is_not_pinned_says_how_to_pin_it():
    """An image of others in compose.yaml has a digest, or stands under the line that says how it gets one."""
    lines = (ROOT / "compose.yaml").read_text().splitlines()
    others = [n for n, line in enumerate(lines) if re.match(r"\s+image: [\w.-]+/", line)]
    assert others
    assert [n for n in others if "@sha256:" not in lines[n] and "Pin what you tried" not in lines[n - 1]] == []


def test_compose_is_valid_with_and_without_its_options(tmp_path: Path):
    """The file keeps to Compose's schema as it is, and with every option in it chosen."""
    text = (ROOT / "compose.yaml").read_text()
    whole, chosen = tmp_path / "compose.yaml", tmp_path / "chosen.yaml"
    whole.write_text(text)
    chosen.write_text(OPTION.sub(r"\1", text))
    check = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        str(whole),
        str(chosen),
    ]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert yaml.safe_load(chosen.read_text())["secrets"].keys() == set(
        yaml.safe_load(chosen.read_text())["services"]["bot"]["secrets"]
    )


def test_what_its_options_open(bot: Any):
    """Its ports are those on which the bot answers by default, within reach of this machine alone; each secret's file is a setting."""
    chosen = yaml.safe_load(OPTION.sub(r"\1", (ROOT / "compose.yaml").read_text()))["services"]["bot"]
    environment, settings = chosen["environment"], Settings()
    ports = [environment["STUDYHALL_HTTP_PORT"], str(settings.slack_port), str(settings.hall_port)]
    assert chosen["ports"] == [f"127.0.0.1:{port}:{port}" for port in ports]
    assert {environment[f"STUDYHALL_{side}_HOST"] for side in ("HTTP", "SLACK", "HALL")} == {"0.0.0.0"}  # noqa: S104  inside
    files = {name.removesuffix("_FILE"): path for name, path in environment.items() if name.endswith("_FILE")}
    assert files == {f"STUDYHALL_{name.upper()}": f"/run/secrets/{name}" for name in chosen["secrets"]}
    assert set(chosen) - set(bot) == {"secrets", "ports"}


def test_two_lines_are_the_whole_set_up(bot: Any):
    """The service reads .env, asks for nothing else, and is built from this folder."""
    assert bot["env_file"] == [{"path": ".env", "required": False}]
    assert bot["build"] == "."
    asked = re.findall(r"\$\{(\w+)(:-[\w]+)?", (ROOT / "compose.yaml").read_text())
    assert asked == [("BOT_IMAGE", ":-studyhall"), ("POSTGRES_PASSWORD", ":-studyhall")]


def test_a_release_can_be_run_in_place_of_building():
    """README says under which name releases publish the image, which is the workflow's, and with which line it is taken."""
    release = (ROOT / ".github" / "workflows" / "release.yml").read_text()
    assert "images: ${{ vars.DOCKERHUB_USERNAME }}/studyhall\n" in release
    readme = (ROOT / "README.md").read_text()
    assert "docker.io/OWNER/studyhall" in readme
    assert "BOT_IMAGE=docker.io/OWNER/studyhall:" in readme


def test_every_variable_in_it_is_a_setting():
    """Variables that compose.yaml sets or offers exist."""
    named = set(re.findall(r"STUDYHALL_(\w+)[:=]", OPTION.sub(r"\1", (ROOT / "compose.yaml").read_text())))
    assert named
    assert {name.removesuffix("_FILE").lower() for name in named} <= set(Settings.model_fields)


def test_the_one_volume(compose: Any, bot: Any):
    """All that changes is on one named volume, which is where the bot is told to keep it; a server that is asked for has its own."""
    assert bot["volumes"] == ["data:/data"]
    assert list(compose["volumes"]) == ["data", "postgres"]
    assert bot["environment"] == {"STUDYHALL_DATA_DIR": "/data", "STUDYHALL_CONTENT_DIR": "/app/content"}


def test_what_the_service_may_do(bot: Any):
    """It writes to the volume and a small /tmp, has no capability, gains none, and opens no port by itself."""
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert bot["security_opt"] == ["no-new-privileges:true"]
    assert [mount.partition(":")[0] for mount in bot["tmpfs"]] == ["/tmp"]  # noqa: S108  the container's
    assert not {"ports", "privileged", "cap_add", "network_mode", "pid", "user", "devices"} & bot.keys()


def test_what_the_service_may_use(bot: Any):
    """Memory, processors, processes and logs have limits."""
    assert {"mem_limit", "cpus", "pids_limit"} <= bot.keys()
    assert {"max-size", "max-file"} == bot["logging"]["options"].keys()


def test_it_is_kept_running(bot: Any):
    """It is started again by itself, but not with what somebody has to mend, and has more time to end than the ten seconds that it needs."""
    assert bot["restart"] == "unless-stopped"
    assert bot["command"] == ["run", "--hold"]
    assert bot["init"] is True
    assert int(bot["stop_grace_period"].removesuffix("s")) > 10


def test_both_files_ask_for_health_alike(last: list[Step], bot: Any):
    """compose.yaml repeats the image's own health check."""
    asked = options(values(last, "HEALTHCHECK")[0])
    assert bot["healthcheck"]["test"] == ["CMD", *HEALTH]
    assert {name.replace("_", "-"): str(v) for name, v in bot["healthcheck"].items() if name != "test"} == asked
