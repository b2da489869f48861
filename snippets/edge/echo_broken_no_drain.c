/* Broken: edge-triggered, but one read for each event.
 *
 * breaks: EP001
 *
 * Of a long message one buffer comes back; the rest waits in the
 * kernel, with the loop asleep, until the client sends again.
 *
 * usage: echo_broken_no_drain [PORT]
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 4096, MAX_FDS = 1024, MAX_EVENTS = 64 };

struct connection {
    bool broken;         /* a send has failed */
    size_t length, sent; /* of the answer in buffer */
    char buffer[CHUNK];
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

static void control(int epfd, int op, int fd, uint32_t mask)
{
    struct epoll_event interest = {.events = mask, .data.fd = fd};
    die_if(epoll_ctl(epfd, op, fd, &interest) < 0, "epoll_ctl");
}

// --8<-- [start:listen]
/* Listen level-triggered: the mode belongs to each watch alone. */
static int listen_on(int epfd, uint16_t port)
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
    control(epfd, EPOLL_CTL_ADD, fd, EPOLLIN);
    return fd;
}
// --8<-- [end:listen]

// --8<-- [start:accept]
static const uint32_t BOTH_WAYS = EPOLLIN | EPOLLOUT | EPOLLRDHUP;

/* Register once, for all that can happen: no MOD ever follows. */
static void accept_one(int epfd, int listener)
{
    int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = accept4(listener, NULL, NULL, flags);
    if (fd < 0) return; /* who is left in the queue is reported again */
    connections[fd] = (struct connection){0};
    control(epfd, EPOLL_CTL_ADD, fd, BOTH_WAYS | EPOLLET);
}
// --8<-- [end:accept]

// --8<-- [start:flush]
/* Send all that is owed; false if it is broken, or if EPOLLOUT has to
 * bring us back. */
static bool flush(int fd)
{
    struct connection *conn = &connections[fd];
    while (conn->sent < conn->length) {
        size_t owed = conn->length - conn->sent;
        const char *rest = conn->buffer + conn->sent;
        ssize_t n = send(fd, rest, owed, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            conn->broken = errno != EAGAIN;
            return false;
        }
        conn->sent += n;
    }
    return true;
}
// --8<-- [end:flush]

// --8<-- [start:drain]
/* Read and answer once. */
static bool drain(int fd)
{
    struct connection *conn = &connections[fd];
    if (flush(fd)) {
        ssize_t n = recv(fd, conn->buffer, CHUNK, 0);
        if (n <= 0)
            return n < 0 && errno == EAGAIN; /* or the client left */
        conn->length = n;
        conn->sent = 0;
        flush(fd);
    }
    return !conn->broken;
}
// --8<-- [end:drain]

static void close_connection(int epfd, int fd)
{
    epoll_ctl(epfd, EPOLL_CTL_DEL, fd, NULL);
    close(fd);
}

// --8<-- [start:loop]
static void loop(int epfd, int listener)
{
    struct epoll_event events[MAX_EVENTS];
    for (;;) {
        int n = epoll_wait(epfd, events, MAX_EVENTS, -1);
        die_if(n < 0 && errno != EINTR, "epoll_wait");
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == listener)
                accept_one(epfd, listener);
            else if (!drain(fd)) /* whatever the event was */
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
    int epfd = epoll_create1(EPOLL_CLOEXEC);
    die_if(epfd < 0, "epoll_create1");
    int listener = listen_on(epfd, argc > 1 ? atoi(argv[1]) : 0);
    announce(listener);
    loop(epfd, listener);
}
