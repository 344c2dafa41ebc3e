"""Data sets, files of them, and batches."""
