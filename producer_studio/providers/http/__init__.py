"""HTTP shared by all dialects: clients, errors, retries, polling and decoding of JSON."""
