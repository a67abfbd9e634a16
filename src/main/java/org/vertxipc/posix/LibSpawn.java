package org.vertxipc.posix;

import static org.vertxipc.posix.CFunction.INT;
import static org.vertxipc.posix.CFunction.POINTER;
import static org.vertxipc.posix.Struct.keep;

/**
 * The functions of {@code posix_spawn(3)}, as {@link LibC}: each returns the error instead of
 * setting {@code errno}.
 */
final class LibSpawn {
  private static final CFunction SPAWN =
      new CFunction(INT, "posix_spawn", POINTER, POINTER, POINTER, POINTER, POINTER, POINTER);
  private static final CFunction ACTIONS_INIT =
      new CFunction(INT, "posix_spawn_file_actions_init", POINTER);
  private static final CFunction ACTIONS_DESTROY =
      new CFunction(INT, "posix_spawn_file_actions_destroy", POINTER);
  private static final CFunction ADDDUP2 =
      new CFunction(INT, "posix_spawn_file_actions_adddup2", POINTER, INT, INT);
  private static final CFunction ADDCHDIR =
      new CFunction(INT, "posix_spawn_file_actions_addchdir_np", POINTER, POINTER);
  private static final CFunction ADDCLOSEFROM =
      new CFunction(INT, "posix_spawn_file_actions_addclosefrom_np", POINTER, INT);
  private static final CFunction ATTR_INIT = new CFunction(INT, "posix_spawnattr_init", POINTER);
  private static final CFunction ATTR_DESTROY =
      new CFunction(INT, "posix_spawnattr_destroy", POINTER);
  private static final CFunction SETFLAGS =
      new CFunction(INT, "posix_spawnattr_setflags", POINTER, CFunction.SHORT);
  private static final CFunction SETSIGMASK =
      new CFunction(INT, "posix_spawnattr_setsigmask", POINTER, POINTER);
  private static final CFunction SETSIGDEFAULT =
      new CFunction(INT, "posix_spawnattr_setsigdefault", POINTER, POINTER);
  private static final CFunction SETPGROUP =
      new CFunction(INT, "posix_spawnattr_setpgroup", POINTER, INT);

  private LibSpawn() {}

  static int posix_spawn(
      Struct pid, Struct file, Struct actions, Struct attributes, Struct argv, Struct envp) {
    int result =
        (int)
            SPAWN.call(
                pid.address(),
                file.address(),
                actions.address(),
                attributes.address(),
                argv.address(),
                envp.address());
    for (Struct each : new Struct[] {pid, file, actions, attributes, argv, envp}) {
      keep(each);
    }
    return result;
  }

  static int posix_spawn_file_actions_init(Struct actions) {
    return one(ACTIONS_INIT, actions);
  }

  static int posix_spawn_file_actions_destroy(Struct actions) {
    return one(ACTIONS_DESTROY, actions);
  }

  static int posix_spawn_file_actions_adddup2(Struct actions, int fd, int target) {
    int result = (int) ADDDUP2.call(actions.address(), fd, target);
    keep(actions);
    return result;
  }

  /** The library keeps a copy of the name. */
  static int posix_spawn_file_actions_addchdir_np(Struct actions, String directory) {
    Struct name = Struct.string(directory);
    return two(ADDCHDIR, actions, name);
  }

  /** Of glibc 2.34 and later; throws {@link UnsatisfiedLinkError} with an older one. */
  static int posix_spawn_file_actions_addclosefrom_np(Struct actions, int first) {
    int result = (int) ADDCLOSEFROM.call(actions.address(), first);
    keep(actions);
    return result;
  }

  static int posix_spawnattr_init(Struct attributes) {
    return one(ATTR_INIT, attributes);
  }

  static int posix_spawnattr_destroy(Struct attributes) {
    return one(ATTR_DESTROY, attributes);
  }

  static int posix_spawnattr_setflags(Struct attributes, short flags) {
    int result = (int) SETFLAGS.call(attributes.address(), flags);
    keep(attributes);
    return result;
  }

  static int posix_spawnattr_setsigmask(Struct attributes, Struct mask) {
    return two(SETSIGMASK, attributes, mask);
  }

  static int posix_spawnattr_setsigdefault(Struct attributes, Struct signals) {
    return two(SETSIGDEFAULT, attributes, signals);
  }

  static int posix_spawnattr_setpgroup(Struct attributes, int group) {
    int result = (int) SETPGROUP.call(attributes.address(), group);
    keep(attributes);
    return result;
  }

  private static int one(CFunction function, Struct a) {
    int result = (int) function.call(a.address());
    keep(a);
    return result;
  }

  private static int two(CFunction function, Struct a, Struct b) {
    int result = (int) function.call(a.address(), b.address());
    keep(a);
    keep(b);
    return result;
  }
}
