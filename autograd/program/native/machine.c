/* The module autograd.program._machine: schedules run by the interpreter for this processor. */

#define DUALGRAD_ARRAYS
#include <pthread.h>
#include <string.h>

#include "objects.h"

/* Below this many words of work a run is over before another thread could do anything. */
enum { WORTH_RELEASING = 4000, CACHE = 800 * 1024, LARGEST_BLOCK = 128, MOST_WORKERS = 64 };

static const interpreter_t *interpreters[3];
static int interpreter_count;

static void find_interpreters(void) {
#ifdef BY_PROCESSOR
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
        interpreters[interpreter_count++] = &dualgrad_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        interpreters[interpreter_count++] = &dualgrad_avx2;
#endif
    interpreters[interpreter_count++] = &dualgrad_base;
}

/* Machine: a plan, and what its runs need. */

static void *aligned(char **at, size_t count, size_t size) {
    char *start = *at;
    *at += (count * size + 63) / 64 * 64;
    return start;
}

static scratch_t *new_scratch(const machine_t *self) {
    const plan_t *plan = &self->plan;
    size_t sizes[] = {(size_t)plan->uniform_slots, (size_t)(plan->lane_slots * self->widest),
                      (size_t)plan->accumulators,
                      (size_t)(plan->guard_count && plan->reduce ? plan->accumulators : 0),
                      (size_t)plan->most_operands,
                      (size_t)(plan->reduce ? plan->output_count : 0)};
    size_t bytes = sizeof(scratch_t) + 128;
    for (int i = 0; i < 6; i++)
        bytes += sizes[i] * sizeof(double) + 64;
    char *block = PyMem_RawMalloc(bytes);
    if (!block)
        return NULL;
    scratch_t *scratch = (scratch_t *)block;
    char *at = (char *)(((uintptr_t)block + sizeof(scratch_t) + 63) / 64 * 64);
    scratch->uniform = aligned(&at, sizes[0], sizeof(double));
    scratch->lanes = aligned(&at, sizes[1], sizeof(double));
    scratch->totals = aligned(&at, sizes[2], sizeof(double));
    scratch->block_totals = aligned(&at, sizes[3], sizeof(double));
    scratch->operands = aligned(&at, sizes[4], sizeof(double));
    scratch->outputs = aligned(&at, sizes[5], sizeof(double));
    memcpy(scratch->uniform, self->constants, sizeof(double) * plan->constants);
    return scratch;
}

/* Both with the interpreter lock. */
scratch_t *dualgrad_take_scratch(machine_t *self) {
    scratch_t *scratch = self->scratch;
    self->scratch = NULL;
    return scratch ? scratch : new_scratch(self);
}

void dualgrad_put_scratch(machine_t *self, scratch_t *scratch) {
    if (self->scratch)
        PyMem_RawFree(scratch);
    else
        self->scratch = scratch;
}

int dualgrad_is_long(const machine_t *self, long lanes) {
    return self->words * (1 + lanes / 8) > WORTH_RELEASING;
}

/* A thread's share of the lanes. */
typedef struct {
    const machine_t *machine;
    scratch_t *scratch;
    const column_t *columns;
    const target_t *targets;
    int32_t *failed;
    long begin, end, counted;
} share_t;

static void *run_share(void *data) {
    share_t *share = data;
    const machine_t *machine = share->machine;
    share->counted =
        machine->interpreter->run_lanes(&machine->plan, share->scratch, share->columns,
                                        share->begin, share->end, share->targets, share->failed);
    return NULL;
}

/* Run the lanes on threads of their own but for the first part; add their sums to the scratch. */
static long run_shares(const machine_t *self, scratch_t *scratch, share_t whole, long workers) {
    const plan_t *plan = &self->plan;
    pthread_t threads[MOST_WORKERS];
    share_t shares[MOST_WORKERS];
    int started[MOST_WORKERS];
    long lanes = whole.end, counted = 0;
    for (long i = 0; i < workers; i++) {
        shares[i] = whole;
        shares[i].begin = lanes * i / workers;
        shares[i].end = lanes * (i + 1) / workers;
        started[i] = 0;
        if (i && (shares[i].scratch = new_scratch(self))) {
            memcpy(shares[i].scratch->uniform, scratch->uniform,
                   sizeof(double) * plan->uniform_slots);
            memset(shares[i].scratch->totals, 0, sizeof(double) * plan->accumulators);
            shares[i].scratch->width = scratch->width;
            started[i] = !pthread_create(&threads[i], NULL, run_share, &shares[i]);
        }
    }
    for (long i = 0; i < workers; i++) {
        if (!started[i]) { /* the first part, and what no thread could be had for */
            share_t own = shares[i];
            own.scratch = scratch;
            run_share(&own);
            counted += own.counted;
        }
    }
    for (long i = 1; i < workers; i++) {
        if (started[i]) {
            pthread_join(threads[i], NULL);
            counted += shares[i].counted;
            for (long k = 0; k < plan->accumulators; k++)
                scratch->totals[k] += shares[i].scratch->totals[k];
        }
        PyMem_RawFree(shares[i].scratch);
    }
    return counted;
}

long dualgrad_execute(const machine_t *self, scratch_t *scratch, const column_t *columns, long lanes,
                      const target_t *targets, int32_t *failed, long workers) {
    const plan_t *plan = &self->plan;
    long blocks = (lanes + self->widest - 1) / self->widest;
    long width = blocks ? (lanes + blocks - 1) / blocks : WIDEST;
    scratch->width = (width + WIDEST - 1) / WIDEST * WIDEST;
    memset(scratch->totals, 0, sizeof(double) * plan->accumulators);
    self->interpreter->run_uniform(plan, scratch);
    share_t whole = {self, scratch, columns, targets, failed, 0, lanes, 0};
    workers = workers > blocks / 2 ? blocks / 2 : workers; /* a thread is not worth one block */
    if (workers > 1)
        return run_shares(self, scratch, whole, workers > MOST_WORKERS ? MOST_WORKERS : workers);
    run_share(&whole);
    return whole.counted;
}

static const int32_t *ints(PyObject *array, long *size) {
    if (!PyArray_Check(array) || PyArray_TYPE((PyArrayObject *)array) != NPY_INT32 ||
        !PyArray_IS_C_CONTIGUOUS((PyArrayObject *)array)) {
        PyErr_SetString(PyExc_TypeError, "a plan is made of contiguous arrays of int32");
        return NULL;
    }
    if (size)
        *size = PyArray_SIZE((PyArrayObject *)array);
    return PyArray_DATA((PyArrayObject *)array);
}

static PyObject *machine_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"uniform", "splats", "lanes", "mapped", "outputs", "sums", "guards",
                            "constants", "given", "uniform_slots", "lane_slots", "accumulators",
                            "output_count", "most_operands", "reduce", "interpreter", NULL};
    PyObject *a[8];
    plan_t plan = {0};
    int interpreter = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOOOOOOOlllllli|i", names, &a[0], &a[1], &a[2],
                                     &a[3], &a[4], &a[5], &a[6], &a[7], &plan.given,
                                     &plan.uniform_slots, &plan.lane_slots, &plan.accumulators,
                                     &plan.output_count, &plan.most_operands, &plan.reduce,
                                     &interpreter))
        return NULL;
    long uniform_words, lane_words, guards;
    if (!(plan.uniform = ints(a[0], &uniform_words)) || !(plan.splats = ints(a[1], NULL)) ||
        !(plan.lanes = ints(a[2], &lane_words)) || !(plan.mapped = ints(a[3], &plan.mapped_count)) ||
        !(plan.outputs = ints(a[4], NULL)) || !(plan.sums = ints(a[5], NULL)) ||
        !(plan.guards = ints(a[6], &guards)))
        return NULL;
    if (!PyArray_Check(a[7]) || PyArray_TYPE((PyArrayObject *)a[7]) != NPY_DOUBLE ||
        !PyArray_IS_C_CONTIGUOUS((PyArrayObject *)a[7])) {
        PyErr_SetString(PyExc_TypeError, "constants are a contiguous array of float64");
        return NULL;
    }
    if (interpreter < 0 || interpreter >= interpreter_count) {
        PyErr_SetString(PyExc_ValueError, "this processor has no such interpreter");
        return NULL;
    }
    plan.constants = PyArray_SIZE((PyArrayObject *)a[7]);
    plan.guard_count = guards / 2;
    machine_t *self = (machine_t *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    self->plan = plan;
    self->constants = PyArray_DATA((PyArrayObject *)a[7]);
    self->interpreter = interpreters[interpreter];
    self->words = uniform_words + lane_words;
    long fits = plan.lane_slots ? CACHE / (8 * plan.lane_slots) / WIDEST * WIDEST : WIDEST;
    self->widest = fits < 4 * WIDEST ? 4 * WIDEST : fits > LARGEST_BLOCK ? LARGEST_BLOCK : fits;
    self->arrays = PyTuple_Pack(8, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
    if (!self->arrays) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void machine_dealloc(machine_t *self) {
    PyMem_RawFree(self->scratch);
    Py_XDECREF(self->arrays);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static int is_array(PyObject *x, int type, int dimensions) {
    return PyArray_Check(x) && PyArray_TYPE((PyArrayObject *)x) == type &&
           PyArray_NDIM((PyArrayObject *)x) == dimensions &&
           PyArray_IS_C_CONTIGUOUS((PyArrayObject *)x) && PyArray_ISALIGNED((PyArrayObject *)x);
}

/* run(given, lanes, outputs, failed): see NumpyMachine.run. */
static PyObject *machine_run(machine_t *self, PyObject *const *args, Py_ssize_t count) {
    const plan_t *plan = &self->plan;
    if (count != 4 || !is_array(args[0], NPY_DOUBLE, 1) || !is_array(args[1], NPY_DOUBLE, 2) ||
        !is_array(args[2], NPY_DOUBLE, plan->reduce ? 1 : 2) ||
        !(args[3] == Py_None || is_array(args[3], NPY_INT32, 1))) {
        PyErr_SetString(PyExc_TypeError, "run() takes contiguous arrays: given, lanes, outputs, failed");
        return NULL;
    }
    PyArrayObject *given = (PyArrayObject *)args[0], *lanes = (PyArrayObject *)args[1];
    PyArrayObject *outputs = (PyArrayObject *)args[2], *failed = (PyArrayObject *)args[3];
    long n = (long)PyArray_DIM(lanes, 0);
    if (PyArray_SIZE(given) != plan->given || PyArray_DIM(lanes, 1) != plan->mapped_count ||
        PyArray_SIZE(outputs) != (plan->reduce ? 1 : n) * plan->output_count ||
        (args[3] == Py_None ? plan->guard_count > 0 : PyArray_SIZE(failed) != n)) {
        PyErr_SetString(PyExc_ValueError, "run() was given arrays of other sizes than the plan's");
        return NULL;
    }
    long apart = plan->reduce ? 0 : plan->output_count;
    column_t *columns = PyMem_RawMalloc(sizeof(column_t) * (size_t)(plan->mapped_count + 1));
    target_t *targets = PyMem_RawMalloc(sizeof(target_t) * (size_t)(apart + 1));
    scratch_t *scratch = dualgrad_take_scratch(self);
    if (!columns || !targets || !scratch) {
        PyMem_RawFree(columns);
        PyMem_RawFree(targets);
        PyMem_RawFree(scratch);
        return PyErr_NoMemory();
    }
    for (long i = 0; i < plan->mapped_count; i++)
        columns[i] = (column_t){(double *)PyArray_DATA(lanes) + i, plan->mapped_count};
    for (long k = 0; k < apart; k++)
        targets[k] = (target_t){(double *)PyArray_DATA(outputs) + k, plan->output_count};
    memcpy(scratch->uniform + plan->constants, PyArray_DATA(given), sizeof(double) * plan->given);
    PyThreadState *thread = dualgrad_is_long(self, n) ? PyEval_SaveThread() : NULL;
    long counted = dualgrad_execute(self, scratch, columns, n, targets,
                           args[3] == Py_None ? NULL : PyArray_DATA(failed), 1);
    if (plan->reduce)
        self->interpreter->put_together(plan, scratch, counted, 1.0, PyArray_DATA(outputs));
    if (thread)
        PyEval_RestoreThread(thread);
    dualgrad_put_scratch(self, scratch);
    PyMem_RawFree(columns);
    PyMem_RawFree(targets);
    Py_RETURN_NONE;
}

static PyMethodDef machine_methods[] = {
    {"run", (PyCFunction)(void (*)(void))machine_run, METH_FASTCALL,
     PyDoc_STR("run(given, lanes, outputs, failed)\n\nRun the schedule, as NumpyMachine does.")},
    {NULL, NULL, 0, NULL}};

PyTypeObject dualgrad_machine_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "autograd.program._machine.Machine",
    .tp_basicsize = sizeof(machine_t),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = PyDoc_STR("A schedule, run by the interpreter for this processor."),
    .tp_new = machine_new,
    .tp_dealloc = (destructor)machine_dealloc,
    .tp_methods = machine_methods,
};

/* The module. */

#include "names.h"

static PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_machine",
    .m_doc = PyDoc_STR("Schedules run by the interpreter for this processor."),
    .m_size = -1,
};

PyMODINIT_FUNC PyInit__machine(void) {
    import_array();
    find_interpreters();
    if (PyType_Ready(&dualgrad_machine_type) < 0 || dualgrad_ready_callers() < 0)
        return NULL;
    PyObject *module = PyModule_Create(&module_definition);
    if (!module)
        return NULL;
    PyObject *names = PyTuple_New(interpreter_count);
    for (int i = 0; names && i < interpreter_count; i++)
        PyTuple_SET_ITEM(names, i, PyUnicode_FromString(interpreters[i]->name));
    if (!names || PyModule_AddObject(module, "INTERPRETERS", names) < 0 ||
        PyModule_AddStringConstant(module, "INSTRUCTIONS", DUALGRAD_INSTRUCTIONS) < 0 ||
        PyModule_AddObjectRef(module, "Machine", (PyObject *)&dualgrad_machine_type) < 0 ||
        PyModule_AddObjectRef(module, "Entry", (PyObject *)&dualgrad_entry_type) < 0 ||
        PyModule_AddObjectRef(module, "Caller", (PyObject *)&dualgrad_caller_type) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
