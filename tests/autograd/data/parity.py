"""The values that test_parity.py expects: run as a script, this writes parity.json beside it.

Nothing of dualgrad is used. Each function is written again for mpmath, and evaluated with 150
digits. Derivatives are central differences over h = 1e-40, whose error is of order h² = 1e-80; the
greeks are the closed forms of the Black-Scholes model (Hull, Options, Futures, and Other
Derivatives). All is rounded to 50 digits and then to the nearest double.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from mpmath import mp

Point = list[Any]
STEP = "1e-40"


def rosenbrock(x: Point) -> Any:
    return mp.fsum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in pairwise(x))


def beale(x: Point) -> Any:
    a, b = x
    return (
        (mp.mpf("1.5") - a + a * b) ** 2
        + (mp.mpf("2.25") - a + a * b**2) ** 2
        + (mp.mpf("2.625") - a + a * b**3) ** 2
    )


def booth(x: Point) -> Any:
    a, b = x
    return (a + 2 * b - 7) ** 2 + (2 * a + b - 5) ** 2


def logsumexp(x: Point) -> Any:
    return mp.log(mp.fsum(map(mp.exp, x)))


def arm(x: Point) -> Point:
    """The hand of an arm of two links, by the angles of shoulder and elbow, and the lengths."""
    shoulder, elbow, upper, lower = x
    return [
        upper * mp.cos(shoulder) + lower * mp.cos(shoulder + elbow),
        upper * mp.sin(shoulder) + lower * mp.sin(shoulder + elbow),
    ]


def logistic(x: Point) -> Any:
    """50 generations of a population that is harvested wherever it is above 0.8."""
    rate, size = x
    for _ in range(50):
        size = rate * size * (1 - size)
        if size > mp.mpf(0.8):
            size = size * mp.mpf(0.9)
    return size


def root(x: Point) -> Any:
    """The real root of z³ + a z - b."""
    a, b = x
    return mp.findroot(lambda z: z**3 + a * z - b, 1.0)


FUNCTIONS: dict[str, tuple[Callable[[Point], Any], Sequence[float]]] = {
    "rosenbrock 2": (rosenbrock, (-1.2, 1.0)),
    "rosenbrock 5": (rosenbrock, (-1.2, 1.0, 0.7, 0.3, 2.5)),
    "beale": (beale, (1.3, -0.4)),
    "booth": (booth, (0.6, -1.7)),
    "logsumexp": (logsumexp, (1.5, -0.3, 2.2, -40.0)),
    "logsumexp of large numbers": (logsumexp, (900.0, 899.25, 901.5)),
    "arm": (arm, (0.4, 1.1, 2.0, 1.5)),
    "logistic": (logistic, (3.4, 0.3)),
    "root": (root, (2.0, 5.0)),
}

MARKET = (100.0, 105.0, 0.75, 0.03, 0.25)  # spot, strike, years, interest rate, volatility


def greeks(spot: Any, strike: Any, years: Any, rate: Any, sigma: Any) -> dict[str, Any]:
    """Price and sensitivities of a European call."""
    root_years = mp.sqrt(years)
    d1 = (mp.log(spot / strike) + (rate + sigma**2 / 2) * years) / (sigma * root_years)
    d2 = d1 - sigma * root_years
    discounted = strike * mp.exp(-rate * years)
    vega = spot * mp.npdf(d1) * root_years
    return {
        "price": spot * mp.ncdf(d1) - discounted * mp.ncdf(d2),
        "delta": mp.ncdf(d1),
        "gamma": mp.npdf(d1) / (spot * sigma * root_years),
        "vega": vega,
        "theta": -spot * mp.npdf(d1) * sigma / (2 * root_years)
        - rate * discounted * mp.ncdf(d2),
        "rho": years * discounted * mp.ncdf(d2),
        "vanna": -mp.npdf(d1) * d2 / sigma,
        "volga": vega * d1 * d2 / sigma,
    }  # fmt: skip


def moved(x: Point, i: int, step: Any) -> Point:
    return [*x[:i], x[i] + step, *x[i + 1 :]]


def slope(f: Callable[[Point], Any], i: int) -> Callable[[Point], Any]:
    """The derivative by entry i; of a list, by each of its entries."""

    def derivative(x: Point) -> Any:
        h = mp.mpf(STEP)
        return quotient(f(moved(x, i, h)), f(moved(x, i, -h)), 2 * h)

    return derivative


def quotient(right: Any, left: Any, width: Any) -> Any:
    if isinstance(right, list):
        return [quotient(r, s, width) for r, s in zip(right, left, strict=True)]
    return (right - left) / width


def rounded(x: Any) -> Any:
    """Each number to 50 digits, so that what is 0 but for the differences' error becomes 0."""
    if isinstance(x, list):
        return [rounded(entry) for entry in x]
    return float(mp.nstr(mp.mpf(x) if abs(x) > mp.mpf("1e-30") else mp.zero, 50))


def last_axis(rows: list[Any]) -> list[Any]:
    """Derivatives by each entry, of one number or of a list, with the derivatives' axis last."""
    if isinstance(rows[0], list):
        return [last_axis([row[k] for row in rows]) for k in range(len(rows[0]))]
    return rows


def main() -> None:
    mp.dps = 150
    cases: dict[str, Any] = {}
    for name, (f, at) in FUNCTIONS.items():
        x, entries = [mp.mpf(v) for v in at], range(len(at))
        jacobian = [slope(f, i) for i in entries]
        cases[name] = {
            "at": list(at),
            "value": rounded(f(x)),
            "jacobian": rounded(last_axis([g(x) for g in jacobian])),
            "hessian": rounded(
                last_axis([last_axis([slope(g, j)(x) for g in jacobian]) for j in entries])
            ),
        }
    sensitivities = greeks(*map(mp.mpf, MARKET)).items()
    cases["black-scholes"] = {
        "at": list(MARKET), **{name: rounded(value) for name, value in sensitivities}
    }  # fmt: skip
    target = Path(__file__).with_suffix(".json")
    target.write_text(json.dumps(cases, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
