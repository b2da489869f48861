/* One-shot on one thread, and the re-arm is forgotten.
 *
 * breaks: EP004
 *
 * Each connection is served once. Its second message is never read,
 * and if it hangs up, nobody notices.
 *
 * An echo server with SLOTS places. A connection takes a slot when it
 * first speaks and keeps it until it leaves. Who speaks while all slots
 * are taken is parked: still watched for ERR and HUP, not read. When a
 * slot is free it is resumed, and what it said meanwhile is reported.
 *
 *     cc -o rearm rearm_broken_no_rearm.c && ./rearm [PORT]
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

enum { SLOTS = 4, CHUNK = 4096 };
enum { MAX_FDS = 1024, MAX_EVENTS = 64 };

static const uint32_t BROKEN = EPOLLERR | EPOLLHUP;

/* One peer, and what it has sent and not yet got back. */
struct connection {
    int fd;
    bool has_slot, parked;
    size_t length, sent;
    char data[CHUNK];
    struct connection *next; /* while it is parked */
};

static struct connection connections[MAX_FDS]; /* by fd */
static struct connection *parked; /* a list, the longest wait first */
static int epfd, listener, sigterm, slots_taken;

static void die_if(bool failed, const char *what)
{
    if (failed) {
        perror(what);
        exit(EXIT_FAILURE);
    }
}

/* Nothing is wrong: epoll tells when it is worth another try. */
static bool try_again(void)
{
    return errno == EAGAIN || errno == EINTR;
}

static bool owes(const struct connection *conn)
{
    return conn->sent < conn->length;
}

static void control(int op, int fd, uint32_t mask)
{
    struct epoll_event event = {.events = mask, .data.fd = fd};
    die_if(epoll_ctl(epfd, op, fd, &event) < 0, "epoll_ctl");
}

// --8<-- [start:register]
/* Watch for the first message, and for one event only. */
static void register_connection(int fd)
{
    connections[fd] = (struct connection){.fd = fd};
    control(EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLONESHOT);
}
// --8<-- [end:register]

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

// --8<-- [start:handle]
/* Read if nothing is owed, then send; false when it is over. */
static bool handle(struct connection *conn)
{
    return (owes(conn) || read_some(conn)) && flush(conn);
}
// --8<-- [end:handle]

// --8<-- [start:rearm]
/* The event disarmed it: say what the next one shall be about. */
static void rearm(struct connection *conn)
{
    uint32_t mask = owes(conn) ? EPOLLOUT : EPOLLIN;
    control(EPOLL_CTL_MOD, conn->fd, mask | EPOLLONESHOT);
}
// --8<-- [end:rearm]

// --8<-- [start:park]
/* Take a free slot; true for whoever has one. */
static bool take_slot(struct connection *conn)
{
    if (!conn->has_slot && slots_taken < SLOTS) {
        conn->has_slot = true;
        slots_taken++;
    }
    return conn->has_slot;
}

/* EPOLLONESHOT alone: only ERR and HUP are still reported. */
static void park(struct connection *conn)
{
    control(EPOLL_CTL_MOD, conn->fd, EPOLLONESHOT);
    conn->parked = true;
    conn->next = NULL;
    struct connection **last = &parked;
    while (*last)
        last = &(*last)->next;
    *last = conn;
}

static void unlink_parked(struct connection *conn)
{
    conn->parked = false;
    struct connection **link = &parked;
    while (*link != conn)
        link = &(*link)->next;
    *link = conn->next;
}

/* Give a free slot to whoever waits longest. If its data is already
 * there, the re-arm reports it at once. */
static void resume_next(void)
{
    struct connection *conn = parked;
    if (conn && take_slot(conn)) {
        unlink_parked(conn);
        rearm(conn);
    }
}
// --8<-- [end:park]

/* Unregister it, close it; its slot is free. */
static void close_connection(struct connection *conn)
{
    control(EPOLL_CTL_DEL, conn->fd, 0);
    close(conn->fd);
    if (conn->has_slot)
        slots_taken--;
    if (conn->parked)
        unlink_parked(conn);
    resume_next();
}

/* Take one connection; the listener is level-triggered. */
static void accept_one(void)
{
    int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = accept4(listener, NULL, NULL, flags);
    if (fd < 0)
        return; /* out of descriptors: see accept/loop */
    if (fd < MAX_FDS)
        register_connection(fd);
    else
        close(fd);
}

// --8<-- [start:loop]
/* One event, and its one consequence: leave, park or re-arm. */
static void serve(struct connection *conn, uint32_t events)
{
    if (take_slot(conn) && handle(conn))
        return; /* the bug: who stays is not re-armed */
    else if (conn->has_slot || events & BROKEN)
        close_connection(conn);
    else
        park(conn);
}

static void loop(void)
{
    struct epoll_event events[MAX_EVENTS];
    for (;;) {
        int n = epoll_wait(epfd, events, MAX_EVENTS, -1);
        die_if(n < 0 && errno != EINTR, "epoll_wait");
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == sigterm)
                return;
            else if (fd == listener)
                accept_one();
            else
                serve(&connections[fd], events[i].events);
        }
    }
}
// --8<-- [end:loop]

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
    control(EPOLL_CTL_ADD, sigterm, EPOLLIN);
    listener = listen_on(argc > 1 ? atoi(argv[1]) : 0);
    control(EPOLL_CTL_ADD, listener, EPOLLIN);
    loop();
}
