"""What the terminal keeps: the chat over a restart and a script played again, members' files, and a disk that is full."""

import contextlib
import io
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from adapters.local import inbound
from adapters.local.journal import Journal
from bot.errors import StoreError
from tests.doubles.fakes import FULL, HALF, otherwise
from tests.doubles.terminal import UNSURE, Play, opened


async def test_a_script_played_again_does_nothing_twice(play: Play):
    """The same lines are the same deliveries: after a crash the script goes on where it was, with the same buttons."""
    script = f"/quiz mid\n/as maya\n> {FULL}\n2\n1 {otherwise(FULL, 1)}\n"
    first = await play(script)
    again = await play(script + "3\n/as you\n3\n4\n")
    assert first.count("Question for you") == 1
    assert "Question for you" not in again
    assert again.count("(done already, before the bot was started again)") == 4
    assert "Only an organiser" in again
    assert "Key points, and how many of 1 member had each" in again
    assert "It is Rayleigh scattering. (1)" in again


async def test_files_and_direct_messages_are_shown(play: Play, tmp_path: Path):
    """An export lies in the data folder; organisers' direct messages are on the screen."""
    shown = await play("/privacy export\n/schedule set 09:00 mon-fri topics=sky levels=mid\n/clock +2h\n")
    assert "All that is kept of you, as JSON" in shown
    assert '"name": "you"' in (tmp_path / "files" / "you" / "studyhall-my-data.json").read_text()
    assert "Studyhall to you (a direct message)" in shown


async def test_a_torn_last_line_of_the_journal_never_was(tmp_path: Path):
    """A line that a crash cut short is dropped, and what follows is written whole."""
    journal = Journal(tmp_path / "chat.jsonl")
    ref = journal.add("message", place="p", tag="a", actions=["x:1"])
    with (tmp_path / "chat.jsonl").open("ab") as file:
        file.write(b'{"kind": "message", "ta')
    again = Journal(tmp_path / "chat.jsonl")
    second = again.add("message", place="p", tag="b", actions=["x:1", "y:1"])
    third = Journal(tmp_path / "chat.jsonl")
    assert [e["ref"] for e in third.entries] == [ref, second]
    assert third.buttons.numbers("p") == {"x:1": 1, "y:1": 2}
    (tmp_path / "torn.jsonl").write_bytes(b'{"torn')
    torn = Journal(tmp_path / "torn.jsonl")
    assert torn.entries == []


@pytest.mark.parametrize("cut", [4, 8, 14])
async def test_a_long_script_is_played_again(play: Play, tmp_path: Path, cut: int):
    """However many days lie in a script: cut short and played again, or played twice, it doubles nothing, and presses the same buttons."""
    script = [
        "/clock 2026-11-23 08:30 UTC", "/schedule set 09:00 daily reveal=17:00", "/clock +1h", f"1 {FULL}", "2",
        "/as maya", "1", "Because of the ocean.", "/clock +3d", f"1 {FULL}", "/as bo", "> It is Rayleigh scattering.",
        "/quiz mid sea", "/clock +6d", "1", "It is Rayleigh scattering.",
    ]  # fmt: skip
    await play("\n".join(script[:cut]) + "\n")
    await play("\n".join(script) + "\n")
    facts = (
        rows(tmp_path, "SELECT count(*) FROM round"),
        rows(tmp_path, "SELECT round_id, member_id, text FROM attempt"),
    )
    assert facts == (
        [(11,)],
        [(1, 1, FULL), (1, 2, "Because of the ocean."), (4, 2, FULL), (4, 3, HALF), (11, 3, HALF)],
    )
    await play("\n".join(script) + "\n")
    assert facts == (
        rows(tmp_path, "SELECT count(*) FROM round"), rows(tmp_path, "SELECT round_id, member_id, text FROM attempt")
    )  # fmt: skip


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(folder / "studyhall.db")) as db:
        return db.execute(query).fetchall()


async def test_a_zone_survives_a_restart(play: Play):
    """The zone that was read in last is the one after a restart; one that nobody knows any more is not."""
    await play("/clock 2026-12-01 12:00 Asia/Tokyo\n")
    assert "JST" in await play("/clock\n")
    await play("/clock 2026-12-01 12:00 Japan\n")
    assert "JST" in await play("/clock\n")


async def test_a_kept_zone_that_is_unknown(tmp_path: Path):
    """A kept zone that a later version does not know any more gives way to the one that is set."""
    Journal(tmp_path / "chat.jsonl").add("zone", name="US/Pacific-New")
    async with opened(tmp_path) as (platform, _, _):
        assert platform.zone == "UTC"


async def test_deleted_data_leaves_no_file(play: Play, tmp_path: Path):
    """Who deletes their data deletes the file of their export too, and nobody else's; twice is not once too often."""
    await play("/privacy export\n/as maya\n/privacy export\n/privacy delete delete\n/privacy delete delete\n/quiz\n")
    assert [file.name for file in (tmp_path / "files").iterdir()] == ["you"]
    assert "maya" not in (tmp_path / "chat.jsonl").read_text()


async def test_what_cannot_be_deleted_is_said(play: Play, tmp_path: Path):
    """A file that stands in the way of the deletion is named."""
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "you").touch()
    assert "you cannot be deleted" in " ".join((await play("/privacy delete delete\n")).split())


@pytest.mark.parametrize("names", [("..", "."), ("a/b", "b"), ("Bo", "bo"), ("µ" * 80, "µ" * 79), ("~", "a.b")])
async def test_each_name_has_a_folder_of_its_own(play: Play, tmp_path: Path, names: tuple[str, str]):
    """Whatever somebody is called, their files lie in `files/`, in a folder that is nobody else's."""
    await play("".join(f"/as {name}\n/privacy export\n" for name in names))
    folders = {file.name.casefold() for file in (tmp_path / "files").iterdir() if file.is_dir()}
    assert len(folders) == 2
    assert {file.parent.parent.name for file in tmp_path.rglob("*.json")} == {"files"}  # noqa: ASYNC240


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
async def test_a_full_disk_ends_nobodys_chat(tmp_path: Path):
    """Where the disk takes nothing more, a post is tried again later, a reply is shown, and the person can go on."""
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text(
            f"/quiz mid sky\r/as maya\r> {UNSURE}\r/as you\r/quiz mid sea\r/unsure\r/privacy export\r/clock 2026-11-24 Asia/Tokyo\r/help\r\x04"
        )
        async with opened(tmp_path, interactive=True) as (platform, app, screen):
            platform.journal = Filling(tmp_path / "chat.jsonl", after=2)
            platform.folder = tmp_path / "chat.jsonl"
            await inbound.Keyboard(app, platform).play()
    shown = screen.getvalue()
    for words in ("comes by itself in a moment", "Keep 100", "JST", "In this terminal", "The file cannot be written"):
        assert words in shown
    assert len((tmp_path / "chat.jsonl").read_bytes().splitlines()) == 2


class Filling(Journal):
    """A journal whose disk is full after some entries."""

    def __init__(self, path: Path, *, after: int) -> None:
        super().__init__(path)
        self.left = after

    def _write(self, line: bytes) -> None:
        if not self.left:
            self._path = Path("/dev/full")
        self.left -= 1
        super()._write(line)


async def test_a_failing_store_is_said_at_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A clock that cannot be moved because the database fails says so to a person, and ends a script, which can be played again."""

    async def fail(to: datetime) -> None:
        raise StoreError("The disk is full.")

    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text("/clock +1d\r\x04")
        async with opened(tmp_path, interactive=True) as (platform, app, screen):
            platform.travel = fail
            await inbound.Keyboard(app, platform).play()
    assert "(The disk is full.)" in screen.getvalue()
    monkeypatch.setattr("sys.stdin", io.StringIO("/clock +1d\n"))
    async with opened(tmp_path) as (platform, app, _):
        platform.travel = fail
        with pytest.raises(StoreError):
            await inbound.Keyboard(app, platform).play()
