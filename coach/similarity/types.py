"""Names for arrays."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

#: float32, one row per text unless it is said otherwise.
Matrix: TypeAlias = npt.NDArray[np.float32]
#: positions in a list of items.
Positions: TypeAlias = npt.NDArray[np.int64]
