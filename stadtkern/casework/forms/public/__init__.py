"""The pages on which residents apply: ``/antrag/<leistung>/``."""
