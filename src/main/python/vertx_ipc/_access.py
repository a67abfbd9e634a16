"""Who may open what a node makes, and locks on files. What others made is checked after it is open."""

from __future__ import annotations

import errno
import fcntl
import grp
import os
import stat
import struct
from typing import Optional

from ._errors import BadFileError

OPEN_FLAGS = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK

# struct flock of 64-bit Linux: type and whence, start, length, process.
_FLOCK = struct.Struct("hhqqi4x")

_TYPES = (
    (stat.S_ISREG, "a regular file"),
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
)


def _type_name(mode: int) -> str:
    return next((name for is_type, name in _TYPES if is_type(mode)), "a device")


class Access:
    """Who may take part: this user alone, or the members of a group."""

    def __init__(self, group: Optional[str] = None) -> None:
        """Creates the rule.

        :param group: name or number of a group; None for this user alone
        :raises BadFileError: when there is no such group
        """
        self.group: Optional[int] = None
        if group is not None:
            try:
                self.group = int(group) if group.isdigit() else grp.getgrnam(group).gr_gid
            except KeyError:
                raise BadFileError("There is no group '%s' on this machine, see group(5)" % group) from None
        self.mode = 0o600 if self.group is None else 0o660
        self.directory_mode = 0o700 if self.group is None else 0o770
        self._others = 0o077 if self.group is None else 0o007

    @property
    def suffix(self) -> str:
        """Returns what distinguishes the directory of those who have access from that of others."""
        return str(os.getuid()) if self.group is None else "group-%d" % self.group

    def grant(self, fd: int, path: str, mode: int) -> None:
        """Gives the group its access to what was just made by this process.

        :raises BadFileError: when the name leads to something else than what was made
        """
        if self.group is not None:
            if os.fstat(fd).st_uid != os.getuid():
                raise BadFileError("%s was replaced by somebody else" % path)
            os.fchown(fd, -1, self.group)
            os.fchmod(fd, mode)

    def _grant_by_name(self, path: str, mode: int) -> None:
        if self.group is not None:
            fd = os.open(path, os.O_RDONLY | OPEN_FLAGS)
            try:
                self.grant(fd, path, mode)
            finally:
                os.close(fd)

    def mkdir(self, path: str) -> None:
        """Makes a directory.

        :raises FileExistsError: when something has the name
        """
        os.mkdir(path, 0o700)
        self._grant_by_name(path, self.directory_mode)

    def ensure_directory(self, path: str) -> None:
        """Makes a directory, or checks the existing one.

        :raises BadFileError: when it is a link or another file, somebody else's, or open to others
        """
        try:
            self.mkdir(path)
        except FileExistsError:
            pass
        self.require_directory(path)

    def require_directory(self, path: str) -> None:
        """Fails unless a directory belongs to those who have access, and is closed to others."""
        status = os.lstat(path)
        if not stat.S_ISDIR(status.st_mode):
            raise BadFileError("%s is %s, expected a directory" % (path, _type_name(status.st_mode)))
        self._require(path, status, self.directory_mode)

    def require(self, fd: int, path: str, fifo: bool) -> None:
        """Fails unless an open file has the expected type, is of those who have access, and is closed to others."""
        status = os.fstat(fd)
        if not (stat.S_ISFIFO if fifo else stat.S_ISREG)(status.st_mode):
            expected = "a FIFO" if fifo else "a regular file"
            raise BadFileError("%s is %s, expected %s" % (path, _type_name(status.st_mode), expected))
        self._require(path, status, self.mode)

    def _require(self, path: str, status: os.stat_result, mode: int) -> None:
        if self.group is None and status.st_uid != os.getuid():
            raise BadFileError("%s belongs to user %d, expected user %d" % (path, status.st_uid, os.getuid()))
        if self.group is not None and status.st_gid != self.group:
            raise BadFileError(
                "%s belongs to user %d and group %d, expected group %d"
                % (path, status.st_uid, status.st_gid, self.group)
            )
        permissions = stat.S_IMODE(status.st_mode)
        if permissions & self._others:
            raise BadFileError("%s has permissions %04o, expected %04o or stricter" % (path, permissions, mode))

    def open(self, path: str, flags: int, fifo: bool) -> int:
        """Opens what another process has made, and checks it.

        :raises BadFileError: when it is not what it should be
        :raises OSError: when it can't be opened
        """
        try:
            fd = os.open(path, flags | OPEN_FLAGS)
        except OSError as e:
            if e.errno == errno.ELOOP:
                raise BadFileError("%s is a symbolic link" % path) from e
            raise
        try:
            self.require(fd, path, fifo)
        except BaseException:
            os.close(fd)
            raise
        return fd

    def create(self, path: str, flags: int) -> int:
        """Makes a file, which must not exist yet, and returns its descriptor."""
        fd = os.open(path, flags | os.O_CREAT | os.O_EXCL | OPEN_FLAGS, 0o600)
        try:
            self.grant(fd, path, self.mode)
        except BaseException:
            os.close(fd)
            os.unlink(path)
            raise
        return fd

    def mkfifo(self, path: str) -> None:
        """Makes a FIFO.

        :raises FileExistsError: when something has the name
        """
        os.mkfifo(path, 0o600)
        self._grant_by_name(path, self.mode)


def try_lock(fd: int) -> bool:
    """Takes the exclusive lock on a whole file, without waiting; returns False when somebody else holds it."""
    try:
        fcntl.fcntl(fd, fcntl.F_OFD_SETLK, _FLOCK.pack(fcntl.F_WRLCK, 0, 0, 0, 0))
    except OSError as e:
        if e.errno in (errno.EAGAIN, errno.EACCES):
            return False
        raise
    return True


def share_byte(fd: int, at: int) -> None:
    """Takes a lock on one byte that others may hold, too."""
    fcntl.fcntl(fd, fcntl.F_OFD_SETLK, _FLOCK.pack(fcntl.F_RDLCK, 0, at, 1, 0))


def is_held(fd: int, at: int = 0, count: int = 0) -> bool:
    """Returns whether another opening holds a lock on some bytes, without taking it. A count of 0 is the whole file."""
    answer = fcntl.fcntl(fd, fcntl.F_OFD_GETLK, _FLOCK.pack(fcntl.F_WRLCK, 0, at, count, 0))
    return bool(_FLOCK.unpack(answer)[0] != fcntl.F_UNLCK)


def unlink(path: str) -> None:
    """Removes a name, which need not be there."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def rmdir(path: str) -> bool:
    """Removes a directory if it is empty; returns whether it is gone."""
    try:
        os.rmdir(path)
    except FileNotFoundError:
        return True
    except OSError as e:
        if e.errno in (errno.ENOTEMPTY, errno.EEXIST):
            return False
        raise
    return True
