"""Home pages, layout, static files: what every visitor sees first."""
