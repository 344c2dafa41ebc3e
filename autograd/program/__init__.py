"""Recorded graphs as programs: traced, shortened, scheduled and run."""
