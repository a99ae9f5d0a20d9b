"""Recording that cannot work is given up with the reason, not tried for ever in silence."""

import asyncio
from pathlib import Path

import pytest

from captioner.audio import recorder
from captioner.audio.clock import MeetingClock
from captioner.audio.loopback import system_source
from captioner.streaming.errors import SourceError
from tests.sound_server import PrivateSoundServer


def test_a_parec_that_always_ends_is_given_up_with_its_own_words(
    sound_server: PrivateSoundServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "parec"
    broken.write_text("#!/bin/sh\necho 'Access denied' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(recorder, "RETRY", 0.01)

    async def scenario() -> None:
        async with system_source(clock=MeetingClock()) as source:
            await anext(source)

    with pytest.raises(
        SourceError, match=r"Recording does not work: parec ended, Access denied\. Choose another"
    ):
        asyncio.run(scenario())
