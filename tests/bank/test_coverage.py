"""The tables in `content/COVERAGE.md`: every question and concept of the owner's documents, held to the bank."""

import re
from pathlib import Path

import pytest

from bot.bank.loading import load
from bot.question import Question

CONTENT = Path(__file__).parents[2] / "content"
LEVELS = [f"{level} {number}" for level in ("mid", "senior", "principal") for number in (1, 2, 3)]
NUMBERS = {  # the documents are not in the repository, so what they hold is written down here
    "000_eecb91407dd7bfde.txt": [*(f"front matter {number}" for number in LEVELS), *LEVELS],
    "001_db3616a0756529b5.txt": [str(number) for number in range(21, 41)],
    "002_752f6f894e2f4c0d.txt": [str(number) for number in range(1, 21)],
    "003_008f1a93439d309d.txt": [str(number) for number in range(41, 61)],
    "004_e3c720573c06d436.txt": [str(number) for number in range(1, 11)],
}
ASKED_FOR = {
    *("posterior collapse", "disentanglement", "WGAN", "VQ-VAE", "normalizing flows", "energy-based models"),
    *("causal masking", "head pruning", "perceptual loss", "FID", "Inception Score", "text-to-video"),
    *("visual grounding", "watermarking", "deepfake provenance", "prompt injection", "Constitutional AI"),
    *("FlashAttention", "Mamba", "vLLM", "HNSW", "RAG variants", "C2PA"),
}


def table(heading: str) -> list[list[str]]:
    """Return the cells of the table under a heading, row by row, without its head."""
    _, _, rest = (CONTENT / "COVERAGE.md").read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    section, _, _ = rest.partition("\n## ")
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def words(text: str) -> str:
    """Return a text's words alone, so that case, hyphens and line ends do not matter."""
    return " ".join(["", *re.findall(r"[^\W_]+", text.casefold()), ""])


def said(phrase: str, question: Question) -> bool:
    """Tell whether a question says a phrase, in the singular or the plural, in a text that is shown to members."""
    shown = (question.question, question.reference, *(point.statement for point in question.key_points))
    return any(f"{words(phrase)[:-1]}{ending} " in words(text) for text in shown for ending in ("", "s"))


@pytest.fixture(scope="module")
def bank() -> dict[str, Question]:
    return dict(load(CONTENT).questions)


def test_every_question_has_one_counterpart():
    """Each of the 88 questions has one row, in the order of its document, and a subject in a few words."""
    rows = table("Questions")
    numbers = {
        document: [row[1] for row in rows if row[0] == document] for document in dict.fromkeys(r[0] for r in rows)
    }
    assert numbers == NUMBERS
    assert [row for row in rows if not 1 <= len(row[2].split()) <= 12] == []


def test_counterparts_are_in_the_bank(bank: dict[str, Question]):
    """Each question that the first table names is in the bank."""
    assert {row[3] for row in table("Questions")} - bank.keys() == set()


def test_concepts_asked_for():
    """The concepts that the coverage was asked for by name have rows of their own; no concept has two."""
    concepts = [row[0] for row in table("Concepts")]
    assert ASKED_FOR - set(concepts) == set()
    assert len({words(concept) for concept in concepts}) == len(concepts)


def test_concepts_are_said(bank: dict[str, Question]):
    """Every question that a concept names is in the bank and says it, by its name or another way to write it."""
    missing = [
        (concept, name)
        for concept, also, names in table("Concepts")
        for name in names.split(", ")
        if name not in bank or not any(said(way, bank[name]) for way in (concept, *filter(None, also.split(", "))))
    ]
    assert missing == []


def test_saying():
    """A concept is said as whole words in one text: not as part of another word, nor across two texts."""
    rows = {
        "id": "gans-collapse",
        "level": "mid",
        "question": "What is a β-VAE, and what\nis it for?",
        "reference": "It is a " + "kind of autoencoder " * 20 + "that ends in text to",
        "key_points": [
            {"id": name, "statement": f"Video {name}-cards.", "phrasings": ["any thing"]} for name in ("ab", "cd", "ef")
        ],
        "since": "2026-01-01",
    }
    question = Question.model_validate(rows)
    assert [said(phrase, question) for phrase in ("β-VAE", "what is it for", "CD card")] == [True] * 3
    assert [said(phrase, question) for phrase in ("VA", "encoder", "text-to-video")] == [False] * 3
