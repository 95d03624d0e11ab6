"""Members' names: no name passes for another's. What cannot be seen goes, and letters that look alike are one letter.

A name is kept as it is read: a word that mixes scripts to look like another is written in Latin letters, one that is all
Cyrillic or Greek stays. Names are compared as they look, and where two members' look the same they are numbered.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from bot.text import clean, clip

# Letters of other scripts that look like a Latin one.
_CYRILLIC: Final = dict(zip("аеорсухіјѕԁԛԝһӏкАВЕКМНОРСТУХІЈЅ", "aeopcyxijsdqwhlkABEKMHOPCTYXIJS", strict=True))
_GREEK: Final = dict(zip("ορνικυαϲϳτΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "opvikuacjtABEZHIKMNOPTYX", strict=True))
_LOOKS: Final = str.maketrans(_CYRILLIC | _GREEK)
_DIGITS: Final = str.maketrans("01", "ol")
_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f]")
_UNSEEN: Final = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]")
_SEEN_ALONE: Final = "A-Za-z0-9\u00c0-\u024f\u0370-\u03ff\u0400-\u052f"  # letters that no joiner changes
_JOINER: Final = re.compile(f"(?<=[{_SEEN_ALONE}])[\u200c\u200d]+|[\u200c\u200d]+(?=[{_SEEN_ALONE}])|[\u200c\u200d]+$")


def kept(name: str, *, limit: int) -> str:
    """Return a name as it is kept and shown."""
    plain = clean(unicodedata.normalize("NFKC", _seen(name))).replace("\n", " ")
    return clip(" ".join(map(_one_script, plain.split())), limit)


@lru_cache(maxsize=10_000)
def look(name: str) -> str:
    """Return what a name looks like, to compare it by: equal for two names that can be taken for each other."""
    plain = unicodedata.normalize("NFKC", _seen(name))
    return " ".join(plain.translate(_LOOKS).casefold().translate(_DIGITS).split())


def told_apart(names: Mapping[int, str]) -> dict[int, str]:
    """Return members' names by their ids, the later of those who look the same with a number."""
    seen: dict[str, int] = {}
    apart = {}
    for who in sorted(names):
        alike = look(names[who])
        number = seen[alike] = seen.get(alike, 0) + 1
        apart[who] = f"{names[who]} ({number})" if number > 1 and names[who] else names[who]
    return apart


def _seen(name: str) -> str:
    """Return a name without what nobody sees in it; the joiners of emoji and of scripts that need them stay."""
    return _JOINER.sub("", _UNSEEN.sub("", name))


def _one_script(word: str) -> str:
    return word.translate(_LOOKS) if _LATIN.search(word) else word
