"""What goes on beside the requests."""

import asyncio

import structlog

from app.metrics import refresh_gauges

log = structlog.get_logger()
INTERVAL_SECONDS = 15


async def work() -> None:
    while True:
        await asyncio.sleep(INTERVAL_SECONDS)
        try:
            await refresh_gauges()
        except Exception as error:
            log.error("metrics_refresh_failed", error=str(error))
