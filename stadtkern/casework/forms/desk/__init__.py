"""Pages for staff: forms, versions and rules (service managers), applications on behalf of others (counter)."""
