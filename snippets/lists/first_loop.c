/* The smallest use of epoll: create, register, wait.
 *
 * One end of a pipe is watched. While the pipe is empty, a wait with
 * timeout 0 returns no events; after one write it returns one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

static void die_if(int failed, const char *what)
{
    if (failed) {
        perror(what);
        exit(1);
    }
}

int main(void)
{
    int ends[2];
    die_if(pipe(ends) < 0, "pipe");
    int reader = ends[0], writer = ends[1];

    // --8<-- [start:create]
    int epfd = epoll_create1(EPOLL_CLOEXEC);
    die_if(epfd < 0, "epoll_create1");
    // --8<-- [end:create]

    // --8<-- [start:register]
    struct epoll_event interest = {
        .events = EPOLLIN,
        .data.fd = reader,
    };
    int failed = epoll_ctl(epfd, EPOLL_CTL_ADD, reader, &interest);
    die_if(failed, "epoll_ctl");
    // --8<-- [end:register]

    // --8<-- [start:wait]
    struct epoll_event events[8];
    int n = epoll_wait(epfd, events, 8, 0);
    printf("empty pipe: %d events\n", n);

    die_if(write(writer, "hello", 5) != 5, "write");
    n = epoll_wait(epfd, events, 8, -1);
    for (int i = 0; i < n; i++) {
        int fd = events[i].data.fd;
        char text[100];
        ssize_t length = read(fd, text, sizeof text);
        die_if(length < 0, "read");

        printf("the reader: %s\n", fd == reader ? "True" : "False");
        printf("EPOLLIN: %s\n",
               events[i].events & EPOLLIN ? "True" : "False");
        printf("read: %.*s\n", (int)length, text);
    }

    n = epoll_wait(epfd, events, 8, 0);
    printf("drained pipe: %d events\n", n);
    // --8<-- [end:wait]

    close(epfd);
    close(reader);
    close(writer);
}
