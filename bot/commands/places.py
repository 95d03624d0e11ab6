"""Times of day, time zones and countries as people write them: understood where one thing is meant, answered with what to write else."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import time
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from holidays import country_holidays
from holidays.registry import COUNTRIES

from bot.commands import suggesting
from bot.errors import BadValue
from bot.rules.quiet import spelled
from bot.rules.schedule import MOST_A_DAY, clocks, known_countries
from bot.text import clip, nearest

_TIME: Final = re.compile(r"(\d{1,2})(?:[:.h](\d{2})?)?\s?([ap]\.?m\.?)?|(\d{2})(\d{2})", re.IGNORECASE)
_SHAPE: Final = re.compile(
    r"\d{1,2}[:.]\d{2}(?:\s?[ap]\.?m\.?)?|\d{1,2}\s?[ap]\.?m\.?|\d{4}|\d{1,2}h(?:\d{2})?", re.IGNORECASE
)
_SEVERAL: Final = re.compile(r"\s*[,;&+]\s*|\s+and\s+|(?<=[\dmn])\s+(?=[\dnm])(?![ap]\.?m\b)", re.IGNORECASE)
# What stands between the ends of hours, and may stand before them.
_TO: Final = re.compile(r"\s*[-–—]\s*|\s*\.\.+\s*|\s+(?:to|until|till|and|bis)\s+", re.IGNORECASE)
_FROM: Final = re.compile(r"(?:from|between|von)\s+", re.IGNORECASE)
_FOR_ALL: Final = frozenset({  # kinds of holidays that are of no denomination or community
    "public", "government", "bank", "optional", "optional_women", "half_day", "school", "unofficial", "workday", "de_facto",
    "armed_forces",
})  # fmt: skip
# Whose parts are known by name without their country.
_WITH_PARTS: Final = ("DE", "US", "GB", "CA", "AU", "CH", "AT", "ES", "IN", "BR")
_ENGLISH: Final = {
    "bavaria": "DE-BY", "saxony": "DE-SN", "lowersaxony": "DE-NI", "saxonyanhalt": "DE-ST", "hesse": "DE-HE", "thuringia": "DE-TH",
    "northrhinewestphalia": "DE-NW", "nrw": "DE-NW", "rhinelandpalatinate": "DE-RP", "catalonia": "ES-CT", "andalusia": "ES-AN",
    "tyrol": "AT-7", "vienna": "AT-9", "carinthia": "AT-2", "styria": "AT-6",
}  # fmt: skip
LEAST_LETTERS: Final = 3  # of a part's name; shorter ones are codes
_NAMED_TIMES: Final = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_OFFSET: Final = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
# What an abbreviation leaves open a city does not: it also says when the clocks are changed.
_SHORT: Final = {
    "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles", "pt": "America/Los_Angeles", "mdt": "America/Denver",
    "cst": "America/Chicago", "cdt": "America/Chicago", "edt": "America/New_York", "et": "America/New_York",
    "bst": "Europe/London", "ist": "Asia/Kolkata", "cest": "Europe/Berlin", "eest": "Europe/Helsinki",
    "ct": "America/Chicago", "mt": "America/Denver", "akst": "America/Anchorage", "akdt": "America/Anchorage", "hdt": "America/Adak",
    "west": "Europe/Lisbon", "sast": "Africa/Johannesburg", "eat": "Africa/Nairobi", "wat": "Africa/Lagos", "cat": "Africa/Maputo",
    "pkt": "Asia/Karachi", "hkt": "Asia/Hong_Kong", "ict": "Asia/Bangkok", "wib": "Asia/Jakarta", "nzst": "Pacific/Auckland",
    "nzdt": "Pacific/Auckland", "acst": "Australia/Adelaide", "acdt": "Australia/Adelaide", "awst": "Australia/Perth",
    "jst": "Asia/Tokyo", "kst": "Asia/Seoul", "sgt": "Asia/Singapore", "aest": "Australia/Sydney", "aedt": "Australia/Sydney",
    "msk": "Europe/Moscow", "brt": "America/Sao_Paulo",
}  # fmt: skip
_BY_OFFSET: Final = {
    -10: "Pacific/Honolulu", -9: "America/Anchorage", -8: "America/Los_Angeles", -7: "America/Denver", -6: "America/Chicago", -5: "America/New_York", -3: "America/Sao_Paulo",
    0: "Europe/London", 1: "Europe/Berlin", 2: "Europe/Helsinki, or in summer Europe/Berlin", 3: "Europe/Moscow",
    4: "Asia/Dubai", 5: "Asia/Karachi", 7: "Asia/Bangkok", 8: "Asia/Singapore", 9: "Asia/Tokyo", 10: "Australia/Sydney",
}  # fmt: skip
_CITIES: Final = {
    "munich": "Europe/Berlin", "hamburg": "Europe/Berlin", "frankfurt": "Europe/Berlin", "cologne": "Europe/Berlin",
    "barcelona": "Europe/Madrid", "milan": "Europe/Rome", "geneva": "Europe/Zurich", "manchester": "Europe/London",
    "edinburgh": "Europe/London", "san francisco": "America/Los_Angeles", "seattle": "America/Los_Angeles",
    "boston": "America/New_York", "washington": "America/New_York", "atlanta": "America/New_York", "montreal": "America/Toronto",
    "mumbai": "Asia/Kolkata", "delhi": "Asia/Kolkata", "bangalore": "Asia/Kolkata", "bengaluru": "Asia/Kolkata",
    "beijing": "Asia/Shanghai", "osaka": "Asia/Tokyo",
}  # fmt: skip
_COUNTRY_WORDS: Final = {
    "uk": "GB",
    "britain": "GB",
    "great britain": "GB",
    "usa": "US",
    "america": "US",
    "holland": "NL",
    "uae": "AE",
}
NONE: Final = frozenset({"none", "off", "no", "-"})
EXAMPLES: Final = 4


def looks_like_time(word: str) -> bool:
    """Whether a word has the shape of a time of day, also of one that no day has."""
    return bool(_SHAPE.fullmatch(word)) or word.casefold() in _NAMED_TIMES


def read_time(word: str) -> time:
    """Return a time of day: `09:00`, `9.30`, `9am`, `noon`."""
    if found := _NAMED_TIMES.get(word.casefold()):
        return found
    match = _TIME.fullmatch(word) if looks_like_time(word) else None
    hour, minute = (int(match[1] or match[4]), int(match[2] or match[5] or 0)) if match else (99, 99)
    if match and match[3]:
        later = 12 if match[3].casefold().startswith("p") else 0
        hour = hour % 12 + later if 1 <= hour <= 12 else 99  # noqa: PLR2004  the hours of a clock's face
    if hour > 23 or minute > 59:  # noqa: PLR2004
        raise BadValue(f"“{clip(word, 60)}” is no time of day. Write it from 00:00 to 23:59, such as 09:00, or 9am.")
    return time(hour, minute)


def look_like_times(words: str) -> bool:
    """Whether words have the shape of one time of day, or of several."""
    parts = _SEVERAL.split(words)
    return all(map(looks_like_time, parts))


def read_times(words: str) -> tuple[time, ...]:
    """Return the times of a day that words name, in order: `09:00,13:00`, `9am and noon`."""
    times = tuple(sorted({read_time(part) for part in _SEVERAL.split(words.strip(" ,")) if part}))
    if not 1 <= len(times) <= MOST_A_DAY:
        raise BadValue(f"“{clip(words, 60)}” are no times of day. Write one to {MOST_A_DAY}, such as 09:00,13:00")
    return times


def city_near(zone: str) -> str:
    """Return a city where clocks are changed, and go as those of a zone that is an offset, in winter."""
    ahead = clocks(zone)[0]
    return _BY_OFFSET.get(int(ahead.total_seconds() // 3600) if ahead else 0, "Europe/Berlin").partition(",")[0]


def looks_like_zone(word: str) -> bool:
    """Whether a word by itself means a time zone: a zone's name, a city, a country, an abbreviation, an offset."""
    spoken = _spoken(word)
    if ("/" in word and " " not in word) or word.casefold() in zones() or _is_offset(word):
        return True
    return spoken in _SHORT or spoken in _cities() or spoken in _CITIES or spoken in _country_codes()


def _is_offset(word: str) -> bool:
    return bool(_OFFSET.fullmatch(word)) and (":" in word or word[:3].casefold() in {"utc", "gmt"})


def read_zone(word: str) -> str:
    """Return a zone's name, also by its city or by a country that has one zone; else raise BadValue with what is meant."""
    spoken = _spoken(word)
    if found := zones().get(word.casefold()) or _CITIES.get(spoken) or _only(_cities().get(spoken, ())):
        return found
    in_country = () if spoken in _SHORT else _zones_of(spoken, word)  # Ethiopia's code is how New York calls its time
    if found := _only(in_country):
        return found
    raise _unsure_of(word, spoken, in_country)


def _unsure_of(word: str, spoken: str, in_country: tuple[str, ...]) -> BadValue:
    """Say what to write for a word that means no zone, or more than one."""
    said = clip(word, 60)
    if meant := _SHORT.get(spoken):
        sentence = f"“{said}” does not say when clocks are changed. Name a city: did you mean {meant}?"
        return BadValue(sentence, word=word, instead=meant)
    if offset := _OFFSET.fullmatch(word):
        hours = int(f"{offset[1]}{offset[2]}")
        city = "Asia/Kolkata" if offset[3] else _BY_OFFSET.get(hours, "Europe/Berlin")
        return BadValue(f"“{said}” does not say when clocks are changed. Name a city, such as {city}.")
    if in_country or (in_country := tuple(_cities().get(spoken, ()))):
        some = ", ".join(in_country[:EXAMPLES])
        return BadValue(f"“{said}” has several time zones. Choose one, such as {some}.")
    near = nearest(word, zones().values())
    hint = f"Did you mean {near}?" if near else "Write a city's, such as Europe/Berlin."
    return BadValue(f"I know no time zone “{said}”. {hint}", word=word, instead=near)


def _only(some: Iterable[str]) -> str:
    """Return the only one of some, or nothing."""
    known = list(some)
    return known[0] if len(known) == 1 else ""


@lru_cache(maxsize=1)
def zones() -> dict[str, str]:
    """Return the zones' names, by their small letters."""
    return {name.casefold(): name for name in suggesting.zones()}


@lru_cache(maxsize=1)
def _cities() -> dict[str, list[str]]:
    """Return the zones of each city that has given its name to one, by the name as it is spoken."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for code in _zones_by_country().values():
        for name in code:
            found[_spoken(name.rpartition("/")[2])].append(name)
    return {city: sorted(set(names)) for city, names in found.items()}


@lru_cache(maxsize=1)
def _zones_by_country() -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for code, _, name, *_ in suggesting.table("zone.tab"):
        found[code].append(name)
    return dict(found)


@lru_cache(maxsize=1)
def _country_codes() -> dict[str, str]:
    """Return the countries' codes by their names as they are spoken."""
    listed = {_spoken(name): code for code, name, *_ in suggesting.table("iso3166.tab")}
    in_calendars = {_spoken(name): codes[1] for name, codes in COUNTRIES.items()}
    return {**listed, **in_calendars, **_COUNTRY_WORDS}


def _zones_of(spoken: str, word: str) -> tuple[str, ...]:
    """Return the zones of a country that is meant by its name or its code; of those with the same clocks the first."""
    code = _country_codes().get(spoken, word.upper())
    by_clocks: dict[tuple[object, ...], str] = {}
    for name in _zones_by_country().get(code, ()):  # the most people live in the first
        by_clocks.setdefault(clocks(name), name)
    return tuple(by_clocks.values())


def read_countries(word: str) -> str:
    """Return one or several countries whose holidays are off, by code or name: `DE-BY`, `Germany`, `DE,FR`; nothing for none."""
    if word.casefold() in NONE:
        return ""
    parts = [part for part in word.split(",") if part.strip()]
    return ",".join(dict.fromkeys(_country(part) for part in parts or [word]))


def _country(word: str) -> str:
    """Return a country or a part of it, with the denominations whose holidays are off too: `DE-BY+catholic`."""
    place, *named = word.strip().split("+")
    code, dash, last = place.rpartition("-")
    if dash and "-" in code and last.casefold() in _communities(_place(code).partition("-")[0]):
        place, named = code, [last, *named]
    country = _place(place)
    return "+".join([country, *(_community(country.partition("-")[0], one) for one in named)])


@lru_cache(maxsize=1)
def _parts_by_name() -> dict[str, str]:
    """Return the parts of some countries by the names that people call them by, in their language and in English."""
    found = dict(_ENGLISH)
    for country in reversed(_WITH_PARTS):
        for code, names in country_holidays(country, years=2026).get_subdivision_aliases().items():
            found |= {_plain(name): f"{country}-{code}" for name in names if len(name) > LEAST_LETTERS}
    return found


@lru_cache(maxsize=64)
def _communities(country: str) -> list[str]:
    """Return the denominations and communities that have public holidays of their own in a country."""
    return sorted(set(country_holidays(country, years=2026).supported_categories) - _FOR_ALL)


def _community(country: str, word: str) -> str:
    known = _communities(country)
    if word.casefold() in known:
        return word.casefold()
    which = f"Known: {', '.join(known)}." if known else f"Write {country} alone."
    raise BadValue(f"I know no holidays of “{clip(word, 60)}” by themselves in {country}. {which}")


def _full(part: str) -> str:
    """Return an hour that stands by itself as a time of day: 22 for 22:00."""
    hour = part.strip()
    return f"{hour}:00" if hour.isdigit() and len(hour) <= 2 else hour  # noqa: PLR2004


def _place(word: str) -> str:
    known = known_countries()
    if (of := _parts_by_name().get(_plain(word))) and _spoken(word) not in _country_codes():
        return of
    written, dash, part = word.strip().partition("-")
    if (whole := _country_codes().get(_spoken(word))) in known:
        return str(whole)
    country = _country_codes().get(_spoken(written), written.upper())
    if country not in known:
        names = {name.title(): name for name, code in _country_codes().items() if code in known}
        near = nearest(word, names, cutoff=75)
        hint = (
            f"Did you mean {near}?" if near else "Write a country such as DE, Germany, IN or US-CA; several as DE,FR."
        )
        raise BadValue(f"I know no public holidays of “{clip(word, 60)}”. {hint}")
    return f"{country}-{_subdivision(country, part, known[country])}" if dash else country


def _subdivision(country: str, word: str, known: Iterable[str]) -> str:
    """Return a country's part as the calendar spells it; people need no capitals, accents or spaces."""
    spelled = {_plain(part): part for part in known}
    spelled |= {
        name: whole.partition("-")[2] for name, whole in _parts_by_name().items() if whole.startswith(f"{country}-")
    }
    if found := spelled.get(_plain(word)):
        return found
    parts = ", ".join(part.replace(" ", "_") for part in known) or "none"
    raise BadValue(f"I know no part “{clip(word, 60)}” of {country}. Known parts: {parts}.")


def _plain(word: str) -> str:
    """Return a name's letters and digits alone, small and without accents."""
    return "".join(sign for sign in normalize("NFKD", word).casefold() if sign.isalnum())


def _spoken(name: str) -> str:
    """Return a name as it is spoken: “New York” for `New_York`."""
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())


def are_hours(words: str, _: object = None) -> bool:
    """Whether words have the shape of hours from one time of day to another: `22-8`, `from 10 pm to 7 am`."""
    parts = _ends(words)
    return len(parts) == 2 and all(looks_like_time(_full(part)) for part in parts)  # noqa: PLR2004


def _ends(words: str) -> list[str]:
    return _TO.split(_FROM.sub("", words.strip(), count=1))


def hours(word: str, _: object = None) -> str:
    """Return quiet hours as they are kept, or nothing for none."""
    if word.casefold() in NONE:
        return ""
    if not are_hours(word):
        raise BadValue(f"“{clip(word, 60)}” are no hours. Write them as 22:00-08:00, or none.")
    first, last = (read_time(_full(part)) for part in _ends(word))
    if first == last:
        raise BadValue("Quiet hours that end when they begin are none. Write them as 22:00-08:00, or none.")
    return spelled(first, last)
