/* Accepting with an edge-triggered listener.
 *
 * Clients that arrive together make one edge, so accept until EAGAIN.
 * Out of descriptors, a client cannot be taken off the queue; a reserve
 * descriptor is spent to take it and close it. If that fails too, or
 * memory lacks, the wait gets a time limit and the queue another try:
 * no edge tells of who is left in it. So nobody waits in vain, the loop
 * does not spin, and whoever comes later finds room again.
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

enum { MAX_EVENTS = 64, FOR_EVER = -1, PAUSE_MS = 100 };

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

// --8<-- [start:emfile]
/* accept4 reserves a number before it looks at the queue: at the limit
 * it says EMFILE for an empty queue too. So report what it says now. */
static int turn_away(int listener)
{
    close(reserve);
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    int error = fd < 0 ? errno : 0;
    if (fd >= 0)
        close(fd);
    keep_reserve();
    return error;
}
// --8<-- [end:emfile]

// --8<-- [start:accept]
/* Take one client; 0, or why nobody was taken. */
static int accept_one(int epfd, int listener)
{
    int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = accept4(listener, NULL, NULL, flags);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE))
        return turn_away(listener);
    if (fd < 0)
        return errno;
    control(epfd, EPOLL_CTL_ADD, fd, EPOLLOUT);
    return 0;
}

/* Until the queue is empty. Returns the time limit of the next wait:
 * no edge tells of those who had to be left in the queue. */
static int accept_all(int epfd, int listener)
{
    int error = 0;
    while (!error || error == ECONNABORTED) /* the next may be fine */
        error = accept_one(epfd, listener);
    return error == EAGAIN ? FOR_EVER : PAUSE_MS;
}
// --8<-- [end:accept]

/* Say hello once there is room for it. */
static bool greet(int epfd, int fd)
{
    ssize_t n = send(fd, "hello\n", 6, MSG_NOSIGNAL);
    if (n == 6)
        control(epfd, EPOLL_CTL_MOD, fd, EPOLLIN);
    return n == 6 || (n < 0 && try_again());
}

/* Throw away what a client says; false at its end or a reset. */
static bool discard(int fd)
{
    char ignored[4096];
    ssize_t n = recv(fd, ignored, sizeof ignored, 0);
    return n > 0 || (n < 0 && try_again());
}

static void serve(int epfd, int fd, uint32_t events)
{
    bool stays = events & EPOLLOUT ? greet(epfd, fd) : discard(fd);
    if (!stays) {
        epoll_ctl(epfd, EPOLL_CTL_DEL, fd, NULL);
        close(fd);
    }
}

// --8<-- [start:loop]
static void loop(int epfd, int listener)
{
    struct epoll_event events[MAX_EVENTS];
    int limit = FOR_EVER;
    control(epfd, EPOLL_CTL_ADD, listener, EPOLLIN | EPOLLET);
    for (;;) {
        int n = epoll_wait(epfd, events, MAX_EVENTS, limit);
        die_if(n < 0 && errno != EINTR, "epoll_wait");
        bool accepts = limit != FOR_EVER; /* some may be left waiting */
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == listener)
                accepts = true;
            else
                serve(epfd, fd, events[i].events);
        }
        if (accepts)
            limit = accept_all(epfd, listener);
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
