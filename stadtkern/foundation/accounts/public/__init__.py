"""Pages of everybody's own account: login, second factor, level of assurance, app passwords, deletion."""
