"""What black boxes print, read as numbers."""

from __future__ import annotations

import math

import pytest

from gradcli.blackbox.replies import UnreadableError, read_printed, rounding


@pytest.mark.parametrize(
    ("text", "key", "values", "shape"),
    [
        ("1.5\n", None, (1.5,), ()),
        ("log line\nf = none\n-2e3\n\n", None, (-2000.0,), ()),
        ("1 2,3;\t4\n", None, (1.0, 2.0, 3.0, 4.0), (4,)),
        ("1.25D+01", None, (12.5,), ()),
        (".5 5.", None, (0.5, 5.0), (2,)),
        ("[1, 2.5]", None, (1.0, 2.5), (2,)),
        ("[[1, 2], [3, 4]]", None, (1.0, 3.0, 2.0, 4.0), (2, 2)),
        ('{"a": {"b": [7, 8]}}', "a.b.1", (8.0,), ()),
        ('{\n  "drag": 0.25\n}\n', "drag", (0.25,), ()),
        ('{"f": "1.5"}', "f", (1.5,), ()),
        ("drag: 0.25\nlift = 2 3\ndrag : 0.5\ntime: 3 s\n", "drag", (0.5,), ()),
        ("drag: 0.25\nlift = 2 3\n7\n", "lift", (2.0, 3.0), (2,)),
        ("1e400", None, (math.inf,), ()),
        ("1" + "0" * 400, None, (math.inf,), ()),
    ],
)
def test_the_last_line_is_the_answer(
    text: str, key: str | None, values: tuple[float, ...], shape: tuple[int, ...]
) -> None:
    """A number, several numbers or JSON on the last line, or one JSON value over all lines."""
    reply = read_printed(text, key)
    assert (reply.values, reply.shape) == (values, shape)


def test_nan_and_null_are_no_value() -> None:
    """`nan`, and null in JSON, say that the function has no value there."""
    assert math.isnan(read_printed("nan", None).values[0])
    assert math.isnan(read_printed('{"f": null}', "f").values[0])


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("", None, "printed nothing"),
        ("\n \n", None, "printed nothing"),
        ("done", None, "not a number: 'done'"),
        ("1 2 x", None, "not a number"),
        ("0x10", None, "not a number"),
        ("[1, [2]]", None, "ragged"),
        ("[]", None, "empty list"),
        ("[[[1]]]", None, "two dimensions"),
        ('{"f": 1, "g": 2}', None, "an object"),
        ('{"f": 1}', "g", "without 'g'"),
        ('["a"]', None, "the text 'a'"),
        ("1.5", "f", "not JSON, and no line is 'f: NUMBER'"),
        ("[" * 100_000, None, "not a number"),
    ],
)
def test_anything_else_is_named(text: str, key: str | None, words: str) -> None:
    """What is no answer is said to be so, in few words."""
    with pytest.raises(UnreadableError) as caught:
        read_printed(text, key)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 200


def test_labels_are_named_not_guessed() -> None:
    """A labelled number is an answer only where it is asked for: the last one may be the time that the run took."""
    with pytest.raises(UnreadableError) as caught:
        read_printed("drag: 0.25\ntime: 3.5", None)
    assert caught.value.hint == "--answer LABEL picks a line by its label: drag, time"


def test_an_object_names_its_keys() -> None:
    """Where a key is needed the hint lists those that there are."""
    with pytest.raises(UnreadableError) as caught:
        read_printed('{"lift": 1, "drag": 2}', None)
    assert caught.value.hint == "--answer KEY picks one of its keys: lift, drag"


@pytest.mark.parametrize(
    ("texts", "unit"),
    [
        (["4.5", "4.512346", "4.487655"], 1e-6),  # %f leaves no zeros away, awk's %.6g does
        (["1234.57", "1234.61", "1200.1"], 0.01),
        (["0.000123457", "0.000123519"], 1e-9),
        (["4", "6", "9"], 1.0),
        (["1.5e-05", "1.52345e-05"], 1e-10),
    ],
)
def test_printed_digits_give_the_rounding(texts: list[str], unit: float) -> None:
    """The most digits of several answers are those that the program prints; the error is uniform in one unit."""
    assert rounding([read_printed(text, None) for text in texts], 0) == pytest.approx(unit / math.sqrt(12))


def test_all_digits_are_no_rounding() -> None:
    """A program that prints 15 digits or more rounds no more than float64 does, also where zeros are left away."""
    assert rounding([read_printed(text, None) for text in ("4.5", "4.512345678901234")], 0) is None


def test_a_number_that_never_changes_tells_nothing_of_its_own() -> None:
    """A constant `3` beside numbers with all digits is not taken for one that is rounded to integers."""
    replies = [read_printed(text, None) for text in ("3 0.1234567890123456", "3 0.2234567890123456")]
    assert rounding(replies, 0) is None
