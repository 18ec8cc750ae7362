"""Pages for people who act for a business, and for powers of attorney."""
