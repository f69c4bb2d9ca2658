"""Compose panel at the left of the window: form for a recipe, price, and Generate."""
