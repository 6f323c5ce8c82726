"""What may be asked, and what is no question about the articles: greetings, thanks, calls for help or for a summary."""

import re

from index.errors import QuestionError
from index.text import fold, half

MOST_QUOTES = 20
MOST_HITS = 1000
MOST_WORDS = 200

_GREETING = (
    r"(?:hi|hiya|hello|hallo|hey|howdy|yo|greetings|welcome|good (?:morning|afternoon|evening|day)|hola|bonjour|salut"
    r"|guten (?:tag|morgen|abend)|ciao|servus|moin|hej|hei|namaste|salam)"
    r"(?:,? (?:there|everyone|everybody|all|again|you|friend|verbatim|how are you(?: doing)?(?: today)?))*"
    r"|how are you(?: doing)?(?: today)?"
)
_THANKS = (
    r"(?:(?:ok(?:ay)?|great|no|many),? )*(?:thanks|thank you|thx|ty|cheers|gracias|merci|danke|grazie|tak|obrigado)"
    r"(?:,? (?:you|a lot|a million|again|so|very|much|bye"
    r"|for (?:that|this|everything|(?:your|the|all|all your) (?:help|answers?|quotes?|work))))*"
    r"|(?:bye|good ?bye|see you)(?:,? (?:bye|now|later|then))*"
)
_PLEASE = (
    r"(?:(?:please|kindly),? )*"
    r"(?:(?:can|could|would|will) you (?:please )?|i(?: would|'d)? (?:want|need|like) (?:you to )?)?"
)
_HELP = (
    r"(?:i need )?(?:some )?help(?: me)?(?: out)?|what (?:can|do) you do(?: for me)?"
    r"|what (?:is|are|does) (?:this|you)(?: do)?|what is verbatim|who are you|how (?:does|do) (?:this|it|you) work"
    r"|what (?:can|should|may) i ask(?: you)?|how (?:do|can) i (?:use|start|ask|begin)(?: with)?(?: this| you| it)?"
    r"|what (?:is|'s) this(?: tool| app)?(?: for)?|what are you(?: for)?"
)
_DIGEST = r"(?:short |brief |quick )?(?:summary|overview|digest)"
_SUMMARY = (
    r"(?:summari[sz]e|sum up|tl;? ?dr)\b.*"
    rf"|(?:give|write|make|show|get)(?: me| us)?(?: an?| the| some)? {_DIGEST}\b.*"
    rf"|(?:(?:an?|the) )?{_DIGEST}(?: of .*)?"
)
_NO_QUESTION = re.compile(
    rf"(?:(?:{_GREETING})[ ,.!]+)?{_PLEASE}(?:{_GREETING}|{_THANKS}|{_HELP}|{_SUMMARY})(?:,? please)?", re.DOTALL
)

TOLD = (
    "Verbatim finds the words of your articles that answer a question, and quotes them exactly, with their source.\n"
    "It writes nothing of its own: no summaries, no opinions.\n"
    "Ask for one thing in plain words, such as “who defected?” or “when was the bridge closed?”."
)
"""What they are answered with: three lines about what this tool does."""


def is_no_question(text: str) -> bool:
    """Whether a whole text is a greeting, thanks, or a call for help or a summary.

    >>> is_no_question("Hello!"), is_no_question("Who said hello?")
    (True, False)
    """
    return _NO_QUESTION.fullmatch(fold(text).strip(" \t\n.!?…")) is not None


def checked(question: str) -> str:
    """Give a question without white space at its ends.

    Raises:
        QuestionError: It is empty, longer than 200 words, or no Unicode text.
    """
    question = question.strip()
    count = len(question.split())
    if not any(char.isalnum() for char in question):
        raise QuestionError("The question is empty: ask something, such as “who defected?”.")
    if half(question):
        raise QuestionError("The question holds half a character: write it in UTF-8.")
    if count > MOST_WORDS or len(question) > 20 * MOST_WORDS:
        raise QuestionError(
            f"The question has {count:,} words in {len(question):,} characters; at most {MOST_WORDS} words are read: "
            "shorten it, or ask its parts one by one."
        )
    return question


def limited(k: int, most: int, what: str) -> int:
    """Give k back when it lies in 1 to `most`.

    Raises:
        QuestionError: It does not.
    """
    if not 1 <= k <= most:
        raise QuestionError(f"{k:,} {what} were asked for; ask for 1 to {most:,}.")
    return k
