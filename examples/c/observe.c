/*
 * Looks at what vertx-ipc puts into shared memory and message queues, after docs/wire.md and docs/links.md.
 *
 *   cc -o observe observe.c
 *   ./observe ring FILE   the frames that wait in a ring of transport shm (a file that ends in .ring)
 *   ./observe sysv ID     the same, in a System V segment (the id is in a file that ends in .sysv)
 *   ./observe queue NAME  takes the messages of a POSIX queue until one is "end"
 *
 * A ring is mapped read-only: nobody notices, and nothing can be spoilt. What is shown are the records between the
 * reader's position and the first that is not published; while both sides run, they change under our eyes.
 */
#include <fcntl.h>
#include <mqueue.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>

enum { VERSION = 8, CAPACITY = 16, TAIL = 128, HEAD = 256, DATA = 1024 };
enum { TYPE_DATA = 1 };
enum { HELLO = 1, SEND = 6, PUBLISH = 7, REQUEST = 8, REPLY = 9, TEXT = 2, USER_CODEC = 255 };

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static uint64_t load(const uint8_t *at) { return __atomic_load_n((const uint64_t *)at, __ATOMIC_ACQUIRE); }

static uint32_t le(const uint8_t *at, int bytes) {
  uint32_t value = 0;
  for (int i = bytes - 1; i >= 0; i--) value = value << 8 | at[i];
  return value;
}

/* The body of a message of type text, or NULL. */
static const uint8_t *text(const uint8_t *frame, uint32_t length, uint32_t *text_length) {
  uint32_t at = frame[0] == SEND ? 8 : frame[0] == REPLY ? 24 : 16;
  if (frame[0] < SEND || frame[0] > REPLY || frame[1] != TEXT || length < at) return NULL;
  for (uint32_t headers = le(frame + 2, 2); headers > 0; headers--) {
    if (length - at < 2) return NULL;
    at += 2 + le(frame + at, 2);
    if (at > length || length - at < 4) return NULL;
    uint32_t value = le(frame + at, 4);
    if (value > length - at - 4) return NULL;
    at += 4 + value;
  }
  *text_length = length - at;
  return frame + at;
}

static void ring(const uint8_t *base, uint64_t size) {
  if (size < DATA || memcmp(base, "VXIPCRNG", 8) != 0) {
    fprintf(stderr, "not a ring\n");
    exit(1);
  }
  uint64_t capacity = load(base + CAPACITY);
  uint32_t version = *(const uint32_t *)(base + VERSION);
  if (version != 2 || capacity < 4096 || (capacity & (capacity - 1)) != 0 || capacity > size - DATA) {
    fprintf(stderr, "ring of version %u and capacity %llu\n", version, (unsigned long long)capacity);
    exit(1);
  }
  uint64_t head = load(base + HEAD);
  printf("capacity %llu, %llu bytes wait\n", (unsigned long long)capacity,
         (unsigned long long)(load(base + TAIL) - head));
  for (uint64_t position = head; position - head < capacity;) {
    uint64_t index = position & (capacity - 1);
    const uint8_t *record = base + DATA + index;
    uint64_t header = load(record);
    if (header == 0) break;
    uint32_t length = (uint32_t)header, type = (uint32_t)(header >> 32);
    if (length > capacity - index - 8) {
      fprintf(stderr, "impossible record of %u bytes\n", length);
      exit(1);
    }
    if (type == TYPE_DATA && length >= 4) {
      uint32_t text_length;
      const uint8_t *body = text(record + 8, length, &text_length);
      printf("kind %u, %u bytes", record[8], length);
      if (body != NULL) printf(": %.*s", (int)text_length, (const char *)body);
      printf("\n");
    }
    position += (length + 8 + 7) & ~7ull;
  }
}

static void queue(const char *name) {
  mqd_t q = mq_open(name, O_RDONLY);
  struct mq_attr attributes;
  if (q == (mqd_t)-1 || mq_getattr(q, &attributes) < 0) fail(name);
  char *message = malloc(attributes.mq_msgsize);
  for (;;) {
    unsigned priority;
    ssize_t length = mq_receive(q, message, attributes.mq_msgsize, &priority);
    if (length < 0) fail("mq_receive");
    if (length == 3 && memcmp(message, "end", 3) == 0) break;
    printf("priority %u: %.*s\n", priority, (int)length, message);
  }
  free(message);
  mq_close(q);
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: observe ring FILE | sysv ID | queue NAME\n");
    return 2;
  }
  if (strcmp(argv[1], "queue") == 0) {
    queue(argv[2]);
  } else if (strcmp(argv[1], "sysv") == 0) {
    int id = atoi(argv[2]);
    struct shmid_ds status;
    const uint8_t *base = shmat(id, NULL, SHM_RDONLY);
    if (base == (void *)-1 || shmctl(id, IPC_STAT, &status) < 0) fail(argv[2]);
    ring(base, status.shm_segsz);
  } else {
    int fd = open(argv[2], O_RDONLY);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) < 0) fail(argv[2]);
    const uint8_t *base = mmap(NULL, status.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (base == MAP_FAILED) fail("mmap");
    ring(base, status.st_size);
  }
  return 0;
}
