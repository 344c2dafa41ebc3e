"""How many parameters layers have (exercises 5 and 6), without making any of them.

    python examples/parameter_counts.py

A picture of 300×300 in colours into 100 units or filters, and a network like AlexNet of 178 million
parameters. The tables come from the shapes alone, in milliseconds and a few kilobytes: a layer
makes its parameters when they are first used. Pictures are (channels, height, width) here.
"""

import argparse
import time
import tracemalloc
from dataclasses import dataclass

from nn import Conv2d, Flatten, Linear, MaxPool2d, Sequential, summary
from nn.modules.summary import Summary

PICTURE = (3, 300, 300)


def fully_connected() -> Summary:
    """Exercise 5: every pixel into each of 100 units."""
    return summary(Sequential(Flatten(), Linear(3 * 300 * 300, 100)), PICTURE)


def filters() -> Summary:
    """Exercise 5: 100 filters of 5×5×3, each with one bias."""
    return summary(Sequential(Conv2d(3, 100, 5)), PICTURE)


def alexnet() -> Summary:
    """Exercise 6."""
    model = Sequential(
        Conv2d(3, 96, 11, stride=4),
        "relu",
        MaxPool2d(3, stride=2),
        Conv2d(96, 256, 5, padding=2),
        "relu",
        MaxPool2d(3, stride=2),
        Flatten(),
        Linear(256 * 13 * 13, 4096),
        "relu",
        Linear(4096, 1000),
    )
    return summary(model, (3, 227, 227))


@dataclass(frozen=True)
class Cost:
    """What it takes to make a model and its table."""

    seconds: float
    memory: int
    """In bytes, at the most."""


def cost() -> Cost:
    """Return what the network like AlexNet costs: time, and in a second run the peak of memory."""
    start = time.perf_counter()
    alexnet()
    seconds = time.perf_counter() - start
    tracemalloc.start()
    alexnet()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return Cost(seconds, peak)


def main(argv: list[str] | None = None) -> None:
    argparse.ArgumentParser(description="How many parameters layers have.").parse_args(argv)
    print("Exercise 5: fully connected, 300 · 300 · 3 weights and a bias for each of 100 units\n")
    print(fully_connected())
    print("\nExercise 5: 100 filters, 5 · 5 · 3 weights and a bias each, the same at all places\n")
    print(filters())
    print("\nExercise 6: a network like AlexNet\n")
    print(alexnet())
    share = 177_213_440 / alexnet().total
    needed = cost()
    print(
        f"""
The first fully connected layer has {share:.1%} of the parameters. The table took \
{1000 * needed.seconds:.1f} ms
and {needed.memory / 1000:.0f} kB at the most; as float64 the parameters would be \
{8 * alexnet().total / 1e9:.1f} GB."""
    )


if __name__ == "__main__":
    main()
