"""Looks after the sources of a meeting while they are heard."""

import asyncio
import math
from collections.abc import Callable

from captioner.meeting.hearing import Hearing, Moment
from captioner.meeting.holes import Missed
from captioner.meeting.listener import Notice
from captioner.meeting.notices import Notices
from captioner.meeting.plan import Mix, Plan
from captioner.meeting.pump import Pump

LOOK_SECONDS = 0.25
"""How often: what happens to a device must be said within 2 s."""

BEHIND_SECONDS = 5.0
"""An engine that has so much sound before it cannot be expected to have words for the newest."""

ASK_SECONDS = 10.0
"""How often it is asked whether a headset sounds like a telephone: what is played may move to it, or away."""

TELEPHONE = Notice(
    "telephone:microphone",
    "Your headset sounds like a telephone now",
    "It does while its microphone is heard. Another microphone keeps the sound good.",
    "info",
    ("sources",),
)


class Watch:
    """Asks `hearing` how the pump's source stands. `is_listening`: whether an engine hears at the moment."""

    def __init__(
        self, plan: Plan, pump: Pump, hearing: Hearing, notices: Notices, is_listening: Callable[[], bool]
    ) -> None:
        self._plan = plan
        self._pump = pump
        self._hearing = hearing
        self._notices = notices
        self._is_listening = is_listening

    def look(self) -> list[Missed]:
        """Notices are noted; returns what was not heard."""
        source = self._pump.source
        if source is None:
            return self._hearing.end()
        is_behind = self._plan.session.stats.backlog >= BEHIND_SECONDS
        moment = Moment(
            position=self._plan.now(),
            seconds=asyncio.get_running_loop().time(),
            mix=source if isinstance(source, Mix) else None,
            heard=self._pump.heard,
            is_listening=self._is_listening() and not is_behind,
        )
        return self._hearing.look(moment)

    async def attend_headset(self) -> None:
        """Say when a headset sounds like a telephone because its microphone is heard; never ends."""
        known: str | None = None
        asked_at = -math.inf
        while True:
            await asyncio.sleep(4 * LOOK_SECONDS)
            microphone, now = self._microphone(), asyncio.get_running_loop().time()
            if microphone == known and now - asked_at < ASK_SECONDS:
                continue
            known, asked_at = microphone, now
            if microphone and await self._is_telephone(microphone):
                self._notices.note(TELEPHONE)
            else:
                self._notices.forget(TELEPHONE.code)

    async def _is_telephone(self, microphone: str) -> bool:
        try:
            # Beside everything else: a sound server may take seconds to answer.
            return await asyncio.to_thread(self._plan.is_telephone, microphone)
        except Exception:
            # Whatever a system's library raises: who cannot say it does not end a meeting.
            return False

    def _microphone(self) -> str | None:
        """The name of the microphone that is heard."""
        source, heard = self._pump.source, self._pump.heard
        if not isinstance(source, Mix):
            return None
        names = [choice[0] if choice else None for choice in heard]
        return source.devices[names.index("microphone")] if "microphone" in names else None
