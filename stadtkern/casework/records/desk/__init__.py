"""Pages for staff: the list of records, one record as a tree, one document to read."""
