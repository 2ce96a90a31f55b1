"""How pages and fragments look: the colours of the reader's system, light or dark; on paper black on white."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Final

FRAGMENT: Final = """
.gradcli { line-height: 1.45; }
.gradcli .wide, .gradcli .formula { overflow-x: auto; overflow-y: hidden; margin: .6em 0; }
.gradcli table { border-collapse: collapse; font-size: 92%; }
.gradcli.gradcli th, .gradcli.gradcli td { border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent);
  padding: .25em .7em; text-align: left; vertical-align: top; font-weight: normal; }
.gradcli.gradcli thead th { font-weight: 600; white-space: nowrap; }
.gradcli td.num, .gradcli tbody th, .gradcli :is(code, pre, samp) { font-family: ui-monospace, "DejaVu Sans Mono",
  Menlo, Consolas, monospace; }
.gradcli.gradcli td.num { white-space: pre; text-align: right; } .gradcli tbody th { white-space: nowrap; }
.gradcli td { white-space: nowrap; } .gradcli math { font-size: 1.08em;
  font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", "DejaVu Math TeX Gyre", math; }
.gradcli summary { cursor: pointer; } .gradcli details { margin: .5em 0; }
.gradcli .remark { opacity: .75; font-size: 90%; margin: .15em 0; } .gradcli .remark.problem { opacity: 1; }
.gradcli .problem { color: light-dark(#9a6700, #e3b341); }
"""
"""Scoped: a notebook page has other content; the class twice, since Jupyter aligns cells by a rule of two classes."""

PAGE: Final = """
:root { color-scheme: light dark; }
body { background: Canvas; color: CanvasText; font: 16px/1.45 system-ui, sans-serif; margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1.2rem 3rem; }
h1 { font-size: 1.45rem; font-weight: 600; } h2 { font-size: 1.15rem; margin: 1.8em 0 .4em; }
.picture { overflow-x: auto; margin: .6em 0; } .picture svg { max-width: none; }
footer { margin-top: 2.5em; color: GrayText; font-size: 85%; }
@media print {
  :root { color-scheme: light; } main { max-width: none; padding: 0; }
  details::details-content { content-visibility: visible; height: auto; } summary { list-style: none; }
  .wide, .formula, .picture { overflow: visible !important; } .picture svg { max-width: 100%; height: auto; }
  .picture svg { max-height: 85vh; } body { font-size: 13px; } .gradcli td { white-space: normal; }
  tr, .picture { break-inside: avoid; } h2, h2 + p, summary { break-after: avoid; } footer { margin-top: 1em; }
}
"""
