/* Preloaded: counts the calls of the C library for files below one folder, and makes one fail. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static char folder[PATH_MAX];
static size_t folder_length;
static atomic_long count;
static long wanted; /* number of the call that fails; 0 for none */
static int error_number;
static int is_lasting; /* whether all later calls fail, too */
static char failed_call[PATH_MAX + 64];
static int has_databases;

void faults_arm(const char *path, long number, int error, int lasting, int databases) {
    snprintf(folder, sizeof folder, "%s", path);
    folder_length = strlen(folder);
    wanted = number;
    error_number = error;
    is_lasting = lasting;
    has_databases = databases;
    failed_call[0] = 0;
    atomic_store(&count, 0);
}

long faults_disarm(void) {
    folder_length = 0;
    return atomic_load(&count);
}

const char *faults_failed_call(void) { return failed_call; }

static int fails_at(const char *name, const char *path) {
    if (!folder_length || strncmp(path, folder, folder_length)) return 0;
    if (!has_databases && (strstr(path, "library.db") || strstr(path, "copy-of"))) return 0;
    long number = atomic_fetch_add(&count, 1) + 1;
    if (!wanted || number < wanted || (number > wanted && !is_lasting)) return 0;
    if (number == wanted) snprintf(failed_call, sizeof failed_call, "%s %s", name, path + folder_length);
    errno = error_number;
    return 1;
}

static int fails_for(const char *name, int handle, const char *path) {
    char link[64], full[PATH_MAX * 2];
    if (!folder_length) return 0;
    if (path && path[0] == '/') return fails_at(name, path);
    if (path && handle == AT_FDCWD) return 0; /* the program uses absolute paths */
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t length = readlink(link, full, PATH_MAX - 1);
    if (length < 0) return 0;
    full[length] = 0;
    if (path && path[0]) snprintf(full + length, sizeof full - length, "/%s", path);
    return fails_at(name, full);
}

#define NEXT(type, name, ...) static type (*next)(__VA_ARGS__); if (!next) next = dlsym(RTLD_NEXT, name)
#define MODE(flags) mode_t mode = 0; if ((flags) & (O_CREAT | __O_TMPFILE)) { va_list l; va_start(l, flags); mode = va_arg(l, mode_t); va_end(l); }

#define OPEN(name) int name(const char *path, int flags, ...) { MODE(flags) NEXT(int, #name, const char *, int, ...); \
    return fails_for(flags & O_CREAT ? "create" : "open", AT_FDCWD, path) ? -1 : next(path, flags, mode); }
OPEN(open) OPEN(open64)
#define OPENAT(name) int name(int at, const char *path, int flags, ...) { MODE(flags) NEXT(int, #name, int, const char *, int, ...); \
    return fails_for(flags & O_CREAT ? "create" : "open", at, path) ? -1 : next(at, path, flags, mode); }
OPENAT(openat) OPENAT(openat64)
#define ON_PATH(name) int name(const char *path) { NEXT(int, #name, const char *); \
    return fails_for(#name, AT_FDCWD, path) ? -1 : next(path); }
ON_PATH(unlink) ON_PATH(rmdir)
#define STAT(name, kind) int name(const char *path, struct kind *out) { NEXT(int, #name, const char *, struct kind *); \
    return fails_for(#name, AT_FDCWD, path) ? -1 : next(path, out); }
STAT(stat, stat) STAT(lstat, stat) STAT(stat64, stat64) STAT(lstat64, stat64)
#define FSTATAT(name, kind) int name(int at, const char *path, struct kind *out, int flags) { NEXT(int, #name, int, const char *, struct kind *, int); \
    return fails_for("stat", at, path) ? -1 : next(at, path, out, flags); }
FSTATAT(fstatat, stat) FSTATAT(fstatat64, stat64)
#define FSTAT(name, kind) int name(int handle, struct kind *out) { NEXT(int, #name, int, struct kind *); \
    return fails_for("fstat", handle, NULL) ? -1 : next(handle, out); }
FSTAT(fstat, stat) FSTAT(fstat64, stat64)
#define ON_HANDLE(name) int name(int handle) { NEXT(int, #name, int); return fails_for(#name, handle, NULL) ? -1 : next(handle); }
ON_HANDLE(fsync) ON_HANDLE(fdatasync)
ssize_t read(int handle, void *out, size_t size) { NEXT(ssize_t, "read", int, void *, size_t);
    return fails_for("read", handle, NULL) ? -1 : next(handle, out, size); }
ssize_t write(int handle, const void *data, size_t size) { NEXT(ssize_t, "write", int, const void *, size_t);
    return fails_for("write", handle, NULL) ? -1 : next(handle, data, size); }
#define PIO(name, data, offset) ssize_t name(int handle, data out, size_t size, offset at) { NEXT(ssize_t, #name, int, data, size_t, offset); \
    return fails_for(#name, handle, NULL) ? -1 : next(handle, out, size, at); }
PIO(pread, void *, off_t) PIO(pread64, void *, off64_t) PIO(pwrite, const void *, off_t) PIO(pwrite64, const void *, off64_t)
#define TRUNCATE(name, offset) int name(int handle, offset size) { NEXT(int, #name, int, offset); \
    return fails_for("ftruncate", handle, NULL) ? -1 : next(handle, size); }
TRUNCATE(ftruncate, off_t) TRUNCATE(ftruncate64, off64_t)
#define SENDFILE(name, offset) ssize_t name(int out, int in, offset *at, size_t size) { NEXT(ssize_t, #name, int, int, offset *, size_t); \
    return fails_for("sendfile", out, NULL) ? -1 : next(out, in, at, size); }
SENDFILE(sendfile, off_t) SENDFILE(sendfile64, off64_t)
#define TWO(name) int name(const char *old, const char *path) { NEXT(int, #name, const char *, const char *); \
    return fails_for(#name, AT_FDCWD, path) ? -1 : next(old, path); }
TWO(rename) TWO(link)
int renameat(int a, const char *old, int b, const char *path) { NEXT(int, "renameat", int, const char *, int, const char *);
    return fails_for("rename", b, path) ? -1 : next(a, old, b, path); }
int linkat(int a, const char *old, int b, const char *path, int flags) { NEXT(int, "linkat", int, const char *, int, const char *, int);
    return fails_for("link", b, path) ? -1 : next(a, old, b, path, flags); }
int renameat2(int a, const char *old, int b, const char *path, unsigned flags) { NEXT(int, "renameat2", int, const char *, int, const char *, unsigned);
    return fails_for("renameat2", b, path) ? -1 : next(a, old, b, path, flags); }
int unlinkat(int at, const char *path, int flags) { NEXT(int, "unlinkat", int, const char *, int);
    return fails_for("unlink", at, path) ? -1 : next(at, path, flags); }
int mkdir(const char *path, mode_t mode) { NEXT(int, "mkdir", const char *, mode_t);
    return fails_for("mkdir", AT_FDCWD, path) ? -1 : next(path, mode); }
int chmod(const char *path, mode_t mode) { NEXT(int, "chmod", const char *, mode_t);
    return fails_for("chmod", AT_FDCWD, path) ? -1 : next(path, mode); }
int utimensat(int at, const char *path, const struct timespec *times, int flags) { NEXT(int, "utimensat", int, const char *, const struct timespec *, int);
    return fails_for("utimensat", at, path) ? -1 : next(at, path, times, flags); }
ssize_t readlink(const char *path, char *out, size_t size) { NEXT(ssize_t, "readlink", const char *, char *, size_t);
    return strncmp(path, "/proc/", 6) && fails_for("readlink", AT_FDCWD, path) ? -1 : next(path, out, size); }
DIR *opendir(const char *path) { NEXT(DIR *, "opendir", const char *);
    return fails_for("opendir", AT_FDCWD, path) ? NULL : next(path); }
