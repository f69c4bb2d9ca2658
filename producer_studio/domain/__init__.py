"""Domain types of the studio: immutable values, standard library only."""
