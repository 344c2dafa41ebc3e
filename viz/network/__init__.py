"""Networks as people draw them, layer by layer."""
