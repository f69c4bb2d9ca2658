"""Demo Studio: the services' own dialects over local HTTP, with music that is really rendered.

It imports nothing from the rest of the package, and the rest nothing from it: the two are
independent readings of the same documents.
"""
