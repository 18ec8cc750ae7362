"""Pure Python without Django: what is true without a database, a clock or a request."""
