"""Every sentence and heading of the explaining screens, by key, in one table: a column for each language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("en",)

TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "step": ("step",),
    "value": ("value",),
    "shape": ("shape",),
    "tangent": ("tangent",),
    "data": ("data",),
    "constant": ("constant",),
    "seed": ("{one} (seed)",),
    "at": ("at {point}",),
    "with": ("with {constants}",),
    "users": ("from the steps that use it",),
    "reverse": ("reverse mode: values from top to bottom, then derivatives from bottom to top",),
    "forward": ("forward mode: values and tangents from top to bottom, one column for each input",),
    "along": ("forward mode along ({direction}): values and tangents from top to bottom",),
    "both": ("forward mode from top to bottom, then reverse mode from bottom to top",),
    "formulas": ("reverse mode: each derivative from the steps that use it",),
    "layout": ("∂{output}/∂step has the shape of its step (denominator layout)",),
    "gradient": ("gradient: {numbers}",),
    "derivative": ("derivative along ({direction}): {number}",),
    "digits": ("{count} digits, every one right (--digits 17 for all)",),
    "all digits": ("every digit right",),
    "float64": ("numbers in float64, not certified",),
    "sweeps": (
        "forward: {forward} sweep{s1}, one for each input; reverse: {reverse} sweep{s2}, one for each output;"
        " the same gradient",
    ),
    "left out": ("… {count:,} more steps: --format plain, json or csv has them all",),
    "named": ("the statements are the steps; --inner shows their {count} operations",),
    "problem": ("! {name}: {message}",),
    "derivation": ("∂{output}/∂{variable} in {count} step{s} (′ means d/d{variable}{constant})",),
    "constants": ("{names} {is_are} constant",),
    "differential": ("∇{output} in {count} step{s}: d{output} first{constant}, then read off d{output} = {pairing}",),
    "rule": ("rule",),
    "derivative column": ("derivative",),
    "differential column": ("differential",),
    "law": ("law",),
    "number": ("number",),
    "put together": ("put together",),
    "same": ("the same as grad",),
    "read off": ("read off",),
    "as in": ("as in step {number}",),
    "rules": ("rules: {laws}",),
    "proved": ("proved: both are one canonical form",),
    "tested": ("tested at points: both have the same numbers",),
    "hint": ("{shown} of {count} steps; --hint {next} shows one more, without --hint everything is shown",),
    "nested": ("{number} ({depth} deep)",),
    "no rule": ("no rule: by SymPy",),
    "chained": ("chain rule, {function}",),
    "derivative of": ("derivative of {function}",),
    "power chained": ("power + chain rule",),
    "more names": ("… and {count:,} more lines: --format dot, json or --depth N",),
    "local": ("local derivative",),
    "dependencies": ("dependencies",),
    "found": ("intermediates found in the expression",),
    "inwards": ("chain rule, from the output inwards",),
    "terms": ("terms",),
    "numbers": ("numbers",),
    "formula": ("formula",),
    "through": ("through",),
    "outer": ("outer",),
    "inner": ("inner",),
    "product": ("product",),
    "agrees": ("✓ agrees with grad{numbers} ({count} digits; --json has all)",),
    "differs": ("✗ differs from grad{numbers} ({count} digits; --json has all)",),
    "range": ("{axis} from {low} to {high}", "{axis} 从 {low} 到 {high}"),
    "slope": ("slope {slope}: the tangent is {line}", "斜率 {slope}: 切线为 {line}"),
    "value at": ("value: {output} = {value}", "函数值: {output} = {value}"),
    "dotted": ("(dotted)", "(点线)"),
    "one-sided": ("one-sided, on the {side}", "单侧, {side}"),
    "left": ("left", "左侧"),
    "right": ("right", "右侧"),
    "half tangents": (
        "no tangent at {place}: slope {left} on the left, {right} on the right (dotted)",
        "在 {place} 没有切线: 左侧斜率 {left}, 右侧斜率 {right} (点线)",
    ),
    "no tangent": ("no tangent at {place}", "在 {place} 没有切线"),
    "gap undefined": ("no value for {axis} between {low} and {high}", "{axis} 在 {low} 与 {high} 之间没有函数值"),
    "gap hole": ("no value at {axis} = {place}", "在 {axis} = {place} 没有函数值"),
    "gap pole": ("a pole at {axis} = {place}: the branches are not joined", "{axis} = {place} 是极点: 两支不相连"),
    "gap jump": ("a jump at {axis} = {place}", "在 {axis} = {place} 跳跃"),
    "more gaps": ("… and {count} more gaps", "…… 还有 {count} 处间断"),
    "empty": (
        "nothing to draw: {output} has no value in this range; --range shows another",
        "没有可画的内容: {output} 在这个范围内没有函数值; 用 --range 换一个范围",
    ),
    "constant plane": (
        "no contours: {output} has the same value everywhere in this range",
        "没有等高线: {output} 在这个范围内处处相等",
    ),
    "contours": ("contours {output} = {levels}", "等高线 {output} = {levels}"),
    "arrows": ("arrows point along ∇{output}", "箭头沿 ∇{output} 的方向"),
    "scaled arrows": (
        "arrows point along ∇{output} (the axes have different scales)",
        "箭头沿 ∇{output} 的方向 (两轴比例不同)",
    ),
    "gradient at": (
        "{mark} {place}: {output} = {value}, ∇{output} = {gradient}",
        "{mark} {place}: {output} = {value}, ∇{output} = {gradient}",
    ),
    "line along": (
        "{output} along the line {point} + {axis}·{direction}",
        "{output} 沿直线 {point} + {axis}·{direction}",
    ),
    "path": ("{start} start, {mark} steps", "{start} 起点, {mark} 各步"),
    "late": (
        "float64 cannot tell some of the values here, and there was no time for certified ones: they are left out",
        "此处有些函数值 float64 无法确定, 也来不及认证: 这些点未画出",
    ),
}


def say(key: str, language: str = "en", **values: object) -> str:
    """A text of the table, its places filled."""
    row = TEXTS[key]
    place = LANGUAGES.index(language) if language in LANGUAGES else 0
    text = row[place] if place < len(row) else row[0]
    return text.format(**values) if values else text


def plural(count: int) -> str:
    """The s of a plural."""
    return "" if count == 1 else "s"
