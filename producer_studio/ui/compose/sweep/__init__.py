"""Dialog of a sweep: axes, grid with prices, limits."""
