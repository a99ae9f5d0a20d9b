"""A recording as a source: formats, channels, damage, errors, pace."""

import asyncio
import struct
import threading
from pathlib import Path

import numpy as np
import pytest

from captioner.audio.file import FileSource
from captioner.streaming import SAMPLE_RATE
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import AudioFrame, Samples
from tests.audio.recordings import cut, sines, write, write_film, write_wav
from tests.sound_server import loudness


async def all_of(source: FileSource) -> list[AudioFrame]:
    async with source:
        return [frame async for frame in source]


def play(path: Path, **options: object) -> tuple[Samples, FileSource]:
    source = FileSource(path, speed=0, **options)  # pyright: ignore[reportArgumentType]
    return np.concatenate([frame.samples for frame in asyncio.run(all_of(source))]), source


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
def test_a_wav_of_any_rate_keeps_its_length_and_its_tone(tmp_path: Path, rate: int) -> None:
    path = write_wav(tmp_path / "a.wav", sines(1.5, rate, 440, 440), rate)

    samples, source = play(path)

    assert samples.shape == (24_000, 1)
    assert loudness(samples[:, 0], 440) == pytest.approx(10_000 / 32_768, rel=0.05)
    assert (source.damage, source.duration) == (None, 1.5)


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.flac", "flac", 44_100),
        ("a.mp3", "libmp3lame", 44_100),
        ("a.ogg", "libopus", 48_000),
        ("a.webm", "libopus", 48_000),
        ("a.m4a", "aac", 44_100),
    ],
)
def test_the_common_containers_are_read(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    path = write(tmp_path / name, codec, sines(2, rate, 440, 440), rate)

    samples, source = play(path)

    assert samples.shape[0] == pytest.approx(32_000, abs=1_000)
    assert loudness(samples[:, 0], 440) == pytest.approx(10_000 / 32_768, rel=0.1)
    assert source.damage is None


def test_split_gives_left_and_right_as_channels(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", sines(1, 44_100, 440, 1_000), 44_100)

    samples, source = play(path, channels="split")

    assert (samples.shape, source.channels) == ((16_000, 2), 2)
    assert loudness(samples[:, 0], 440) > 0.25 > 0.01 > loudness(samples[:, 0], 1_000)
    assert loudness(samples[:, 1], 1_000) > 0.25 > 0.01 > loudness(samples[:, 1], 440)


def test_mix_has_both_sides(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", sines(1, 44_100, 440, 1_000), 44_100)

    samples, _ = play(path)

    assert loudness(samples[:, 0], 440) == pytest.approx(loudness(samples[:, 0], 1_000), rel=0.05)


def test_16_khz_mono_passes_bit_by_bit(tmp_path: Path) -> None:
    sound = np.random.default_rng(7).integers(-32_768, 32_767, (16_001, 1)).astype(np.int16)

    samples, _ = play(write_wav(tmp_path / "a.wav", sound, 16_000))

    assert np.array_equal(samples, sound)


def test_a_wav_of_floats_that_are_no_numbers_is_silence_there(tmp_path: Path) -> None:
    sound = np.full(1_600, 0.25, np.float32)
    sound[100:200] = np.nan
    sound[300:400] = np.inf
    form = struct.pack("<HHIIHH", 3, 1, 16_000, 64_000, 4, 32)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", 6_400) + sound.tobytes()
    (tmp_path / "a.wav").write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)

    samples, _ = play(tmp_path / "a.wav")

    assert set(samples[:100, 0]) == {8_192}
    assert set(samples[100:200, 0]) | set(samples[300:400, 0]) == {0}


def test_frames_are_equal_and_follow_each_other_from_the_start_position(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", sines(1.03, 8_000, 440), 8_000)

    frames = asyncio.run(all_of(FileSource(path, speed=0, start=5_000)))

    assert [frame.start for frame in frames] == list(range(5_000, 5_000 + 21 * 800, 800))
    assert [frame.samples.shape[0] for frame in frames] == [800] * 20 + [480]


def test_it_goes_on_where_an_earlier_one_stood(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", sines(1.0, SAMPLE_RATE, 440), SAMPLE_RATE)
    whole = asyncio.run(all_of(FileSource(path, speed=0)))

    source = FileSource(path, speed=0, start=9_600, skip=1_600)
    rest = asyncio.run(all_of(source))

    assert [frame.start for frame in rest][:2] == [9_600, 10_400]
    assert all((a.samples == b.samples).all() for a, b in zip(rest, whole[2:], strict=True))
    assert source.reached == SAMPLE_RATE


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.wav", "pcm_s16le"), ("a.flac", "flac"), ("a.mp3", "libmp3lame"), ("a.webm", "libopus")],
)
def test_a_truncated_file_is_played_and_then_says_how_much_there_was(
    tmp_path: Path, name: str, codec: str
) -> None:
    noise = np.random.default_rng(1).normal(0, 3_000, (6 * 48_000, 1)).astype(np.int16)
    path = cut(write(tmp_path / name, codec, noise, 48_000), 0.5)

    samples, source = play(path)

    assert samples.shape[0] == pytest.approx(3 * 16_000, abs=4_000)
    assert source.damage is not None
    assert source.damage.startswith("only the first ")
    assert source.damage.endswith(" s of 6.0 s could be read")


def test_a_wav_that_was_streamed_promises_no_length_and_is_not_damaged(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", sines(1, 16_000, 440), 16_000)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"data" + struct.pack("<I", 32_000), b"data\xff\xff\xff\xff"))

    samples, source = play(path)

    assert samples.shape[0] == 16_000
    assert (source.duration, source.damage) == (None, None)


def test_what_cannot_be_read_is_said_in_one_line_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.txt").write_text("Only words.\n" * 50)
    (tmp_path / "noise.mp3").write_bytes(np.random.default_rng(3).bytes(5_000))
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n")
    whole = write_wav(tmp_path / "whole.wav", sines(1, 8_000, 440), 8_000)
    (tmp_path / "header.wav").write_bytes(whole.read_bytes()[:44])
    write_film(tmp_path / "film.mp4")
    reasons = {
        "gone.wav": '"gone.wav" does not exist',
        "": "is a folder",
        "empty.wav": '"empty.wav" is empty',
        "text.txt": '"text.txt" holds no sound that can be read',
        "noise.mp3": '"noise.mp3" holds no sound that can be read',
        "list.m3u8": '"list.m3u8" holds no sound that can be read',
        "header.wav": '"header.wav" holds no sound that can be read',
        "film.mp4": '"film.mp4" holds pictures but no sound',
    }

    for name, reason in reasons.items():
        with pytest.raises(SourceError) as caught:
            play(tmp_path / name)

        assert reason in caught.value.message
        assert caught.value.hint
        assert "\n" not in str(caught.value)


def test_a_mono_file_cannot_be_split(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", sines(1, 8_000, 440), 8_000)

    with pytest.raises(SourceError, match=r"one channel and cannot be split\. Play it mixed"):
        play(path, channels="split")


class Timer:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


@pytest.mark.parametrize("speed", [1.0, 4.0])
def test_a_frame_comes_when_its_end_lies_in_the_past(tmp_path: Path, speed: float) -> None:
    path = write_wav(tmp_path / "a.wav", sines(1, 16_000, 440), 16_000)
    timer = Timer()

    async def times() -> list[tuple[float, int]]:
        async with FileSource(path, speed=speed, start=1_600, clock=timer.clock, sleep=timer.sleep) as source:
            return [(timer.now - 100, frame.end) async for frame in source]

    for now, end in asyncio.run(times()):
        assert now == pytest.approx((end - 1_600) / 16_000 / speed)


def test_after_a_pause_of_the_consumer_the_file_catches_up(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", sines(1, 16_000, 440), 16_000)
    timer = Timer()

    async def times() -> list[float]:
        found: list[float] = []
        async with FileSource(path, clock=timer.clock, sleep=timer.sleep) as source:
            async for frame in source:
                found.append(timer.now - 100)
                if frame.end == 1_600:
                    timer.now += 0.5
        return found

    assert asyncio.run(times())[1:13] == pytest.approx([0.1, *[0.6] * 10, 0.65])


def test_a_cancelled_wait_loses_no_frame(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", sines(0.5, 16_000, 440), 16_000)
    is_patient = False

    async def sleep(_seconds: float) -> None:
        if not is_patient:
            raise asyncio.CancelledError

    async def scenario() -> int:
        nonlocal is_patient
        async with FileSource(path, clock=lambda: 0.0, sleep=sleep) as source:
            for _ in range(3):
                with pytest.raises(asyncio.CancelledError):
                    await anext(source)
            is_patient = True
            return (await anext(source)).start

    assert asyncio.run(scenario()) == 0


def test_leaving_in_the_middle_ends_the_reader(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", sines(60, 8_000, 440), 8_000)

    async def scenario() -> list[str]:
        async with FileSource(path, speed=0) as source:
            await anext(source)
        return [thread.name for thread in threading.enumerate()]

    assert not [name for name in asyncio.run(scenario()) if "a.wav" in name]
