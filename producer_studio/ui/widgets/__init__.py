"""Widgets shared by all panels; each is created with the `Style` that it paints with."""
