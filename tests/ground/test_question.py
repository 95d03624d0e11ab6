"""The shape of a topic file: what it may say, what is refused, and what makes a new version of a question."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.question import Question, Topic, json_schema

SCHEMA = Path(__file__).parents[2] / "content" / "schema.json"


def key_point(**changes: Any) -> dict[str, Any]:
    """Return a key point as a file says it, with a test's own changes."""
    return {"id": "diversity", "statement": "The samples lose diversity.", "phrasings": ["lose diversity"], **changes}


def question(**changes: Any) -> dict[str, Any]:
    """Return a question as a file says it, with a test's own changes."""
    usual = {
        "id": "mode-collapse",
        "level": "mid",
        "question": "What is mode collapse?",
        "reference": "The samples lose their diversity, since a few of them fool the discriminator.",
        "key_points": [key_point(), key_point(id="discriminator")],
        "misconceptions": [{"statement": "It is no overfitting.", "phrasings": ["it overfits"]}],
        "since": "2026-11-01",
    }
    return usual | changes


def topic(*questions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a topic file, with a test's own changes."""
    return {"topic": "gans", "title": "GANs", "questions": list(questions) or [question()], **changes}


def version(**changes: Any) -> str:
    """Return the version of a question with a test's own changes."""
    return Question.model_validate(question(**changes)).version


@pytest.mark.parametrize(
    "change",
    [
        {"id": "mode-collapse-2"},
        {"topic": "diffusion"},
        {"level": "senior"},
        {"question": "What is a mode collapse?"},
        {"reference": "The samples lose their diversity, since some of them fool the discriminator."},
        {"key_points": [key_point(id="discriminator"), key_point()]},
        {"key_points": [key_point(), key_point(id="discriminator", weight=2)]},
        {"key_points": [key_point(), key_point(id="discriminator", phrasings=["lose diversity", "less diverse"])]},
        {"misconceptions": []},
        {"hints": ["Look at the samples."]},
        {"reading": ["Goodfellow et al. 2014, arXiv:1406.2661"]},
        {"tags": ["training"]},
        {"formulas": [{"text": "D(x)", "latex": "D(x)"}]},
        {"draft": True},
        {"since": "2026-11-02"},
        {"review_by": "2027-11-01"},
    ],
    ids=str,
)
def test_a_new_version(change: dict[str, Any]) -> None:
    """Any change of a question's content makes a new version of it."""
    assert version(**change) != version()


@given(st.permutations(sorted(question())))
def test_the_order_of_fields(names: list[str]) -> None:
    """The same content is the same version, in whatever order a file says it."""
    fields = question()
    assert Question.model_validate({name: fields[name] for name in names}).version == version()


@given(st.permutations(["one", "two", "three"]))
def test_the_order_of_questions(names: list[str]) -> None:
    """A question keeps its version when others come before or after it."""
    loaded = Topic.model_validate(topic(*(question(id=name) for name in names)))
    assert {q.id: q.version for q in loaded.questions} == {name: version(id=name, topic="gans") for name in names}


def test_blanks_and_defaults() -> None:
    """Blanks around a text and a default that is written out make no new version."""
    assert version(question="  What is mode collapse?\n", hints=[], review_by=None) == version()


def test_the_topic_is_handed_down() -> None:
    """Each question carries the topic of its file."""
    loaded = Topic.model_validate(topic(question(), question(id="nash-equilibrium")))
    assert [q.topic for q in loaded.questions] == ["gans", "gans"]


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (topic(question(answer="42")), ("questions", 0, "answer")),
        (topic(author="Ada"), ("author",)),
        (topic(question(key_points=[key_point(wieght=2), key_point(id="b")])), ("questions", 0, "key_points", 0, "wieght")),
        (topic("a question"), ("questions", 0)),  # type: ignore[arg-type]
        (topic(questions="none"), ("questions",)),
        (topic(questions=[]), ("questions",)),
        (topic(topic=["gans"]), ("topic",)),
        (topic(topic="GANs and more"), ("topic",)),
        (topic(question(level="junior")), ("questions", 0, "level")),
        (topic(question(question="Why?")), ("questions", 0, "question")),
        (topic(question(since=None)), ("questions", 0, "since")),
        (topic(question(key_points=[key_point()])), ("questions", 0, "key_points")),
        (topic({k: v for k, v in question().items() if k != "key_points"}), ("questions", 0, "key_points")),
        (topic({k: v for k, v in question().items() if k != "reference"}), ("questions", 0, "reference")),
        (topic(question(reference="Too short.")), ("questions", 0, "reference")),
        (topic(question(reference="Too long. " * 300)), ("questions", 0, "reference")),
        (topic(question(formulas=[{"text": "x²"}])), ("questions", 0, "formulas", 0, "latex")),
        (topic(question(key_points=[key_point(weight=0), key_point(id="b")])), ("questions", 0, "key_points", 0, "weight")),
        ("gans", ()),
    ],
)  # fmt: skip
def test_what_is_refused(data: Any, where: tuple[str | int, ...]) -> None:
    """A field that is unknown, missing or out of its range is refused, and the place of it is named."""
    with pytest.raises(ValidationError) as refused:
        Topic.model_validate(data)
    assert where in [error["loc"] for error in refused.value.errors()]


def test_key_point_ids_differ() -> None:
    """Two key points of one question with one id are refused, and the id is named; another question may use it."""
    with pytest.raises(ValidationError, match=r"must differ within a question: diversity\b"):
        Question.model_validate(question(key_points=[key_point(), key_point(), key_point(id="discriminator")]))
    assert len(Topic.model_validate(topic(question(), question(id="another"))).questions) == 2


def test_questions_do_not_change() -> None:
    """A question that was loaded stays as it is."""
    loaded = Question.model_validate(question())
    with pytest.raises(ValidationError, match="frozen"):
        loaded.question = "What else?"  # type: ignore[misc]


def test_the_shipped_schema() -> None:
    """The schema that editors use is the model's: `python -m bot check --schema > content/schema.json`."""
    assert SCHEMA.read_text(encoding="utf-8") == json_schema()
