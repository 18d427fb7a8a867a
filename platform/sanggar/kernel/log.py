"""Structured logs: one line a request, with its id, for machines or for people."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, has_app_context, request


def _context(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if has_app_context():
        if request_id := g.get("request_id"):
            event.setdefault("request_id", request_id)
        person = g.get("principal")
        if person is not None and person.known:
            event.setdefault("person", person.id)
    return event


def configure(level: str, style: str) -> None:
    """Set up structlog and the standard library's logging once a process."""
    final: Any = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if style == "console"
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _context,
            structlog.processors.format_exc_info,
            final,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level, logging.INFO)),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def get() -> Any:
    """Return the logger."""
    return structlog.get_logger("sanggar")


def init_app(app: Flask) -> None:
    """Write one line for each request."""

    @app.before_request
    def _start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def _line(response: Response) -> Response:
        if not app.testing and request.endpoint != "web.static":
            get().info(
                "request", method=request.method, path=request.path, status=response.status_code,
                ms=round(1000 * (time.perf_counter() - g.get("started", time.perf_counter())), 1),
            )  # fmt: skip
        return response
