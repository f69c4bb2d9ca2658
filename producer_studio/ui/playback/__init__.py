"""Sound output and playback sessions: the sound engine on a device."""
