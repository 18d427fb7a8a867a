"""A believable programme for trying everything."""
