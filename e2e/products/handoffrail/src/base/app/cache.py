"""Redis: rate limits and events. The service works without it."""

import json

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.config import get_settings

log = structlog.get_logger()
redis = Redis.from_url(get_settings().redis_url, socket_connect_timeout=2, socket_timeout=2)


async def connect_redis() -> bool:
    try:
        await redis.ping()
        return True
    except (RedisError, OSError) as error:
        log.warning("redis_unavailable", error=str(error))
        return False


async def publish(event: str, **fields) -> None:
    try:
        await redis.publish("hr:events", json.dumps({"event": event, **fields}))
    except (RedisError, OSError) as error:
        log.warning("redis_unavailable", error=str(error))
