"""A question that names an outlet as its source: which outlet, and the question without it."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from index.text import STOP_WORDS, fold, terms

Forms = dict[str, set[str]]

_COMMON = frozenset(
    "atlantic day economist fortune hill insider local mail mirror money nation nature observer people post quartz "
    "science scientist spectator star sun time times today variety week wired world".split()
)
"""Names that are words as well: they name an outlet only where they are written with a capital."""
_BODIES = frozenset(("AI", "EU", "MP", "PM", "TV", "UK", "UN", "US"))
"""Capitals that stand for something else than an outlet with these initials."""
_BROADCASTER = re.compile(r"(ap|abc|bbc|cbc|cbs|cnn|itv|nbc|pbs|rte) news")
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)*?([a-z0-9-]+)(?:\.(?:com?|net|org))?\.(?!(?:edu|gov|int|mil)$)[a-z]{2,}")
_IDLE = frozenset(
    terms(
        "say said write wrote written report reported tell told claim think mention publish happen know article story "
        "piece coverage today yesterday lately recently week month year last far new news Monday Tuesday Wednesday "
        "Thursday Friday Saturday Sunday"
    )
)
"""Terms that alone are no question."""

# In the frames § stands for an outlet, ¤ for one whose name is a word as well; each with its "the".
_NAME = '[“"]?(?P<name>[§¤]+)[”"]?(?: (?:newspaper|paper|website|site|magazine|news agency))?'
_THING = r"(?:articles?|stor(?:y|ies)|reports?|pieces?|coverage|reporting)\b"
_PIECE = rf"(?:'s?)?(?: (?:news|own|latest|recent))? {_THING}"
_IN_PIECE = rf"(?: (?P<piece>(?:an?|the) {_THING} (?:by|from|in|of)))?(?: an?)? {_NAME}"
_END = (
    r"(?!(?:,|,? (?:and|or)) [§¤])(?=$| ?[]?!.,;:)…–—]| (?:about|after|before|during|who|whom|whose|what|which|when"
    r"|where|why|how|did|does|do|is|are|was|were|has|have|had|can|could|will|would|in|on)\b)"
)
_AUX = r"(?:did|does|do|has|have|had|(?:is|was)(?= [§¤]+ \w+ing\b))"
_BY = rf"{_NAME}(?:{_PIECE})?(?: (?:ever|already|also|actually|really|has|have|had|to))*"
_SAY = (
    r"(?:say(?:s|ing)?|said|tell(?:s|ing)?|told|writ(?:es?|ing|ten)|wrote|report(?:s|ed|ing)?|claim(?:s|ed|ing)?"
    r"|mention(?:s|ed)?|publish(?:es|ed)?|think(?:s|ing)?)\b(?: (?:us|me|(?:its )?readers|anything|something|more))*"
)
_ABOUT = r" (?:about|regarding|concerning)\b"
_TOPIC = rf"(?={_ABOUT}| (?:on|of)\b| (?:in|at|last|this|today|yesterday)\b[^,;?]*?{_ABOUT})"
_NO_FACT = (
    "about|after|at|before|during|for|if|in|it|its|last|of|on|sorry|they|this|to|today|when|whether|while|yesterday"
)
_ASIDE = (
    rf"(?P<cut>,? ?\(?\b(?:according to|as reported (?:by|in)|in the words of){_IN_PIECE}(?:{_PIECE}|{_END})[),:]*)"
)
_FRAMES = (
    (rf"(?P<cut>,? ?\b(?:in|from){_IN_PIECE}(?(piece){_END}|{_PIECE})[,:]?)", " "),
    (r"^(?P<cut>in (?P<name>§+),)", ""),
    (rf"\bwhat(?: else| exactly)?(?P<cut>(?:'s| {_AUX})? {_BY} {_SAY}){_TOPIC}", " is said"),
    (rf"(?:^|[,;.:] | and )(?P<cut>{_AUX} {_BY} {_SAY}){_TOPIC}", "what is said"),
    (rf"(?P<cut>\bhow {_AUX} {_BY} (?:report|describe|cover)(?:e?d)?(?: on)?)(?= (?!up\b)\w)", "what is said about"),
    (
        rf"\b(?:who|whom|what|which|where|when|how \w+)\b[^,;?]*?(?P<cut> {_AUX} {_BY} (?:(?:say|claim)(?: that)?"
        rf"|report(?= (?:is|are|was|were|has|have|had)\b)))(?= (?!(?:{_NO_FACT})\b)\w)",
        "",
    ),
    (rf"\b(?:said|reported|written|who wrote (?:the|an?|this) {_THING})(?P<cut> (?:by|for|in) {_NAME}){_END}", ""),
    (
        rf"\b(?:who wrote|(?:author|date|headline|title) of|when was|summari[sz]e) (?P<cut>{_NAME}(?:'s?)?)"
        rf"(?= (?:news )?{_THING})",
        "the",
    ),
)
"""What names a source, and what is put in the place of its group `cut`."""


def source(question: str, outlets: Sequence[str]) -> tuple[str, str] | None:
    """Find the outlet that a question names as its source, as in "according to the BBC, who defected?".

    An outlet is known by its name with or without "The", by the speaking part of its domain (`bbc.co.uk`), and,
    written in capitals, by its initials (`NYT`); accents and case do not matter otherwise.

    Args:
        question: One that stands alone.
        outlets: As the corpus spells them.

    Returns:
        The outlet as the corpus spells it, and the question without the words that name it. None when the question
        names none, or several, or only mentions one; when the name fits two outlets; when nothing else is asked.
    """
    question = " ".join(unicodedata.normalize("NFC", question).split())
    # Folded letter by letter: what is found stands at the same place in the question.
    plain = "".join(low if len(low := fold(char)) == 1 else char for char in question)
    named = dict(_named(question, plain, tuple(outlets)))
    for start, end in named:
        sign = "¤" if plain[start:end].removeprefix("the ") in _COMMON else "§"
        plain = plain[:start] + sign * (end - start) + plain[end:]
    # What stands aside holds for the whole question; else the frame that comes first counts.
    found = [(match, put) for frame, put in _FRAMES if (match := re.search(frame, plain))]
    found.sort(key=lambda each: each[0].start("cut"))
    if aside := re.search(_ASIDE, plain):
        found.insert(0, (aside, " "))
    if not found or (outlet := named.get(found[0][0].span("name"))) is None:
        return None
    match, put = found[0]
    start, end = match.span("cut")
    rest = re.sub(r" +(?=[ ?!.,;:])", "", question[:start] + put + question[end:]).strip(" ,:;–—")
    return (outlet, rest) if set(terms(rest)) - _IDLE else None


def _named(question: str, plain: str, outlets: tuple[str, ...]) -> Iterator[tuple[tuple[int, int], str | None]]:
    """Find where a question names outlets: each span with the outlet, or None where it could be either of two."""
    pattern, full, bare, short = _forms(outlets)
    for match in pattern.finditer(plain):
        key, written = _closed(match["bare"]), question[match.start("bare") : match.end()]
        fits = full.get(_closed(match.group())) or full.get(key) or bare.get(key)
        fits = fits or short.get(key, set()) | short.get(written, set())
        if fits and not (key in _COMMON and written.islower()):
            yield match.span(), next(iter(fits)) if len(fits) == 1 else None


@lru_cache(maxsize=8)
def _forms(outlets: tuple[str, ...]) -> tuple[re.Pattern[str], Forms, Forms, Forms]:
    """Give what finds names in a folded question, and form -> outlets: in full, without "The", and short."""
    full, bare, short = defaultdict(set), defaultdict(set), defaultdict(set)
    looks = {}
    for name, outlet in {" ".join(fold(each).split()): each for each in reversed(outlets)}.items():
        plain = name.removeprefix("the ")
        domain = _DOMAIN.fullmatch(name)
        speaking = _closed(domain[1]).removeprefix("the") if domain else ""
        initials = "".join(word[0] for word in re.findall(r"\w+", plain)).upper()
        forms = {plain, re.sub(r" ?\(.*\)$", "", plain), *_BROADCASTER.findall(plain), speaking, initials} - _BODIES
        for form in forms:
            if len(form) > 1 and form.lower() not in STOP_WORDS:
                looks[form] = "[ -]".join(map(re.escape, form.lower().split()))
                short[form if form == initials else _closed(form)].add(outlet)
        if len(speaking) > 5:
            # Its words may stand apart: `dailymail` is the Daily Mail.
            looks[speaking] = "[ -]?".join(speaking)
        full[_closed(name)].add(outlet)
        bare[_closed(plain)].add(outlet)
    longest = "|".join(looks[form] for form in sorted(looks, key=len, reverse=True)) or r"(?!)"
    # "The independent report" is no outlet's.
    pattern = re.compile(rf"(?<![\w.-])(?:the )?(?P<bare>(?!independent report)(?:{longest}))(?![\w-]|\.\w)")
    return pattern, full, bare, short


def _closed(name: str) -> str:
    return "".join(char for char in fold(name) if char.isalnum())
