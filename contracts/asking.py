"""Whether words ask how things are: a question never changes anything, in whatever language.

"Can you restart it?" is a wish in the form of a question; "can it be restarted?" and "may I
restart it?" are questions. Where that is doubtful it is a question: whoever wanted more is told to
say it in the imperative.
"""

import re

_ENGLISH = (
    r"why|which|what|whats|what's|who|whose|when|where|how|is|isn't|are|aren't|am|was|were"
    r"|does|doesn't|do|did|didn't|has|have|had"
    r"|(?:may|might|shall|should|must)\s+(?:i|we|it|they|this|that|these|those|the|\S+\s+be)"
    r"|(?:can|can't|could|couldn't|will|would)\s+(?:i|we|it|they|this|that|these|those|the|\S+\s+\w+)"
)
_GERMAN = (
    r"warum|wieso|weshalb|was|welche[rsnm]?|wer|wem|wen|wann|wo|wie|wieviele?|ist|sind|war|waren"
    r"|hat|hatte|gibt\s+es|(?:darf|dürfen|kann|können|könnte|könnten|soll|sollte|sollten|muss|müssen)"
    r"\s+(?:ich|man|wir|er|es|der|die|das|\S+)"
)
_SPANISH = (
    r"por\s+qué|qué|cuál(?:es)?|quién(?:es)?|cuándo|dónde|cómo|cuánt[oa]s?|está|están|hay|es|son"
    r"|puedo|podemos|podríamos|se\s+(?:puede|puedo|podría|debe|debería)|debo|debería|deberíamos|es\s+posible"
)
_FRENCH = (
    r"pourquoi|que|quoi|qu['\u2019]est-ce|quel(?:le)?s?|qui|quand|où|comment|combien|est-ce|est-il|est-elle"
    r"|sont-(?:ils|elles)|y\s+a-t-il|peut-on|puis-je|pouvons-nous|pourrait-on|pourrais-je|dois-je"
    r"|doit-on|devons-nous|faut-il|est-il\s+possible"
)
_ASKS = re.compile(
    rf"\s*[¿¡\"'(]*\s*(?:{_ENGLISH}|{_GERMAN}|{_SPANISH}|{_FRENCH})(?![\w-])", re.IGNORECASE
)
_ASKS_ELSEWHERE = re.compile(
    r"\s*(?:为什么|為什麼|为何|哪|谁|誰|什么|什麼|怎么|怎麼|多少|几个|幾個|是否|有没有|有沒有|能不能|可不可以)"
    r"|.*[吗嗎么麼][?\uff1f。!\uff01\s]*$"
    r"|\s*(?:क्या|क्यों|कौन|कब|कहाँ|कहां|कैसे|कितन)"
    r"|.*(?:है|हैं|हूँ|हूं)\s*क्या[?\uff1f।\s]*$",
    re.DOTALL,
)
_WISHES = re.compile(
    r"\s*[¿¡\"'(]*\s*(?:"
    r"(?:can|can't|could|couldn't|will|would)\s+(?:you|u|ya|somebody|someone|anybody|anyone)\b"
    r"|(?:kannst|könntest|würdest)\s+du|(?:können|könnten|würden)\s+(?:sie|wir\s+bitte)"
    r"|(?:me\s+)?(?:puedes|podrías|podéis)|(?:puede|podría)\s+usted"
    r"|(?:peux|pourrais)-tu|(?:pouvez|pourriez)-vous|est-ce\s+que\s+(?:tu|vous)\s+p\w+"
    r")",
    re.IGNORECASE,
)
_WISHES_ELSEWHERE = re.compile(r".*(?:你|您|帮|幫|麻烦|麻煩|请|請)|\s*क्या\s+(?:आप|तुम)", re.DOTALL)


def is_question(words: str) -> bool:
    """Say whether words ask how things are, or whether something may be done."""
    if _ASKS.match(words):
        return not _WISHES.match(words)
    if _ASKS_ELSEWHERE.match(words):
        return not _WISHES_ELSEWHERE.match(words)
    return False
