"""The use cases: what a window, a command line or a test can ask of the studio."""
