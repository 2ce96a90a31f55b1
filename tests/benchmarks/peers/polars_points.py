"""Value and gradient at all rows of a file by polars: polars_points.py FILE OUT."""

import sys

import polars
from polars import col

source, target = sys.argv[1:]
is_csv = source.endswith(".csv")
table = polars.read_csv(source) if is_csv else polars.read_parquet(source)
x1, x2, x3, x4 = (col(f"x{i}") for i in range(1, 5))
e, r, s, l = x3.exp(), x4.sqrt(), x2.sin(), x1.log()  # noqa: E741
found = table.with_columns(
    value=l * s + e * r + x1 * x4, d_x1=s / x1 + x4, d_x2=l * x2.cos(), d_x3=e * r, d_x4=e / (2 * r) + x1
)
found.write_csv(target) if is_csv else found.write_parquet(target)
