"""Import of songs, and of other libraries, into the library."""
