"""A recording as blocks: places kept, sides mixed, damage judged. Formats and faults: test_file."""

from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream

from captioner.audio.decode import Channels, Recording
from captioner.streaming.frames import Samples
from tests.audio.recordings import cut, sines, write, write_wav
from tests.sound_server import loudness


def _heard(path: Path, channels: Channels = "mix") -> tuple[Samples, Recording]:
    recording = Recording(path, channels)
    blocks = list(recording)
    recording.close()
    return np.concatenate(blocks), recording


def _write_with_hole(path: Path) -> Path:
    """A second of 440 Hz, two seconds that are missing, a second of 1000 Hz."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=16_000)
        assert isinstance(stream, AudioStream)
        stream.layout = "mono"
        for second, pitch in ((0, 440), (3, 1_000)):
            frame = av.AudioFrame.from_ndarray(sines(1, 16_000, pitch).T.copy(), format="s16", layout="mono")
            frame.sample_rate = 16_000
            frame.pts = second * 16_000
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_time_that_the_stamps_leave_out_is_silence_so_that_later_words_keep_their_place(
    tmp_path: Path,
) -> None:
    samples, recording = _heard(_write_with_hole(tmp_path / "a.mkv"))

    assert samples.shape == (64_000, 1)
    assert not samples[16_000:48_000].any()
    assert loudness(samples[48_000:, 0], 1_000) == pytest.approx(10_000 / 32_768, rel=0.02)
    assert recording.damage is None


def test_two_loud_sides_are_mixed_without_clipping(tmp_path: Path) -> None:
    sound = np.full((16_000, 2), 30_000, np.int16)

    samples, _ = _heard(write_wav(tmp_path / "a.wav", sound, 16_000))

    assert set(samples[:, 0].tolist()) == {30_000}


def test_one_side_alone_is_half_as_loud_in_the_mix_and_whole_when_split(tmp_path: Path) -> None:
    sound = np.zeros((16_000, 2), np.int16)
    sound[:, 1] = 20_000
    path = write_wav(tmp_path / "a.wav", sound, 16_000)

    mixed, _ = _heard(path)
    split, _ = _heard(path, "split")

    assert set(mixed[:, 0].tolist()) == {10_000}
    assert (set(split[:, 0].tolist()), set(split[:, 1].tolist())) == ({0}, {20_000})


def test_a_recording_whose_rate_changes_on_the_way_keeps_its_length(tmp_path: Path) -> None:
    first = write(tmp_path / "first.mp3", "libmp3lame", sines(1, 44_100, 440), 44_100)
    second = write(tmp_path / "second.mp3", "libmp3lame", sines(1, 32_000, 1_000), 32_000)
    (tmp_path / "both.mp3").write_bytes(first.read_bytes() + second.read_bytes())

    samples, _ = _heard(tmp_path / "both.mp3")

    assert samples.shape[0] == pytest.approx(32_000, abs=3_000)
    assert loudness(samples[2_000:14_000, 0], 440) > 0.25
    assert loudness(samples[20_000:30_000, 0], 1_000) > 0.25


def test_damage_in_the_middle_costs_its_own_place_only_and_is_told(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 3_000, (4 * 16_000, 1)).astype(np.int16)
    path = write(tmp_path / "a.m4a", "aac", noise, 16_000)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 3_000] = bytes(3_000)
    path.write_bytes(data)

    samples, recording = _heard(path)

    assert samples.shape[0] == pytest.approx(4 * 16_000, abs=4_000)
    assert recording.damage is not None
    assert "damaged pieces were left out" in recording.damage


def test_damage_is_judged_at_the_end_only(tmp_path: Path) -> None:
    path = cut(write_wav(tmp_path / "a.wav", sines(4, 16_000, 440), 16_000), 0.5)
    recording = Recording(path, "mix")

    next(iter(recording))
    before = recording.damage
    recording.close()

    assert (before, recording.duration) == (None, 4.0)
    assert _heard(path)[1].damage == "only the first 2.0 s of 4.0 s could be read"


def test_other_chunks_before_the_sound_do_not_hide_what_the_header_promises(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", sines(1, 16_000, 440), 16_000)
    data = path.read_bytes()
    path.write_bytes(data[:36] + b"note\x03\x00\x00\x00abc\x00" + data[36:])

    assert _heard(path)[1].duration == 1.0


def test_what_is_called_like_an_address_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = write_wav(Path("concat:a.wav"), sines(1, 16_000, 440), 16_000)

    assert _heard(path)[0].shape == (16_000, 1)
