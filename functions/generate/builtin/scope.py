"""Where a request finds its objects: what exists, and what was spoken of before."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from contracts.world import Container
from functions.generate.builtin.index import HINT, Index, Kind, Thing, singular
from functions.generate.builtin.phrase import Phrase, read_phrase
from functions.generate.builtin.roles import SAME

Things = tuple[Thing, ...]
Fit = Callable[[Container], bool]


@dataclass(slots=True)
class Scope:
    """Where phrases find their objects: the index, what was spoken of last, the target field.

    `before` is what was spoken of earlier, of other kinds than what was spoken of last.

    `told` are the words of what was spoken of that no object is called.
    """

    index: Index
    quoted: frozenset[str] = frozenset()
    target: tuple[Thing, ...] = ()
    last: tuple[Thing, ...] = ()
    before: tuple[Thing, ...] = ()
    told: tuple[str, ...] = ()
    made: dict[str, Thing] = field(default_factory=dict)

    def speak_of(self, things: Things) -> None:
        """Note what is spoken of, so that `it` means that."""
        if things:
            kinds = {thing.kind for thing in things}
            spoken = (*self.last, *self.before)
            self.before = tuple(thing for thing in spoken if thing.kind not in kinds)
            self.last = tuple(dict.fromkeys(things))

    def is_name(self, kind: Kind) -> Callable[[str], bool]:
        """Return whether a word is a name whatever else it may mean."""
        shelf = self.index.shelf(kind)

        def known(word: str) -> bool:
            return word.lower() in self.quoted or bool(shelf.named(word))

        return known

    def says_several(self, kind: Kind) -> Callable[[str], bool]:
        """Return whether a word is the plural of a word of names, and no name's word itself."""
        shelf = self.index.shelf(kind)

        def plural(word: str) -> bool:
            one = singular(word)
            own = min(shelf.words.get(word, {0: HINT}).values())
            return word != one and own == HINT and (one in shelf.words or one in SAME)

        return plural

    def read(self, text: str, kind: Kind = "container") -> Phrase:
        """Take a noun phrase apart; `tier front` is a label where there is one like that."""
        labels = []
        for pattern, label in self.index.label_pairs if kind == "container" else ():
            if pattern.search(text):
                text = pattern.sub(" ", text)
                labels.append(label)
        phrase = read_phrase(text, self.is_name(kind), self.says_several(kind))
        return replace(phrase, labels=(*phrase.labels, *labels))
