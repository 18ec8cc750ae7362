"""The planning engine.

Words of this room:

- *instance*: activities with durations, demands and successors under renewable capacities; the aim is the earliest end (RCPSP).
- *portfolio*: projects to choose from over months; capacity by office, role and month, money by budget year; the aim is the most benefit.
- *bound*: what no plan can beat, proven. A result never comes without one; the *gap* is the distance to it.
- *start ban*: a funded project must not start before its grant; *closure*: a month without start and go-live; *cut-off*: what is live before
  counts for that survey; *conflict*: constraints that cannot all hold, none of which could be left out of the list.

Layers: ``instances`` - ``bounds``, ``listing`` (plain Python) - ``scheduling`` (OR-Tools); ``portfolios`` - ``greedy`` - ``choosing``, ``conflicts``
(OR-Tools); ``durations`` (numpy) and ``generator`` stand beside them.
"""
