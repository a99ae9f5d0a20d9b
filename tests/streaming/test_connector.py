"""Conversations with one engine."""

import asyncio
from dataclasses import replace

from captioner.streaming import StreamingOptions
from captioner.streaming.connector import Connector
from tests.counting import CountingEngine, Life
from tests.virtual_time import run


def test_what_changes_during_the_handshake_holds_for_the_conversation() -> None:
    engine = CountingEngine(Life(stalls=1.0))
    connector = Connector(engine, StreamingOptions())

    async def scene() -> None:
        connecting = asyncio.create_task(connector.connect())
        await asyncio.sleep(0.5)
        connector.options = replace(connector.options, keyterm=("Lindqvist",))
        await connecting

    run(scene())

    assert [link.is_closed for link in engine.links] == [True, False]


def test_behind_its_block_the_link_is_closed() -> None:
    engine = CountingEngine()

    async def scene() -> None:
        async with Connector(engine, StreamingOptions()).link() as link:
            assert not engine.links[0].is_closed
            assert link is engine.links[0]

    run(scene())

    assert engine.links[0].is_closed


def test_a_service_may_come_back_and_a_process_of_ours_may_not() -> None:
    options = StreamingOptions()

    assert Connector(CountingEngine(), options).is_remote
    assert not Connector(CountingEngine(tiles=False), options).is_remote
