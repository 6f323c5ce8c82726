"""An archive's health: what its articles lack, what could not be read, and the command that mends each."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index import generations
from index.article import Article
from index.corpus import Corpus, Entry
from index.settings import Settings
from index.text import count_words, counted

EXAMPLES = 5
"""Articles or files named of each finding."""
_FEW_PASSAGES = 3
_FEW_WORDS = 250
"""Words of running text below which an article that asks to subscribe is taken for cut off by a paywall."""
_PAYWALL = re.compile(
    r"\b(?:subscribe|register|sign (?:in|up)|log in|become a (?:member|subscriber)) (?:now |today )?(?:to|and) "
    r"(?:continue|keep|read|unlock|access|view|finish)\b|\bto (?:continue|keep) reading\b"
    r"|\b(?:article|story|content) is (?:\w+ )?(?:for|available to|reserved for|exclusive to) (?:our )?"
    r"(?:\w+ )?(?:subscribers|members)\b|\balready (?:a|have a) (?:subscriber|subscription|member)\b"
    r"|\bsubscriber[- ]only\b|\bfree articles? (?:left|remaining|this month)\b",
    re.I,
)
_LACKED = (
    ("undated", "published", "a date", "Put the day into the file’s name (2019-02-08-yanez.txt) or its front matter"),
    ("authorless", "author", "an author", "State it under the headline (“By Ann Carver”), in front matter or a column"),
    ("outletless", "outlet", "an outlet", "State it in front matter (outlet: The Courier) or in a column"),
)
"""What programs call it, field of the byline, its name, what to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as good as it could be.

    Attributes:
        name: What programs know it by, such as "undated".
        told: What is the matter, one sentence with its number.
        cure: What to do, with the command.
        examples: Articles or files it was found in, at most five.
    """

    name: str
    count: int
    told: str
    cure: str
    examples: tuple[str, ...]

    @property
    def more(self) -> str:
        """Says how many were found besides the examples; empty where these are all, or there are none."""
        return f"and {self.count - len(self.examples):,} more" if self.count > len(self.examples) > 0 else ""


@dataclass(frozen=True, slots=True)
class Health:
    """What an index holds, and what is wrong with it.

    Attributes:
        languages: Language, None where it is not sure, and its number of articles, most first.
        disk: What lies in the home -> megabytes.
        findings: In the order of their weight; empty when nothing is found.
    """

    articles: int
    passages: int
    words: int
    languages: tuple[tuple[str | None, int], ...]
    disk: dict[str, float]
    findings: tuple[Finding, ...]

    @property
    def in_languages(self) -> str:
        """How many articles are in each language: `en 162, fr 78, not sure 5`."""
        return ", ".join(f"{language or 'not sure'} {count:,}" for language, count in self.languages) or "none"

    @property
    def on_disk(self) -> str:
        """How much lies on the disk: `index 13.6 MB`."""
        return ", ".join(f"{name} {size:,.1f} MB" for name, size in self.disk.items())

    def to_json(self) -> dict[str, Any]:
        """The object that `qa doctor --json` prints."""
        return {
            **{name: getattr(self, name) for name in ("articles", "passages", "words")},
            "languages": {language or "unknown": count for language, count in self.languages},
            "disk_mb": self.disk,
            "findings": [{**asdict(finding), "examples": list(finding.examples)} for finding in self.findings],
        }


def examine(settings: Settings) -> Health:
    """Examine the index in force.

    Raises:
        StoreError: There is none, or it is damaged.
    """
    generation = generations.current(settings.home)
    with Corpus(generation.folder / generations.CORPUS) as corpus:
        counts = corpus.counts()
        entries = corpus.listing(limit=-1)
        languages = corpus.languages()
        findings = [*_unread(corpus), *_broken(corpus, len(entries)), *_empty(corpus, entries), *_lacking(entries)]
        findings += _repeated(corpus)
    if generation.warning:
        damaged = Finding("damaged", 1, generation.warning, "Run `qa index --rebuild`.", ())
        findings.insert(0, damaged)
    disk = _disk(settings.home, generation.folder)
    return Health(counts.articles, counts.passages, counts.words, tuple(languages), disk, tuple(findings))


def _unread(corpus: Corpus) -> Iterator[Finding]:
    files = corpus.files()
    faults = [f"{fault.where}: {fault.reason}" for _, found in files for fault in found]
    if faults:
        told = f"{counted(len(faults), 'file or article', 'files or articles')} could not be read."
        yield Finding(
            "unread",
            len(faults),
            told,
            "Mend each as its reason says, then run `qa index` with its path.",
            _few(faults),
        )
    gone = [path for path, _ in files if not Path(path).exists()]
    if gone:
        told = f"{counted(len(gone), 'file')} that articles came from {'is' if len(gone) == 1 else 'are'} gone."
        yield Finding(
            "gone", len(gone), told, "Put them back, or drop their articles with `qa index --prune`.", _few(gone)
        )


def _broken(corpus: Corpus, total: int) -> Iterator[Finding]:
    broken = corpus.holding("\ufffd")
    if broken:
        yield _finding(
            "broken", broken, total, "with letters that are broken in their file, shown as \ufffd",
            "Save the file anew as UTF-8 where it came from, then run `qa index` with its path.",
        )  # fmt: skip


def _empty(corpus: Corpus, entries: Sequence[Entry]) -> Iterator[Finding]:
    empty = [entry for entry in entries if not entry.passages]
    if empty:
        yield _finding(
            "empty", empty, len(entries), "without running text, so nothing can be quoted",
            "See what was read with `qa articles show ID`; get their text, or drop them with `qa articles remove ID`.",
        )  # fmt: skip
    short = (entry for entry in entries if 0 < entry.passages <= _FEW_PASSAGES)
    walled = [entry for entry in short if _is_walled(corpus.article(entry.id))]
    if walled:
        yield _finding(
            "paywalled", walled, len(entries), "cut off at a paywall, it seems",
            "Save them again while signed in, then run `qa index` with their path.",
        )  # fmt: skip


def _is_walled(article: Article) -> bool:
    apart = sum(count_words(article.text[mark.start : mark.end]) for mark in article.marks)
    return count_words(article.text) - apart < _FEW_WORDS and _PAYWALL.search(article.text) is not None


def _lacking(entries: Sequence[Entry]) -> Iterator[Finding]:
    for name, field, what, cure in _LACKED:
        lacking = [entry for entry in entries if getattr(entry.byline, field) is None]
        if lacking:
            cure = f"{cure}, then run `qa index` with its path; until then filters leave it out."
            yield _finding(name, lacking, len(entries), f"without {what}", cure)


def _repeated(corpus: Corpus) -> Iterator[Finding]:
    stories = corpus.stories()
    if stories:
        told = f"{counted(len(stories), 'story', 'stories')} told by {sum(map(len, stories)):,} nearly equal articles."
        cure = "Nothing need be done: one is quoted, with “also in”. To drop one, run `qa articles remove ID`."
        yield Finding("repeated", len(stories), told, cure, _few(", ".join(ids) for ids in stories))


def _finding(name: str, found: Sequence[Entry], total: int, words: str, cure: str) -> Finding:
    told = f"{counted(len(found), 'article')} of {total:,} {words}."
    return Finding(name, len(found), told, cure, _few(f"{each.id}  {each.byline.title}" for each in found))


def _disk(home: Path, current: Path) -> dict[str, float]:
    """Megabytes of the index in force, and of whatever else lies in the home."""
    sizes: Counter[str] = Counter()
    for path in home.rglob("*"):
        if path.is_file():
            first = path.relative_to(home).parts[0]
            name = "index" if first == current.name else "index before" if first.startswith("gen-") else first
            sizes[name] += path.stat().st_size
    shown = {name: round(size / 1_000_000, 2) for name, size in sorted(sizes.items())}
    return {name: size for name, size in shown.items() if size}


def _few(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for _, line in zip(range(EXAMPLES), lines, strict=False))
