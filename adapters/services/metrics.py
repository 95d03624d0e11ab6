"""The meter of `bot.ports` and what stands in the bot's vitals -> the text that Prometheus reads."""

import platform
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, Info, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot import VERSION, grading
from bot.errors import StoreError
from bot.grading import Band
from bot.rules.lateness import CATCH_UP
from bot.rules.schedule import Kind, State
from bot.vitals import Vitals

LATE: Final = (1, 2, 5, 10, 30, 60, 300, 900, 3600, CATCH_UP.total_seconds())  # as late as a question may come
ACKNOWLEDGED: Final = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5)  # seconds; after three a platform says that the bot failed
Lost = list[tuple[Kind, State, int]]


class PrometheusMeter:
    """Counts in a registry of its own; every series stands at zero from the start, so that its first rise is seen."""

    def __init__(self, platforms: Iterable[str], *, schema: str = "") -> None:
        self.registry = to = CollectorRegistry()
        self._late = Histogram(
            "studyhall_post_late_seconds",
            "How late an occurrence was carried out.",
            ["kind"],
            buckets=LATE,
            registry=to,
        )
        self._ambiguous = Counter(
            "studyhall_posts_ambiguous",
            "Posts of which nobody knew whether they had arrived: was one found?",
            ["platform", "found"],
            registry=to,
        )
        self._graded = Counter("studyhall_attempts_graded", "Attempts, by band.", ["band"], registry=to)
        self._unsure = Counter("studyhall_grades_unsure", "Attempts whose grade waits for an organiser.", registry=to)
        self._acknowledged = Histogram(
            "studyhall_acknowledge_seconds",
            "How long a click or command was not acknowledged.",
            ["platform"],
            buckets=ACKNOWLEDGED,
            registry=to,
        )
        self._limited = Counter(
            "studyhall_rate_limited", "Requests that a platform put off (429).", ["platform"], registry=to
        )
        about = {"version": VERSION, "schema": schema, "grader": grading.VERSION, "python": platform.python_version()}
        Info("studyhall_build", "What runs here.", registry=to).info(about)
        ProcessCollector(registry=to)
        self._from_zero(platforms)

    def _from_zero(self, platforms: Iterable[str]) -> None:
        for kind in Kind:
            self._late.labels(kind)
        for band in Band:
            self._graded.labels(band)
        for name in platforms:
            self._acknowledged.labels(name)
            self._limited.labels(name)
            for found in ("yes", "no"):
                self._ambiguous.labels(name, found)

    def posted(self, kind: str, late: timedelta) -> None:
        """Count an occurrence that was carried out, and how late."""
        self._late.labels(kind).observe(late.total_seconds())

    def looked_up(self, platform: str, *, found: bool) -> None:
        """Count a post of which nobody knew whether it had arrived."""
        self._ambiguous.labels(platform, "yes" if found else "no").inc()

    def graded(self, band: str, *, unsure: bool) -> None:
        """Count an attempt."""
        self._graded.labels(band).inc()
        self._unsure.inc(unsure)

    def acknowledged(self, platform: str, seconds: float) -> None:
        """Count a click or command, and how long it was not acknowledged."""
        self._acknowledged.labels(platform).observe(seconds)

    def limited(self, platform: str) -> None:
        """Count a request that was put off."""
        self._limited.labels(platform).inc()


class Page(Collector):
    """The page of all numbers: what the meter counted, and what the vitals say at the moment of asking."""

    def __init__(self, meter: PrometheusMeter, vitals: Vitals) -> None:
        self._registry = meter.registry
        self._vitals = vitals
        self._lost: Lost = []
        self._registry.register(self)

    async def text(self, accept: str) -> tuple[bytes, str]:
        """Return the page and its content type, in the format that the asker accepts."""
        with suppress(StoreError):  # then the last known: /readyz says what is wrong, and the rest still counts
            self._lost = await self._vitals.lost()
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type

    def collect(self) -> Iterator[Metric]:
        """Yield what is looked at only when somebody asks."""
        yield self._ended(State.MISSED, "studyhall_occurrences_missed", "Occurrences too late to be made up for.")
        yield self._ended(State.FAILED, "studyhall_occurrences_failed", "Occurrences that could not be carried out.")
        waiting = _gauge(
            "studyhall_waiting", "Changes for the database, and deliveries that are not answered.", "queue"
        )
        waiting.add_metric(["database"], self._vitals.changes_waiting)
        connected = _gauge("studyhall_connected", "Whether a platform is connected.", "platform")
        for name, link in self._vitals.links.items():
            waiting.add_metric([name], link.answering)
            connected.add_metric([name], link.since is not None)
        yield from (waiting, connected)
        if (since := self._vitals.since_step) is not None:
            age = _gauge("studyhall_last_step_age_seconds", "How long ago the scheduler's last step was.")
            age.add_metric([], since.total_seconds())
            yield age

    def _ended(self, state: State, name: str, words: str) -> Metric:
        family = CounterMetricFamily(name, words, labels=["kind"])
        counts = {kind: count for kind, end, count in self._lost if end is state}
        for kind in Kind:
            family.add_metric([kind], counts.get(kind, 0))
        return family


def _gauge(name: str, words: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, labels=labels)
