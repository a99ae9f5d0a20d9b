"""The program beside a sound server whose devices come and go: whose sound is whose, what is said of it."""

import asyncio
from pathlib import Path

import pytest

from tests.audio.live import until
from tests.end_to_end.tones import (
    HEADSET,
    LAB,
    listening,
    play_tones,
    plug_headset,
    unplug_headset,
)
from tests.sound_server import CALL, ROOM, SPARE, PrivateSoundServer

pytestmark = pytest.mark.e2e

ME, OTHERS = 0, 1


def test_nothing_of_the_microphone_is_the_calls_when_its_loudspeaker_changes_and_goes(
    any_sound_server: PrivateSoundServer, tmp_path: Path
) -> None:
    async def scenario() -> None:
        play_tones(any_sound_server)
        async with listening(any_sound_server, tmp_path) as heard:
            await heard.until_said(OTHERS, CALL)
            any_sound_server.pactl("set-default-sink", SPARE)
            await heard.until_said(OTHERS, SPARE)
            any_sound_server.pactl("set-default-sink", CALL)
            await heard.until_said(OTHERS, CALL)
            any_sound_server.unplug(CALL)
            await heard.until_said(OTHERS, SPARE)
            await heard.until_said(ME, ROOM)
        assert set(heard.said(ME)) == {ROOM}
        assert set(heard.said(OTHERS)) == {CALL, SPARE}

    asyncio.run(scenario())


def test_a_sound_server_that_dies_is_told_and_heard_again_and_leaves_a_gap_row(
    any_sound_server: PrivateSoundServer, tmp_path: Path
) -> None:
    async def scenario() -> None:
        play_tones(any_sound_server)
        async with listening(any_sound_server, tmp_path) as heard:
            await heard.until_said(OTHERS, CALL)
            any_sound_server.stop()
            await until(lambda: "sound server" in heard.complaints())
            await asyncio.sleep(1.0)
            any_sound_server.start_again()
            play_tones(any_sound_server)
            await heard.until_said(ME, ROOM)
            await heard.until_said(OTHERS, CALL)
        gaps = heard.saved()["gaps"]
        assert len(gaps) == 1
        assert 1.0 < float(gaps[0]["end"]) - float(gaps[0]["start"]) < 10.0
        assert "sound server" in gaps[0]["cause"]

    asyncio.run(scenario())


def test_a_named_microphone_that_goes_is_stood_in_for_until_it_is_back(
    any_sound_server: PrivateSoundServer, tmp_path: Path
) -> None:
    async def scenario() -> None:
        plug_headset(any_sound_server)
        play_tones(any_sound_server)
        async with listening(any_sound_server, tmp_path, "--mic", HEADSET, "--system") as heard:
            await heard.until_said(ME, LAB)
            unplug_headset(any_sound_server)
            await heard.until_said(ME, ROOM)
            await until(lambda: "Captions go on with Desk microphone" in heard.complaints())
            plug_headset(any_sound_server)
            await heard.until_said(ME, LAB)
        assert set(heard.said(ME)) == {LAB, ROOM}
        assert set(heard.said(OTHERS)) == {CALL}

    asyncio.run(scenario())
