/* The machine's inner loops. Included by a file for each kind of processor, which defines

   INTERPRETER   the name of what it exports,
   LANES         how many numbers a vector holds,
   TILE          how many vectors of lanes a tile of MATVEC takes beside its four rows. */

#include <math.h>
#include <string.h>

#include "machine.h"

/* The functions that glibc has for whole vectors, to 4 ulp: the compiler calls them in loops. */
#if defined(__GLIBC__) && defined(BY_PROCESSOR)
#if __GLIBC_PREREQ(2, 22)
#define BY_VECTORS __attribute__((__simd__("notinbranch")))
extern double exp(double) BY_VECTORS;
extern double log(double) BY_VECTORS;
extern double sin(double) BY_VECTORS;
extern double cos(double) BY_VECTORS;
extern double pow(double, double) BY_VECTORS;
#endif
#if __GLIBC_PREREQ(2, 35)
extern double exp2(double) BY_VECTORS;
extern double expm1(double) BY_VECTORS;
extern double log2(double) BY_VECTORS;
extern double log10(double) BY_VECTORS;
extern double log1p(double) BY_VECTORS;
extern double tan(double) BY_VECTORS;
extern double asin(double) BY_VECTORS;
extern double acos(double) BY_VECTORS;
extern double atan(double) BY_VECTORS;
extern double atan2(double, double) BY_VECTORS;
extern double sinh(double) BY_VECTORS;
extern double cosh(double) BY_VECTORS;
extern double tanh(double) BY_VECTORS;
extern double asinh(double) BY_VECTORS;
extern double acosh(double) BY_VECTORS;
extern double atanh(double) BY_VECTORS;
extern double cbrt(double) BY_VECTORS;
extern double hypot(double, double) BY_VECTORS;
extern double erf(double) BY_VECTORS;
extern double erfc(double) BY_VECTORS;
#endif
#endif

#define KERNEL static __attribute__((noinline))
#define INLINE static inline __attribute__((always_inline))

#include "rows.h"

typedef double vec __attribute__((vector_size(8 * LANES)));
typedef int64_t ivec __attribute__((vector_size(8 * LANES)));

/* Sums may be rounded once a term. */
#ifdef __clang__
#pragma clang fp contract(fast)
#else
#pragma GCC push_options
#pragma GCC optimize("fp-contract=fast")
#endif

/* Sums of products whose matrix is uniform: `rows` of them for `tile` vectors of lanes, in registers. */
INLINE void matvec_tile(const int rows, const int tile, long m, const double *matrix, long by_row,
                        long by_column, const int32_t *vector, const double *lanes, long width,
                        vec total[4][8]) {
    for (long k = 0; k < m; k++) {
        const vec *x = (const vec *)(lanes + vector[k] * width);
        for (int r = 0; r < rows; r++) {
            double factor = matrix[r * by_row + k * by_column];
            for (int v = 0; v < tile; v++)
                total[r][v] += factor * x[v];
        }
    }
}

INLINE void matvec_rows(const int rows, const int tile, long n, long m, const int32_t *p,
                        const double *uniform, double *lanes, long width, long at, long j) {
    const double *matrix = uniform + p[1] + j * p[2];
    const int32_t *start = p + 4, *result = start + n, *vector = result + n;
    vec total[4][8];
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < tile; v++)
            total[r][v] = (vec){} + uniform[start[j + r]];
    matvec_tile(rows, tile, m, matrix, p[2], p[3], vector, lanes + at, width, total);
    for (int r = 0; r < rows; r++) {
        vec *out = (vec *)(lanes + result[j + r] * width + at);
        for (int v = 0; v < tile; v++)
            out[v] = total[r][v];
    }
}

INLINE void matvec_tiles(const int tile, long n, long m, const int32_t *p, const double *uniform,
                         double *lanes, long width, long at) {
    long j = 0;
    for (; j + 4 <= n; j += 4)
        matvec_rows(4, tile, n, m, p, uniform, lanes, width, at, j);
    for (; j < n; j++)
        matvec_rows(1, tile, n, m, p, uniform, lanes, width, at, j);
}

/* p: m, first, by row, by column; n starts, n results, m of the vector. */
static void matvec_lanes(long n, const int32_t *p, const double *uniform, double *lanes, long width) {
    long m = p[0], at = 0;
    for (; at + TILE * LANES <= width; at += TILE * LANES)
        matvec_tiles(TILE, n, m, p, uniform, lanes, width, at);
    for (; at + 2 * LANES <= width; at += 2 * LANES)
        matvec_tiles(2, n, m, p, uniform, lanes, width, at);
    for (; at < width; at += LANES)
        matvec_tiles(1, n, m, p, uniform, lanes, width, at);
}

/* With one lane: along the rows of the matrix, or along its columns, as it lies. */
static void matvec_uniform(long n, const int32_t *p, double *x, double *vector) {
    long m = p[0], by_row = p[2], by_column = p[3];
    const double *matrix = x + p[1];
    const int32_t *start = p + 4, *result = start + n, *place = result + n;
    for (long k = 0; k < m; k++)
        vector[k] = x[place[k]];
    double *out = vector + m;
    for (long j = 0; j < n; j++)
        out[j] = x[start[j]];
    if (by_row == 1) {
        for (long k = 0; k < m; k++) {
            const double *column = matrix + k * by_column;
            double factor = vector[k];
            for (long j = 0; j < n; j++)
                out[j] += column[j] * factor;
        }
    } else {
        for (long j = 0; j < n; j++) {
            const double *row = matrix + j * by_row;
            vec parts = {};
            long k = 0;
            double rest = out[j];
            if (by_column == 1) {
                for (; k + LANES <= m; k += LANES) {
                    vec a, b;
                    memcpy(&a, row + k, sizeof a);
                    memcpy(&b, vector + k, sizeof b);
                    parts += a * b;
                }
            }
            for (; k < m; k++)
                rest += row[k * by_column] * vector[k];
            for (int i = 0; i < LANES; i++)
                rest += parts[i];
            out[j] = rest;
        }
    }
    for (long j = 0; j < n; j++)
        x[result[j]] = out[j];
}

/* By four sums, none of which waits for the others. */
static double long_dot_uniform(long n, const double *x, const int32_t *left, const int32_t *right) {
    double parts[4] = {0.0, 0.0, 0.0, 0.0};
    long k = 0;
    for (; k + 4 <= n; k += 4)
        for (int i = 0; i < 4; i++)
            parts[i] += x[left[k + i]] * x[right[k + i]];
    for (; k < n; k++)
        parts[0] += x[left[k]] * x[right[k]];
    return (parts[0] + parts[1]) + (parts[2] + parts[3]);
}

INLINE double dot_uniform(long n, const double *x, const int32_t *left, const int32_t *right) {
    if (n > 2)
        return long_dot_uniform(n, x, left, right);
    double first = x[left[0]] * x[right[0]];
    return n == 2 ? first + x[left[1]] * x[right[1]] : first;
}

/* p: result, start; n and n factors. */
static void dot_lanes(long n, const int32_t *p, const double *uniform, double *lanes, long width) {
    const int32_t *left = p + 2, *right = left + n;
    double *out = lanes + p[0] * width;
    for (long at = 0; at < width; at += LANES) {
        vec *result = (vec *)(out + at);
        vec total = p[1] >= 0 ? (vec){} + uniform[p[1]] : *result;
        for (long k = 0; k < n; k++)
            total += *(const vec *)(lanes + left[k] * width + at) *
                     *(const vec *)(lanes + right[k] * width + at);
        *result = total;
    }
}

INLINE vec from(const double *lanes, long slot, long width, long at) {
    return *(const vec *)(lanes + slot * width + at);
}

/* What keeps the first `count` numbers of a vector, and makes the others 0. */
INLINE ivec mask_of(long count) {
    ivec mask;
    for (int i = 0; i < LANES; i++)
        mask[i] = i < count ? -1 : 0;
    return mask;
}

INLINE vec masked(vec x, ivec mask) {
    return (vec)((ivec)x & mask);
}

INLINE double sum_of(vec x) {
    double total = 0.0;
    for (int i = 0; i < LANES; i++)
        total += x[i];
    return total;
}

#if LANES == 8
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (ivec){__VA_ARGS__})
/* The sums of eight vectors, as one. */
INLINE vec sums_of(const vec *x) {
    vec two[4], four[2];
    for (int i = 0; i < 4; i++)
        two[i] = SHUFFLE(x[2 * i], x[2 * i + 1], 0, 8, 2, 10, 4, 12, 6, 14) +
                 SHUFFLE(x[2 * i], x[2 * i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    for (int i = 0; i < 2; i++)
        four[i] = SHUFFLE(two[2 * i], two[2 * i + 1], 0, 1, 8, 9, 4, 5, 12, 13) +
                  SHUFFLE(two[2 * i], two[2 * i + 1], 2, 3, 10, 11, 6, 7, 14, 15);
    return SHUFFLE(four[0], four[1], 0, 1, 2, 3, 8, 9, 10, 11) +
           SHUFFLE(four[0], four[1], 4, 5, 6, 7, 12, 13, 14, 15);
}
#endif

/* Products of `rows` by `columns` slots, summed over the lanes. */
INLINE void outer_tile(const int rows, const int columns, const int32_t *left, const int32_t *right,
                       const double *lanes, long width, long valid, ivec mask, double *totals,
                       long step) {
    vec total[16];
    for (int i = 0; i < rows * columns; i++)
        total[i] = (vec){};
    long at = 0;
    for (; at + LANES <= valid; at += LANES) {
        vec b[4];
        for (int j = 0; j < columns; j++)
            b[j] = from(lanes, right[j], width, at);
        for (int i = 0; i < rows; i++) {
            vec a = from(lanes, left[i], width, at);
            for (int j = 0; j < columns; j++)
                total[i * columns + j] += a * b[j];
        }
    }
    if (at < valid) {
        vec b[4];
        for (int j = 0; j < columns; j++)
            b[j] = masked(from(lanes, right[j], width, at), mask);
        for (int i = 0; i < rows; i++) {
            vec a = masked(from(lanes, left[i], width, at), mask);
            for (int j = 0; j < columns; j++)
                total[i * columns + j] += a * b[j];
        }
    }
#if LANES == 8
    if (rows * columns == 16) {
        for (int half = 0; half < 2; half++) {
            vec sums = sums_of(total + 8 * half);
            double parts[8];
            memcpy(parts, &sums, sizeof parts);
            for (int i = 0; i < 2; i++) {
                double *row = totals + (2 * half + i) * step;
                for (int j = 0; j < 4; j++)
                    row[j] += parts[4 * i + j];
            }
        }
        return;
    }
#endif
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            totals[i * step + j] += sum_of(total[i * columns + j]);
}

/* p: m, first; n rows, m columns. */
static void outer_lanes(long n, const int32_t *p, const double *lanes, long width, long valid,
                        double *totals) {
    long m = p[0], i = 0;
    ivec mask = mask_of(valid % LANES);
    const int32_t *left = p + 2, *right = left + n;
    totals += p[1];
    for (; i < n; i += i + 4 <= n ? 4 : 1) {
        long j = 0;
        if (i + 4 <= n) {
            for (; j + 4 <= m; j += 4)
                outer_tile(4, 4, left + i, right + j, lanes, width, valid, mask, totals + i * m + j,
                           m);
            for (; j < m; j++)
                outer_tile(4, 1, left + i, right + j, lanes, width, valid, mask, totals + i * m + j,
                           m);
        } else {
            for (; j + 4 <= m; j += 4)
                outer_tile(1, 4, left + i, right + j, lanes, width, valid, mask, totals + i * m + j,
                           m);
            for (; j < m; j++)
                outer_tile(1, 1, left + i, right + j, lanes, width, valid, mask, totals + i * m + j,
                           m);
        }
    }
}

/* Slots summed over the lanes: `count` of them, so that no sum waits for another. */
INLINE void total_tile(const int count, const int32_t *slots, const double *lanes, long width,
                       long valid, ivec mask, double *totals) {
    vec total[8] = {};
    long at = 0;
    for (; at + LANES <= valid; at += LANES)
        for (int i = 0; i < count; i++)
            total[i] += from(lanes, slots[i], width, at);
    if (at < valid)
        for (int i = 0; i < count; i++)
            total[i] += masked(from(lanes, slots[i], width, at), mask);
#if LANES == 8
    if (count == 8) {
        vec sums = sums_of(total);
        for (int i = 0; i < 8; i++)
            totals[i] += sums[i];
        return;
    }
#endif
    for (int i = 0; i < count; i++)
        totals[i] += sum_of(total[i]);
}

static void total_lanes(long n, const int32_t *slots, const double *lanes, long width, long valid,
                        double *totals) {
    ivec mask = mask_of(valid % LANES);
    long i = 0;
    for (; i + 8 <= n; i += 8)
        total_tile(8, slots + i, lanes, width, valid, mask, totals + i);
    for (; i < n; i++)
        total_tile(1, slots + i, lanes, width, valid, mask, totals + i);
}

#ifdef __clang__
#pragma clang fp contract(off)
#else
#pragma GCC pop_options
#endif

#define VARIADIC_UNIFORM(F)                                                                        \
    for (long i = 0; i < n; i++)                                                                   \
        scratch->operands[i] = x[p[i]];                                                            \
    x[first] = F(scratch->operands, (int)n);                                                       \
    p += n;                                                                                        \
    break;

static void run_uniform(const plan_t *plan, const scratch_t *scratch) {
    const int32_t *p = plan->uniform;
    double *x = scratch->uniform;
    for (;;) {
        int32_t code = p[0];
        long n = p[1], first = p[2];
        if (code == OP_END)
            return;
        p += 3;
        switch (code) {
        case OP_DOT:
            x[first] = x[p[0]] + dot_uniform(n, x, p + 1, p + 1 + n);
            p += 1 + 2 * n;
            break;
        case OP_MATVEC:
            matvec_uniform(n, p - 1, x, scratch->operands);
            p += 3 + 2 * n + first;
            break;
        case OP_GATHER:
            for (long i = 0; i < n; i++)
                x[first + i] = x[p[i]];
            p += n;
            break;
            UNIFORM_CASES
        }
    }
}

#define SLOT(k) (lanes + (k) * width)

#define VARIADIC_LANES(F)                                                                          \
    for (long l = 0; l < width; l++) {                                                             \
        for (long i = 0; i < n; i++)                                                               \
            scratch->operands[i] = SLOT(p[1 + i])[l];                                              \
        SLOT(p[0])[l] = F(scratch->operands, (int)n);                                              \
    }                                                                                              \
    p += 1 + n;                                                                                    \
    break;

static void run_block(const int32_t *p, const scratch_t *scratch, long valid, double *totals) {
    const double *uniform = scratch->uniform;
    double *lanes = scratch->lanes;
    long width = scratch->width;
    for (;;) {
        int32_t code = p[0];
        long n = p[1];
        if (code == OP_END)
            return;
        p += 2;
        switch (code) {
        case OP_DOT:
            dot_lanes(n, p, uniform, lanes, width);
            p += 2 + 2 * n;
            break;
        case OP_MATVEC:
            matvec_lanes(n, p, uniform, lanes, width);
            p += 4 + 2 * n + p[0];
            break;
        case OP_SPLAT:
            for (long i = 0; i < n; i++)
                for (long l = 0; l < width; l++)
                    SLOT(p[i])[l] = uniform[p[n + i]];
            p += 2 * n;
            break;
        case OP_OUTER:
            outer_lanes(n, p, lanes, width, valid, totals);
            p += 2 + n + p[0];
            break;
        case OP_TOTAL:
            total_lanes(n, p + 1, lanes, width, valid, totals + p[0]);
            p += 1 + n;
            break;
            LANE_CASES
        }
    }
}

/* Tell of each lane its first failed guard, or -1; return whether any failed. */
static int check_guards(const plan_t *plan, const scratch_t *scratch, long valid, int32_t *failed) {
    int any = 0;
    for (long l = 0; l < valid; l++)
        failed[l] = -1;
    for (long k = 0; k < plan->guard_count; k++) {
        int32_t place = plan->guards[2 * k];
        double outcome = plan->guards[2 * k + 1];
        const double *row = place >= 0 ? scratch->lanes + place * scratch->width : NULL;
        for (long l = 0; l < valid; l++) {
            if (failed[l] == -1 && (row ? row[l] : scratch->uniform[~place]) != outcome) {
                failed[l] = (int32_t)k;
                any = 1;
            }
        }
    }
    return any;
}

static void load(const plan_t *plan, const scratch_t *scratch, const column_t *columns, long begin,
                 long valid) {
    long width = scratch->width;
    for (long i = 0; i < plan->mapped_count; i++) {
        if (plan->mapped[i] < 0)
            continue;
        double *out = scratch->lanes + plan->mapped[i] * width;
        const double *data = columns[i].data + begin * columns[i].step;
        ptrdiff_t step = columns[i].step;
        for (long l = 0; l < valid; l++)
            out[l] = data[l * step];
        for (long l = valid; l < width; l++)
            out[l] = out[valid - 1]; /* a real one: nothing new can go wrong there */
    }
}

static void store(const plan_t *plan, const scratch_t *scratch, long begin, long valid,
                  const target_t *targets) {
    for (long k = 0; k < plan->output_count; k++) {
        int32_t place = plan->outputs[k];
        ptrdiff_t step = targets[k].step;
        double *out = targets[k].data + begin * step;
        if (place >= 0) {
            const double *row = scratch->lanes + place * scratch->width;
            for (long l = 0; l < valid; l++)
                out[l * step] = row[l];
        } else {
            for (long l = 0; l < valid; l++)
                out[l * step] = scratch->uniform[~place];
        }
    }
}

static long run_lanes(const plan_t *plan, const scratch_t *scratch, const column_t *columns,
                      long begin, long end, const target_t *targets, int32_t *failed) {
    long width = scratch->width, counted = 0;
    int apart = failed != NULL && plan->reduce; /* a block with a failure must not count */
    double *totals = apart ? scratch->block_totals : scratch->totals;
    run_block(plan->splats, scratch, 0, totals);
    for (long at = begin; at < end; at += width) {
        long valid = end - at < width ? end - at : width;
        load(plan, scratch, columns, at, valid);
        if (apart)
            memset(totals, 0, sizeof(double) * plan->accumulators);
        run_block(plan->lanes, scratch, valid, totals);
        if (failed && check_guards(plan, scratch, valid, failed + at) && plan->reduce) {
            for (long l = at; l < at + valid; l++)
                if (failed[l] == -1)
                    failed[l] = -2;
            continue;
        }
        if (apart)
            for (long i = 0; i < plan->accumulators; i++)
                scratch->totals[i] += totals[i];
        if (!plan->reduce)
            store(plan, scratch, at, valid, targets);
        counted += valid;
    }
    return counted;
}

enum { PART = 512 }; /* outputs that stay in the first-level cache until they are complete */

/* plan->sums: runs of [count; terms: accumulator, step, factor; uniform: slot, step]. */
static void put_together(const plan_t *plan, const scratch_t *scratch, long counted, double divisor,
                         double *out) {
    const double *uniform = scratch->uniform;
    double share = plan->reduce == 2 ? (double)counted : 1.0, lanes = (double)counted / share;
    const double *end = out + plan->output_count;
    for (const int32_t *p = plan->sums; out < end;) {
        long count = *p++, terms = *p++, once = p[3 * terms];
        const int32_t *alone = p + 3 * terms + 1;
        for (long first = 0; first < count; first += PART) {
            double *part = out + first;
            long n = count - first < PART ? count - first : PART;
            for (long i = 0; i < n; i++)
                part[i] = 0.0;
            for (long t = 0; t < terms; t++) {
                long step = p[3 * t + 1];
                double factor = uniform[p[3 * t + 2]];
                const double *total = scratch->totals + p[3 * t] + first * step;
                for (long i = 0; i < n; i++)
                    part[i] += total[i * step] * factor;
            }
            if (share != 1.0)
                for (long i = 0; i < n; i++)
                    part[i] /= share;
            for (long t = 0; t < once; t++) {
                long step = alone[2 * t + 1];
                const double *x = uniform + alone[2 * t] + first * step;
                for (long i = 0; i < n; i++)
                    part[i] += x[i * step] * lanes;
            }
            if (divisor != 1.0)
                for (long i = 0; i < n; i++)
                    part[i] /= divisor;
        }
        out += count;
        p = alone + 2 * once;
    }
}

const interpreter_t INTERPRETER = {"" NAME, run_uniform, run_lanes, put_together};
