"""People who log in: residents and staff, second factor, level of assurance, app passwords."""
