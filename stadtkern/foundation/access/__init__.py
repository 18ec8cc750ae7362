"""Who may do what: actors, roles and policies, as a filter for lists and a check for one object."""
