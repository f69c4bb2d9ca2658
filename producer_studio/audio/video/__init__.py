"""Pictures of videos, decoded ahead of a position."""
