"""Structured logs: JSON for machines, lines for people. To stderr; stdout is for answers.

What callers wrote and containers printed is logged nowhere. Errors that tell of it by mistake are
searched for secrets, in every process that has the detectors: no other sees what holds some.
"""

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

from runtime import current
from runtime.secrets import detectors


def configure(level: str = "info", form: str | None = None) -> None:
    """Set how this process logs. `form`: `json` or `console`; by terminal where None."""
    console = form == "console" if form else sys.stderr.isatty()
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if console
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            about_the_work,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            without_secrets,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def about_the_work(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Return a log entry that says what the task at work is about, where it does not say so."""
    if work := current.work():
        for name, value in work.facts().items():
            event.setdefault(name, value)
    return event


def without_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Return a log entry whose texts hold no secret of a known form."""
    if not detectors.cache_info().currsize:
        return event
    known = detectors()
    return {
        name: known.redact(value) if isinstance(value, str) else value
        for name, value in event.items()
    }
