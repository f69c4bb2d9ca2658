"""Opening, inspecting, rebuilding and restoring the library database."""
