/* The Python types of the module, and what they ask of each other. */

#ifndef DUALGRAD_OBJECTS_H
#define DUALGRAD_OBJECTS_H

#define PY_SSIZE_T_CLEAN
#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL dualgrad_array_api
#ifndef DUALGRAD_ARRAYS /* one file imports NumPy's functions for all */
#define NO_IMPORT_ARRAY
#endif
#include <Python.h>
#include <numpy/arrayobject.h>

#include "machine.h"

typedef struct {
    PyObject_HEAD
    plan_t plan;
    PyObject *arrays; /* the tuple of what the plan points to */
    const double *constants;
    const interpreter_t *interpreter;
    long words, widest; /* how long the plan is; the lanes of a block at most */
    scratch_t *scratch; /* of the latest run, for the next; NULL while one has it */
} machine_t;

extern PyTypeObject dualgrad_machine_type, dualgrad_entry_type, dualgrad_caller_type;

/* Make the types of caller.c ready; -1 for an error. */
int dualgrad_ready_callers(void);

/* Scratch of a machine's own until it is put back; NULL where memory is short. */
scratch_t *dualgrad_take_scratch(machine_t *self);
void dualgrad_put_scratch(machine_t *self, scratch_t *scratch);

/* Whether a run of so many lanes takes long enough for another thread to do something meanwhile. */
int dualgrad_is_long(const machine_t *self, long lanes);

/* Run lanes [0, lanes) on so many threads at most, what is given being in the scratch; return how
   many count in the sums. */
long dualgrad_execute(const machine_t *self, scratch_t *scratch, const column_t *columns, long lanes,
                      const target_t *targets, int32_t *failed, long workers);

#endif
