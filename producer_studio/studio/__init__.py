"""Use cases of the studio, for the window, the command line and tests."""
