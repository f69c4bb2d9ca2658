"""Release announcements: request, parsing and signature check."""
