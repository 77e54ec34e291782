"""Arrow without its stubs, which lag behind the library: everything of it is `Any` to the type checker.

`Array` and `Table` in signatures say what is meant.
"""

from typing import Any, TypeAlias

import pyarrow
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet

pa: Any = pyarrow
pc: Any = pyarrow.compute
csv: Any = pyarrow.csv
pq: Any = pyarrow.parquet

Array: TypeAlias = Any
ChunkedArray: TypeAlias = Any
DataType: TypeAlias = Any
Schema: TypeAlias = Any
Table: TypeAlias = Any

MEDIA_TYPE = "application/vnd.apache.arrow.stream"
