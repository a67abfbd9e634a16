package org.vertxipc.posix.libc;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.IgnoreError;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import jnr.ffi.types.u_int64_t;

/**
 * The calls of the C library that jnr-posix does not offer, or offers only with an extra copy or
 * without a command that is needed ({@code fcntl}). All others are made by jnr-posix.
 */
@SuppressWarnings("exports") // It is public only because jnr-ffi needs that.
public interface LibC {
  /** The one instance, bound on first use. */
  LibC INSTANCE = LibraryLoader.create(LibC.class).load("c");

  /** {@code read(2)} into raw memory. */
  @ssize_t
  long read(int fd, @u_int64_t long address, @size_t long length);

  /** {@code write(2)} from raw memory. */
  @ssize_t
  long write(int fd, @u_int64_t long address, @size_t long length);

  /** {@code pwrite(2)} from raw memory. */
  @ssize_t
  long pwrite(int fd, @u_int64_t long address, @size_t long length, @off_t long offset);

  /** {@code fcntl(2)} with an integer argument. */
  int fcntl(int fd, int command, @u_int64_t long argument);

  /** {@code fcntl(2)} with a structure. */
  int fcntl(int fd, int command, Pointer argument);

  /** {@code ioctl(2)} with the address of an argument. */
  int ioctl(int fd, @u_int64_t long request, Pointer argument);

  /** {@code posix_fallocate(3)}: returns the error instead of setting errno. */
  int posix_fallocate(int fd, @off_t long offset, @off_t long length);

  /**
   * {@code mmap(2)}. The address is a pointer and not a number because jffi passes six plain
   * numbers incorrectly (the kernel returns EINVAL).
   */
  @u_int64_t
  long mmap(
      Pointer address, @size_t long length, int protection, int flags, int fd, @off_t long offset);

  /** {@code munmap(2)}. */
  int munmap(@u_int64_t long address, @size_t long length);

  /** {@code getpid(2)}: the cheapest call, made to bind the library. */
  @IgnoreError
  int getpid();

  /** {@code ftok(3)}. */
  int ftok(String path, int project);

  /** {@code shmget(2)}. */
  int shmget(int key, @size_t long size, int flags);

  /** {@code shmat(2)}: -1 when it fails. */
  @u_int64_t
  long shmat(int id, Pointer address, int flags);

  /** {@code shmdt(2)}. */
  int shmdt(@u_int64_t long address);

  /** {@code shmctl(2)}. */
  int shmctl(int id, int command, Pointer status);

  /** {@code memfd_create(2)}. */
  int memfd_create(String name, int flags);

  /** {@code mq_open(3)}. */
  int mq_open(String name, int flags, int mode, Pointer attributes);

  /** {@code mq_getattr(3)}. */
  int mq_getattr(int queue, Pointer attributes);

  /** {@code mq_send(3)}. */
  int mq_send(int queue, @u_int64_t long address, @size_t long length, int priority);

  /** {@code mq_receive(3)}. */
  @ssize_t
  long mq_receive(
      int queue, @u_int64_t long address, @size_t long length, @u_int64_t long priorityAddress);

  /** {@code mq_unlink(3)}. */
  int mq_unlink(String name);

  /** {@code pipe2(2)}. */
  int pipe2(Pointer descriptors, int flags);

  /** {@code syscall(2)} of a call with two numbers. */
  long syscall(long number, long first, long second);

  /** {@code posix_spawn(3)}: returns the error instead of setting errno. */
  int posix_spawn(
      Pointer pid, Pointer file, Pointer actions, Pointer attributes, Pointer argv, Pointer envp);

  /** {@code posix_spawn_file_actions_init(3)}. */
  int posix_spawn_file_actions_init(Pointer actions);

  /** {@code posix_spawn_file_actions_destroy(3)}. */
  int posix_spawn_file_actions_destroy(Pointer actions);

  /** {@code posix_spawn_file_actions_adddup2(3)}. */
  int posix_spawn_file_actions_adddup2(Pointer actions, int fd, int target);

  /** {@code posix_spawn_file_actions_addchdir_np(3)}. */
  int posix_spawn_file_actions_addchdir_np(Pointer actions, String directory);

  /** {@code posix_spawn_file_actions_addclosefrom_np(3)}, of glibc 2.34 and later. */
  int posix_spawn_file_actions_addclosefrom_np(Pointer actions, int first);

  /** {@code posix_spawnattr_init(3)}. */
  int posix_spawnattr_init(Pointer attributes);

  /** {@code posix_spawnattr_destroy(3)}. */
  int posix_spawnattr_destroy(Pointer attributes);

  /** {@code posix_spawnattr_setflags(3)}. */
  int posix_spawnattr_setflags(Pointer attributes, short flags);

  /** {@code posix_spawnattr_setsigmask(3)}. */
  int posix_spawnattr_setsigmask(Pointer attributes, Pointer mask);

  /** {@code posix_spawnattr_setsigdefault(3)}. */
  int posix_spawnattr_setsigdefault(Pointer attributes, Pointer signals);

  /** {@code posix_spawnattr_setpgroup(3)}. */
  int posix_spawnattr_setpgroup(Pointer attributes, int group);
}
