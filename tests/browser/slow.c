/* Makes a program with an epoll slow, when it is preloaded (ld.so(8)).
 *
 * It dawdles before each of the first calls that SLOW names. What stands
 * between two calls of a program is then long, as on a loaded machine,
 * and what a page shows may not depend on it. Shells and their tools have
 * no epoll, and stay quick.
 *
 *     SLOW=send,recv SLOW_MS=50 LD_PRELOAD=slow.so ./echo 7000
 *
 * It computes, as a slow program does: no system call is added that a
 * tracer would show. Only a wait that is going to sleep begins late, and
 * it sleeps meanwhile in another call, which an event or a signal ends.
 * Calls are passed on by a jump: a debugger sees no frame of ours.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Of each kind: a program that makes thousands is not held up for long. */
enum { SLOW_CALLS = 12 };

static atomic_bool has_epoll;

static bool named(const char *name)
{
    const char *names = getenv("SLOW");
    size_t length = strlen(name);
    for (; names && *names; names += strspn(names, ",")) {
        size_t next = strcspn(names, ",");
        if (next == length && !memcmp(names, name, length))
            return true;
        names += next;
    }
    return false;
}

static bool is_slow(const char *name, atomic_int *made)
{
    return has_epoll && named(name) && (*made)++ < SLOW_CALLS;
}

static int pause_ms(void)
{
    const char *ms = getenv("SLOW_MS");
    return ms ? atoi(ms) : 0;
}

static void compute(void)
{
    long pause = pause_ms() * 1000000L;
    struct timespec begin, now;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    do
        clock_gettime(CLOCK_MONOTONIC, &now);
    while ((now.tv_sec - begin.tv_sec) * 1000000000L
           + now.tv_nsec - begin.tv_nsec < pause);
}

#define SLOW(result, name, parameters, ...)                      \
    result name parameters                                       \
    {                                                            \
        static atomic_int made;                                  \
        result(*real) parameters = dlsym(RTLD_NEXT, #name);      \
        if (is_slow(#name, &made))                               \
            compute();                                           \
        return real(__VA_ARGS__);                                \
    }

SLOW(ssize_t, send, (int fd, const void *data, size_t size, int flags),
     fd, data, size, flags)
SLOW(ssize_t, recv, (int fd, void *data, size_t size, int flags),
     fd, data, size, flags)
SLOW(ssize_t, write, (int fd, const void *data, size_t size), fd, data, size)
SLOW(ssize_t, read, (int fd, void *data, size_t size), fd, data, size)
SLOW(int, epoll_ctl, (int ep, int op, int fd, struct epoll_event *event),
     ep, op, fd, event)
SLOW(int, accept4,
     (int fd, struct sockaddr *address, socklen_t *size, int flags),
     fd, address, size, flags)

static bool signal_comes_early(int ep)
{
    struct pollfd ready = {.fd = ep, .events = POLLIN};
    return poll(&ready, 1, pause_ms()) < 0;
}

int epoll_wait(int ep, struct epoll_event *events, int size, int timeout)
{
    static atomic_int made;
    int (*real)(int, struct epoll_event *, int, int) =
        dlsym(RTLD_NEXT, "epoll_wait");
    if (is_slow("epoll_wait", &made) && timeout && signal_comes_early(ep))
        return -1; /* EINTR */
    return real(ep, events, size, timeout);
}

int epoll_create1(int flags)
{
    int (*real)(int) = dlsym(RTLD_NEXT, "epoll_create1");
    has_epoll = true;
    return real(flags);
}
