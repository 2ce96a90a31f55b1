"""Names of a program in the spelling of a language: letters that it lacks, its keywords and its own names avoided."""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gradcli.exporting.languages.language import Language

OUR_OWN = frozenset(
    ("value", "values", "grad", "jacobian", "hessian", "both", "results", "failures", "check", "self_test")
)
"""What results and parts of the self-test are called."""


def is_function_name(name: str) -> bool:
    """Whether functions of every language may have this name: an ASCII letter, then letters, digits and _."""
    return len(name) <= 40 and name.isascii() and name[:1].isalpha() and name.replace("_", "0").isalnum()


def require_function_name(name: str, language: Language) -> None:
    """Raise `usage` for a name that no function of the language can have."""
    if not is_function_name(name):
        shown = name if len(name) <= 40 and name.isprintable() else "this"
        raise GradcliError(
            "usage", f"{shown!r} is no name for a function", hint="a letter, then up to 39 letters, digits and _"
        )
    folded = folded_name(name, language)
    if folded in OUR_OWN or folded in language.keywords or folded in language.library:
        raise GradcliError(
            "usage", f"{name!r} is a word of {language.title} or of the file itself", hint="--name with another name"
        )


def folded_name(name: str, language: Language) -> str:
    """The name as the language compares names."""
    return name.lower() if language.folds_case else name


def ascii_name(name: str) -> str:
    """The name in ASCII letters, digits and `_`: accents dropped, other letters as `u03bb`."""
    if name.isascii():
        plain = name
    else:
        from unicodedata import normalize

        plain = normalize("NFKD", name)
    letters = [c if c.isascii() and (c.isalnum() or c == "_") else transliterated(c) for c in plain]
    found = "".join(letters)
    return found if found[:1].isalpha() else f"v{found}"


def transliterated(character: str) -> str:
    """A character that is not ASCII: nothing for an accent, a prime by name, else its code."""
    import unicodedata

    if unicodedata.combining(character):
        words = unicodedata.name(character, "").lower().split()
        return f"_{words[-1]}" if words and words[-1].isascii() and words[-1].isalnum() else ""
    return "_prime" if character in "'′" else f"u{ord(character):04x}"


def names_in(language: Language, names: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Each name's spelling in the language. No two are the same, and none is a keyword or one of `taken`."""
    used = {folded_name(name, language) for name in (*language.keywords, *taken)}
    found: dict[str, str] = {}
    for name in names:
        base = name if language.unicode_names and name.isidentifier() else ascii_name(name)
        base = base[: language.longest_name]
        spelling, number = base, 1
        while folded_name(spelling, language) in used:
            number += 1
            spelling = f"{base}_" if number == 2 else f"{base}_{number}"
        used.add(folded_name(spelling, language))
        found[name] = spelling
    return found


def is_matrix(shape: tuple[int | str, ...]) -> bool:
    """More than one row and more than one column, as far as can be seen?"""
    return len(shape) == 2 and 1 not in shape
