"""Training: what is checked beforehand, the epochs, what is kept of them, and scores."""
