"""Reading lessons, keeping the place, judging oneself."""
