"""`python -m sanggar.cli`: the same as `sanggar`."""

from __future__ import annotations

from sanggar.cli import main

main(prog_name="sanggar")
