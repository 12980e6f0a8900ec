"""Reading YAML so that every fault is named with its file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from coach.errors import RubricError

M = TypeVar("M", bound=BaseModel)


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping in a YAML file; RubricError with file and line where it is not one."""
    import yaml  # a start from the cache never needs it

    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_loader())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "is not YAML"
        raise RubricError(str(problem), file=short_name(path), line=mark.line + 1 if mark else None) from None
    except (OSError, UnicodeDecodeError) as error:
        raise RubricError(f"cannot be read: {error}", file=short_name(path)) from None
    if not isinstance(data, dict):
        raise RubricError("holds no mapping", file=short_name(path), line=1)
    return data


def read_model(path: Path, model: type[M]) -> M:
    """Return the model of a YAML file; RubricError names file, line and key of the first fault."""
    data = read_yaml(path)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RubricError(
            f"{place or 'file'}: {first['msg']}", file=short_name(path), line=line_of(path, list(first["loc"]))
        ) from None


def line_of(path: Path, keys: list[int | str]) -> int | None:
    """Return the line (from 1) where a nested key stands, as far down as it exists."""
    import yaml

    try:
        node: Any = yaml.compose(path.read_text(encoding="utf-8"), Loader=_loader())
    except yaml.YAMLError:
        return None
    line = node.start_mark.line + 1 if node else None
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            pair = next((p for p in node.value if p[0].value == str(key)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line + 1
    return line


def _loader() -> Any:
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def short_name(path: Path) -> str:
    """The last three parts of a path say enough and give no machine away."""
    return "/".join(path.parts[-3:])
