"""The numbers that take part in differentiation: Values, dual numbers and arrays of them."""
