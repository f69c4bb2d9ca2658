"""Audio decoding, measurement, encoding and tagging."""
