"""The parts every panel is made of; each takes the look that it draws with."""
