"""Reading the few arrays of a safetensors file with numpy alone: eight bytes of length, a JSON header, the arrays."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt

_TYPES = {"I8": np.int8, "F16": np.float16, "F32": np.float32}


def read_arrays(data: bytes) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays by name; they share the memory of `data` and are read-only.

    Raises:
        ValueError: the bytes are no such file, or end too early.
    """
    size = int.from_bytes(data[:8], "little")
    if len(data) < 8 or size > len(data) - 8:
        raise ValueError("the file ends inside its header")
    try:
        header = json.loads(data[8 : 8 + size])
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise ValueError("the header is not JSON") from None
    found = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = (8 + size + offset for offset in entry["data_offsets"])
        if end > len(data):
            raise ValueError(f"the array {name!r} is cut off")
        found[name] = np.frombuffer(data[start:end], _TYPES[entry["dtype"]]).reshape(entry["shape"])
    return found
