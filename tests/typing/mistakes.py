"""What type checkers must refuse: every line marked with `wrong` is an error to mypy."""

import numpy as np

import autograd as ag
from autograd import Value

value: Value = ag.exp(1.0)  # wrong: a float
number: float = ag.exp(Value(1.0))  # wrong: a Value
single: float = ag.exp(np.array([1.0]))  # wrong: an array
text = ag.exp("x")  # wrong: no number
list_of_numbers = ag.exp([1.0])  # wrong: no array
missing = ag.exponential(1.0)  # wrong: no such function
