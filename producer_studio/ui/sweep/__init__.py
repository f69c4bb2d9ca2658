"""Grid of a sweep: states, stars and clips by axis, and its continuation."""
