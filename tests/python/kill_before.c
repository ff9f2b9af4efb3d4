/* Loaded before all else, this library stops its process right before file-system calls, or kills it there.

   Counted is what changes files or folders, whoever calls it, Python or DuckDB's own library; of writes into one
   file that follow upon each other, the first and the second: it is empty, then half written. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long seen, wanted, written = -1, times;
static atomic_int stops;

void kill_before(long number) { seen = 0; wanted = number; }
void stop_before_each(void) { stops = 1; }

static void count(void) {
    written = -1;
    if (stops) raise(SIGSTOP);
    if (wanted && atomic_fetch_add(&seen, 1) + 1 == wanted) kill(getpid(), SIGKILL);
}

static void count_of(int file, int is_writing) {  /* neither terminals nor pipes */
    struct stat found;
    if (!(wanted || stops) || fstat(file, &found) || !(S_ISREG(found.st_mode) || S_ISDIR(found.st_mode))) return;
    times = is_writing && written == file ? times + 1 : 1;
    if (times <= 2) count();
    if (is_writing) written = file;
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__)) dlsym(RTLD_NEXT, #name)

#define OPENS(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, name, const char *, int, ...); \
        va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
        if (flags & (O_CREAT | O_TRUNC)) count(); \
        return real(path, flags, mode); \
    }
OPENS(open)
OPENS(open64)
#define OPENS_AT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        REAL(int, name, int, const char *, int, ...); \
        va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
        if (flags & (O_CREAT | O_TRUNC)) count(); \
        return real(folder, path, flags, mode); \
    }
OPENS_AT(openat)
OPENS_AT(openat64)

#define OF_NAMES(name, parameters, arguments) \
    int name parameters { REAL(int, name, __VA_PARAMETERS parameters); count(); return real arguments; }
#define __VA_PARAMETERS(...) __VA_ARGS__
OF_NAMES(rename, (const char *a, const char *b), (a, b))
OF_NAMES(renameat, (int a, const char *b, int c, const char *d), (a, b, c, d))
OF_NAMES(renameat2, (int a, const char *b, int c, const char *d, unsigned int e), (a, b, c, d, e))
OF_NAMES(unlink, (const char *a), (a))
OF_NAMES(unlinkat, (int a, const char *b, int c), (a, b, c))
OF_NAMES(remove, (const char *a), (a))
OF_NAMES(rmdir, (const char *a), (a))
OF_NAMES(mkdir, (const char *a, mode_t b), (a, b))
OF_NAMES(mkdirat, (int a, const char *b, mode_t c), (a, b, c))
OF_NAMES(link, (const char *a, const char *b), (a, b))
OF_NAMES(linkat, (int a, const char *b, int c, const char *d, int e), (a, b, c, d, e))
OF_NAMES(symlink, (const char *a, const char *b), (a, b))
OF_NAMES(chmod, (const char *a, mode_t b), (a, b))
OF_NAMES(fchmod, (int a, mode_t b), (a, b))
OF_NAMES(fchmodat, (int a, const char *b, mode_t c, int d), (a, b, c, d))
OF_NAMES(truncate, (const char *a, off_t b), (a, b))
OF_NAMES(truncate64, (const char *a, off64_t b), (a, b))

#define OF_FILE(type, name, is_writing, parameters, arguments) \
    type name parameters { \
        REAL(type, name, __VA_PARAMETERS parameters); count_of(a, is_writing); return real arguments; \
    }
OF_FILE(ssize_t, write, 1, (int a, const void *b, size_t c), (a, b, c))
OF_FILE(ssize_t, pwrite, 1, (int a, const void *b, size_t c, off_t d), (a, b, c, d))
OF_FILE(ssize_t, pwrite64, 1, (int a, const void *b, size_t c, off64_t d), (a, b, c, d))
OF_FILE(ssize_t, writev, 1, (int a, const struct iovec *b, int c), (a, b, c))
OF_FILE(ssize_t, sendfile, 1, (int a, int b, off_t *c, size_t d), (a, b, c, d))
OF_FILE(ssize_t, sendfile64, 1, (int a, int b, off64_t *c, size_t d), (a, b, c, d))
OF_FILE(ssize_t, copy_file_range, 1, (int a, off64_t *b, int c, off64_t *d, size_t e, unsigned int f), (a, b, c, d, e, f))
OF_FILE(int, ftruncate, 0, (int a, off_t b), (a, b))
OF_FILE(int, ftruncate64, 0, (int a, off64_t b), (a, b))
OF_FILE(int, posix_fallocate, 0, (int a, off_t b, off_t c), (a, b, c))
OF_FILE(int, fsync, 0, (int a), (a))
OF_FILE(int, fdatasync, 0, (int a), (a))
