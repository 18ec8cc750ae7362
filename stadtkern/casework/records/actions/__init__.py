"""Every write to a record: filing by cases, taking over and handing over by xdomea."""
