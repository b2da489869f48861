/* Linked into programs that are built for gcov.
 *
 * A process that ends in _exit() or becomes another program by exec
 * skips the handlers that write its line counts: write them first. gcc
 * does that for exec too, but then gcov works out the lines before the
 * exec from what comes after it, and calls them unexecuted; so the
 * program is built with -fno-builtin-exec*.
 */
#include <stdarg.h>
#include <stddef.h>

enum { MAX_ARGUMENTS = 64 };

void __gcov_dump(void);
void __gcov_reset(void);
_Noreturn void __real__exit(int status);
int __real_execv(const char *path, char *const argv[]);
int __real_execvp(const char *file, char *const argv[]);
int __real_execve(const char *path, char *const argv[], char *const envp[]);

_Noreturn void __wrap__exit(int status)
{
    __gcov_dump();
    __real__exit(status);
}

int __wrap_execv(const char *path, char *const argv[])
{
    __gcov_dump();
    int failed = __real_execv(path, argv);
    __gcov_reset();
    return failed;
}

int __wrap_execvp(const char *file, char *const argv[])
{
    __gcov_dump();
    int failed = __real_execvp(file, argv);
    __gcov_reset();
    return failed;
}

int __wrap_execve(const char *path, char *const argv[], char *const envp[])
{
    __gcov_dump();
    int failed = __real_execve(path, argv, envp);
    __gcov_reset();
    return failed;
}

static void collect(char **argv, char *first, va_list more)
{
    argv[0] = first;
    for (int i = 1; i < MAX_ARGUMENTS && argv[i - 1] != NULL; i++)
        argv[i] = va_arg(more, char *);
    argv[MAX_ARGUMENTS] = NULL;
}

int __wrap_execl(const char *path, char *first, ...)
{
    char *argv[MAX_ARGUMENTS + 1];
    va_list more;
    va_start(more, first);
    collect(argv, first, more);
    va_end(more);
    return __wrap_execv(path, argv);
}

int __wrap_execlp(const char *file, char *first, ...)
{
    char *argv[MAX_ARGUMENTS + 1];
    va_list more;
    va_start(more, first);
    collect(argv, first, more);
    va_end(more);
    return __wrap_execvp(file, argv);
}
