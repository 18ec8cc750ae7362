"""The decisions of a procedure: tables and expressions, edited without a script, checked while typing, tried out at once."""
