/* The interpreter for x86 processors with AVX2 and FMA. */
#include "machine.h"
#ifdef BY_PROCESSOR
#pragma GCC target("avx2,fma,bmi,bmi2")
#define INTERPRETER dualgrad_avx2
#define NAME "AVX2"
#define LANES 4
#define TILE 3
#include "interpreter.h"
#endif
