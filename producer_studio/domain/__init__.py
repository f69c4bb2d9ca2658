"""The vocabulary of the studio: plain values, standard library only."""
