"""What every part of the city hall stands on: tenants, people, rights, audit, jobs, files, documents, messages."""
