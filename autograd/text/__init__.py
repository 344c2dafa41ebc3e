"""Words, tables and files for people."""
