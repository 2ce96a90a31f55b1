"""A picture as PNG and PDF, from its SVG, by CairoSVG (`pip install cairosvg`), imported when it is needed."""

from __future__ import annotations

from gradcli.problems import ExitCode, GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Final

SHARPNESS: Final = 2.0
"""Pixels of a PNG for each pixel of the SVG."""


def write_raster(svg: str, form: str) -> bytes:
    """The bytes of a `png` or `pdf`. Raises `missing` where CairoSVG, or the library that it needs, is not there."""
    cairo = cairosvg()
    data = svg.encode()
    made: bytes = cairo.svg2pdf(bytestring=data) if form == "pdf" else cairo.svg2png(bytestring=data, scale=SHARPNESS)
    return made


def cairosvg() -> Any:
    """CairoSVG."""
    try:
        import cairosvg as module
    except ImportError:
        hint = "pip install cairosvg, or --out FILE.svg, which needs nothing"
        raise GradcliError("missing", "PNG and PDF need CairoSVG, which is not installed", hint=hint) from None
    except OSError:
        hint = "apt install libcairo2, or --out FILE.svg, which needs nothing"
        message = "CairoSVG does not find the library cairo"
        raise GradcliError("missing", message, hint=hint, exit_code=ExitCode.FAILED) from None
    return module
