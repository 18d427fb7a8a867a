"""What authors and this project's own tests lean on."""
