/* The functions that printed JavaScript calls, each by the name of its row.

   At every double they give what the row's float function gives, but for the last digits.
   Constants in capitals come from ../floats.py: they are printed before the functions.
   Each definition starts at the margin, after those that it uses. */

const exp = Math.exp;
const exp2 = (x) => 2 ** x;
const expm1 = Math.expm1;
const log = Math.log;
const log2 = Math.log2;
const log10 = Math.log10;
const log1p = Math.log1p;
const sqrt = Math.sqrt;
const cbrt = Math.cbrt;
const sin = Math.sin;
const cos = Math.cos;
const tan = Math.tan;
const arcsin = Math.asin;
const arccos = Math.acos;
const arctan = Math.atan;
const arctan2 = Math.atan2;
const sinh = Math.sinh;
const cosh = Math.cosh;
const tanh = Math.tanh;
const arcsinh = Math.asinh;
const arccosh = Math.acosh;
const arctanh = Math.atanh;
const abs = Math.abs;
const floor = Math.floor;
const ceil = Math.ceil;
const trunc = Math.trunc;
const deg2rad = (x) => x * DEGREE;
const rad2deg = (x) => x * RADIAN;
const fmod = (a, b) => a % b;
const hypot = Math.hypot;

/* Where C's pow is 1, Math.pow is NaN: 1 ** NaN, (-1) ** Infinity. */
const pow = (x, y) => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y);

const less = (a, b) => (a < b ? 1 : 0);
const less_equal = (a, b) => (a <= b ? 1 : 0);
const equal = (a, b) => (a === b ? 1 : 0);
const not_equal = (a, b) => (a !== b ? 1 : 0);

/* Math.sign keeps the sign of 0. */
const sign = (x) => (x > 0 ? 1 : x < 0 ? -1 : x !== x ? x : 0);

/* Beyond 2**52 all doubles are whole; adding it rounds those below, to even in a tie. */
function rint(x) {
  const size = Math.abs(x), rounded = size < 2 ** 52 ? size + 2 ** 52 - 2 ** 52 : size;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
}

/* The sign of b: Python's %. */
function remainder(a, b) {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
}

function floor_divide(a, b) {
  if (b === 0) return a / b;
  const rest = a % b, beyond = rest !== 0 && rest < 0 !== b < 0;
  const quotient = (a - rest) / b - (beyond ? 1 : 0), whole = Math.floor(quotient);
  if (quotient === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  return quotient - whole > 0.5 ? whole + 1 : whole;
}

/* Of two zeros the first, where Math.max takes 0 before -0. */
const maximum = (a, b) => (a >= b || a !== a ? a : b);
const minimum = (a, b) => (a <= b || a !== a ? a : b);
const clip = (x, lo, hi) => minimum(maximum(x, lo), hi);

/* NaN is not 0, but false. */
const where = (condition, a, b) => (condition !== 0 ? a : b);

/* a * b - product exactly, for moderate a and b (Dekker 1971, Veltkamp's split). */
function productError(a, b, product) {
  const highPart = (x) => 134217729 * x - (134217729 * x - x); // 2**27 + 1
  const aHigh = highPart(a), bHigh = highPart(b), aLow = a - aHigh, bLow = b - bHigh;
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}

/* power(a - b) and, by its slope at 0, what the rounding of a - b takes from it (Knuth's sum). */
function powerOfDifference(power, slope, a, b) {
  const difference = a - b;
  if (a === b) return 1;
  if (!(Math.abs(difference) < 1100)) return power(difference);
  const part = difference - a, rounding = a - (difference - part) - (b + part);
  return power(difference) * (1 + slope * rounding);
}

const exp_difference = (a, b) => powerOfDifference(Math.exp, 1, a, b);
const exp2_difference = (a, b) => powerOfDifference(exp2, LOG_2, a, b);

function gaussian(x, rate) {
  const product = rate * x, exponent = product * x;
  const apart = Math.abs(x) > 1e150 || Math.abs(rate) > 1e150;
  if (!(Math.abs(exponent) < 750) || apart) return Math.exp(-exponent);
  const rounding = productError(product, x, exponent) + productError(rate, x, product) * x;
  return Math.exp(-exponent) * (1 - rounding);
}

/* (1 + 2x) e**(x**2) erfc(x) as a sum of Chebyshev polynomials in (x - 3.75) / (x + 3.75), after
   Shepherd and Laframboise (doi:10.1090/S0025-5718-1981-0595058-X); computed with 60 digits. */
const SCALED_ERFC = [
  1.1775789345674017,
  -0.004590054580646478,
  -0.08424913336651792,
  0.05920993999819189,
  -0.026658668435305753,
  0.009074997670705265,
  -0.002413163540417608,
  0.0004907758365258086,
  -6.916973302501207e-05,
  4.13902798607301e-06,
  7.74038306619849e-07,
  -2.1886401049234397e-07,
  1.076499946567091e-08,
  4.521959811218287e-09,
  -7.754400208831351e-10,
  -6.318088340886684e-11,
  2.86879501093067e-11,
  1.9455868545777347e-13,
  -9.65469674843344e-13,
  3.25254814814874e-14,
  3.3478119482868056e-14,
  -1.864562880419313e-15,
  -1.2507950530688648e-15,
  7.418235256624044e-17,
  5.068148904796111e-17,
];

/* erfc(x) for x >= 0. */
function upperErfc(x) {
  const t = (x - 3.75) / (x + 3.75), square = x * x;
  let total = 0, next = 0;
  for (let k = SCALED_ERFC.length - 1; k > 0; k--) {
    [total, next] = [2 * t * total - next + SCALED_ERFC[k], total];
  }
  const scaled = (t * total - next + SCALED_ERFC[0]) / (1 + 2 * x);
  return x > 28 ? 0 : Math.exp(-square) * (1 - productError(x, x, square)) * scaled;
}

/* Taylor's series, for |x| < 0.5. */
function erfAroundZero(x) {
  let term = 1, total = 1;
  for (let n = 1; n < 16; n++) {
    term *= -x * x / n;
    total += term / (2 * n + 1);
  }
  return x * (TWO_OVER_SQRT_PI * total);
}

function erf(x) {
  if (Math.abs(x) < 0.5) return erfAroundZero(x);
  return x < 0 ? upperErfc(-x) - 1 : 1 - upperErfc(x);
}

function erfc(x) {
  if (Math.abs(x) < 0.5) return 1 - erfAroundZero(x);
  return x < 0 ? 2 - upperErfc(-x) : upperErfc(x);
}

function ndtr(x) {
  const z = -x * SQRT_HALF;
  let tail = erfc(z);
  if (1 < z && z < 40) {
    const rounding = productError(-x, SQRT_HALF, z) - x * SQRT_HALF_TAIL;
    tail -= rounding * TWO_OVER_SQRT_PI * Math.exp(-z * z);
  }
  return 0.5 * tail;
}

function log_ndtr(x) {
  if (x > 0) return Math.log1p(-ndtr(-x));
  if (x > -30) return Math.log(ndtr(x));
  let fraction = 0;
  for (let k = 6; k > 0; k--) fraction = k / (fraction - x);
  return -0.5 * x * x - HALF_LOG_TWO_PI - Math.log(fraction - x);
}

const logit = (p) => (p < 0.25 ? Math.log(p / (1 - p)) : 2 * Math.atanh(2 * p - 1));
const xlogy = (x, y) => (x === 0 && y === y ? 0 : x * Math.log(y));

const isPole = (x) => x <= 0 && x === Math.floor(x);

/* x less the nearest whole number, of two the even one. */
function halfTurn(x) {
  const nearest = Math.round(x);
  return nearest - x === 0.5 && nearest % 2 !== 0 ? 0.5 : x - nearest;
}

/* log(gamma(2 + z)) for -0.75 <= z <= 0.5. */
function logGammaAround2(z) {
  return z * (ONE_MINUS_EULER + LOG_GAMMA_SERIES.reduceRight((total, c) => (total + c) * z, 0));
}

function lgamma(x) {
  if (!Number.isFinite(x)) return Math.abs(x);
  if (isPole(x)) return Infinity;
  if (x < -0.5) {
    return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * halfTurn(x)))) - lgamma(1 - x);
  }
  if (x < 0.5) return logGammaAround2(x) - Math.log1p(x) - Math.log(Math.abs(x));
  if (x < 1.25) return logGammaAround2(x - 1) - Math.log1p(x - 1);
  if (x < 10) {
    let product = 1;
    while (x > 2.5) product *= x -= 1;
    return logGammaAround2(x - 2) + Math.log(product);
  }
  let series = 0;
  for (let k = 8; k > 0; k--) series = series / (x * x) + BERNOULLI[k - 1] / (2 * k * (2 * k - 1));
  return (x - 0.5) * Math.log(x) - x + (HALF_LOG_TWO_PI + series / x);
}

/* The Bernoulli part of the asymptotic series of polygamma, of order n. */
function psiTail(n, x) {
  let total = 0;
  for (let k = BERNOULLI.length; k > 0; k--) {
    let factor = 1 / (2 * k);
    for (let i = 0; i < n; i++) factor *= 2 * k + i;
    total = (total + BERNOULLI[k - 1] * factor) / (x * x);
  }
  return total / x ** n;
}

/* The n-th derivative of pi cot(pi x), as a polynomial in the cotangent. */
function cotangentDerivative(n, x) {
  let polynomial = [0, Math.PI];
  for (let k = 0; k < n; k++) {
    const slope = polynomial.slice(1).map((c, i) => Math.PI * (i + 1) * c);
    polynomial = [...slope.map((c) => -c), 0, 0];
    slope.forEach((c, i) => (polynomial[i + 2] -= c));
  }
  const cotangent = 1 / Math.tan(Math.PI * halfTurn(x));
  return polynomial.reduceRight((value, c) => value * cotangent + c, 0);
}

function digamma(x) {
  if (x !== x || x === -Infinity || isPole(x)) return NaN;
  if (x < 0) return digamma(1 - x) - cotangentDerivative(0, x);
  if (x === Infinity) return x;
  if (x >= 10) return Math.log(x) - 0.5 / x - psiTail(0, x);
  let shift = 0;
  while (x > DIGAMMA_ZERO + 0.6) {
    x -= 1;
    shift += 1 / x;
  }
  if (x < DIGAMMA_ZERO - 0.5) {
    shift -= 1 / x;
    x += 1;
  }
  const distance = x - DIGAMMA_ZERO - DIGAMMA_ZERO_TAIL;
  return DIGAMMA_SERIES.reduceRight((total, c) => (total + c) * distance, 0) + shift;
}

function polygamma(n, x) {
  if (!(0 <= n && n <= 100) || n !== Math.floor(n)) return NaN;
  if (x !== x || x === -Infinity || isPole(x)) return NaN;
  if (n === 0) return digamma(x);
  if (x < 0) return (n % 2 ? -1 : 1) * polygamma(n, 1 - x) - cotangentDerivative(n, x);
  if (x === Infinity) return 0;
  let steps = 0, factorial = 1; // of n - 1
  while (x + steps < 10 + n) steps++;
  for (let k = 2; k < n; k++) factorial *= k;
  const far = x + steps;
  let total = 0.5 / far ** (n + 1);
  for (let k = steps - 1; k >= 0; k--) total += 1 / (x + k) ** (n + 1);
  const size = factorial / far ** n + factorial * n * total + psiTail(n, far);
  return n % 2 ? size : -size;
}

function sinc(x) {
  if (x === 0) return 1;
  if (Math.abs(x) === Infinity) return 0;
  const turn = halfTurn(x), sine = Math.sin(Math.PI * turn);
  return ((x - turn) % 2 ? -sine : sine) / (Math.PI * x) + 0;
}

/* The derivative of order n of sinc for 2**-30 <= x <= 2**53, in integers of 2**-bits: with
   z = pi x, z g_n + n g_(n-1) = sin(z + n pi / 2) is solved for the derivatives of sin(z) / z. */
function sincDerivativeAt(n, x) {
  const bits = 160 + 30 * n, unit = 2 ** bits, shift = BigInt(bits);
  const pi = PI_PARTS.reduce((total, part) => total + BigInt(part * unit), 0n);
  const quarter = Math.floor(2 * (x % 2)), angle = (pi * BigInt((x % 0.5) * unit)) >> shift;
  const sums = [0n, 0n, 0n, 0n]; // Taylor's series: positive and negative terms of both waves
  let term = 1n << shift;
  for (let k = 0; term > 0n; term = ((term * angle) >> shift) / BigInt(k)) {
    sums[k % 4] += term;
    k++;
  }
  const sine = sums[1] - sums[3], cosine = sums[0] - sums[2];
  const waves = [sine, cosine, -sine, -cosine], z = (pi * BigInt(x * unit)) >> shift;
  let g = 0n;
  for (let k = 0; k <= n; k++) {
    g = ((waves[(quarter + k) % 4] - BigInt(k) * g) << shift) / z;
  }
  return Number((g * pi ** BigInt(n)) >> BigInt(bits * n)) / unit;
}

function sinc_derivative(n, x) {
  if (!(0 <= n && n <= 20) || n !== Math.floor(n) || x !== x) return NaN;
  if (n === 0) return sinc(x);
  const size = clip(Math.abs(x), SINC_NEAR, SINC_FAR), value = sincDerivativeAt(n, size);
  if (Math.abs(x) > SINC_FAR) return n % 2 ? value * (size / x) : value * (size / x) * (size / x);
  return n % 2 ? value * (x / size) : value;
}

function sech(x) {
  const tail = Math.exp(-Math.abs(x));
  return (2 * tail) / (1 + tail * tail);
}

function sigmoid(x) {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const tail = Math.exp(x);
  return tail / (1 + tail);
}

const softplus = (x) => (x === Infinity ? x : maximum(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
const logsigmoid = (x) => -softplus(-x);
const relu = (x) => (x > 0 || x !== x ? x : 0);
const leaky_relu = (x, slope) => (x > 0 ? x : slope * x);
const elu = (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x));
const selu = (x) => (x > 0 ? SELU_SCALE * x : SELU_SCALE_ALPHA * Math.expm1(x));

function silu(x) {
  if (x >= 0 || x !== x) return x * sigmoid(x);
  const half = Math.exp(0.5 * x);
  return half === 0 ? 0 : ((x * half) / (1 + half * half)) * half;
}

const gelu = (x) => (x === -Infinity ? 0 : x * ndtr(x));

function logaddexp(a, b) {
  if (a === b) return a + Math.LN2;
  const high = maximum(a, b);
  return Number.isFinite(high) ? high + Math.log1p(Math.exp(-Math.abs(a - b))) : high;
}

function logaddexp2(a, b) {
  if (a === b) return a + 1;
  const high = maximum(a, b);
  return Number.isFinite(high) ? high + Math.log1p(exp2(-Math.abs(a - b))) / LOG_2 : high;
}

const sum = (...xs) => xs.reduce((result, x) => result + x, 0);
const mean = (...xs) => sum(...xs) / xs.length;
const prod = (...xs) => xs.reduce((result, x) => result * x, 1);

function dot(...xs) {
  const n = xs.length / 2;
  let result = 0;
  for (let i = 0; i < n; i++) result += xs[i] * xs[n + i];
  return result;
}

function logsumexp(...xs) {
  const high = xs.reduce(maximum, -Infinity);
  if (!Number.isFinite(high)) return high;
  const largest = xs.indexOf(high);
  let rest = 0; // all but one of the largest, so that log1p keeps small sums exact
  xs.forEach((x, i) => (rest += i === largest ? 0 : Math.exp(x - high)));
  return high + Math.log1p(rest);
}

const norm = Math.hypot;
