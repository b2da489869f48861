/* An echo server that closes as soon as its peer half-closes.
 *
 * breaks: lost data
 *
 * It takes RDHUP for the end. What is unread then is thrown away, and
 * the peer gets less back than it has sent.
 *
 *     cc -o answer answer_broken_close_on_rdhup.c && ./answer [PORT]
 *     printf hello | nc -N 127.0.0.1 PORT
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

enum { MAX_FDS = 1024, MAX_EVENTS = 64, LIMIT = 64 * 1024 };

static const uint32_t READING = EPOLLIN | EPOLLRDHUP;

/* One peer, and what it has sent and not yet got back. */
struct connection {
    int fd;
    uint32_t mask;
    bool ended; /* the peer's last byte has been read */
    size_t length, sent;
    char data[LIMIT];
};

static struct connection connections[MAX_FDS]; /* by fd */
static int epfd, listener, sigterm;

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

// --8<-- [start:interest]
/* One direction at a time: answer what is owed, then read on. RDHUP
 * stays true once it is true: armed while we write, it would be
 * reported by every wait. */
static void update_interest(struct connection *conn)
{
    uint32_t mask = owes(conn) ? EPOLLOUT : READING;
    if (mask != conn->mask)
        control(EPOLL_CTL_MOD, conn->fd, mask);
    conn->mask = mask;
}
// --8<-- [end:interest]

// --8<-- [start:read]
/* Read once; after RDHUP read on, to the end or a full buffer. RDHUP
 * means that the peer's end of file is already here, behind its last
 * byte. False if the connection is broken. */
static bool read_some(struct connection *conn, uint32_t events)
{
    bool on = events & EPOLLRDHUP;
    conn->length = conn->sent = 0;
    do {
        char *end = conn->data + conn->length;
        ssize_t n = read(conn->fd, end, LIMIT - conn->length);
        if (n < 0)
            return try_again(); /* a false event is no end */
        conn->ended = n == 0;
        conn->length += n;
    } while (on && !conn->ended && conn->length < LIMIT);
    return true;
}
// --8<-- [end:read]

/* Take it off the interest list, then close it. */
static void close_connection(int fd)
{
    control(EPOLL_CTL_DEL, fd, 0);
    close(fd);
}

// --8<-- [start:shut_and_close]
/* End our side behind the last byte, then close. */
static void shut_and_close(struct connection *conn)
{
    shutdown(conn->fd, SHUT_WR);
    close_connection(conn->fd);
}
// --8<-- [end:shut_and_close]

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

/* Take one connection; the listener is level-triggered. */
static void accept_one(void)
{
    int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = accept4(listener, NULL, NULL, flags);
    if (fd < 0)
        return; /* out of descriptors: see accept/loop */
    if (fd >= MAX_FDS) {
        close(fd);
        return;
    }
    struct connection *conn = &connections[fd];
    conn->fd = fd;
    conn->mask = READING;
    conn->ended = false;
    conn->length = conn->sent = 0;
    control(EPOLL_CTL_ADD, fd, READING);
}

// --8<-- [start:loop]
/* The bug: RDHUP is taken for the end. */
static void serve(struct connection *conn, uint32_t events)
{
    if (events & EPOLLRDHUP) {
        shut_and_close(conn);
        return;
    }
    bool sound = owes(conn) || read_some(conn, events);
    if (!sound || !flush(conn))
        close_connection(conn->fd);
    else
        update_interest(conn);
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
