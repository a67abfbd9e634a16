"""No room, no descriptors, no right to write: what fails says so and leaves nothing, and what runs goes on."""

from __future__ import annotations

import errno
import gc
import os
import resource
import shutil
import subprocess
import sys
import unittest
from typing import List

from support import HERE, TRANSPORTS, BusTest
from vertx_ipc import Bus, BusError

MAIN = os.path.join(HERE, "../../main/python")

# Run with a small file system of its own: the directory above that of the buses, and the transport.
_FULL = """
import asyncio, logging, os, sys
from vertx_ipc import Bus, BusError, ReplyError

above, transport = sys.argv[1:]
options = dict(transport=transport, imports=["*"], directory=above + "/buses", start_timeout=10)
logging.basicConfig(format="%(message)s", stream=sys.stdout)


async def until(condition):
    while not condition():
        await asyncio.sleep(0.01)


def fill():
    fd = os.open(above + "/fill", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    try:
        while True:
            os.write(fd, bytes(4096))
    except OSError as e:
        print(e)
    os.close(fd)


async def main():
    said = []
    logging.getLogger("vertx_ipc").addFilter(lambda record: said.append(record.getMessage()) or True)
    async with Bus("demo", node="a", exports=["x"], **options) as a:
        a.consumer("x", lambda m: m.reply(m.body))
        fill()
        b = Bus("demo", node="b", **options)
        try:
            await b.start()
        except BusError as e:
            print(e)
        print(sorted(os.listdir(a.path)))
        # The door is found anew before there is room for the record.
        for name in ("door", "node.json"):
            os.unlink(a.path + "/a/" + name)
        fill()
        await until(lambda: any("can't be recreated" in sentence for sentence in said))
        os.unlink(above + "/fill")
        await until(lambda: any("They were recreated" in sentence for sentence in said))
        async with b:
            await b.await_export("x", 30)
            print((await b.request("x", "there")).body)
            if transport == "shm":
                await later(a)
    print(os.listdir(above))


async def later(a):
    # There is room for another node, and none for the rings that it needs.
    fd = os.open(above + "/fill", os.O_CREAT | os.O_WRONLY)
    free = os.fstatvfs(fd).f_bavail * os.fstatvfs(fd).f_frsize
    os.write(fd, bytes(free - 65536))
    os.close(fd)
    async with Bus("demo", node="c", **dict(options, start_timeout=0.5)) as c:
        try:
            await c.request("x")
        except ReplyError as e:
            print(e)
        os.unlink(above + "/fill")
        await c.await_export("x", 30)
        print((await c.request("x", "room")).body)


asyncio.run(main())
"""


def _has_mounts() -> bool:
    if os.getuid() or shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-m", "true"], stderr=subprocess.DEVNULL).returncode == 0


class ShortagesTest(BusTest):
    @unittest.skipUnless(_has_mounts(), "only the superuser can make a small file system")
    def test_a_full_file_system(self) -> None:
        mount = 'mount -t tmpfs -o mode=700,size=12m none "$1" && exec "$2" -W error -c "$3" "$1" "$4"'
        for transport in TRANSPORTS:
            with self.subTest(transport):
                done = subprocess.run(
                    ["unshare", "-m", "sh", "-c", mount, "-", self.above, sys.executable, _FULL, transport],
                    env={**os.environ, "PYTHONPATH": MAIN},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
                self.assertEqual("", done.stderr)
                lines = done.stdout.splitlines()
                full = "[Errno %d] No space left on device" % errno.ENOSPC
                self.assertEqual(full, lines[0])
                self.assertEqual("Node 'b' can't join the bus in %s/demo: %s" % (self.directory, full), lines[1])
                self.assertEqual("['a', 'a.lock']", lines[2])
                self.assertIn("there", lines)
                if transport == "shm":
                    self.assertIn("(NO_HANDLERS,-1) No handlers for address x", lines)
                    self.assertIn("room", lines)
                    self.assertRegex(done.stdout, "no channel can be made for it: .*/demo/.*: .*No space left on device")
                self.assertEqual("[]", lines[-1])
                self.assertEqual(0, done.returncode)

    def take_all(self, taken: List[int]) -> None:
        """Opens files until there are no descriptors left; what other tests have left behind is closed before."""
        gc.collect()
        with self.assertRaises(OSError) as caught:
            while True:
                taken.append(os.open("/dev/null", os.O_RDONLY))
        self.assertEqual(errno.EMFILE, caught.exception.errno)

    async def test_no_descriptors(self) -> None:
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, limits)
        for transport in TRANSPORTS:
            async with self.bus("a", transport=transport, exports=["x"]) as a:
                a.consumer("x", lambda m: m.reply(m.body))
                late = self.bus("late", transport=transport, imports=["x"])
                taken: List[int] = []
                resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, limits[0]), limits[1]))
                try:
                    for free in range(4):
                        # A start that gets a little further each time, and leaves nothing that others would not see.
                        self.take_all(taken)
                        for _ in range(free):
                            os.close(taken.pop())
                        with self.assertRaisesRegex(BusError, r"can't join the bus in .*Too many open files"):
                            await late.start()
                        os.close(taken.pop())
                        left = set(os.listdir(a.path)) - {"a", "a.lock"}
                        self.assertIn(left, (set(), {"late", "late.lock"}))
                finally:
                    for fd in taken:
                        os.close(fd)
                    resource.setrlimit(resource.RLIMIT_NOFILE, limits)
                async with late:
                    await late.await_export("x", 30)
                    self.assertEqual("there", (await late.request("x", "there")).body)

    async def test_a_directory_that_can_not_be_made(self) -> None:
        path = os.path.join(self.above, "none", "buses")
        with self.assertRaisesRegex(BusError, "Node 'a' can't join the bus in %s/demo: .*No such file" % path):
            await Bus("demo", node="a", directory=path).start()


if __name__ == "__main__":
    unittest.main()
