"""Lines that are stuck, and peers that are gone or only seem to be."""

import asyncio
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from captioner.streaming.engines.deepgram_link import DeepgramLink
from captioner.streaming.engines.engine import LinkLost
from tests.deepgram import Connection, DeepgramServer, Dialect, silent
from tests.streaming.engines.deepgram_talk import finals, heard, linked, now, sound, stand_still
from tests.virtual_time import run

PATIENT = Dialect(idle_seconds=3600, silent_seconds=3600)

STUCK = "The line to 127.0.0.1 broke: it takes no more sound"


async def _stops_reading(connection: Connection) -> None:
    connection.stop_reading()


async def _stuck(link: DeepgramLink) -> "tuple[asyncio.Task[None], float]":
    """A send that is not taken, and when it began."""
    while True:
        began, sending = now(), asyncio.create_task(link.send(sound(0.1)))
        await asyncio.wait({sending}, timeout=0.25)
        if not sending.done():
            return sending, began
        await sending


@pytest.mark.parametrize("speed", [1.0, 100.0])
def test_a_line_that_takes_no_sound_for_a_second_is_cut(speed: float) -> None:
    async def scene() -> None:
        async with DeepgramServer(_stops_reading, narrow=True) as server, linked(server, speed=speed) as link:
            sending, began = await _stuck(link)
            with pytest.raises(LinkLost) as caught:
                await sending
            _said, lost = await heard(link)

            assert now() - began == 1.0
            assert (caught.value.reason, caught.value.code) == (STUCK, None)
            assert isinstance(lost, LinkLost)
            assert lost.reason == STUCK

    run(scene())


def test_a_line_under_tls_talks_and_is_cut_when_it_is_stuck(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def reads_a_second(connection: Connection) -> None:
        await connection.wait_audio(1.0)
        await connection.results("Yes.", 0.0, 1.0)
        connection.stop_reading()

    async def scene() -> None:
        tls = _certified(tmp_path, monkeypatch)
        async with DeepgramServer(reads_a_second, narrow=True, tls=tls) as server, linked(server) as link:
            await link.send(sound(1))
            await asyncio.sleep(0.1)
            sending, began = await _stuck(link)
            with pytest.raises(LinkLost, match="no more sound"):
                await sending
            said, _lost = await heard(link)

            assert (finals(said), now() - began) == (["Yes."], 1.0)

    run(scene())


def _certified(folder: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's context, whose certificate this process trusts from now on."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    command = ["openssl", "req", "-x509", *curve, *names, *files]
    subprocess.run(command, check=True, capture_output=True, timeout=20)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def test_nothing_else_that_is_to_be_sent_waits_longer() -> None:
    async def scene() -> None:
        async with DeepgramServer(_stops_reading, narrow=True) as server, linked(server) as link:
            sending, began = await _stuck(link)
            more = (sending, link.keep_alive(), link.finalize(), link.finish())
            errors = await asyncio.gather(*more, return_exceptions=True)

            assert now() - began == 1.0
            assert [str(error) for error in errors] == [STUCK] * 4

    run(scene())


def test_a_loop_that_stood_still_while_it_sent_is_no_stuck_line() -> None:
    async def reads_on(connection: Connection) -> None:
        connection.stop_reading()
        await connection.wait_message("Finalize")

    async def scene() -> None:
        async with DeepgramServer(reads_on, narrow=True, dialect=PATIENT) as server, linked(server) as link:
            connection = await server.connection()
            for _ in range(200):
                sending = asyncio.create_task(link.send(sound(0.1)))
                await asyncio.wait({sending}, timeout=0.25)
                if not sending.done():
                    stand_still(8.0)
                    connection.thaw()
                await sending
            await link.finalize()
            await asyncio.sleep(1)

            assert connection.seconds == pytest.approx(20.0)

    run(scene())


def test_a_stuck_line_is_left_within_two_seconds() -> None:
    async def scene() -> None:
        async with DeepgramServer(_stops_reading, narrow=True) as server:
            async with linked(server) as link:
                sending, _began = await _stuck(link)
                sending.cancel()
                await asyncio.wait({sending})
                began = now()

            assert now() - began == 2.0

    run(scene())


def test_whoever_is_cancelled_while_it_sends_leaves_nothing_behind() -> None:
    async def scene() -> None:
        async with DeepgramServer(_stops_reading, narrow=True) as server, linked(server) as link:
            before = {task.get_name() for task in asyncio.all_tasks()}
            sending, _began = await _stuck(link)
            sending.cancel()
            await asyncio.wait({sending})

            assert {task.get_name() for task in asyncio.all_tasks()} == before

    run(scene())


@pytest.mark.parametrize(("speed", "last"), [(1.0, 10.0), (5.0, 2.0), (100.0, 1.05)])
def test_a_peer_that_answers_no_ping_is_gone(speed: float, last: float) -> None:
    async def freezes(connection: Connection) -> None:
        connection.freeze()

    async def scene() -> None:
        async with DeepgramServer(freezes) as server, linked(server, speed=speed) as link:
            _said, lost = await heard(link)

            assert isinstance(lost, LinkLost)
            assert (lost.reason, lost.code) == ("The line to 127.0.0.1 broke: no answer", None)
            assert now() == pytest.approx(last)

    run(scene())


@pytest.mark.parametrize("delay", [0.5, 4.9, 5.1, 9.7, 9.9])
def test_a_loop_that_stood_still_for_eight_seconds_is_no_dead_peer(delay: float) -> None:
    async def scene() -> bool:
        async with DeepgramServer(silent, dialect=PATIENT) as server, linked(server) as link:
            reading = asyncio.create_task(heard(link))
            await asyncio.sleep(delay)
            stand_still(8.0)
            await asyncio.sleep(60)
            return reading.done()

    assert not run(scene())
