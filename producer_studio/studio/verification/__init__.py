"""Checksums of the clips' files: recording, comparison with the files on disk, and repair."""
