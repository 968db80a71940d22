"""Requests an hour and key, counted in Redis, or in this process while Redis is away."""

import time
from collections import Counter

from fastapi import HTTPException
from redis.exceptions import RedisError

from app.cache import redis

LIMITS = {"free": 100, "pro": 1_000, "business": 10_000}
HOUR = 3_600
local = Counter()


async def limit_rate(key_id: str, tier: str) -> None:
    hour = int(time.time() // HOUR)
    name = f"hr:rate:{key_id}:{hour}"
    limit = LIMITS.get(tier, LIMITS["free"])
    if await count(name) > limit:
        seconds = (hour + 1) * HOUR - int(time.time())
        raise HTTPException(429, "Rate limit exceeded", headers={"Retry-After": str(seconds)})


async def count(name: str) -> int:
    try:
        async with redis.pipeline() as pipeline:
            used, _ = await pipeline.incr(name).expire(name, 2 * HOUR).execute()
            return used
    except (RedisError, OSError):
        local[name] += 1
        return local[name]
