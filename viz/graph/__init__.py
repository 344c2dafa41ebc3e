"""From a recorded graph to its picture."""
