"""The program's own log."""

import asyncio
import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import InvalidStatus
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from captioner.cli.logs import start_logging
from captioner.secrets import ENVIRONMENT_NAME

KEY = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, afterwards as it was."""
    root = logging.getLogger()
    level = root.level
    yield root
    _forget(root)
    root.setLevel(level)


def _forget(root: logging.Logger) -> None:
    """As a fresh program has it: without handlers."""
    while root.handlers:
        root.handlers.pop().close()


def _start(root: logging.Logger, folder: Path, *, verbose: bool) -> None:
    _forget(root)
    start_logging(folder, verbose=verbose)


def _speak() -> None:
    logging.getLogger("captioner.test").warning("the disk is full")
    logging.getLogger("captioner.test").info("all is well")


def test_warnings_are_written_with_time_and_place_and_nothing_less(
    tmp_path: Path, root: logging.Logger
) -> None:
    _start(root, tmp_path, verbose=False)

    _speak()

    line = (tmp_path / "logs/captioner.log").read_text()
    assert line.endswith(" WARNING captioner.test: the disk is full\n")
    assert line.count("\n") == 1


def test_verbose_says_everything_on_stderr_and_keeps_the_file_for_warnings(
    tmp_path: Path, root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    _start(root, tmp_path, verbose=True)

    _speak()

    said = capsys.readouterr().err
    assert "INFO captioner.test: all is well" in said
    assert "WARNING captioner.test: the disk is full" in said
    assert "all is well" not in (tmp_path / "logs/captioner.log").read_text()


def test_unless_verbose_nothing_is_said(
    tmp_path: Path, root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    _start(root, tmp_path, verbose=False)

    _speak()

    assert capsys.readouterr().err == ""


def test_the_log_is_for_its_owner_only_from_the_start(tmp_path: Path, root: logging.Logger) -> None:
    _start(root, tmp_path, verbose=False)

    folder = tmp_path / "logs"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "captioner.log").stat().st_mode) == 0o600


def test_a_second_start_writes_on_where_the_first_one_ended(tmp_path: Path, root: logging.Logger) -> None:
    _start(root, tmp_path, verbose=False)
    _speak()
    _start(root, tmp_path, verbose=False)
    _speak()

    assert (tmp_path / "logs/captioner.log").read_text().count("the disk is full") == 2


def test_however_much_is_written_it_stays_below_two_megabytes(tmp_path: Path, root: logging.Logger) -> None:
    _start(root, tmp_path, verbose=False)

    for _ in range(35):
        logging.getLogger("captioner.test").warning("x" * 100_000)

    sizes = [path.stat().st_size for path in (tmp_path / "logs").iterdir()]
    assert len(sizes) == 2
    assert 1_000_000 < sum(sizes) <= 2_000_000


class _Records(logging.Handler):
    """Keeps all that a record holds when the handlers before it are done."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.held.append(repr(vars(record)))


def _all_logged(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err + (folder / "logs/captioner.log").read_text()


async def _answer(connection: ServerConnection) -> None:
    await connection.send('{"type":"Results","transcript":"what was said"}')


def _refuse(connection: ServerConnection, request: Request) -> Response:
    return connection.respond(401, f"no such key: {request.headers['Authorization']}")


async def _shake_hands() -> None:
    async with serve(_answer, "127.0.0.1", 0, subprotocols=[Subprotocol("token")]) as server:
        port = server.sockets[0].getsockname()[1]
        async with connect(
            f"ws://127.0.0.1:{port}/v1/listen",
            additional_headers={"Authorization": f"Token {KEY}"},
            subprotocols=[Subprotocol("token"), Subprotocol(KEY)],
            proxy=None,
        ) as socket:
            await socket.recv()


async def _be_refused() -> None:
    async with serve(_answer, "127.0.0.1", 0, process_request=_refuse) as server:
        port = server.sockets[0].getsockname()[1]
        try:
            await connect(f"ws://127.0.0.1:{port}", additional_headers={"Authorization": KEY}, proxy=None)
        except InvalidStatus as error:
            raise ConnectionError(f"refused: {error.response.body!r}") from error


def test_a_handshake_leaves_no_key_and_no_words_even_with_verbose(
    tmp_path: Path, root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    _start(root, tmp_path, verbose=True)
    records = _Records()
    root.addHandler(records)

    asyncio.run(_shake_hands())

    said = _all_logged(tmp_path, capsys)
    assert "> Authorization: Token ***" in said
    assert "< Authorization: Token ***" in said
    assert "> Sec-WebSocket-Protocol: token, ***" in said
    assert KEY not in said + "".join(records.held)
    assert "what was said" not in said


def test_a_refusal_that_quotes_the_key_is_logged_without_it(
    tmp_path: Path, root: logging.Logger, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT_NAME, KEY)
    _start(root, tmp_path, verbose=True)

    try:
        asyncio.run(_be_refused())
    except ConnectionError:
        logging.getLogger("captioner.test").exception("%s was refused", KEY)

    said = _all_logged(tmp_path, capsys)
    assert said.count("*** was refused") == 2
    assert "refused: bytearray(b'no such key: ***')" in said
    assert KEY not in said


def test_what_a_logger_below_the_root_says_is_redacted_too(tmp_path: Path, root: logging.Logger) -> None:
    _start(root, tmp_path, verbose=False)

    logging.getLogger("somebody.else").error("sent %s", {"Authorization": f"Bearer {KEY}"})

    line = (tmp_path / "logs/captioner.log").read_text()
    assert line.endswith("sent {'Authorization': 'Bearer ***'}\n")
