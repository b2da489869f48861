/* Unregister before close, or an open copy keeps the registration.
 *
 * The interest list holds an open file, not a descriptor number. While
 * a dup (or a forked child) keeps it open, close() alone does not end
 * the registration. DEL does. shutdown() tells the peer, whoever else
 * still holds the socket.
 *
 *     cc -o phantom phantom.c && ./phantom
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static int epfd;

static void die_if(bool failed, const char *what)
{
    if (failed) {
        perror(what);
        exit(EXIT_FAILURE);
    }
}

/* Print the interest list as the kernel has it. */
static void show(const char *what)
{
    char path[64], line[256];
    int watched, count = 0;

    printf("%-27s interest list:", what);
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", epfd);
    FILE *info = fopen(path, "r");
    die_if(!info, path);
    while (fgets(line, sizeof line, info))
        if (sscanf(line, "tfd: %d", &watched) == 1)
            count += printf(" %d", watched);
    fclose(info);
    puts(count ? "" : " empty");
}

/* printf into a text that lasts until the next call. */
static const char *text(const char *format, ...)
{
    static char line[80];
    va_list values;
    va_start(values, format);
    vsnprintf(line, sizeof line, format, values);
    va_end(values);
    return line;
}

/* What the peer learns about our end, without waiting. */
static const char *what_it_reads(int peer)
{
    char byte;
    ssize_t n = recv(peer, &byte, 1, MSG_DONTWAIT);
    return n == 0 ? "end of file" : n < 0 ? "nothing yet" : "data";
}

// --8<-- [start:dup]
/* Watch a socket, of which somebody else holds a copy. */
static int register_socket(int ours)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = ours};
    int failed = epoll_ctl(epfd, EPOLL_CTL_ADD, ours, &event);
    die_if(failed, "epoll_ctl");
    int copy = dup(ours);
    show(text("register %d, dup it to %d", ours, copy));
    return copy;
}
// --8<-- [end:dup]

// --8<-- [start:unregister]
/* Take it off the interest list; this needs the open descriptor. */
static void unregister(int fd)
{
    int failed = epoll_ctl(epfd, EPOLL_CTL_DEL, fd, NULL);
    const char *result = failed ? strerror(errno) : "done";
    show(text("DEL %d: %s", fd, result));
}
// --8<-- [end:unregister]

// --8<-- [start:shut_and_close]
/* End the connection for all its holders, then give the fd back. */
static void shut_and_close(int ours)
{
    shutdown(ours, SHUT_WR);
    close(ours);
    show(text("close %d", ours));
}
// --8<-- [end:shut_and_close]

// --8<-- [start:events]
/* Let the peer speak, and see who hears it. */
static void report_events(int peer)
{
    die_if(write(peer, "hello", 5) != 5, "write");
    puts("the peer writes");
    for (int i = 0; i < 2; i++) {
        struct epoll_event event = {0};
        int n = epoll_wait(epfd, &event, 1, 0);
        const char *heard = text("EPOLLIN for %d", event.data.fd);
        printf("  a wait returns: %s\n", n ? heard : "nothing");
    }
    printf("the peer reads: %s\n", what_it_reads(peer));
}
// --8<-- [end:events]

int main(void)
{
    int pair[2];
    epfd = epoll_create1(EPOLL_CLOEXEC);
    die_if(epfd < 0, "epoll_create1");
    die_if(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0, "socketpair");
    int ours = pair[0], peer = pair[1];
    int copy = register_socket(ours);
    unregister(ours);
    shut_and_close(ours);
    report_events(peer);
    close(copy);
    show(text("close %d", copy));
    close(peer);
    close(epfd);
}
