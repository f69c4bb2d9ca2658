"""Temporary uploads of local files, so that a service can fetch them by URL."""
