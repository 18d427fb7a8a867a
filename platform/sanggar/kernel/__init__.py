"""The floor everything stands on: settings, database, plugins, access, pages. No domain knowledge."""
