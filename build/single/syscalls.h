/* System calls without a libc, for x86_64 and aarch64: what the launcher and the unpacking need, no more. */
#ifndef VEXEC_SYSCALLS_H
#define VEXEC_SYSCALLS_H

#include <asm/unistd.h>
#include <stddef.h>
#include <stdint.h>

enum { READ = 1, WRITE = 2, EXECUTE = 4 };                              /* mmap's prot */
enum { MAPPED_PRIVATE = 0x02, MAPPED_FIXED = 0x10, MAPPED_ANONYMOUS = 0x20 }; /* mmap's flags */
enum { HERE = -100 };                                                   /* AT_FDCWD */
enum { NO_FILE = -2, NO_MEMORY = -12, EXISTS = -17, TABLE_FULL = -23, TOO_MANY_OPEN = -24 }; /* -errno */

#if defined(__x86_64__)
enum { OPEN_DIRECTORY = 0200000, OPEN_NOFOLLOW = 0400000 };
static long syscall6(long number, long a, long b, long c, long d, long e, long f) {
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
enum { OPEN_DIRECTORY = 040000, OPEN_NOFOLLOW = 0100000 };
static long syscall6(long number, long a, long b, long c, long d, long e, long f) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}
#else
#error "the launcher knows x86_64 and aarch64"
#endif
enum { OPEN_READ = 0, OPEN_BOTH = 02, OPEN_CREATE = 0100, OPEN_EXCLUSIVE = 0200, OPEN_CLOEXEC = 02000000 };
enum { OPEN_UNNAMED = 020000000 | OPEN_DIRECTORY }; /* O_TMPFILE */

#define CALL3(n, a, b, c) syscall6(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)

/* Tell whether what a system call returned is an error: it is -errno then. */
static inline int is_error(long result) { return result < 0 && result >= -4095; }

static inline long sys_open(const char *path, int flags, int mode) {
    return syscall6(__NR_openat, HERE, (long)path, flags, mode, 0, 0);
}
static inline long sys_close(int fd) { return CALL3(__NR_close, fd, 0, 0); }
static inline long sys_write(int fd, const void *from, size_t size) { return CALL3(__NR_write, fd, from, size); }
static inline long sys_pread(int fd, void *to, size_t size, uint64_t offset) {
    return syscall6(__NR_pread64, fd, (long)to, (long)size, (long)offset, 0, 0);
}
static inline long sys_pwrite(int fd, const void *from, size_t size, uint64_t offset) {
    return syscall6(__NR_pwrite64, fd, (long)from, (long)size, (long)offset, 0, 0);
}
static inline long sys_end(int fd) { return CALL3(__NR_lseek, fd, 0, 2); }
static inline long sys_duplicate(int fd, int lowest) { return CALL3(__NR_fcntl, fd, 1030, lowest); } /* F_DUPFD_CLOEXEC */
static inline long sys_copy(int to, int from, int64_t *offset, size_t size) {
    return syscall6(__NR_sendfile, to, from, (long)offset, (long)size, 0, 0);
}
static inline long sys_unlink(const char *path) { return CALL3(__NR_unlinkat, HERE, path, 0); }
static inline long sys_pid(void) { return CALL3(__NR_getpid, 0, 0, 0); }
static inline long sys_memory_file(const char *name, unsigned flags) {
    return CALL3(__NR_memfd_create, name, flags, 0);
}
static inline long sys_map(uintptr_t at, size_t size, int access, int flags, int fd, uint64_t offset) {
    return syscall6(__NR_mmap, (long)at, (long)size, access, flags, fd, (long)offset);
}
static inline long sys_unmap(uintptr_t at, size_t size) { return CALL3(__NR_munmap, at, size, 0); }
static inline uint64_t sys_largest_file(void) {
    uint64_t limit[2] = {UINT64_MAX, UINT64_MAX};
    syscall6(__NR_prlimit64, 0, 1, 0, (long)limit, 0, 0); /* RLIMIT_FSIZE */
    return limit[0];
}
static inline void sys_exit(int code) {
    for (;;) CALL3(__NR_exit_group, code, 0, 0);
}

#endif
