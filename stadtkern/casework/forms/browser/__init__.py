"""Rules of a form in the browser: which of them it may run beside the server, and what a page sends along for that."""
