"""How a field is put into words: its label, a hint with an example, and the question that is asked after posting."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a field. `choices` are the labels of its answers; `columns` the words of a row's parts.

    All of them are lazy translations, which become text in the reader's language when they are shown.
    """

    label: Any
    hint: Any = ""
    question: Any = ""
    choices: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, Any] = field(default_factory=dict)
