"""Jobs: queue, submit, poll, collect, download and recovery after a crash."""
