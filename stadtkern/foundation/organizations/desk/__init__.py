"""Administration pages: municipalities, offices and teams (under /verwaltung/)."""
