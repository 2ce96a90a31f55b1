"""Reports: one page that needs nothing else, right as HTML, seen by a real browser, and the same as documents."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from gradcli import GradcliError, grad, report
from gradcli.cli.entry import run
from gradcli.render.chinese.spoken import spoken
from gradcli.render.report.mathml import MOST_LATEX, mathml
from gradcli.render.report.page import report_document, write_report_html, write_report_text
from gradcli.rules import RULES
from gradcli.text.parser import parse_script

BAYDIN = "log(x1) + x1*x2 - sin(x2)"
NETWORK = "L = norm(o-y)**2/2; o = W2@h; h = tanh(z); z = W1@x"
POINT = {"W1": [[1, 2], [3, 4]], "W2": [[1, -1]], "x": [0.5, -0.2], "y": [1]}
VOID = {"meta", "br", "rect", "path", "line", "circle", "polyline", "polygon"}


class Checker(HTMLParser):
    """Every element is closed in its turn; what is met is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.met: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.met.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.met.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def tags(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.met if tag == name]


def checked(page: str) -> Checker:
    checker = Checker()
    checker.feed(page)
    checker.close()
    assert not checker.open
    return checker


@pytest.mark.parametrize(
    ("text", "at", "names"),
    [(BAYDIN, (2, 5), ()), ("x**3 - 1/x", 1, ()), (NETWORK, POINT, ("W1", "W2")), ("abs(x)*y", (0, 2), ())],
)
def test_a_page_needs_nothing_else(text: str, at: Any, names: tuple[str, ...]) -> None:
    """Well-formed, no script but data, nothing to load, formulas with their LaTeX, tables that fold."""
    page = write_report_html(report(text, at, wrt=names))
    checker = checked(page)
    assert [a.get("type") for a in checker.tags("script")] == ["application/json"]
    assert not {"src", "href", "onload", "onclick"} & {name for _, attributes in checker.met for name in attributes}
    assert not re.search(r"@import|url\(", page)
    assert "default-src 'none'" in page
    assert checker.tags("math")
    assert all(attributes["alttext"] for attributes in checker.tags("math"))
    assert all(attributes["scope"] in ("row", "col") for attributes in checker.tags("th"))
    assert len(checker.tags("details")) >= 1
    assert "open" in checker.tags("details")[0]
    assert len(page) < 2_000_000
    assert "code" not in {tag for tag, _ in checker.met}  # every formula could be set


def test_the_data_are_the_documents() -> None:
    """The JSON inside the page is the report's document, whatever its texts hold."""
    found = report(BAYDIN, (2, 5))
    page = write_report_html(found)
    (data,) = re.findall(r'<script type="application/json">(.*?)</script>', page, re.S)
    document = json.loads(data)
    assert document == json.loads(json.dumps(report_document(found)))
    assert document["schema"] == "gradcli.report/1"
    assert document["grad"]["gradient"] == document["trace"]["gradient"] == {"x1": 5.5, "x2": 1.7163378145367738}
    assert [document[part]["schema"] for part in ("steps", "trace", "graph", "plot")] == [
        f"gradcli.{part}/1" for part in ("steps", "trace", "graph", "plot")
    ]


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_function_has_a_formula(name: str) -> None:
    """The LaTeX of every function becomes MathML."""
    from gradcli.render.notation import write

    rule = RULES[name]
    arguments = ", ".join(f"x{place}" for place in range(1, len(rule.args) + 1))
    made = mathml(write(parse_script_tree(f"{name}({arguments})"), "latex"))
    assert made.startswith("<math alttext=")
    assert made.endswith("</math>")


def parse_script_tree(text: str) -> Any:
    """The tree of a text."""
    from gradcli.problems import Source

    return parse_script([Source("expression", text)]).statements[0].tree


def test_formulas_that_cannot_be_set() -> None:
    """What is too long, or no formula, is shown as it is, quoted."""
    assert mathml("x" * (MOST_LATEX + 1)).startswith("<code>xxx")
    assert mathml(r"\left( <b>") == r"<code>\left( &lt;b&gt;</code>"


def test_primes_stand_on_the_line() -> None:
    """(u)′ has no exponent, x² has one."""
    made = mathml(r"\left(x^{2}\right)'")
    assert made.count("<msup>") == 1
    assert "<mi>\u2032</mi>" in made


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    """Three variables have no picture and nobody misses it; an abstract function has no numbers; programs no steps."""
    assert report("x*y*z", (1, 2, 3)).missing == {}
    assert report("x*y*z", (1, 2, 3)).plot is None
    found = report("u = f(x, y); x = x(a); y = y(a)")
    assert found.plot is None
    assert "abstract" in found.missing["plot"]
    assert found.missing["plot"] in write_report_html(found)
    program = tmp_path / "sim"
    program.write_text('#!/bin/sh\necho "$1"\n')
    program.chmod(0o755)
    out = tmp_path / "r.html"
    command = f"{program} {{x}} '<script>alert(1)</script>'"
    assert run(["report", "--exec", command, "--at", "x=1", "--no-cache", "--out", str(out)]) == 0
    page = out.read_text()
    checker = checked(page)
    assert len(checker.tags("script")) == 1
    assert "<script>alert" not in page
    assert any("<script>alert(1)</script>" in text for text in checker.said)
    assert "only a text can be explained" in page


def test_the_picture_is_explained() -> None:
    """Poles, gaps, the tangent and contours are said below a picture, as at a terminal."""
    said = checked(write_report_html(report("x + 1/(x - 1/2)", 1))).said
    assert any("a pole at x = 0.5" in text for text in said)
    assert any("the tangent is y = -3·x + 6" in text for text in said)
    plane = checked(write_report_html(report("log(x) + y", (1, 1), ranges={"x": (-1, 2)}))).said
    assert any("f has no value in a part of this picture" in text for text in plane)


def test_paper_has_no_scrollbars() -> None:
    """What is wide is not cut off in print; differentials are set in italics in the last rows too."""
    page = write_report_html(report(NETWORK, POINT, wrt="W1"))
    assert "overflow: visible !important" in page[page.index("@media print") :]
    assert "<mi>dW</mi>" not in page
    assert "mathrm{dW}" not in page


def test_bad_requests() -> None:
    """Several functions, an empty range, a range of what is no axis."""
    with pytest.raises(GradcliError):
        report("[x, y]")
    with pytest.raises(GradcliError, match="f is an abstract function: it has no value at a point"):
        report("f(x*y)", (1, 2))
    with pytest.raises(GradcliError, match="the range of x is empty"):
        report("x**2", ranges={"x": (1, 0)})
    with pytest.raises(GradcliError, match="z is no axis"):
        report("x**2", ranges={"z": (0, 1)})


def test_formats_for_papers() -> None:
    """Markdown with headings, LaTeX, plain lines."""
    found = report(BAYDIN, (2, 5))
    markdown = write_report_text(found, "markdown")
    assert [line for line in markdown.splitlines() if line.startswith("#")] == [
        "## Gradient",
        "## Derivation, rule by rule",
        "## Evaluation, step by step",
    ]
    assert r"\begin{align*}" in write_report_text(found, "latex")
    assert "df/dx2 = df/dv2*x1 + df/dv4*cos(x2) = 1.7163378145367738" in write_report_text(found, "plain")


def test_a_page_in_chinese() -> None:
    """Headings and the language of the page."""
    token = spoken.set("zh")
    try:
        page = write_report_html(report("x**2", 1))
    finally:
        spoken.reset(token)
    assert '<html lang="zh-Hans">' in page
    assert "<h2>梯度</h2>" in page
    assert "<h2>计算图</h2>" in page


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Endings choose the format, what is left out is left out, kinks end with 3, and --open shows the file."""
    out = tmp_path / "r.html"
    assert run(["report", "x**2", "--at", "1", "--out", str(out)]) == 0
    assert out.read_text().startswith("<!DOCTYPE html>")
    assert run(["report", "x**2", "--at", "1", "--no-steps", "--no-plot", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["steps"], document["plot"]) == (None, None)
    assert document["trace"] is not None
    assert run(["report", "abs(x)", "--at", "0", "--out", str(tmp_path / "r.md")]) == 3
    assert (tmp_path / "r.md").read_text().startswith("## Gradient")
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda url: bool(opened.append(url)) or True)
    assert run(["report", "x**2", "--out", str(out), "--open"]) == 0
    assert opened == [out.resolve().as_uri()]
    capsys.readouterr()
    for words, why in (
        (["x**2", "--open"], "in a file"),
        (["x**2", "--out", str(tmp_path / "r.csv")], "not written"),
        (["x**2", "--at", "1", "--at", "2"], "about one point"),
        (["x**2", "--format", "json", "--out", str(out)], "contradict"),
    ):
        assert run(["report", *words]) == 2
        assert why in capsys.readouterr().err


def test_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    """Gradient, derivation, trace and picture one after the other."""
    assert run(["report", "x**3 - 1/x", "--at", "1", "--range", "x=0.25:2"]) == 0
    shown = capsys.readouterr().out
    places = [shown.index(word) for word in ("denominator layout", "in 3 steps", "reverse mode", "tangent")]
    assert places == sorted(places)


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--enable-logging=stderr"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
MEASURE = """<script>
const heights = [...document.querySelectorAll("math")].map(one => one.getBoundingClientRect().height);
document.title = JSON.stringify({
  least: Math.min(...heights.filter((_, i) => !document.querySelectorAll("math")[i].closest("details:not([open])"))),
  count: heights.length, ground: getComputedStyle(document.body).backgroundColor,
  ink: getComputedStyle(document.body).color, wide: document.documentElement.scrollWidth > innerWidth,
  requests: performance.getEntriesByType("resource").length });
</script>"""


def browse(folder: Path, page: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    assert CHROMIUM is not None
    profile = folder / f"profile{len(list(folder.iterdir()))}"
    words = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", *flags, page.as_uri()]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
def test_a_browser_shows_it(tmp_path: Path) -> None:
    """No message on the console, no request, every formula has a height, light and dark, and a PDF on paper."""
    page, measured, paper = (tmp_path / name for name in ("page.html", "measured.html", "page.pdf"))
    page.write_text(write_report_html(report(BAYDIN, (2, 5))))
    seen = browse(tmp_path, page, "--no-pdf-header-footer", f"--print-to-pdf={paper}")
    assert "CONSOLE" not in seen.stderr
    assert paper.read_bytes().startswith(b"%PDF")
    text = re.sub(r"<meta http-equiv[^>]*>", "", page.read_text())
    measured.write_text(text.replace("</body>", f"{MEASURE}</body>"))
    grounds = []
    for scheme in (1, 0):
        flags = (f"--blink-settings=preferredColorScheme={scheme}", "--window-size=1000,1400", "--dump-dom")
        told = re.search("<title>(.*?)</title>", browse(tmp_path, measured, *flags).stdout)
        assert told
        found = json.loads(told[1])
        assert found["least"] > 5
        assert found["count"] == page.read_text().count("<math ")
        assert not found["wide"]
        assert found["requests"] == 0
        grounds.append((found["ground"], found["ink"]))
    assert grounds[0][0] == "rgb(255, 255, 255)"
    assert grounds[0] != grounds[1]


def test_the_gradient_of_a_page_is_grads() -> None:
    """A report computes nothing of its own."""
    assert report(BAYDIN, (2, 5)).gradient == grad(BAYDIN, (2, 5))
