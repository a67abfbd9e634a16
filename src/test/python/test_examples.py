"""The examples in ``examples/python`` do what they say."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import unittest
from typing import List

from support import HANGS_SECONDS, HERE

EXAMPLES = os.path.join(HERE, "../../../examples/python")


class ExamplesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.bus = "python-examples-%d" % os.getpid()
        self.running: List["subprocess.Popen[str]"] = []

    def tearDown(self) -> None:
        for process in self.running:
            process.kill()
            process.communicate()
        self.assertFalse(os.path.exists("/dev/shm/vertx-ipc-%d/%s" % (os.getuid(), self.bus)))

    def run_example(self, name: str, *arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, os.path.join(EXAMPLES, name), self.bus, *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.running.append(process)
        return process

    def test_all_of_them(self) -> None:
        server = self.run_example("model_server.py")
        consumer = self.run_example("consumer.py", "3")
        publisher = self.run_example("publisher.py", "3")
        printed, _ = consumer.communicate(timeout=HANGS_SECONDS)
        self.assertEqual(
            [
                "{'sum': 6, 'mean': 2.0}",
                "RECIPIENT_FAILURE 400 numbers are needed, for example {'numbers': [1, 2]}",
                "EUR {'item': 'tea', 'price': 3.5}",
                "EUR {'item': 'tea', 'price': 4.5}",
                "EUR {'item': 'tea', 'price': 5.5}",
            ],
            printed.splitlines(),
        )
        self.assertEqual(0, publisher.wait(HANGS_SECONDS))
        server.send_signal(signal.SIGTERM)
        self.assertEqual(0, server.wait(HANGS_SECONDS))
