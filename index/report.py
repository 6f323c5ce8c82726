"""What a build tells: how far it has come, and what it did."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from index.article import Fault
from index.text import counted


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build has come.

    Attributes:
        stage: "reading" counts files, "comparing" and "cutting" articles, "embedding" passages, "writing" parts of the
            index.
    """

    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did.

    Attributes:
        new: Articles that were not there before.
        changed: Articles whose file now says something else.
        same: Articles of the files given that are as they were.
        gone: Articles that no file holds any more, dropped.
        missing: Articles whose file is gone, kept until they are pruned.
        faults: What could not be read, and why.
        ignored: Files of other kinds that were passed over in folders.
        articles: Articles in the index now.
        passages: Passages in the index now.
        embedded: Passages embedded by this build.
        twice: Of `same`, those first met by this build, word for word in another place; each is kept once.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    gone: int = 0
    missing: int = 0
    faults: tuple[Fault, ...] = ()
    ignored: int = 0
    articles: int = 0
    passages: int = 0
    embedded: int = 0
    twice: int = 0

    @property
    def unchanged(self) -> int:
        """Articles that are as they were, without the exact copies first met by this build."""
        return self.same - self.twice

    @property
    def is_news(self) -> bool:
        """True when an article came, changed or went, or something could not be read."""
        return bool(self.new or self.changed or self.gone or self.faults)

    @property
    def once(self) -> str:
        """Says how many articles were met twice, without a full stop; empty when there are none."""
        return f"{counted(self.twice, 'exact copy', 'exact copies')} kept once" if self.twice else ""

    @property
    def kept(self) -> str:
        """Says which articles stay though their file is gone, without a full stop; empty when there are none."""
        if not self.missing:
            return ""
        whose = "1 article whose file is" if self.missing == 1 else f"{self.missing:,} articles whose files are"
        return f"{whose} gone stay"


Listener: TypeAlias = Callable[[Progress], None]
