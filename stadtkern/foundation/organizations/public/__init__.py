"""The set-up of an empty installation in the browser."""
