"""The question bank's shape: what a topic file in `content/` may say, and the JSON Schema made from it.

Everything downstream (choosing, grading, cards) reads these frozen models and nothing else of the files.
"""

import hashlib
import json
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.json_schema import SkipJsonSchema

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=400)]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]


class Level(StrEnum):
    """How senior the person is whom the question would be asked."""

    MID = "mid"
    SENIOR = "senior"
    PRINCIPAL = "principal"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KeyPoint(_Model):
    """One thing a full answer says."""

    id: Slug = Field(description="Unique within the question; grades refer to it, so keep it when the wording changes.")
    statement: Line = Field(description="The point in one sentence, shown at the reveal.")
    phrasings: tuple[Phrase, ...] = Field(
        min_length=1, max_length=24, description="Short ways people say it: 1 to 8 words each, abbreviations included."
    )
    weight: int = Field(default=1, ge=1, le=5, description="How much of the grade it carries, beside the others.")


class Misconception(_Model):
    """What a wrong answer typically says."""

    statement: Line = Field(description="The mistake in one sentence, and what is true instead.")
    phrasings: tuple[Phrase, ...] = Field(min_length=1, max_length=12, description="How people word the mistake.")


class Question(_Model):
    """One question with all that is needed to ask, grade and reveal it."""

    id: Slug = Field(description="Unique in the whole bank and never reused.")
    topic: SkipJsonSchema[Slug] = ""  # comes from the file
    level: Level
    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=600)]
    reference: Annotated[str, StringConstraints(strip_whitespace=True, min_length=40, max_length=2500)] = Field(
        description="The reference answer, 60 to 200 words, formulas in plain Unicode text."
    )
    key_points: tuple[KeyPoint, ...] = Field(min_length=2, max_length=8)
    misconceptions: tuple[Misconception, ...] = Field(default=(), max_length=5)
    hints: tuple[Line, ...] = Field(default=(), max_length=3, description="From vague to close; never the answer.")
    reading: tuple[Line, ...] = Field(default=(), max_length=6, description="Title and identifier of a source.")
    tags: tuple[Slug, ...] = Field(default=(), max_length=10)
    since: date = Field(description="When the question entered the bank.")
    review_by: date | None = Field(default=None, description="When the facts may have aged; `check` warns after it.")

    @cached_property
    def version(self) -> str:
        """A hash of the content: the same text is the same version, on any machine."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]

    @model_validator(mode="after")
    def _key_points_differ(self) -> Self:
        ids = [point.id for point in self.key_points]
        if doubled := sorted({key for key in ids if ids.count(key) > 1}):
            message = f"key point ids must differ within a question: {', '.join(doubled)}"
            raise ValueError(message)
        return self


class Topic(_Model):
    """One file of the bank: a topic and its questions."""

    topic: Slug = Field(description="The word people type, such as `diffusion`.")
    title: Line = Field(description="How the topic is written on a card.")
    aliases: tuple[Slug, ...] = Field(default=(), max_length=12, description="Other words people type for it.")
    questions: tuple[Question, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _hand_down_the_topic(cls, data: Any) -> Any:
        """Each question carries its file's topic, so that it can be read on its own."""
        match data:
            case {"topic": str(topic), "questions": list(questions)}:
                named = [{**q, "topic": topic} if isinstance(q, dict) else q for q in questions]
                return {**data, "questions": named}
            case _:
                return data


def json_schema() -> str:
    """Return the JSON Schema of a topic file, for editors, as the text of `content/schema.json`."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Topic.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
