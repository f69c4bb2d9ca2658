"""The dialect of Apiframe."""
