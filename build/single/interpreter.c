/* The program behind the launcher: CPython with vexec's modules frozen in, and extension modules unpacked on demand.
 *
 * The interpreter is isolated: it reads no variable, no path and no configuration, installs no signal handler and
 * changes no locale (PEP 587), so that the target later finds everything as vexec did.
 */
#include <Python.h>
#include <dlfcn.h>
#include <malloc.h>
#include <sys/auxv.h>
#include <sys/prctl.h>

#include "frozen.h" /* generated: MODULES, a table for PyImport_FrozenModules */
#include "single.h"

extern char **environ;
static const struct handover *handover;

/* Unpack the part of that name and return its path, or None where there is none. */
static PyObject *unpack_part(PyObject *module, PyObject *name) {
    (void)module;
    const char *wanted = PyUnicode_AsUTF8(name);
    if (!wanted) return NULL;
    for (uint64_t i = 0; i < handover->count; i++) {
        const struct part *part = &handover->parts[i];
        if (part->kind < LIBRARY || !is_equal(part->name, wanted)) continue;
        char path[40];
        int descriptor = unpack(handover->self, part, handover->environ);
        if (descriptor < 0) return PyErr_Format(PyExc_OSError, "%s", reason(descriptor));
        write_path(path, descriptor);
        return PyUnicode_FromString(path);
    }
    Py_RETURN_NONE;
}

/* Load a shared library from a path; later ones and extension modules find it by its soname. */
static PyObject *load_library(PyObject *module, PyObject *path) {
    (void)module;
    const char *file = PyUnicode_AsUTF8(path);
    if (!file) return NULL;
    if (!dlopen(file, RTLD_NOW | RTLD_LOCAL)) return PyErr_Format(PyExc_OSError, "%s", dlerror());
    Py_RETURN_NONE;
}

static PyMethodDef METHODS[] = {
    {"unpack", unpack_part, METH_O, "Unpack a part; return its path or None."},
    {"load", load_library, METH_O, "Load a shared library."},
    {NULL, NULL, 0, NULL},
};
static struct PyModuleDef DEFINITION = {PyModuleDef_HEAD_INIT, .m_name = "_single", .m_size = -1, .m_methods = METHODS};

static PyObject *make_module(void) { return PyModule_Create(&DEFINITION); }

static _Noreturn void die(const char *why) {
    fprintf(stderr, "vexec: cannot run here: %s\n", why);
    exit(71);
}

static void check(PyStatus status) {
    if (PyStatus_Exception(status)) die(status.err_msg ? status.err_msg : "the interpreter does not start");
}

static void initialise(int argc, char **argv) {
    PyPreConfig early;
    PyPreConfig_InitIsolatedConfig(&early);
    early.utf8_mode = 1; /* whatever the locale: bytes come and go unchanged */
    early.coerce_c_locale = 0; /* sets LC_CTYPE otherwise, which the target would inherit */
    check(Py_PreInitialize(&early));

    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    config.install_signal_handlers = 0;
    config.parse_argv = 0;
    config.pathconfig_warnings = 0;
    config.write_bytecode = 0;
    config.module_search_paths_set = 1; /* and empty: every module is frozen or a part */
    check(PyConfig_SetBytesString(&config, &config.program_name, "vexec"));
    check(PyConfig_SetBytesString(&config, &config.home, "/"));
    check(PyConfig_SetBytesArgv(&config, argc, argv));
    check(Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    PySys_SetObject("frozen", Py_True);
}

int main(int argc, char **argv) {
    handover = (const struct handover *)getauxval(HANDOVER);
    if (!handover) die("this is only the inner part of the file");
    environ = handover->environ;
    prctl(PR_SET_DUMPABLE, 0); /* no core file holds a secret; exec gives the target its own setting */
    mallopt(M_ARENA_MAX, 1); /* the interpreter's lock lets one thread allocate; each arena takes 64 MiB of address space */
    PyImport_FrozenModules = MODULES;
    PyImport_AppendInittab("_single", make_module);
    initialise(argc, argv);
    setenv("OPENSSL_CONF", "", 1); /* the image's is for another OpenSSL; Python's copy, the target's, stays as it is */
    PyObject *entry = PyImport_ImportModule("single_entry");
    PyObject *result = entry ? PyObject_CallMethod(entry, "run", NULL) : NULL;
    if (!result) PyErr_Print();
    return result ? (int)PyLong_AsLong(result) : 70;
}
