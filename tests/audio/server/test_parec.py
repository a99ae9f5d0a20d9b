"""A `parec` child process, played by a shell script of the same name."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from captioner.audio.server.parec import Parec, require_parec
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import SAMPLE_RATE
from tests.audio.live import until

BLOCK_BYTES = 1_280  # 40 ms
LONG = 10.0

Play = Callable[..., Parec]


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Puts a parec in the path that runs these lines of shell, and starts it."""

    def start(*lines: str, is_pipewire: bool = False, channels: int = 1) -> Parec:
        script = tmp_path / "parec"
        script.write_text("\n".join(["#!/bin/sh", *lines, ""]))
        script.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
        return Parec("call.monitor", is_pipewire=is_pipewire, channels=channels)

    return start


def test_bytes_become_samples_of_one_channel_until_the_end(play: Play) -> None:
    with play(r"printf '\001\000\377\377\000\200'") as parec:
        block = parec.read(LONG)
        end = parec.read(LONG)

    assert block is not None
    assert block.tolist() == [[1], [-1], [-32_768]]
    assert end is None


def test_two_channels_of_pipewire_are_their_mean(play: Play) -> None:
    with play(r"printf '\377\177\377\177\000\000\001\200'", is_pipewire=True, channels=2) as parec:
        block = parec.read(LONG)

    assert block is not None
    assert block.tolist() == [[32_767], [-16_384]]


def test_crumbs_are_gathered_to_a_block(play: Play) -> None:
    with play("head -c 2 /dev/zero", "sleep 0.005", f"head -c {BLOCK_BYTES - 2} /dev/zero") as parec:
        block = parec.read(LONG)

    assert block is not None
    assert block.shape == (640, 1)


def test_half_a_sample_waits_for_its_other_half(play: Play, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gate")

    with play(r"printf '\001\000\002'", f"read -r line < {tmp_path}/gate", r"printf '\001\003\000'") as parec:
        first = parec.read(LONG)
        (tmp_path / "gate").write_text("go on\n")
        second = parec.read(LONG)

    assert first is not None
    assert second is not None
    assert first.tolist() == [[1]]
    assert second.tolist() == [[258], [3]]


def test_nothing_in_time_is_an_empty_block_and_no_end(play: Play) -> None:
    with play("exec sleep 60") as parec:
        block = parec.read(0.01)

    assert block is not None
    assert block.shape == (0, 1)


def test_the_pipe_holds_what_comes_while_nobody_reads(play: Play, tmp_path: Path) -> None:
    with play("head -c 384000 /dev/zero", f"touch {tmp_path}/written", "exec sleep 60") as parec:
        asyncio.run(until((tmp_path / "written").exists))
        block = parec.read(LONG)

    assert block is not None
    assert block.shape == (12 * SAMPLE_RATE, 1)


def test_what_had_waited_is_read_as_one_block_however_slowly_a_busy_machine_hands_it_over(
    play: Play,
) -> None:
    with play("head -c 64000 /dev/zero", "sleep 0.1", "exec cat /dev/zero") as parec:
        block = parec.read_on(np.ones((7, 1), np.int16), lambda count: count < 2.5 * SAMPLE_RATE)

    assert block.shape[0] >= 2.5 * SAMPLE_RATE
    assert block[:8, 0].tolist() == [1] * 7 + [0]


def test_where_nothing_had_waited_only_what_is_there_is_read(play: Play) -> None:
    with play("exec sleep 60") as parec:
        assert parec.read_on(np.ones((7, 1), np.int16), lambda count: True).shape == (7, 1)
    with play("exit 0") as parec:
        assert parec.read_on(np.ones((7, 1), np.int16), lambda count: True).shape == (7, 1)


@pytest.mark.parametrize(
    ("line", "words"),
    [("printf 'Hello\nNo such entity\n' >&2", "No such entity"), ("exit 1", "it gives no reason")],
)
def test_behind_its_end_it_says_why(play: Play, line: str, words: str) -> None:
    with play(line) as parec:
        assert parec.read(LONG) is None
        assert parec.last_words() == words


@pytest.mark.parametrize(("is_pipewire", "latency"), [(False, 20), (True, 50)])
def test_it_records_the_source_by_name_under_a_tag_of_its_own(
    play: Play, is_pipewire: bool, latency: int
) -> None:
    with play('echo "$@" >&2', is_pipewire=is_pipewire) as parec:
        parec.read(LONG)
        words = parec.last_words().split()

    assert {"--device=call.monitor", "--rate=16000", "--channels=1", f"--latency-msec={latency}"} < {*words}
    assert f"--property=captioner.stream={parec.tag}" in words


def test_left_it_is_dead_even_if_it_would_not_end_by_itself(play: Play) -> None:
    with play("trap '' TERM INT", "echo $$", "exec sleep 60") as parec:
        parec.read(LONG)
        child = parec._child

    assert child.returncode == -9


def test_a_parec_that_is_not_installed_or_cannot_start_is_said_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "parec").write_text("#!/nonexistent/shell\n")
    (tmp_path / "parec").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SourceError, match="parec cannot be started"):
        Parec("call.monitor", is_pipewire=False)
    (tmp_path / "parec").unlink()
    with pytest.raises(SourceError, match="Install pulseaudio-utils"):
        require_parec()
