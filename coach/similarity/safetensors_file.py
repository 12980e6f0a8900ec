"""Reading the few arrays of a safetensors file with numpy alone: eight bytes of length, a JSON header, the arrays.

They are mapped, not read: what no title needs takes no memory, and all processes of a machine share the rest.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_TYPES = {"I8": np.int8, "F16": np.float16, "F32": np.float32}


def mapped_arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of a file by name, read-only.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no such file, or ends too early.
    """
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        whole = path.stat().st_size
        if whole < 8 or size > whole - 8:
            raise ValueError("the file ends inside its header")
        try:
            header = json.loads(file.read(size))
        except (json.JSONDecodeError, UnicodeDecodeError):
            raise ValueError("the header is not JSON") from None
    found: dict[str, npt.NDArray[Any]] = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = (8 + size + offset for offset in entry["data_offsets"])
        if end > whole:
            raise ValueError(f"the array {name!r} is cut off")
        found[name] = np.memmap(path, _TYPES[entry["dtype"]], "r", start, tuple(entry["shape"]))
    return found
