"""What holds a connection open while no sound flows."""

import asyncio
from contextlib import suppress

from websockets.exceptions import ConnectionClosed

from captioner.streaming.engines.deepgram_hearing import Hearing
from captioner.streaming.engines.deepgram_line import Line
from captioner.streaming.engines.deepgram_patience import Patience
from captioner.streaming.options import StreamingOptions

KEEP_ALIVE_SECONDS = 4.0
"""Without sound or KeepAlive the server hangs up after 10 s."""

PRIME_SECONDS = 5.0
"""A fresh connection without sound for this long gets some silence: KeepAlive alone does not hold it."""

PRIME_AGAIN_SECONDS = 15.0
SILENCE_SECONDS = 0.1

_KEEP_ALIVE = '{"type":"KeepAlive"}'


class Upkeep:
    """KeepAlives in every pause, silence before the first sound.

    `sound_at`: when sound was last sent, on the loop's clock, None = never. `is_over`: nothing of this is
    sent any more.
    """

    def __init__(
        self,
        line: Line,
        hearing: Hearing,
        options: StreamingOptions,
        patience: Patience,
        *,
        knows_keep_alive: bool,
    ) -> None:
        self._line = line
        self._hearing = hearing
        self._options = options
        self._patience = patience
        self._knows_keep_alive = knows_keep_alive
        self.sound_at: float | None = None
        self.is_over = False

    async def keep_alive(self) -> None:
        """Say that sound will follow. Raises ConnectionClosed."""
        if self._knows_keep_alive and not self.is_over:
            await self._line.write(_KEEP_ALIVE)

    async def run(self) -> None:
        """Do all of it in time."""
        now, sound = asyncio.get_running_loop().time, self._patience.sound
        every, again = sound(KEEP_ALIVE_SECONDS), sound(PRIME_AGAIN_SECONDS)
        opened = kept = now()
        primed = opened + sound(PRIME_SECONDS) - again
        while not self.is_over:
            with suppress(ConnectionClosed):  # the reader reports it
                if self.sound_at is None and now() >= primed + again:
                    primed = now()
                    await self._prime()
                elif now() >= max(self.sound_at or opened, kept) + every:
                    kept = now()
                    await self.keep_alive()
            wake = max(self.sound_at or opened, kept) + every
            if self.sound_at is None:
                wake = min(wake, primed + again)
            await asyncio.sleep(max(0.0, wake - now()))

    async def _prime(self) -> None:
        """Some silence that lies at no time: what the server says later is counted behind it."""
        silence = self._options.silence(SILENCE_SECONDS)
        rate = self._options.bytes_per_second
        if silence and rate:
            self._hearing.skipped += len(silence) / rate
            await self._line.write(silence)
