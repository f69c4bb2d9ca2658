"""What went wrong, on paper: kept on this computer, without anything of the user's in it."""
