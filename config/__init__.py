"""Settings, URLs and the WSGI entry of Stadtkern."""
