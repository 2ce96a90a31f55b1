"""The words of the explaining screens stand in every language."""

from __future__ import annotations

import re
import string

import pytest

from gradcli.explain.arrays.differentials import of_differentials
from gradcli.problems import GradcliError
from gradcli.render.chinese.spoken import LANGUAGES, speak, spoken
from gradcli.render.explain.lexicon import TEXTS, say
from gradcli.render.explain.outline import law_text
from gradcli.rules import NAMES
from gradcli.rules.arrays import ARRAY_NAMES
from gradcli.rules.laws import LAWS

PLURALS = {"s", "s1", "s2", "is_are"}
"""Places that only English fills."""


def places(text: str) -> set[str]:
    """The names of the places of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_has_every_language(key: str) -> None:
    """No translation is missing, and each has the same places."""
    texts = TEXTS[key]
    assert len(texts) == len(LANGUAGES)
    for text in texts[1:]:
        assert places(text) == places(texts[0]) - PLURALS


def test_chinese_has_no_english_left() -> None:
    """Words of a translation are Chinese, names of options and formats excepted."""
    kept = {
        "json",
        "csv",
        "dot",
        "plain",
        "grad",
        "float",
        "Adam",
        "hint",
        "inner",
        "digits",
        "depth",
        "format",
        "range",
        "SymPy",
        "JSON",
        "gradcli",
        "N",
    }
    for key, texts in TEXTS.items():
        words = set(re.findall(r"[A-Za-z]{3,}", re.sub(r"\{[^}]*\}|--[a-z]+", "", texts[1])))
        assert words <= kept, key


def test_every_law_has_a_chinese_name() -> None:
    """Names of rules are the book's."""
    for law in LAWS.values():
        assert re.search("[\u4e00-\u9fff]", law.chinese) or law.chinese == law.name


def test_laws_are_chinese_in_both_forms() -> None:
    """Of derivatives and of differentials: formulas, names of functions and Chinese words."""
    functions = {*NAMES, *ARRAY_NAMES, "where", "integral", "inf", "nuc", "SymPy"}
    token = spoken.set("zh")
    try:
        for law in LAWS.values():
            for text in (law.text, law.differential or of_differentials(law.text)):
                shown = law_text(text, True)
                assert set(re.findall(r"[A-Za-z_]{3,}", re.sub(r"\w+_[a-z](?![a-z])", "", shown))) <= functions, shown
                assert not re.search(r" (?:is|of|by|or) ", shown), shown
    finally:
        spoken.reset(token)


def test_differentials_have_no_primes() -> None:
    """`d(u**v) = …`: each law of derivatives is one of differentials, too."""
    for law in LAWS.values():
        assert "'" not in (law.differential or of_differentials(law.text)).replace("f'(u)", "")


def test_a_language_is_spoken_until_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """--lang, else GRADCLI_LANG, else English; LANG changes nothing."""
    token = spoken.set("en")
    try:
        monkeypatch.setenv("LANG", "zh_CN.UTF-8")
        monkeypatch.delenv("GRADCLI_LANG", raising=False)
        speak(None)
        assert say("rule") == "rule"
        monkeypatch.setenv("GRADCLI_LANG", "zh")
        speak(None)
        assert say("rule") == "法则"
        speak("en")
        assert say("rule") == "rule"
        monkeypatch.setenv("GRADCLI_LANG", "xx")
        with pytest.raises(GradcliError, match="no such language"):
            speak(None)
    finally:
        spoken.reset(token)
