"""The workplace of the staff: work list, desk, administration."""
