"""Explain: the written solution of a graph, as a teacher would hand it out."""
