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

enum { CHUNK = 16384, LIMIT = 65536, MAX_FDS = 1024, MAX_EVENTS = 64 };

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

/* Nothing is wrong: epoll tells when it is worth another try. */
static bool try_again(void)
{
    return errno == EAGAIN || errno == EINTR;
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

static void control(int epfd, int op, int fd, uint32_t mask)
{
    struct epoll_event interest = {.events = mask, .data.fd = fd};
    die_if(epoll_ctl(epfd, op, fd, &interest) < 0, "epoll_ctl");
}

// --8<-- [start:interest]
static uint32_t interest(const struct connection *conn)
{
    uint32_t mask = 0;
    if (!conn->ended && conn->length < LIMIT)
        mask |= EPOLLIN;
    mask |= EPOLLOUT;
    return mask;
}

/* Tell epoll, but only if it differs: it is a system call. */
static void update_interest(int epfd, int fd)
{
    struct connection *conn = &connections[fd];
    uint32_t mask = interest(conn);
    if (mask != conn->mask)
        control(epfd, EPOLL_CTL_MOD, fd, mask);
    conn->mask = mask;
}
// --8<-- [end:interest]

static void accept_one(int epfd, int listener)
{
    int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = accept4(listener, NULL, NULL, flags);
    if (fd < 0) return; /* out of descriptors: see accept/loop */
    struct connection *conn = &connections[fd];
    conn->length = 0;
    conn->ended = false;
    conn->mask = interest(conn);
    control(epfd, EPOLL_CTL_ADD, fd, conn->mask);
}

// --8<-- [start:read]
/* Called with less than LIMIT owed, so CHUNK more always fit. */
static bool read_some(int fd)
{
    struct connection *conn = &connections[fd];
    ssize_t n = recv(fd, conn->owed + conn->length, CHUNK, 0);
    if (n < 0)
        return try_again(); /* a false event is no end */
    conn->ended = n == 0;
    conn->length += n;
    return true;
}
// --8<-- [end:read]

// --8<-- [start:flush]
/* Send what fits and keep the rest; EPOLLOUT tells when to go on. */
static bool flush(int fd)
{
    struct connection *conn = &connections[fd];
    ssize_t n = send(fd, conn->owed, conn->length, MSG_NOSIGNAL);
    if (n < 0)
        return try_again();
    conn->length -= n;
    memmove(conn->owed, conn->owed + n, conn->length);
    return true;
}
// --8<-- [end:flush]

static void close_connection(int epfd, int fd)
{
    epoll_ctl(epfd, EPOLL_CTL_DEL, fd, NULL);
    close(fd);
}

// --8<-- [start:loop]
/* False when the connection is done: all answered, or reset. */
static bool serve(int epfd, int fd, uint32_t events)
{
    struct connection *conn = &connections[fd];
    if ((events & EPOLLIN) && !read_some(fd))
        return false;
    if (conn->length > 0 && !flush(fd))
        return false;
    if (conn->ended && conn->length == 0)
        return false; /* all is answered */
    update_interest(epfd, fd);
    return true;
}

static void loop(int epfd, int listener)
{
    struct epoll_event events[MAX_EVENTS];
    control(epfd, EPOLL_CTL_ADD, listener, EPOLLIN);
    for (;;) {
        int n = epoll_wait(epfd, events, MAX_EVENTS, -1);
        die_if(n < 0 && errno != EINTR, "epoll_wait");
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == listener)
                accept_one(epfd, listener);
            else if (!serve(epfd, fd, events[i].events))
                close_connection(epfd, fd);
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
static void exit_on_sigterm(int signal)
{
    (void)signal;
    _exit(0);
}

int main(int argc, char **argv)
{
    signal(SIGTERM, exit_on_sigterm);
    limit_descriptors();
    int listener = listen_on(argc > 1 ? atoi(argv[1]) : 0);
    int epfd = epoll_create1(EPOLL_CLOEXEC);
    die_if(epfd < 0, "epoll_create1");
    announce(listener);
    loop(epfd, listener);
}
