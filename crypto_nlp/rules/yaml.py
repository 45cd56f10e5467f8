"""Reads a YAML rule file into a pydantic model; every fault is told with file and line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from crypto_nlp.errors import RulesError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

T = TypeVar("T")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # chosen at run time
    """YAML 1.2's idea of a boolean: *on*, *off*, *yes* and *no* are words, and in word lists they stand as words."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


class Strict(BaseModel):
    """The base of every file format: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read(path: Traversable, shape: type[T] | Any) -> T:
    """The content of ``path`` as ``shape``.

    Raises:
        RulesError: the file is missing, is no YAML, or does not fit the shape; the message begins ``file:line:``.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror or error}"
        raise RulesError(message) from error
    valid: T = parse(text, str(path), shape)
    return valid


def parse(text: str, name: str, shape: type[T] | Any) -> T:
    """Like :func:`read`, for a text that is already at hand; ``name`` stands for the file in messages."""
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        message = f"{name}:{line}: not YAML: {error.problem}"
        raise RulesError(message) from error
    except yaml.YAMLError as error:
        message = f"{name}:1: not YAML: {error}"
        raise RulesError(message) from error
    try:
        valid: T = TypeAdapter(shape).validate_python(data)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        message = f"{name}:{_line(node, fault['loc'])}: {where or 'file'}: {fault['msg']}"
        raise RulesError(message) from error
    return valid


def _line(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """The line of the deepest node on the way to ``location``."""
    line = 1
    for part in location:
        if node is None:
            break
        line = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            pairs = [(k, v) for k, v in node.value if getattr(k, "value", None) == str(part)]
            if not pairs:
                continue
            line = pairs[0][0].start_mark.line + 1
            node = pairs[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line
