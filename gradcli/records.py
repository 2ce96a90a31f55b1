"""What answers have in common: frozen records whose fields may grow, which people can read, and print in each format.

The ground imports nothing. What writes an answer is loaded, by its name, when somebody asks for it.
"""

from __future__ import annotations

from sys import modules

TYPE_CHECKING = False  # type checkers take it for True; importing typing takes longer than a small gradient
if TYPE_CHECKING:
    from collections.abc import Mapping
    from functools import cache, lru_cache
    from typing import Any, ClassVar, Generic, NamedTuple, Protocol, Self, TypeVar, cast, dataclass_transform

    __all__ = [
        "MISSING",
        "TYPE_CHECKING",
        "Generic",
        "NamedTuple",
        "Protocol",
        "Readable",
        "Record",
        "TypeVar",
        "cache",
        "cast",
        "frozen",
        "lru_cache",
    ]
else:
    from _collections import _tuplegetter
    from _functools import _lru_cache_wrapper

    def lru_cache(maxsize):
        """`functools.lru_cache`, whose module takes as long to import as ten of ours."""
        return lambda function: _lru_cache_wrapper(function, maxsize, False, tuple)

    cache = lru_cache(None)

    def cast(kind, value):
        """The value; only type checkers read the kind."""
        return value

    def TypeVar(name, bound=None):  # noqa: N802 - the name that typing has
        """Only type checkers read it."""
        return name

    class Generic:
        """Only type checkers read what is in the brackets."""

        def __class_getitem__(cls, _):
            return cls

    Protocol = Generic

    def dataclass_transform(**_):
        """Only type checkers read it."""
        return lambda cls: cls

    class Row(tuple):
        """What named tuples have in common.

        Their constructors are made to measure, by `collections.namedtuple`, for those that are often called.
        """

        __slots__ = ()
        _fields = ()
        _field_defaults = _blank = {}  # noqa: RUF012
        _needed = 0

        def __new__(cls, *values, **named):
            calls[cls] = count = calls.get(cls, 0) + 1
            if count == OFTEN:
                from collections import namedtuple

                made = namedtuple(cls.__name__, cls._fields, defaults=tuple(cls._field_defaults.values()))
                cls.__new__ = staticmethod(made.__new__)
            return tuple.__new__(cls, arranged(cls, values, named))

        @classmethod
        def _make(cls, values):
            """A row of values in the order of the fields."""
            row = tuple.__new__(cls, values)
            if len(row) != len(cls._fields):
                raise TypeError(f"{cls.__name__} takes {', '.join(cls._fields)}; it was given {len(row)}")
            return row

        def _replace(self, **changes):
            """The same row with other values in some fields."""
            found = {**dict(zip(self._fields, self, strict=True)), **changes}
            if len(found) > len(self):
                raise ValueError(
                    f"Got unexpected field names: {[name for name in changes if name not in self._fields]!r}"
                )
            return tuple.__new__(type(self), found.values())

        __replace__ = _replace

        def _asdict(self):
            """The values by field."""
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            fields = zip(self._fields, self, strict=True)
            return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in fields)})"

        def __getnewargs__(self):
            return tuple(self)

    calls: dict[type, int] = {}
    OFTEN = 128
    """From so many calls on the constructor is made to measure: making it takes as long as fifty general calls."""

    def arranged(cls, values, named):
        """The values of a row in the order of its fields. Raises TypeError where they do not fit."""
        fields, count = cls._fields, len(values)
        if count == len(fields) and not named:
            return values
        row = (*values, *[*(cls._blank | named).values()][count:])
        twice = count and not named.keys().isdisjoint(fields[:count])
        if twice or len(row) != len(fields) or not named.keys() >= {*fields[count : cls._needed]}:
            raise TypeError(f"{cls.__name__} takes {', '.join(fields)}; it was given {count} and {list(named)}")
        return row

    class RowMaker(type):
        """Makes the class of a named tuple from its annotations and defaults."""

        def __new__(cls, name, bases, members):
            fields = tuple(members.get("__annotations__", ()))
            defaults = {field: members.pop(field) for field in fields if field in members}
            getters = {field: _tuplegetter(place, "") for place, field in enumerate(fields)}
            blank = dict.fromkeys(fields) | defaults
            own = {"__slots__": (), "_fields": fields, "_field_defaults": defaults, "__match_args__": fields}
            own |= {"_blank": blank, "_needed": len(fields) - len(defaults)}
            return type(name, (Row,), {**members, **own, **getters})

    NamedTuple = type.__new__(RowMaker, "NamedTuple", (tuple,), {})
    """What `typing.NamedTuple` is to type checkers, without compiling code for every class and annotation."""


MISSING: Any = object()

SHOWN = (
    *("function", "output", "verdict", "witness", "symbolic", "at", "value", "gradient", "jacobian", "hessian"),
    *("language", "functions"),
)
"""What `repr` shows of an answer, in this order; what is None is left away."""


@dataclass_transform(frozen_default=True)
class Record:
    """A frozen record: its fields are the annotations of its class, in order, with their defaults.

    What `dataclass(frozen=True)` does, without generated code: importing a hundred of them takes no time.
    """

    fields: ClassVar[tuple[str, ...]] = ()
    defaults: ClassVar[Mapping[str, Any]] = {}

    def __init_subclass__(cls) -> None:
        own = tuple(name for name, kind in cls.__annotations__.items() if not str(kind).startswith("ClassVar"))
        cls.fields = (*cls.fields, *own)
        cls.defaults = {**cls.defaults, **{name: vars(cls)[name] for name in own if name in vars(cls)}}

    def __init__(self, *values: Any, **named: Any) -> None:
        fields = self.fields
        if len(values) > len(fields):
            raise TypeError(f"{type(self).__name__} has {len(fields)} fields, not {len(values)}")
        given = dict(zip(fields, values, strict=False))
        twice = given.keys() & named.keys()
        found = {**self.defaults, **given, **named}
        unknown = [name for name in named if name not in fields]
        missing = [name for name in fields if name not in found]
        for names, what in ((twice, "given twice"), (unknown, "no fields"), (missing, "missing")):
            if names:
                raise TypeError(f"{type(self).__name__}: {', '.join(sorted(names))} {what}")
        self.__dict__.update({name: found[name] for name in fields})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: ._replace({name}=...) makes another")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def _replace(self, **changes: Any) -> Self:
        """The same record with other values in some fields."""
        return type(self)(**{**self._asdict(), **changes})

    __replace__ = _replace

    def _asdict(self) -> dict[str, Any]:
        """The fields by name; `to_dict` is what programs want of an answer."""
        return {name: self.__dict__[name] for name in self.fields}

    def __eq__(self, other: object) -> bool:
        return self._asdict() == other._asdict() if isinstance(other, type(self)) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), *map(frozen, self._asdict().values())))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"


def frozen(value: Any) -> Any:
    """A value of a field as something that has a hash: lists as tuples, mappings as tuples of pairs."""
    if isinstance(value, list | tuple):
        return tuple(map(frozen, value))
    return tuple((name, frozen(part)) for name, part in value.items()) if hasattr(value, "keys") else value


def module_at(place: str) -> Any:
    """A module of this package by its name below `gradcli`, loaded now."""
    return loaded(f"gradcli.{place}")


def loaded(name: str) -> Any:
    """A module by its whole name, loaded now.

    What `importlib.import_module` does; importing that takes as long as five modules.
    """
    __import__(name)
    return modules[name]


class Readable(Record):
    """What a function of the library returns: a record that can be printed, saved, and taken to other libraries."""

    def text(self, form: str = "plain") -> str:
        """The answer in a format of the command line: `plain` lines that read back, `markdown`, `csv`, `latex`, `json`.

        Raises GradcliError: `usage` for a format that this answer does not have.
        """
        return str(module_at("render.documents").text_of(self, form))

    def to_dict(self) -> dict[str, Any]:
        """The document of `--json`: plain dictionaries, lists, texts and numbers, with the word `schema`."""
        document: dict[str, Any] = module_at("render.documents").document_of(self)
        return document

    def to_json(self) -> str:
        """The document as one line of strict JSON."""
        return self.text("json")

    def to_latex(self) -> str:
        """A fragment for any document that loads amsmath."""
        return self.text("latex")

    def to_sympy(self) -> Any:
        """The symbolic derivatives as SymPy's: by variable, or as a Matrix in the rows and columns of the answer.

        Raises GradcliError: `sympy` for what is not made of scalars, or has no symbolic form.
        """
        return module_at("render.formats.sympy_form").sympy_of(self)

    @property
    def array(self) -> Any:
        """The numbers as a NumPy array of float64 in the layout; by variable where several variables are arrays.

        What does not exist is nan. None without a point.
        """
        return module_at("points.memory").array_of(self)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        document = self.to_dict()
        shown = ((name, document.get(name)) for name in SHOWN)
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in shown if value is not None)})"
