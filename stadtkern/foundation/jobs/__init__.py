"""Background work, enqueued in the transaction of its cause (procrastinate)."""
