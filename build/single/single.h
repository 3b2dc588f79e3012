/* The layout of the single file, and how a part of it becomes a file of its own.
 *
 *     launcher · loader · program · libraries and extension modules · table of contents
 *
 * build/single/layout.py writes it.  Launcher and interpreter share this header, so it uses no libc.
 */
#ifndef VEXEC_SINGLE_H
#define VEXEC_SINGLE_H

#include "syscalls.h"

#define MAGIC 0x31656c676e697376UL /* "vsingle1" */
#define NAME_SIZE 112
#define MAX_PARTS 128
#define HANDOVER 0x76786563UL /* our entry of the auxiliary vector */

enum kind { LOADER = 1, PROGRAM = 2, NEEDED = 3, LIBRARY = 4, EXTENSION = 5 };

struct part { /* 128 bytes */
    char name[NAME_SIZE]; /* a library's soname, an extension module's dotted name */
    uint32_t kind;
    uint32_t size;
    uint64_t offset;
};

struct contents { /* stands at the file's end: the parts, and behind them this */
    uint64_t count;
    uint64_t magic;
};

struct handover { /* from the launcher to the program */
    char **environ;
    const struct part *parts;
    uint64_t count;
    int self; /* the single file, open for reading */
};

static inline size_t length(const char *text) {
    size_t n = 0;
    while (text[n]) n++;
    return n;
}

static inline int is_equal(const char *a, const char *b) {
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

/* Append text, and return where more can follow; the buffer is large enough by construction. */
static inline char *append(char *out, const char *text) {
    while ((*out = *text++)) out++;
    return out;
}

static inline char *append_number(char *out, unsigned long number) {
    char digits[24];
    int n = 0;
    do digits[n++] = (char)('0' + number % 10);
    while (number /= 10);
    while (n) *out++ = digits[--n];
    *out = 0;
    return out;
}

static inline void write_path(char *out, int descriptor) {
    append_number(append(out, "/proc/self/fd/"), (unsigned long)descriptor);
}

/* Return the value of an environment variable, or NULL. */
static inline const char *variable(char **environ, const char *name) {
    size_t n = length(name);
    for (; *environ; environ++) {
        size_t i = 0;
        while (i < n && (*environ)[i] == name[i]) i++;
        if (i == n && (*environ)[n] == '=') return *environ + n + 1;
    }
    return NULL;
}

/* Keep a descriptor of ours above 2: where 0 to 2 are closed they stay so, and no log line ends up in a library. */
static inline int above_standard(int descriptor) {
    if (descriptor < 0 || descriptor > 2) return descriptor;
    int higher = (int)sys_duplicate(descriptor, 3);
    sys_close(descriptor);
    return higher;
}

/* Tell whether a file's content may be mapped as code: not where its file system is mounted noexec. */
static inline int takes_code(int descriptor) {
    char nothing = 0; /* not every file system maps an empty file */
    if (sys_pwrite(descriptor, &nothing, 1, 0) != 1) return 0;
    long at = sys_map(0, 1, READ | EXECUTE, MAPPED_PRIVATE, descriptor, 0);
    if (is_error(at)) return 0;
    sys_unmap((uintptr_t)at, 1);
    return 1;
}

/* Open a memory file. */
static inline int open_memory(void) {
    const unsigned cloexec = 1, exec = 0x10; /* MFD_EXEC: since Linux 6.3, for vm.memfd_noexec=1 */
    int descriptor = (int)sys_memory_file("vexec", cloexec | exec);
    return above_standard(descriptor < 0 ? (int)sys_memory_file("vexec", cloexec) : descriptor);
}

/* Open a file without a name in a directory, or one whose name is removed at once; below 0 if neither. */
static inline int open_in(const char *directory) {
    int flags = OPEN_BOTH | OPEN_CLOEXEC;
    int descriptor = (int)sys_open(directory, OPEN_UNNAMED | flags, 0700);
    char path[256];
    /* the name may be taken: PID 1 of a container has the same number at each start */
    for (unsigned n = 0; descriptor < 0 && n < 16 && length(directory) < 200; n++) {
        char *end = append(append(path, directory), "/.vexec-");
        append_number(append(append_number(end, (unsigned long)sys_pid()), "-"), n);
        descriptor = (int)sys_open(path, flags | OPEN_CREATE | OPEN_EXCLUSIVE | OPEN_NOFOLLOW, 0700);
        if (descriptor >= 0) sys_unlink(path);
        if (descriptor != EXISTS) break;
    }
    return above_standard(descriptor);
}

/* Copy a part into a file; returns whether there was room for it. */
static inline int copy_part(int self, const struct part *part, int descriptor) {
    if (part->size > sys_largest_file()) return 0; /* SIGXFSZ would end the process */
    int64_t offset = (int64_t)part->offset;
    for (uint64_t left = part->size; left;) {
        long sent = sys_copy(descriptor, self, &offset, left);
        if (sent <= 0) return 0;
        left -= (uint64_t)sent;
    }
    return 1;
}

enum failure { NO_PLACE = -1, NO_ROOM = -2, NO_DESCRIPTOR = -3 };

/* Copy a part into a file of its own, which has no name, may hold code and is closed by exec; returns its
 * descriptor, or why there is none. */
static inline int unpack(int self, const struct part *part, char **environ) {
    const char *directories[] = {variable(environ, "VEXEC_UNPACK_DIR"), "/dev/shm", "/tmp",
                                 variable(environ, "XDG_RUNTIME_DIR")};
    enum failure failure = NO_PLACE;
    for (int i = -1; i < (int)(sizeof directories / sizeof *directories); i++) {
        if (i >= 0 && !directories[i]) continue;
        int descriptor = i < 0 ? open_memory() : open_in(directories[i]);
        if (descriptor == TOO_MANY_OPEN || descriptor == TABLE_FULL) return NO_DESCRIPTOR;
        if (descriptor < 0) continue;
        if (takes_code(descriptor)) {
            if (copy_part(self, part, descriptor)) return descriptor;
            failure = NO_ROOM;
        }
        sys_close(descriptor);
    }
    return failure;
}

/* Say in words why a part could not be unpacked. */
static inline const char *reason(int failure) {
    if (failure == NO_DESCRIPTOR) return "too many files are open";
    if (failure == NO_ROOM) return "too little memory, or too low a limit on the size of files, to unpack libraries";
    return "memory files are forbidden, and no directory takes code "
           "(VEXEC_UNPACK_DIR, /dev/shm, /tmp, XDG_RUNTIME_DIR)";
}

#endif
