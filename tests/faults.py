"""The catalogue of what can go wrong with Deepgram, each as a scene in numbered sound.

`MENDED` are the faults after which nothing may be missing; `FATAL_PLANS` those that trying again cannot mend.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from tests import faults_styles as styles
from tests.deepgram import Connection, DeepgramServer, Garbage, HangUp, Plan, Script, Shut, Stall, refuse
from tests.faults_scene import Scene, Trouble
from tests.numbered_recogniser import Recogniser, Style

AT = 9.0
"""Seconds of sound after which a connection fails: in the middle of an utterance."""

HUGE_BYTES = 2**20

GOOD = Recogniser()

Harm = Callable[[Connection], Awaitable[None]]


def breaks(harm: Harm, after: float = AT, recogniser: Recogniser = GOOD) -> Script:
    """A recogniser whose connection is harmed once `after` seconds of sound have come."""

    async def script(connection: Connection) -> None:
        await recogniser(connection)
        await connection.wait_audio(after)
        connection.harm()
        await harm(connection)

    return script


def lives(seconds: float) -> Script:
    """A connection that is cut after so long, whatever came."""

    async def script(connection: Connection) -> None:
        await GOOD(connection)
        await asyncio.sleep(seconds)
        connection.harm()
        connection.abort()

    return script


def closes(code: int, reason: str = "") -> Harm:
    """A close frame."""
    return lambda connection: connection.close(code, reason)


def fails(name: str) -> Harm:
    """The end of a stream as the service words it."""
    return lambda connection: connection.fail(name)


async def cut(connection: Connection) -> None:
    """A reset."""
    connection.abort()


async def hung_up(connection: Connection) -> None:
    connection.hang_up()


async def frozen(connection: Connection) -> None:
    """Half-open: nothing is read, nothing is said, the line stays."""
    connection.freeze()


async def stuck(connection: Connection) -> None:
    """Nothing is read any more: what is sent backs up."""
    connection.stop_reading()


async def muted(connection: Connection) -> None:
    """Everything is read, pings are answered, and nothing is said."""
    connection.mute()


async def boundless(connection: Connection) -> None:
    """One message that is larger than any may be."""
    await connection.say({"type": "Results", "padding": "x" * HUGE_BYTES})


async def without_code(connection: Connection) -> None:
    await connection.close_without_code()


def drains(harm: Harm) -> Script:
    """Harmed when the client has said that it is at its end, and before a word of the rest is said."""

    async def script(connection: Connection) -> None:
        await replace(GOOD, is_deaf_to=frozenset({"Finalize", "CloseStream"}), keeps=True)(connection)
        await connection.wait_message("CloseStream")
        connection.harm()
        await harm(connection)

    return script


def outage(how: Shut, seconds: float, at: float = AT) -> Trouble:
    """From `at` on the provider is gone for so long."""

    async def trouble(server: DeepgramServer) -> None:
        await asyncio.sleep(at)
        await server.shut(how)
        await asyncio.sleep(seconds)
        await server.open()

    return trouble


def _again(*plans: Plan) -> Scene:
    """A connection is cut, and these meet the attempts that follow."""
    return Scene((breaks(cut), *plans, GOOD))


def _styled(style: Style) -> Scene:
    return Scene((Recogniser(style=lambda: style),))


def _made(make: Callable[[], Style]) -> Scene:
    return Scene((Recogniser(style=make),))


HANDSHAKES = {
    **{
        f"handshake {status}": _again(refuse(status), refuse(status))
        for status in (408, 425, 429, 500, 502, 503)
    },
    "handshake 429, Retry-After 3 s": _again(refuse(429, retry_after=3)),
    "handshake 503 before the first connection": Scene((refuse(503), refuse(503), GOOD)),
    "handshake never answered": _again(Stall()),
    "handshake answered with garbage": _again(Garbage(), Garbage()),
    "hang-up instead of a handshake": _again(HangUp(), HangUp()),
}

CLOSES = {
    "close 1000 unasked": Scene((breaks(closes(1000)), GOOD)),
    "close 1001": Scene((breaks(closes(1001, "going away")), GOOD)),
    "close without a code (1005)": Scene((breaks(without_code), GOOD)),
    "end of file (1006)": Scene((breaks(hung_up), GOOD)),
    "close 1008": Scene((breaks(closes(1008, "policy")), GOOD)),
    "close 1009": Scene((breaks(closes(1009)), GOOD)),
    "close 1011": Scene((breaks(closes(1011, "internal error")), GOOD)),
    "close 1011 NET-0000": Scene((breaks(fails("NET-0000")), GOOD)),
    "close 1011 NET-0001": Scene((breaks(fails("NET-0001")), GOOD)),
    "close 1012": Scene((breaks(closes(1012)), GOOD)),
    "close 1013": Scene((breaks(closes(1013)), GOOD)),
    "close 4999, known to nobody": Scene((breaks(closes(4999, "?")), GOOD)),
    "reset": Scene((breaks(cut), GOOD)),
    "reset, two channels": Scene((breaks(cut), GOOD), channels=2),
    "reset, at four times the speed": Scene((breaks(cut), GOOD), speed=4.0),
    "reset at the first sound": Scene((breaks(cut, 0.1), GOOD)),
}

SILENCES = {
    "half-open": Scene((breaks(frozen), GOOD), seconds=60),
    "mute in the middle": Scene((breaks(muted), GOOD), seconds=60),
    "mute in the middle, two channels": Scene((breaks(muted), GOOD), seconds=60, channels=2),
    "mute from the beginning": Scene((breaks(muted, 0.0), GOOD), seconds=60),
    "reading stops": Scene((breaks(stuck), GOOD), seconds=60, narrow=True),
    "results 4 s late": Scene((Recogniser(delay=4),)),
    "results 10 s late": Scene((Recogniser(delay=10),), seconds=60),
}

_KINDS: tuple[tuple[Shut, str], ...] = (
    ("refuse", "refused"),
    ("drop", "dropped"),
    ("blackhole", "black hole"),
)

PAUSES = {
    "no sound for 30 s": Scene(seconds=80.7, hole=(12.3, 42.3)),
    "no sound for 30 s, two channels": Scene(seconds=80.7, hole=(12.3, 42.3), channels=2),
    "no sound for 30 s, cut before it": Scene((breaks(cut, 12.2), GOOD), seconds=80.7, hole=(12.3, 42.3)),
    "no sound for 30 s, cut behind it": Scene((breaks(cut, 13.5), GOOD), seconds=80.7, hole=(12.3, 42.3)),
    "no sound for 30 s, gone in it": Scene(trouble=outage("drop", 8, 20.0), seconds=80.7, hole=(12.3, 42.3)),
}

OUTAGES = {
    **{
        f"outage of {seconds} s, {name}": Scene(trouble=outage(how, seconds), seconds=60.0 + 2 * seconds)
        for how, name in _KINDS
        for seconds in (3, 30)
    },
    "outage of 30 s, two channels": Scene(trouble=outage("drop", 30), seconds=120, channels=2),
    "outage of 30 s, a second stream refused": Scene(trouble=outage("refuse", 30), seconds=300, limit=1),
    "outage of 30 s, backfill off": Scene(
        trouble=outage("refuse", 30), seconds=300, options={"backfill": False}
    ),
    "outage of 12 s before the first word": Scene(trouble=outage("refuse", 12, at=0.05), seconds=60.7),
    "flapping": Scene((*map(lives, (2.0, 3.5, 2.5, 4.0, 3.0, 2.2)), GOOD), seconds=90),
}

LONG_OUTAGES = {
    f"outage of 10 min, {name}": Scene(trouble=outage(how, 600), seconds=1260.0) for how, name in _KINDS
}

MESSAGES = {
    "malformed messages": _made(styles.with_nonsense),
    "binary messages": _styled(styles.with_bytes),
    "a message over 1 MiB": Scene((breaks(boundless), GOOD)),
    "impossible times (NaN, Inf, -50)": _styled(styles.impossible_times),
    "fields of wrong types": _styled(styles.wrong_types),
    "nesting of 3000": _styled(styles.too_deep),
    "finals twice": _styled(styles.twice),
    "finals twice, two channels": replace(_styled(styles.twice), channels=2),
    "finals that overlap": _made(styles.overlapping),
    "finals out of order": _made(styles.reordered),
    "interims in a flood": _styled(styles.in_a_flood),
}

ENDINGS = {
    "CloseStream never answered": Scene((replace(GOOD, is_deaf_to=frozenset({"CloseStream"})),)),
    "cut while draining": Scene((drains(cut), GOOD)),
    "cut while draining, twice": Scene((drains(cut), drains(cut), GOOD)),
    "close 1000 while draining": Scene((drains(closes(1000)), GOOD)),
    "close without a code while draining": Scene((drains(without_code), GOOD)),
    "close 1011 while draining": Scene((drains(closes(1011)), GOOD)),
    "half-open while draining": Scene((drains(frozen), GOOD)),
    "mute in the last three seconds": Scene((breaks(muted, 37.4), GOOD)),
    "mute in the last second": Scene((breaks(muted, 40.2), GOOD)),
}

MENDED = {**HANDSHAKES, **CLOSES, **SILENCES, **PAUSES, **OUTAGES, **LONG_OUTAGES, **MESSAGES, **ENDINGS}

FATAL_PLANS: dict[str, Plan] = {
    **{f"handshake {status}": refuse(status) for status in (400, 401, 402, 403, 404, 405)},
    "close 1008 DATA-0000": breaks(fails("DATA-0000"), 3.0),
    "close 1003": breaks(closes(1003), 3.0),
    "close 1007": breaks(closes(1007), 3.0),
    "close 4400": breaks(closes(4400, "unsupported"), 3.0),
    "close 4401": breaks(closes(4401, "bad token"), 3.0),
}
