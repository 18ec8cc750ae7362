"""The workshop of procedures: a process designer draws, writes, tests and hands over; a second person publishes.

A draft holds the files of a package (`processes.packages`). Publishing makes it the procedure of its service: new cases run on
it, running ones stay on their version. No German law of its own; four eyes because a procedure decides about people.
"""
