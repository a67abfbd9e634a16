"""The package as it is given away: one file, its names, its style."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tempfile
import unittest
from typing import Iterator, List

from support import HERE

MAIN = os.path.join(HERE, "../../main/python")
EXAMPLES = os.path.join(HERE, "../../../examples/python")


def sources() -> Iterator[str]:
    for root in (MAIN, HERE, EXAMPLES):
        for path, _, names in os.walk(root):
            yield from (os.path.join(path, name) for name in names if name.endswith(".py"))


class PackageTest(unittest.TestCase):
    def test_one_file_works(self) -> None:
        with tempfile.TemporaryDirectory(prefix="vertx-ipc-python-", dir="/dev/shm") as directory:
            with open(os.path.join(directory, "vertx_ipc.py"), "w", encoding="utf-8") as f:
                subprocess.run([sys.executable, os.path.join(MAIN, "single_file.py")], stdout=f, check=True)
            script = (
                "import asyncio, sys, vertx_ipc\n"
                "assert vertx_ipc.__file__ == sys.argv[1] + '/vertx_ipc.py', vertx_ipc.__file__\n"
                "async def main():\n"
                "    options = dict(directory=sys.argv[1] + '/buses')\n"
                "    async with vertx_ipc.Bus('demo', node='a', exports=['e'], **options) as a:\n"
                "        a.consumer('e', lambda m: m.reply(m.body))\n"
                "        async with vertx_ipc.Bus('demo', imports=['*'], **options) as b:\n"
                "            print((await b.request('e', {'a': [1, 'é']})).body)\n"
                "    with vertx_ipc.SyncBus('demo', **options) as bus:\n"
                "        print(sorted(vertx_ipc.__all__))\n"
                "asyncio.run(main())\n"
            )
            environment = {**os.environ, "PYTHONPATH": directory, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
            done = subprocess.run(
                [sys.executable, "-W", "error", "-c", script, directory],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            self.assertEqual("", done.stderr)
            import vertx_ipc

            self.assertEqual("{'a': [1, 'é']}\n%s\n" % sorted(vertx_ipc.__all__), done.stdout)

    def test_sources(self) -> None:
        found: List[str] = []
        for path in sources():
            with open(path, encoding="utf-8") as f:
                text = f.read()
            lines = text.splitlines()
            self.assertLessEqual(len(lines), 400, path)
            self.assertLessEqual(max(map(len, lines), default=0), 125, path)
            tree = ast.parse(text, path, feature_version=(3, 9))
            self.assertIsNotNone(ast.get_docstring(tree), path)
            found.append(path)
        self.assertGreater(len(found), 20)

    def test_what_is_public_is_documented_and_typed(self) -> None:
        package = os.path.join(MAIN, "vertx_ipc")
        for name in os.listdir(package):
            if not name.endswith(".py"):
                continue
            with open(os.path.join(package, name), encoding="utf-8") as f:
                tree = ast.parse(f.read())
            for node in ast.walk(tree):
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    arguments = [*node.args.args, *node.args.kwonlyargs]
                    typed = all(a.annotation for a in arguments if a.arg not in ("self", "cls"))
                    self.assertTrue(typed and node.returns is not None, "%s: %s" % (name, node.name))
                elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    self.assertIsNotNone(ast.get_docstring(node), "%s: %s" % (name, node.name))


if __name__ == "__main__":
    unittest.main()
