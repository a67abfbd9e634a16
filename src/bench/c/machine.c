/*
 * What this machine's basic steps cost, without which no figure of the benchmark can be read: how
 * far its cores are from each other, how dear a system call is, and how dear the first touch of a
 * page. Prints one JSON object, in about half a second.
 * Build: gcc -O2 -o machine machine.c
 * Run: machine DIRECTORY (in memory) DIRECTORY (on a disk)
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
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096
#define FILE_BYTES (32u << 20)
#define COPY_BYTES (1u << 26)
#define CALLS 200000
#define TURNS 200000

struct shared {
  _Alignas(128) _Atomic uint64_t ping;
  _Alignas(128) _Atomic uint64_t pong;
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static void need(int ok, const char *what) {
  if (!ok) {
    perror(what);
    exit(1);
  }
}

static void pin(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  sched_setaffinity(0, sizeof set, &set);
}

static double line_round_trip_ns(void) {
  struct shared *s =
      mmap(0, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  need(s != MAP_FAILED, "mmap");
  pid_t pid = fork();
  need(pid >= 0, "fork");
  pin(pid == 0 ? 1 : 0);
  if (pid == 0) {
    for (uint64_t i = 1; i <= TURNS; i++) {
      while (atomic_load_explicit(&s->ping, memory_order_acquire) != i) {
      }
      atomic_store_explicit(&s->pong, i, memory_order_release);
    }
    _exit(0);
  }
  double start = now();
  for (uint64_t i = 1; i <= TURNS; i++) {
    atomic_store_explicit(&s->ping, i, memory_order_release);
    while (atomic_load_explicit(&s->pong, memory_order_acquire) != i) {
    }
  }
  double took = now() - start;
  int status;
  need(waitpid(pid, &status, 0) == pid && status == 0, "child");
  return took / TURNS * 1e9;
}

static double getpid_ns(void) {
  double start = now();
  for (int i = 0; i < CALLS; i++) {
    syscall(SYS_getpid);
  }
  return (now() - start) / CALLS * 1e9;
}

static double sched_yield_ns(void) {
  double start = now();
  for (int i = 0; i < CALLS; i++) {
    sched_yield();
  }
  return (now() - start) / CALLS * 1e9;
}

/* The first touch of each page of a mapping: reads when nothing is to be written. */
static double touch_ns(int fd, int protection) {
  char *p = mmap(0, FILE_BYTES, protection, MAP_SHARED, fd, 0);
  need(p != MAP_FAILED, "mmap");
  double start = now();
  long sum = 0;
  for (size_t i = 0; i < FILE_BYTES; i += PAGE) {
    sum += *(volatile char *)(p + i);
    if (protection & PROT_WRITE) {
      *(volatile char *)(p + i) = 1;
    }
  }
  double took = now() - start;
  munmap(p, FILE_BYTES);
  return took / (FILE_BYTES / PAGE) * 1e9;
}

static void touches(const char *directory, const char *where) {
  char path[4096];
  snprintf(path, sizeof path, "%s/machine-%d", directory, getpid());
  int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
  need(fd >= 0, path);
  unlink(path);
  need(posix_fallocate(fd, 0, FILE_BYTES) == 0, "posix_fallocate");
  /* Space is reserved, and no page of it has been used. */
  double fresh = touch_ns(fd, PROT_READ | PROT_WRITE);
  /* From here on its pages are there, and only the mapping is new. */
  printf(",\"firstTouchFresh%sNs\":%.0f", where, fresh);
  printf(",\"firstTouchReadOnly%sNs\":%.0f", where, touch_ns(fd, PROT_READ));
  printf(",\"firstTouchReadWrite%sNs\":%.0f", where, touch_ns(fd, PROT_READ | PROT_WRITE));
  close(fd);
}

static double memcpy_bytes_per_second(void) {
  static char from[COPY_BYTES], to[COPY_BYTES];
  memset(from, 1, sizeof from);
  memset(to, 2, sizeof to);
  double start = now();
  for (int i = 0; i < 4; i++) {
    memcpy(to, from, sizeof to);
    __asm__ volatile("" ::"r"(to) : "memory");
  }
  return 4.0 * sizeof to / (now() - start);
}

int main(int argc, char **argv) {
  need(argc == 3, "two directories are needed");
  printf("{\"lineRoundTripNs\":%.1f", line_round_trip_ns());
  printf(",\"getpidNs\":%.0f", getpid_ns());
  printf(",\"schedYieldNs\":%.0f", sched_yield_ns());
  touches(argv[1], "");
  touches(argv[2], "Disk");
  printf(",\"memcpyBytesPerSecond\":%.0f}\n", memcpy_bytes_per_second());
  return 0;
}
