"""What makes a question worth a look, from facts alone."""

import pytest

from bot.rules.difficulty import Facts, Feeling, to_look_at
from tests.doubles.fakes import question

ALL = {"rayleigh": 3, "short": 3, "eyes": 3}


def scores(*given: int) -> dict[int, int]:
    return dict(enumerate(given))


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        (Facts(), []),
        (Facts(scores=scores(0, 0), had={}), []),
        (Facts(scores=scores(0, 0, 0)), ["nobody of 3 members earns anything"]),
        (Facts(scores=scores(80, 90, 100), had=ALL), ["all 3 members answer it correctly"]),
        (Facts(scores=scores(*range(40, 46)), had={"rayleigh": 6, "short": 1}), ["nobody says eyes"]),
        (Facts(scores=scores(50), had=ALL, appeals=4, accepted=2), ["2 of 4 appeals were accepted"]),
        (Facts(scores=scores(50), had=ALL, appeals=9, accepted=2), []),
        (Facts(felt={Feeling.UNCLEAR: 2, Feeling.CLEAR: 1}), ["2 members found it unclear"]),
        (Facts(felt={Feeling.UNCLEAR: 2, Feeling.CLEAR: 2}), []),
        (Facts(felt={Feeling.TOO_EASY: 3, Feeling.TOO_HARD: 1}), ["3 members found it too easy"]),
        (Facts(felt={Feeling.TOO_HARD: 3}), ["3 members found it too hard"]),
    ],
)
def test_why_a_question_should_be_looked_at(facts: Facts, reasons: list[str]):
    """Nobody or everybody earns it, a point is never said, appeals succeed, members say so; a few members prove nothing."""
    assert [*to_look_at(question(0), facts)] == reasons


def test_a_question_tells_members_apart():
    """Who does well elsewhere should do well here; of few members, or of all alike, nothing is said."""
    up = Facts(scores=scores(10, 20, 30, 40, 50, 60), had=ALL, elsewhere={n: 50.0 + n for n in range(6)})
    down = Facts(scores=scores(60, 50, 40, 30, 20, 10), had=ALL, elsewhere=up.elsewhere)
    assert up.discrimination == pytest.approx(1)
    assert "who does well elsewhere does worse here" in [*to_look_at(question(0), down)]
    assert Facts(scores=scores(1, 2), elsewhere=up.elsewhere).discrimination is None
    assert Facts(scores=scores(5, 5, 5, 5, 5, 5), elsewhere=up.elsewhere).discrimination is None
    assert (up.share("rayleigh"), up.share("other"), Facts().share("rayleigh")) == (50, 0, 0)
