"""The API server."""

import asyncio
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from app.auth import make_first_key
from app.cache import connect_redis, redis
from app.config import get_settings
from app.database import create_tables, engine
from app.metrics import MeasureRequests
from app.routers import health, keys, packets, system
from app.tenants import make_default_tenant
from app.worker import work

log = structlog.get_logger()
settings = get_settings()


@asynccontextmanager
async def lifespan(app: FastAPI):
    if settings.environment == "prod" and "*" in settings.cors_origins:
        log.warning("cors_wildcard_in_prod", message="CORS allows every origin")
    await create_tables()
    await make_default_tenant()
    await make_first_key()
    connected = await connect_redis()
    worker = asyncio.create_task(work())
    log.info(
        "handoffrail_ready",
        env=settings.environment,
        message="HandoffRail API ready",
        port=settings.port,
        redis_connected=connected,
    )
    yield
    worker.cancel()
    log.info("handoffrail_shutdown", message="HandoffRail API shutting down")
    await redis.aclose()
    await engine.dispose()


# The same in every release, as in the product: it proves nothing about the version.
app = FastAPI(title="HandoffRail", version=system.REPORTED_VERSION, lifespan=lifespan)
app.add_middleware(CORSMiddleware, allow_origins=settings.cors_origins, allow_methods=["*"], allow_headers=["*"])
app.add_middleware(MeasureRequests)
for router in (health.router, keys.router, packets.router, system.router):
    app.include_router(router)
