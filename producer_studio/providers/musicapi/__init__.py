"""The musicapi family of dialects: one client, one table for each version."""
