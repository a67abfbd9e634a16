"""Writes the package vertx_ipc as one module, which can be copied beside a program:

    python3 single_file.py > vertx_ipc.py
"""

from __future__ import annotations

import ast
import os
import sys
from typing import Dict, List, Set

PACKAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "vertx_ipc")


class _Module:
    """A module of the package, and what it imports."""

    def __init__(self, name: str) -> None:
        with open(os.path.join(PACKAGE, name + ".py"), encoding="utf-8") as f:
            self.lines = f.read().splitlines()
        self.tree = ast.parse("\n".join(self.lines))
        self.name = name
        self.siblings: List[str] = []
        self.imports: Set[str] = set()
        # Lines that are left out, because one module has no siblings, and its imports stand at its beginning.
        self._left_out: Set[int] = set()
        self._read()

    def _read(self) -> None:
        for node in self.tree.body:
            if self._is_for_checkers(node):
                self._leave_out(node)
            elif isinstance(node, ast.ImportFrom) and node.level:
                self.siblings.append(node.module or "")
                self._leave_out(node)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self.imports.add(ast.unparse(node))
                self._leave_out(node)
        if ast.get_docstring(self.tree) is not None:
            self._leave_out(self.tree.body[0])

    @staticmethod
    def _is_for_checkers(node: ast.stmt) -> bool:
        return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"

    def _leave_out(self, node: ast.stmt) -> None:
        self._left_out.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))

    def text(self) -> str:
        """Returns what is left."""
        kept = [line for number, line in enumerate(self.lines, 1) if number not in self._left_out]
        return "\n".join(kept).strip("\n")


def _ordered(modules: Dict[str, _Module], name: str, done: List[str]) -> None:
    for sibling in modules[name].siblings:
        if sibling not in done:
            _ordered(modules, sibling, done)
    if name not in done:
        done.append(name)


def _check(modules: Dict[str, _Module]) -> None:
    """Fails when two modules have the same name at their top, of which one would hide the other."""
    owners: Dict[str, str] = {}
    for module in modules.values():
        for node in module.tree.body:
            names = [node.name] if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) else []
            if isinstance(node, (ast.Assign, ast.AnnAssign)):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = [leaf.id for target in targets for leaf in ast.walk(target) if isinstance(leaf, ast.Name)]
            for name in names:
                if owners.setdefault(name, module.name) != module.name:
                    raise SystemExit("'%s' is in %s and in %s" % (name, owners[name], module.name))


def single_file() -> str:
    """Returns the text of the module."""
    names = sorted(name[:-3] for name in os.listdir(PACKAGE) if name.endswith(".py"))
    modules = {name: _Module(name) for name in names}
    _check(modules)
    order: List[str] = []
    _ordered(modules, "__init__", order)
    imports = sorted({line for module in modules.values() for line in module.imports if "__future__" not in line})
    parts = [
        '"""%s\n\nOne file, written from the package of this name by its script single_file.py.\n"""'
        % (ast.get_docstring(modules["__init__"].tree) or "").strip(),
        "from __future__ import annotations",
        "\n".join(imports),
    ]
    parts += [modules[name].text() for name in order]
    return "\n\n\n".join(part for part in parts if part) + "\n"


if __name__ == "__main__":
    sys.stdout.write(single_file())
