"""Vorgänge: from application to decision, for residents and caseworkers."""
