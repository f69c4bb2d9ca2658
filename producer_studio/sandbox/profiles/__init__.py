"""Dialects of the services, each with its own validation, responses and errors."""
