"""Compare: clips that play against one position, and judgements about them."""
