"""What people see and touch: the public site and the workplace of the staff."""
