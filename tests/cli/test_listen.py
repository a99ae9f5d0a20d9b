"""`captioner listen` over a scripted engine; with the real one and from outside: test_main."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from captioner.audio.devices import Device
from captioner.cli import listen as listening
from captioner.cli.arguments import parser
from captioner.cli.listen import REFUSED, listen
from captioner.meeting.plan import Plan
from captioner.secrets import ACCOUNT, SERVICE
from captioner.settings.choices import Settings
from captioner.streaming import AuthenticationError, Client, ConfigurationError, StreamingOptions
from captioner.streaming.engines.scripted import ScriptedEngine, spoken
from captioner.streaming.errors import SourceError
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Transcript
from captioner.transcript.store import DATABASE, Store
from tests.keyrings import MemoryKeyring
from tests.tape import Tape

Asked = list[dict[str, object]]

DEVICES = [
    Device("alsa.desk", "Desk microphone", "microphone", is_default=True),
    Device("alsa.call", "Call", "system", is_default=True),
    Device("alsa.hdmi", "HDMI", "system", is_default=False),
]

TO_SERVER = ["--engine", "deepgram", "--url", "ws://127.0.0.1:1"]
"""A network engine that needs no key, and is not asked here."""


def _plan(title: str, store: Store | None, tape: Callable[[int], Tape]) -> Plan:
    return Plan(
        title=title,
        engine="scripted",
        session=Client(ScriptedEngine(spoken("Yes we can", 1.0, 2.0))).listen.stream(StreamingOptions()),
        open_source=tape,
        source_names=lambda: (),
        now=lambda: 0,
        assembler=Assembler(Transcript(), "balanced", {}),
        store=store,
    )


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What was chosen for each meeting. A recording called "bad" fails; devices never end."""
    asked: Asked = []

    def of_file(path: Path, settings: Settings, store: Store | None, title: str, **rest: object) -> Plan:
        asked.append({"path": path, "settings": settings, "store": store, "title": title, **rest})
        fails = SourceError("It holds no sound") if path.stem == "bad" else None
        return _plan(title or path.stem, store, lambda start: Tape(start, 0 if fails else 3, fails=fails))

    def of_devices(
        chosen: Callable[[], Settings], store: Store | None, title: str, *, key: str | None
    ) -> Plan:
        asked.append({"settings": chosen(), "store": store, "title": title, "key": key})
        return _plan(title or "Meeting", store, lambda start: Interrupting(start, 3, endless=True))

    monkeypatch.setattr(listening, "file_plan", of_file)
    monkeypatch.setattr(listening, "live_plan", of_devices)
    return asked


class Interrupting(Tape):
    """Somebody presses Ctrl+C as soon as it is open."""

    async def __aenter__(self) -> "Interrupting":
        os.kill(os.getpid(), signal.SIGINT)
        await super().__aenter__()
        return self


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    """The keyring of this process, empty."""
    memory = MemoryKeyring()
    monkeypatch.setattr("keyring.core._keyring_backend", memory)
    return memory


def _listen(folder: Path, *words: str) -> int:
    return asyncio.run(listen(parser().parse_args(["listen", *words]), folder))


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--file", "a.wav", "--system"], "--file stands beside"),
        (["--speed", "2"], "--speed is for recordings"),
        (["--file", "a.wav", "--speed", "-1"], r"--speed is -1\.0"),
        (["--file", "a.wav", "--speed", "nan"], "--speed is nan"),
        (["--mic", "--channels", "split"], "--channels is for recordings"),
        (["--url", "ws://127.0.0.1:1"], "--url is for a network engine.*Add --engine deepgram or auto"),
        (["--engine", "local", "--model", "nova-3"], "--model is for a network engine"),
        (["--keyterm", "Lindqvist"], "--keyterm is for a network engine"),
        (["--diarize", "engine"], "does not tell voices apart.*Add --engine deepgram"),
        (["--language", "de"], "language is 'de'"),
        (["--engine", "deepgram", "--file", "a.wav", "--speed", "0"], "--speed is 0, but a network engine"),
        (["--engine", "auto", "--file", "a.wav", "--speed", "0"], "--speed is 0, but a network engine"),
        ([*TO_SERVER, "--file", "a.wav", "--speed", "0.01"], "speed is 0.01"),
        ([*TO_SERVER, "--file", "a.wav", "--channels", "split", "--diarize", "engine"], "beside --channels"),
        (["--engine", "deepgram", "--url", "ws//mine"], "The server's address does not begin with"),
        (
            ["--engine", "deepgram", "--url", "ws://example.com"],
            "would send sound to example.com unprotected",
        ),
        ([*TO_SERVER, "--language", "klingon!"], "language is 'klingon!'"),
        ([*TO_SERVER, "--model", "nova-2", "--keyterm", "Lindqvist"], "keyterm does not work with nova-2"),
    ],
)
def test_choices_that_do_not_go_together_are_refused_before_anything_is_opened(
    tmp_path: Path, asked: Asked, words: list[str], fault: str
) -> None:
    with pytest.raises(ConfigurationError, match=fault):
        _listen(tmp_path, *words)

    assert asked == []
    assert list(tmp_path.iterdir()) == []


def test_each_recording_is_a_meeting_and_a_bad_one_costs_no_other(
    tmp_path: Path, asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    code = _listen(tmp_path, "--file", "one.wav", "bad.wav", "two.wav")

    said = capsys.readouterr()
    assert code == REFUSED
    assert said.out == "[00:01] Yes we can\n" * 2
    assert said.err == "captioner: It holds no sound\n"


def test_meetings_are_saved_unless_that_is_refused(tmp_path: Path, asked: Asked) -> None:
    async def titles() -> list[str]:
        async with await Store.open(tmp_path / DATABASE) as store:
            return [meeting.title for meeting in await store.meetings()]

    assert _listen(tmp_path, "--file", "a.wav", "--no-save") == 0
    assert not (tmp_path / DATABASE).exists()
    assert _listen(tmp_path, "--file", "a.wav", "--title", "Weekly") == 0
    assert asyncio.run(titles()) == ["Weekly"]


def test_a_recording_is_played_as_chosen(tmp_path: Path, asked: Asked) -> None:
    words = ["--channels", "split", "--speed", "4", "--reading-mode", "steady", "--diarize", "off"]

    _listen(tmp_path, "--no-save", "--file", "a.wav", *words)

    settings = asked[0].pop("settings")
    assert asked == [
        {"path": Path("a.wav"), "store": None, "title": "", "channels": "split", "speed": 4.0, "key": None}
    ]
    assert settings == Settings(reading_mode="steady", diarization="off")


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        ([], Settings()),
        (["--mic"], Settings(system_on=False)),
        (["--system", "hdmi"], Settings(microphone_on=False, system="alsa.hdmi")),
        (["--mic", "Desk", "--system"], Settings(microphone="alsa.desk")),
        (["--mic", "Desk", "--system", "app:Meet"], Settings(microphone="alsa.desk", system="app:Meet")),
    ],
)
def test_the_devices_that_are_named_are_heard_and_no_others(
    tmp_path: Path, asked: Asked, words: list[str], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "list_devices", lambda: DEVICES)

    _listen(tmp_path, "--no-save", *words)

    assert asked[0]["settings"] == settings


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--mic", "attic"], r'There is no microphone "attic"\. There is: Desk microphone'),
        (["--system", "attic"], r'There is no loudspeaker or headset "attic"\. There is: Call · HDMI'),
        (["--mic", "--system", "attic"], 'There is no loudspeaker or headset "attic"'),
        (["--mic", "attic", "--system", "app:Meet"], 'There is no microphone "attic"'),
    ],
)
def test_a_name_that_is_nowhere_is_refused_with_what_there_is_before_anything_is_opened(
    tmp_path: Path, asked: Asked, words: list[str], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "list_devices", lambda: DEVICES)

    with pytest.raises(SourceError, match=fault):
        _listen(tmp_path, *words)

    assert asked == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("engine", "fallback"), [("deepgram", False), ("auto", True)])
def test_a_network_engine_is_asked_as_chosen(
    tmp_path: Path, asked: Asked, engine: str, fallback: bool
) -> None:
    words = ["--model", "nova-3-medical", "--language", "multi", "--diarize", "engine"]
    terms = ["--keyterm", "Lindqvist", "two cities", "--keyterm", "Maya"]

    _listen(tmp_path, "--no-save", "--system", *TO_SERVER, "--engine", engine, *words, *terms)

    assert asked[0]["key"] is None
    assert asked[0]["settings"] == Settings(
        microphone_on=False,
        engine="deepgram",
        fallback=fallback,
        deepgram_url="ws://127.0.0.1:1",
        deepgram_model="nova-3-medical",
        language="multi",
        keyterms=("Lindqvist", "two cities", "Maya"),
        diarization="engine",
    )


@pytest.mark.parametrize("place", ["environment", "keyring"])
def test_the_key_for_deepgram_comes_from_the_environment_or_the_keyring(
    tmp_path: Path, asked: Asked, memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    memory.kept[SERVICE, ACCOUNT] = "from-the-keyring"
    if place == "environment":
        monkeypatch.setenv("DEEPGRAM_API_KEY", "from-the-environment")

    _listen(tmp_path, "--no-save", "--system", "--engine", "deepgram")

    assert asked[0]["key"] == f"from-the-{place}"


def test_the_key_in_the_keyring_is_for_no_other_server(
    tmp_path: Path, asked: Asked, memory: MemoryKeyring
) -> None:
    memory.kept[SERVICE, ACCOUNT] = "from-the-keyring"

    _listen(tmp_path, "--no-save", "--system", *TO_SERVER)

    assert asked[0]["key"] is None
    assert memory.threads == set()


@pytest.mark.parametrize("ring", ["empty", "none"])
def test_without_a_key_deepgram_is_not_asked(
    tmp_path: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch, ring: str
) -> None:
    if ring == "empty":
        monkeypatch.setattr("keyring.core._keyring_backend", MemoryKeyring())

    with pytest.raises(AuthenticationError, match=r"There is no key for Deepgram.*Set DEEPGRAM_API_KEY"):
        _listen(tmp_path, "--system", "--engine", "deepgram")

    assert asked == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ring", ["empty", "none"])
def test_without_a_key_deepgram_with_a_fallback_begins_all_the_same(
    tmp_path: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch, ring: str
) -> None:
    pytest.importorskip("moonshine_voice")
    if ring == "empty":
        monkeypatch.setattr("keyring.core._keyring_backend", MemoryKeyring())

    # The language is none of the fallback's: that is said when it listens.
    _listen(tmp_path, "--no-save", "--system", "--engine", "auto", "--language", "de")

    assert asked[0]["key"] is None


def test_a_signal_ends_the_meeting_well_and_is_then_as_before(tmp_path: Path, asked: Asked) -> None:
    async def scene() -> tuple[int, object]:
        chosen = parser().parse_args(["listen", "--no-save", "--system"])
        return await listen(chosen, tmp_path), signal.getsignal(signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)

    assert asyncio.run(scene()) == (0, before)


def test_as_json_every_line_is_an_object(
    tmp_path: Path, asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    _listen(tmp_path, "--no-save", "--json", "--file", "a.wav")

    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith('{"type":') for line in lines)
    assert '"type":"closed"' in lines[-1]
