"""Playback of any number of sources against one sample-exact position, without a device."""
