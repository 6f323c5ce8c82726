"""What is no question about the articles: greetings, thanks, calls for help or for a summary -> what this tool does."""

import re

from index.text import fold

_GREETING = r"(?:hi|hello|hey|greetings|good (?:morning|afternoon|evening|day))(?: there| everyone| all| verbatim)?"
_THANKS = r"(?:many )?(?:thanks|thank you|thx|cheers)(?: (?:a lot|so much|very much|again))?|bye|goodbye"
_HELP = (
    r"help(?: me)?|what (?:can|do) you do|what (?:is|are) (?:this|you)|who are you|how (?:does|do) (?:this|it|you) work"
    r"|what can i ask|how do i (?:use|start)(?: this)?|what should i ask"
)
_SUMMARY = r"(?:please )?(?:(?:can|could) you )?(?:summari[sz]e|sum up|tl;?dr|give (?:me )?(?:a|the) (?:summary|overview))\b.*"
_NO_QUESTION = re.compile(rf"(?:(?:{_GREETING})[ ,.!]*)?(?:{_GREETING}|{_THANKS}|{_HELP}|{_SUMMARY})", re.DOTALL)

TOLD = (
    "Verbatim finds the words of your articles that answer a question, and quotes them exactly, with their source. "
    "It writes nothing of its own: no summaries, no opinions. "
    "Ask for one thing in plain words, such as “who defected?” or “when was the bridge closed?”."
)


def is_no_question(text: str) -> bool:
    """Whether a whole text is a greeting, thanks, or a call for help or a summary.

    >>> is_no_question("Hello!"), is_no_question("Who said hello?")
    (True, False)
    """
    return _NO_QUESTION.fullmatch(fold(text).strip(" \t\n.!?…")) is not None
