"""The bus directory: names, locks, what is refused, what is left of the dead and who removes it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import unittest
from typing import Any, Dict

from support import BusTest
from vertx_ipc import BadFileError, Bus, BusError
from vertx_ipc._access import Access, is_held, try_lock
from vertx_ipc._directory import BusDirectory, Guard
from vertx_ipc._door import Knock, decode_knock, encode_knock
from vertx_ipc._protocol import KNOCK_VERSION, NODE_VERSION, writes
from vertx_ipc._record import MAX_RECORD_BYTES, decode_record, encode_record, own_record


class DirectoryTest(BusTest):
    def make(self, node: str) -> str:
        """Makes the directory of a node; returns its path."""
        path = os.path.join(self.directory, "demo", node)
        for directory in (self.directory, os.path.dirname(path), path):
            os.mkdir(directory, 0o700)
        return path

    async def test_files_and_their_modes(self) -> None:
        old = os.umask(0)
        self.addCleanup(os.umask, old)
        async with self.bus() as a, self.bus("b", transport="shm"):
            await self.until(lambda: a.peers)
            modes = {}
            for path, directories, names in os.walk(self.directory):
                for name in directories + names:
                    full = os.path.join(path, name)
                    modes[os.path.relpath(full, self.directory).rpartition(".")[2]] = os.stat(full).st_mode & 0o777
            kinds = ("lock", "fifo", "ring", "bell")
            self.assertEqual({0o600}, {mode for name, mode in modes.items() if name in kinds})
            self.assertEqual((0o700, 0o700), (modes["demo"], modes["demo/a"]))
            self.assertEqual((0o600, 0o600), (modes["json"], modes["demo/a/door"]))
        self.assertFalse(os.path.exists(self.directory), "the last one removes the directory")

    async def test_node_json(self) -> None:
        async with self.bus() as a:
            with open(os.path.join(a.path, "a", "node.json")) as f:
                record = json.load(f)
            found = tuple(record[key] for key in ("version", "node", "transport", "passing"))
            self.assertEqual((NODE_VERSION, "a", "fifo", False), found)
            self.assertEqual((os.getpid(), writes()), (record["pid"], record["writes"]))
            self.assertRegex(record["incarnation"], "^[0-9a-f]{16}$")
            self.assertEqual({"ipc", "pid"}, set(record["namespaces"]))

    async def test_a_second_node_of_a_name_is_refused(self) -> None:
        async with self.bus():
            with self.assertRaisesRegex(BusError, "Node name 'a' is in use by process %d on the bus in " % os.getpid()):
                await self.bus().start()
            async with self.bus("b"):
                pass
        async with self.bus():
            pass

    async def test_a_name_is_guarded_when_its_files_are_removed(self) -> None:
        async with self.bus() as a:
            before = os.stat(os.path.join(a.path, "a.lock")).st_ino
            with self.assertLogs("vertx_ipc", logging.WARNING):
                for name in ("a/door", "a/node.json", "a.lock"):
                    os.unlink(os.path.join(a.path, name))
                os.rmdir(os.path.join(a.path, "a"))
                with self.assertRaisesRegex(BusError, "in use"):
                    await self.bus().start()
            self.assertNotEqual(before, os.stat(os.path.join(a.path, "a.lock")).st_ino)
            async with self.bus("b", imports=["x"]) as b:
                a.export("x")
                await b.await_export("x", 10)

    async def test_directories_of_others_are_refused(self) -> None:
        os.mkdir(self.directory, 0o750)
        with self.assertRaisesRegex(BadFileError, "has permissions 0750, expected 0700 or stricter"):
            await self.bus().start()
        os.rmdir(self.directory)
        os.mkdir(os.path.join(self.above, "elsewhere"), 0o700)
        os.symlink("elsewhere", self.directory)
        with self.assertRaisesRegex(BadFileError, "is a symbolic link, expected a directory"):
            await self.bus().start()
        os.unlink(self.directory)
        with open(self.directory, "w"):
            pass
        with self.assertRaisesRegex(BadFileError, "is a regular file, expected a directory"):
            await self.bus().start()
        os.unlink(self.directory)
        os.mkdir(self.directory, 0o700)
        os.mkdir(os.path.join(self.directory, "demo"), 0o701)
        with self.assertRaisesRegex(BadFileError, "permissions 0701"):
            await self.bus().start()

    @unittest.skipUnless(os.getuid() == 0, "only the superuser gives files away")
    async def test_a_directory_of_another_user_is_refused(self) -> None:
        os.mkdir(self.directory, 0o700)
        os.chown(self.directory, 12345, -1)
        with self.assertRaisesRegex(BadFileError, "belongs to user 12345, expected user 0"):
            await self.bus().start()

    @unittest.skipUnless(os.getuid() == 0, "only the superuser is in every group")
    async def test_a_group(self) -> None:
        async with self.bus(group="12345") as a, self.bus("b", group="12345") as b:
            await self.until(lambda: a.peers and b.peers)
            for name in ("", "a", "a.lock", "a/door", "a/node.json"):
                status = os.stat(os.path.join(a.path, name))
                self.assertEqual((12345, 0), (status.st_gid, status.st_mode & 0o007), name)
        with self.assertRaisesRegex(BadFileError, "There is no group 'no such'"):
            self.bus(group="no such")

    async def test_files_that_are_not_what_they_should_be(self) -> None:
        path = self.make("bad")
        with open(path + ".lock", "w") as f:
            os.chmod(f.fileno(), 0o600)
        lock = os.open(path + ".lock", os.O_RDWR)
        self.addCleanup(os.close, lock)
        self.assertTrue(try_lock(lock))
        good = encode_record(own_record("bad", 5, "fifo", False)).decode()
        for content, mode, error in (
            ("[]", 0o600, "no JSON object"),
            ("{", 0o600, "no JSON"),
            ("{}", 0o600, "'version'"),
            (good.replace('"version":%d' % NODE_VERSION, '"version":1'), 0o600, "of version 1, this is version"),
            (good.replace('"bad"', '"other"'), 0o600, "the record of node other"),
            (good.replace('"writes":[', '"writes":[1,'), 0o600, "'writes'"),
            (good.replace("0000000000000005", "5"), 0o600, "'incarnation'"),
            (good.replace('"passing":false', '"passing":0'), 0o600, "'passing'"),
            (good.replace('"startMillis":', '"started":'), 0o600, "'startMillis'"),
            (good.replace('"pid":"pid:[', '"pid":"ipc:['), 0o600, "'namespaces'"),
            (good + " " * MAX_RECORD_BYTES, 0o600, "longer than"),
            (good, 0o644, "permissions 0644"),
        ):
            with open(path + "/node.json", "w") as f:
                f.write(content)
            os.chmod(path + "/node.json", mode)
            with self.subTest(error=error), self.assertLogs("vertx_ipc", logging.WARNING) as logs:
                async with self.bus(start_timeout=0) as a:
                    self.assertEqual([], a.peers)
            self.assertRegex(logs.output[0], "Node bad is ignored: .*" + error)
        os.unlink(path + "/node.json")
        os.symlink("/dev/null", path + "/node.json")
        with self.assertLogs("vertx_ipc", logging.WARNING) as logs:
            async with self.bus(start_timeout=0):
                pass
        self.assertRegex(logs.output[0], "Node bad is ignored: .*symbolic link")
        os.unlink(path + "/node.json")
        os.rmdir(path)
        os.unlink(path + ".lock")

    async def test_leftovers_of_the_dead_are_removed(self) -> None:
        self.make("dead")
        for name in ("dead.lock", "dead/door", "dead/a-0000000000000005.ring", "dead/counters", "a.lock"):
            os.close(os.open(os.path.join(self.directory, "demo", name), os.O_CREAT | os.O_WRONLY, 0o600))
        async with self.bus() as a:
            self.assertEqual({".dead", "a", "a.lock"}, set(os.listdir(a.path)))
            self.assertEqual(["dead"], os.listdir(os.path.join(a.path, ".dead")))

    async def test_queues_of_the_dead_are_left_to_who_knows_them(self) -> None:
        dead = self.make("dead")
        for name in ("dead.lock", "dead/a-0000000000000005.mq"):
            os.close(os.open(os.path.join(self.directory, "demo", name), os.O_CREAT | os.O_WRONLY, 0o600))
        with self.assertLogs("vertx_ipc", logging.WARNING) as logs:
            async with self.bus():
                pass
        self.assertIn("are left to other nodes", logs.output[0])
        os.unlink(dead + "/a-0000000000000005.mq")
        async with self.bus():
            pass

    async def test_a_process_that_ends_without_leaving_removes_its_files(self) -> None:
        script = (
            "import asyncio, sys\nfrom vertx_ipc import Bus\n"
            "async def main():\n    await Bus('demo', node='a', directory=sys.argv[1]).start()\n    %s\n"
            "asyncio.run(main())"
        )
        for end in ("sys.exit(3)", "raise ValueError", "pass"):
            done = subprocess.run([sys.executable, "-c", script % end, self.directory], stderr=subprocess.PIPE)
            self.assertFalse(os.path.exists(self.directory), done.stderr.decode())

    async def test_a_forked_child_holds_nothing_of_its_parent(self) -> None:
        async with self.bus() as a, self.bus("b"):
            await self.until(lambda: a.peers)
            before = set(os.listdir("/proc/self/fd"))
            read, write = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(read)
                mine = [os.readlink("/proc/self/fd/" + fd) for fd in before if os.path.exists("/proc/self/fd/" + fd)]
                os.write(write, "\n".join(name for name in mine if name.startswith(self.above)).encode() or b"none")
                os._exit(0)
            os.close(write)
            with open(read, "rb") as f:
                self.assertEqual(b"none", f.read())
            os.waitpid(child, 0)
            self.assertEqual({"a", "a.lock", "b", "b.lock"}, set(os.listdir(a.path)))

    async def test_what_nobody_has_knocked(self) -> None:
        async with self.bus() as a:
            with open(os.path.join(a.path, "a", "node.json"), "rb") as f:
                incarnation = decode_record(f.read(), "node.json").incarnation
            door = os.open(os.path.join(a.path, "a", "door"), os.O_WRONLY)
            knock = encode_knock(Knock("ghost", 5, incarnation, 1))
            with self.assertLogs("vertx_ipc", logging.WARNING) as logs:
                os.write(door, knock)
                await self.until(lambda: logs.output)
            self.assertIn("its node is not there", logs.output[0])
            for wrong in (b"\0" * 128, knock[:4] + b"\x63" + knock[5:], knock[:7] + b"\0" + knock[8:], b"x" * 77):
                os.write(door, wrong)
            os.close(door)
            await asyncio.sleep(0)
            async with self.bus("b") as b:
                await self.until(lambda: a.peers and b.peers)

    def test_knocks(self) -> None:
        knock = Knock("node", -5, 7, 2)
        data = encode_knock(knock)
        self.assertEqual((128, knock), (len(data), decode_knock(data)))
        self.assertEqual(b"VIPK" + bytes((KNOCK_VERSION, 0, 2, 4)), data[:8])
        for at, byte in ((0, 0), (4, 99), (7, 0), (7, 105)):
            self.assertRaises(ValueError, decode_knock, data[:at] + bytes((byte,)) + data[at + 1 :])

    def test_the_byte_of_a_guard(self) -> None:
        # The first 62 bits of the SHA-256 of "buses/demo/a".
        first, second = Guard(self.directory, "demo", "a"), Guard(self.directory, "demo", "b")
        self.assertFalse(first.is_contested())
        third = Guard(self.directory, "demo", "a")
        self.assertTrue(first.is_contested())
        fd = os.open(self.above, os.O_RDONLY)
        self.assertTrue(is_held(fd, first._at, 1))
        for guard in (first, second, third):
            guard.close()
        self.assertFalse(is_held(fd))
        os.close(fd)

    async def test_options(self) -> None:
        wrong: Dict[str, Any]
        for wrong in (
            {"transport": "mqueue"},
            {"ring_bytes": 5000},
            {"pipe_bytes": 1},
            {"max_message_bytes": 0},
            {"send_queue_bytes": True},
            {"start_timeout": -1},
            {"exports": ["a.*"]},
            {"exports": ["__vertx.x"]},
            {"imports": ["a*"]},
            {"imports": [""]},
        ):
            with self.subTest(wrong=wrong):
                self.assertRaises(ValueError, self.bus, **wrong)
        for name in ("", ".a", "-a", "a/b", "a" * 65, "é"):
            self.assertRaises(ValueError, self.bus, name)
        self.assertRaises(TypeError, self.bus, exports="a")
        self.assertRaises(BusError, self.bus().send, "x")

    async def test_a_lock_whose_file_is_replaced(self) -> None:
        directory = BusDirectory(Access(), self.directory, "demo")
        directory.ensure()
        fd = directory.lock("a", True)
        assert fd is not None
        self.assertTrue(directory.is_alive("a"))
        self.assertIsNone(directory.lock("a", True))
        os.unlink(directory.lock_path("a"))
        self.assertFalse(directory.is_named("a", fd))
        again = directory.lock("a", True)
        assert again is not None
        directory.release("a", fd)
        self.assertTrue(directory.is_alive("a"), "who holds another file's lock removes nothing")
        directory.release("a", again)
        os.close(fd)
        os.close(again)


if __name__ == "__main__":
    unittest.main()
