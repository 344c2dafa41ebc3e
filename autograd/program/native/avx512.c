/* The interpreter for x86 processors with AVX-512. */
#include "machine.h"
#ifdef BY_PROCESSOR
#pragma GCC target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,bmi,bmi2,prefer-vector-width=512")
#define INTERPRETER dualgrad_avx512
#define NAME "AVX-512"
#define LANES 8
#define TILE 4
#include "interpreter.h"
#endif
