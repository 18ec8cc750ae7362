"""Background work, enqueued in the transaction of its cause (procrastinate, a queue in PostgreSQL).

Own words: a *job* is one call that runs later, in its own process, for one tenant; a *periodic* job runs by the clock,
once for every active municipality.

A job runs **at least once**: after a kill it runs again. So it must be able to run twice: look at the state first, lock the
row, and leave when the work is already done. Arguments carry ids, never names or texts (they lie outside of row security).

``api``      ``@job``, ``enqueue``, ``@periodic``, failed jobs, the worker's sign of life
``worker``   the process that runs them
``testing``  run what is waiting, at once, inside a test
"""
