"""Administration pages: sign-on services (under /verwaltung/anmeldung/)."""
