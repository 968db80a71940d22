"""Prometheus metrics. The label `endpoint` is the raw path, as in the product: one series for every id."""

import time

from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy import func, select

from app.database import new_session
from app.models import TERMINAL, Packet

requests = Counter("handoffrail_requests_total", "Total HTTP requests", ["method", "endpoint", "status_code"])
latency = Histogram("handoffrail_request_latency_seconds", "Request latency", ["method", "endpoint"])
active = Gauge("handoffrail_active_packets", "Currently active (non-terminal) packets")
handoffs = Counter("handoffrail_handoffs_total", "Completed handoffs per tenant", ["tenant_id"])
statuses = Gauge("handoffrail_packet_status_count", "Packets by status", ["status"])


async def refresh_gauges() -> None:
    async with new_session() as session:
        rows = (await session.execute(select(Packet.status, func.count()).group_by(Packet.status))).all()
    for status, count in rows:
        statuses.labels(status).set(count)
    active.set(sum(count for status, count in rows if status not in TERMINAL))


class MeasureRequests:
    """Counts and times every request but Prometheus's own."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or scope["path"] == "/metrics":
            return await self.app(scope, receive, send)
        began, status = time.perf_counter(), [500]

        async def note_status(message):
            if message["type"] == "http.response.start":
                status[0] = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note_status)
        finally:
            labels = scope["method"], scope["path"]
            requests.labels(*labels, str(status[0])).inc()
            latency.labels(*labels).observe(time.perf_counter() - began)
