"""What wakes the bot each second, on a machine whose clock is put back."""

import asyncio
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import SystemClock
from bot.jobs import stay_awake
from tests.doubles.loopback import PATIENCE


async def test_what_would_sleep_for_an_hour_is_woken():
    """A clock that was put back by an hour leaves the next wake-up an hour ahead: it comes all the same, and then each second."""
    scheduler, woken = AsyncIOScheduler(timezone="UTC"), asyncio.Event()

    async def wake() -> None:
        woken.set()

    job = scheduler.add_job(wake, "interval", seconds=1, next_run_time=SystemClock().now() + timedelta(hours=1))
    scheduler.start()
    watching = asyncio.create_task(stay_awake(job, look=0.01))
    try:
        for _ in range(2):
            await asyncio.wait_for(woken.wait(), PATIENCE)
            woken.clear()
    finally:
        watching.cancel()
        scheduler.shutdown(wait=False)
