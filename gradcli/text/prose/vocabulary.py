r"""Words of sentences, in the languages of textbooks: around a formula, and in \text between its parts."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Final

SEPARATING: Final = frozenset(
    (
        "where",
        "with",
        "and",
        "so",
        "then",
        "hence",
        "thus",
        "therefore",
        "其中",
        "且",
        "和",
        "以及",
        "及",
        "这里",
        "ここで",
        "let",
        "given",
        *("wobei", "mit", "und", "où", "avec", "et", "donde", "con", "dove", "onde", "com", "где", "и"),
    )
)
"""Words between two statements."""
RESTRICTING: Final = frozenset(
    (
        "for",
        "if",
        "when",
        "for all",
        "for any",
        "for every",
        "on",
        "in",
        "as",
        "s.t.",
        "s.t",
        "subject to",
        "对于",
        "对",
        "当",
        "如果",
        "若",
        "provided",
        "provided that",
        "such that",
        "whenever",
        *("für", "falls", "wenn", "pour", "si", "para", "per", "se", "при", "если", "для"),
    )
)
"""Words before the condition under which a formula holds."""
SPOKEN: Final = frozenset((
    "or", "of", "is", "are", "at", "by", "from", "not", "but", "gives", "equals", "be", "has", "minimize", "maximize",
    "minimise", "maximise", "optimize", "find", "compute", "solve", "differentiate", "note", "recall", "prove", "show",
))  # fmt: skip
"""Words of sentences, which name nothing."""
OTHERWISE: Final = frozenset((
    "otherwise", "else", "other", "elsewhere", "其他", "否则", "其它", "それ以外", "others", "o.w.", "o.w", "o/w",
    "sonst", "ansonsten", "sinon", "si no", "en otro caso", "altrimenti", "caso contrário", "иначе",
    "в противном случае",
))  # fmt: skip

_ASKING: Final = (
    "derivative derivatives gradient gradients differentiate jacobian hessian differential find compute calculate "
    "evaluate determine solve minimize minimise maximize maximise optimize optimise simplify ableitung "
    "ableitungen ableiten leite bestimme bestimmen berechne berechnen finde dérivée dérivées dériver dérivez "
    "calculer calculez calcule trouver trouvez déterminer derivada derivadas derivar calcular calcula hallar "
    "halla encontrar encuentra derivata derivate derivare calcolare calcola trovare trova achar encontre "
    "gradiente gradienten производная производную производной производные градиент найти найдите вычислить "
    "вычислите определите "
)
ASKING: Final = frozenset(_ASKING.split())
"""Words that ask for a derivative."""
_AROUND: Final = (
    "the of a an is are was what whats function functions with respect to wrt for where and at point if then by "
    "using chain rule partial first second order please help me how do does you i we take get want need its it in "
    "on this that these following expression equation formula given suppose consider let loss cost objective show "
    "prove can could would should be have has as from let's here there hence thus so when which whose all both "
    "value values variable variables weight weights parameter parameters scalar vector matrix real number numbers "
    "denote denotes denoted defined called say says total energy error model data our my your one two three q "
    "question problem exercise answer hi hello thanks thank example e.g. i.e. w.r.t. but not any some each every "
    "there's tell give us now also just simple same out about via under over term terms sei seien gegeben "
    "gegebene die der das dem den eine einer ein einen funktion ab nach von für mit wobei wo und im punkt stelle "
    "bei wenn dann falls sonst zu zum zur gilt soit soient le les une un fonction définie par sur où avec pour et "
    "en au du des si sinon alors pose donnée sea sean el los función dada por donde con para punto del entonces "
    "definida sia siano la funzione da dove nel per se allora di definita seja sejam função onde com ponto então "
    "subject starting descent happens sketch plot graph tangent "
    "no ao de пусть дана функция функции функцию где при в точке по если то для от "
)
AROUND: Final = ASKING | frozenset(_AROUND.split())
"""Words that stand around formulas, and in none."""
_INTRODUCING: Final = (
    "Let Suppose Consider Given Define Assume Where Here Thus Hence Then So suppose consider given define assume "
    "Sei Seien Gegeben Soit Soient Sea Sean Sia Seja Пусть Дана sei soit sea sia seja пусть Differentiate "
)
INTRODUCING: Final = frozenset(_INTRODUCING.split())
"""Words that begin a sentence with a formula."""
