"""Query parameters: which values may be sent, how others spell them, and how they are written.

Everything here takes `object`, because a caller may pass anything, and refuses it with a ConfigurationError
that names the field. A refused address, key or secret is never repeated in the message.
"""

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import cast

from captioner.streaming.errors import ConfigurationError

MAX_KEYTERM_TOKENS = 500

# Models whose rules we know; every other name (a UUID, another server's, a future one) is left to the server.
_FAMILY = re.compile(r"(nova-3|nova-2|nova|enhanced|base)(-[a-z][\w-]*)?")
_ENGLISH_ONLY = re.compile(
    r"(nova-2|nova|enhanced|base)"
    r"-(meeting|phonecall|finance|conversationalai|voicemail|video|medical|drivethru|automotive|atc)"
)
_LANGUAGE = re.compile(r"multi|auto|[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SECRET = re.compile(r"(key|token|secret|password|passwd|authorization|auth|bearer|credentials?|jwt)$")


class FrozenMapping(Mapping[str, tuple[str, ...]]):
    """Parameters by name, each with its values in order. Hashable, and pickles."""

    __slots__ = ("_pairs",)

    def __init__(self, pairs: Iterable[tuple[str, tuple[str, ...]]] = ()) -> None:
        self._pairs = tuple(dict(pairs).items())

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return dict(self._pairs)[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def __hash__(self) -> int:
        return hash(frozenset(self._pairs))

    def __repr__(self) -> str:
        return repr(dict(self._pairs))


def shown(value: object) -> str:
    """A value as it may stand in an error message: on one line, and short."""
    try:
        words = repr(value)
    except Exception:  # a stranger's repr, or an int of 5000 digits
        words = f"of type {type(value).__name__}"
    words = "".join(character if character.isprintable() else " " for character in words)
    return words if len(words) <= 60 else f"{words[:57]}..."


def flag(field: str, value: object) -> bool:
    """True or False, and nothing that merely looks like it."""
    if isinstance(value, bool):
        return value
    raise ConfigurationError(f"{field} is {shown(value)}", "Give True or False")


def number(field: str, value: object, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    raise ConfigurationError(f"{field} is {shown(value)}", f"Choose a whole number, {low} to {high}")


def seconds(field: str, value: object, low: float, high: float) -> float:
    """A finite number of seconds from `low` to `high`."""
    if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
        return value
    raise ConfigurationError(f"{field} is {shown(value)}", f"Choose {low:g} to {high:g} seconds")


def choice(field: str, value: object, choices: Collection[str]) -> str:
    """One of a few words."""
    if isinstance(value, str) and value in choices:
        return value
    raise ConfigurationError(f"{field} is {shown(value)}", f"Choose {', '.join(choices)}")


def text(field: str, value: object, *, one_word: bool = False) -> str:
    """Text that is not blank and can be sent: no control characters, no half of a surrogate pair."""
    if not isinstance(value, str):
        raise ConfigurationError(f"{field} is {shown(value)}", "Give text")
    if not value.strip():
        raise ConfigurationError(f"{field} is empty", "Give text, or leave it out")
    if re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", value) or (one_word and re.search(r"\s", value)):
        raise ConfigurationError(f"{field} is {shown(value)}", "Leave the characters out that cannot be sent")
    return value


def texts(field: str, value: object) -> tuple[str, ...]:
    """One text or a sequence of them, as a tuple."""
    if isinstance(value, str):
        return (text(field, value),)
    if not isinstance(value, Sequence):
        raise ConfigurationError(
            f"{field} is {shown(value)}", 'Give a text or a list of texts, ["one", "two"]'
        )
    return tuple(text(field, item) for item in cast("Sequence[object]", value))


def pairs(field: str, value: object, known: Collection[str]) -> FrozenMapping:
    """Parameters that we do not know, to be passed on. Secrets and what we do know are refused."""
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{field} is {shown(value)}", 'Give a mapping, {"parameter": "value"}')
    checked: list[tuple[str, tuple[str, ...]]] = []
    for key, values in cast("Mapping[object, object]", value).items():
        name = text(f"A name in {field}", key, one_word=True)
        # Not camel case, not "x-api-key": only the letters tell.
        if _SECRET.search(re.sub(r"[^a-z]", "", name.lower())):
            raise ConfigurationError(
                f"{field} has {shown(name)}", "Give a key to the client: URLs are logged"
            )
        if name in known and name != field:
            raise ConfigurationError(f"{field} has {shown(name)}", f"It is an option of its own: {name}=…")
        checked.append((name, texts(f"{field}[{shown(name)}]", values)))
    return FrozenMapping(checked)


def check_model(model: object, language: object, hints: Collection[str]) -> None:
    """Model against language. Refused is only what no server that knows the model can do."""
    name = text("model", model, one_word=True)
    if re.match(r"flux(-|$)", name.lower()):
        raise ConfigurationError(
            f"model is {shown(name)}, which speaks another protocol (/v2/listen, turns)", 'Choose "nova-3"'
        )
    for field, tag in (("language", language), *(("language_hint", hint) for hint in hints)):
        if not _LANGUAGE.fullmatch(text(field, tag)):
            raise ConfigurationError(
                f"{field} is {shown(tag)}", 'Give a BCP-47 tag ("en", "pt-BR") or "multi"'
            )
    family = _family(name)
    if _ENGLISH_ONLY.fullmatch(name.lower()) and not re.match(r"en(-|$)", str(language).lower()):
        raise ConfigurationError(
            f"language is {shown(language)}, but {name} knows English only",
            'Choose model="nova-3"',
        )
    if language == "multi" and family in ("nova", "enhanced", "base"):
        raise ConfigurationError(f'language is "multi", which {name} cannot', 'Choose model="nova-3"')
    if hints and family and (family != "nova-3" or language != "multi"):
        raise ConfigurationError(
            f'language_hint needs model="nova-3" and language="multi", not {name} and {shown(language)}',
            "Set both, or leave language_hint out",
        )


def check_vocabulary(model: str, keyterm: object, keywords: Sequence[str]) -> None:
    """Words to expect: `keyterm` with nova-3, `keywords` with what was before it."""
    family = _family(model)
    if check_keyterms(keyterm) and family and family != "nova-3":
        raise ConfigurationError(
            f"keyterm does not work with {model}", 'Choose model="nova-3", or use keywords'
        )
    if keywords and family == "nova-3":
        raise ConfigurationError(f"keywords does not work with {model}", "Use keyterm, which takes no boost")
    for keyword in keywords:
        term, colon, boost = keyword.rpartition(":")
        if colon and not (term.strip() and re.fullmatch(r"[-+]?[0-9]{1,6}(\.[0-9]{1,6})?", boost)):
            raise ConfigurationError(
                f"keywords has {shown(keyword)}", 'Give "term:boost", the boost a number'
            )


def check_keyterms(keyterms: object) -> tuple[str, ...]:
    """The terms as a tuple; refused only when they are certainly more than 500 tokens.

    The provider's tokenizer is not public. Counted is the least that it can find: one token a word, and one
    for each 24 characters of a long word. What passes may still be too much for the server.
    """
    terms = texts("keyterm", keyterms)
    tokens = sum(math.ceil(len(word) / 24) for term in terms for word in term.split())
    if tokens > MAX_KEYTERM_TOKENS:
        raise ConfigurationError(
            f"keyterm has at least {tokens} tokens in all",
            f"The limit is {MAX_KEYTERM_TOKENS}: keep the rarest",
        )
    return terms


def check_pairs(field: str, values: Sequence[str]) -> None:
    """Texts of two halves; the first must not be empty."""
    for value in values:
        first, colon, _ = value.partition(":")
        if not (colon and first.strip()):
            form = "find:replacement" if field == "replace" else "key:value"
            raise ConfigurationError(f"{field} has {shown(value)}", f'Give "{form}"')


def check_diarizer(model: object) -> None:
    """Of the provider's diarizers, one that streams."""
    if model == "v2":
        raise ConfigurationError(
            'diarize_model is "v2", which is for recordings only', 'Choose "latest" or "v1"'
        )
    choice("diarize_model", model, ("latest", "v1"))


def _family(model: str) -> str | None:
    known = _FAMILY.fullmatch(model.lower())
    return known[1] if known else None


def written(value: object) -> tuple[str, ...]:
    """A checked value as it stands in a query, one text for each time the parameter is repeated."""
    match value:
        case None:
            return ()
        case bool():
            return ("true" if value else "false",)
        case str() | int():
            return (str(value),)
        case _:
            return tuple(cast("Sequence[str]", value))


def spelled(value: object, like: object) -> object:
    """A value as other programs spell it ("true", "300", one flag for a list) in the type of `like`.

    What cannot be read is returned as it is: the check of its field refuses it.
    """
    if isinstance(value, str) and like != () and not isinstance(like, str | None):
        word = value.strip().lower()
        if word in ("true", "false"):
            return word == "true"
        if re.fullmatch(r"-?[0-9]{1,9}", word):
            return int(word)
        if isinstance(like, float) and re.fullmatch(r"[0-9]{1,9}\.[0-9]{1,9}", word):
            return float(word)
    if isinstance(value, bool) and like == ():
        return ("true",) if value else ()
    return value


def loose_texts(field: str, value: object) -> tuple[str, ...]:
    """One text or a list of them, where flags and numbers pass as texts."""
    if isinstance(value, list | tuple):
        items = cast("Sequence[object]", value)
        return tuple(one for item in items for one in texts(field, _loose_text(item)))
    return texts(field, _loose_text(value))


def _loose_text(value: object) -> object:
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) < 10**15):
        return written(value)[0]
    return repr(value) if isinstance(value, float) and math.isfinite(value) else value
