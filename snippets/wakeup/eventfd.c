/* Another thread wakes a loop that sleeps in epoll_wait.
 *
 * The bell is an eventfd. Who has a job puts it in the mailbox first
 * and rings then; the loop resets the bell first and empties the
 * mailbox then. In this order no job is left behind while the loop
 * sleeps. Rings add up: three before the loop wakes are one event.
 *
 *     cc -pthread -o eventfd eventfd.c && ./eventfd
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { MAX_JOBS = 8 };

static struct {
    pthread_mutex_t lock;
    int count;
    const char *jobs[MAX_JOBS];
} mailbox = {.lock = PTHREAD_MUTEX_INITIALIZER};

static sem_t emptied;
static int epfd, bell;

static void die_if(bool failed, const char *what)
{
    if (failed) {
        perror(what);
        exit(EXIT_FAILURE);
    }
}

// --8<-- [start:create]
static void create(void)
{
    epfd = epoll_create1(EPOLL_CLOEXEC);
    die_if(epfd < 0, "epoll_create1");
    bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    die_if(bell < 0, "eventfd");
    struct epoll_event event = {.events = EPOLLIN, .data.fd = bell};
    int failed = epoll_ctl(epfd, EPOLL_CTL_ADD, bell, &event);
    die_if(failed, "epoll_ctl");
}
// --8<-- [end:create]

// --8<-- [start:wake]
/* Hand a job to the loop; any thread may call this. */
static void post(const char *job)
{
    pthread_mutex_lock(&mailbox.lock);
    die_if(mailbox.count == MAX_JOBS, "mailbox full");
    mailbox.jobs[mailbox.count++] = job;
    pthread_mutex_unlock(&mailbox.lock);
    eventfd_write(bell, 1);
}
// --8<-- [end:wake]

// --8<-- [start:loop]
/* Empty the mailbox; how many jobs it held. */
static int take_jobs(const char *jobs[MAX_JOBS])
{
    pthread_mutex_lock(&mailbox.lock);
    int count = mailbox.count;
    memcpy(jobs, mailbox.jobs, sizeof mailbox.jobs);
    mailbox.count = 0;
    pthread_mutex_unlock(&mailbox.lock);
    return count;
}

/* Do them without the lock, so that a job may post another one; false
 * when told to stop. */
static bool do_jobs(void)
{
    const char *jobs[MAX_JOBS];
    int count = take_jobs(jobs);
    bool go_on = true;
    for (int i = 0; i < count; i++) {
        printf("  job: %s\n", jobs[i]);
        go_on = go_on && strcmp(jobs[i], "stop") != 0;
    }
    return go_on;
}

/* Sleep until the bell rings, do what is in the mailbox. */
static void loop(void)
{
    bool go_on = true;
    while (go_on) {
        struct epoll_event event;
        eventfd_t rings;
        int n = epoll_wait(epfd, &event, 1, -1);
        die_if(n < 0 && errno != EINTR, "epoll_wait");
        if (eventfd_read(bell, &rings) < 0) continue; /* a signal */
        printf("woken, rings: %d\n", (int)rings);
        go_on = do_jobs();
        sem_post(&emptied);
    }
}
// --8<-- [end:loop]

/* Post one job at a time, each when the last one is done. */
static void *helper(void *unused)
{
    sem_wait(&emptied);
    post("telegram");
    sem_wait(&emptied);
    post("stop");
    return unused;
}

int main(void)
{
    create();
    sem_init(&emptied, 0, 0);
    post("letter");
    post("card");
    post("parcel");
    pthread_t thread;
    int failed = pthread_create(&thread, NULL, helper, NULL);
    die_if(failed, "pthread_create");
    loop();
    pthread_join(thread, NULL);
    close(bell);
    close(epfd);
}
