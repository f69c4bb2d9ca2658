"""Sound files: reading, measuring, writing and labelling them."""
