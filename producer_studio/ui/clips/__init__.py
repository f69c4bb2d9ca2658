"""Parts of the window that library, inspector and player share for working with clips."""
