"""The question bank's shape: what a topic file in `content/` may say, and the JSON Schema made from it.

Everything downstream (choosing, grading, cards) reads these frozen models and nothing else of the files.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache, cached_property
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator, model_validator
from pydantic.json_schema import SkipJsonSchema

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=400)]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
Formal = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
LEAST_REFERENCE, MOST_REFERENCE = 40, 2500  # characters
LEAST_POINTS = 2
_OPTIONS: Final = re.compile(r"\n\n[A1]: ")  # as an import writes them below a question


class Level(StrEnum):
    """How senior the person is whom the question would be asked."""

    MID = "mid"
    SENIOR = "senior"
    PRINCIPAL = "principal"


# How people write difficulty besides, in words and signs: where they ask for a question, and in the notes that they import.
LEVEL_WORDS: Final[Mapping[str, Level]] = {
    **dict.fromkeys(
        (
            "mid",
            "👶",
            "easy",
            "basic",
            "basics",
            "beginner",
            "junior",
            "fundamental",
            "fundamentals",
            "⚡",
            "🟢",
            "⭐",
            "leicht",
            "einfach",
            "facile",
            "fácil",
        ),
        Level.MID,
    ),
    **dict.fromkeys(
        ("senior", "medium", "intermediate", "moderate", "📊", "🟡", "⭐⭐", "mittel", "moyen", "medio"), Level.SENIOR
    ),
    **dict.fromkeys(
        (
            "principal",
            "🚀",
            "hard",
            "advanced",
            "difficult",
            "expert",
            "staff",
            "🔥",
            "🟠",
            "🔴",
            "⭐⭐⭐",
            "schwer",
            "schwierig",
            "difficile",
            "difícil",
        ),
        Level.PRINCIPAL,
    ),
}


def level_named(word: str, table: Mapping[str, Level] = LEVEL_WORDS) -> Level | None:
    """Return the level that a word or sign on its own means."""
    return table.get(word.strip().removesuffix("\ufe0f").casefold())


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def model_post_init(self, _: Any) -> None:
        """Share with all others the set of the fields that were given: one for each key point takes a quarter of the bank."""
        object.__setattr__(self, "__pydantic_fields_set__", _given(frozenset(self.model_fields_set)))


@cache
def _given(fields: frozenset[str]) -> set[str]:
    return set(fields)


class KeyPoint(_Model):
    """One thing a full answer says."""

    id: Slug = Field(description="Unique within the question; grades refer to it, so keep it when the wording changes.")
    statement: Line = Field(description="The point in one sentence, shown at the reveal.")
    phrasings: tuple[Phrase, ...] = Field(
        min_length=1,
        max_length=24,
        description="Short ways people say it: 1 to 8 words each. *word* has to be there; *this* < *that* in this order.",
    )
    says: tuple[Phrase, ...] = Field(
        default=(),
        max_length=40,
        description="Clauses that earn it, as people say it in terms and in everyday words. May have marks, as phrasings.",
    )
    not_: tuple[Phrase, ...] = Field(
        default=(),
        alias="not",
        max_length=40,
        description="Near misses: clauses with the right words that are wrong: exchanged, denied, reversed, a neighbour's.",
    )
    weight: int = Field(default=1, ge=1, le=5, description="How much of the grade it carries, beside the others.")
    extra: bool = Field(
        default=False, description="The question does not ask for it: it can raise a grade and never holds it down."
    )


class Misconception(_Model):
    """What a wrong answer typically says."""

    statement: Line = Field(description="What is true instead of the mistake, in one sentence; the reveal shows it.")
    phrasings: tuple[Phrase, ...] = Field(min_length=1, max_length=24, description="How people word the mistake.")
    point: Slug | None = Field(default=None, description="The key point that it contradicts, and takes the credit of.")


class Formula(_Model):
    """A formula twice: as people read it in a chat, and for whoever typesets it."""

    text: Formal = Field(
        description="Plain Unicode, letter by letter as it stands in the question, the reference or a key point."
    )
    latex: Formal = Field(description="The same in LaTeX, without dollar signs.")


def without_options(question: str) -> str:
    """Return a question's text without the options that stand below it, a letter before each."""
    start = _OPTIONS.search(question)
    return question[: start.start()] if start else question


def options_of(question: str) -> dict[str, str]:
    """Return the options that stand below a question, by their letters or numbers."""
    options: dict[str, str] = {}
    for line in question[len(without_options(question)) :].strip("\n").split("\n"):
        last = next(reversed(options), "")
        if line[1:3] == ": " and (line[0] == chr(ord(last) + 1) if last else line[0] in {"A", "1"}):
            options[line[0]] = line[3:]
        elif last:
            options[last] += f"\n{line}"
    return options


class Question(_Model):
    """One question with all that is needed to ask, grade and reveal it.

    A draft waits for a person: its key points were proposed, or it has no answer yet. It is not asked unless it is `live`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"draft": {"const": True}}, "required": ["draft"]},
            "else": {"required": ["reference", "key_points"]},
        }
    )

    id: Slug = Field(description="Unique in the whole bank and never reused.")
    topic: SkipJsonSchema[Slug] = ""  # comes from the file
    level: Level
    draft: bool = Field(
        default=False, description="Not confirmed by a person yet, and not asked; remove it when it is."
    )
    live: bool = Field(
        default=False, description="Asked although it is a draft: graded by its reference until it is confirmed."
    )
    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=600)]
    reference: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)] = Field(
        default="",
        validate_default=True,
        description="The reference answer, 60 to 200 words, formulas in plain Unicode text.",
    )
    key_points: tuple[KeyPoint, ...] = Field(default=(), validate_default=True, max_length=8)
    misconceptions: tuple[Misconception, ...] = Field(default=(), max_length=5)
    hints: tuple[Line, ...] = Field(default=(), max_length=3, description="From vague to close; never the answer.")
    reading: tuple[Line, ...] = Field(default=(), max_length=6, description="Title and identifier of a source.")
    formulas: tuple[Formula, ...] = Field(default=(), max_length=20, description="The text's formulas in LaTeX.")
    tags: tuple[Slug, ...] = Field(default=(), max_length=10)
    since: date = Field(description="When the question entered the bank.")
    review_by: date | None = Field(default=None, description="When the facts may have aged; `check` warns after it.")

    @cached_property
    def version(self) -> str:
        """A hash of the content: the same text is the same version, on any machine."""
        written = self.model_dump(mode="json", exclude_defaults=True)  # a new optional field makes no new version
        canonical = json.dumps(written, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]

    @property
    def asks(self) -> str:
        """What it asks without the options that it offers: the right one's words are an answer, and no repetition."""
        return without_options(self.question)

    @property
    def complete(self) -> bool:
        """Whether it has what it takes to be asked, graded and revealed."""
        return bool(self.reference and self.key_points) and self.fits(self.reference)

    @property
    def lacking(self) -> str:
        """What it lacks to be complete, in words; nothing where it is."""
        if not self.reference:
            return "it has no answer"
        if not self.fits(self.reference):
            return "its answer is too long to be shown"
        return "" if self.key_points else "it has no key points"

    @property
    def ready(self) -> bool:
        """Whether it is asked: it is complete, and a person has confirmed it or let it go live as a draft."""
        return self.complete and (self.live or not self.draft)

    @staticmethod
    def fits(reference: str) -> bool:
        """Whether a reference answer is short enough to be shown on a card."""
        return len(reference) <= MOST_REFERENCE

    @field_validator("reference")
    @classmethod
    def _long_enough(cls, reference: str, info: ValidationInfo) -> str:
        if not info.data.get("draft") and not LEAST_REFERENCE <= len(reference) <= MOST_REFERENCE:
            message = f"a reference answer has {LEAST_REFERENCE} to {MOST_REFERENCE} characters, not {len(reference)}"
            raise ValueError(message)
        return reference

    @field_validator("key_points")
    @classmethod
    def _enough(cls, points: tuple[KeyPoint, ...], info: ValidationInfo) -> tuple[KeyPoint, ...]:
        if not info.data.get("draft") and len(points) < LEAST_POINTS:
            message = f"a question that is no draft has at least {LEAST_POINTS} key points, not {len(points)}"
            raise ValueError(message)
        return points

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
