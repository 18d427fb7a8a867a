"""Three months of accompanied work between the certificate and the market."""
