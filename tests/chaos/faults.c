/* Preloaded into the program under test: turns the wall clock, makes the writes of its database fail or take long, keeps it from
   locking and from beginning threads, and its resolver from answering, as the file named by DEMO_FAULTS says, which the test
   changes while the program runs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct faults {
  volatile int64_t clock_shift_seconds;
  volatile int32_t write_errno;
  volatile int32_t sync_errno;
  volatile int32_t sync_milliseconds;
  volatile int32_t lock_errno;
  volatile int32_t threads; /* so many may be begun; 0: any number */
  volatile int32_t resolver_hangs;
};

static struct faults none;
static struct faults *faults = &none;

static ssize_t (*real_pwrite64)(int, const void *, size_t, off64_t);
static int (*real_fdatasync)(int);
static int (*real_fsync)(int);
static int (*real_clock_gettime)(clockid_t, struct timespec *);
static int (*real_flock)(int, int);
static int (*real_pthread_create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

__attribute__((constructor)) static void begin(void) {
  real_pwrite64 = dlsym(RTLD_NEXT, "pwrite64");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  real_flock = dlsym(RTLD_NEXT, "flock");
  real_pthread_create = dlsym(RTLD_NEXT, "pthread_create");
  const char *name = getenv("DEMO_FAULTS");
  const int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *mapped = mmap(NULL, sizeof(struct faults), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (mapped != MAP_FAILED) faults = mapped;
}

/* Only the database is written at positions; logs and sockets are not. */
ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t offset) {
  if (faults->write_errno) return errno = faults->write_errno, -1;
  return real_pwrite64(file, bytes, size, offset);
}

/* As long as the disk is slow, and no longer. */
static void take_time(void) {
  for (int taken = 0; taken < faults->sync_milliseconds; taken += 10) usleep(10000);
}

int fdatasync(int file) {
  take_time();
  if (faults->sync_errno) return errno = faults->sync_errno, -1;
  return real_fdatasync(file);
}

int fsync(int file) {
  take_time();
  if (faults->sync_errno) return errno = faults->sync_errno, -1;
  return real_fsync(file);
}

int flock(int file, int operation) {
  if (faults->lock_errno) return errno = faults->lock_errno, -1;
  return real_flock(file, operation);
}

int pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict how, void *(*work)(void *), void *restrict given) {
  static atomic_int begun;
  if (faults->threads && atomic_fetch_add(&begun, 1) >= faults->threads) return EAGAIN;
  return real_pthread_create(thread, how, work, given);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  if (!real_clock_gettime) real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  const int status = real_clock_gettime(clock, now);
  if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += faults->clock_shift_seconds;
  }
  return status;
}

time_t time(time_t *out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out) *out = now.tv_sec;
  return now.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
  (void)zone;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / 1000;
  return 0;
}

/* As a resolver that never answers, for as long as the test wants. */
static void await_resolver(void) {
  while (faults->resolver_hangs) usleep(10000);
}

int res_nsearch(void *state, const char *name, int class, int type, unsigned char *answer, int size) {
  await_resolver();
  int (*real)(void *, const char *, int, int, unsigned char *, int) = dlsym(RTLD_NEXT, "res_nsearch");
  return real(state, name, class, type, answer, size);
}
