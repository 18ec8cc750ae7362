"""What the city does: services, forms, processes, cases, records."""
