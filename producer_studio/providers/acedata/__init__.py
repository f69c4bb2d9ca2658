"""The dialect of AceData Cloud."""
