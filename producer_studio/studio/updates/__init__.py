"""Update check and installation method of this copy."""
