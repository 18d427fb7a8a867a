"""Programme: hubs and regions, targets, and where each talent stands."""
