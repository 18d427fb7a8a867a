"""Hubs, regions, targets and the dated way of each talent through the programme."""
