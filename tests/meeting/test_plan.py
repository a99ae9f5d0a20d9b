"""Choices become a plan."""

import asyncio
import wave
from dataclasses import replace
from pathlib import Path

import pytest

from captioner.audio.mixer import MixedSource
from captioner.meeting.plan import demo_plan, file_plan, live_plan, sample_recording
from captioner.settings import Settings
from captioner.streaming import SAMPLE_RATE, AudioFrame, ConfigurationError


def _silence(path: Path, seconds: int, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes(bytes(2 * channels * SAMPLE_RATE * seconds))
    return path


def test_without_any_source_nothing_is_started() -> None:
    nothing = replace(Settings(), microphone_on=False, system_on=False)

    with pytest.raises(ConfigurationError, match="No sound source"):
        live_plan(lambda: nothing)


def test_a_source_that_is_off_is_a_silent_channel_without_a_name() -> None:
    only_system = replace(Settings(), microphone_on=False)
    plan = live_plan(lambda: only_system)

    assert plan.source_names() == (None, "system")
    assert isinstance(plan.open_source(0), MixedSource)


def test_another_choice_acts_when_the_devices_are_opened_again() -> None:
    chosen = [Settings()]
    plan = live_plan(lambda: chosen[-1])

    chosen.append(replace(Settings(), microphone_on=False))

    assert plan.source_names() == (None, "system")


def test_a_recording_goes_on_after_a_pause_where_it_stood(tmp_path: Path) -> None:
    plan = file_plan(_silence(tmp_path / "a.wav", 2), Settings(), speed=0)

    async def frames(count: int) -> list[AudioFrame]:
        async with plan.open_source(plan.now()) as source:
            heard: list[AudioFrame] = []
            async for frame in source:
                heard.append(frame)
                if len(heard) == count:
                    break
            return heard

    first, second = asyncio.run(frames(3)), asyncio.run(frames(1000))

    assert second[0].start == first[-1].end
    assert second[-1].end == 2 * SAMPLE_RATE


def test_the_sides_of_a_split_recording_have_names_unless_they_are_off(tmp_path: Path) -> None:
    path = _silence(tmp_path / "a.wav", 1, channels=2)

    assert file_plan(path, Settings(), channels="split").title == "a"
    assert file_plan(path, Settings(), channels="split").open_source(0).channels == 2


def test_the_sample_is_the_public_domain_reading_only() -> None:
    pytest.importorskip("moonshine_voice")

    assert sample_recording().name == "two_cities.wav"
    assert "sample" in demo_plan(Settings()).title
