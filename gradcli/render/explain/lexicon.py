"""Every sentence and heading of the explaining screens, by key, in one table: a column for each language."""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.records import TYPE_CHECKING
from gradcli.render.chinese.spoken import LANGUAGES, spoken, translated

if TYPE_CHECKING:
    from typing import Final

    from gradcli.rules.law import Law

TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "step": ("step", "步骤"),
    "value": ("value", "值"),
    "shape": ("shape", "形状"),
    "tangent": ("tangent", "切向量"),
    "data": ("data", "数据"),
    "constant": ("constant", "常数"),
    "seed": ("{one} (seed)", "{one} (种子)"),
    "at": ("at {point}", "在 {point} 处"),
    "with": ("with {constants}", "其中 {constants}"),
    "users": ("from the steps that use it", "来自使用它的各步"),
    "reverse": (
        "reverse mode: values from top to bottom, then derivatives from bottom to top",
        "反向模式: 从上到下求值, 再从下到上求导数",
    ),
    "forward": (
        "forward mode: values and tangents from top to bottom, one column for each input",
        "前向模式: 从上到下求值与切向量, 每个输入一列",
    ),
    "forward entries": (
        "forward mode, from top to bottom: one column for each entry of the inputs",
        "前向模式, 从上到下: 输入的每个元素一列",
    ),
    "forward formulas": (
        "forward mode: each tangent from those of the steps before",
        "前向模式: 每个切向量由前面各步的切向量得到",
    ),
    "both formulas": (
        "forward mode from top to bottom (tangent), reverse mode from bottom to top",
        "前向模式从上到下 (切向量), 反向模式从下到上",
    ),
    "along": (
        "forward mode along ({direction}): values and tangents from top to bottom",
        "沿 ({direction}) 的前向模式: 从上到下求值与切向量",
    ),
    "both": (
        "forward mode from top to bottom, then reverse mode from bottom to top",
        "先从上到下用前向模式, 再从下到上用反向模式",
    ),
    "formulas": ("reverse mode: each derivative from the steps that use it", "反向模式: 每个导数来自使用它的各步"),
    "layout": (
        "∂{output}/∂step has the shape of its step (denominator layout)",
        "∂{output}/∂步骤 与该步骤形状相同 (分母布局)",
    ),
    "gradient": ("gradient: {numbers}", "梯度: {numbers}"),
    "derivative": ("derivative along ({direction}): {number}", "沿 ({direction}) 的方向导数: {number}"),
    "digits": (
        "{count} digits, every one right (--digits 17 for all)",
        "{count} 位有效数字, 位位正确 (--digits 17 显示全部)",
    ),
    "all digits": ("every digit right", "位位正确"),
    "float64": ("numbers in float64, not certified", "float64 数值, 未经认证"),
    "sweeps": (
        "forward: {forward} sweep{s1}, one for each input; reverse: {reverse} sweep{s2}, one for each output",
        "前向: {forward} 遍, 每个输入一遍; 反向: {reverse} 遍, 每个输出一遍",
    ),
    "sweeps entries": (
        "forward: {forward} sweep{s1}, one an entry; reverse: {reverse} sweep{s2}, one an output",
        "前向: {forward} 遍, 每个元素一遍; 反向: {reverse} 遍, 每个输出一遍",
    ),
    "same gradient": ("; the same gradient", "; 梯度相同"),
    "left out": (
        "… {count:,} more steps: --format plain, json or csv has them all",
        "…… 还有 {count:,} 步: 用 --format plain、json 或 csv 查看全部",
    ),
    "named": (
        "the statements are the steps; --inner shows their {count} operations",
        "以语句为步骤; --inner 显示其中的 {count} 个运算",
    ),
    "problem": ("! {name}: {message}", "! {name}: {message}"),
    "derivation": (
        "∂{output}/∂{variable} in {count} step{s} (′ means d/d{variable}{constant})",
        "∂{output}/∂{variable}, 共 {count} 步 (′ 表示 d/d{variable}{constant})",
    ),
    "constants": ("{names} {is_are} constant", "{names} 视为常数"),
    "differential": (
        "∇{output} in {count} step{s}: d{output} first{constant}, then read off d{output} = {pairing}",
        "∇{output}, 共 {count} 步: 先求 d{output}{constant}, 再由 d{output} = {pairing} 读出",
    ),
    "rule": ("rule", "法则"),
    "derivative column": ("derivative", "导数"),
    "differential column": ("differential", "微分"),
    "law": ("law", "公式"),
    "number": ("number", "数值"),
    "put together": ("put together", "合在一起"),
    "same": ("the same as grad", "与 grad 相同"),
    "limited": ("grad, by limits too", "grad (含极限)"),
    "at equality": (
        "but for equalities: no branch has the derivative there, limits have",
        "等号成立处除外: 那里的导数不是任一分支的导数, 而是极限",
    ),
    "read off": ("read off", "读出"),
    "as in": ("as in step {number}", "同步骤 {number}"),
    "rules": ("rules: {laws}", "法则: {laws}"),
    "proved": ("proved: both are one canonical form", "已证明: 两者化为同一标准形式"),
    "tested": ("tested at points: both have the same numbers", "已在若干点检验: 两者数值相同"),
    "hint": (
        "{shown} of {count} steps; --hint {next} shows one more, without --hint everything is shown",
        "显示 {count} 步中的 {shown} 步; --hint {next} 再多显示一步, 不用 --hint 显示全部",
    ),
    "nested": ("{number} ({depth} deep)", "{number} (第 {depth} 层)"),
    "chained": ("chain rule, {function}", "链式法则, {function}"),
    "derivative of": ("derivative of {function}", "{function} 的导数"),
    "power chained": ("power + chain rule", "幂律 + 链式法则"),
    "more names": (
        "… and {count:,} more lines: --format dot, json or --depth N",
        "…… 还有 {count:,} 行: 用 --format dot、json 或 --depth N",
    ),
    "dependencies": ("dependencies", "依赖关系"),
    "found": ("intermediates found in the expression", "从表达式中找出的中间变量"),
    "inwards": ("chain rule, from the output inwards", "链式法则, 由输出向内"),
    "terms": ("terms", "各项"),
    "numbers": ("numbers", "数值"),
    "formula": ("formula", "公式"),
    "through": ("through", "经由"),
    "outer": ("outer", "外层"),
    "inner": ("inner", "内层"),
    "product": ("product", "乘积"),
    "agrees": (
        "✓ agrees with grad{numbers} ({count} digits; --json has all)",
        "✓ 与 grad 一致{numbers} ({count} 位; --json 有全部)",
    ),
    "differs": (
        "✗ differs from grad{numbers} ({count} digits; --json has all)",
        "✗ 与 grad 不一致{numbers} ({count} 位; --json 有全部)",
    ),
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
    "method gd": ("gradient descent: {update}, {count} step{s}", "梯度下降: {update}, 共 {count} 步"),
    "method momentum": ("momentum: {update}, {count} step{s}", "动量法: {update}, 共 {count} 步"),
    "method adam": ("Adam: {update}, {count} step{s}", "Adam 算法: {update}, 共 {count} 步"),
    "method newton": ("Newton's method: {update}, {count} step{s}", "牛顿法: {update}, 共 {count} 步"),
    "stopped gradient": (
        "stopped after {count} step{s}: {norm}, the gradient is as good as zero",
        "{count} 步后停止: {norm}, 梯度已接近零",
    ),
    "stopped steps": ("stopped after {count} step{s}, {norm}", "{count} 步后停止, {norm}"),
    "stopped diverging": (
        "diverging: after {count} step{s} {value}; a smaller --rate, or another method",
        "发散: {count} 步后 {value}; 请减小 --rate, 或换一种方法",
    ),
    "stopped problem": (
        "stopped after {count} step{s}: there is no gradient here",
        "{count} 步后停止: 此处没有梯度",
    ),
    "kind minimum": ("a minimum: the Hessian is positive definite", "极小值: 黑塞矩阵正定"),
    "kind maximum": ("a maximum: the Hessian is negative definite", "极大值: 黑塞矩阵负定"),
    "kind saddle": ("a saddle: the Hessian is indefinite", "鞍点: 黑塞矩阵不定"),
    "kind undecided": (
        "minimum, maximum or saddle: the Hessian does not tell, it is not known or has an eigenvalue as good as zero",
        "无法判定是极小值、极大值还是鞍点: 黑塞矩阵有为零或近于零的特征值, 或未知",
    ),
    "eigenvalues": ("eigenvalues {values}", "特征值 {values}"),
    "rate": ("rate", "学习率"),
    "rates": (
        "rates below {bound} converge here (2/λ, λ = {curvature} the largest eigenvalue)",
        "学习率小于 {bound} 时收敛 (2/λ, λ = {curvature} 为最大特征值)",
    ),
    "rates momentum": (
        "rates below {bound} converge here (2(1 + β)/λ, λ = {curvature} the largest eigenvalue)",
        "学习率小于 {bound} 时收敛 (2(1 + β)/λ, λ = {curvature} 为最大特征值)",
    ),
    "worksheet": ("Worksheet: derivatives", "练习: 求导"),
    "worksheet again": ("the same exercises again: {command}", "再做同样的题: {command}"),
    "find derivative": ("find {symbol}", "求 {symbol}"),
    "find gradient": (
        "find {symbol} (denominator layout: the shape of {variable})",
        "求 {symbol} (分母布局: 与 {variable} 同形)",
    ),
    "answers": ("Answers", "答案"),
    "topic chain": ("chain rule", "链式法则"),
    "topic product": ("product rule", "乘法法则"),
    "topic quotient": ("quotient rule", "除法法则"),
    "topic partial": ("partial derivatives", "偏导数"),
    "topic matrix": ("vectors and matrices", "向量与矩阵"),
    "exercise": ("{number} of {count}, {topic}", "第 {number} 题 (共 {count} 题), {topic}"),
    "keys": ("h: a hint, s: the steps, n: the next one, q: the end", "h: 提示, s: 步骤, n: 下一题, q: 结束"),
    "right answer": ("✓ right", "✓ 正确"),
    "right answer too": ("✓ right; grad writes it as {answer}", "✓ 正确; grad 写作 {answer}"),
    "wrong answer": ("✗ not yet", "✗ 还不对"),
    "wrong at": (
        "✗ not yet: at {point} it is {yours}, the derivative is {ours}",
        "✗ 还不对: 在 {point} 处它等于 {yours}, 导数等于 {ours}",
    ),
    "unclear answer": ("? this cannot be decided; write it in another form", "? 无法判定; 请换一种写法"),
    "next rule": ("hint: {rule}: {law}", "提示: {rule}: {law}"),
    "no more hints": ("these were all hints; s shows the steps", "提示已经用完; s 显示步骤"),
    "score": ("{right} of {count} right, {first} at the first try", "{count} 题中答对 {right} 题, {first} 题一次答对"),
    "report": ("Report", "报告"),
    "gradient heading": ("Gradient", "梯度"),
    "steps heading": ("Derivation, rule by rule", "逐条法则求导"),
    "trace heading": ("Evaluation, step by step", "逐步求值"),
    "graph heading": ("Computation graph", "计算图"),
    "plot heading": ("Picture", "图像"),
    "data left out": (
        "the data are too long for this page: --format json has them",
        "数据过长, 未放入本页: 用 --format json 查看",
    ),
    "made by": (
        "made by gradcli; the numbers are inside this page as JSON",
        "由 gradcli 生成; 数值以 JSON 形式存于本页",
    ),
    "path": ("{start} start, {mark} steps", "{start} 起点, {mark} 各步"),
    "outside": (
        "{count} of {all} places are outside of this picture; --range shows more",
        "{all} 个位置中有 {count} 个在图外; 用 --range 显示更多",
    ),
    "late": (
        "float64 cannot tell some of the values here, and there was no time for certified ones: they are left out",
        "此处有些函数值 float64 无法确定, 也来不及认证: 这些点未画出",
    ),
}


def say(key: str, **values: object) -> str:
    """A text of the table in the language that is spoken, its places filled."""
    row = TEXTS[key]
    place = LANGUAGES.index(spoken.get())
    text = row[place] if place < len(row) else row[0]
    if values and place:  # reasons and problems come from elsewhere, in English
        values = {key: translated(value) if isinstance(value, str) else value for key, value in values.items()}
    return text.format(**values) if values else text


def law_name(law: Law) -> str:
    """The name of a law in the language that is spoken."""
    return law.chinese if spoken.get() == "zh" else law.name


def plural(count: int) -> str:
    """The s of a plural."""
    return "" if count == 1 else "s"
