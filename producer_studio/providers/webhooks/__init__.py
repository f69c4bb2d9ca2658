"""Webhooks: the local receiver, and the verification of signatures."""
