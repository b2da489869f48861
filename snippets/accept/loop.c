/* Accepting with an edge-triggered listener.
 *
 * Clients that arrive together make one edge, so accept until EAGAIN.
 * Out of descriptors, a client cannot be taken off the queue; a reserve
 * descriptor is spent to take it and close it. So nobody waits in vain,
 * the loop does not spin, and whoever comes later finds room again.
 *
 * Each client gets "hello" and stays until it leaves.
 *
 * usage: loop [PORT]
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_EVENTS = 64 };

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

// --8<-- [start:reserve]
static int reserve;

static void keep_reserve(void)
{
    reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
}
// --8<-- [end:reserve]

static void greet(int epfd, int fd)
{
    send(fd, "hello\n", 6, MSG_NOSIGNAL);
    control(epfd, EPOLL_CTL_ADD, fd, EPOLLIN);
}

// --8<-- [start:emfile]
/* accept4 reserves a number before it looks at the queue: at the limit
 * it says EMFILE for an empty queue too. So report if one was taken. */
static bool turn_away(int listener)
{
    close(reserve);
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0)
        close(fd);
    keep_reserve();
    return fd >= 0;
}
// --8<-- [end:emfile]

// --8<-- [start:accept]
/* Take one client; false if nobody waits any more. */
static bool accept_one(int epfd, int listener)
{
    int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = accept4(listener, NULL, NULL, flags);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE))
        return turn_away(listener);
    if (fd < 0)
        return errno != EAGAIN; /* ECONNABORTED: the next may be fine */
    greet(epfd, fd);
    return true;
}

static void accept_all(int epfd, int listener)
{
    while (accept_one(epfd, listener))
        ;
}
// --8<-- [end:accept]

/* Throw away what a client says; its end or a reset ends it. */
static void discard(int epfd, int fd)
{
    char ignored[4096];
    if (recv(fd, ignored, sizeof ignored, 0) > 0)
        return;
    epoll_ctl(epfd, EPOLL_CTL_DEL, fd, NULL);
    close(fd);
}

// --8<-- [start:loop]
static void loop(int epfd, int listener)
{
    struct epoll_event events[MAX_EVENTS];
    control(epfd, EPOLL_CTL_ADD, listener, EPOLLIN | EPOLLET);
    for (;;) {
        int n = epoll_wait(epfd, events, MAX_EVENTS, -1);
        die_if(n < 0 && errno != EINTR, "epoll_wait");
        for (int i = 0; i < n; i++) {
            if (events[i].data.fd == listener)
                accept_all(epfd, listener);
            else
                discard(epfd, events[i].data.fd);
        }
    }
}
// --8<-- [end:loop]

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
    int listener = listen_on(argc > 1 ? atoi(argv[1]) : 0);
    int epfd = epoll_create1(EPOLL_CLOEXEC);
    die_if(epfd < 0, "epoll_create1");
    keep_reserve();
    announce(listener);
    loop(epfd, listener);
}
