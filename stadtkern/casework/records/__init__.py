"""The record in which a finished procedure rests (xdomea tree)."""
