"""A generated programme of the size of a county or of ten, for measuring and for trying things out.

Everything is drawn from one seed: the same scale and seed give the same projects, lines and amounts to the pound.
The programme is marked `generated` and is never the current one. It stands in the council's own directorates and
services; where there are none it brings some of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import batched as _batched_since_3_12
