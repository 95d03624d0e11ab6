"""The rules of the code's shape, held by tests: layers, lists that must stay equal, and files one can hold in the head."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from bot.commands import COMMANDS, Reach, usage
from bot.handlers import DUE_HANDLERS, MEMBER_HANDLERS
from bot.question import json_schema
from tests.adapters.test_platform_contract import RIGS

ROOT: Final = Path(__file__).parents[2]
SOURCES: Final = sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "adapters").rglob("*.py")])
FILES: Final = ("__init__", "attached", "commands", "connection", "doctor", "inbound", "platform", "render")
OWN: Final = {
    "discord": ("again", "asked", "greetings", "past", "places", "shards", "silence", "spelling", "starts"),
    "local": ("deck", "journal"),
    "slack": (
        "bolt",
        "errors",
        "hearing",
        "oauth",
        "pages",
        "past",
        "reading",
        "requests",
        "shapes",
        "socket",
        "turns",
        "web",
        "whose",
    ),
}
SUBJECTS: Final = (
    "answers",
    "appeals",
    "away",
    "boards",
    "doubts",
    "due",
    "edits",
    "hall",
    "home",
    "importing",
    "links",
    "listening",
    "marks",
    "live",
    "members",
    "review",
    "phrasings",
    "questions",
    "squads",
    "rounds",
    "schedules",
    "suggestions",
)
BESIDE: Final = {  # what a room has beside the subjects: the room's own tools
    "commands": {"options", "parsing", "places", "spec", "suggesting"},
    "handlers": {"calendar", "deeds", "deps", "desk", "edited", "fair", "forgotten", "grader", "graders", "grades", "planning", "posting", "queue", "reminders", "threads"},
    "outcomes": {"refusals"},
    "presenter": {"effects", "refusals"},
    "store": {
        "audit", "calendar", "claims", "columns", "database", "deeds", "driver", "facts", "fair", "files", "hands", "inbox", "kept", "ledger", "migrate", "moving", "notebook", "opening", "outside", "people", "planning", "postgresql", "queue", "ready", "recompute", "retention", "schema",
        "sessions", "skips", "so_far", "sqlite", "survey", "teams", "turn", "types", "upsert",
    },
}  # fmt: skip
KEEPS_NOTHING: Final = {"due", "home", "importing"}  # subjects without facts of their own: nothing of them is stored
MOST_ON_THE_GROUND: Final = 14  # files directly in bot/: the hall, and the ground that everybody stands on
ADAPTERS: Final = sorted(p for p in (ROOT / "adapters").iterdir() if (p / "platform.py").exists())


def test_the_layers_hold():
    """Every import-linter contract in pyproject.toml is kept."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_subject_has_one_name_in_every_room():
    """Whoever knows one room finds the same subjects under the same names in the others; what a room has beside them is listed."""
    rooms = {room: {p.stem for p in (ROOT / "bot" / room).glob("*.py")} - {"__init__"} for room in BESIDE}
    wanted = {room: {*SUBJECTS, *beside} for room, beside in BESIDE.items()}
    wanted["store"] -= KEEPS_NOTHING
    assert rooms == wanted


def test_the_ground_is_small():
    """What is added finds its room: directly in `bot/` stand only the hall and the ground."""
    assert len(list((ROOT / "bot").glob("*.py"))) <= MOST_ON_THE_GROUND


def test_no_folder_of_tests_shadows_a_library():
    """Folders of tests are named like what they test, `discord` too; without `__init__.py` they hide no library."""
    assert [str(p) for p in (ROOT / "tests").rglob("__init__.py")] == []


def test_every_command_has_one_handler():
    """Due commands have due handlers, all others member handlers, and there is no handler besides."""
    due = {c for c in COMMANDS if c.spec.reach is Reach.DUE}
    assert set(DUE_HANDLERS) == due
    assert set(MEMBER_HANDLERS) == set(COMMANDS) - due


def test_adapters_hold_the_same_files():
    """Whoever knows one adapter finds the way in each; what only one platform has stands in files of its own, listed here."""
    files = {adapter.name: {p.stem for p in adapter.glob("*.py")} for adapter in ADAPTERS}
    assert files == {adapter.name: {*FILES, *OWN.get(adapter.name, ())} for adapter in ADAPTERS}


def test_every_adapter_joins_the_contract_suite():
    """A platform without a rig in the contract suite is not one."""
    assert {adapter.name for adapter in ADAPTERS} <= {rig.__name__ for rig in RIGS}


def test_every_renderer_knows_every_block():
    """Each renderer matches on all block types and leaves none to chance."""
    blocks = re.search(r"^Block = (.+)$", (ROOT / "bot/cards.py").read_text(), re.MULTILINE)
    assert blocks
    for adapter in ADAPTERS:
        text = (adapter / "render.py").read_text()
        assert "assert_never(" in text
        assert [name for name in blocks[1].split(" | ") if f"case {name}(" not in text] == []


def test_the_readme_lists_every_command():
    """The README's table of commands is the declarations'."""
    readme = (ROOT / "README.md").read_text()
    rows = {
        f"| `{usage(c)}` | {c.spec.summary}{' (organisers)' if c.spec.organiser else ''} |"
        for c in COMMANDS
        if c.spec.reach is Reach.TYPED
    }
    listed = {line for line in readme.splitlines() if line.startswith("| `/")}
    assert listed == rows


def test_the_editors_schema_is_the_models():
    """`content/schema.json` is what `python -m bot check --schema` prints."""
    assert (ROOT / "content" / "schema.json").read_text() == json_schema()


def test_every_module_says_where_it_stands():
    """Each module opens with a docstring."""
    assert [str(p) for p in SOURCES if not ast.get_docstring(ast.parse(p.read_text()))] == []


def test_files_and_functions_can_be_held_in_the_head():
    """No module over 320 lines, no function over 45, and the median function has at most ten."""
    lengths = []
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        assert len(path.read_text().splitlines()) <= 320, path
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "upgrade":
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                lengths.append(length)
                assert length <= 60, (path, node.name, length)
    assert sorted(lengths)[len(lengths) // 2] <= 10


def test_no_file_names_a_registry_or_a_machine():
    """Requirements carry names, versions and hashes alone."""
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text()
        assert "://" not in text
        pins = [line for line in text.splitlines() if not line.startswith(" ")]
        assert [line for line in pins if "==" not in line] == []
        assert text.count("--hash=sha256:") >= len(pins)
    assert not list(ROOT.glob("uv.lock")) + list(ROOT.glob("pylock*.toml"))


def test_every_ruff_ignore_is_explained():
    """Whoever reads an ignored rule reads why."""
    text = (ROOT / "pyproject.toml").read_text()
    block = text[text.index("ignore = [") : text.index("[tool.ruff.lint.per-file-ignores]")]
    lines = [line for line in block.splitlines() if line.strip().startswith('"')]
    assert lines
    assert [line for line in lines if "#" not in line] == []


def test_who_starts_the_bot_says_so():
    """Outside tests/process/, a test file that runs the bot as a process of its own marks what does, for `make quick`."""
    starts = re.compile(r'sys\.executable, "-m", "bot"|doubles\.process import (?:\w+, )*(?:bot|doctor)\b')
    files = [p for p in (ROOT / "tests").rglob("test_*.py") if p.parent.name != "process"]
    starting = [p for p in files if starts.search(p.read_text())]
    assert starting
    assert [str(p) for p in starting if "mark.process" not in p.read_text()] == []


def test_few_mocks():
    """Rules are reached without mocks: fewer than ten for a hundred tests."""
    texts = [p.read_text() for p in (ROOT / "tests").rglob("test_*.py")]
    tests = sum(len(re.findall(r"^(?:async )?def test_", t, re.MULTILINE)) for t in texts)
    mocks = sum(len(re.findall(r"\b(?:Magic|Async)?Mock\(|monkeypatch\.setattr\(|@patch", t)) for t in texts)
    assert mocks * 10 < tests
