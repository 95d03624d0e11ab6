"""Languages: an answer in another than its question's goes to a person, and no answer in the question's own ever does."""

from collections.abc import Iterator

import pytest
import yaml

from bot.grading import doubt, grade, grade_reference
from bot.grading.language import is_foreign, languages
from tests.grading.test_grading import QUESTION, ROOT, bank

ENGLISH = frozenset({"en"})
SPANISH = (
    "¿Para qué sirve el término KL en un VAE?",
    "Acerca la distribución del codificador a la normal, de modo que se puede muestrear del espacio latente.",
)
CHINESE = ("VAE 中的 KL 项有什么作用？", "它使编码器的分布接近标准正态分布。因此可以从潜在空间采样。")
JAPANESE = ("KL項は何のためにあるか？", "エンコーダの分布を標準正規分布に近づけるため。")


def lines(name: str) -> list[str]:
    return (ROOT / "tests" / "samples" / "languages" / name).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("text", lines("other.txt"))
def test_other_languages(text: str) -> None:
    """An answer in another language or script is told by it, whatever terms and formulas it has."""
    assert is_foreign(text, ENGLISH)
    assert grade(QUESTION, text).unsure == doubt.FOREIGN


@pytest.mark.parametrize("text", ["", *lines("english.txt")])
def test_no_other_language(text: str) -> None:
    """Terms, formulas, code, names, slips and quotations are no other language."""
    assert not is_foreign(text, ENGLISH)


def written() -> Iterator[str]:
    """Yield all that was written in English for the bank and its samples; remarks beside answers come in many languages."""
    for file in (ROOT / "tests" / "samples").rglob("*.yaml"):
        for answers in yaml.safe_load(file.read_text(encoding="utf-8")).values():
            yield from answers.values()
    for file in (ROOT / "tests" / "samples" / "talk").rglob("*answers.txt"):
        yield from (line.rpartition(" | ")[2] for line in file.read_text(encoding="utf-8").splitlines())
    for question in bank().questions.values():
        yield from (question.question, question.reference, *question.hints)
        for point in question.key_points:
            yield from (point.statement, *point.phrasings, *point.says, *point.not_)
        for mistake in question.misconceptions:
            yield from (mistake.statement, *mistake.phrasings)


@pytest.mark.no_cover
def test_english_is_never_taken_for_another() -> None:
    """Of all answers, references and wordings that we have none is taken for another language, and each question is in English."""
    assert [text for text in written() if is_foreign(text, ENGLISH)] == []
    assert {languages(one.question, one.reference) for one in bank().questions.values()} == {ENGLISH}


@pytest.mark.parametrize(
    ("asked", "reference", "own", "other"),
    [
        (*SPANISH, "El término acerca la distribución a la normal y se puede muestrear", "Der Term zieht die Verteilung zur Normalverteilung, damit man daraus ziehen kann"),
        (*SPANISH, "KL, prior gaussiano, muestrear", "It pulls the distribution of the encoder to the normal, so that one can sample from it"),
        (*CHINESE, "KL 使分布接近正态分布。可以采样", "It pulls the distribution of the encoder to the normal, so that one can sample from it"),
        (*CHINESE, "KL regularization, sampling", "Он приближает распределение к нормальному"),
        (*JAPANESE, "エンコーダを正規分布に近づける", "El término acerca la distribución a la normal y se puede muestrear del espacio"),
        ("What is it?", SPANISH[1], SPANISH[1], CHINESE[1]),
        ("KL?", "E[log q − log p]", SPANISH[1], ""),
    ],
)  # fmt: skip
def test_the_question_s_own_language(asked: str, reference: str, own: str, other: str) -> None:
    """What is another language is said by question and reference: a team's own is graded, whichever it is; an unknown one is too."""
    assert grade_reference(asked, (reference,), own).unsure != doubt.FOREIGN
    found = grade_reference(asked, (reference,), other)
    assert (found.score, found.unsure == doubt.FOREIGN) == (0, bool(other))
    assert not any(point.credit for point in found.points)


def test_references_in_two_languages() -> None:
    """An answer in the language of one of several references is graded by it."""
    references = ("It pulls the distribution of the encoder to the normal.", SPANISH[1])
    assert grade_reference("What does the KL do?", references, SPANISH[1]).score > 0
    assert grade_reference("What does the KL do?", references[:1], SPANISH[1]).unsure == doubt.FOREIGN


def test_key_points_and_drafts_in_another_language() -> None:
    """A team's own question with key points in its language is graded; a draft's answer in another goes to a person."""
    point = QUESTION.key_points[0].model_copy(update={"phrasings": ("acerca la distribución a la normal",)})
    update = {"question": SPANISH[0], "reference": SPANISH[1], "key_points": (point, *QUESTION.key_points[1:])}
    own = QUESTION.model_copy(update=update)
    assert grade(own, "Acerca la distribución a la normal y se puede muestrear").points[0].credit > 0
    draft = QUESTION.model_copy(update={"draft": True})
    assert (
        grade(draft, "El generador pierde la diversidad de las muestras, que son todas iguales").unsure == doubt.FOREIGN
    )
