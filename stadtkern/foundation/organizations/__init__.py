"""Municipalities, offices, teams and providers: the tree of who does what."""
