"""Writes around contracts: one transaction and one audit entry each."""
