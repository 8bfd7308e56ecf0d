"""Describes a table, and draws its columns of numbers."""

import io

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import pandas as pd


def describe(text: str) -> str:
    """The usual measures of each column of numbers, as a table in HTML."""
    measures = _numbers(text).describe().round(2).reset_index(names="measure")
    return measures.to_html(border=0, index=False)


def picture(text: str) -> bytes:
    """A histogram of each column of numbers, as PNG."""
    figure = _numbers(text).hist(figsize=(7, 4))[0][0].figure
    figure.tight_layout()
    png = io.BytesIO()
    figure.savefig(png)
    plt.close(figure)
    return png.getvalue()


def _numbers(text: str) -> pd.DataFrame:
    """Raises ValueError when there are none."""
    numbers = pd.read_csv(io.StringIO(text)).select_dtypes("number")
    if numbers.empty:
        raise ValueError("the file has no column of numbers")
    return numbers
