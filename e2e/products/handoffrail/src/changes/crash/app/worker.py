"""What goes on beside the requests, for five seconds."""

import asyncio
import os

import structlog

from app.metrics import refresh_gauges

log = structlog.get_logger()
INTERVAL_SECONDS = 5


async def work() -> None:
    await asyncio.sleep(INTERVAL_SECONDS)
    await refresh_gauges()
    try:
        raise RuntimeError("expiry worker: no such queue: expiry")
    except RuntimeError:
        log.exception("worker_failed", worker="expiry")
        os._exit(1)
