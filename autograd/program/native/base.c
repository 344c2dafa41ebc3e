/* The interpreter for any processor. */
#define INTERPRETER dualgrad_base
#define NAME "baseline"
#define LANES 2
#define TILE 2
#include "interpreter.h"
