"""Moving running cases to a new version of their procedure: what would happen to each, then doing it."""
