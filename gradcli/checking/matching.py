"""Which expression of an answer belongs to which derivative, and whether it has the right shape."""

from __future__ import annotations

from gradcli.checking.glued import without_glue
from gradcli.problems import GradcliError, Span
from gradcli.program.dimensions import show
from gradcli.program.graph import Node
from gradcli.program.scalarize.entries import Cells, column, spread
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Call, Vector

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.checking.records import Claim, ClaimReader, Part, Value
    from gradcli.text.answers import Answer
    from gradcli.text.tree import Tree

    Assigned = tuple[tuple[Part, ...], tuple[Answer, ...]]


def assign(claim: Claim, parts: Sequence[Part], reader: ClaimReader) -> Assigned:
    """The parts with what was answered for each, and the answers that are too many.

    Errors: names that are no variables, named and unnamed answers mixed.
    """
    known = reader.scalars()
    answers = tuple(
        answer._replace(tree=without_glue(answer.tree, known, answer.source))
        for answer in with_labels(claim, [part.label for part in parts])
    )
    named = {answer.name: answer for answer in answers if answer.name is not None}
    if named:
        return by_name(answers, named, parts, reader), ()
    if not answers:
        return tuple(map(missing, parts)), ()
    if claim.kind != "gradient":
        return matrix_answer(answers, parts[0], reader)
    if len(answers) == 1 and len(parts) > 1 and not any(part.shape for part in parts):
        return listed_answer(answers[0], parts, reader)
    if len(parts) == 1 and len(answers) > 1 and len(answers) <= len(parts[0].entries):
        return (stacked(answers, parts[0], reader),), ()
    if len(answers) < len(parts):
        return by_shape(answers, parts, reader), ()
    found = [filled(part, answer, reader) for part, answer in zip(parts, answers, strict=False)]
    return tuple(found), answers[len(parts) :]


def by_shape(answers: Sequence[Answer], parts: Sequence[Part], reader: ClaimReader) -> tuple[Part, ...]:
    """Fewer answers than variables: each is for the next one whose shape it has, for the next one where it has none."""
    found = list(map(missing, parts))
    free = list(range(len(parts)))
    for answer in answers:
        tried = {place: filled(parts[place], answer, reader) for place in free}
        place = next((place for place in free if not tried[place].trouble), free[0])
        found[place] = tried[place]
        free = [other for other in free if other > place] or [other for other in free if other != place]
    return tuple(found)


def with_labels(claim: Claim, labels: Sequence[str]) -> tuple[Answer, ...]:
    """The answers by the names of variables: `f_x` and `fx` are for x; `H =` before a whole matrix says nothing."""
    found = []
    for answer in claim.answers:
        name = answer.name
        if name is not None and name not in labels:
            if name[0] not in labels and name[1:].lstrip("_") in labels:
                name = name[1:].lstrip("_")
            elif len(claim.answers) == 1 and (claim.kind != "gradient" or are_entries(labels, name)):
                name = None
        found.append(answer._replace(name=name))
    return tuple(found)


def are_entries(labels: Sequence[str], name: str) -> bool:
    """Are they x1, x2, ... of the vector x, whose entries have names of their own?"""
    return all(label.startswith(name) and label[len(name) :].lstrip("_").isdecimal() for label in labels)


def by_name(
    answers: Sequence[Answer], named: Mapping[str, Answer], parts: Sequence[Part], reader: ClaimReader
) -> tuple[Part, ...]:
    """`x1=..., x2=...`."""
    labels = [part.label for part in parts]
    for answer in answers:
        place = Span(answer.source, answer.tree.start, answer.tree.end)
        if answer.name is None:
            raise GradcliError("answer", "some answers have names and some have none", place, "name all, or none")
        if answer.name not in labels:
            hint = f"answers are wanted for {', '.join(labels[:8])}"
            raise GradcliError("answer", f"{answer.name!r} is not differentiated by", place, hint)
        if named[answer.name] is not answer:
            raise GradcliError("answer", f"{answer.name} is answered twice", place, "give one answer for each")
    return tuple(filled(part, named[part.label], reader) if part.label in named else missing(part) for part in parts)


def missing(part: Part) -> Part:
    """A part without an answer."""
    return part._replace(trouble=f"missing: no answer was given for {part.label}")


def listed_answer(answer: Answer, parts: Sequence[Part], reader: ClaimReader) -> Assigned:
    """One vector for several scalar variables, entry by entry; `⟨2xy, x²⟩` is one as well."""
    tree, text = answer.tree, answer.source.text
    if isinstance(tree, Call) and tree.function == "dot" and text.startswith(("⟨", "\\langle"), tree.start):
        answer = answer._replace(tree=Vector(tree.arguments, tree.start, tree.end))
    value = read_or_trouble(answer, reader)
    if isinstance(value, str):
        return tuple(part._replace(tree=answer.tree, trouble=value) for part in parts), ()
    if isinstance(value, Node):
        return (filled_with(parts[0], answer.tree, value), *map(missing, parts[1:])), ()
    if 1 not in value.shape:
        trouble = f"the shape is {show(value.shape)}: {len(parts)} entries are expected"
        return tuple(part._replace(tree=answer.tree, trouble=trouble) for part in parts), ()
    trees = entry_trees(answer.tree, value)
    pairs = list(zip(value.flat(), trees, strict=True))
    found = [filled_with(part, tree, node) for part, (node, tree) in zip(parts, pairs, strict=False)]
    found += [missing(part) for part in parts[len(pairs) :]]
    surplus = [answer._replace(tree=tree) for _, tree in pairs[len(parts) :]]
    return tuple(found), tuple(surplus)


def entry_trees(tree: Tree, value: Cells) -> list[Tree]:
    """What was typed for each entry."""
    if type(tree) is Vector and len(tree.items) == len(value.flat()):
        return list(tree.items)
    if type(tree) is Vector and len(tree.items) == 1 and type(tree.items[0]) is Vector:
        return list(tree.items[0].items)
    from gradcli.program.writing.trees import write_trees

    return write_trees(value.flat()).trees


def stacked(answers: Sequence[Answer], part: Part, reader: ClaimReader) -> Part:
    """Several scalars for the entries of one array."""
    tree = Vector(tuple(answer.tree for answer in answers))
    values = [read_or_trouble(answer, reader) for answer in answers]
    nodes = [value for value in values if isinstance(value, Node)]
    if len(nodes) != len(values):
        trouble = next((v for v in values if isinstance(v, str)), f"{len(values)} answers for one variable")
        return part._replace(tree=tree, trouble=trouble)
    if len(nodes) < len(part.entries):
        trouble = f"missing: {len(nodes)} of {len(part.entries)} entries were given"
        return part._replace(tree=tree, trouble=trouble)
    return with_entries(part, tree, nodes, column(nodes))


def matrix_answer(answers: Sequence[Answer], part: Part, reader: ClaimReader) -> Assigned:
    """A Jacobian or Hessian: one matrix, or its rows as several texts."""
    if len(answers) == 1:
        return (filled(part, answers[0], reader),), ()
    tree = Vector(tuple(answer.tree for answer in answers))
    rows: list[tuple[Node, ...]] = []
    for answer in answers:
        value = read_or_trouble(answer, reader)
        if isinstance(value, str):
            return (part._replace(tree=tree, trouble=value),), ()
        if isinstance(value, Cells) and 1 not in value.shape:
            trouble = "several matrices for one answer: give one, or its rows"
            return (part._replace(tree=tree, trouble=trouble),), ()
        rows.append((value,) if isinstance(value, Node) else tuple(value.flat()))
    if len({len(row) for row in rows}) > 1:
        trouble = f"the rows have different lengths: {', '.join(str(len(row)) for row in rows)}"
        return (part._replace(tree=tree, trouble=trouble),), ()
    return (filled_with(part, tree, Cells(tuple(rows)), literal=True),), ()


def read_or_trouble(answer: Answer, reader: ClaimReader) -> Value | str:
    """The value of an answer; where its shapes do not fit, that in words."""
    refuse_numbers(answer, reader)
    try:
        return reader.read(answer.tree, answer.source)
    except GradcliError as error:
        if error.code != "shape":
            raise
        star = "*" in answer.source.text and "@" not in answer.source.text and not answer.source.text.count("$")
        return f"its shapes do not fit: {error.message}" + ("; @ is the product of matrices" if star else "")


def refuse_numbers(answer: Answer, reader: ClaimReader) -> None:
    """Raise `sum` for x_i where x is a number, or a matrix."""
    for name, kind in answer.arrays:
        value = reader.lookup(name)
        if not isinstance(value, Cells) or (kind == 1 and value.shape[1] != 1):
            is_matrix = isinstance(value, Cells)
            place = Span(answer.source, answer.tree.start, answer.tree.end)
            hint = f"write {name}_ij for its entries" if is_matrix else f"give {name} as an array: --vector {name}"
            message = f"{name} is a {'matrix' if is_matrix else 'number'}, and stands here with {kind} index"
            raise GradcliError("sum", message, place, hint)


def filled(part: Part, answer: Answer, reader: ClaimReader) -> Part:
    """The part with its answer."""
    value = read_or_trouble(answer, reader)
    if isinstance(value, str):
        return part._replace(tree=answer.tree, trouble=value)
    found = filled_with(part, answer.tree, value, literal=is_list(answer.tree))
    letters = {number: letter for letter, number in reader.sizes.items()}
    if not found.trouble or not isinstance(value, Cells) or is_list(answer.tree) or len(letters) < len(reader.sizes):
        return found
    return found._replace(trouble=wrong_shape(*([letters.get(n, n) for n in s] for s in (value.shape, part.shape))))


def is_list(tree: Tree) -> bool:
    """Is it written out as `[a, b]`, which says nothing about row or column?"""
    return type(tree) is Vector and not any(type(item) is Vector for item in tree.items)


def filled_with(part: Part, tree: Tree, value: Value, literal: bool = False) -> Part:
    """The part with a value, if that has its shape. A list of numbers may be a row or a column."""
    shape = part.shape or (1, 1)
    if isinstance(value, Node):
        if not part.shape or shape == (1, 1):
            return with_entries(part, tree, [value], value)
        if value.op == "number" and value.data == 0:
            return with_entries(part, tree, [value] * len(part.entries), spread(value, shape))  # type: ignore[arg-type]
        trouble = f"the shape is that of a number: {show(shape)} is expected"
        return part._replace(tree=tree, trouble=trouble, value=value)
    turned = value.shape == shape[::-1] and 1 in shape and literal
    if value.shape == shape or turned:
        return with_entries(part, tree, value.flat(), value)
    return part._replace(tree=tree, trouble=wrong_shape(value.shape, part.shape), value=value)


def wrong_shape(given: Sequence[int | str], wanted: Sequence[int | str]) -> str:
    """What is said of a shape that is not that of the right answer."""
    return f"the shape is {show(given)}: {show(wanted) if wanted else 'a number'} is expected"


def with_entries(part: Part, tree: Tree, nodes: Sequence[Node], value: Value) -> Part:
    """The part with its entries."""
    entries = tuple(entry._replace(yours=node) for entry, node in zip(part.entries, nodes, strict=True))
    return part._replace(entries=entries, tree=tree, value=value)
