"""Runnable measurements: `python -m benchmarks [name …]`; each prints one table."""
