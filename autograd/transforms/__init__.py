"""Functions made from functions: gradients, Jacobians, and products with them."""
