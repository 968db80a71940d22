"""Probes. Liveness is a constant; readiness asks the database that is configured, whichever that is."""

import structlog
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse

from app.database import new_session
from app.readiness import check_readiness

log = structlog.get_logger()
router = APIRouter(tags=["health"])


@router.get("/health")
async def health():
    return {"status": "ok", "service": "handoffrail"}


@router.get("/ready")
async def ready():
    try:
        async with new_session() as session:
            await check_readiness(session)
    except Exception as error:
        log.error("readiness_check_failed", error=str(error))
        return JSONResponse({"status": "not_ready", "service": "handoffrail", "db": False}, status_code=503)
    return {"status": "ready", "service": "handoffrail", "db": True}


@router.get("/metrics")
async def metrics():
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
