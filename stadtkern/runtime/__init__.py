"""How the house is run: command line, embedded PostgreSQL, supervisor, health, logs, backup.

``environment``  every setting that comes from outside, typed
``postgres``     the embedded PostgreSQL 18: started, adopted, kept alive, stopped by its last user
``boot``         ``database()``: a ready, migrated database and a configured Django for commands
``cli``          the command ``stadtkern``
``supervisor``   web server and worker as children that are restarted
"""
