"""Main window: layout, top bar, shortcuts and start-up."""
