"""Which certified talents fit a brief, and why."""
