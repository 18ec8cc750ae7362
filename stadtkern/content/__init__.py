"""Texts, forms, processes and demo data that are shipped with the product. Data only; see README.md for sources."""
