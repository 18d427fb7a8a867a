"""People: who they are, what they may do, what they agreed to."""
