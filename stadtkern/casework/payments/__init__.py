"""Fees: provider interface with the states of XBezahldienste."""
