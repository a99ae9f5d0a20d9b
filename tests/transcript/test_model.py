from captioner.transcript.model import GapRow, SeamRow, Segment, Transcript


def test_the_segments_of_a_transcript_are_its_rows_without_gaps_and_seams() -> None:
    segment = Segment("a", 0, None, 1.0, 2.0, "text")

    transcript = Transcript([GapRow(0.0, 1.0, "lost"), SeamRow(1.0, "a", "b", ""), segment])

    assert list(transcript.segments()) == [segment]
