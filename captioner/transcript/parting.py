"""A line of which only some words are shown, in two: what is shown, and what is hidden. Pure."""

from difflib import SequenceMatcher

from msgspec.structs import replace

from captioner.transcript.model import Segment, Verdict


def part(line: Segment, verdict: Verdict) -> tuple[Segment | None, Segment | None]:
    """What is shown of a final line, and what is hidden; None = nothing. A hidden rest has its own id."""
    if isinstance(verdict, bool):
        return (None, line) if verdict else (line, None)
    kept = _places(line.text, verdict)
    rest = set(range(len(line.text.split()))) - kept
    hidden = replace(_only(line, rest), id=f"{line.id}/hidden") if rest else None
    return replace(_only(line, kept), text=verdict, committed=verdict), hidden


def _places(text: str, shown: str) -> set[int]:
    """Where the shown words stand in the whole text, which has them in the same order."""
    whole, words = text.split(), shown.split()
    blocks = SequenceMatcher(None, whole, words, autojunk=False).get_matching_blocks()
    places = {place for block in blocks for place in range(block.a, block.a + block.size)}
    if len(places) == len(words):
        return places
    # Its longest blocks are not always those of a text of which words were left out; the first ones are.
    places.clear()
    for word in words:
        place = max(places, default=-1) + 1
        while place < len(whole) and whole[place] != word:
            place += 1
        places.add(place)
    return places


def _only(line: Segment, places: set[int]) -> Segment:
    texts = line.text.split()
    text = " ".join(word for place, word in enumerate(texts) if place in places)
    is_timed = len(line.words) == len(texts)
    words = tuple(word for place, word in enumerate(line.words) if is_timed and place in places)
    return replace(line, text=text, committed=text, words=words)
