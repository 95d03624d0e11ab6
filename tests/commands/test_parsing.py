"""Words to commands and back: typed lines, options, buttons' ids, and what is said about words nobody knows."""

from collections import Counter
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bank.loading import Bank
from bot.commands import (
    COMMANDS,
    MAX_ID,
    AskQuestion,
    ChangeSettings,
    Command,
    DeleteData,
    HideMember,
    ListSchedules,
    MarkAnswer,
    Option,
    PostScheduled,
    Reach,
    RevealAnswer,
    SetSchedule,
    ShowLeaderboard,
    ShowStats,
    SkipDate,
    SubmitAnswer,
    TakeHint,
    options,
    options_of,
    usage,
)
from bot.commands.options import WEEKDAYS
from bot.commands.parsing import build, from_id, named_by, parse, to_id
from bot.errors import BadValue, UnknownWord, UserError
from bot.handlers import DUE_HANDLERS, MEMBER_HANDLERS
from bot.question import LEVEL_WORDS, Level, Topic
from bot.rules.days import Day
from bot.rules.periods import Term
from bot.rules.schedule import holiday, known_countries
from bot.rules.scoring import Period
from tests.doubles.fakes import bank


def topic(name: str, *aliases: str) -> Topic:
    points = [{"id": key, "statement": "It is so.", "phrasings": ["it is so"]} for key in ("one", "two")]
    question = {
        "id": f"{name}-forward-reverse", "level": "mid", "question": "What is it?", "reference": "It is so. " * 5,
        "key_points": points, "since": "2026-01-01",
    }  # fmt: skip
    return Topic.model_validate({"topic": name, "title": f"All of {name}", "aliases": aliases, "questions": [question]})


BANK = Bank({t.topic: t for t in (topic("diffusion", "ddpm"), topic("gans", "gan"), topic("vaes"))})
TYPED = [c for c in COMMANDS if c.spec.reach is Reach.TYPED]
BUTTONS = [c for c in COMMANDS if c.spec.reach is Reach.BUTTON]
DUE = [c for c in COMMANDS if c.spec.reach is Reach.DUE]
TYPED_OPTIONS = [(c, o) for c in TYPED for o in options_of(c)]
ROUNDS = st.integers(min_value=0, max_value=10**18 - 1)


def by_name(value: object) -> str | None:
    return getattr(getattr(value, "spec", value), "name", None)


# Typed lines


@pytest.mark.parametrize("command", TYPED, ids=by_name)
def test_bare_name(command: type[Command]):
    """Every typed command parses from its bare name, with only its required options behind it."""
    words = [f"{o.name}={o.kind.example}" for o in options_of(command) if o.required]
    assert type(parse(" ".join([command.spec.name, *words]), BANK)) is command


@pytest.mark.parametrize(("command", "option"), TYPED_OPTIONS, ids=by_name)
def test_own_example(command: type[Command], option: Option):
    """Every option, given by name, reads the example that its kind shows to people."""
    parsed = parse(f"{command.spec.name} {option.name}={option.kind.example}", BANK)
    assert getattr(parsed, option.name) == option.kind.read(option.kind.example, BANK)


@pytest.mark.parametrize(("command", "option"), [(c, o) for c, o in TYPED_OPTIONS if o.kind.choices], ids=by_name)
def test_choices(command: type[Command], option: Option):
    """Every choice that a platform may offer is one that the option takes: as a bare word, or behind its name."""
    before = f"{option.name}=" if option.by_name_only else ""
    read = [getattr(parse(f"{command.spec.name} {before}{word}", BANK), option.name) for word in option.kind.choices]
    assert len(set(read)) == len(option.kind.choices)
    assert None not in read


@pytest.mark.parametrize("line", ["quiz principal diffusion", "quiz diffusion principal", "quiz DDPM Principal"])
def test_any_order(line: str):
    """A question's level and topic come in either order, in any case, the topic also by an alias."""
    assert parse(line, BANK) == AskQuestion(level=Level.PRINCIPAL, topic="diffusion")


@pytest.mark.parametrize(
    ("line", "term"),
    [
        ("leaderboard last week sky", Term(Period.WEEK, back=1)),
        ("leaderboard mid last month", Term(Period.MONTH, back=1)),
        ("leaderboard period=last month", Term(Period.MONTH, back=1)),
        ("leaderboard november", Term(Period.MONTH, number=11)),
        ("leaderboard november 2025 mid", Term(Period.MONTH, year=2025, number=11)),
        ("leaderboard 2026-11", Term(Period.MONTH, year=2026, number=11)),
        ("leaderboard autumn 2026", Term(Period.SEASON, year=2026, number=4)),
    ],
)
def test_a_time_may_be_two_words(line: str, term: Term):
    """A board's time is typed as people say it, before or after the other words."""
    command = parse(line, bank())
    assert isinstance(command, ShowLeaderboard)
    assert command.period == term


@pytest.mark.parametrize("line", ["leaderboard weak", "leaderboard novembre", "leaderboard period=wek"])
def test_a_mistyped_time_gets_the_nearest(line: str):
    """A word that is nearly a time is answered with it."""
    with pytest.raises(UnknownWord, match=r"Did you mean “(week|november)”"):
        parse(line, BANK)


def test_a_strange_time_gets_examples():
    """A time that is none, given by name, is answered with how to write one."""
    with pytest.raises(UnknownWord, match="Write it as last week"):
        parse("leaderboard period=xyzzyx", BANK)


def test_leaderboard():
    """A board's period, topic and level are told apart by their shape."""
    expected = ShowLeaderboard(period=Term(Period.WEEK), topic="diffusion", level=Level.PRINCIPAL)
    assert parse("leaderboard week diffusion principal", BANK) == expected


SCHEDULE = (
    "schedule set 09:00 Europe/Berlin mon-fri reveal=17:00 levels=mid,senior topics=gan,vaes board=fri board_at=16:30 "
    "holidays=DE days_off=2026-12-24,2026-12-31"
)


@pytest.mark.parametrize("line", [SCHEDULE, SCHEDULE.upper(), SCHEDULE.replace("_", "-")])
def test_schedule(line: str):
    """A whole schedule is one line, whose case does not matter, with - or _ in the options' names."""
    assert parse(line, BANK) == SetSchedule(
        at=(time(9),), zone="Europe/Berlin", days=frozenset(range(5)), reveal=time(17), levels=(Level.MID, Level.SENIOR),
        topics=("gans", "vaes"), board=4, board_at=time(16, 30), holidays="DE",
        days_off=frozenset([date(2026, 12, 24), date(2026, 12, 31)]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("schedule set days=weekends", SetSchedule(days=frozenset([5, 6]))),
        ("schedule set daily", SetSchedule(days=frozenset(range(7)))),
        ("schedule set monday,wed,fri", SetSchedule(days=frozenset([0, 2, 4]))),
        ("schedule set holidays=de-by", SetSchedule(holidays="DE-BY")),
        ("schedule set holidays=none days_off=none", SetSchedule(holidays="", days_off=frozenset())),
        ("schedule set holidays=NONE days_off=None", SetSchedule(holidays="", days_off=frozenset())),
        ("schedule set levels=all topics=all", SetSchedule(levels=(), topics=())),
        ("schedule set levels=All topics=ALL", SetSchedule(levels=(), topics=())),
        ("schedule set 9am,noon mon", SetSchedule(at=(time(9), time(12)), days=frozenset([0]))),
        ("schedule set 13:00 09:00 17:00", SetSchedule(at=(time(9), time(13), time(17)))),
        ("schedule set weekly mon 9.30", SetSchedule(at=(time(9, 30),), days=frozenset([0]), weekly=True)),
        ("schedule set weekly=off", SetSchedule(weekly=False)),
        ("schedule set monday", SetSchedule(days=frozenset([0]))),
        ("schedule set tues", SetSchedule(days=frozenset([1]))),
        ("schedule set thurs-sat", SetSchedule(days=frozenset([3, 4, 5]))),
        ("schedule skip 2026-12-24", SkipDate(day=Day(date(2026, 12, 24)))),
        ("stats maya", ShowStats(member="maya")),
        ("privacy delete delete", DeleteData(confirm="delete")),
        ("privacy hide OFF", HideMember(switch=False)),
        ("settings share=on zone=utc appoint=bo", ChangeSettings(share=True, zone="UTC", appoint="bo")),
        ("reveal round=12", RevealAnswer(round=12)),
        ("reveal 12", RevealAnswer(round=12)),
    ],
)
def test_words(line: str, expected: Command):
    """Each kind of option reads what people write."""
    assert parse(line, BANK) == expected


@given(st.integers(0, 6), st.integers(0, 6))
def test_days_wrap_around(first: int, last: int):
    """A range of weekdays runs from its first to its last day, over the weekend if need be: fri-mon is four days."""
    days = options.DAYS.read(f"{WEEKDAYS[first]}-{WEEKDAYS[last]}", BANK)
    assert {first, last} <= days
    assert len(days) == (last - first) % 7 + 1
    assert all(day == last or (day + 1) % 7 in days for day in days)


@given(st.times().map(lambda t: t.replace(second=0, microsecond=0)))
def test_times(at: time):
    """Every time of day reads back as it is written."""
    assert parse(f"schedule set {at:%H:%M}", BANK) == SetSchedule(at=(at,))


def test_build():
    """A platform that has told the options apart makes the same command as the typed line."""
    assert build("quiz", {"level": "Mid", "topic": "gan"}, BANK) == parse("quiz mid gan", BANK)


# What is said about words nobody knows


@pytest.mark.parametrize(
    ("line", "error", "words"),
    [
        ("", UnknownWord, "/help"),
        ("€€€", UnknownWord, "/help"),
        ("leaderbord", UnknownWord, "Did you mean /leaderboard?"),
        ("Quizz principal", UnknownWord, "Did you mean /quiz?"),
        ("schedule st", UnknownWord, "Did you mean /schedule set?"),
        ("privacy exprot", UnknownWord, "Did you mean /privacy export?"),
        ("question", UnknownWord, "/question mark, /question report"),
        ("schedule xyzzy", UnknownWord, "Try one of: /schedule set, /schedule list, /schedule preview"),
        ("Schedule ST", UnknownWord, "Did you mean /schedule set?"),
        ("privacy xyzzy", UnknownWord, "Try one of: /privacy export, /privacy delete, /privacy hide."),
        ("quiz difusion", UnknownWord, "Did you mean “diffusion”?"),
        ("quiz topic=difusion", UnknownWord, "Did you mean “diffusion”?"),
        ("quiz topic=€€€", UnknownWord, "diffusion, gans, vaes"),
        ("quiz principle", UnknownWord, "Did you mean “principal”?"),
        ("quiz level=principle", UnknownWord, "Did you mean “principal”?"),
        ("quiz level=€€€", UnknownWord, "mid, senior, principal"),
        ("quiz lvl=mid", UnknownWord, "Type it as: /quiz"),
        ("quiz mid senior", UnknownWord, "“senior” is one level more, and /quiz takes one. Type it as: /quiz"),
        ("quiz mid diffusion gan", UnknownWord, "“gan” is one topic more, and /quiz takes one."),
        ("shedule list", UnknownWord, "I know no command /shedule list. Did you mean /schedule list?"),
        ("privcy", UnknownWord, "Try one of: /privacy export, /privacy delete, /privacy hide."),
        (
            "quiz level=mid level=mid",
            UnknownWord,
            "“level” is given twice. Give it once: /quiz [mid/senior/principal] [topic]",
        ),
        ("quiz mid LEVEL=senior", UnknownWord, "“level” is given twice."),
        ("schedule set board-at=16:30 board_at=17:00", UnknownWord, "“board_at” is given twice."),
        ("schedule set monkey", UnknownWord, "Type it as: /schedule set [at] [zone] [days] [weekly] [reveal=17:00]"),
        ("schedule set fridge", UnknownWord, "“fridge”"),
        ("help me", UnknownWord, "Type it as: /help"),
        ("privacy hide switch=maybe", UnknownWord, "on, off"),
        ("reveal round=1" + 18 * "0", BadValue, "no number"),
        ("reveal round=²", BadValue, "no number"),
        ("reveal 1" + 18 * "0", BadValue, "no number"),
        ("schedule set 25:00", BadValue, "such as 09:00"),
        ("schedule set 9:60", BadValue, "such as 09:00"),
        ("schedule set reveal=soon", BadValue, "such as 09:00"),
        ("schedule set Europe/Berln", BadValue, "Did you mean Europe/Berlin?"),
        ("schedule set zone=€€€", BadValue, "such as Europe/Berlin"),
        ("schedule set days=mon-someday", BadValue, "mon-fri"),
        ("schedule set days=monkey", BadValue, "“monkey” are no days of the week"),
        ("schedule set days=mon,fridge", BadValue, "“fridge” are no days of the week"),
        ("schedule set days=,", BadValue, "Write it as mon-fri."),
        ("schedule set levels=", BadValue, "Write it as mid,senior or all."),
        ("schedule set topics=,", BadValue, "Write it as gans,vaes or all."),
        ("schedule set days_off=,", BadValue, "Write it as 2026-12-24."),
        ("schedule set board=mon-fri", BadValue, "such as fri"),
        ("schedule set holidays=XX", BadValue, "such as DE"),
        ("schedule set holidays=DE-XX", BadValue, "BB, BE, BW, BY"),
        ("schedule skip 2026-2-30", BadValue, "2026-12-24"),
        ("schedule set days_off=2026-12-24,tomorrow", BadValue, "2026-12-24"),
    ],
)
def test_says_what_to_do(line: str, error: type[UserError], words: str):
    """A line that cannot be read is answered by what to write instead."""
    with pytest.raises(error) as raised:
        parse(line, BANK)
    assert words in str(raised.value)


MEANT = [
    ("leaderbord week", "leaderboard week"),
    ("shedule list", "schedule list"),
    ("schedule  lst", "schedule list"),
    ("quiz mid difusion", "quiz mid diffusion"),
    ("quiz topic=DIFUSION mid", "quiz topic=diffusion mid"),
    ("quiz principal diffusion gans", "quiz principal diffusion"),
    ("quiz topc=gans", "quiz topic=gans"),
    ("schedule set zone=Europe/Berln 09:00", "schedule set zone=Europe/Berlin 09:00"),
    ("schedule set topics=gans,vaez", "schedule set topics=gans,vaes"),
    ("settings on", "settings share=on"),
    ("leaderbord wek", ""),
    ("schedule xyzzy", ""),
    ("help me", ""),
]


@pytest.mark.parametrize(("line", "meant"), MEANT)
def test_what_was_meant_can_be_done(line: str, meant: str):
    """Where it is plain what was meant, the whole line is known, and a button's id can be it; two guesses are one too many."""
    with pytest.raises(UserError) as raised:
        parse(line, BANK)
    assert raised.value.meant == meant
    if meant:
        assert from_id(f"/{meant}", BANK) == parse(meant, BANK)
        assert named_by(f"/{meant}") is type(parse(meant, BANK))


def test_what_was_meant_of_told_apart_options():
    """Options that a platform has told apart are put right too."""
    with pytest.raises(UserError) as raised:
        build("quiz", {"level": "mid", "topic": "difusion"}, BANK)
    assert raised.value.meant == "quiz level=mid topic=diffusion"


@pytest.mark.parametrize(
    "line", ["{}", "schedule {}", "quiz {}", "quiz topic={}", "quiz level={}", "schedule set zone={}"]
)
def test_answers_stay_short(line: str):
    """A very long word is not repeated in full."""
    with pytest.raises(UserError) as raised:
        parse(line.format("x" * 5000), BANK)
    assert len(str(raised.value)) < 500


NAMES = st.sampled_from([c.spec.name for c in COMMANDS])
WORDS = st.sampled_from(
    [
        *(f"{o.name}=" for _, o in TYPED_OPTIONS),
        *(o.kind.example for _, o in TYPED_OPTIONS),
        *(f"{o.name}={o.kind.example}" for _, o in TYPED_OPTIONS),
        ",", "=", "-", "/", ":", "none", "99:99", "mon-", "DE-", "2026-99-99", "²",
    ]
)  # fmt: skip
LINES = st.text() | st.builds(lambda *words: " ".join(words), NAMES, WORDS | st.text(), WORDS | st.text(max_size=5))


@given(LINES)
def test_any_text(line: str):
    """Whatever is typed makes a typed command, or a UserError for the person who typed it, and nothing else."""
    try:
        command = parse(line, BANK)
    except UserError:
        return
    assert type(command) in TYPED


def test_a_name_without_a_value():
    """An option's bare name is no second one: it lacks its value."""
    with pytest.raises(UserError, match="“share” needs a value"):
        parse("settings share", BANK)


def test_a_line_copied_from_slack():
    """The empty sign that keeps a time from being an emoji is none of what was meant."""
    assert parse("settings quiet=22:\u200b00-08:00", BANK) == parse("settings quiet=22:00-08:00", BANK)


# Buttons


NUMBERED = [
    command
    for command in (*BUTTONS, RevealAnswer, TakeHint)
    if any(option.kind.name == "number" for option in options_of(command)[:1])
    and command is not MarkAnswer  # which takes two
]


@given(st.sampled_from(NUMBERED), ROUNDS)
def test_ids_round_trip(command: type[Command], number: int):
    """A command that a button stands for comes back from its id, which no platform finds too long."""
    asked = from_id(f"{command.spec.name}:{number}", BANK)
    spelled = to_id(asked)
    assert len(spelled) <= MAX_ID
    assert from_id(spelled, BANK) == asked
    assert number in {
        getattr(asked, name, None)
        for name in ("round", "attempt", "phrasing", "edit", "suggestion", "review", "recall", "link", "live", "before")
    }


def test_ids_leave_out_nothing():
    """An option that is not given stays so through an id, also before one that is given."""
    asked = ShowLeaderboard(period=Term(Period.SEASON), level=Level.SENIOR)
    assert from_id(to_id(asked), BANK) == asked


@given(ROUNDS, st.text(min_size=1))
def test_forms(number: int, text: str):
    """A form's text comes beside the id of its button, whatever it holds."""
    spelled = to_id(SubmitAnswer(round=number))
    assert from_id(spelled, BANK, text=text) == SubmitAnswer(round=number, text=text)


def test_too_long_an_id():
    """A command that does not fit into an id is a mistake in the code, and found there."""
    with pytest.raises(ValueError, match="at most 100 characters"):
        to_id(SubmitAnswer(round=1, text="x" * MAX_ID))


@pytest.mark.parametrize("command", [SubmitAnswer(round=1, text="a:b"), ShowStats(member=":")])
def test_what_an_id_cannot_hold(command: Command):
    """A command whose text would be read back as several is a mistake in the code, and found there."""
    with pytest.raises(ValueError, match="a button's id cannot hold"):
        to_id(command)


@pytest.mark.parametrize("spelled", ["", "old-button:12", *(f"{c.spec.name}:1" for c in DUE)])
def test_strange_ids(spelled: str):
    """An id that is unknown, or stands for what only the schedule sends, makes no command."""
    with pytest.raises(UnknownWord, match="/quiz"):
        from_id(spelled, BANK)


@pytest.mark.parametrize("spelled", ["more", "more:", "more:many", "hint:-1"])
def test_broken_ids(spelled: str):
    """An id without its round, or with a broken one, is refused as a person's mistake would be."""
    with pytest.raises(BadValue):
        from_id(spelled, BANK)


@pytest.mark.parametrize("command", [*DUE, *BUTTONS], ids=by_name)
def test_not_typed(command: type[Command]):
    """What buttons carry and what falls due cannot be typed."""
    with pytest.raises(UnknownWord):
        parse(f"{command.spec.name} 1", BANK)


# The declarations


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (AskQuestion, ["/quiz", "[mid/senior/principal]", "[topic]"]),
        (TakeHint, ["/hint"]),
        (PostScheduled, ["/due", "[occurrence]"]),
        (ListSchedules, ["/schedule", "list"]),
        (
            ChangeSettings,
            [
                "/settings", "[share=on]", "[remind=on]", "[review=on]", "[notify=on]", "[mention=on]",
                "[quiet=22:00-08:00]", "[my_zone=Europe/Berlin]", "[zone=Europe/Berlin]", "[desk=17:00]", "[best=3]", "[live=on]", "[appoint=maya]",
                "[dismiss=maya]",
            ],
        ),
        (DeleteData, ["/privacy", "delete"]),
        (
            SetSchedule,
            [
                "/schedule", "set", "[at]", "[zone]", "[days]", "[weekly]", "[reveal=17:00]", "[levels=mid,senior]",
                "[topics=gans,vaes]", "[board=fri]", "[board_at=17:00]", "[holidays=DE-BY]", "[half=on]", "[warmup=on]",
                "[aloud=on]", "[days_off=2026-12-24,2026-12-31]", "[role=none]", "[champion=none]",
            ],
        ),
    ],
    ids=by_name,
)  # fmt: skip
def test_usage(command: type[Command], words: list[str]):
    """A usage shows the command's name and each option in []: one that is only given by name with an example."""
    assert usage(command).split() == words


@pytest.mark.parametrize("command", TYPED, ids=by_name)
def test_usage_can_be_typed(command: type[Command]):
    """Whatever a usage writes with = can be typed as it stands there."""
    line = " ".join(word.strip("[]") for word in usage(command).split() if "[" not in word or "=" in word)
    assert type(parse(line.removeprefix("/"), BANK)) is command


def test_names_differ():
    """No two commands share a name."""
    assert max(Counter(c.spec.name for c in COMMANDS).values()) == 1


def test_every_command_has_a_handler():
    """Each command is handled exactly once: what the schedule sends by due handlers, all else by members' handlers."""
    assert Counter([*MEMBER_HANDLERS, *DUE_HANDLERS]) == Counter(COMMANDS)
    assert set(DUE_HANDLERS) == set(DUE)


@pytest.mark.parametrize(("word", "level"), [*LEVEL_WORDS.items(), ("EASY", Level.MID), ("🔥\ufe0f", Level.PRINCIPAL)])
def test_levels_in_peoples_words(word: str, level: Level):
    """What means a level in imported notes means it where somebody asks for a question, too, alone or in a list."""
    assert parse(f"quiz {word}", BANK) == AskQuestion(level=level)
    assert parse(f"schedule set levels={word},mid", BANK) == SetSchedule(levels=(level, Level.MID))


def test_a_topic_goes_before_a_level():
    """A word by which the bank has a topic is that topic, unless it is a level's own name."""
    named = Bank({t.topic: t for t in (topic("foundations", "basics", "mid"),)})
    assert parse("quiz basics", named) == AskQuestion(topic="foundations")
    assert parse("quiz level=basics", named) == AskQuestion(level=Level.MID)
    assert parse("quiz mid", named) == AskQuestion(level=Level.MID)


def suggested(kind: options.Kind, typed: str, bank_: Bank = BANK, *, most: int = 9) -> list[str]:
    """Return the values that complete what is typed."""
    return [*options.suggestions(kind, typed, bank_, most=most)]


def test_suggestions_know_titles_aliases_and_gaps():
    """A topic is found by its title and aliases as well as by its word, and a zone by a city's name with a gap."""
    assert options.suggestions(options.TOPIC, "Heav", bank(), most=9) == {"sky": "The sky"}
    assert suggested(options.TOPIC, "the s", bank()) == ["sky", "sea"]
    assert suggested(options.TOPIC, "eaven", bank()) == []
    assert suggested(options.ZONE, "new york", most=1) == ["America/New_York"]


def test_suggestions_complete_what_is_typed():
    """Values that begin with what is typed come first, then those that contain it, and not too many."""
    assert suggested(options.TOPIC, "a", most=2) == ["gans", "vaes"]
    assert suggested(options.TOPIC, "V") == ["vaes"]
    assert suggested(options.ZONE, "berl") == ["Europe/Berlin"]
    assert suggested(options.LEVEL, "NI") == ["senior"]
    assert suggested(options.DATE, "2") == []
    assert suggested(options.ZONE, "america/", most=3)[0].startswith("America/")
    assert len(suggested(options.ZONE, "", most=3)) == 3


@pytest.mark.parametrize(
    ("kind", "typed", "first"),
    [
        (options.ZONE, "germany", "Europe/Berlin"),
        (options.ZONE, "india", "Asia/Kolkata"),
        (options.COUNTRY, "germany", "DE"),
        (options.COUNTRY, "england", "GB"),
        (options.COUNTRY, "united states, ca", "US-CA"),
        (options.COUNTRY, "de", "DE"),
        (options.COUNTRY, "de-b", "DE-BB"),
        (options.COUNTRY, "no", "none"),
        (options.DAYS, "week", "mon-fri"),
        (options.DAYS, "every day", "daily"),
        (options.DAYS, "wednes", "wed"),
        (options.LEVELS, "hard", "senior,principal"),
        (options.LEVELS, "", "all"),
        (options.TIMES, "9", "09:00"),
        (options.OTHER_TIME, "5 pm", "17:00"),
        (options.TIMES, "09:3", "09:30"),
        (options.DAY, "f", "fri"),
        (options.TOPICS, "gans,va", "gans,vaes"),
        (options.TOPICS, "every", "all"),
    ],
)
def test_what_is_meant_is_found_by_its_name(kind: options.Kind, typed: str, first: str):
    """Zones and holidays are found by the country's name, days, levels and times by other words, and lists part by part."""
    assert suggested(kind, typed)[0] == first


def test_a_list_offers_nothing_twice():
    """What stands in a list already is not offered for it again."""
    assert "gans,gans" not in suggested(options.TOPICS, "gans,")


@pytest.mark.parametrize("kind", [o.kind for _, o in TYPED_OPTIONS if o.kind.suggest], ids=lambda kind: kind.name)
def test_whatever_is_offered_is_taken(kind: options.Kind):
    """Each value that an option offers is one that it reads."""
    for value in suggested(kind, "", most=10_000):
        kind.read(value, BANK)


def test_every_part_that_is_listed_can_be_typed():
    """What the list of a country's parts shows is read as it is shown, in any case, and has a calendar."""
    for country, parts in known_countries().items():
        for part in parts:
            for word in (part.replace(" ", "_"), part.replace(" ", "").lower(), part.upper()):
                command = build("schedule set", {"holidays": f"{country.lower()}-{word}"}, BANK)
                assert isinstance(command, SetSchedule)
                assert command.holidays == f"{country}-{part}"
    assert holiday("FR-Zone A", date(2026, 7, 14))
    with pytest.raises(BadValue, match="Zone_A, Zone_B"):
        parse("schedule set holidays=FR-nowhere", BANK)


def test_questions_are_completed():
    """A question is found by its id and by words of it, as it is typed."""
    assert list(options.suggestions(options.QUESTION, "gans", BANK, most=5)) == ["gans-forward-reverse"]
    assert len(options.suggestions(options.QUESTION, "what", BANK, most=5)) == 3


def test_an_unknown_question():
    """A question's id that is not in the bank is answered with the nearest that is."""
    with pytest.raises(UnknownWord, match="Did you mean “gans-forward-reverse”"):
        parse("question show question=gans-forward-reverze", BANK)
    with pytest.raises(UnknownWord, match="Did you mean “gans-forward-reverse”"):
        parse("question show gans-forward-reverze", BANK)
    with pytest.raises(UnknownWord, match="Organisers find it with /question search"):
        parse("question show question=zzzzzz", BANK)


def test_an_unknown_topic_names_the_topics():
    """Who asks for a topic that is like none reads which there are."""
    with pytest.raises(UnknownWord, match=r"“blockchain” means here\. The topics are: sky, sea\. Type it as: /quiz"):
        parse("quiz blockchain", bank(1))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("team", "team list"),
        ("Schedule", "schedule list"),
        ("notify", "settings"),
        ("notify on", "settings notify=on"),
        ("unlink", "link action=unlink"),
    ],
)
def test_what_stands_alone_is_understood(typed: str, meant: str):
    """A group's name alone shows what there is; notify and unlink, which are a setting and an end, are taken for what they are."""
    assert parse(typed, BANK) == parse(meant, BANK)
