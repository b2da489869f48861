/* A connection is freed while its event waits in the same batch.
 *
 * breaks: asan heap-use-after-free
 *
 * The stale event still holds the pointer; dispatch looks through it.
 *
 * An echo server for at most LIMIT peers: a newcomer takes the place of
 * the one that has been silent longest. So a connection can be closed
 * while its own event waits further down in the same batch.
 *
 *     cc -o connection connection_broken_free_in_batch.c
 *     ./connection [PORT]
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LIMIT = 4, CHUNK = 4096, MAX_EVENTS = 64 };

/* One peer, and what it has sent and not yet got back. */
struct connection {
    int fd;
    uint32_t mask;
    bool retired;
    size_t length, sent;
    char data[CHUNK];
    struct connection *next;
};

/* Two lists; of the live ones the most silent stands first. */
static struct connection *live, *retired;
static int epfd, listener, sigterm, live_count;

static void die_if(bool failed, const char *what)
{
    if (failed) {
        perror(what);
        exit(EXIT_FAILURE);
    }
}

static void append(struct connection **list, struct connection *conn)
{
    while (*list)
        list = &(*list)->next;
    *list = conn;
    conn->next = NULL;
}

static void take_out(struct connection **list, struct connection *conn)
{
    while (*list != conn)
        list = &(*list)->next;
    *list = conn->next;
}

// --8<-- [start:allocate]
/* A newcomer is the least silent. */
static struct connection *allocate(int fd)
{
    struct connection *conn = calloc(1, sizeof *conn);
    die_if(!conn, "calloc");
    conn->fd = fd;
    conn->mask = EPOLLIN;
    append(&live, conn);
    live_count++;
    return conn;
}
// --8<-- [end:allocate]

// --8<-- [start:register]
/* The kernel keeps the pointer, hands it back with every event, and
 * never looks at what it points to. */
static void control(int op, int fd, uint32_t mask, void *owner)
{
    struct epoll_event event = {.events = mask, .data.ptr = owner};
    die_if(epoll_ctl(epfd, op, fd, &event) < 0, "epoll_ctl");
}
// --8<-- [end:register]

static void free_retired(void);

// --8<-- [start:retire]
/* Close it now, so that its number is free; keep the memory. */
static void retire(struct connection *conn)
{
    control(EPOLL_CTL_DEL, conn->fd, 0, NULL);
    close(conn->fd);
    conn->retired = true;
    take_out(&live, conn);
    append(&retired, conn);
    live_count--;
    free_retired(); /* the bug: the batch in hand may name it */
}

/* After the batch no event in hand can name them any more. */
static void free_retired(void)
{
    struct connection *conn;
    while ((conn = retired)) {
        retired = conn->next;
        free(conn);
    }
}
// --8<-- [end:retire]

/* Nothing is wrong: epoll tells when it is worth another try. */
static bool try_again(void)
{
    return errno == EAGAIN || errno == EINTR;
}

static bool owes(const struct connection *conn)
{
    return conn->sent < conn->length;
}

/* Read once; false at the end of file, and if it is broken. */
static bool read_some(struct connection *conn)
{
    ssize_t n = read(conn->fd, conn->data, CHUNK);
    conn->sent = 0;
    conn->length = n > 0 ? n : 0;
    return n > 0 || (n < 0 && try_again());
}

/* Send what the kernel takes now; false if the connection is broken. */
static bool flush(struct connection *conn)
{
    if (!owes(conn))
        return true;
    const char *rest = conn->data + conn->sent;
    size_t owed = conn->length - conn->sent;
    ssize_t n = send(conn->fd, rest, owed, MSG_NOSIGNAL);
    conn->sent += n > 0 ? n : 0;
    return n >= 0 || try_again();
}

/* One direction at a time: answer what is owed, then read on. */
static void update_interest(struct connection *conn)
{
    uint32_t mask = owes(conn) ? EPOLLOUT : EPOLLIN;
    if (mask != conn->mask)
        control(EPOLL_CTL_MOD, conn->fd, mask, conn);
    conn->mask = mask;
}

/* Read if nothing is owed, send, and leave at the end of file. */
static void serve(struct connection *conn, uint32_t events)
{
    bool sound = (owes(conn) || read_some(conn)) && flush(conn);
    if (!sound || events & EPOLLHUP) {
        retire(conn); /* what it had sent is read and answered */
        return;
    }
    update_interest(conn);
    take_out(&live, conn); /* it is not silent: to the end */
    append(&live, conn);
}

/* Take one connection; if full, the most silent has to leave. */
static bool accept_one(void)
{
    int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = accept4(listener, NULL, NULL, flags);
    if (fd < 0)
        return false; /* out of descriptors: see accept/loop */
    if (live_count == LIMIT)
        retire(live);
    control(EPOLL_CTL_ADD, fd, EPOLLIN, allocate(fd));
    return true;
}

static void accept_all(void)
{
    while (accept_one())
        ;
}

// --8<-- [start:dispatch]
/* A retired connection was closed earlier in this batch: its event is
 * stale. */
static void dispatch(struct connection *conn, uint32_t events)
{
    if (!conn->retired)
        serve(conn, events);
}

static void loop(void)
{
    struct epoll_event events[MAX_EVENTS];
    for (;;) {
        int n = epoll_wait(epfd, events, MAX_EVENTS, -1);
        die_if(n < 0 && errno != EINTR, "epoll_wait");
        for (int i = 0; i < n; i++) {
            void *owner = events[i].data.ptr;
            if (owner == &sigterm)
                return;
            else if (owner == &listener)
                accept_all();
            else
                dispatch(owner, events[i].events);
        }
    }
}
// --8<-- [end:dispatch]

static int listen_on(int port)
{
    struct sockaddr_in here = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t size = sizeof here;
    int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = socket(AF_INET, type, 0);
    die_if(fd < 0, "socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    die_if(bind(fd, (struct sockaddr *)&here, size) < 0, "bind");
    die_if(listen(fd, SOMAXCONN) < 0, "listen");
    getsockname(fd, (struct sockaddr *)&here, &size);
    printf("READY %d\n", ntohs(here.sin_port));
    fflush(stdout);
    return fd;
}

/* A signal that is a descriptor cannot come at a bad moment. */
static int open_sigterm(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int main(int argc, char **argv)
{
    epfd = epoll_create1(EPOLL_CLOEXEC);
    die_if(epfd < 0, "epoll_create1");
    sigterm = open_sigterm();
    control(EPOLL_CTL_ADD, sigterm, EPOLLIN, &sigterm);
    listener = listen_on(argc > 1 ? atoi(argv[1]) : 0);
    control(EPOLL_CTL_ADD, listener, EPOLLIN, &listener);
    loop();
}
