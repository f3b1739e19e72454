"""Page furniture in plain text: what a scraper picked up that is no part of the report.

Three things go, line by line, and nothing else:

* lines that are wholly a known prompt, button, credit or notice (``Click to log in!``,
  ``Read more: …``, ``© 2021 …``), and such sentences inside a paragraph;
* picture captions that end in a credit (``(AP Photo/Jane Roe)``, ``Photo: J. Roe/Reuters``);
* stray fragments: a line of one to six lower-case words without punctuation and without the
  small words that sentences are made of, standing between whole paragraphs.

The rules prefer leaving furniture in to taking a sentence out: a pattern has to match from
the beginning of a line or sentence to its end.
"""

from __future__ import annotations

import re

from pipeline.sentences import split_sentences

#: A caption has at most this many characters; a longer line keeps its text.
_CAPTION = 420
#: A prompt has at most this many characters.
_PROMPT = 200

_SHARE = (
    r"(?:share|tweet|post|pin(?: it)?|email|e-mail|mail|print|save|copy(?: link)?|link|comments?|"
    r"facebook|twitter|x|linkedin|whatsapp|telegram|reddit|pinterest|messenger|instagram|"
    r"youtube|flipboard|tumblr|viber|vk|bluesky|threads|sms|like|follow|gift|listen|resize|aa|"
    r"bookmark|more|via|on|this|article|story|page|with friends|\d+)"
)
_MAIL = r"(?:newsletters?|e-?mails?|alerts?|updates?|briefings?|digest|mailing list|inbox|app)"
_SITE = r"(?:facebook|twitter|x|instagram|telegram|youtube|whatsapp|linkedin|tiktok)"
_TIME = r"(?:[\w.,:/+()-]+ ){0,7}[\w.,:/+()-]+"
_COUNT = r"(?:\d+|one|two|three|four|five|a|a few)"

#: Each has to match a whole line or a whole sentence, in any case.
_PROMPTS = rf"""
ad(?:vertisement|vert)?s?(?: feedback)?
(?:scroll|continue|story continues|article continues|report continues)(?: down)?(?: below| after)?(?: (?:this |the )?(?:advertisement|ad|promotion))?(?: to (?:continue|read)(?: reading)?)?
(?:paid|sponsored|partner|promoted)(?: content| post| by [\w ]+)?
(?:to )?(?:read|view|see|get|access|unlock) (?:the |this )?(?:full|whole|entire|rest of the|complete|remaining) (?:story|article|report|text|version)(?: here| on [\w. ]+| at [\w. ]+|, (?:subscribe|sign|log|click)[\w ,'-]*)?
(?:are you )?already (?:a |an )?(?:subscriber|member|registered|have an account|subscribed)(?: user| reader)?\??(?: (?:sign|log) ?in(?: here| now)?)?
(?:please )?(?:click|tap)(?: here)?(?: (?:to|for|on) [\w ,'’/-]+)?
(?:please )?(?:log|sign) ?[- ]?(?:in|on|up)(?: (?:or|and|/) (?:register|subscribe|(?:log|sign) ?(?:in|up)|create an account))?(?: (?:here|now|to (?:continue|read|comment|view|your account)[\w ]*))?
(?:please )?(?:subscribe|register)(?: (?:now|here|today|free|to (?:continue|read|our|the|unlock|get)[\w ,'’-]*|for [\w ,'’-]*|(?:or|and) (?:log|sign) ?in)){{0,2}}
(?:please )?sign up (?:here |now |today |free )?(?:for|to(?: (?:get|receive))?|and get) (?:our |the |your |a )?[\w ,'’&-]*\b{_MAIL}\b[\w ,'’&-]*
(?:please )?(?:subscribe|register) (?:to|for) (?:our |the |your |a )?[\w ,'’&-]*\b{_MAIL}\b[\w ,'’&-]*
get (?:our|the|all the|your|breaking|daily|more)? ?[\w ,'’&-]*\b(?:newsletter|in your inbox|(?:straight|delivered|sent) to your (?:inbox|phone|e-?mail)|by e-?mail)\b[\w ,'’&-]*
(?:enter|type) your e-?mail(?: address)?(?: [\w ,'’-]+)?
(?:your )?e-?mail address
this article is (?:for|available to|reserved for) (?:our )?(?:subscribers|members|registered readers)(?: only)?
(?:you have|you've|you’ve) (?:\w+ ){{0,3}}(?:free )?articles? (?:left|remaining)[\w ]*
(?:you have|you've|you’ve) (?:reached|used|read) (?:your|all|the)[\w ]*(?:limit|articles?)[\w ]*
(?:continue|keep) reading(?: the (?:main )?story| below| with [\w ]+)?
(?:skip to (?:main )?content|skip (?:ad|advertisement|navigation)|back to top|go to top|load more|show more|view more|see more|see all|view all|more|next|previous|home|menu|search|close|comments?|leave a comment|post a comment|add a comment|join the conversation|view comments|\d+ comments?|tags?|topics?|topics in this article|share|print|email|listen|watch live|live updates?)
(?:related|recommended|trending|popular|more|latest|top|most read|most popular|most viewed|most shared|editor[’']?s?[’']? picks?|you (?:may|might) (?:also )?(?:like|be interested in)|more (?:from|on|in) [\w ,'’&-]+|related (?:articles?|stories|topics|news|content|coverage|links)|latest (?:news|stories|headlines|videos?)|top (?:stories|news)|trending (?:now|stories|topics|news)|recommended (?:for you|stories|articles|reading)|from (?:our|the) partners?|in this (?:story|article)|what to read next|read next|up next|explore more|don[’']?t miss|must read|watch next|also on [\w ]+)
(?:read|see|watch|listen|find out|learn|discover) more(?: (?:here|below|at [\w. ]+|about [\w ,'’-]+|on [\w ,'’-]+|from [\w ,'’-]+))?
(?:follow|like|join|find|add|contact) (?:us|@\w+|[\w ]{{1,30}}) (?:on|at|via) (?:{_SITE}|google news|social media)[\w ,&@'’/-]*
(?:follow|tweet|contact|e-?mail)(?: (?:the author|the reporter|us))?:? @\w+(?: on {_SITE})?
(?:share|tweet|send|copy|save|print|gift|email|e-mail|bookmark|listen to) (?:this|the) (?:article|story|page|post|link|report|video)?(?: (?:on|via|with|by|to) [\w ,&-]+)?
(?:{_SHARE}\b[ ,|/·•:+-]*){{2,}}
(?:follow|like|visit|download|install|get) (?:us|our app|the app|our (?:free |mobile )?apps?)(?: (?:on|from|for|at) [\w ,&-]+)?
(?:(?:we|this (?:site|website|page)) (?:use|uses) cookies)[^.!?]*
(?:accept|reject|manage)(?: all)?(?: cookies| preferences)?
(?:by (?:signing up|subscribing|registering|clicking|continuing)),? (?:you|i) [^.!?]*(?:agree|accept|consent|acknowledge)[^.!?]*
(?:all|some) rights reserved
(?:©|(?:\(c\)|copyright)(?: ©| \(c\))? ?(?:by )?\d{{4}}(?:[-–]\d{{2,4}})?)[^.!?]{{0,80}}(?:\. all rights reserved)?
(?:copyright|©)[^!?]{{0,100}}all rights reserved(?:\. this material may not be [^!?]{{0,100}})?
this material may not be (?:published|reproduced|copied)[^!?]{{0,120}}
(?:this (?:article|story|report) (?:was|has been) (?:originally |first )?(?:published|posted|updated|generated|produced))[^!?]{{0,120}}
(?:our standards: )?the thomson reuters trust principles
(?:opens? (?:in )?(?:a )?new (?:tab|window))
\(?(?:(?:additional )?(?:reporting|writing|editing|graphics|compiled|edited|written)(?: and (?:reporting|writing|editing))? by [^.!?()]{{2,160}})\)?
(?:{_COUNT}[- ])?min(?:ute)?s? (?:read|ago|watch|listen)
(?:reading|listening) time:? \d+ ?min(?:ute)?s?
(?:first |last )?(?:published|updated|posted|modified|created)(?: on| at|:)? {_TIME} ?(?:\d{{4}}|[ap]\.?m\.?|gmt|utc|[a-z]{{2,4}}t|ago)
listen to (?:this )?(?:article|story)(?: \d+ min(?:ute)?s?)?
(?:image|picture|photo|video|media|getty|file)s?(?: (?:caption|source|credit|copyright|images?|photo|picture))(?:[,:] .{{0,80}})?
(?:getty(?: images)?|ap photo|afp photo|reuters photo|file photo|file image|stock photo|istock|shutterstock|hide caption|toggle caption|enlarge(?: (?:this )?image)?|view gallery|photo gallery|play video|video|photos?|image|watch(?: now| video)?)
"""

#: A line that begins so and has no full stop at its end links elsewhere.
_LINKS = re.compile(
    r"(?:read (?:more|also|next|on)|also read|see also|see more|related(?: (?:article|story|news))?|"
    r"more (?:on this|news|from [\w ]{1,25})|recommended|watch(?: (?:also|live|now))?|"
    r"listen|(?:don[’']?t|do not) miss|must read|in pictures|photos|"
    r"from the archives?|explainer|opinion|live(?: updates)?|find out more)\s?(?:[:|»>–—]|\s-\s)\s?\S.*",
    re.IGNORECASE,
)

_AGENCY = (
    r"(?:reuters|ap|associated press|afp|agence france[- ]presse|getty(?: images)?|epa(?:-efe)?|efe|"
    r"tass|sputnik|ria novosti|xinhua|kyodo|yonhap|anadolu(?: agency)?|dpa|pa(?: wire| media)?|upi|"
    r"bloomberg|pool(?: photo)?|shutterstock|alamy|zuma(?: press)?|nurphoto|imago|ansa|belga|"
    r"handout|file|kcna|irna|isna|mehr|tasnim|wana|ukrinform|unian|kremlin(?: pool)?|"
    r"picture[- ]alliance|nasa|maxar|planet labs)"
)
_NAME = r"[\w.'’& -]{2,60}"
_PERSON = r"(?-i:[A-Z][\w.'’-]+(?:[ ][\w.'’-]+){0,4})"
#: "(BBC News/AP)" names two sources of a report, "(Jane Roe/AP)" a photographer.
_MEDIUM = rf"(?:{_AGENCY}\b|[^()/]*\b(?:news|times|post|press|tv|bbc|cnn|guardian|online|daily)\b)"
_CREDIT = re.compile(
    rf"""(?:
        \((?:(?:{_AGENCY})[ ]?(?:file[ ]?)?(?:photo|image|picture|pool)s?|
           (?:photo|image|picture)s?(?:[ ]credit)?[ ]?(?::|by|/|via|from|courtesy))[^()]{{0,80}}\)
      | \((?!{_MEDIUM}){_PERSON}/{_AGENCY}(?:[ ]?(?:/|via|,)[ ]?{_NAME})?\)
      | (?:^|[.!?)\]|])\s*(?-i:Photo|PHOTO|Photograph|Image|IMAGE|Picture|PICTURE|Pic)
        (?:[ ](?:credit|source|by|courtesy))?:[ ]?(?-i:[A-Z@©]){_NAME}(?:[/,|][ ]?{_NAME}){{0,3}}
      | (?:^|[.!?)\]|])\s*(?:photo|photograph|image|picture)[ ]by[ ](?-i:[A-Z]){_NAME}
        (?:/[ ]?{_NAME}){{1,3}}
      | (?:^|[.!?)\]|])\s*(?!{_MEDIUM}){_PERSON}/{_AGENCY}(?:[ ]?/[ ]?{_NAME})?
      | (?-i:REUTERS|AP[ ]Photo|AFP|EPA|TASS)/{_PERSON}
      | ©[ ]?{_NAME}(?:/{_NAME})?
    )\.?\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
#: The unmistakable credits, to be cut out of the middle of a paragraph.
_INLINE_CREDIT = re.compile(
    rf"\s*\((?:(?:{_AGENCY})[ ](?:file[ ])?photo(?:/|:|[ ]by)[^()]{{2,60}}|"
    rf"(?:photo|image|picture)(?:[ ]credit)?(?::|[ ]by)[^()]{{2,60}})\)",
    re.IGNORECASE,
)

_EDGE = r"[\s>»›→«<|•*·▶►\-–—\[\](]*"
_FURNITURE = re.compile(
    rf"{_EDGE}(?:" + "|".join(line for line in _PROMPTS.strip().split("\n")) + r")[\s.!?:;,…»>›→|•*·\-–—\[\])]*",
    re.IGNORECASE,
)
#: No prompt, link or credit in a longer line is without one of these.
_HINTS = (
    "subscri", "click", "log in", "login", "log-in", "sign in", "sign up", "read ", "newsletter",
    "share", "tweet", "photo", "image", "picture", "©", "copyright", "rights reserved", "cookies",
    "follow", "advert", "related", "caption", "getty", "reporting", "editing", "inbox", "e-mail",
    "email", "continue", "updated", "published", "recommended", "facebook", "watch", "listen",
    "min ", "/reuters", "/ap", "/afp", "/epa", "/tass", "see also", "opinion", "explainer",
    "standards", "compiled", "this material", "register", "to read", "pic:", "reuters/", "afp/",
)  # fmt: skip

_FRAGMENT = re.compile(r"[a-z][\w'’-]*(?: [\w'’-]+){0,5}")
#: Words that make a sentence or a list item of what could be a fragment.
_GRAMMAR = frozenset(
    "the a an is are was were be been being has have had do does did will would can could may "
    "might must shall should i you he she it we they his her its their this that these those "
    "who which and or but not no if as because than then there said says to".split()
)
_STOPPED = re.compile(r"[.!?…\"”’')\]—–-]\s*$")
_DATELINE = re.compile(
    r"[A-Z][\w.'’/ -]{1,40}(?:, [\w. ]{2,30}){0,2}\s?(?:\([\w .'’/&-]{2,40}\)\s?)?[—–-]+"
)


def strip_furniture(lines: list[str]) -> list[str]:
    """The lines (paragraphs) of one text without furniture; order and wording stay."""
    kept = lines
    if any(map(_may_be, lines)):
        captions = _captions(lines)
        kept = [
            clean
            for n, line in enumerate(lines)
            if n not in captions and (clean := _clean_line(line))
        ]
    if len(kept) > 2:
        kept = [line for n, line in enumerate(kept) if not _is_fragment(kept, n)]
    return _join_dateline(kept)


def is_furniture(line: str) -> bool:
    """Whether a whole line or sentence is a prompt, button, notice or link."""
    if len(line) > _PROMPT:
        return False
    return bool(_FURNITURE.fullmatch(line)) or (
        not line.rstrip().endswith((".", "”", '"')) and bool(_LINKS.fullmatch(line.strip()))
    )


def _may_be(line: str) -> bool:
    return len(line) < 80 or _hinted(line)


def _hinted(line: str) -> bool:
    lower = line.lower()
    return any(hint in lower for hint in _HINTS)


def _clean_line(line: str) -> str:
    if is_furniture(line):
        return ""
    if not _hinted(line):
        return line
    return _without_prompts(_INLINE_CREDIT.sub("", line))


def _captions(lines: list[str]) -> set[int]:
    """Lines that end in a picture credit; none where a text ends most lines so."""
    found = {
        n
        for n, line in enumerate(lines)
        if len(line) <= _CAPTION and line.count(". ") < 4 and _CREDIT.search(line[-160:])
    }
    return found if len(found) * 2 < len(lines) else set()


def _without_prompts(line: str) -> str:
    """A paragraph without the sentences in it that are prompts."""
    sentences = split_sentences("", line)
    if len(sentences) < 2:
        return line
    prompts = [s for s in sentences if is_furniture(s.text)]
    for sentence in reversed(prompts):
        line = f"{line[: sentence.start].rstrip()} {line[sentence.end :].lstrip()}"
    return line.strip()


def _is_fragment(lines: list[str], n: int) -> bool:
    """Whether line ``n`` is a search phrase or label stranded between paragraphs."""
    line = lines[n]
    if len(line) > 60 or not _FRAGMENT.fullmatch(line):
        return False
    if any(word in _GRAMMAR for word in line.split()):
        return False
    before = lines[n - 1] if n else "."
    after = lines[n + 1] if n + 1 < len(lines) else ""
    if before.rstrip().endswith((":", ";", ",")) or not _STOPPED.search(before):
        return False
    if after and after[0].islower():
        return False
    return sum(len(other) >= 40 and bool(_STOPPED.search(other)) for other in lines) >= 2


def _join_dateline(lines: list[str]) -> list[str]:
    """``MOSCOW (Reuters) —`` on a line of its own, put before the paragraph it belongs to."""
    for n, line in enumerate(lines[:3]):
        if n + 1 < len(lines) and len(line) < 90 and _DATELINE.fullmatch(line):
            return [*lines[:n], f"{line} {lines[n + 1]}", *lines[n + 2 :]]
    return lines


