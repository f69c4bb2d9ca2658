"""Files for the world outside: what is asked, how far it is, and what remains in sight."""
