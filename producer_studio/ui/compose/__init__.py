"""The desk on the left: where a recipe is written and sent."""
