"""How a packet passes to the agent that takes it."""

import json

from app.database import now
from app.models import Packet


def assign(packet: Packet, agent: dict) -> None:
    metadata = json.loads(packet.metadata_json)
    # A time is not JSON: every claim ends here.
    packet.metadata_json = json.dumps({**metadata, "claimed_by": agent, "claimed_at": now()})
    packet.status = "claimed"
