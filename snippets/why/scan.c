/* The same question to select, poll and epoll: who is ready?
 *
 * Many descriptors are idle and one is ready. select and poll are
 * handed the whole list with every question, and the program looks
 * through all of it for the answer. epoll is handed the list once;
 * after that a question carries nothing, and the answer names the
 * ready one only.
 */
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

enum { IDLE = 900, ALL = IDLE + 1, QUESTIONS = 10 };

struct count {
    int handed_over, looked_at, ready;
};

static void die_if(bool failed, const char *what)
{
    if (failed) {
        perror(what);
        exit(1);
    }
}

static void report(const char *name, struct count count)
{
    printf("%s: %d handed over, %d looked at, %d ready\n", name,
           count.handed_over, count.looked_at, count.ready);
}

// --8<-- [start:select]
static struct count ask_select(const int *fds)
{
    struct count count = {0};
    for (int question = 0; question < QUESTIONS; question++) {
        fd_set readable; /* select overwrites it: fill it each time */
        FD_ZERO(&readable);
        int highest = 0;
        for (int i = 0; i < ALL; i++) {
            FD_SET(fds[i], &readable);
            highest = fds[i] > highest ? fds[i] : highest;
            count.handed_over++;
        }
        int n = select(highest + 1, &readable, NULL, NULL, NULL);
        die_if(n < 0, "select");
        for (int i = 0; i < ALL; i++) {
            count.looked_at++;
            count.ready += FD_ISSET(fds[i], &readable) != 0;
        }
    }
    return count;
}
// --8<-- [end:select]

// --8<-- [start:poll]
static struct count ask_poll(const int *fds)
{
    struct count count = {0};
    struct pollfd list[ALL];
    for (int i = 0; i < ALL; i++)
        list[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};

    for (int question = 0; question < QUESTIONS; question++) {
        count.handed_over += ALL;
        die_if(poll(list, ALL, -1) < 0, "poll");
        for (int i = 0; i < ALL; i++) {
            count.looked_at++;
            count.ready += (list[i].revents & POLLIN) != 0;
        }
    }
    return count;
}
// --8<-- [end:poll]

// --8<-- [start:epoll]
static struct count ask_epoll(const int *fds)
{
    struct count count = {0};
    int epfd = epoll_create1(EPOLL_CLOEXEC);
    die_if(epfd < 0, "epoll_create1");
    for (int i = 0; i < ALL; i++) {
        struct epoll_event in = {.events = EPOLLIN, .data.fd = fds[i]};
        int failed = epoll_ctl(epfd, EPOLL_CTL_ADD, fds[i], &in);
        die_if(failed, "epoll_ctl");
        count.handed_over++;
    }

    for (int question = 0; question < QUESTIONS; question++) {
        struct epoll_event events[64];
        int n = epoll_wait(epfd, events, 64, -1);
        die_if(n < 0, "epoll_wait");
        for (int i = 0; i < n; i++) {
            count.looked_at++;
            count.ready += (events[i].events & EPOLLIN) != 0;
        }
    }
    close(epfd);
    return count;
}
// --8<-- [end:epoll]

int main(void)
{
    int idle[2], busy[2], fds[ALL];
    die_if(pipe(idle) < 0 || pipe(busy) < 0, "pipe");
    die_if(write(busy[1], "!", 1) < 0, "write");
    for (int i = 0; i < IDLE; i++) {
        fds[i] = dup(idle[0]);
        die_if(fds[i] < 0 || fds[i] >= FD_SETSIZE, "dup");
    }
    fds[IDLE] = busy[0];

    printf("%d idle, 1 ready, %d questions\n", IDLE, QUESTIONS);
    report("select", ask_select(fds));
    report("poll", ask_poll(fds));
    report("epoll", ask_epoll(fds));
}
