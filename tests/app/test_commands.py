"""Commands are carried out in order, and a refusal stops nothing."""

import asyncio

from captioner.app.commands import Commands
from captioner.streaming.errors import CaptionerError


def test_a_refused_command_is_reported_and_the_next_one_is_carried_out() -> None:
    told: list[str] = []

    async def refuse() -> None:
        raise CaptionerError("The disk is full")

    async def succeed() -> None:
        told.append("done")

    async def scene() -> None:
        commands = Commands(lambda error: told.append(error.message))
        commands.do(refuse)
        commands.do(succeed)
        working = asyncio.create_task(commands.work())
        async with asyncio.timeout(2):
            while len(told) < 2:  # noqa: ASYNC110 - the list tells
                await asyncio.sleep(0)
        working.cancel()
        await asyncio.wait({working})

    asyncio.run(scene())

    assert told == ["The disk is full", "done"]
