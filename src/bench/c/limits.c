/*
 * What this machine gives to a C program: the limits that the benchmark's ratios refer to.
 * Two processes, each on a core of its own. Prints one JSON object.
 * Build: gcc -O2 -o limits limits.c
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RING (1u << 20)
#define MESSAGE 64
/* A message of the Java ring has a header, and is published together with others. */
#define HEADER 8
#define RECORD (HEADER + MESSAGE)
#define BATCH 32
#define POLL 16384
#define BULK 65536

struct shared {
  _Alignas(128) _Atomic uint64_t ping;
  _Alignas(128) _Atomic uint64_t pong;
  _Alignas(128) _Atomic uint64_t head;
  _Alignas(128) _Atomic uint64_t tail;
  _Alignas(128) char data[RING];
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static void pin(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  sched_setaffinity(0, sizeof set, &set);
}

static void need(int ok, const char *what) {
  if (!ok) {
    perror(what);
    exit(1);
  }
}

/* A child on the second core; the parent stays on the first. */
static pid_t child(void) {
  fflush(stdout);
  pid_t pid = fork();
  need(pid >= 0, "fork");
  pin(pid == 0 ? 1 : 0);
  return pid;
}

static void await(pid_t pid) {
  int status;
  need(waitpid(pid, &status, 0) == pid && status == 0, "child");
}

static double line_round_trip_ns(struct shared *s, long n) {
  s->ping = s->pong = 0;
  pid_t pid = child();
  if (pid == 0) {
    for (long i = 1; i <= n; i++) {
      while (atomic_load_explicit(&s->ping, memory_order_acquire) != (uint64_t)i) {
      }
      atomic_store_explicit(&s->pong, i, memory_order_release);
    }
    _exit(0);
  }
  double start = now();
  for (long i = 1; i <= n; i++) {
    atomic_store_explicit(&s->ping, i, memory_order_release);
    while (atomic_load_explicit(&s->pong, memory_order_acquire) != (uint64_t)i) {
    }
  }
  double took = now() - start;
  await(pid);
  return took / n * 1e9;
}

/* A record is in one piece: what is left at the end of the ring stays unused. */
static uint64_t fitting(uint64_t at) {
  uint64_t left = RING - (at & (RING - 1));
  return left < RECORD ? at + left : at;
}

static void take_all(struct shared *s, long n) {
  uint64_t head = 0, tail = 0;
  volatile long sum = 0;
  for (long i = 0; i < n;) {
    while (head == tail) {
      tail = atomic_load_explicit(&s->tail, memory_order_acquire);
    }
    for (uint64_t start = head; head != tail && head - start < POLL; i++) {
      head = fitting(head);
      sum += *(long *)(s->data + (head & (RING - 1)) + HEADER);
      head += RECORD;
    }
    atomic_store_explicit(&s->head, head, memory_order_release);
  }
}

/* As the Java ring does it: records with a header, so many of them published together. */
static double ring_rate(struct shared *s, long n, int batch) {
  s->head = s->tail = 0;
  pid_t pid = child();
  if (pid == 0) {
    take_all(s, n);
    _exit(0);
  }
  char message[MESSAGE] = {1};
  uint64_t head = 0, tail = 0;
  double start = now();
  for (long i = 1; i <= n; i++) {
    uint64_t record = fitting(tail);
    if (record + RECORD - head > RING) {
      /* The reader may wait for what is not published yet. */
      atomic_store_explicit(&s->tail, tail, memory_order_release);
      do {
        head = atomic_load_explicit(&s->head, memory_order_acquire);
      } while (record + RECORD - head > RING);
    }
    char *at = s->data + (record & (RING - 1));
    *(uint64_t *)at = MESSAGE;
    memcpy(at + HEADER, message, MESSAGE);
    tail = record + RECORD;
    if (i % batch == 0 || i == n) {
      atomic_store_explicit(&s->tail, tail, memory_order_release);
    }
  }
  await(pid);
  return n / (now() - start);
}

static double pipe_round_trip_ns(long n) {
  int there[2], back[2];
  char c[MESSAGE] = {0};
  need(pipe(there) == 0 && pipe(back) == 0, "pipe");
  pid_t pid = child();
  if (pid == 0) {
    for (long i = 0; i < n; i++) {
      need(read(there[0], c, MESSAGE) == MESSAGE, "read");
      need(write(back[1], c, MESSAGE) == MESSAGE, "write");
    }
    _exit(0);
  }
  double start = now();
  for (long i = 0; i < n; i++) {
    need(write(there[1], c, MESSAGE) == MESSAGE, "write");
    need(read(back[0], c, MESSAGE) == MESSAGE, "read");
  }
  double took = now() - start;
  await(pid);
  close(there[0]), close(there[1]), close(back[0]), close(back[1]);
  return took / n * 1e9;
}

static double pipe_bytes_per_second(long n) {
  static char c[BULK];
  int p[2];
  need(pipe(p) == 0, "pipe");
  fcntl(p[0], F_SETPIPE_SZ, 1 << 20);
  pid_t pid = child();
  if (pid == 0) {
    for (long left = n * BULK; left > 0;) {
      long k = read(p[0], c, BULK);
      need(k > 0, "read");
      left -= k;
    }
    _exit(0);
  }
  double start = now();
  for (long i = 0; i < n; i++) {
    for (long done = 0; done < BULK;) {
      long k = write(p[1], c + done, BULK - done);
      need(k > 0, "write");
      done += k;
    }
  }
  await(pid);
  double took = now() - start;
  close(p[0]), close(p[1]);
  return (double)n * BULK / took;
}

static double memcpy_bytes_per_second(int n) {
  static char from[1 << 26], to[1 << 26];
  memset(from, 1, sizeof from);
  memset(to, 2, sizeof to);
  double start = now();
  for (int i = 0; i < n; i++) {
    memcpy(to, from, sizeof to);
    __asm__ volatile("" ::"r"(to) : "memory");
  }
  return (double)n * sizeof to / (now() - start);
}

int main(int argc, char **argv) {
  int scale = argc > 1 ? atoi(argv[1]) : 10;
  struct shared *s =
      mmap(0, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  need(s != MAP_FAILED, "mmap");
  memset(s, 0, sizeof *s);
  printf("{\"lineRoundTripNs\":%.1f", line_round_trip_ns(s, scale * 200000L));
  printf(",\"ringRate\":%.0f", ring_rate(s, scale * 3000000L, BATCH));
  printf(",\"ringPublishEachRate\":%.0f", ring_rate(s, scale * 1000000L, 1));
  printf(",\"pipeRoundTripNs\":%.0f", pipe_round_trip_ns(scale * 1000L));
  printf(",\"pipeBytesPerSecond\":%.0f", pipe_bytes_per_second(scale * 1600L));
  printf(",\"memcpyBytesPerSecond\":%.0f}\n", memcpy_bytes_per_second(scale));
  return 0;
}
