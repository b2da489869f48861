/* Without close-on-exec a started program gets our epoll.
 *
 * breaks: EP014
 *
 * The program that exec starts finds an epoll instance it knows nothing
 * about: it can wait on it, change it, and keeps it alive.
 *
 * fork() always hands the epoll descriptor on; exec() closes it if it
 * is marked close-on-exec. The program starts itself once more and
 * looks into /proc/self/fd, before and after.
 *
 *     cc -o exec exec_broken_no_cloexec.c && ./exec
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

static void die_if(bool failed, const char *what)
{
    if (failed) {
        perror(what);
        exit(EXIT_FAILURE);
    }
}

// --8<-- [start:create]
/* The bug: every program that we start gets this one too. */
static int create(void)
{
    int epfd = epoll_create1(0);
    die_if(epfd < 0, "epoll_create1");
    return epfd;
}
// --8<-- [end:create]

// --8<-- [start:exec]
/* Start this program anew, as the helper that only looks. */
static int start_another(const char *program)
{
    int status = 0;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        die_if(execl("/proc/self/exe", program, "after", NULL), "exec");
    die_if(pid < 0 || waitpid(pid, &status, 0) < 0, "fork, waitpid");
    return WEXITSTATUS(status);
}
// --8<-- [end:exec]

// --8<-- [start:check]
/* Count the epoll instances among our descriptors. */
static void check(const char *when)
{
    int epolls = 0;
    DIR *descriptors = opendir("/proc/self/fd");
    die_if(!descriptors, "/proc/self/fd");
    for (struct dirent *d; (d = readdir(descriptors));) {
        char link[64] = "";
        if (readlinkat(dirfd(descriptors), d->d_name, link, 63) > 0)
            epolls += strcmp(link, "anon_inode:[eventpoll]") == 0;
    }
    closedir(descriptors);
    printf("%s exec, epoll instances: %d\n", when, epolls);
}
// --8<-- [end:check]

int main(int argc, char **argv)
{
    if (argc > 1) {
        check("after");
        return 0;
    }
    int epfd = create();
    check("before");
    int status = start_another(argv[0]);
    close(epfd);
    return status;
}
