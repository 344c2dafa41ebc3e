"""Float functions that follow IEEE 754 where Python's own would raise, stable for every double.

`math.log(-1.0)` raises, `1.0 / 0.0` raises, `math.exp(1000.0)` raises; here they give nan, inf and
inf, as in NumPy and in compiled code. These are the value functions of the primitives table; the
derivatives stand in `primitives`.
"""

import math
from collections.abc import Callable
from typing import Final

INF: Final = math.inf
NAN: Final = math.nan
SQRT_HALF: Final = 0.7071067811865476
SQRT_HALF_TAIL: Final = -4.833646656726457e-17  # sqrt(1/2) - SQRT_HALF
TWO_OVER_SQRT_PI: Final = 1.1283791670955126
INV_SQRT_TWO_PI: Final = 0.3989422804014327
LOG_2: Final = 0.6931471805599453
DEGREE: Final = 0.017453292519943295  # in radians
RADIAN: Final = 57.29577951308232  # in degrees
HALF_LOG_TWO_PI: Final = 0.9189385332046728
# SELU's two constants: the fixed point of mean 0 and variance 1 (arXiv:1706.02515, equation 14).
SELU_SCALE: Final = 1.0507009873554805
SELU_SCALE_ALPHA: Final = 1.7580993408473768  # the scale times alpha = 1.6732632423543772
ONE_MINUS_EULER: Final = 0.42278433509846713
# Between these sizes the derivatives of sinc are computed; beyond, a power of x remains of them.
SINC_NEAR: Final = 9.313225746154785e-10  # 2**-30
SINC_FAR: Final = 9007199254740992.0  # 2**53: doubles from here on are even whole numbers

# The tuples below state their type as mypyc (2.4) takes one of fixed length for unset.

# Pi as a sum, with an error of 2**-161.
PI_PARTS: Final[tuple[float, ...]] = (
    3.141592653589793,
    1.2246467991473532e-16,
    -2.9947698097183397e-33,
)

# (-1)**k (zeta(k) - 1) / k for k = 2, 3, ...: log-gamma around 2 (Abramowitz & Stegun 6.1.33).
# fmt: off
LOG_GAMMA_SERIES: Final[tuple[float, ...]] = (
    0.3224670334241132, -0.0673523010531981, 0.020580808427784546, -0.007385551028673986,
    0.0028905103307415234, -0.001192753911703261, 0.0005096695247430425, -0.00022315475845357939,
    9.945751278180853e-05, -4.492623673813314e-05, 2.050721277567069e-05, -9.439488275268397e-06,
    4.374866789907488e-06, -2.039215753801366e-06, 9.55141213040742e-07, -4.492469198764566e-07,
    2.1207184805554665e-07, -1.0043224823968099e-07, 4.7698101693639804e-08,
    -2.2711094608943164e-08, 1.0838659214896955e-08, -5.183475041970047e-09,
    2.4836745438024785e-09, -1.1921401405860912e-09, 5.731367241678862e-10,
    -2.7595228851242334e-10, 1.330476437424449e-10, -6.4229645638381e-11, 3.1044247747322276e-11,
    -1.5021384080754142e-11, 7.275974480239079e-12, -3.527742476575915e-12, 1.711991790559618e-12,
    -8.315385841420285e-13, 4.04220052528944e-13, -1.9664756310966165e-13,
)
# fmt: on

# Digamma's zero, its tail beyond a double, and Taylor coefficients psi_k / k! there, from k = 1.
DIGAMMA_ZERO: Final = 1.4616321449683622
DIGAMMA_ZERO_TAIL: Final = 9.549995429965697e-17
# fmt: off
DIGAMMA_SERIES: Final[tuple[float, ...]] = (
    0.9676722454476212, -0.4427631689835921, 0.258499760955651, -0.16394270544240652,
    0.10782405069126237, -0.07219956125645471, 0.04880428816414311, -0.03316112647484736,
    0.022597648232218104, -0.01542476590494896, 0.010538791616612175, -0.007204534386356869,
    0.004926781395729853, -0.003369801655439328, 0.002305126326734928, -0.0015769367714301972,
    0.0010788252019162967, -0.0007380709389960052, 0.000504953265834602, -0.0003454680251063077,
    0.00023635601564027053, -0.00016170622091974803, 0.0001106337276874741,
    -7.569179582195066e-05, 5.178575795222081e-05, -3.5430070947659604e-05, 2.424006611860132e-05,
    -1.6584242271854135e-05, 1.134638458466385e-05, -7.762817668462094e-06,
    5.3110609208898636e-06, -3.6336507898010456e-06, 2.486022733129538e-06,
    -1.7008538854332607e-06, 1.1636675363548843e-06, -7.96142543124197e-07, 5.446941930669446e-07,
    -3.7266161283438227e-07, 2.549626552021554e-07, -1.7443695117727745e-07,
    1.1934394829830244e-07, -8.165115189488409e-08, 5.586299683532171e-08, -3.821960061917494e-08,
)
# fmt: on

# B_2, B_4, ...: Bernoulli numbers of the asymptotic series of log-gamma and its derivatives.
# fmt: off
BERNOULLI: Final[tuple[float, ...]] = (
    0.16666666666666666, -0.03333333333333333, 0.023809523809523808, -0.03333333333333333,
    0.07575757575757576, -0.2531135531135531, 1.1666666666666667, -7.092156862745098,
    54.971177944862156, -529.1242424242424, 6192.123188405797, -86580.25311355312,
)
# fmt: on


def divide(a: float, b: float) -> float:
    """a / b, with ±inf or nan instead of ZeroDivisionError.

    >>> divide(1.0, -0.0), divide(0.0, 0.0)
    (-inf, nan)
    """
    if b != 0.0:
        return a / b
    if a == 0.0 or a != a:
        return NAN
    return math.copysign(INF, a) * math.copysign(1.0, b)


def _is_odd_integer(y: float) -> bool:
    return math.isfinite(y) and math.fmod(y, 2.0) in (1.0, -1.0)


def power(x: float, y: float) -> float:
    """x ** y as C's pow: nan for a negative x and a fractional y, ±inf where it overflows.

    >>> power(-8.0, 0.5), power(0.0, -1.0), power(-10.0, 999.0)
    (nan, inf, -inf)
    """
    if y == 2.0:  # to the last digit what `square` gives, which programs have in its place
        return x * x
    try:
        return math.pow(x, y)
    except ValueError:
        if x != 0.0:
            return NAN
        return math.copysign(INF, x) if _is_odd_integer(y) else INF
    except OverflowError:
        return -INF if x < 0.0 and _is_odd_integer(y) else INF


def exp(x: float) -> float:
    """e ** x; inf above 709.78."""
    try:
        return math.exp(x)
    except OverflowError:
        return INF


def exp2(x: float) -> float:
    """2 ** x; inf from 1024 on."""
    try:
        return math.exp2(x)
    except OverflowError:
        return INF


def expm1(x: float) -> float:
    """e ** x - 1 without cancellation near 0."""
    try:
        return math.expm1(x)
    except OverflowError:
        return INF


def _log_edge(x: float) -> float:
    """A logarithm's value where x > 0 does not hold."""
    return -INF if x == 0.0 else NAN


def log(x: float) -> float:
    """Natural logarithm; -inf at 0, nan below."""
    return math.log(x) if x > 0.0 else _log_edge(x)


def log2(x: float) -> float:
    """Logarithm to base 2."""
    return math.log2(x) if x > 0.0 else _log_edge(x)


def log10(x: float) -> float:
    """Logarithm to base 10."""
    return math.log10(x) if x > 0.0 else _log_edge(x)


def log1p(x: float) -> float:
    """log(1 + x) without cancellation near 0."""
    return math.log1p(x) if x > -1.0 else _log_edge(x + 1.0)


def sqrt(x: float) -> float:
    """Square root; nan below 0."""
    return math.sqrt(x) if x >= 0.0 else NAN


def square(x: float) -> float:
    """x * x."""
    return x * x


def reciprocal(x: float) -> float:
    """1 / x."""
    return divide(1.0, x)


def _or_nan(f: Callable[[float], float], x: float) -> float:
    try:
        return f(x)
    except ValueError:
        return NAN


def sin(x: float) -> float:
    """Sine; nan at ±inf."""
    return _or_nan(math.sin, x)


def cos(x: float) -> float:
    """Cosine; nan at ±inf."""
    return _or_nan(math.cos, x)


def tan(x: float) -> float:
    """Tangent; nan at ±inf."""
    return _or_nan(math.tan, x)


def arcsin(x: float) -> float:
    """Inverse sine; nan outside [-1, 1]."""
    return _or_nan(math.asin, x)


def arccos(x: float) -> float:
    """Inverse cosine; nan outside [-1, 1]."""
    return _or_nan(math.acos, x)


def sinh(x: float) -> float:
    """Hyperbolic sine; ±inf where it overflows."""
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(INF, x)


def cosh(x: float) -> float:
    """Hyperbolic cosine; inf where it overflows."""
    try:
        return math.cosh(x)
    except OverflowError:
        return INF


def arccosh(x: float) -> float:
    """Inverse hyperbolic cosine; nan below 1."""
    return _or_nan(math.acosh, x)


def arctanh(x: float) -> float:
    """Inverse hyperbolic tangent; ±inf at ±1, nan outside."""
    if x == 1.0 or x == -1.0:
        return math.copysign(INF, x)
    return _or_nan(math.atanh, x)


def sign(x: float) -> float:
    """-1, 0 or 1 by the sign of x; nan for nan, as NumPy has it."""
    if x > 0.0:
        return 1.0
    if x < 0.0:
        return -1.0
    return x if x != x else 0.0


def floor(x: float) -> float:
    """The largest whole number not above x, as a float; ±inf and nan stay."""
    if not math.isfinite(x) or math.fabs(x) >= 2.0**52:
        return x
    return math.copysign(float(math.floor(x)), x)


def ceil(x: float) -> float:
    """The smallest whole number not below x, as a float; ±inf and nan stay."""
    return -floor(-x)


def trunc(x: float) -> float:
    """x without its fraction, as a float; ±inf and nan stay."""
    return math.copysign(floor(math.fabs(x)), x)


def rint(x: float) -> float:
    """The whole number next to x, of two the even one, as a float; ±inf and nan stay."""
    if not math.fabs(x) < 2.0**52:
        return x
    return math.copysign(float(round(x)), x)


def deg2rad(x: float) -> float:
    """Degrees as radians."""
    return x * DEGREE


def rad2deg(x: float) -> float:
    """Radians as degrees."""
    return x * RADIAN


def remainder(a: float, b: float) -> float:
    """a - b floor(a / b), with the sign of b, as Python's %; nan where b is 0.

    >>> remainder(-1.0, 3.0), remainder(1.0, -3.0), remainder(1.0, 0.0)
    (2.0, -2.0, nan)
    """
    return a % b if b != 0.0 else NAN


def fmod(a: float, b: float) -> float:
    """a - b trunc(a / b), with the sign of a; nan where b is 0 or a is infinite."""
    try:
        return math.fmod(a, b)
    except ValueError:
        return NAN


def floor_divide(a: float, b: float) -> float:
    """floor(a / b) of the exact quotient, as Python's //; ±inf or nan where b is 0."""
    return a // b if b != 0.0 else divide(a, b)


def maximum(a: float, b: float) -> float:
    """The larger; nan when either is nan, as NumPy has it."""
    return a if a >= b or a != a else b


def minimum(a: float, b: float) -> float:
    """The smaller; nan when either is nan, as NumPy has it."""
    return a if a <= b or a != a else b


def clip(x: float, lo: float, hi: float) -> float:
    """x limited to [lo, hi]; hi where lo > hi, as NumPy has it."""
    return minimum(maximum(x, lo), hi)


def less(a: float, b: float) -> float:
    """1 where a < b, else 0."""
    return 1.0 if a < b else 0.0


def less_equal(a: float, b: float) -> float:
    """1 where a <= b, else 0."""
    return 1.0 if a <= b else 0.0


def equal(a: float, b: float) -> float:
    """1 where a == b, else 0."""
    return 1.0 if a == b else 0.0


def not_equal(a: float, b: float) -> float:
    """1 where a != b, else 0."""
    return 1.0 if a != b else 0.0


def where(condition: float, a: float, b: float) -> float:
    """a if the condition is not zero, else b."""
    return a if condition else b


def exp_difference(a: float, b: float) -> float:
    """e**(a - b), also where a - b must be rounded; 1 where both are the same infinity.

    >>> f"{exp_difference(0.1, 700.0):.14e}", f"{math.exp(0.1 - 700.0):.14e}"
    ('1.08966277777959e-304', '1.08966277777962e-304')
    """
    return _power_of_difference(exp, 1.0, a, b)


def exp2_difference(a: float, b: float) -> float:
    """2**(a - b), also where a - b must be rounded; 1 where both are the same infinity."""
    return _power_of_difference(exp2, LOG_2, a, b)


def _power_of_difference(
    power: Callable[[float], float], slope: float, a: float, b: float
) -> float:
    """power(a - b) and, by its slope at 0, what the rounding of a - b takes from it.

    That rounding is exact by Knuth's sum (The Art of Computer Programming 2, section 4.2.2).
    """
    if a == b:
        return 1.0
    difference = a - b
    if not math.fabs(difference) < 1100.0:
        return power(difference)
    part = difference - a
    rounding = (a - (difference - part)) - (b + part)
    return power(difference) * (1.0 + slope * rounding)


def gaussian(x: float, rate: float) -> float:
    """e**-(rate x**2), also where the exponent must be rounded, which exp alone would magnify.

    >>> f"{gaussian(20.1, 1.0):.14e}", f"{math.exp(-20.1 * 20.1):.14e}"
    ('3.47285272427180e-176', '3.47285272427183e-176')
    """
    product = rate * x
    exponent = product * x
    if not math.fabs(exponent) < 750.0 or maximum(math.fabs(x), math.fabs(rate)) > 1e150:
        return exp(-exponent)
    rounding = _product_error(product, x, exponent) + _product_error(rate, x, product) * x
    return exp(-exponent) * (1.0 - rounding)


def sech(x: float) -> float:
    """1 / cosh(x), without cosh's overflow.

    >>> sech(0.0), sech(800.0)
    (1.0, 0.0)
    """
    tail = math.exp(-math.fabs(x))
    return 2.0 * tail / (1.0 + tail * tail)


def sigmoid(x: float) -> float:
    """1 / (1 + e**-x): neither branch overflows.

    >>> sigmoid(-800.0), sigmoid(0.0), sigmoid(800.0)
    (0.0, 0.5, 1.0)
    """
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    tail = math.exp(x)
    return tail / (1.0 + tail)


def softplus(x: float) -> float:
    """log(1 + e**x).

    >>> softplus(800.0), softplus(-800.0)
    (800.0, 0.0)
    """
    if x == INF:
        return x
    return maximum(x, 0.0) + math.log1p(math.exp(-math.fabs(x)))


def logsigmoid(x: float) -> float:
    """log(sigmoid(x)) = -softplus(-x), finite for every finite x."""
    return -softplus(-x)


def relu(x: float) -> float:
    """max(x, 0); nan stays nan."""
    return x if x > 0.0 or x != x else 0.0


def leaky_relu(x: float, slope: float) -> float:
    """x above 0, slope * x below (Maas et al. 2013, "Rectifier nonlinearities ...")."""
    return x if x > 0.0 else slope * x


def elu(x: float, alpha: float) -> float:
    """x above 0, alpha (e**x - 1) below (Clevert et al., arXiv:1511.07289)."""
    return x if x > 0.0 else alpha * math.expm1(x)


def selu(x: float) -> float:
    """A multiple of elu that keeps mean 0 and variance 1 (Klambauer et al., arXiv:1706.02515)."""
    return SELU_SCALE * x if x > 0.0 else SELU_SCALE_ALPHA * math.expm1(x)


def silu(x: float) -> float:
    """x * sigmoid(x); 0 (not nan) at -inf."""
    if x >= 0.0 or x != x:
        return x * sigmoid(x)
    half = math.exp(0.5 * x)  # in two steps, so that x comes in before the rest is subnormal
    return 0.0 if half == 0.0 else x * half / (1.0 + half * half) * half


def ndtr(x: float) -> float:
    """Cumulative distribution of the standard normal, erfc(-x / sqrt(2)) / 2.

    Far in the lower tail erfc magnifies the rounding of its argument by x**2, so that rounding is
    found exactly (Dekker's product, doi:10.1007/BF01397083) and put right to first order.
    """
    z = -x * SQRT_HALF
    tail = math.erfc(z)
    if 1.0 < z < 40.0:
        rounding = _product_error(-x, SQRT_HALF, z) - x * SQRT_HALF_TAIL
        tail -= rounding * TWO_OVER_SQRT_PI * math.exp(-z * z)
    return 0.5 * tail


def _product_error(a: float, b: float, product: float) -> float:
    """a * b - product exactly, for moderate a and b (Dekker 1971, Veltkamp's split)."""
    split = 134217729.0 * a  # 2**27 + 1
    a_high = split - (split - a)
    a_low = a - a_high
    split = 134217729.0 * b
    b_high = split - (split - b)
    b_low = b - b_high
    return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def log_ndtr(x: float) -> float:
    """log(ndtr(x)), finite wherever x**2 is.

    Far in the lower tail by Laplace's continued fraction (Abramowitz & Stegun 26.2.14).
    """
    if x > 0.0:
        return math.log1p(-ndtr(-x))
    if x > -30.0:
        return math.log(ndtr(x))
    fraction = 0.0
    for k in range(6, 0, -1):
        fraction = k / (fraction - x)
    return -0.5 * x * x - HALF_LOG_TWO_PI - math.log(fraction - x)


def logit(p: float) -> float:
    """log(p / (1 - p)), the inverse of sigmoid; ±inf at 1 and 0, nan outside.

    2 artanh(2 p - 1) is exact around its zero at 1/2.
    """
    return log(p / (1.0 - p)) if p < 0.25 else 2.0 * arctanh(2.0 * p - 1.0)


def xlogy(x: float, y: float) -> float:
    """x * log(y), and 0 where x is 0, whatever y, but for nan."""
    return 0.0 if x == 0.0 and y == y else x * log(y)


def gelu(x: float) -> float:
    """x * ndtr(x) (Hendrycks & Gimpel, arXiv:1606.08415); 0 (not nan) at -inf."""
    return 0.0 if x == -INF else x * ndtr(x)


def logaddexp(a: float, b: float) -> float:
    """log(e**a + e**b) without overflow."""
    if a == b:  # also where both are the same infinity
        return a + math.log(2.0)
    high = maximum(a, b)
    if math.isinf(high) or high != high:
        return high
    return high + math.log1p(math.exp(-math.fabs(a - b)))


def logaddexp2(a: float, b: float) -> float:
    """log2(2**a + 2**b) without overflow."""
    if a == b:
        return a + 1.0
    high = maximum(a, b)
    if math.isinf(high) or high != high:
        return high
    return high + math.log1p(exp2(-math.fabs(a - b))) / LOG_2


def _log_gamma_around_2(z: float) -> float:
    """log(gamma(2 + z)) for -0.75 <= z <= 0.5."""
    total = 0.0
    for coefficient in reversed(LOG_GAMMA_SERIES):
        total = (total + coefficient) * z
    return z * (ONE_MINUS_EULER + total)


def _half_turn(x: float) -> float:
    """x less the nearest whole number, exactly: the argument within a period of cot(pi x)."""
    return math.remainder(x, 1.0)


def _is_pole(x: float) -> bool:
    """Whether x is 0, -1, -2, ...: the poles of gamma and of its logarithmic derivatives."""
    return x <= 0.0 and x == math.floor(x)


def lgamma(x: float) -> float:
    """log |gamma(x)|, within a few ulp also near its zeros at 1 and 2 (`math.lgamma` is not).

    Series around 2, recurrence up to 10, Stirling's series beyond, reflection below 0
    (Abramowitz & Stegun 6.1.17, 6.1.33, 6.1.41); inf at 0, -1, -2, ...
    """
    if not math.isfinite(x):
        return math.fabs(x)
    if _is_pole(x):
        return INF
    if x < -0.5:
        return math.log(math.pi / math.fabs(math.sin(math.pi * _half_turn(x)))) - lgamma(1.0 - x)
    if x < 0.5:
        return _log_gamma_around_2(x) - math.log1p(x) - math.log(math.fabs(x))
    if x < 1.25:
        return _log_gamma_around_2(x - 1.0) - math.log1p(x - 1.0)
    if x < 10.0:
        product = 1.0
        while x > 2.5:
            x -= 1.0
            product *= x
        return _log_gamma_around_2(x - 2.0) + math.log(product)
    series = 0.0
    for k in range(8, 0, -1):
        series = series / (x * x) + BERNOULLI[k - 1] / (2 * k * (2 * k - 1))
    return (x - 0.5) * math.log(x) - x + (HALF_LOG_TWO_PI + series / x)


def digamma(x: float) -> float:
    """The derivative of lgamma, within a few ulp also near its zero at 1.4616; nan at its poles.

    Taylor series around the zero, recurrence up to 10, the asymptotic series beyond, reflection
    below 0 (Abramowitz & Stegun 6.3.5, 6.3.7, 6.3.18).
    """
    if x != x or x == -INF or _is_pole(x):
        return NAN
    if x < 0.0:
        return digamma(1.0 - x) - _cotangent_derivative(0, x)
    if x >= 10.0:
        return x if x == INF else math.log(x) - 0.5 / x - _psi_tail(0, x)
    shift = 0.0
    while x > DIGAMMA_ZERO + 0.6:
        x -= 1.0
        shift += 1.0 / x
    if x < DIGAMMA_ZERO - 0.5:
        shift -= divide(1.0, x)
        x += 1.0
    distance = (x - DIGAMMA_ZERO) - DIGAMMA_ZERO_TAIL
    series = 0.0
    for coefficient in reversed(DIGAMMA_SERIES):
        series = (series + coefficient) * distance
    return series + shift


def polygamma(order: float, x: float) -> float:
    """The derivative of the given order of digamma; order 0 is digamma itself.

    Recurrence up to 10 + order, the asymptotic series beyond, reflection below 0 (Abramowitz &
    Stegun 6.4.6, 6.4.7, 6.4.11). nan at the poles 0, -1, -2, ... and for an order that is not a
    whole number from 0 to 100.
    """
    if not 0.0 <= order <= 100.0 or order != math.floor(order):
        return NAN
    if x != x or x == -INF or _is_pole(x):
        return NAN
    n = int(order)
    if n == 0:
        return digamma(x)
    if x < 0.0:
        mirrored = polygamma(order, 1.0 - x)
        return (mirrored if n % 2 == 0 else -mirrored) - _cotangent_derivative(n, x)
    if x == INF:
        return 0.0
    terms: list[float] = []
    far = x
    while far < 10.0 + n:
        terms.append(divide(1.0, power(far, n + 1.0)))
        far = x + len(terms)
    terms.append(0.5 / power(far, n + 1.0))
    size = math.gamma(n) / power(far, n) + math.gamma(n + 1) * math.fsum(terms) + _psi_tail(n, far)
    return size if n % 2 else -size


def _psi_tail(n: int, x: float) -> float:
    """The Bernoulli part of polygamma's asymptotic series: sum B_2k (2k+n-1)!/(2k)! / x**(2k+n)."""
    total = 0.0
    for k in range(len(BERNOULLI), 0, -1):
        factor = 1.0 / (2 * k)  # (2k + n - 1)! / (2k)!
        for i in range(n):
            factor *= 2 * k + i
        total = (total + BERNOULLI[k - 1] * factor) / (x * x)
    return total / power(x, n)


def _cotangent_derivative(n: int, x: float) -> float:
    """The n-th derivative of pi cot(pi x): a polynomial in c = cot(pi x), c' = -pi (1 + c**2)."""
    cotangent = 1.0 / math.tan(math.pi * _half_turn(x))
    polynomial = [0.0, math.pi]
    for _ in range(n):
        slope = [k * polynomial[k] for k in range(1, len(polynomial))]
        polynomial = [0.0] * (len(slope) + 2)
        for k, coefficient in enumerate(slope):
            polynomial[k] -= math.pi * coefficient
            polynomial[k + 2] -= math.pi * coefficient
    value = 0.0
    for coefficient in reversed(polynomial):
        value = value * cotangent + coefficient
    return value


def sinc(x: float) -> float:
    """sin(pi x) / (pi x), exact at its zeros, the whole numbers; 1 at 0."""
    if x == 0.0:
        return 1.0
    if math.isinf(x):
        return 0.0
    turn = _half_turn(x)
    sine = math.sin(math.pi * turn)
    if _is_odd_integer(x - turn):
        sine = -sine
    return sine / (math.pi * x) + 0.0  # no -0.0


def sinc_derivative(order: float, x: float) -> float:
    """The derivative of the given order of sinc, to the last digit also beside its zeros.

    nan for an order that is not a whole number from 0 to 20.
    """
    if x != x or not 0.0 <= order <= 20.0 or order != math.floor(order):
        return NAN
    n = int(order)
    if n == 0:
        return sinc(x)
    size = clip(math.fabs(x), SINC_NEAR, SINC_FAR)
    value = _sinc_derivative_at(n, size)
    if math.fabs(x) > SINC_FAR:  # in proportion to 1 / x or, for an even order, 1 / x**2
        value *= size / x
        return value if n % 2 else value * (size / x)
    return value * (x / size) if n % 2 else value


def _sinc_derivative_at(n: int, x: float) -> float:
    """The derivative of order n of sinc for 2**-30 <= x <= 2**53.

    With z = pi x, those of g(z) = sin(z) / z follow from the n-th derivative of z g(z) = sin(z),
    z g_n + n g_(n-1) = sin(z + n pi / 2). That magnifies errors by n! / z**n, so the numbers are
    integers here, in units of 2**-bits.
    """
    bits = 160 + 30 * n
    pi = 0
    for part in PI_PARTS:
        pi += int(math.ldexp(part, bits))
    quarter = int(2.0 * math.fmod(x, 2.0))
    angle = (pi * int(math.ldexp(math.fmod(x, 0.5), bits))) >> bits
    sums = [0, 0, 0, 0]  # Taylor's series of sine and cosine: the positive and negative terms
    term = 1 << bits
    k = 0
    while term:
        sums[k % 4] += term
        k += 1
        term = ((term * angle) >> bits) // k
    sine, cosine = sums[1] - sums[3], sums[0] - sums[2]
    waves = (sine, cosine, -sine, -cosine)
    z = (pi * int(math.ldexp(x, bits))) >> bits
    g = 0
    for k in range(n + 1):
        g = ((waves[(quarter + k) % 4] - k * g) << bits) // z
    return float(g * pi**n / (1 << (bits * (n + 1))))


def total(*xs: float) -> float:
    """x1 + x2 + ..., from left to right; 0 for none."""
    result = 0.0
    for x in xs:
        result += x
    return result


def mean(*xs: float) -> float:
    """(x1 + x2 + ...) / n; nan for none."""
    return divide(total(*xs), float(len(xs)))


def product(*xs: float) -> float:
    """x1 * x2 * ..., from left to right; 1 for none."""
    result = 1.0
    for x in xs:
        result *= x
    return result


def dot(*xs: float) -> float:
    """x1 y1 + x2 y2 + ... of the two halves x1 ... xn y1 ... yn of the arguments."""
    n = len(xs) // 2
    result = 0.0
    for i in range(n):
        result += xs[i] * xs[n + i]
    return result


def logsumexp(*xs: float) -> float:
    """log(e**x1 + e**x2 + ...) without overflow; -inf for none."""
    high = -INF
    for x in xs:
        high = maximum(high, x)
    if math.isinf(high) or high != high:
        return high
    rest = 0.0  # all but one of the largest, so that log1p keeps small sums exact
    counted = False
    for x in xs:
        if x == high and not counted:
            counted = True
        else:
            rest += math.exp(x - high)
    return high + math.log1p(rest)


def norm(*xs: float) -> float:
    """Euclidean length sqrt(x1**2 + x2**2 + ...) without overflow."""
    return math.hypot(*xs)
