/*
 * The floor under every proxy: accept, connect, then bytes from one socket to the other, as they come. It
 * reads no HTTP, keeps no time and writes no log; what it costs, each program that stands here costs.
 *
 * splice LISTEN_PORT UPSTREAM_PORT, both on 127.0.0.1; one thread. Not for anything but measuring.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_BYTES = 64 * 1024, EVENTS_MAX = 256, BACKLOG = 4096 };

struct pair;

/* One of the two sockets of a pair, and what its peer did not take yet. */
struct side {
  struct pair *pair;
  struct side *peer;
  int fd;
  unsigned interest;
  int ended; /* its FIN was read and passed on */
  char *waiting;
  size_t waiting_from, waiting_to;
};

struct pair {
  struct side client, server;
  struct pair *next_dead;
};

static int epoll_fd;
static struct sockaddr_in upstream;
static char buffer[BUFFER_BYTES];
/* Freed behind a round of events, since later ones of the same round may name them. */
static struct pair *dead;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void watch(struct side *side, unsigned interest) {
  if (side->interest == interest) return;
  struct epoll_event event = {.events = interest, .data.ptr = side};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_MOD, side->fd, &event) < 0) die("epoll_ctl");
  side->interest = interest;
}

static void close_pair(struct pair *pair) {
  if (pair->client.fd < 0) return;
  close(pair->client.fd);
  close(pair->server.fd);
  pair->client.fd = pair->server.fd = -1;
  pair->next_dead = dead;
  dead = pair;
}

static void free_dead(void) {
  while (dead) {
    struct pair *pair = dead;
    dead = pair->next_dead;
    free(pair->client.waiting);
    free(pair->server.waiting);
    free(pair);
  }
}

/* What could not be written waits at the reader, which is not read again until it is gone. */
static void keep(struct side *from, const char *rest, size_t count) {
  if (!from->waiting && !(from->waiting = malloc(BUFFER_BYTES))) die("malloc");
  memcpy(from->waiting, rest, count);
  from->waiting_from = 0;
  from->waiting_to = count;
  watch(from, from->interest & ~EPOLLIN);
  watch(from->peer, from->peer->interest | EPOLLOUT);
}

static void readable(struct side *from) {
  ssize_t count = recv(from->fd, buffer, sizeof buffer, 0);
  if (count < 0) {
    if (errno != EAGAIN && errno != EINTR) close_pair(from->pair);
    return;
  }
  if (count == 0) {
    from->ended = 1;
    if (from->peer->ended) {
      close_pair(from->pair);
      return;
    }
    shutdown(from->peer->fd, SHUT_WR);
    watch(from, from->interest & ~EPOLLIN);
    return;
  }
  ssize_t sent = send(from->peer->fd, buffer, (size_t)count, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) {
    close_pair(from->pair);
  } else if (sent < count) {
    keep(from, buffer + (sent < 0 ? 0 : sent), (size_t)(count - (sent < 0 ? 0 : sent)));
  }
}

static void writable(struct side *to) {
  struct side *from = to->peer;
  size_t left = from->waiting_to - from->waiting_from;
  if (left > 0) {
    ssize_t sent = send(to->fd, from->waiting + from->waiting_from, left, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno != EAGAIN) close_pair(to->pair);
      return;
    }
    from->waiting_from += (size_t)sent;
    if ((size_t)sent < left) return;
  }
  watch(to, to->interest & ~EPOLLOUT);
  if (!from->ended) watch(from, from->interest | EPOLLIN);
}

static void add(struct pair *pair, struct side *side, struct side *peer, int fd, unsigned interest) {
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  *side = (struct side){.pair = pair, .peer = peer, .fd = fd, .interest = interest};
  struct epoll_event event = {.events = interest, .data.ptr = side};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
}

static void accept_all(int listener) {
  for (;;) {
    int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (client < 0) return;
    int server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (server < 0
        || (connect(server, (struct sockaddr *)&upstream, sizeof upstream) < 0 && errno != EINPROGRESS)) {
      close(client);
      if (server >= 0) close(server);
      continue;
    }
    struct pair *pair = calloc(1, sizeof *pair);
    if (!pair) die("calloc");
    add(pair, &pair->client, &pair->server, client, EPOLLIN);
    add(pair, &pair->server, &pair->client, server, EPOLLIN);
  }
}

static int listen_at(int port) {
  int on = 1;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0
      || bind(listener, (struct sockaddr *)&here, sizeof here) < 0 || listen(listener, BACKLOG) < 0) {
    die("listen");
  }
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &event) < 0) die("epoll_ctl");
  return listener;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: splice LISTEN_PORT UPSTREAM_PORT\n");
    return 2;
  }
  upstream.sin_family = AF_INET;
  upstream.sin_port = htons((unsigned short)atoi(argv[2]));
  upstream.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if ((epoll_fd = epoll_create1(EPOLL_CLOEXEC)) < 0) die("epoll_create1");
  int listener = listen_at(atoi(argv[1]));
  struct epoll_event events[EVENTS_MAX];
  for (;;) {
    int count = epoll_wait(epoll_fd, events, EVENTS_MAX, -1);
    if (count < 0 && errno != EINTR) die("epoll_wait");
    for (int i = 0; i < count; i++) {
      struct side *side = events[i].data.ptr;
      if (!side) {
        accept_all(listener);
        continue;
      }
      if (side->fd >= 0 && (events[i].events & EPOLLOUT)) writable(side);
      if (side->fd >= 0 && (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) readable(side);
    }
    free_dead();
  }
}
