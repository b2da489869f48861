/* Find who keeps a phantom alive, and delete it without the instance.
 *
 * An eventfd is watched, a child is forked, the eventfd is closed. The
 * child's copy keeps the watch alive, and the next eventfd gets the
 * same number. The inode cannot tell the two files apart, for all
 * eventfds share one. kcmp(2) compares the files; pidfd_getfd(2)
 * fetches the copy from the child, and put back under its number it
 * can be deleted.
 *
 * Linux 5.6 or later, and the right to trace the other process.
 *
 *     cc -o retrieve retrieve.c && ./retrieve
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KCMP_EPOLL_TFD = 7 };

/* Which watch: struct kcmp_epoll_slot of linux/kcmp.h. */
struct slot {
    uint32_t efd, tfd, toff;
};

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

static unsigned long inode_of(int fd)
{
    struct stat about;
    die_if(fstat(fd, &about) < 0, "fstat");
    return about.st_ino;
}

// --8<-- [start:compare]
/* Whether that descriptor is the file that is watched as tfd. */
static bool is_watched(pid_t pid, int fd, int tfd)
{
    struct slot slot = {.efd = epfd, .tfd = tfd};
    slot.toff = 0; /* the first one of tfd */
    long order = syscall(SYS_kcmp, pid, getpid(), KCMP_EPOLL_TFD,
                         (unsigned long)fd, &slot);
    die_if(order < 0, "kcmp");
    return order == 0; /* other results only sort the two files */
}
// --8<-- [end:compare]

// --8<-- [start:find]
/* The descriptor by which that process holds the watched file. */
static int find_copy(pid_t pid, int tfd)
{
    char path[64];
    int found = -1;
    snprintf(path, sizeof path, "/proc/%d/fd", pid);
    DIR *folder = opendir(path);
    die_if(!folder, path);
    for (struct dirent *each; (each = readdir(folder)) && found < 0;)
        if (each->d_name[0] != '.' &&
            is_watched(pid, atoi(each->d_name), tfd))
            found = atoi(each->d_name);
    closedir(folder);
    return found;
}
// --8<-- [end:find]

// --8<-- [start:fetch]
/* A copy of another process's descriptor. */
static int fetch(pid_t pid, int fd)
{
    int pidfd = syscall(SYS_pidfd_open, pid, 0);
    die_if(pidfd < 0, "pidfd_open");
    int copy = syscall(SYS_pidfd_getfd, pidfd, fd, 0);
    die_if(copy < 0, "pidfd_getfd");
    close(pidfd);
    return copy;
}
// --8<-- [end:fetch]

// --8<-- [start:unregister]
/* DEL the watched file, under a number that has a new owner. */
static void unregister(int tfd, int copy)
{
    int newcomer = fcntl(tfd, F_DUPFD_CLOEXEC, 0);
    die_if(newcomer < 0, "fcntl");
    die_if(dup3(copy, tfd, O_CLOEXEC) < 0, "dup3");
    int failed = epoll_ctl(epfd, EPOLL_CTL_DEL, tfd, NULL);
    die_if(failed, "epoll_ctl");
    die_if(dup3(newcomer, tfd, O_CLOEXEC) < 0, "dup3");
    close(newcomer);
    close(copy);
}
// --8<-- [end:unregister]

int main(void)
{
    char text[64];
    epfd = epoll_create1(EPOLL_CLOEXEC);
    die_if(epfd < 0, "epoll_create1");
    int fd = eventfd(0, EFD_CLOEXEC);
    die_if(fd < 0, "eventfd");
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    int failed = epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event);
    die_if(failed, "epoll_ctl");
    unsigned long inode = inode_of(fd);
    pid_t child = fork();
    die_if(child < 0, "fork");
    if (child == 0) {
        alarm(60); /* should we end before we kill it */
        pause();
    }
    close(fd);
    snprintf(text, sizeof text, "fork, close %d", fd);
    show(text);

    int newcomer = eventfd(0, EFD_CLOEXEC);
    die_if(newcomer < 0, "eventfd");
    printf("a new eventfd has number %d\n", newcomer);
    bool same = inode_of(newcomer) == inode;
    printf("  the same inode: %s\n", same ? "True" : "False");
    same = is_watched(getpid(), newcomer, fd);
    printf("  the same file: %s\n", same ? "True" : "False");

    int its = find_copy(child, fd);
    die_if(its < 0, "the child does not hold it");
    printf("the child holds the watched file as %d\n", its);
    unregister(fd, fetch(child, its));
    snprintf(text, sizeof text, "fetch %d, DEL %d", its, fd);
    show(text);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(newcomer);
    close(epfd);
}
