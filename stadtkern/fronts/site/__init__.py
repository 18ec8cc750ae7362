"""The public site: home, search, service pages."""
