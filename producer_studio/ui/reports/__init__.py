"""What went wrong, shown to the user: offered in the corner, and as a page."""
