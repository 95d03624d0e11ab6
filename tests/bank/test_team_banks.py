"""A team's own questions are asked in that team alone, beside the bank that comes with the bot."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import outcomes as o
from bot.bank.exchange.writing import to_yaml
from bot.bank.loading import Bank
from bot.bank.team_banks import TeamBanks, folder_of, joined
from bot.errors import BadValue
from bot.question import Level, Topic
from bot.store.schema import round_
from tests.doubles.fakes import SCHEDULE, Hall, bank, question, text_of
from tests.doubles.fakes import hall as start_hall

TEAM = "memory:team"


def tides(*numbers: int, **changes: object) -> Topic:
    """Return a topic that a team made."""
    questions = tuple(question(number, topic="tides") for number in numbers)
    return Topic(topic="tides", title="Our tides", questions=questions).model_copy(update=changes)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return the folder of the team's own questions."""
    folder = folder_of(tmp_path / "banks", TEAM)
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
async def hall(tmp_path: Path, own: Path) -> AsyncIterator[Hall]:
    """Start a Studyhall with one question of its own a level and topic, where teams may have theirs."""
    async with start_hall(tmp_path, questions=bank(each=1)) as hall:
        hall.app.deps = replace(hall.app.deps, teams=TeamBanks(tmp_path / "banks"))
        yield hall


# The folder


@pytest.mark.parametrize("team", ["slack:T024BE7LD", "../../etc", "..", ".", "a/b", "C:\\x", "team\n", "Ünïted"])
def test_folders_are_safe(tmp_path: Path, team: str):
    """A team's folder is right inside the folder of all teams, whatever the team is called."""
    assert folder_of(tmp_path, team).resolve().parent == tmp_path.resolve()


@given(st.sets(st.text(min_size=1, max_size=12), min_size=2, max_size=2))
def test_folders_differ(teams: set[str]):
    """Two teams never share a folder."""
    assert len({folder_of(Path("banks"), team) for team in teams}) == 2


@pytest.mark.parametrize("team", ["", "x" * 201, "é" * 40])
def test_no_folder(team: str):
    """A team without a name, or with one that no folder can have, is refused with an example."""
    with pytest.raises(BadValue, match="such as slack:T024BE7LD"):
        folder_of(Path("banks"), team)


# Together


def test_a_topic_more(own: Path):
    """A topic of a team's own is a topic like the others; the shipped bank itself stays as it is."""
    shipped = bank(each=1)
    (own / "tides.yaml").write_text(to_yaml(tides(1, 2)))
    both = TeamBanks(own.parent).of(TEAM, shipped)
    assert list(both.topics) == ["sky", "sea", "tides"]
    assert set(both.questions) - set(shipped.questions) == {"tides-mid-1", "tides-mid-2"}
    assert both.title("tides") == "Our tides"
    assert list(shipped.topics) == ["sky", "sea"]


def test_questions_more():
    """Questions of a topic that the bank knows, by name or by another word, join it; ids of both are the shipped ones."""
    shipped = bank(each=1)
    clash = shipped.questions["sky-mid-0"].model_copy(update={"question": "Another question of this id?"})
    own = Bank({"ocean": tides(1, topic="ocean"), "sky": tides(1, topic="sky", questions=(clash, question(7)))})
    both = joined(shipped, own)
    assert [(t.topic, t.title, len(t.questions)) for t in both.topics.values()] == [
        ("sky", "The sky", 4),
        ("sea", "The sea", 4),
    ]
    assert both.questions["tides-mid-1"].topic == "sea"
    assert both.questions["sky-mid-0"] == shipped.questions["sky-mid-0"]


def test_words_that_are_taken():
    """A team's topic keeps those of its other words that mean no topic of the bank."""
    both = joined(bank(each=1), Bank({"tides": tides(1, aliases=("heaven", "ebb"))}))
    assert both.topics["tides"].aliases == ("ebb",)
    assert (both.topic_named("heaven"), both.topic_named("ebb")) == ("sky", "tides")


def test_read_again(own: Path):
    """What changed in the folder is read again, what did not is not; without files the bank is the shipped one."""
    teams, shipped = TeamBanks(own.parent), bank(each=1)
    assert teams.of(TEAM, shipped) is shipped
    (own / "tides.yaml").write_text(to_yaml(tides(1)))
    first = teams.of(TEAM, shipped)
    assert teams.of(TEAM, shipped) is first
    assert teams.of("memory:other", shipped) is shipped
    (own / "tides.yaml").write_text(to_yaml(tides(1, 2)))
    assert len(teams.of(TEAM, shipped).questions) == len(first.questions) + 1
    (own / "tides.yaml").unlink()
    assert teams.of(TEAM, shipped) is shipped


def test_what_editors_leave_is_passed_over(own: Path):
    """Hidden files, and a link to nothing as an editor puts it beside what is being written, keep no team from asking."""
    (own / "tides.yaml").write_text(to_yaml(tides(1)))
    (own / ".#tides.yaml").symlink_to("somebody@somewhere.1")
    (own / "._tides.yaml").write_bytes(b"\x00\x05")
    there = TeamBanks(own.parent).of(TEAM, bank(each=1))
    assert ("tides-mid-1" in there.questions, there.broken) == (True, ())
    (own / "waves.yaml").symlink_to("nowhere")
    there = TeamBanks(own.parent).of(TEAM, bank(each=1))
    assert "tides-mid-1" in there.questions
    assert there.broken == ("waves.yaml:1: cannot be read: No such file or directory",)


def test_a_broken_bank(own: Path):
    """Of files that cannot be read the last good version is asked, also after a restart; the log says once what is wrong."""
    (own / "tides.yaml").write_text(to_yaml(tides(1)))
    (own / "waves.yaml").write_text("topic: [")
    teams, shipped = TeamBanks(own.parent), bank(each=1)
    with structlog.testing.capture_logs() as logged:
        both = teams.of(TEAM, shipped)
        assert teams.of(TEAM, shipped) is both
    assert list(both.topics) == ["sky", "sea", "tides"]
    assert [problem[:26] for problem in both.broken] == ["waves.yaml:2: not valid YA"]
    assert [entry["event"] for entry in logged] == ["team_bank_unusable"]
    (own / "waves.yaml").unlink()
    assert teams.of(TEAM, shipped).broken == ()
    (own / "tides.yaml").write_text("topic: [ :")
    again = TeamBanks(own.parent).of(TEAM, shipped)
    assert "tides-mid-1" in again.questions
    assert len(again.broken) == 1


def test_a_folder_that_cannot_be_written(own: Path):
    """Where no copy can be kept the questions are asked all the same."""
    (own / ".kept").write_text("in the way")
    (own / "tides.yaml").write_text(to_yaml(tides(1)))
    assert "tides-mid-1" in TeamBanks(own.parent).of(TEAM, bank(each=1)).questions


async def test_the_desk_says_what_is_broken(hall: Hall, own: Path):
    """Organisers see on their desk that files have a fault, and the first of them with its line."""
    for name in ("tides", "waves"):
        (own / f"{name}.yaml").write_text("topic: [")
    await hall.types("you", "/desk")
    assert "have a fault, so I ask what is wrong as it was before: tides.yaml:2: not valid YAML" in hall.told("you")
    assert "and 1 more problem" in hall.told("you")


def test_nowhere():
    """Where teams have no folder, the bank is the shipped one."""
    shipped = bank(each=1)
    assert TeamBanks().of(TEAM, shipped) is shipped


# Asked


async def test_asked_in_the_team(hall: Hall, own: Path):
    """A team's own question is asked when its turn comes, answered, and revealed with its own topic's title."""
    (own / "tides.yaml").write_text(to_yaml(tides(1)))
    for _ in range(3):  # two of the bank at this level, one of the team's own
        await hall.types("maya", "/quiz mid")
    asked = [name for (name,) in await hall.rows(round_, "question_id")]
    assert sorted(asked) == ["sea-mid-0", "sky-mid-0", "tides-mid-1"]
    number = asked.index("tides-mid-1") + 1
    assert "Our tides" in hall.card(f"question:{number}").title
    assert isinstance(await hall.answers("bo", "It is Rayleigh scattering.", number), o.AttemptGraded)
    await hall.types("you", f"/reveal {number}")
    assert "reference answer 1 of tides" in text_of(hall.card(f"reveal:{number}"))


async def test_not_asked_elsewhere(hall: Hall, own: Path):
    """Another team never sees it: when it has been asked all that ships, it is told so."""
    (own / "tides.yaml").write_text(to_yaml(tides(1)))
    other = {"team": "memory:other", "channel": "memory:channel:other", "member": "memory:member:other"}
    for _ in range(3):
        await hall.types("ines", "/quiz mid", **other)
    assert sorted(name for (name,) in await hall.rows(round_, "question_id")) == ["sea-mid-0", "sky-mid-0"]
    assert "Every question of that kind is open already" in hall.told("ines")


async def test_asked_by_schedule(hall: Hall, own: Path):
    """The daily question comes from both, and a question whose file is gone is revealed as it was asked."""
    (own / "tides.yaml").write_text(to_yaml(tides(1)))
    await hall.types("you", f"{SCHEDULE} levels={Level.MID}")
    await hall.until(11, 25, 12)
    (own / "tides.yaml").unlink()
    await hall.until(11, 25, 18)
    assert sorted(name for (name,) in await hall.rows(round_, "question_id")) == [
        "sea-mid-0",
        "sky-mid-0",
        "tides-mid-1",
    ]
    assert {"reveal:1", "reveal:2", "reveal:3"} <= set(hall.tags())


async def test_a_team_types_the_topics_of_its_own(hall: Hall, own: Path):
    """What members type is read with their team's bank, so that a topic which only the team has is known there."""
    assert "tides" not in (await hall.app.bank_of(TEAM)).topics
    (own / "tides.yaml").write_text(to_yaml(tides(1)), encoding="utf-8")
    assert "tides" in (await hall.app.bank_of(TEAM)).topics
    assert "tides" not in (await hall.app.bank_of("memory:other")).topics
