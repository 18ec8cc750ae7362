"""Pages of the workshop for staff."""
