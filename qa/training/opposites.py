"""English words that turn a question about one thing into one about its twin: opposites, and qualifiers of nouns."""

import re

_PAIRS = """
    above/below accept/reject accepts/rejects accepted/rejected advantages/disadvantages
    allies/enemies ancestors/descendants ancient/modern arrival/departure attackers/defenders aunt/uncle boy/girl
    boys/girls brother/sister brothers/sisters buyer/seller buyers/sellers buying/selling cheap/expensive
    coldest/hottest creditors/debtors decrease/increase decreased/increased decreases/increases deepest/shallowest
    direct/indirect domestic/foreign earliest/latest east/west eastern/western easier/harder easiest/hardest
    employee/employer employees/employers encourage/discourage encouraged/discouraged exclude/include export/import
    exported/imported exports/imports external/internal fastest/slowest father/mother female/male females/males
    formal/informal founded/dissolved guilty/innocent happy/unhappy heaviest/lightest highest/lowest
    hired/fired husband/wife husbands/wives important/unimportant incoming/outgoing landlord/tenant largest/smallest
    longest/shortest loser/winner losers/winners losing/winning majority/minority major/minor man/woman
    maximum/minimum men/women morning/evening positive/negative oldest/youngest north/south northeast/southwest
    northern/southern northwest/southeast official/unofficial opened/closed opponents/supporters
    optimistic/pessimistic permanent/temporary poor/rich poorest/richest predecessor/successor raised/lowered
    rural/urban senior/junior son/daughter sons/daughters strengths/weaknesses strong/weak stronger/weaker
    strongest/weakest student/teacher students/teachers successful/unsuccessful summer/winter supporting/opposing
    supports/opposes tallest/shortest usually/rarely visible/invisible weakness/strength
"""
_ONE_WAY = """
    always/never gained/lost illegal/legal disadvantage/advantage arrested/released biggest/smallest big/small
    critics/supporters easy/hard entered/left enter/leave
    established/abolished join/leave legalized/banned proponents/opponents rejected/approved approved/rejected
    banned/allowed rising/falling victories/defeats wealthiest/poorest won/lost newest/oldest without/with upper/lower
    worst/best
"""
OPPOSITE = {pair.split("/")[1]: pair.split("/")[0] for pair in _PAIRS.split()}
OPPOSITE |= dict(pair.split("/") for pair in (_PAIRS + _ONE_WAY).split())
"""Word -> its opposite, wherever it stands."""
_ARGUED = r"\b(?:argue[ds]?|arguing|arguments?|campaigned|decided?|lobbied|protested|ruled?|spoken?|vot(?:ed?|es|ing)) "
_ITS = r"\b(?:the|his|her|its|their|which|what|\w+['’]s) "
_OBJECT = r"(?= (?:the|an?|his|her|its|their|this|that|[A-Z]))"
_NOT_TO = r"\b(?! (?:to|up|off|out|with|users?|result|goal|\w+ing)\b)"
_DEGREE = r"(?= \w+(?:ant|ent|[ai]ve|ous|ful|[ai]ble|al|ly|ar)\b)"
CONDITIONAL = [
    (re.compile(rf"{before}(?<![\w-])({'|'.join(opposite)})(?![\w-]){after}"), opposite)
    for before, pairs, after in (
        (_ARGUED, "for/against", r"(?! (?:president|mayor|governor|parliament|how|office|\w+ years?)\b)"),
        (_ARGUED, "against/for", ""),
        ("", "in_favor_of/against in_favour_of/against", ""),
        ("", "over/under", r"(?= [$£€]?\d)"),
        ("", "more/less less/more fewer/more", r"(?= than [$£€]?\d)"),
        ("(?<!named )(?<!look )", "after/before", r"(?= (?:the|his|her|its|their|World|[a-z]+ing)\b)"),
        ("", "before/after", r"(?= (?:the (?!\w*[Cc]ourt)|his|her|its|their|World|[a-z]+ing)\b)"),
        (r"\b(?:went|goe?s?|going|gone|moved?|drove|sailed) ", "up/down down/up", r"(?! (?:to|with|for|and)\b)"),
        ("", "rose/fell fell/rose rise/fall", r"(?= (?:by|from)\b)"),
        ("", "support/oppose oppose/support supported/opposed opposed/supported left/joined", _OBJECT),
        ("", "gave/received received/gave attacked/defended defended/attacked", _OBJECT),
        ("", "caused/prevented", rf"{_OBJECT}(?!.* to )"),
        (r"(?<!just )(?<!originally )", "built/demolished created/destroyed", r"(?: by\b| in\b| on\b|\?)"),
        ("", "victory/defeat", "(?! over)"),
        (r"(?:the|an?|his|her|its|their|of|s|major|first|last) ", "defeat/victory", ""),
        ("(?<!first )", "start/end begin/end beginning/end started/ended began/ended starts/ends begins/ends", _NOT_TO),
        ("(?<!in the )", "end/start ended/began ends/begins", _NOT_TO),
        ("", "included/excluded excluded/included", r"(?= (?:in|from)\b)"),
        ("", "buy/sell sell/buy bought/sold sold/bought", rf"{_OBJECT}(?!.* (?:album|cop(?:y|ies)|record|single))"),
        ("", "most/least least/most more/less", _DEGREE),
        ("(?<!take )", "advantage/disadvantage", ""),
        ("", "legal/illegal", r"(?! (?:action|advice|case|document|name|right|rights|system|team|term)\b)"),
        ("", "joined/left", _OBJECT),
        ("", "best/worst", r"(?! known\b| describ)"),
        ("", "higher/lower", r"(?! (?:education|learning))"),
        ("", "lower/higher", r"(?= (?!house|chamber|class|part|deck|river|court)[a-z])"),
        (r"\b(?:the|in|by|of|from|during|until) ", "early/late late/early", ""),
        (r"\b(?:the|an?|his|her|its|their|of|by) ", "private/public", ""),
        (r"\b(?:an?|his|her|its|their|of|by|first|oldest|largest) ", "public/private", "(?= [a-z]{5})"),
        (_ITS, "new/old old/new former/current previous/next next/previous third/second", "(?= [a-z])"),
        ("", "current/former", r"(?= [a-z]+(?:er|or|ent|ant|man|king|ion|ber|ess|ef)\b)"),
        ("(?<!at )", "first/last", r"(?! (?:of all|hand|class|name|language|aid)\b)"),
        (_ITS, "first/second second/third", r"(?= [a-z])(?! (?:of all|name|language|aid)\b)"),
        (_ITS, "second/first", r"(?= [a-z])(?! (?:most|best|\w+est)\b)"),
        (r"\bthe ", "last/first", r"(?= [a-z])(?! (?:name|few|\w+s)\b)"),
        (r"\b(?:during the|at) ", "day/night night/day", ""),
    )
    for opposite in [dict(pair.replace("_", " ").split("/") for pair in pairs.split())]
]
"""Patterns whose first group is a word that has an opposite there only -> word -> its opposite."""
OPPOSED = re.compile(rf"(?<![\w-])(?<!how )({'|'.join(sorted(OPPOSITE, key=len, reverse=True))})(?![\w-])(?! up\b)")
"""Finds the words of `OPPOSITE`."""

_HELPED = "coach|conductor|curator|director|editor|manager|principal|professor|secretary|superintendent|treasurer"
_STOOD_FOR = "ambassador|captain|chairman|chancellor|chief|commander|commissioner|consul|dean|governor|head|judge"
_LED = "leader|mayor|minister|president|prime minister|sheriff|spokesman|spokeswoman"
_CROWNED = "king|queen|emperor|bishop|archbishop"
_EVENTS = (
    "album|book|campaign|concert|conference|contract|edition|expedition|film|game|issue|match|meeting|novel|season"
)
_SHOWN = "series|show|single|song|summit|tour|trial|version"
_BUILT = "airport|boat|bridge|building|canal|church|engine|factory|hospital|hotel|library|machine|museum|palace|school"
_STOOD = "ship|stadium|station|temple|theatre|theater|tower|tunnel"
_ONCE = "battle|election|law|referendum|treaty|war"
QUALIFIERS = {
    noun: words.split()
    for nouns, words in (
        (_HELPED, "deputy assistant acting interim"),
        (f"{_STOOD_FOR}|{_LED}", "deputy acting interim"),
        (_CROWNED, "deposed rival"),
        (f"{_EVENTS}|{_SHOWN}", "next previous second third"),
        (f"{_BUILT}|{_STOOD}", "second previous third"),
        (_ONCE, "next previous"),
    )
    for noun in nouns.split("|")
}
"""Role, event or thing -> what makes another one of it."""
_TITLES = f"{_HELPED}|{_STOOD_FOR}|{_LED}|{_CROWNED}"
_NAMED = r"(?<!\b[Aa] )\b(?:[Tt]he|[Ii]ts|[Tt]heir|[Hh]is|[Hh]er|\w+['’]s) "
_VERB = "is|was|were|did|does|has|had|will|be|begin|end|open|close|take|start|do|cost|say|said|think|resign"
QUALIFIABLE = (
    re.compile(
        rf"{_NAMED}({_TITLES}|(?<=he )(?i:{_TITLES}))(?=[?]|$|['’]s | (?:of|in|at|for|who|to|by|when|{_VERB})\b)"
    ),
    # Nothing that tells which of several may follow: "the next album released in 2010" is the album.
    re.compile(rf"{_NAMED}({_EVENTS}|{_SHOWN}|{_BUILT}|{_STOOD}|{_ONCE})(?=[?]|$| (?:about|after|before|{_VERB})\b)"),
)
"""Find the nouns of `QUALIFIERS` that may be qualified: roles, then events and things."""
LESSER = re.compile(rf"(?<!executive )(?i:\b((?:deputy|vice|assistant|acting|interim)[ -])(?:{_TITLES})\b)")
"""Finds a qualified role; the first group is the qualifier."""
