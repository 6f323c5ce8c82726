"""Whether a question asks for several answers, as "which countries recognised Guaidó?" does."""

import re
from collections.abc import Sequence

from index.text import STOP_WORDS, fold

_ONE = frozenset(
    "arms athens brussels canvas chances christmas circumstances customs details economics ethics gas goods happens "
    "headquarters lies mathematics matters means news odds olympics origins physics politics prospects remains results "
    "rights sales series species sports states texas times united wales whereabouts".split()
)
"""Words in s that ask for one answer, or stand before the noun that is asked for."""
_MANY = frozenset("children criteria men people women".split())
_DOERS = frozenset("companies countries events factors governments groups leaders ministers officials parties".split())
"""Plurals that are no verbs: "what causes increased prices?" asks for one answer."""
_SORTS = frozenset("aspects examples forms kinds members parts sorts types".split())
_COUNTED = frozenset("all different eight five four nine other seven several six some ten three two various".split())
_THEIR = frozenset("her his its my our the their these those your".split())
_HELPS = frozenset("also are can could did do had have may might must should still were will would".split())
_SMALL = frozenset("about against as at by for from in into of on to with".split())
_ENDS = _SMALL | frozenset("behind between found given made that which who whose".split())
_OBJECTS = _SMALL - {"from", "in", "of"} | frozenset(
    "a an best better first her him it less me more most the them".split()
)
_ASKS = frozenset("how what when where which who whom whose why".split())


def several(question: str) -> bool:
    """Say whether an English question asks for several answers, by its grammar; rather no than yes.

    Args:
        question: One that stands alone.

    Returns:
        True for "which countries ...", "who were the ministers ...", "what are the reasons ...", "name three ...",
        "list ..."; False for one answer, for a number, and where the words leave it open.
    """
    plain = re.sub(r"^\W*(?:(?:and|but|can you|could you|please|so|tell me)\b\W*)*", "", fold(question))
    names = {fold(word) for word in re.findall(r"(?<=\s)[A-Z][\w-]*", question)}
    for clause in re.split(r"[,;:.?!]+(?:\s|$)", plain):
        words = re.findall(r"[\w'-]+", clause)
        if words[:1] and words[0] in _SMALL:
            words = words[1:]
        if _listed(words) or _are(words) or _which(words, names):
            return True
        if not _ASKS.isdisjoint(words):
            return False
    return False


def _listed(words: Sequence[str]) -> bool:
    """Whether it orders a list: "list ...", "name three ...", "give me the reasons for ..."."""
    if words[:1] in (["list"], ["enumerate"]):
        return len(words) > 1 and words[1] not in _SMALL | {"price"}
    rest = words[2 if words[1:2] in (["me"], ["us"]) else 1 :]
    return words[:1] in (["cite"], ["give"], ["identify"], ["mention"], ["name"]) and _told_apart(rest)


def _are(words: Sequence[str]) -> bool:
    """Whether it asks who or what several are: "who were killed?", "what are the three demands?"."""
    if words[:2] in (["who", "are"], ["who", "were"], ["who", "have"]) and len(words) > 2:
        return words[2] in ("been", "behind", "those") or words[2].endswith("ed") or _told_apart(words[2:])
    return words[:2] in (["what", "are"], ["what", "were"]) and _told_apart(words[2:])


def _told_apart(words: Sequence[str]) -> bool:
    """Whether it is a plural with an article, number or owner, of which nothing but itself is asked."""
    first = next((at for at, word in enumerate(words) if word not in _COUNTED | _THEIR | {"of"}), len(words))
    owned = any(word.endswith(("'s", "'")) for word in words[:4])
    at = _plural(words[first:]) if first or owned or words[:1] == ["examples"] else None
    if at is None or words[-1] in _SMALL | {"called", "like", "named"}:
        return False
    after = words[first + at + 1 :]
    doing = after[:1] and after[0] in ("at", "from", "in", "on") and after[-1].endswith("ing")
    return not after or ((after[0] in _ENDS or after[0].endswith("ed")) and not doing)


def _which(words: Sequence[str], names: set[str]) -> bool:
    """Whether it asks which or what several: "which countries recognised ...", "for what reasons did ..."."""
    if words[:1] not in (["which"], ["what"]):
        return False
    counted = words[1:2] and words[1] in _COUNTED
    words = [words[0], *words[2 if counted else 1 :]]
    at = _plural(words[1:])
    if at is None:
        return False
    noun, after, beyond = words[at + 1], *(*words[at + 2 : at + 4], "", "")[:2]
    if after in _HELPS:
        return True
    if at:
        return after.endswith("ed") and (not beyond or beyond in STOP_WORDS or noun in _DOERS)
    if counted or after in ("does", "has", "is", "was"):
        return True
    if words[0] == "what":
        return (after == "of" and noun in _SORTS) or (after.endswith("ed") and noun in _DOERS)
    return after.endswith("ed") or (noun not in names and after not in _OBJECTS)


def _plural(words: Sequence[str]) -> int | None:
    """Give the place of the first plural noun, at most five words on and before any function word."""
    for at, word in enumerate(words[:5]):
        if word in _HELPS or word in STOP_WORDS - {"most", "only", "other", "same"}:
            return None
        if word in _MANY or (len(word) > 2 and word not in _ONE and re.search(r"[^su'i]s$", word)):
            return at
    return None
