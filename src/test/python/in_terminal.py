"""Runs a command in a terminal of its own: in_terminal.py ROWS COLUMNS COMMAND...

What the command writes comes out as it is. Lines of the input say what happens to it: "type HEX" presses keys, "resize ROWS
COLUMNS" makes the terminal larger or smaller, "signal NUMBER" sends a signal. At the end standard error gets the exit code,
that of a shell, and whether the settings of the terminal are what they were before.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios

master, slave = pty.openpty()


def resize(rows, columns):
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))


def pass_on():
    """Passes on what the command has written; returns whether it has written something."""
    if not select.select([master], [], [], 0)[0]:
        return False
    os.write(1, os.read(master, 65536))
    return True


resize(*sys.argv[1:3])
before = termios.tcgetattr(slave)
command = os.fork()
if command == 0:
    # What a background job ignores, and those that it starts, a terminal does not.
    for number in signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGPIPE:
        signal.signal(number, signal.SIG_DFL)
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in range(3):
        os.dup2(slave, fd)
    os.execvp(sys.argv[3], sys.argv[3:])

ended = 0
while not ended:
    # It wakes up to see whether the command has ended.
    readable = select.select([master, 0], [], [], 0.05)[0]
    if master in readable:
        pass_on()
    if 0 in readable:
        word = os.read(0, 4096).decode().split()
        if not word:
            # Nobody is interested any more. The terminal hangs up, which ends the command.
            sys.exit(1)
        while word:
            what = word.pop(0)
            if what == "type":
                os.write(master, bytes.fromhex(word.pop(0)))
            elif what == "resize":
                resize(word.pop(0), word.pop(0))
            elif what == "signal":
                os.kill(command, int(word.pop(0)))
    ended, status = os.waitpid(command, os.WNOHANG)
while pass_on():
    pass
code = os.waitstatus_to_exitcode(status)
same = termios.tcgetattr(slave) == before
sys.stderr.write("exit %d, settings %s\n" % (code if code >= 0 else 128 - code, "as before" if same else "changed"))
