"""What the user has chosen, which accounts there are, where things are kept, and the keys."""
