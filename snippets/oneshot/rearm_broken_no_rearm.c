/* One-shot on one thread, and the re-arm is forgotten.
 *
 * breaks: EP004
 *
 * Each connection is served once. Its second message is never read,
 * and if it hangs up, nobody notices.
 *
 * An echo server with SEATS places. A connection takes a seat when it
 * first speaks and keeps it until it leaves. Who speaks while all seats
 * are taken is parked: still watched for ERR and HUP, not read. When a
 * seat is free it is resumed, and what it said meanwhile is reported.
 *
 *     cc -o rearm rearm_broken_no_rearm.c && ./rearm [PORT]
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SEATS = 4, CHUNK = 4096 };
enum { MAX_DESCRIPTORS = 1024, MAX_EVENTS = 64 };

static const uint32_t BROKEN = EPOLLERR | EPOLLHUP;

/* One peer, and what it has sent and not yet got back. */
struct connection {
    int fd;
    bool seated, parked;
    size_t length, sent;
    char data[CHUNK];
    TAILQ_ENTRY(connection) next; /* while it is parked */
};

static struct connection connections[MAX_DESCRIPTORS]; /* by fd */
static TAILQ_HEAD(, connection) line = TAILQ_HEAD_INITIALIZER(line);
static int ep, listener, sigterm, seats_taken;

static void die_if(bool failed, const char *what)
{
    if (failed) {
        perror(what);
        exit(EXIT_FAILURE);
    }
}

static bool owes(const struct connection *c)
{
    return c->sent < c->length;
}

static void watch(int operation, int fd, uint32_t mask)
{
    struct epoll_event event = {.events = mask, .data.fd = fd};
    die_if(epoll_ctl(ep, operation, fd, &event) < 0, "epoll_ctl");
}

// --8<-- [start:register]
/* Watch for the first message, and for one event only. */
static void register_connection(int fd)
{
    connections[fd] = (struct connection){.fd = fd};
    watch(EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLONESHOT);
}
// --8<-- [end:register]

static bool receive(struct connection *c)
{
    ssize_t n = read(c->fd, c->data, CHUNK);
    c->sent = 0;
    c->length = n > 0 ? n : 0;
    return n > 0;
}

/* Send what the kernel takes now. An error comes back as HUP. */
static void answer(struct connection *c)
{
    const char *rest = c->data + c->sent;
    ssize_t n = send(c->fd, rest, c->length - c->sent, MSG_NOSIGNAL);
    c->sent += n > 0 ? n : 0;
}

// --8<-- [start:handle]
/* Read if nothing is owed, then send; false at the end of file. */
static bool handle(struct connection *c)
{
    if (!owes(c) && !receive(c))
        return false;
    answer(c);
    return true;
}
// --8<-- [end:handle]

// --8<-- [start:rearm]
/* The event disarmed it: say what the next one shall be about. */
static void rearm(struct connection *c)
{
    uint32_t wanted = owes(c) ? EPOLLOUT : EPOLLIN;
    watch(EPOLL_CTL_MOD, c->fd, wanted | EPOLLONESHOT);
}
// --8<-- [end:rearm]

// --8<-- [start:park]
/* Take a free seat; true for whoever has one. */
static bool seat(struct connection *c)
{
    if (!c->seated && seats_taken < SEATS) {
        c->seated = true;
        seats_taken++;
    }
    return c->seated;
}

/* EPOLLONESHOT alone: only ERR and HUP are still reported. */
static void park(struct connection *c)
{
    watch(EPOLL_CTL_MOD, c->fd, EPOLLONESHOT);
    c->parked = true;
    TAILQ_INSERT_TAIL(&line, c, next);
}

static void unpark(struct connection *c)
{
    c->parked = false;
    TAILQ_REMOVE(&line, c, next);
}

/* Give a free seat to whoever waits longest. If its data is already
 * there, the re-arm reports it at once. */
static void resume(void)
{
    struct connection *c = TAILQ_FIRST(&line);
    if (c && seat(c)) {
        unpark(c);
        rearm(c);
    }
}
// --8<-- [end:park]

/* Unregister it, close it; its seat is free. */
static void leave(struct connection *c)
{
    watch(EPOLL_CTL_DEL, c->fd, 0);
    close(c->fd);
    if (c->seated)
        seats_taken--;
    if (c->parked)
        unpark(c);
    resume();
}

/* Take one connection; the listener is level-triggered. */
static void welcome(void)
{
    int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = accept4(listener, NULL, NULL, flags);
    if (fd < 0)
        return; /* out of descriptors: see accept/loop */
    if (fd < MAX_DESCRIPTORS)
        register_connection(fd);
    else
        close(fd);
}

// --8<-- [start:loop]
/* One event, and its one consequence: leave, park or re-arm. */
static void step(struct connection *c, uint32_t events)
{
    if (events & BROKEN)
        leave(c);
    else if (!seat(c))
        park(c);
    else if (!handle(c))
        leave(c); /* the bug: who stays is not re-armed */
}

static void loop(void)
{
    struct epoll_event ready[MAX_EVENTS];
    for (;;) {
        int n = epoll_wait(ep, ready, MAX_EVENTS, -1);
        for (int i = 0; i < n; i++) {
            int fd = ready[i].data.fd;
            if (fd == sigterm)
                return;
            else if (fd == listener)
                welcome();
            else
                step(&connections[fd], ready[i].events);
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
    ep = epoll_create1(EPOLL_CLOEXEC);
    die_if(ep < 0, "epoll_create1");
    sigterm = open_sigterm();
    watch(EPOLL_CTL_ADD, sigterm, EPOLLIN);
    listener = listen_on(argc > 1 ? atoi(argv[1]) : 0);
    watch(EPOLL_CTL_ADD, listener, EPOLLIN);
    loop();
}
