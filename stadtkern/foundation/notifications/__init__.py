"""Mail, letters (print batch) and push to people."""
