"""Pages of the administration about processes."""
