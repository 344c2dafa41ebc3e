"""Neural networks on autograd: modules, losses, optimizers and training."""
