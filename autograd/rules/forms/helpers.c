/* The functions that printed C calls: dg_NAME for the row NAME, as C has an exp and a div of its own.

   At every double they give what the row's float function gives, but for the last digits where C's
   library is another than Python's. A row of any number of arguments takes an array and its length.
   Constants in capitals come from ../floats.py: they are printed before the functions.
   Each definition starts at the margin, after those that it uses. */

#include <math.h>

static inline double dg_pow(double x, double y) { return y == 2.0 ? x * x : pow(x, y); }
static inline double dg_exp(double x) { return exp(x); }
static inline double dg_exp2(double x) { return exp2(x); }
static inline double dg_expm1(double x) { return expm1(x); }
static inline double dg_log(double x) { return log(x); }
static inline double dg_log2(double x) { return log2(x); }
static inline double dg_log10(double x) { return log10(x); }
static inline double dg_log1p(double x) { return log1p(x); }
static inline double dg_sqrt(double x) { return sqrt(x); }
static inline double dg_cbrt(double x) { return cbrt(x); }
static inline double dg_sin(double x) { return sin(x); }
static inline double dg_cos(double x) { return cos(x); }
static inline double dg_tan(double x) { return tan(x); }
static inline double dg_arcsin(double x) { return asin(x); }
static inline double dg_arccos(double x) { return acos(x); }
static inline double dg_arctan(double x) { return atan(x); }
static inline double dg_arctan2(double a, double b) { return atan2(a, b); }
static inline double dg_sinh(double x) { return sinh(x); }
static inline double dg_cosh(double x) { return cosh(x); }
static inline double dg_tanh(double x) { return tanh(x); }
static inline double dg_arcsinh(double x) { return asinh(x); }
static inline double dg_arccosh(double x) { return acosh(x); }
static inline double dg_arctanh(double x) { return atanh(x); }
static inline double dg_abs(double x) { return fabs(x); }
static inline double dg_floor(double x) { return floor(x); }
static inline double dg_ceil(double x) { return ceil(x); }
static inline double dg_trunc(double x) { return trunc(x); }
static inline double dg_rint(double x) { return rint(x); }
static inline double dg_deg2rad(double x) { return x * DEGREE; }
static inline double dg_rad2deg(double x) { return x * RADIAN; }
static inline double dg_fmod(double a, double b) { return fmod(a, b); }
static inline double dg_hypot(double a, double b) { return hypot(a, b); }
static inline double dg_erf(double x) { return erf(x); }
static inline double dg_erfc(double x) { return erfc(x); }
static inline double dg_lgamma(double x) { return lgamma(x); }

static inline double dg_less(double a, double b) { return a < b; }
static inline double dg_less_equal(double a, double b) { return a <= b; }
static inline double dg_equal(double a, double b) { return a == b; }
static inline double dg_not_equal(double a, double b) { return a != b; }

static inline double dg_sign(double x) {
    if (isnan(x))
        return x;
    return (double)((x > 0.0) - (x < 0.0));
}

/* fmax and fmin would lose a nan. */
static inline double dg_maximum(double a, double b) { return a >= b || isnan(a) ? a : b; }
static inline double dg_minimum(double a, double b) { return a <= b || isnan(a) ? a : b; }

static inline double dg_clip(double x, double lo, double hi) {
    return dg_minimum(dg_maximum(x, lo), hi);
}

static inline double dg_where(double condition, double a, double b) {
    return condition != 0.0 ? a : b;
}

/* The sign of b: Python's %. */
static inline double dg_remainder(double a, double b) {
    double rest = fmod(a, b);
    if (rest == 0.0)
        return copysign(0.0, b);
    return (rest < 0.0) != (b < 0.0) ? rest + b : rest;
}

static inline double dg_floor_divide(double a, double b) {
    if (b == 0.0)
        return a / b;
    double rest = fmod(a, b), quotient = (a - rest) / b, whole = floor(quotient);
    if (rest != 0.0 && (rest < 0.0) != (b < 0.0))
        whole = floor(quotient -= 1.0);
    if (quotient == 0.0)
        return copysign(0.0, a / b);
    return quotient - whole > 0.5 ? whole + 1.0 : whole;
}

/* power(a - b) and, by its slope at 0, what the rounding of a - b takes from it (Knuth's sum). */
static inline double dg_power_of_difference(double (*power)(double), double slope, double a, double b) {
    double difference = a - b, part, rounding;
    if (a == b)
        return 1.0;
    if (!(fabs(difference) < 1100.0))
        return power(difference);
    part = difference - a;
    rounding = (a - (difference - part)) - (b + part);
    return power(difference) * (1.0 + slope * rounding);
}

static inline double dg_exp_difference(double a, double b) {
    return dg_power_of_difference(exp, 1.0, a, b);
}

static inline double dg_exp2_difference(double a, double b) {
    return dg_power_of_difference(exp2, LOG_2, a, b);
}

static inline double dg_gaussian(double x, double rate) {
    double product = rate * x, exponent = product * x;
    if (!(fabs(exponent) < 750.0) || fabs(x) > 1e150 || fabs(rate) > 1e150)
        return exp(-exponent);
    double rounding = fma(product, x, -exponent) + fma(rate, x, -product) * x;
    return exp(-exponent) * (1.0 - rounding);
}

static inline double dg_ndtr(double x) {
    double z = -x * SQRT_HALF, tail = erfc(z);
    if (1.0 < z && z < 40.0) {
        double rounding = fma(-x, SQRT_HALF, -z) - x * SQRT_HALF_TAIL;
        tail -= rounding * TWO_OVER_SQRT_PI * exp(-z * z);
    }
    return 0.5 * tail;
}

static inline double dg_log_ndtr(double x) {
    if (x > 0.0)
        return log1p(-dg_ndtr(-x));
    if (x > -30.0)
        return log(dg_ndtr(x));
    double fraction = 0.0;
    for (int k = 6; k > 0; k--)
        fraction = k / (fraction - x);
    return -0.5 * x * x - HALF_LOG_TWO_PI - log(fraction - x);
}

static inline double dg_logit(double p) {
    return p < 0.25 ? log(p / (1.0 - p)) : 2.0 * atanh(2.0 * p - 1.0);
}

static inline double dg_xlogy(double x, double y) {
    return x == 0.0 && !isnan(y) ? 0.0 : x * log(y);
}

/* The Bernoulli part of the asymptotic series of polygamma, of order n. */
static inline double dg_psi_tail(int n, double x) {
    double total = 0.0;
    for (int k = (int)(sizeof BERNOULLI / sizeof *BERNOULLI); k > 0; k--) {
        double factor = 1.0 / (2 * k);
        for (int i = 0; i < n; i++)
            factor *= 2 * k + i;
        total = (total + BERNOULLI[k - 1] * factor) / (x * x);
    }
    return total / pow(x, n);
}

static const double PI = 0x1.921fb54442d18p+1;

/* The n-th derivative of pi cot(pi x), as a polynomial in the cotangent; n <= 100. */
static inline double dg_cotangent_derivative(int n, double x) {
    double polynomial[102] = {0.0, PI}, slope[100];
    for (int k = 1; k <= n; k++) {
        for (int i = 0; i < k; i++)
            slope[i] = (i + 1) * polynomial[i + 1];
        for (int i = 0; i <= k + 1; i++)
            polynomial[i] = 0.0;
        for (int i = 0; i < k; i++) {
            polynomial[i] -= PI * slope[i];
            polynomial[i + 2] -= PI * slope[i];
        }
    }
    double cotangent = 1.0 / tan(PI * remainder(x, 1.0)), value = 0.0;
    for (int i = n + 1; i >= 0; i--)
        value = value * cotangent + polynomial[i];
    return value;
}

static inline double dg_digamma(double x) {
    double reflected = 0.0;
    if (isnan(x) || x == -INFINITY || (x <= 0.0 && x == floor(x)))
        return NAN;
    if (x < 0.0) {
        reflected = dg_cotangent_derivative(0, x);
        x = 1.0 - x;
    }
    if (isinf(x))
        return x;
    if (x >= 10.0)
        return log(x) - 0.5 / x - dg_psi_tail(0, x) - reflected;
    double shift = 0.0, series = 0.0;
    while (x > DIGAMMA_ZERO + 0.6) {
        x -= 1.0;
        shift += 1.0 / x;
    }
    if (x < DIGAMMA_ZERO - 0.5) {
        shift -= 1.0 / x;
        x += 1.0;
    }
    double distance = (x - DIGAMMA_ZERO) - DIGAMMA_ZERO_TAIL;
    for (int k = (int)(sizeof DIGAMMA_SERIES / sizeof *DIGAMMA_SERIES); k > 0; k--)
        series = (series + DIGAMMA_SERIES[k - 1]) * distance;
    return series + shift - reflected;
}

static inline double dg_polygamma(double order, double x) {
    if (!(0.0 <= order && order <= 100.0) || order != floor(order))
        return NAN;
    if (isnan(x) || x == -INFINITY || (x <= 0.0 && x == floor(x)))
        return NAN;
    int n = (int)order, positive = n % 2 == 1 && x > 0.0, steps = 0;
    double reflected = 0.0;
    if (n == 0)
        return dg_digamma(x);
    if (isinf(x))
        return 0.0;
    if (x < 0.0) {
        reflected = dg_cotangent_derivative(n, x);
        x = 1.0 - x;
    }
    while (x + steps < 10.0 + n)
        steps++;
    double far = x + steps, total = 0.5 / pow(far, n + 1.0);
    for (int k = steps - 1; k >= 0; k--)
        total += 1.0 / pow(x + k, n + 1.0);
    double size = tgamma(n) / pow(far, n) + tgamma(n + 1.0) * total + dg_psi_tail(n, far);
    return (positive ? size : -size) - reflected;
}

static inline double dg_sinc(double x) {
    if (x == 0.0)
        return 1.0;
    if (isinf(x))
        return 0.0;
    double turn = remainder(x, 1.0), sine = sin(PI * turn);
    return (fmod(x - turn, 2.0) != 0.0 ? -sine : sine) / (PI * x) + 0.0;
}

/* A number of twice the digits: the sum of high, which is nearest to it, and low. They suffice
   beside the zeros of sinc's derivatives up to order 5; those above lose digits there. */
typedef struct dg_pair { double high, low; } dg_pair;

/* Dekker's sum, product and quotient of pairs (doi:10.1007/BF01397083). */
static inline dg_pair dg_pair_of(double high, double low) {
    double sum = high + low;
    return (dg_pair){sum, low - (sum - high)};
}

static inline dg_pair dg_pair_sum(dg_pair a, dg_pair b) {
    double sum = a.high + b.high, part = sum - a.high;
    double rounding = (a.high - (sum - part)) + (b.high - part);
    return dg_pair_of(sum, rounding + (a.low + b.low));
}

static inline dg_pair dg_pair_product(dg_pair a, dg_pair b) {
    double product = a.high * b.high;
    double rounding = fma(a.high, b.high, -product);
    return dg_pair_of(product, rounding + (a.high * b.low + a.low * b.high));
}

static inline dg_pair dg_pair_quotient(dg_pair a, dg_pair b) {
    double quotient = a.high / b.high;
    double rest = fma(-quotient, b.high, a.high) + (a.low - quotient * b.low);
    return dg_pair_of(quotient, rest / b.high);
}

/* The derivative of order n of sin(z) / z for moderate z, by Taylor's series. */
static inline dg_pair dg_sinc_series(int n, dg_pair z) {
    dg_pair total = {0.0, 0.0}, term = {1.0, 0.0};
    for (int m = 0; fabs(term.high) > 1e-40; m++) {
        double divisor = (m + n) % 4 == 0 ? m + n + 1.0 : -(m + n + 1.0);
        if ((m + n) % 2 == 0)
            total = dg_pair_sum(total, dg_pair_quotient(term, (dg_pair){divisor, 0.0}));
        term = dg_pair_quotient(dg_pair_product(term, z), (dg_pair){m + 1.0, 0.0});
    }
    return total;
}

/* The derivative of order n of sin(z) / z for z = pi x >= 3, by that of z g(z) = sin(z):
   z g_n + n g_(n-1) = sin(z + n pi / 2). It magnifies errors by n! / z**n. */
static inline dg_pair dg_sinc_recurrence(int n, double x, dg_pair z) {
    double turn = remainder(x, 0.5);
    int quarter = (int)fmod(2.0 * (x - turn), 4.0);
    dg_pair angle = dg_pair_product((dg_pair){PI_PARTS[0], PI_PARTS[1]}, (dg_pair){turn, 0.0});
    dg_pair sine = dg_pair_product(angle, dg_sinc_series(0, angle)), g = {0.0, 0.0};
    dg_pair rest = dg_pair_product(angle, dg_sinc_series(1, angle));
    dg_pair cosine = dg_pair_sum(dg_sinc_series(0, angle), rest);
    for (int k = 0; k <= n; k++) {
        dg_pair wave = (quarter + k) % 2 == 0 ? sine : cosine;
        double sign = (quarter + k) % 4 < 2 ? 1.0 : -1.0;
        dg_pair known = dg_pair_product((dg_pair){-k, 0.0}, g);
        wave = dg_pair_product((dg_pair){sign, 0.0}, wave);
        g = dg_pair_quotient(dg_pair_sum(wave, known), z);
    }
    return g;
}

static inline double dg_sinc_derivative(double order, double x) {
    if (!(0.0 <= order && order <= 20.0) || order != floor(order) || isnan(x))
        return NAN;
    if (order == 0.0)
        return dg_sinc(x);
    int n = (int)order;
    double size = dg_clip(fabs(x), SINC_NEAR, SINC_FAR);
    dg_pair pi = {PI_PARTS[0], PI_PARTS[1]}, z = dg_pair_product(pi, (dg_pair){size, 0.0});
    int is_near = size < 1.0 || 8.0 * size < n;
    dg_pair value = is_near ? dg_sinc_series(n, z) : dg_sinc_recurrence(n, size, z);
    for (int k = 0; k < n; k++)
        value = dg_pair_product(value, pi);
    if (fabs(x) > SINC_FAR)
        return n % 2 ? value.high * (size / x) : value.high * (size / x) * (size / x);
    return n % 2 ? value.high * (x / size) : value.high;
}

static inline double dg_sech(double x) {
    double tail = exp(-fabs(x));
    return 2.0 * tail / (1.0 + tail * tail);
}

/* Without a branch, so that a loop over it becomes one over vectors. */
static inline double dg_sigmoid(double x) {
    double tail = exp(-fabs(x));
    return (x >= 0.0 ? 1.0 : tail) / (1.0 + tail);
}

static inline double dg_softplus(double x) {
    return x == INFINITY ? x : dg_maximum(x, 0.0) + log1p(exp(-fabs(x)));
}

static inline double dg_logsigmoid(double x) { return -dg_softplus(-x); }

static inline double dg_relu(double x) { return x > 0.0 || isnan(x) ? x : 0.0; }

static inline double dg_leaky_relu(double x, double slope) { return x > 0.0 ? x : slope * x; }

static inline double dg_elu(double x, double alpha) { return x > 0.0 ? x : alpha * expm1(x); }

static inline double dg_selu(double x) {
    return x > 0.0 ? SELU_SCALE * x : SELU_SCALE_ALPHA * expm1(x);
}

static inline double dg_silu(double x) {
    if (x >= 0.0 || isnan(x))
        return x * dg_sigmoid(x);
    double half = exp(0.5 * x);
    return half == 0.0 ? 0.0 : x * half / (1.0 + half * half) * half;
}

static inline double dg_gelu(double x) { return x == -INFINITY ? 0.0 : x * dg_ndtr(x); }

static inline double dg_logaddexp(double a, double b) {
    if (a == b)
        return a + log(2.0);
    double high = dg_maximum(a, b);
    return isfinite(high) ? high + log1p(exp(-fabs(a - b))) : high;
}

static inline double dg_logaddexp2(double a, double b) {
    if (a == b)
        return a + 1.0;
    double high = dg_maximum(a, b);
    return isfinite(high) ? high + log1p(exp2(-fabs(a - b))) / LOG_2 : high;
}

static inline double dg_sum(const double *xs, int n) {
    double result = 0.0;
    for (int i = 0; i < n; i++)
        result += xs[i];
    return result;
}

static inline double dg_mean(const double *xs, int n) { return dg_sum(xs, n) / n; }

static inline double dg_prod(const double *xs, int n) {
    double result = 1.0;
    for (int i = 0; i < n; i++)
        result *= xs[i];
    return result;
}

/* Of the two halves of xs. */
static inline double dg_dot(const double *xs, int n) {
    double result = 0.0;
    for (int i = 0; i < n / 2; i++)
        result += xs[i] * xs[n / 2 + i];
    return result;
}

static inline double dg_logsumexp(const double *xs, int n) {
    double high = -INFINITY, rest = 0.0;
    int counted = 0; /* one of the largest: without it, log1p keeps small sums exact */
    for (int i = 0; i < n; i++)
        high = dg_maximum(high, xs[i]);
    if (!isfinite(high))
        return high;
    for (int i = 0; i < n; i++) {
        if (xs[i] == high && !counted)
            counted = 1;
        else
            rest += exp(xs[i] - high);
    }
    return high + log1p(rest);
}

/* Scaled by a power of 2 against overflow; the rest holds what the additions round off. */
static inline double dg_norm(const double *xs, int n) {
    double high = 0.0, total = 0.0, rest = 0.0;
    for (int i = 0; i < n; i++) {
        if (isinf(xs[i]))
            return INFINITY;
        high = dg_maximum(high, fabs(xs[i]));
    }
    if (high == 0.0 || isnan(high))
        return high;
    int exponent;
    frexp(high, &exponent);
    for (int i = 0; i < n; i++) {
        double scaled = ldexp(xs[i], -exponent), square = scaled * scaled, sum = total + square;
        rest += total >= square ? (total - sum) + square : (square - sum) + total;
        total = sum;
    }
    return ldexp(sqrt(total + rest), exponent);
}
