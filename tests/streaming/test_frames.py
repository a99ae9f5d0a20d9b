"""A frame and its parts."""

import numpy as np

from captioner.streaming import AudioFrame


def test_a_frame_knows_its_end_and_length() -> None:
    frame = AudioFrame(16_000, np.zeros((8_000, 2), np.int16))

    assert (frame.end, frame.duration, frame.channels) == (24_000, 0.5, 2)


def test_the_part_behind_a_position_begins_there() -> None:
    frame = AudioFrame(10, np.arange(5, dtype=np.int16)[:, None])

    assert frame.after(12).start == 12
    assert frame.after(12).samples.ravel().tolist() == [2, 3, 4]
    assert frame.after(3) is frame
