/* Broken: EPOLLOUT is always wanted.
 *
 * breaks: EP006
 *
 * An idle socket has room, so epoll_wait returns at once, again and
 * again: one idle client costs a whole processor.
 *
 * usage: backpressure_broken_out_always [PORT]
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 16384, LIMIT = 65536, MAX_FDS = 1024, BATCH = 64 };

struct connection {
    uint32_t mask;
    bool ended; /* the client has sent all it had to say */
    size_t length;
    char owed[LIMIT + CHUNK];
};

/* By descriptor. A connection is closed only while its own event is
 * handled, so no event of the same batch can mean an older one. */
static struct connection connections[MAX_FDS];

static void die_if(bool failed, const char *what)
{
    if (failed) {
        perror(what);
        exit(1);
    }
}

static int listen_on(uint16_t port)
{
    int kind = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = socket(AF_INET, kind, 0);
    die_if(fd < 0, "socket");
    int yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);

    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int bound = bind(fd, (struct sockaddr *)&address, sizeof address);
    die_if(bound < 0, "bind");
    die_if(listen(fd, SOMAXCONN) < 0, "listen");
    return fd;
}

static void watch(int ep, int op, int fd, uint32_t mask)
{
    struct epoll_event interest = {.events = mask, .data.fd = fd};
    die_if(epoll_ctl(ep, op, fd, &interest) < 0, "epoll_ctl");
}

// --8<-- [start:interest]
static uint32_t wanted(const struct connection *c)
{
    uint32_t mask = 0;
    if (!c->ended && c->length < LIMIT)
        mask |= EPOLLIN;
    mask |= EPOLLOUT;
    return mask;
}

/* Tell epoll, but only if it differs: it is a system call. */
static void update_interest(int ep, int fd)
{
    struct connection *c = &connections[fd];
    uint32_t mask = wanted(c);
    if (mask != c->mask)
        watch(ep, EPOLL_CTL_MOD, fd, mask);
    c->mask = mask;
}
// --8<-- [end:interest]

static void accept_one(int ep, int listener)
{
    int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = accept4(listener, NULL, NULL, flags);
    die_if(fd < 0, "accept4");
    struct connection *c = &connections[fd];
    c->length = 0;
    c->ended = false;
    c->mask = wanted(c);
    watch(ep, EPOLL_CTL_ADD, fd, c->mask);
}

// --8<-- [start:read]
/* Called with less than LIMIT owed, so CHUNK more always fit. */
static bool read_some(int fd)
{
    struct connection *c = &connections[fd];
    ssize_t n = recv(fd, c->owed + c->length, CHUNK, 0);
    if (n < 0)
        return false;
    c->ended = n == 0;
    c->length += n;
    return true;
}
// --8<-- [end:read]

// --8<-- [start:flush]
/* Send what fits and keep the rest; EPOLLOUT tells when to go on. */
static bool flush(int fd)
{
    struct connection *c = &connections[fd];
    ssize_t n = send(fd, c->owed, c->length, MSG_NOSIGNAL);
    if (n < 0)
        return errno == EAGAIN;
    c->length -= n;
    memmove(c->owed, c->owed + n, c->length);
    return true;
}
// --8<-- [end:flush]

static void close_connection(int ep, int fd)
{
    epoll_ctl(ep, EPOLL_CTL_DEL, fd, NULL);
    close(fd);
}

// --8<-- [start:loop]
/* False when the connection is done: all answered, or reset. */
static bool serve(int ep, int fd, uint32_t events)
{
    struct connection *c = &connections[fd];
    if ((events & EPOLLIN) && !read_some(fd))
        return false;
    if (c->length > 0 && !flush(fd))
        return false;
    if (c->ended && c->length == 0)
        return false; /* all is answered */
    update_interest(ep, fd);
    return true;
}

static void loop(int ep, int listener)
{
    struct epoll_event events[BATCH];
    watch(ep, EPOLL_CTL_ADD, listener, EPOLLIN);
    for (;;) {
        int n = epoll_wait(ep, events, BATCH, -1);
        die_if(n < 0 && errno != EINTR, "epoll_wait");
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == listener)
                accept_one(ep, listener);
            else if (!serve(ep, fd, events[i].events))
                close_connection(ep, fd);
        }
    }
}
// --8<-- [end:loop]

/* Descriptors index the table: keep them below its size. */
static void limit_descriptors(void)
{
    struct rlimit limit;
    die_if(getrlimit(RLIMIT_NOFILE, &limit) < 0, "getrlimit");
    if (limit.rlim_cur > MAX_FDS)
        limit.rlim_cur = MAX_FDS;
    die_if(setrlimit(RLIMIT_NOFILE, &limit) < 0, "setrlimit");
}

static void announce(int listener)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("READY %d\n", ntohs(address.sin_port));
    fflush(stdout);
}

/* There is nothing to save, so any moment is a good one to end. */
static void leave(int signal)
{
    (void)signal;
    _exit(0);
}

int main(int argc, char **argv)
{
    signal(SIGTERM, leave);
    limit_descriptors();
    int listener = listen_on(argc > 1 ? atoi(argv[1]) : 0);
    int ep = epoll_create1(EPOLL_CLOEXEC);
    die_if(ep < 0, "epoll_create1");
    announce(listener);
    loop(ep, listener);
}
