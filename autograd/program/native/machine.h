/* What the machine's files share: a plan, and the function that runs it, for each kind of processor. */

#ifndef DUALGRAD_MACHINE_H
#define DUALGRAD_MACHINE_H

#include <stddef.h>
#include <stdint.h>

/* Whether this compiler makes code for processors that it is not sure to meet. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define BY_PROCESSOR
#endif

enum { WIDEST = 8 }; /* the numbers in the largest vector: blocks of lanes are multiples of it */

/* A schedule; see schedule.py. */
typedef struct {
    const int32_t *uniform, *splats, *lanes; /* words */
    const int32_t *mapped;                   /* slots by lanes of the mapped inputs */
    const int32_t *outputs;                  /* places of the outputs, if they are not summed */
    const int32_t *sums;                     /* how summed outputs are put together */
    const int32_t *guards;                   /* place and outcome of each */
    long constants, given, mapped_count, uniform_slots, lane_slots, accumulators;
    long output_count, guard_count, most_operands;
    int reduce; /* 0: no; 1: sum; 2: mean */
} plan_t;

/* Where the numbers of a mapped input come from: lane l has *(data + l * step). */
typedef struct {
    const double *data;
    ptrdiff_t step;
} column_t;

/* Where the numbers of an output go: that of lane l to *(data + l * step). */
typedef struct {
    double *data;
    ptrdiff_t step;
} target_t;

/* The numbers of a run. Arrays by lanes are aligned, with a row of `width` numbers for each slot. */
typedef struct {
    double *uniform, *lanes, *totals, *block_totals, *operands, *outputs;
    long width;
} scratch_t;

/* Compute what is uniform; the constants and what is given are there already. */
typedef void run_uniform_t(const plan_t *plan, const scratch_t *scratch);

/* Run lanes [begin, end) and return how many of them count in the sums.

   Outputs that are not summed go to their targets. `failed` is told the first guard of each lane that
   failed, -1 where none did; -2 where none did, but the lane is not in the sums. */
typedef long run_lanes_t(const plan_t *plan, const scratch_t *scratch, const column_t *columns,
                         long begin, long end, const target_t *targets, int32_t *failed);

/* Put outputs together that are summed over the lanes, each divided by a number. */
typedef void put_together_t(const plan_t *plan, const scratch_t *scratch, long counted,
                            double divisor, double *out);

typedef struct {
    const char *name;
    run_uniform_t *run_uniform;
    run_lanes_t *run_lanes;
    put_together_t *put_together;
} interpreter_t;

extern const interpreter_t dualgrad_base, dualgrad_avx2, dualgrad_avx512;

#endif
