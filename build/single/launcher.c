/* The launcher: the program that the kernel runs when vexec is started.
 *
 * Theory of operation.  It maps the dynamic loader and the interpreter's program straight out of its own file, as
 * the kernel would do, and jumps into the loader: no fork, no exec, nothing copied, the PID kept.  Only the
 * libraries that the program needs are copied, since the loader opens them by path: each into a memory file, and
 * the program's DT_NEEDED entry is turned to /proc/self/fd/N.  So the image needs no libc and no loader, and no
 * directory that can be written to, unless memory files are forbidden there (see single.h).
 *
 * The loader gets an empty environment: LD_PRELOAD and its like are meant for the target.  The program finds the
 * real one, and the file that it is in, by our entry of the auxiliary vector.
 *
 * No libc is linked: it would set up what the loader then sets up once more.
 */
#include <elf.h>

#include "single.h"

#define HEADER_SIZE 1024 /* ELF header and program headers */
#define VERSION_NEEDS_SIZE 4096 /* a program needs a handful of libraries, with a dozen versions each */
#define ROOM (128UL << 20) /* address space that a start may take, threads and TLS included */

struct image { /* an ELF file, mapped */
    union {
        Elf64_Ehdr elf;
        char bytes[HEADER_SIZE];
    } header;
    uintptr_t base; /* what is added to its addresses */
    uintptr_t headers; /* where its program headers are */
};

static uintptr_t page = 4096; /* the kernel's; some of aarch64 have 64 KiB */
static struct part parts[MAX_PARTS];
static struct handover handover;
static struct image program, loader;
/* the loader reads these after us */
static char paths[MAX_PARTS][40];
static union {
    Elf64_Verneed first;
    char bytes[VERSION_NEEDS_SIZE];
} version_needs;
static char no_variable[] = "V=";

void start(uintptr_t *stack);

/* Below the stack that the kernel made, two words stay free for our entry of the auxiliary vector. */
#if defined(__x86_64__)
__asm__(".globl _start\n_start: xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n sub $16, %rsp\n call start\n");
static inline void jump(uintptr_t to, uintptr_t *stack) {
    __asm__ volatile("mov %0, %%rsp\n xor %%edx, %%edx\n jmp *%1" ::"r"(stack), "r"(to) : "rdx", "memory");
}
#else
__asm__(".globl _start\n_start: mov x29, #0\n mov x0, sp\n sub sp, sp, #16\n b start\n");
static inline void jump(uintptr_t to, uintptr_t *stack) {
    __asm__ volatile("mov sp, %0\n mov x0, #0\n br %1" ::"r"(stack), "r"(to) : "x0", "memory");
}
#endif

static uintptr_t down(uintptr_t address) { return address & ~(page - 1); }
static uintptr_t up(uintptr_t address) { return down(address + page - 1); }

static void die(const char *why) {
    char line[256];
    char *end = append(append(append(line, "vexec: cannot run here: "), why), "\n");
    sys_write(2, line, (size_t)(end - line));
    sys_exit(71);
}

/* Map a file's pages, or zeroes for descriptor -1, at a fixed place. */
static void map_at(uintptr_t at, size_t size, int access, int descriptor, uint64_t offset) {
    int flags = MAPPED_PRIVATE | MAPPED_FIXED | (descriptor < 0 ? MAPPED_ANONYMOUS : 0);
    long result = sys_map(at, up(size), access, flags, descriptor, offset);
    if (result == NO_MEMORY) die("there is too little memory");
    if (result != (long)at) die("its own file cannot be mapped");
}

/* Map zeroes, or with no access only reserve the room, anywhere. */
static uintptr_t map_zeroes(size_t size, int access) {
    long result = sys_map(0, size, access, MAPPED_PRIVATE | MAPPED_ANONYMOUS, -1, 0);
    if (is_error(result)) die("there is too little memory");
    return (uintptr_t)result;
}

/* Map one segment: its bytes from the file, then zeroes up to its size in memory and to the end of the page. */
static void map_segment(const Elf64_Phdr *segment, uintptr_t base, int self, uint64_t offset) {
    int access = (segment->p_flags & PF_R ? READ : 0) | (segment->p_flags & PF_W ? WRITE : 0) |
                 (segment->p_flags & PF_X ? EXECUTE : 0);
    uintptr_t begin = down(base + segment->p_vaddr);
    uintptr_t file_end = base + segment->p_vaddr + segment->p_filesz;
    uintptr_t end = base + segment->p_vaddr + segment->p_memsz;
    if (!segment->p_filesz) return map_at(begin, end - begin, access, -1, 0);
    map_at(begin, file_end - begin, access, self, offset + down(segment->p_offset));
    if (access & WRITE)
        for (volatile char *byte = (char *)file_end; (uintptr_t)byte < up(file_end); byte++) *byte = 0;
    if (end > up(file_end)) map_at(up(file_end), end - up(file_end), access, -1, 0);
}

/* Map an ELF file that is a part of ours. */
static void map_image(struct image *image, const struct part *part, int self) {
    if (sys_pread(self, image->header.bytes, HEADER_SIZE, part->offset) != HEADER_SIZE) die("its own file is cut off");
    const Elf64_Ehdr *elf = &image->header.elf;
    if (elf->e_phoff + elf->e_phnum * sizeof(Elf64_Phdr) > HEADER_SIZE) die("its own file is damaged");
    const Elf64_Phdr *segments = (const Elf64_Phdr *)(image->header.bytes + elf->e_phoff);
    uintptr_t low = UINTPTR_MAX, high = 0;
    for (int i = 0; i < elf->e_phnum; i++) {
        if (segments[i].p_type != PT_LOAD) continue;
        if (down(segments[i].p_vaddr) < low) low = down(segments[i].p_vaddr);
        if (up(segments[i].p_vaddr + segments[i].p_memsz) > high) high = up(segments[i].p_vaddr + segments[i].p_memsz);
    }
    if (elf->e_type == ET_DYN) image->base = map_zeroes(high - low, 0) - low; /* anywhere, but all together */
    for (int i = 0; i < elf->e_phnum; i++) {
        if (segments[i].p_type != PT_LOAD) continue;
        map_segment(&segments[i], image->base, self, part->offset);
        if (segments[i].p_offset == 0) image->headers = image->base + segments[i].p_vaddr + elf->e_phoff;
    }
}

/* Return an entry of the program's dynamic section, or the empty one at its end. */
static Elf64_Dyn *find_dynamic(Elf64_Dyn *entry, long tag) {
    while (entry->d_tag && entry->d_tag != tag) entry++;
    return entry;
}

static Elf64_Dyn *dynamic_section(const struct image *image) {
    const Elf64_Phdr *segments = (const Elf64_Phdr *)(image->header.bytes + image->header.elf.e_phoff);
    for (int i = 0; i < image->header.elf.e_phnum; i++)
        if (segments[i].p_type == PT_DYNAMIC) return (Elf64_Dyn *)(image->base + segments[i].p_vaddr);
    die("its own file is damaged");
    return NULL;
}

/* Return the path of a needed library's own file, unpacking it at the first call; NULL for one that is no part. */
static const char *library_path(const char *soname, int self, char **environ) {
    for (uint64_t i = 0; i < handover.count; i++) {
        if (parts[i].kind != NEEDED || !is_equal(parts[i].name, soname)) continue;
        if (paths[i][0]) return paths[i];
        int descriptor = unpack(self, &parts[i], environ);
        if (descriptor < 0) die(reason(descriptor));
        write_path(paths[i], descriptor);
        return paths[i];
    }
    return NULL;
}

/* Turn the names of needed libraries to the files that they are unpacked into: in DT_NEEDED, and in the version
 * needs, which name them again and are not writable, so that the loader gets a copy.  The loader adds an offset to
 * the string table: no string is written, only offsets, and the launcher lies less than 4 GiB above the program, so
 * that they fit. */
static void turn_needed(const struct image *image, const struct part *part, int self, char **environ) {
    Elf64_Dyn *dynamic = dynamic_section(image);
    uintptr_t strings = image->base + find_dynamic(dynamic, DT_STRTAB)->d_un.d_ptr;
    for (Elf64_Dyn *entry = dynamic; entry->d_tag; entry++) {
        if (entry->d_tag != DT_NEEDED) continue;
        const char *path = library_path((char *)(strings + entry->d_un.d_val), self, environ);
        if (path) entry->d_un.d_val = (uintptr_t)path - strings;
    }
    Elf64_Dyn *needs = find_dynamic(dynamic, DT_VERNEED);
    uintptr_t begin = image->headers - image->header.elf.e_phoff;
    uint64_t offset = part->offset + (image->base + needs->d_un.d_ptr - begin);
    if (sys_pread(self, version_needs.bytes, VERSION_NEEDS_SIZE, offset) < 0) die("its own file cannot be read");
    needs->d_un.d_ptr = (uintptr_t)&version_needs - image->base;
    Elf64_Verneed *need = &version_needs.first;
    for (uintptr_t left = find_dynamic(dynamic, DT_VERNEEDNUM)->d_un.d_val; left; left--) {
        char *end = (char *)need + need->vn_aux + need->vn_cnt * sizeof(Elf64_Vernaux);
        if (end > version_needs.bytes + VERSION_NEEDS_SIZE) die("its own file is damaged");
        const char *path = library_path((char *)(strings + need->vn_file), self, environ);
        if (path) need->vn_file = (Elf64_Word)((uintptr_t)path - strings);
        need = (Elf64_Verneed *)((char *)need + need->vn_next);
    }
}

static const struct part *find(enum kind kind) {
    for (uint64_t i = 0; i < handover.count; i++)
        if (parts[i].kind == kind) return &parts[i];
    die("its own file is damaged");
    return NULL;
}

static int open_self(void) {
    int self = above_standard((int)sys_open("/proc/self/exe", OPEN_READ | OPEN_CLOEXEC, 0));
    if (self == NO_FILE) die("/proc is not mounted");
    if (self == TOO_MANY_OPEN || self == TABLE_FULL) die(reason(NO_DESCRIPTOR));
    if (self < 0) die("its own file cannot be read (/proc/self/exe)");
    return self;
}

static void read_contents(int self) {
    struct contents contents = {0, 0};
    uint64_t end = (uint64_t)sys_end(self) - sizeof contents;
    sys_pread(self, &contents, sizeof contents, end);
    if (contents.magic != MAGIC || contents.count > MAX_PARTS) die("its own file is cut off");
    size_t size = contents.count * sizeof(struct part);
    if (sys_pread(self, parts, size, end - size) != (long)size) die("its own file is cut off");
    handover.count = contents.count;
}

static void read_page_size(const Elf64_auxv_t *entry) {
    for (; entry->a_type != AT_NULL; entry++)
        if (entry->a_type == AT_PAGESZ) page = entry->a_un.a_val;
}

/* Give the loader what the kernel would have given it: where program and loader are. */
static void turn_vector(Elf64_auxv_t *entry) {
    for (; entry->a_type != AT_NULL; entry++) {
        if (entry->a_type == AT_PHDR) entry->a_un.a_val = program.headers;
        if (entry->a_type == AT_PHNUM) entry->a_un.a_val = program.header.elf.e_phnum;
        if (entry->a_type == AT_ENTRY) entry->a_un.a_val = program.base + program.header.elf.e_entry;
        if (entry->a_type == AT_BASE) entry->a_un.a_val = loader.base;
    }
}

/* Put the environment aside, the arguments right before the auxiliary vector as if there were none, and our entry
 * at the vector's beginning; returns the stack's new top.
 *
 * The stack is argc, argv…, 0, envp…, 0, auxv…; it must stay a multiple of 16, so one harmless variable stays where
 * the count is odd.  Without variables it grows by the two words that _start has left free. */
static uintptr_t *hide_environ(uintptr_t *stack, char **environ, size_t count) {
    handover.environ = (char **)map_zeroes((count + 1) * sizeof(char *), READ | WRITE);
    for (size_t i = 0; i < count; i++) handover.environ[i] = environ[i];
    size_t kept = count % 2, words = (size_t)((uintptr_t *)environ - stack);
    volatile uintptr_t *top = stack + count - kept - 2; /* volatile: no memmove, which would need a libc */
    if (top < stack)
        for (size_t i = 0; i < words; i++) top[i] = stack[i];
    else
        for (size_t i = words; i-- > 0;) top[i] = stack[i];
    volatile uintptr_t *next = top + words;
    if (kept) *next++ = (uintptr_t)no_variable;
    *next++ = 0;
    *next++ = HANDOVER;
    *next = (uintptr_t)&handover;
    return (uintptr_t *)top;
}

void start(uintptr_t *stack) {
    char **environ = (char **)(stack + 1 + stack[0] + 1);
    size_t count = 0;
    while (environ[count]) count++;
    Elf64_auxv_t *vector = (Elf64_auxv_t *)(environ + count + 1);
    read_page_size(vector);
    int self = open_self();
    read_contents(self);
    handover.self = self;
    handover.parts = parts;
    sys_unmap(map_zeroes(ROOM, 0), ROOM);
    const struct part *part = find(PROGRAM);
    map_image(&program, part, self);
    map_image(&loader, find(LOADER), self);
    turn_needed(&program, part, self, environ);
    sys_close(open_self()); /* the loader opens one library at a time */
    turn_vector(vector);
    jump(loader.base + loader.header.elf.e_entry, hide_environ(stack, environ, count));
}
