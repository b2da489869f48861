/* One-shot and worker threads: a connection has one owner at a time.
 *
 * The loop only waits and hands over. The event has disarmed the
 * connection, so no second worker can get it: what arrives meanwhile
 * waits in the kernel. The worker that has done its work re-arms it,
 * and that is its last step. So each connection is answered in order,
 * without a lock of its own.
 *
 *     cc -pthread -o pool pool.c && ./pool [PORT]
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WORKERS = 4, CHUNK = 4096 };
enum { MAX_FDS = 1024, MAX_EVENTS = 64 };

/* One peer, and what it has sent and not yet got back. */
struct connection {
    int fd;
    size_t length, sent;
    char data[CHUNK];
};

/* A ring. One-shot puts a connection in it at most once, so there is
 * room for all. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    size_t first, count;
    bool closed;
    struct connection *ready[MAX_FDS];
} jobs = {
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .filled = PTHREAD_COND_INITIALIZER,
};

static struct connection connections[MAX_FDS]; /* by fd */
static pthread_t workers[WORKERS];
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

// --8<-- [start:hand_over]
/* Its one event has come: from here one worker alone owns it. */
static void hand_over(struct connection *conn)
{
    pthread_mutex_lock(&jobs.lock);
    jobs.ready[(jobs.first + jobs.count) % MAX_FDS] = conn;
    jobs.count++;
    pthread_cond_signal(&jobs.filled);
    pthread_mutex_unlock(&jobs.lock);
}

static struct connection *next_job(void)
{
    struct connection *conn = NULL;
    pthread_mutex_lock(&jobs.lock);
    while (jobs.count == 0 && !jobs.closed)
        pthread_cond_wait(&jobs.filled, &jobs.lock);
    if (jobs.count > 0) {
        conn = jobs.ready[jobs.first];
        jobs.first = (jobs.first + 1) % MAX_FDS;
        jobs.count--;
    }
    pthread_mutex_unlock(&jobs.lock);
    return conn;
}
// --8<-- [end:hand_over]

/* Read once; false at the end of file, and if it is broken. */
static bool read_some(struct connection *conn)
{
    ssize_t n = read(conn->fd, conn->data, CHUNK);
    conn->sent = 0;
    conn->length = n > 0 ? n : 0;
    return n > 0 || (n < 0 && try_again());
}

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

// --8<-- [start:rearm]
/* Give it back to epoll, which reports at once what has come. MOD and
 * the wait take the same lock in the kernel (ep->mtx), so the next
 * worker sees all that this one has written. */
static void rearm(struct connection *conn)
{
    uint32_t mask = owes(conn) ? EPOLLOUT : EPOLLIN;
    control(EPOLL_CTL_MOD, conn->fd, mask | EPOLLONESHOT);
}
// --8<-- [end:rearm]

/* Unregister it, then close it. */
static void close_connection(struct connection *conn)
{
    control(EPOLL_CTL_DEL, conn->fd, 0);
    close(conn->fd);
}

// --8<-- [start:work]
/* Read if nothing is owed, then send; false when it is over. */
static bool handle(struct connection *conn)
{
    return (owes(conn) || read_some(conn)) && flush(conn);
}

/* What each worker does: own a connection, then let it go. */
static void *work(void *unused)
{
    struct connection *conn;
    while ((conn = next_job())) {
        if (handle(conn))
            rearm(conn); /* another worker may have it now */
        else
            close_connection(conn); /* its number may be in use again */
    }
    return unused;
}
// --8<-- [end:work]

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
    connections[fd] = (struct connection){.fd = fd};
    control(EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLONESHOT);
}

// --8<-- [start:loop]
/* Wait and hand over, until SIGTERM. */
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
                hand_over(&connections[fd]);
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
    sigprocmask(SIG_BLOCK, &set, NULL); /* the workers inherit it */
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static void start_workers(void)
{
    for (int i = 0; i < WORKERS; i++) {
        int failed = pthread_create(&workers[i], NULL, work, NULL);
        die_if(failed, "pthread_create");
    }
}

/* Each worker ends its last job first. */
static void stop_workers(void)
{
    pthread_mutex_lock(&jobs.lock);
    jobs.closed = true;
    pthread_cond_broadcast(&jobs.filled);
    pthread_mutex_unlock(&jobs.lock);
    for (int i = 0; i < WORKERS; i++)
        pthread_join(workers[i], NULL);
}

int main(int argc, char **argv)
{
    epfd = epoll_create1(EPOLL_CLOEXEC);
    die_if(epfd < 0, "epoll_create1");
    sigterm = open_sigterm();
    control(EPOLL_CTL_ADD, sigterm, EPOLLIN);
    listener = listen_on(argc > 1 ? atoi(argv[1]) : 0);
    control(EPOLL_CTL_ADD, listener, EPOLLIN);
    start_workers();
    loop();
    stop_workers();
}
