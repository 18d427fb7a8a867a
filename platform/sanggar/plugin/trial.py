"""Calling plugin code on trial: an exception or a slow answer is a finding, not a crash."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sanggar.plugin.faults import Fault

#: code that needs longer than this for one input can be used to stop the site
SLOW_SECONDS = 0.5


class Report:
    """Collects findings about one thing; an exception in plugin code is a finding, too."""

    def __init__(self, file: str, line: int = 1) -> None:
        self.file, self.line = file, line
        self.faults: dict[str, Fault] = {}

    def add(self, problem: str, remedy: str) -> None:
        """Note a finding; the same problem once."""
        self.faults.setdefault(problem, Fault(self.file, self.line, problem, remedy))

    def call(self, what: str, function: Callable[..., Any], *args: Any) -> tuple[bool, Any]:
        """Return (it did not raise, result); a slow or raising call is noted."""
        started = time.perf_counter()
        try:
            result = function(*args)
        except (Exception, SystemExit) as error:  # plugin boundary
            given = repr(args[-1])[:60] if args else ""
            self.add(
                f"{what} raises {type(error).__name__} for {given}",
                "return a value for every input, however odd",
            )
            return False, None
        if time.perf_counter() - started > SLOW_SECONDS:
            self.add(
                f"{what} needs more than {SLOW_SECONDS} s for one input", "limit what it reads"
            )
        return True, result
