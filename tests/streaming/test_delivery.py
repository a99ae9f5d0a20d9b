"""The bounded queue of events."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from captioner.streaming import AnyEvent, StreamEvent
from captioner.streaming.delivery import Delivery
from captioner.streaming.events import SessionSummary


def _text(segment: str, revision: int, *, final: bool = False) -> StreamEvent.Transcript:
    return StreamEvent.Transcript(segment, revision, f"{segment}{revision}", 0.0, 1.0, is_final=final)


def _drain(delivery: Delivery) -> list[AnyEvent]:
    async def all_events() -> list[AnyEvent]:
        return [event async for event in delivery]

    delivery.put(StreamEvent.Closed("finished", SessionSummary()))
    return asyncio.run(all_events())[:-1]


def test_an_unread_interim_is_replaced_by_its_newer_revision() -> None:
    delivery = Delivery(10)
    for revision in (1, 2, 3):
        delivery.put(_text("a", revision))

    assert _drain(delivery) == [_text("a", 3)]
    assert delivery.coalesced == 2


def test_finals_are_never_dropped_and_say_when_they_are_too_many() -> None:
    delivery = Delivery(10)
    finals = [_text("a", number, final=True) for number in range(30)]
    for event in finals:
        delivery.put(event)

    assert delivery.is_over
    assert not delivery.room.is_set()
    assert _drain(delivery) == finals
    assert delivery.room.is_set()


def test_it_ends_behind_closed() -> None:
    async def scene() -> list[AnyEvent | None]:
        delivery = Delivery(10)
        delivery.put(StreamEvent.Closed("left", SessionSummary()))
        return [await delivery.get(), await delivery.get(), await delivery.get()]

    assert asyncio.run(scene())[1:] == [None, None]


def test_cancelling_a_read_loses_no_event() -> None:
    async def scene() -> AnyEvent | None:
        delivery = Delivery(10)
        reading = asyncio.create_task(delivery.get())
        await asyncio.sleep(0)
        delivery.put(_text("a", 1, final=True))
        reading.cancel()
        await asyncio.wait({reading})
        return await delivery.get()

    assert asyncio.run(scene()) == _text("a", 1, final=True)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.booleans()), max_size=40))
def test_the_newest_of_every_segment_and_every_final_arrive_in_order(
    steps: list[tuple[str, bool, bool]],
) -> None:
    async def scene() -> tuple[list[AnyEvent], list[AnyEvent]]:
        delivery = Delivery(10)
        put: list[AnyEvent] = []
        got: list[AnyEvent] = []
        for number, (segment, final, read) in enumerate(steps):
            put.append(_text(segment, number, final=final))
            delivery.put(put[-1])
            if read and len(delivery) and (event := await delivery.get()):
                got.append(event)
        while len(delivery) and (event := await delivery.get()):
            got.append(event)
        return put, got

    put, got = asyncio.run(scene())

    assert [event for event in got if event in put] == got
    assert sorted(map(put.index, got)) == list(map(put.index, got))
    assert all(event in got for event in put if isinstance(event, StreamEvent.Transcript) and event.is_final)
    for segment in {step[0] for step in steps}:
        newest = [e for e in put if isinstance(e, StreamEvent.Transcript) and e.segment_id == segment][-1]
        assert newest in got
