"""The public site: start page, search, services from A to Z, life situations, offices, news, help, legal pages."""
