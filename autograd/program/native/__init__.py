"""The machine in C, and what writes the code of its rows."""
