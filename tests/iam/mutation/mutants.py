"""Prints every mutant of the given files, one JSON object a line. Needs mutmut and libcst, and nothing of the project.

mutmut's own run replaces functions by switches between their mutants, and so misses what happens at import: constants,
and the operators that are made there. Here its mutations are written into the source instead. It knows strings,
numbers, arguments, assignments, words and one neighbour of each comparison; the rest is added here in its form.
"""

from __future__ import annotations

import ast
import difflib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import libcst as cst
from mutmut.mutation.mutators import mutation_operators

SWAPPED = {"eq": "ne", "lt": "le", "le": "lt", "gt": "ge", "ge": "gt", "any": "all", "all": "any"}
COMPARISONS = (cst.Equal, cst.NotEqual, cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual)
PASS = cst.SimpleStatementLine([cst.Pass()])


def other_names(node: cst.Name) -> Iterator[cst.CSTNode]:
    if node.value in SWAPPED:
        yield node.with_changes(value=SWAPPED[node.value])


def other_comparisons(node: cst.ComparisonTarget) -> Iterator[cst.CSTNode]:
    if isinstance(node.operator, COMPARISONS):
        yield from (node.with_changes(operator=other()) for other in COMPARISONS)


def one_less(node: cst.Integer) -> Iterator[cst.CSTNode]:
    yield cst.parse_expression(f"({node.evaluated_value - 1})")


def other_text(node: cst.FormattedStringText) -> Iterator[cst.CSTNode]:
    yield node.with_changes(value=f"XX{node.value}XX")


def negated(node: cst.If | cst.While) -> Iterator[cst.CSTNode]:
    wrapped = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    yield node.with_changes(test=cst.UnaryOperation(cst.Not(), wrapped))


def no_filter(node: cst.CompFor) -> Iterator[cst.CSTNode]:
    if node.ifs:
        yield node.with_changes(ifs=[])


def no_turn(node: cst.For) -> Iterator[cst.CSTNode]:
    yield node.with_changes(iter=cst.Tuple([]))


def no_value(node: cst.Return) -> Iterator[cst.CSTNode]:
    if node.value is not None:
        yield node.with_changes(value=None)


def no_decorator(node: cst.FunctionDef | cst.ClassDef) -> Iterator[cst.CSTNode]:
    if node.decorators:
        yield node.with_changes(decorators=[])


def no_handler(node: cst.ExceptHandler) -> Iterator[cst.CSTNode]:
    yield node.with_changes(type=cst.Tuple([]))
    if isinstance(node.type, cst.Tuple) and len(node.type.elements) > 1:
        for element in node.type.elements:
            yield node.with_changes(type=element.value)


def no_statement(node: cst.SimpleStatementLine) -> Iterator[cst.CSTNode]:
    if not isinstance(node.body[0], cst.Import | cst.ImportFrom):
        yield PASS


Mutation = tuple[type | tuple[type, ...], Callable[[Any], Iterator[cst.CSTNode]]]
MORE: tuple[Mutation, ...] = (
    (cst.Name, other_names),
    (cst.ComparisonTarget, other_comparisons),
    (cst.Integer, one_less),
    (cst.FormattedStringText, other_text),
    ((cst.If, cst.While), negated),
    (cst.CompFor, no_filter),
    (cst.For, no_turn),
    (cst.Return, no_value),
    ((cst.FunctionDef, cst.ClassDef), no_decorator),
    (cst.ExceptHandler, no_handler),
    (cst.SimpleStatementLine, no_statement),
)


class Mutable(cst.CSTVisitor):
    """Collects the nodes that are read at run time, but for the settings of decorators."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Annotation | cst.Decorator | cst.Import | cst.ImportFrom):
            return False
        self.nodes.append(node)
        return True


class Meaning(ast.NodeTransformer):
    """Leaves out what nothing reads at run time: docstrings, types, what only a type checker or `*` imports."""

    def __init__(self, types: frozenset[str]) -> None:
        self.types = types

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        node = self.generic_visit(node)
        without_last_return(node.body)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        protocol = any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)
        return ast.Pass() if protocol else self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        return ast.Pass() if names <= self.types | {"__all__"} else self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> ast.AST:
        node.value = node.value or ast.Constant(None)
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST:
        checked_only = any(isinstance(part, ast.Name) and part.id == "TYPE_CHECKING" for part in ast.walk(node.test))
        return ast.Pass() if checked_only else self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return ast.Pass() if text else self.generic_visit(node)


def names_of_types(source: str) -> frozenset[str]:
    """The names that a module gives to kinds of functions: `Parse = Callable[[str], int]`."""
    return frozenset(
        target.id
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript)
        for target in node.targets
        if isinstance(target, ast.Name) and ast.unparse(node.value.value) == "Callable"
    )


def without_last_return(body: list[ast.stmt]) -> None:
    """Leaves out a `return None` where the function ends anyway."""
    match body:
        case [*_, ast.Return(value=ast.Constant(value=None))]:
            body[-1] = ast.Pass()
        case [*_, ast.If(body=one, orelse=other)]:
            without_last_return(one)
            without_last_return(other)
        case [*_, ast.Try(handlers=handlers)]:
            for handler in handlers:
                without_last_return(handler.body)


def meaning(source: str, types: frozenset[str]) -> str:
    """What two sources have in common if they run alike. Raises SyntaxError for what is no Python."""
    return ast.dump(Meaning(types).visit(ast.parse(source)))


def changed(source: str) -> Iterator[str]:
    """The source with each mutation."""
    module = cst.parse_module(source)
    found = Mutable()
    module.visit(found)
    for node in found.nodes:
        for kind, mutations in (*mutation_operators, *MORE):
            if isinstance(node, kind):
                for mutation in mutations(node):
                    yield module.deep_replace(node, mutation).code


def named(source: str, mutated: str) -> str:
    """The mutant's name: where it is, what is there, what it makes of it."""
    before, after = source.splitlines(), mutated.splitlines()
    blocks = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    changes = [block for block in blocks if block[0] != "equal"]
    was = " ".join(line.strip() for _, start, end, _, _ in changes for line in before[start:end]).strip()
    now = " ".join(line.strip() for _, _, _, start, end in changes for line in after[start:end]).strip() or "nothing"
    return f"{place(source, changes[0][1] + 1)}: {was}  ->  {now}"


def place(source: str, line: int) -> str:
    """The function or class that a line stands in, by its dotted name."""
    names = []
    body: list[ast.stmt] = ast.parse(source).body
    while True:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                if first <= line <= (node.end_lineno or 0):
                    names.append(node.name)
                    body = node.body
                    break
        else:
            return ".".join(names) or "module"


def main(files: list[str]) -> None:
    for file in files:
        source = Path(file).read_text()
        types = names_of_types(source)
        seen = {meaning(source, types)}
        names: Counter[str] = Counter()
        for code in changed(source):
            try:
                means = meaning(code, types)
            except SyntaxError:
                continue
            if means not in seen:
                seen.add(means)
                name = f"{file}, {named(source, code)}"
                names[name] += 1
                again = f"  ({names[name]})" if names[name] > 1 else ""
                print(json.dumps({"file": file, "name": name + again, "code": code}))


if __name__ == "__main__":
    main(sys.argv[1:])
