"""Is this site well? Version, database, migrations, plugins: for monitors and for officers."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import SQLAlchemyError

import sanggar
from sanggar.kernel import db, registry, schema


def health() -> tuple[dict[str, Any], bool]:
    """Return a report and whether everything is well."""
    plugins = [
        {"name": p.name, "version": p.version, "state": p.state, "faults": len(p.faults)}
        for p in registry.current().plugins
    ]
    report: dict[str, Any] = {"version": sanggar.__version__, "plugins": plugins}
    try:
        current, head = schema.revisions(db.database().engine)
        report["database"] = "sqlite" if db.database().is_sqlite else "postgresql"
        report["migrations"] = {"current": current, "head": head, "up_to_date": current == head}
        well = current == head
    except SQLAlchemyError as error:
        report["database"] = f"unreachable: {type(error).__name__}"
        report["migrations"] = {"up_to_date": False}
        well = False
    well = well and all(p["state"] != "broken" for p in plugins)
    report["status"] = "ok" if well else "unwell"
    return report, well
