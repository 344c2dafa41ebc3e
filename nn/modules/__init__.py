"""Layers and networks, and how they are saved and told."""
