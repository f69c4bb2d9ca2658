"""Demo Studio: local HTTP server with the dialects of the services, which renders real music.

It imports nothing from the rest of the package, and the rest nothing from it: the two are
independent implementations of the same documents.
"""
