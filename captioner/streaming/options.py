"""What a session is asked to do, checked before anything is started."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, Self, cast
from urllib.parse import quote, urlencode

from captioner.streaming import query as parameters
from captioner.streaming.address import DEEPGRAM_URL, listen_url
from captioner.streaming.errors import ConfigurationError
from captioner.streaming.frames import SAMPLE_RATE

EncodingName = Literal[
    "linear16", "linear32", "flac", "alaw", "mulaw", "amr-nb", "amr-wb", "opus", "ogg-opus", "speex", "g729"
]


class _Default(int):
    """A number nobody asked for: it gives way where it does not fit, while a given one is refused."""


@dataclass(frozen=True, slots=True)
class _Encoding:
    """`sample_bytes`: of one sample of one channel, None where they vary. `silence`: the silent byte."""

    rates: Sequence[int] = range(8_000, 192_001)
    channels: int = 20
    sample_bytes: int | None = None
    silence: int = 0


# The rates and channels of each codec are its own standard's (RFC 6716, RFC 5574, RFC 4867, ITU-T G.729).
_ENCODINGS: dict[str, _Encoding] = {
    "linear16": _Encoding(sample_bytes=2),
    "linear32": _Encoding(sample_bytes=4),
    "flac": _Encoding(channels=8),
    "alaw": _Encoding(sample_bytes=1, silence=0xD5),
    "mulaw": _Encoding(sample_bytes=1, silence=0xFF),
    "amr-nb": _Encoding((8_000,), channels=1),
    "amr-wb": _Encoding((16_000,), channels=1),
    "opus": _Encoding((8_000, 12_000, 16_000, 24_000, 48_000), channels=2),
    "ogg-opus": _Encoding(),
    "speex": _Encoding((8_000, 16_000, 32_000), channels=2),
    "g729": _Encoding((8_000,), channels=1),
}

_OWN = frozenset({"event_buffer", "backlog_seconds", "overflow", "backfill", "speed"})
_SAID_WHEN_OFF = frozenset({"interim_results", "endpointing"})
_SOUND = frozenset({"encoding", "sample_rate", "channels"})


@dataclass(frozen=True, slots=True)
class StreamingOptions:
    """The options of `client.listen.stream(...)`. Raises ConfigurationError, naming the field.

    Names and meanings are the query parameters of Deepgram's /v1/listen (AsyncAPI specification and
    documentation, 2026-07); the defaults fit a meeting. Lists take one text or a sequence of texts.
    `dataclasses.replace` makes a changed copy.

    The sound given to `send()`; frames describe themselves:
        encoding      None for a container (WAV, Ogg, WebM), which tells rate and channels itself
        sample_rate   Hz; None for a container. Left out, it follows the encoding
        channels      interleaved, 1 to 20. Mixed before recognition unless `multichannel`
    What is recognised:
        language      BCP-47, or "multi": many languages at once; `language_hint` only with that
        keyterm       words to expect (nova-3), 500 tokens in all; `keywords` "term:boost" for older models
        diarize       tell voices apart; `diarize_model` does so too, and wins
    When it is said (milliseconds):
        endpointing       silence that ends an utterance, False = never
        utterance_end_ms  gap between words that ends one, None = off. It needs `interim_results`: with
                          those off, the default turns to None and a given value is refused
    What it looks like:
        smart_format  implies `punctuate`; `no_delay`: not holding text back to complete a number
        replace       "find:replacement"
    What else is sent:
        mip_opt_out   asks not to be used for training (it may cost more); True here, False at the provider
        extra         parameters unknown to us; the provider's own `extra` is {"extra": ["key:value"]}
        callback      and `callback_method` are refused: they send the results elsewhere
    The session, never sent:
        event_buffer     events not yet read
        backlog_seconds  sound not yet settled; when it is full, `send()` waits, or drops the oldest sound
                         with overflow="drop_oldest"
        backfill         what was missed in an outage is heard on a second stream of the provider, which is
                         charged; off, the one stream catches up, and captions are late for longer
        speed            how many times faster than real time the sound comes (a recording); whatever is
                         timed in seconds of sound follows
    """

    model: str = "nova-3"
    language: str = "en"
    language_hint: Sequence[str] = ()
    version: str | None = None
    encoding: EncodingName | None = "linear16"
    sample_rate: int | None = _Default(SAMPLE_RATE)
    channels: int = 1
    multichannel: bool = False
    interim_results: bool = True
    endpointing: int | Literal[False] = 300
    utterance_end_ms: int | None = _Default(1000)
    vad_events: bool = True
    punctuate: bool = False
    smart_format: bool = True
    no_delay: bool = True
    diarize: bool = False
    diarize_model: Literal["latest", "v1"] | None = None
    keyterm: Sequence[str] = ()
    keywords: Sequence[str] = ()
    numerals: bool = False
    dictation: bool = False
    profanity_filter: bool = False
    filler_words: bool = False
    redact: Sequence[str] = ()
    replace: Sequence[str] = ()
    search: Sequence[str] = ()
    detect_entities: bool = False
    mip_opt_out: bool = True
    tag: Sequence[str] = ()
    callback: None = None
    callback_method: None = None
    extra: Mapping[str, str | Sequence[str]] = parameters.FrozenMapping()
    event_buffer: int = 1000
    backlog_seconds: float = 1200.0
    overflow: Literal["wait", "drop_oldest"] = "wait"
    backfill: bool = True
    speed: float = 1.0

    def __post_init__(self) -> None:
        names = {field.name: field.default for field in fields(self)}
        for name, default in names.items():
            if isinstance(default, bool):
                parameters.flag(name, getattr(self, name))
            elif default == ():
                object.__setattr__(self, name, parameters.texts(name, getattr(self, name)))
        object.__setattr__(self, "extra", parameters.pairs("extra", self.extra, names))
        object.__setattr__(self, "sample_rate", _sample_rate(self.encoding, self.sample_rate))
        object.__setattr__(
            self, "utterance_end_ms", _utterance_end(self.utterance_end_ms, self.interim_results)
        )
        _check_sound(self)
        _check_recognition(self)
        _check_session(self)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> Self:
        """Options as other programs spell them: "true", "300", None for the default.

        Names we do not know are passed on in `extra`.
        """
        defaults = {field.name: field.default for field in fields(cls)}
        known: dict[str, Any] = {}
        unknown: dict[str, object] = {}
        for name, value in _items(mapping):
            if value is None:
                continue
            if name == "extra" and isinstance(value, Mapping):
                unknown |= cast("Mapping[str, object]", value)
            elif name in defaults and name != "extra":
                known[name] = parameters.spelled(value, defaults[name])
            else:
                unknown[name] = value
        if known.get("endpointing") is True:  # switched on, the time left open
            del known["endpointing"]
        if known.get("utterance_end_ms") is False:
            known["utterance_end_ms"] = None
        texts = {
            name: parameters.loose_texts(f"extra[{parameters.shown(name)}]", value)
            for name, value in unknown.items()
        }
        return cls(**known, extra=texts)

    @property
    def speech_channels(self) -> int:
        """How many channels are recognised separately."""
        return self.channels if self.multichannel else 1

    @property
    def block(self) -> int | None:
        """Bytes of one sample over all channels; sound is cut only between these. None where they vary."""
        size = _ENCODINGS[self.encoding].sample_bytes if self.encoding else None
        return size * self.channels if size else None

    @property
    def bytes_per_second(self) -> float | None:
        """Bytes of one second of sound, None where that varies."""
        return float(self.block * self.sample_rate) if self.block and self.sample_rate else None

    def silence(self, seconds: float) -> bytes | None:
        """Silence in the declared encoding, in whole samples. None where it cannot be made."""
        length = parameters.seconds("seconds", seconds, 0, 3600)
        if not (self.encoding and self.block and self.sample_rate):
            return None
        return bytes([_ENCODINGS[self.encoding].silence]) * (round(length * self.sample_rate) * self.block)

    def as_frames(self) -> "StreamingOptions":
        """The same for sound that was turned into frames: 16-bit PCM at 16 kHz, one channel unless they are
        recognised separately."""
        return replace(self, encoding="linear16", sample_rate=SAMPLE_RATE, channels=self.speech_channels)

    def query(self) -> list[tuple[str, str]]:
        """The parameters as they are sent, in the order of the fields. What is off is left out.

        Said even when it is off: interim results and endpointing, where servers have different defaults.
        """
        left_out = {*_OWN, "extra"}
        if self.encoding is None:
            left_out.add("channels")
        if self.diarize_model:
            left_out.add("diarize")
        said = [
            (field.name, getattr(self, field.name)) for field in fields(self) if field.name not in left_out
        ]
        return [
            (name, word)
            for name, value in (*said, *self.extra.items())
            if value is not False or name in _SAID_WHEN_OFF
            for word in parameters.written(value)
        ]

    def url(self, base_url: str = DEEPGRAM_URL) -> str:
        """The address that is asked for. It holds no secret: the key goes into a header."""
        return f"{listen_url(base_url)}?{urlencode(self.query(), quote_via=quote, safe='')}"

    def unused_by(self, supported: Collection[str]) -> tuple[str, ...]:
        """The options that were set, but that an engine which knows only `supported` ignores.

        What describes the sound or the session itself is never among them.
        """
        followed = {"utterance_end_ms"} if not self.interim_results else set[str]()
        silent = _OWN | _SOUND | followed | set(supported)
        return tuple(
            field.name
            for field in fields(self)
            if field.name not in silent and getattr(self, field.name) != field.default
        )


def _items(mapping: object) -> list[tuple[str, object]]:
    if not isinstance(mapping, Mapping):
        raise ConfigurationError(
            f"options is {parameters.shown(mapping)}", "Give StreamingOptions or a mapping"
        )
    items = cast("Mapping[object, object]", mapping).items()
    return [(parameters.text("The name of an option", name, one_word=True), value) for name, value in items]


def _sample_rate(encoding: object, rate: object) -> int | None:
    if encoding is None:
        if rate is None or isinstance(rate, _Default):
            return None
        raise ConfigurationError(
            f"sample_rate is {parameters.shown(rate)}, but a container (encoding=None) tells its own",
            "Leave sample_rate out, or name the encoding of raw sound",
        )
    rates = _ENCODINGS[parameters.choice("encoding", encoding, _ENCODINGS)].rates
    if isinstance(rate, _Default):
        return _Default(SAMPLE_RATE if SAMPLE_RATE in rates else rates[0])
    if isinstance(rate, int) and not isinstance(rate, bool) and rate in rates:
        return rate
    listed = f"{rates[0]} to {rates[-1]}" if isinstance(rates, range) else ", ".join(map(str, rates))
    raise ConfigurationError(
        f"sample_rate is {parameters.shown(rate)}, which does not fit {encoding}", f"Choose {listed}"
    )


def _utterance_end(milliseconds: object, interim_results: bool) -> int | None:
    if milliseconds is None or (isinstance(milliseconds, _Default) and not interim_results):
        return None
    checked = parameters.number("utterance_end_ms", milliseconds, 1_000, 60_000)
    if not interim_results:
        raise ConfigurationError(
            f"utterance_end_ms is {checked}, but interim_results is off, and it is made from these",
            "Set interim_results=True, or utterance_end_ms=None",
        )
    return checked


def _check_sound(options: StreamingOptions) -> None:
    channels = parameters.number("channels", options.channels, 1, 20)
    if options.encoding and channels > (most := _ENCODINGS[options.encoding].channels):
        raise ConfigurationError(f"channels is {channels}, but {options.encoding} has {most}", "Send fewer")
    if options.encoding is None and options.multichannel and channels == 1:
        raise ConfigurationError(
            "multichannel is on, and nothing says how many channels the container has",
            "Set channels to their number",
        )
    if options.endpointing is not False:
        parameters.number("endpointing", options.endpointing, 10, 60_000)


def _check_recognition(options: StreamingOptions) -> None:
    if options.version is not None:
        parameters.text("version", options.version, one_word=True)
    parameters.check_model(options.model, options.language, options.language_hint)
    parameters.check_vocabulary(options.model, options.keyterm, options.keywords)
    parameters.check_pairs("replace", options.replace)
    parameters.check_pairs("extra", options.extra.get("extra", ()))
    if options.diarize_model is not None:
        parameters.check_diarizer(options.diarize_model)


def _check_session(options: StreamingOptions) -> None:
    for name in ("callback", "callback_method"):
        if getattr(options, name) is not None:
            raise ConfigurationError(
                f"{name} is given, which sends the results elsewhere",
                "Leave it out and iterate over the session",
            )
    parameters.number("event_buffer", options.event_buffer, 10, 1_000_000)
    parameters.seconds("backlog_seconds", options.backlog_seconds, 1, 3600)
    parameters.choice("overflow", options.overflow, ("wait", "drop_oldest"))
    parameters.seconds("speed", options.speed, 0.1, 1000)
