"""The documentation is held to the code: commands run, links lead somewhere, settings, metrics and messages exist."""

import ast
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

import pytest

from adapters.slack.connection import NOT_TAKEN, access
from adapters.slack.errors import WHY
from adapters.slack.oauth import GONE, cipher
from bot import __main__ as command_line
from bot import settings
from bot.presenter import refusals
from bot.settings import PREFIX, Settings
from bot.store import outside, sqlite
from tests.adapters.services.test_http import Watched, watched_hall
from tests.doubles.loopback import PATIENCE
from tests.process.test_whole_process import environment

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = sorted([*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")])
OWN: Final = [ROOT / "docs" / f"{name}.md" for name in ("schedule", "operating", "privacy", "troubleshooting")]
RUN: Final = ("sh", "chat")  # what is run; an `output` after it must be shown
NOT_RUN: Final = ("text", "ini", "yaml", "json")  # for another machine, another program, or to look at
USAGE: Final = 2  # argparse's own
MONDAY: Final = "/clock 2026-11-23 08:00 UTC"
_FENCE: Final = re.compile(r"^```(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ASIDE: Final = re.compile(r" {3,}\S.*$", re.MULTILINE)  # what stands beside a line to explain it
_LINK: Final = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page, and the output that the page says it has."""

    page: Path
    language: str
    text: str
    output: str = ""

    def __str__(self) -> str:
        return f"{self.page.stem}: {self.text.splitlines()[0]}"


def fences(page: Path) -> list[tuple[str, str]]:
    return _FENCE.findall(page.read_text(encoding="utf-8"))


def blocks(language: str) -> list[Block]:
    found = []
    for page in PAGES:
        every = fences(page)
        for (marker, text), (after, output) in zip(every, [*every[1:], ("", "")], strict=False):
            if marker == language:
                text = _ASIDE.sub("", text) if language == "chat" else text  # noqa: PLW2901
                found.append(Block(page, marker, text, output if after == "output" else ""))
    return found


def headings(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", _FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """Give a folder that looks like a checkout with its virtual environment, and one topic, none of it due for review yet."""
    for name in ("bot", "adapters", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "content").mkdir()
    for name in ("vaes.yaml", "glossary.yaml"):
        fresh = re.sub(
            r"^ +review_by: .*\n", "", (ROOT / "content" / name).read_text(encoding="utf-8"), flags=re.MULTILINE
        )
        (tmp_path / "content" / name).write_text(fresh, encoding="utf-8")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "notes.md").write_text("Q: What is a loss?\nA: It says how far a model is off.\n", encoding="utf-8")
    (tmp_path / "cards.csv").write_text("Aihe,answer\nWhat is a batch?,Samples seen at once.\n", encoding="utf-8")
    return tmp_path


# What can be run


@pytest.mark.parametrize("page", OWN, ids=lambda page: page.stem)
def test_every_block_says_what_it_is(page: Path):
    """A block carries a marker that this test knows, so that none is left out by an oversight."""
    assert [marker for marker, _ in fences(page) if marker not in (*RUN, *NOT_RUN, "output")] == []


@pytest.mark.process
@pytest.mark.parametrize("page", sorted({block.page for block in blocks("sh")}), ids=lambda page: page.stem)
def test_commands_run(page: Path, installation: Path):
    """A page's commands run one after another as they stand there, in a checkout with its virtual environment."""
    script = "".join(block.text for block in blocks("sh") if block.page == page)
    here = installation / "tmp"
    here.mkdir()
    script = script.replace("/tmp/", f"{here}/")  # noqa: S108  where the page writes to; not into the machine's own
    kept = {name: value for name, value in environment(installation).items() if not name.startswith(PREFIX)}
    done = subprocess.run(
        ["sh", "-eu"], cwd=installation, env=kept, input=script, capture_output=True, text=True, timeout=5 * PATIENCE, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_sample_question_passes_check(installation: Path, capsys: pytest.CaptureFixture[str]):
    """The question that the page on questions shows is one: `check` finds nothing wrong with it."""
    (shown,) = [text for marker, text in fences(ROOT / "docs" / "content.md") if marker == "yaml"]
    (installation / "content" / "vaes.yaml").unlink()
    fresh = re.sub(r"^ +review_by: .*\n", "", shown, flags=re.MULTILINE)  # which comes, as it should
    (installation / "content" / "gans.yaml").write_text(fresh, encoding="utf-8")
    assert command_line.main(["check", str(installation / "content")]) == command_line.OK
    assert capsys.readouterr().out == "1 question read, 0 problems found.\n"


def test_what_is_no_time_zone_is_none():
    """The page on troubleshooting calls no zone wrong that is taken."""
    page = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    (row,) = [line for line in page.splitlines() if "not an IANA time zone" in line]
    named = re.findall(r"`([^`]+)`", row)
    assert len(named) > 1
    assert [zone for zone in named if zone in available_timezones()] == []


def test_what_is_typed_for_a_container_exists():
    """Each subcommand, service and make target that a page tells to type is one."""
    texts = [text for page in PAGES for _, text in fences(page)]
    words = "\n".join(texts) + "\n".join(re.findall(r"`([^`\n]+)`", "".join(page.read_text() for page in PAGES)))
    services = set(re.findall(r"docker compose (?:run|exec)(?: -T| --\S+(?: sh| python)?)* (\w+)", words))
    asked = set(re.findall(r"(?:docker compose run --rm bot|python -m bot) ([a-z]+)", words))
    targets = set(re.findall(r"^make ([\w-]+)", words, re.MULTILINE))
    assert services == {"bot"}
    assert len(asked) > 8
    assert asked - subcommands() == set()
    made = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert targets - made == set()


def subcommands() -> set[str]:
    (actions,) = [one for one in command_line._parser()._actions if isinstance(one.choices, dict)]
    return set(actions.choices or ())


@pytest.mark.process
@pytest.mark.parametrize("block", blocks("chat"), ids=str)
def test_chats_are_understood_and_show_what_the_page_says(block: Block, tmp_path: Path):
    """What a page tells people to type is refused by nothing, and shows each line that the page shows."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"], cwd=tmp_path, env=environment(tmp_path), input=f"{MONDAY}\n{block.text}",
        capture_output=True, text=True, timeout=5 * PATIENCE, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    refused = (*refusals._TITLE.values(), "I could not read that", "Something went wrong")
    shown = [line.strip() for line in done.stdout.splitlines()]
    assert [line for line in shown if line.startswith(refused)] == []
    rest = iter(shown)
    assert [line for line in block.output.splitlines() if line not in rest] == []


@pytest.mark.process
@pytest.mark.parametrize(
    ("title", "over_http", "renewed"),
    [
        ("One workspace, over a socket", False, False), ("One workspace, over HTTP", True, False),
        ("Several workspaces, over HTTP", True, True),
    ],
)  # fmt: skip
def test_each_way_into_slack_is_whole(
    title: str, over_http: bool, renewed: bool, installation: Path, monkeypatch: pytest.MonkeyPatch
):
    """What the page on Slack tells to type makes an app and settings that belong together, for each way, and the bot takes them."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(installation)
    page = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
    section = page.partition(f"## {title}\n")[2].partition("\n#")[0]
    (command,) = re.findall(r"`(\.venv/bin/python -m bot manifest [^`]+)`", section)
    (typed,) = re.findall(r"   ```\n(.+?)   ```", section, re.DOTALL)
    made = json.loads(shell(command))["settings"]
    shell(typed.replace("make doctor", ""))
    way = access(settings.load())
    assert (bool(way.app_token), made["socket_mode_enabled"]) == (not over_http, not over_http)
    assert bool(way.signing_secret) is over_http
    assert (not way.bot_token, made["token_rotation_enabled"]) == (renewed, renewed)
    assert bool(way.keys and cipher(way.keys)) is renewed


def test_the_way_into_discord_is_whole(installation: Path, monkeypatch: pytest.MonkeyPatch):
    """What the page on Discord tells to type is a setting that makes the bot speak there."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(installation)
    (typed,) = re.findall(r"   ```\n(.+?)   ```", (ROOT / "docs" / "discord.md").read_text(encoding="utf-8"), re.DOTALL)
    shell(typed.replace("make doctor", ""))
    assert settings.load(command_line._lacking).discord_token


def shell(words: str) -> str:
    """Run what a page tells to type, in the present folder."""
    return subprocess.run(
        ["sh", "-eu", "-c", words], capture_output=True, text=True, timeout=5 * PATIENCE, check=True
    ).stdout


# Links and names


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path):
    """Each link to a file of the project finds it, and its heading where it names one."""
    lost = []
    for link in _LINK.findall(_FENCE.sub("", page.read_text(encoding="utf-8"))):
        name, _, heading = link.partition("#")
        to = (page.parent / name).resolve() if name else page
        if not link.startswith(("http://", "https://")) and not (
            to.exists() and (not heading or heading in headings(to))
        ):
            lost.append(link)
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_exist(page: Path):
    """Each file and folder of the code that a page names is there, so that "where is what" stays true."""
    named = re.findall(r"`((?:bot|adapters|tests)/[\w/.*-]*)", page.read_text(encoding="utf-8"))
    assert [path for path in named if not any(ROOT.glob(path.partition("::")[0].rstrip("/")))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pictures_are_there_and_described(page: Path):
    """Each picture of a page is in the project, and says in words what it shows."""
    for tag in re.findall(r"<img [^>]+>", page.read_text(encoding="utf-8")):
        (source,) = re.findall(r'src="([^"]+)"', tag)
        assert (page.parent / source).exists()
        assert re.search(r'alt="[^"]{30,}"', tag)


def test_the_readme_begins_with_what_it_is():
    """On its first screen the README says what this is, shows each platform, and gives the two commands."""
    first = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## ")[0]
    assert len(first.splitlines()) <= 25
    assert first.count("<img ") == 3
    assert [command for command in ("make run", "make test") if command not in first] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_settings_exist(page: Path):
    """Each variable that a page names is a setting."""
    known = {f"{PREFIX}{name.upper()}{end}" for name in Settings.model_fields for end in ("", "_FILE")}
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", page.read_text(encoding="utf-8")))
    assert named - known == set()


_SAID: Final[dict[str, tuple[object, ...]]] = {
    "none": (None, ""),
    "all": (frozenset(),),
    "all are kept": (None,),
    "off": (None,),
    "now": (None,),
}


def test_defaults_are_the_settings():
    """README lists every setting once, and the default that stands there is the one that applies."""
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Settings")[2].partition("\n## ")[0]
    listed = dict(
        pair for row in re.findall(r"^\| (`STUDY.+?) \| (.+?) \|", table, re.MULTILINE) for pair in defaults(*row)
    )
    assert listed.keys() == set(Settings.model_fields)
    wrong = [name for name, said in listed.items() if not same(said, Settings.model_fields[name].default)]
    assert wrong == []


def defaults(names: str, said: str) -> list[tuple[str, str]]:
    """Return each setting of a row with what the row calls its default; one word for several is that of each."""
    named = re.findall(r"`(\w+)`", names)
    first = named[0].removeprefix(PREFIX).lower()
    family = first.rpartition("_")[0]
    fields = [
        f"{family}{name.lower()}" if name.startswith("_") else name.removeprefix(PREFIX).lower() for name in named
    ]
    each = said.split(", ")
    return list(zip(fields, each if len(each) == len(fields) else [said] * len(fields), strict=True))


def same(said: str, default: object) -> bool:
    if said.endswith("'s own"):
        return said.removesuffix("'s own").lower() in str(default)
    if said in _SAID:
        return default in _SAID[said]
    return said == f"`{str(default).lower() if isinstance(default, bool) else default}`"


def test_the_readme_links_to_every_page():
    """Whoever begins with the README finds each page of docs/."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in (ROOT / "docs").glob("*.md") if f"(docs/{page.name})" not in readme] == []


def test_where_is_what_names_every_room():
    """The table leads to each room of the core at least once."""
    table = (
        (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Where is what")[2].partition("\n## ")[0]
    )
    rooms = [one.name for one in (ROOT / "bot").iterdir() if (one / "__init__.py").exists()]
    assert [room for room in rooms if f"`bot/{room}/" not in table] == []


async def test_metrics_exist(tmp_path: Path):
    """Each metric that the page on operating names is told, and each of ours that is told is named there."""
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\bstudyhall_\w+", page))
    async with watched_hall(tmp_path) as watched:
        await watched.hall.jobs.tick()
        told = await _told(watched)
    bases = {name.removesuffix("_bucket") for name in named}
    assert bases - told == set()
    assert {name for name in told if name.startswith("studyhall_")} - bases == set()


async def _told(watched: Watched) -> set[str]:
    _, text = await watched.get("/metrics")
    samples = {line.partition(" ")[0].partition("{")[0] for line in text.splitlines() if not line.startswith("#")}
    ends = re.compile(r"_(bucket|count|sum|created)$")
    return {ends.sub("", name) for name in samples if not name.endswith("_created")}


def test_the_readme_lists_each_subcommand():
    """The README names every subcommand of the program, and no other."""
    line = re.search(
        r"^`python -m bot` .* has the subcommands (.+)\.$",
        (ROOT / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert line
    commands = next(one.choices for one in command_line._parser()._actions if isinstance(one.choices, dict))
    assert sorted(re.findall(r"`(\w+)`", line[1])) == sorted(commands)


def test_exit_statuses_are_the_programs():
    """The table of exit statuses has each of them, and no other; so has the README's list."""
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    listed = {int(number) for number in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    told = (ROOT / "README.md").read_text(encoding="utf-8").partition("- Exit status: ")[2].partition(".\n")[0]
    source = ast.parse((ROOT / "bot" / "__main__.py").read_text(encoding="utf-8"))
    numbers = {
        str(node.target.id): node.value.value
        for node in source.body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    statuses = {value for name, value in numbers.items() if isinstance(value, int) and name != "STANDARD_OUTPUT"}
    assert listed == statuses | {USAGE}
    assert set(map(int, re.findall(r"(?:^|, |\n  )(\d+) ", told))) == listed


# Messages


def sentences() -> list[str]:
    """Return every text of the source, with … for what a text fills in; texts that stand beside each other are one."""
    found = []
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "adapters").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
            elif isinstance(node, ast.JoinedStr):
                found.append("".join(v.value if isinstance(v, ast.Constant) else "…" for v in node.values))  # type: ignore[misc]
    return found


def test_messages_are_the_programs():
    """Each message that the page on troubleshooting explains is in the source, word for word."""
    page = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| “(.+?)” \| .+ \|$", page, re.MULTILINE)
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| Message")]
    assert len(explained) == len(rows) > 50
    source = sentences()
    assert [words for words in explained if not any(words.rstrip("… ") in text for text in source)] == []


def test_every_meaning_of_a_database_error_is_explained():
    """What the bot says of errors of SQLite and PostgreSQL all stands on the page."""
    page = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    meanings = (*sqlite._MEANING.values(), *outside._MEANING.values())
    assert [words for words in meanings if words.partition(". ")[0] not in page] == []


def test_every_meaning_of_slacks_errors_is_explained():
    """What the bot says of Slack's errors all stands on the page."""
    page = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    assert [words for words in (*WHY.values(), GONE, NOT_TAKEN) if words.partition(". ")[0] not in page] == []


LEVELS: Final = ("debug", "info", "warning", "error", "exception", "critical", "say")  # `say` is one of these, chosen


def events() -> set[str]:
    """Return the name of each event that the source logs."""
    found = set()
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "adapters").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                found |= {str(node.args[0].value)} if called in LEVELS else set()
    return found


def test_log_events_are_the_programs():
    """The page on operating lists each event that is logged, and no other."""
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    table = page[page.index("| Event |") : page.index("## How long")]
    cells = re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
    named = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]
    assert len(named) == len(set(named)) > 40
    assert set(named) == events()
