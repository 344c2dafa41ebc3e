/* Caller, the base of compiled functions: a call that one of its entries knows goes to a machine at
   once; all others go to the Python method `_call`. */

#include "objects.h"

#include <stddef.h>
#include <numpy/arrayscalars.h>
#include <string.h>
#include <structmember.h>

#ifndef Py_T_OBJECT_EX /* before Python 3.12 */
#define Py_T_OBJECT_EX T_OBJECT_EX
#endif

/* The structure of arguments or of a result. */

enum { NUMBER, ARRAY, FIXED, TUPLE, LIST, DICT, RECORD };
enum { MOST_DIMENSIONS = 8, KEPT = 2, MOST_KEPT = 1 << 18 };

typedef struct node {
    int kind, mapped, dimensions, axis; /* the axis of the lanes, where it is mapped */
    long offset, size; /* of its numbers among those that are given, mapped, or come out */
    npy_intp shape[MOST_DIMENSIONS + 1];
    Py_ssize_t count;
    struct node *children;
    PyObject **keys;
    PyObject *object; /* what is fixed; the type of a record */
    PyArrayObject **kept; /* the last arrays that were made of it, see new_array */
} node_t;

static void free_node(node_t *node) {
    for (Py_ssize_t i = 0; i < node->count; i++) {
        free_node(&node->children[i]);
        if (node->keys)
            Py_XDECREF(node->keys[i]);
    }
    for (int i = 0; node->kept && i < KEPT; i++)
        Py_XDECREF(node->kept[i]);
    PyMem_Free(node->children);
    PyMem_Free(node->keys);
    PyMem_Free(node->kept);
    Py_XDECREF(node->object);
}

/* spec: ("number", offset), ("array", offset, axis of the lanes or -1, shape), ("fixed", object),
   ("tuple" or "list", nodes), ("dict", keys, nodes) or ("record", type, nodes). */
static int parse_node(PyObject *spec, node_t *node) {
    static const char *kinds[] = {"number", "array", "fixed", "tuple", "list", "dict", "record"};
    memset(node, 0, sizeof *node);
    const char *kind = PyTuple_Check(spec) ? PyUnicode_AsUTF8(PyTuple_GetItem(spec, 0)) : NULL;
    if (!kind)
        return -1;
    while (node->kind < RECORD && strcmp(kind, kinds[node->kind]))
        node->kind++;
    PyObject *nodes = NULL, *keys = NULL;
    if (node->kind <= ARRAY && !(node->kept = PyMem_Calloc(KEPT, sizeof *node->kept))) {
        PyErr_NoMemory();
        return -1;
    }
    switch (node->kind) {
    case NUMBER:
        node->size = 1;
        return PyArg_ParseTuple(spec, "sl", &kind, &node->offset) ? 0 : -1;
    case ARRAY:
        if (!PyArg_ParseTuple(spec, "sliO!", &kind, &node->offset, &node->axis, &PyTuple_Type,
                              &nodes))
            return -1;
        node->mapped = node->axis >= 0;
        node->dimensions = (int)PyTuple_GET_SIZE(nodes);
        if (node->dimensions > MOST_DIMENSIONS) {
            PyErr_SetString(PyExc_ValueError, "an array has too many dimensions");
            return -1;
        }
        node->size = 1;
        for (int i = 0; i < node->dimensions; i++) {
            node->shape[i] = PyLong_AsSsize_t(PyTuple_GET_ITEM(nodes, i));
            node->size *= (long)node->shape[i];
        }
        return PyErr_Occurred() ? -1 : 0;
    case FIXED:
        node->object = Py_NewRef(PyTuple_GetItem(spec, 1));
        return 0;
    case DICT:
        if (!PyArg_ParseTuple(spec, "sO!O!", &kind, &PyTuple_Type, &keys, &PyTuple_Type, &nodes))
            return -1;
        break;
    case RECORD:
        if (!PyArg_ParseTuple(spec, "sOO!", &kind, &node->object, &PyTuple_Type, &nodes))
            return -1;
        Py_INCREF(node->object);
        break;
    default:
        if (!PyArg_ParseTuple(spec, "sO!", &kind, &PyTuple_Type, &nodes))
            return -1;
    }
    Py_ssize_t count = PyTuple_GET_SIZE(nodes);
    node->children = PyMem_Calloc((size_t)count + 1, sizeof(node_t));
    node->keys = keys ? PyMem_Calloc((size_t)count + 1, sizeof(PyObject *)) : NULL;
    if (!node->children || (keys && !node->keys)) {
        PyErr_NoMemory();
        return -1;
    }
    for (; node->count < count; node->count++) {
        if (keys)
            node->keys[node->count] = Py_NewRef(PyTuple_GET_ITEM(keys, node->count));
        if (parse_node(PyTuple_GET_ITEM(nodes, node->count), &node->children[node->count]) < 0) {
            node->count++;
            return -1;
        }
    }
    return 0;
}

/* Entry: arguments of one structure, the machine that they go to, and the result. */

typedef struct {
    PyObject_HEAD
    machine_t *machine;
    node_t arguments, result;
    int mapped, mean;   /* whether there are lanes, and whether sums over them are divided */
    long workers;       /* how many threads may share them */
    PyObject *checks;   /* ((dict or cell, key, object) or (function, code, defaults), ...) */
    PyObject *changed;  /* a function that tells of other changes, or None */
} entry_t;

static PyObject *entry_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"machine", "arguments", "result", "mapped", "mean", "workers",
                            "checks", "changed", NULL};
    PyObject *machine, *arguments, *result, *checks, *changed;
    int mapped, mean;
    long workers;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O!OOiilO!O", names, &dualgrad_machine_type,
                                     &machine, &arguments, &result, &mapped, &mean, &workers, &PyTuple_Type,
                                     &checks, &changed))
        return NULL;
    entry_t *self = (entry_t *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    self->machine = (machine_t *)Py_NewRef(machine);
    self->mapped = mapped;
    self->mean = mean;
    self->workers = workers;
    self->checks = Py_NewRef(checks);
    self->changed = Py_NewRef(changed);
    if (parse_node(arguments, &self->arguments) < 0 || parse_node(result, &self->result) < 0) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_TypeError, "an entry's structure is made of tuples");
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static int entry_traverse(entry_t *self, visitproc visit, void *arg) {
    Py_VISIT(self->checks);
    Py_VISIT(self->changed);
    return 0;
}

static int entry_clear(entry_t *self) {
    Py_CLEAR(self->checks);
    Py_CLEAR(self->changed);
    return 0;
}

static void entry_dealloc(entry_t *self) {
    PyObject_GC_UnTrack(self);
    entry_clear(self);
    Py_XDECREF(self->machine);
    free_node(&self->arguments);
    free_node(&self->result);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

PyTypeObject dualgrad_entry_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "autograd.program._machine.Entry",
    .tp_basicsize = sizeof(entry_t),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = PyDoc_STR("Arguments of one structure, the machine that they go to, and the result."),
    .tp_new = entry_new,
    .tp_dealloc = (destructor)entry_dealloc,
    .tp_traverse = (traverseproc)entry_traverse,
    .tp_clear = (inquiry)entry_clear,
};

/* While arguments are read: where their numbers go. */
typedef struct {
    double *given;
    column_t *columns;
    npy_intp lanes;   /* -1 until an array has told */
    PyObject **held;  /* the arrays that columns point into: another thread may drop them */
    long held_count;
} reading_t;

/* Whether the numbers can be read where they are. */
static int is_in_place(const node_t *node, PyArrayObject *array) {
    if (PyArray_TYPE(array) != NPY_DOUBLE || !PyArray_ISALIGNED(array) ||
        PyArray_ISBYTESWAPPED(array))
        return 0;
    return node->mapped ? PyArray_STRIDE(array, node->axis) % (npy_intp)sizeof(double) == 0
                        : PyArray_IS_C_CONTIGUOUS(array);
}

/* Whether the axes but that of the lanes are as the entry's were. */
static int is_of_shape(const node_t *node, PyArrayObject *array) {
    if (PyArray_NDIM(array) != node->dimensions + node->mapped)
        return 0;
    for (int i = 0; i < node->dimensions; i++)
        if (PyArray_DIM(array, i + (node->mapped && i >= node->axis)) != node->shape[i])
            return 0;
    return 1;
}

/* Note where each number of a lane is, whatever the strides. */
static void read_columns(const node_t *node, PyArrayObject *array, column_t *columns) {
    const npy_intp *strides = PyArray_STRIDES(array);
    npy_intp step = strides[node->axis] / (npy_intp)sizeof(double);
    for (long i = 0; i < node->size; i++) {
        const char *place = PyArray_BYTES(array);
        long rest = i;
        for (int d = node->dimensions - 1; d >= 0; d--) {
            place += rest % node->shape[d] * strides[d + (d >= node->axis)];
            rest /= node->shape[d];
        }
        columns[i] = (column_t){(const double *)place, step};
    }
}

/* Return 1 where the array is as the entry's was, 0 where it is not; -1 for an error. */
static int read_array(const node_t *node, PyArrayObject *array, reading_t *to) {
    if (!is_of_shape(node, array))
        return 0;
    if (node->mapped) {
        npy_intp lanes = PyArray_DIM(array, node->axis);
        if (to->lanes >= 0 && lanes != to->lanes)
            return 0;
        to->lanes = lanes;
    }
    if (node->size == 0)
        return 1;
    int type = PyArray_TYPE(array);
    if (!PyTypeNum_ISBOOL(type) && !PyTypeNum_ISINTEGER(type) &&
        (!PyTypeNum_ISFLOAT(type) || PyArray_ITEMSIZE(array) > 8))
        return 0;
    if (is_in_place(node, array))
        Py_INCREF(array);
    else if (!(array = (PyArrayObject *)PyArray_FromArray(
                   array, PyArray_DescrFromType(NPY_DOUBLE), NPY_ARRAY_CARRAY_RO)))
        return -1;
    if (node->mapped) {
        read_columns(node, array, to->columns + node->offset);
        to->held[to->held_count++] = (PyObject *)array;
    } else {
        memcpy(to->given + node->offset, PyArray_DATA(array), sizeof(double) * (size_t)node->size);
        Py_DECREF(array);
    }
    return 1;
}

/* Return 1 where the number is read, 0 where it is none. */
static int read_number(PyObject *x, double *to) {
    if (PyFloat_CheckExact(x)) {
        *to = PyFloat_AS_DOUBLE(x);
        return 1;
    }
    if (Py_IS_TYPE(x, &PyDoubleArrType_Type)) {
        *to = PyArrayScalar_VAL(x, Double);
        return 1;
    }
    if (!PyLong_CheckExact(x) && !PyBool_Check(x))
        return 0;
    *to = PyLong_AsDouble(x);
    if (*to != -1.0 || !PyErr_Occurred())
        return 1;
    PyErr_Clear(); /* too large: the Python method says so */
    return 0;
}

static int read_item(const node_t *node, PyObject *x, reading_t *to);

/* Return 1 where the argument is as the entry's was, 0 where it is not; -1 for an error. */
static int read_argument(const node_t *node, PyObject *x, reading_t *to) {
    switch (node->kind) {
    case NUMBER:
        return read_number(x, to->given + node->offset);
    case FIXED:
        return x == node->object;
    case ARRAY:
        return PyArray_CheckExact(x) ? read_array(node, (PyArrayObject *)x, to) : 0;
    case TUPLE:
    case RECORD:
    case LIST: {
        PyTypeObject *type = node->kind == RECORD  ? (PyTypeObject *)node->object
                             : node->kind == TUPLE ? &PyTuple_Type
                                                   : &PyList_Type;
        if (!Py_IS_TYPE(x, type) || Py_SIZE(x) != node->count)
            return 0;
        int read = 1;
        for (Py_ssize_t i = 0; read == 1 && i < node->count; i++)
            read = i < Py_SIZE(x) ? read_item(&node->children[i], PySequence_Fast_ITEMS(x)[i], to)
                                  : 0;
        return read;
    }
    case DICT: {
        if (!PyDict_CheckExact(x) || PyDict_GET_SIZE(x) != node->count)
            return 0;
        Py_ssize_t at = 0, i = 0;
        PyObject *key, *value;
        while (PyDict_Next(x, &at, &key, &value)) {
            if (key != node->keys[i] && !(PyUnicode_CheckExact(key) &&
                                          PyUnicode_CheckExact(node->keys[i]) &&
                                          PyUnicode_Compare(key, node->keys[i]) == 0))
                return 0;
            int read = read_item(&node->children[i++], value, to);
            if (read != 1)
                return read;
        }
        return i == node->count;
    }
    default:
        return 0;
    }
}

/* The same for what a list or a dict may lose meanwhile. */
static int read_item(const node_t *node, PyObject *x, reading_t *to) {
    Py_INCREF(x);
    int read = read_argument(node, x, to);
    Py_DECREF(x);
    return read;
}

/* While a result is made: where its numbers come from. */
typedef struct {
    const entry_t *entry;
    const double *uniform; /* slots, where the outputs lie there */
    double *outputs;       /* or the outputs, in order */
    target_t *targets;     /* or, by lanes, where they are to go */
    npy_intp lanes;
} writing_t;

static double output(const writing_t *from, long k) {
    if (from->outputs)
        return from->outputs[k];
    return from->uniform[~from->entry->machine->plan.outputs[k]];
}

static PyArray_Descr *double_type;

/* Whether nobody else has the array, and it is as it was made. */
static int is_free(PyArrayObject *array, int dimensions, const npy_intp *shape) {
#ifdef Py_GIL_DISABLED
    return 0;
#endif
    const PyArrayObject_fields *is = (const PyArrayObject_fields *)array;
    return Py_REFCNT(array) == 1 && !is->weakreflist && !is->base && is->nd == dimensions &&
           is->descr == double_type && PyArray_ISCARRAY(array) &&
           (is->flags & NPY_ARRAY_OWNDATA) &&
           PyArray_CompareLists(is->dimensions, shape, dimensions);
}

/* Return an array of doubles to be filled. To make one takes longer than a small program, so that
   one that was returned before is taken where nobody has it any more. */
static PyObject *new_array(const node_t *node, int dimensions, const npy_intp *shape) {
    for (int i = 0; i < KEPT; i++)
        if (node->kept[i] && is_free(node->kept[i], dimensions, shape))
            return Py_NewRef(node->kept[i]);
    PyObject *made = PyArray_SimpleNew(dimensions, shape, NPY_DOUBLE);
    if (made && PyArray_NBYTES((PyArrayObject *)made) <= MOST_KEPT) {
        PyArrayObject *oldest = node->kept[KEPT - 1];
        memmove(node->kept + 1, node->kept, sizeof *node->kept * (KEPT - 1));
        node->kept[0] = (PyArrayObject *)Py_NewRef(made);
        Py_XDECREF(oldest); /* last, as this may run code of others */
    }
    return made;
}

static PyObject *make_result(const node_t *node, writing_t *from) {
    PyObject *made;
    switch (node->kind) {
    case NUMBER:
    case ARRAY:
        if (from->targets) { /* an array with the lanes first, filled afterwards */
            npy_intp shape[MOST_DIMENSIONS + 1] = {from->lanes};
            memcpy(shape + 1, node->shape, sizeof(npy_intp) * (size_t)node->dimensions);
            made = new_array(node, node->dimensions + 1, shape);
            for (long i = 0; made && i < node->size; i++)
                from->targets[node->offset + i] = (target_t){
                    (double *)PyArray_DATA((PyArrayObject *)made) + i, node->size};
            return made;
        }
        if (node->kind == NUMBER)
            return PyFloat_FromDouble(output(from, node->offset));
        made = new_array(node, node->dimensions, node->shape);
        if (made) {
            double *data = PyArray_DATA((PyArrayObject *)made);
            if (from->outputs)
                memcpy(data, from->outputs + node->offset, sizeof(double) * (size_t)node->size);
            else
                for (long i = 0; i < node->size; i++)
                    data[i] = output(from, node->offset + i);
        }
        return made;
    case FIXED:
        if (PyArray_Check(node->object))
            return PyArray_NewCopy((PyArrayObject *)node->object, NPY_KEEPORDER);
        return Py_NewRef(node->object);
    case DICT:
        made = PyDict_New();
        for (Py_ssize_t i = 0; made && i < node->count; i++) {
            PyObject *x = make_result(&node->children[i], from);
            if (!x || PyDict_SetItem(made, node->keys[i], x) < 0)
                Py_CLEAR(made);
            Py_XDECREF(x);
        }
        return made;
    case LIST:
        made = PyList_New(node->count);
        for (Py_ssize_t i = 0; made && i < node->count; i++) {
            PyObject *x = make_result(&node->children[i], from);
            if (x)
                PyList_SET_ITEM(made, i, x);
            else
                Py_CLEAR(made);
        }
        return made;
    default:
        made = PyTuple_New(node->count);
        for (Py_ssize_t i = 0; made && i < node->count; i++) {
            PyObject *x = make_result(&node->children[i], from);
            if (x)
                PyTuple_SET_ITEM(made, i, x);
            else
                Py_CLEAR(made);
        }
        if (made && node->kind == RECORD)
            Py_SETREF(made, PyObject_CallObject(node->object, made));
        return made;
    }
}

/* Return 1 where something that the function reads is no longer what it was; -1 for an error. */
static int has_changed(const entry_t *entry) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(entry->checks); i++) {
        PyObject *check = PyTuple_GET_ITEM(entry->checks, i);
        PyObject *place = PyTuple_GET_ITEM(check, 0), *key = PyTuple_GET_ITEM(check, 1), *found;
        PyObject *wanted = PyTuple_GET_SIZE(check) > 2 ? PyTuple_GET_ITEM(check, 2) : NULL;
        if (PyFunction_Check(place)) {
            if (PyFunction_GET_CODE(place) != key)
                return 1;
            found = PyFunction_GET_DEFAULTS(place);
            wanted = wanted == Py_None ? NULL : wanted;
        } else if (PyCell_Check(place)) {
            found = PyCell_GET(place);
        } else {
            found = PyDict_GetItemWithError(place, key);
        }
        if (found != wanted)
            return PyErr_Occurred() ? -1 : 1;
    }
    if (entry->changed == Py_None)
        return 0;
    PyObject *answer = PyObject_CallNoArgs(entry->changed);
    int changed = answer ? PyObject_IsTrue(answer) : -1;
    Py_XDECREF(answer);
    return changed;
}

static int guards_failed(const plan_t *plan, const double *uniform) {
    for (long k = 0; k < plan->guard_count; k++)
        if (uniform[~plan->guards[2 * k]] != (double)plan->guards[2 * k + 1])
            return 1;
    return 0;
}

/* Run one lane, whose numbers are in the scratch; NULL without an error where a guard failed. */
static PyObject *run_once(const entry_t *entry, scratch_t *scratch) {
    const machine_t *machine = entry->machine;
    PyThreadState *thread = dualgrad_is_long(machine, 0) ? PyEval_SaveThread() : NULL;
    machine->interpreter->run_uniform(&machine->plan, scratch);
    if (thread)
        PyEval_RestoreThread(thread);
    if (guards_failed(&machine->plan, scratch->uniform))
        return NULL;
    writing_t from = {entry, scratch->uniform, NULL, NULL, 0};
    return make_result(&entry->result, &from);
}

/* Run all lanes; NULL without an error where a guard failed. */
static PyObject *run_batch(const entry_t *entry, scratch_t *scratch, const reading_t *reading) {
    const machine_t *machine = entry->machine;
    const plan_t *plan = &machine->plan;
    long lanes = (long)reading->lanes, ok = 1, count = plan->output_count;
    PyObject *result = NULL;
    int32_t *failed = plan->guard_count ? PyMem_Malloc(sizeof(int32_t) * (size_t)lanes) : NULL;
    target_t *targets =
        plan->reduce ? NULL : PyMem_Malloc(sizeof(target_t) * (size_t)(count + 1));
    if ((plan->guard_count && !failed) || (!plan->reduce && !targets)) {
        PyErr_NoMemory();
        goto end;
    }
    writing_t from = {entry, NULL, plan->reduce ? scratch->outputs : NULL, targets, reading->lanes};
    if (!plan->reduce && !(result = make_result(&entry->result, &from)))
        goto end;
    PyThreadState *thread = dualgrad_is_long(machine, lanes) ? PyEval_SaveThread() : NULL;
    long counted = dualgrad_execute(machine, scratch, reading->columns, lanes, targets, failed,
                                    entry->workers);
    if (plan->reduce)
        machine->interpreter->put_together(plan, scratch, counted,
                                           entry->mean ? (double)lanes : 1.0, scratch->outputs);
    for (long l = 0; failed && ok && l < lanes; l++)
        ok = failed[l] == -1;
    if (thread)
        PyEval_RestoreThread(thread);
    if (!ok)
        Py_CLEAR(result);
    else if (plan->reduce)
        result = make_result(&entry->result, &from);
end:
    PyMem_Free(failed);
    PyMem_Free(targets);
    return result;
}

/* Return the result where the entry fits; NULL without an error where it does not. */
static PyObject *call_entry(const entry_t *entry, PyObject *const *args, Py_ssize_t count) {
    const node_t *arguments = &entry->arguments;
    if (count != arguments->count)
        return NULL;
    machine_t *machine = entry->machine;
    const plan_t *plan = &machine->plan;
    int changed = has_changed(entry);
    if (changed)
        return NULL;
    scratch_t *scratch = dualgrad_take_scratch(machine);
    column_t few_columns[16], *columns = few_columns;
    PyObject *few_held[16], **held = few_held;
    if (plan->mapped_count > 16) {
        columns = PyMem_Malloc(sizeof(column_t) * (size_t)plan->mapped_count);
        held = PyMem_Malloc(sizeof(PyObject *) * (size_t)plan->mapped_count);
    }
    PyObject *result = NULL;
    reading_t reading = {NULL, columns, -1, held, 0};
    if (!scratch || !columns || !held) {
        PyErr_NoMemory();
    } else {
        int read = 1;
        reading.given = scratch->uniform + plan->constants;
        for (Py_ssize_t i = 0; read == 1 && i < count; i++)
            read = read_argument(&arguments->children[i], args[i], &reading);
        if (read == 1) {
            if (!entry->mapped)
                result = run_once(entry, scratch);
            else if (reading.lanes > 0)
                result = run_batch(entry, scratch, &reading);
        }
    }
    while (reading.held_count)
        Py_DECREF(held[--reading.held_count]);
    if (scratch)
        dualgrad_put_scratch(machine, scratch);
    if (columns != few_columns)
        PyMem_Free(columns);
    if (held != few_held)
        PyMem_Free(held);
    return result;
}

/* The type itself. */

typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    PyObject *entries; /* a tuple, or NULL */
    PyObject *watch;   /* has the `count` of observers, who are to see every operation; or NULL */
} caller_t;

static PyObject *count_name, *call_name; /* interned */

static int is_watched(const caller_t *self) {
    PyObject *count = self->watch ? PyObject_GetAttr(self->watch, count_name) : NULL;
    long watched = count ? PyLong_AsLong(count) : -1;
    Py_XDECREF(count);
    return watched != 0;
}

static PyObject *caller_call(caller_t *self, PyObject *const *args, size_t flags, PyObject *names) {
    Py_ssize_t count = PyVectorcall_NARGS(flags);
    if (self->entries && !names && PyTuple_Check(self->entries) && !is_watched(self)) {
        PyObject *entries = Py_NewRef(self->entries); /* others may put new ones in their place */
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(entries); i++) {
            PyObject *entry = PyTuple_GET_ITEM(entries, i);
            if (!Py_IS_TYPE(entry, &dualgrad_entry_type))
                continue;
            PyObject *result = call_entry((entry_t *)entry, args, count);
            if (result || PyErr_Occurred()) {
                Py_DECREF(entries);
                return result;
            }
        }
        Py_DECREF(entries);
    }
    PyErr_Clear();
    PyObject *method = PyObject_GetAttr((PyObject *)self, call_name);
    PyObject *result = method ? PyObject_Vectorcall(method, args, flags, names) : NULL;
    Py_XDECREF(method);
    return result;
}

static PyObject *caller_new(PyTypeObject *type, PyObject *Py_UNUSED(args),
                            PyObject *Py_UNUSED(kwargs)) {
    caller_t *self = (caller_t *)type->tp_alloc(type, 0);
    if (self)
        self->vectorcall = (vectorcallfunc)caller_call;
    return (PyObject *)self;
}

/* Before Python 3.12, a class in Python did not take this over from its base. */
static PyObject *caller_init_subclass(PyTypeObject *type, PyObject *Py_UNUSED(unused)) {
    if (type->tp_call == PyVectorcall_Call)
        type->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
    Py_RETURN_NONE;
}

static PyMethodDef caller_methods[] = {
    {"__init_subclass__", (PyCFunction)(void (*)(void))caller_init_subclass,
     METH_CLASS | METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}};

static int caller_traverse(caller_t *self, visitproc visit, void *arg) {
    Py_VISIT(self->entries);
    Py_VISIT(self->watch);
    return 0;
}

static int caller_clear(caller_t *self) {
    Py_CLEAR(self->entries);
    Py_CLEAR(self->watch);
    return 0;
}

static void caller_dealloc(caller_t *self) {
    PyObject_GC_UnTrack(self);
    caller_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyMemberDef caller_members[] = {
    {"_entries", Py_T_OBJECT_EX, offsetof(caller_t, entries), 0, NULL},
    {"_watch", Py_T_OBJECT_EX, offsetof(caller_t, watch), 0, NULL},
    {NULL, 0, 0, 0, NULL}};

PyTypeObject dualgrad_caller_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "autograd.program._machine.Caller",
    .tp_basicsize = sizeof(caller_t),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC |
                Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc = PyDoc_STR("The base of compiled functions: `_call`, but for what `_entries` know."),
    .tp_new = caller_new,
    .tp_call = PyVectorcall_Call,
    .tp_vectorcall_offset = offsetof(caller_t, vectorcall),
    .tp_methods = caller_methods,
    .tp_dealloc = (destructor)caller_dealloc,
    .tp_traverse = (traverseproc)caller_traverse,
    .tp_clear = (inquiry)caller_clear,
    .tp_members = caller_members,
};

int dualgrad_ready_callers(void) {
    count_name = PyUnicode_InternFromString("count");
    call_name = PyUnicode_InternFromString("_call");
    double_type = PyArray_DescrFromType(NPY_DOUBLE);
    if (!count_name || !call_name || PyType_Ready(&dualgrad_entry_type) < 0)
        return -1;
    return PyType_Ready(&dualgrad_caller_type);
}
