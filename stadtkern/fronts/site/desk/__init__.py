"""Pages of the public site for staff."""
