"""Districts, streets and addresses of a municipality."""
