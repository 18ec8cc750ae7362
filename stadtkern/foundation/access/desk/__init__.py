"""Administration pages: staff accounts, roles, absences (under /verwaltung/personal/)."""
