"""Update check, and how this copy was installed."""
