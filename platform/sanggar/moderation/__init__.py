"""Second looks: regrading after a faulty item, and appeals against a result."""
