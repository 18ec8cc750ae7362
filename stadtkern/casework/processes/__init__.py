"""The status table of a service: states, moves, deadlines, checks, decisions."""
