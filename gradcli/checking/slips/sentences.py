"""What each slip is called to its author. `{0}` in a sentence stands for the first formula, and so on."""

from __future__ import annotations

from gradcli.derive.ad.reverse import Reverse
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.checking.slips.catalogue import Location, Mark
    from gradcli.checking.slips.evidence import Evidence, Unit
    from gradcli.program.graph import Node

    Words = tuple[str, tuple[Node, ...]]

SENTENCES: Mapping[tuple[str, str], str] = {
    ("product-rule", "forgotten"): "breaks the product rule: the term in which {argument} is differentiated is missing",
    (
        "product-rule",
        "other factor forgotten",
    ): "breaks the product rule: the derivative of {argument} lacks its factor",
    (
        "quotient-rule",
        "other factor forgotten",
    ): "breaks the quotient rule: the derivative of {argument} lacks its factor",
    ("product-rule", "sign"): "breaks the product rule: the terms are added, not subtracted",
    ("product-rule", "sum of derivatives"): "is the sum of the derivatives: (u*v)' is u'*v + u*v'",
    ("product-rule", "product of derivatives"): "is the product of the derivatives: (u*v)' is u'*v + u*v'",
    (
        "quotient-rule",
        "forgotten",
    ): "breaks the quotient rule: the term in which {argument} is differentiated is missing",
    ("quotient-rule", "sign"): "breaks the quotient rule: (u/v)' is (u'*v - u*v')/v**2, with a minus",
    ("quotient-rule", "product of derivatives"): "is made of the derivatives alone: (u/v)' is (u'*v - u*v')/v**2",
    ("quotient-rule", "denominator not squared"): "breaks the quotient rule: the denominator is not squared",
    ("quotient-rule", "no denominator"): "breaks the quotient rule: it is not divided by the square of the denominator",
    ("quotient-rule", "quotient of derivatives"): "is the quotient of the derivatives: (u/v)' is (u'*v - u*v')/v**2",
    ("quotient-rule", "reciprocal of the derivative"): "has 1/v' for the derivative of 1/v, which is -v'/v**2",
    ("power-rule", "exponent kept"): "breaks the power rule: the exponent of {argument} is not lowered by one",
    ("power-rule", "exponent raised"): "breaks the power rule: the exponent of {argument} is raised, not lowered",
    ("power-rule", "exponent lowered twice"): "breaks the power rule: the exponent of {argument} is lowered by two",
    ("power-rule", "factor forgotten"): "breaks the power rule: the exponent of {argument} is missing as a factor",
    (
        "power-rule",
        "factor lowered",
    ): "breaks the power rule: the factor is the old exponent of {argument}, not the new one",
    ("power-rule", "factor raised"): "breaks the power rule: the factor is the old exponent of {argument}",
    (
        "power-rule",
        "factor and exponent kept",
    ): "breaks the power rule: {argument} keeps its exponent, which is no factor",
    ("power-rule", "of an exponential"): "takes {node} for a power: its exponent varies, its base does not",
    ("power-rule", "logarithm forgotten"): "lacks the logarithm of the base: (a**x)' is a**x*log(a)",
    ("sign", "term"): "has the wrong sign at the term {argument}",
    ("sign", "function"): "has the wrong sign at the derivative of {node}",
    ("sign", "everywhere"): "has the wrong sign at the derivative of {node}",
    ("missing-term", "term"): "lacks the term that comes from {argument}",
    ("missing-term", "argument"): "lacks the term that comes from {argument} in {node}",
    ("missing-term", "of a power"): "lacks the term that comes from {argument} in {node}",
    ("missing-term", "everywhere"): "lacks the term that comes from {node}",
    ("not-differentiated", "term"): "has {argument} as it is: it is not differentiated",
    ("not-differentiated", "factor"): "has {argument} as it is: it is not differentiated",
    ("not-differentiated", "function"): "has {node} in the place of its derivative",
    ("not-differentiated", "whole"): "has {node} as it is: it is not differentiated",
    ("factor", "factor forgotten"): "lacks the factor {argument}",
    ("factor", "divisor forgotten"): "is not divided by {argument}",
    ("extra-term", "left"): "has {argument} besides its derivative",
    ("extra-term", "constant"): "keeps a constant, whose derivative is 0",
    ("extra-term", "minus constant"): "has a constant, whose derivative is 0",
    ("integrated", "term"): "has {argument} integrated, not differentiated",
}


def words(evidence: Evidence, unit: Unit, mark: Mark, place: Location) -> Words:
    """The sentence of a slip and the formulas in it."""
    wrt = evidence.comparison.entries[unit.places[0]].wrt
    if mark.code == "missing-inner-derivative":
        return missing_inner(evidence, wrt, mark, place)
    if mark.code == "extra-inner-derivative":
        return "has an inner derivative too many, that of {0}", (place.argument or place.node,)
    if mark.code == "wrong-variable":
        return f"has the inner derivative of {{0}} by {place.text}, not by {wrt}", (place.argument or place.node,)
    if mark.code == "swapped-function":
        name = place.node.data.name
        return f"has {mark.form} for the derivative of {name}(x)", ()
    sentence = SENTENCES.get((mark.code, mark.form.partition(" #")[0]), "is made with another rule at {node}")
    parts: list[Node] = []
    for word, node in (("{argument}", place.argument), ("{node}", place.node)):
        if word in sentence:
            sentence = sentence.replace(word, f"{{{len(parts)}}}")
            parts.append(node or place.node)
    return sentence, tuple(parts)


def missing_inner(evidence: Evidence, wrt: str, mark: Mark, place: Location) -> Words:
    """`lacks the inner derivative cos(x1*x2)*x1`; of arrays the function is named instead."""
    argument = place.argument or place.node
    link = mark.form.startswith("link")
    if mark.form.startswith("bare"):
        here = evidence.comparison.graph.intern("variable", (), wrt)
        return "has {0} in the place of {1}: (f(g))' is f'(g)*g'", (here, argument)
    if evidence.arrays and link:
        return f"lacks a link of the chain: the derivative of {function_name(place.node)}", ()
    if evidence.arrays:
        return f"lacks the inner derivative at {function_name(place.node)}", ()
    if link:
        return "lacks a link of the chain: the derivative of {0}", (place.node,)
    (inner,) = Reverse(evidence.comparison.graph, [wrt]).gradient(argument)
    if mark.form.startswith("inside"):
        return "has the inner derivative {0} in the place of {1}: (f(g))' is f'(g)*g'", (inner, argument)
    sentence = "lacks the inner derivative {0}, that of {1}"
    return sentence + (" (its sign apart)" if mark.form == "but for its sign" else ""), (inner, argument)


def function_name(node: Node) -> str:
    """A function's name, or what the operation is."""
    if node.op == "call":
        return str(node.data.name)
    return "a power" if node.op in ("product", "power") else "a part that is used several times"
