"""A service that logs by structlog for people: colours, padded events, key=value."""
import time

import structlog

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.dev.ConsoleRenderer(colors=True),
    ]
)
log = structlog.get_logger()
number = 0
while True:
    number += 1
    log.warning("job was slow", job=number, queue="mail") if number % 7 == 0 else log.info("job done", job=number, queue="mail")
    time.sleep(0.3)
