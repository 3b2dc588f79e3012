/* A target that needs nothing of its image: linked statically, it says what it was given and what is around it.
 *
 *     probe report             see below, on stdout
 *     probe all                the same, and every file of the image
 *     probe exit CODE          exits
 *     probe wait               waits for a signal, and dies of it where its process may
 *     probe trap               waits for SIGTERM and exits 143, as a well-behaved PID 1 does
 *     probe peak PROGRAM …     runs a program and says its peak of resident memory, in KiB, on stderr
 *     probe ignore N PROGRAM … ignores a signal and becomes a program
 *
 * A report is NAME SIZE\n, then SIZE bytes, and so on.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char text[1 << 22]; /* large enough for any environment that a test makes */
static size_t used;

static void add(const char *word) {
    size_t size = strlen(word);
    if (used + size >= sizeof text) exit(99);
    memcpy(text + used, word, size);
    used += size;
}

static void tell(const char *name) {
    printf("%s %zu\n", name, used);
    fwrite(text, 1, used, stdout);
    used = 0;
}

static void tell_file(const char *name, const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    for (ssize_t got; file >= 0 && (got = read(file, text + used, sizeof text - used)) > 0;) used += (size_t)got;
    if (file >= 0) close(file);
    tell(name);
}

static void add_link(const char *path) {
    char target[4096];
    ssize_t size = readlink(path, target, sizeof target - 1);
    target[size < 0 ? 0 : size] = 0;
    add(target);
}

/* Open descriptors and where they lead; the one that lists them is the highest but one of ours. */
static void tell_descriptors(void) {
    for (int number = 0; number < 4096; number++) {
        char path[64];
        if (fcntl(number, F_GETFD) < 0) continue;
        snprintf(path, sizeof path, "/proc/self/fd/%d", number);
        add(path + strlen("/proc/self/fd/"));
        add(" ");
        add_link(path);
        add("\n");
    }
    tell("descriptors");
}

/* Every file below a directory, but not in file systems of the kernel's; with a w in front where this user may write. */
static void walk(const char *directory) {
    DIR *open = opendir(directory);
    for (struct dirent *entry; open && (entry = readdir(open));) {
        char path[4096];
        struct stat status;
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        snprintf(path, sizeof path, "%s/%s", strcmp(directory, "/") ? directory : "", entry->d_name);
        if (!strcmp(path, "/proc") || !strcmp(path, "/sys") || lstat(path, &status)) continue;
        int is_device = S_ISCHR(status.st_mode) || S_ISLNK(status.st_mode);
        add(!is_device && access(path, W_OK) == 0 ? "w " : "r ");
        add(path);
        add("\n");
        if (S_ISDIR(status.st_mode)) walk(path);
    }
    if (open) closedir(open);
}

static void tell_processes(void) {
    DIR *open = opendir("/proc");
    for (struct dirent *entry; open && (entry = readdir(open));) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
        add(entry->d_name);
        add(" ");
    }
    if (open) closedir(open);
    tell("processes");
}

static void report(void) {
    tell_descriptors();
    add_link("/proc/self/exe");
    tell("exe");
    tell_file("arguments", "/proc/self/cmdline");
    tell_file("environ", "/proc/self/environ");
    tell_file("status", "/proc/self/status");
    tell_file("maps", "/proc/self/maps");
    tell_processes();
}

static int peak(char **command) {
    struct rusage usage;
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        execv(command[0], command);
        _exit(127);
    }
    wait4(child, &status, 0, &usage);
    fprintf(stderr, "%ld\n", usage.ru_maxrss);
    return WEXITSTATUS(status);
}

static void end(int number) { _exit(128 + number); }

int main(int argc, char **argv) {
    const char *command = argc > 1 ? argv[1] : "report";
    if (!strcmp(command, "exit")) return atoi(argv[2]);
    if (!strcmp(command, "trap")) signal(SIGTERM, end);
    if (!strcmp(command, "wait") || !strcmp(command, "trap")) return pause();
    if (!strcmp(command, "peak")) return peak(argv + 2);
    if (!strcmp(command, "ignore")) {
        signal(atoi(argv[2]), SIG_IGN);
        return execv(argv[3], argv + 3);
    }
    report();
    if (!strcmp(command, "all")) {
        walk("/");
        tell("files");
    }
    return 0;
}
