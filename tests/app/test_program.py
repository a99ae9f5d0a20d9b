"""The window program put together: every wish has its effect, on a scripted engine and a played source."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from captioner.app.program import PlanMaker, Program
from captioner.app.sources import Hardware
from captioner.meeting.listener import State
from captioner.meeting.plan import Plan
from captioner.secrets import ACCOUNT, SERVICE
from captioner.settings.choices import Settings
from captioner.settings.file import SettingsFile
from captioner.settings.place import Place
from captioner.settings.style import CaptionStyle
from captioner.streaming import SAMPLE_RATE, Client, Session, StreamingOptions
from captioner.streaming.engines.scripted import ScriptedEngine, spoken
from captioner.streaming.errors import AuthenticationError, SourceError
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Change, SeamRow, Segment, Transcript
from captioner.transcript.store import Store
from captioner.ui.overlay.screens import screen_layout
from tests.app.devices import BROWSER, BUILT_IN, CAMERA, HEADSET, PlayedWatch
from tests.app.mix import PlayedMix, mixed
from tests.app.qt_loop import run_on_qt
from tests.counting import CountingEngine, Life
from tests.keyrings import MemoryKeyring
from tests.tape import Tape

SCRIPT = (*spoken("Yes we can", 1.0, 2.0), *spoken("No we cannot", 3.0, 4.0))


def _plans(**tape: object) -> PlanMaker:
    """Plans whose source is a tape like this one."""

    def make(chosen: Callable[[], Settings], store: Store | None, key: str | None) -> Plan:
        clock = iter(range(0, 10**9, 10 * SAMPLE_RATE))
        return Plan(
            title="Weekly",
            engine="scripted",
            session=Client(ScriptedEngine(SCRIPT)).listen.stream(StreamingOptions()),
            open_source=lambda start: Tape(start, 2.5, **tape),  # type: ignore[arg-type]
            source_names=lambda: ("system",),
            now=lambda: next(clock),
            assembler=Assembler(Transcript(), chosen().reading_mode, {0: "You"}),
            store=store,
        )

    return make


def _play(
    qapp: QApplication,
    folder: Path,
    scene: Callable[[Program], Awaitable[None]],
    make_plan: PlanMaker | None = None,
    watch: PlayedWatch | None = None,
) -> None:
    """Run the program on Qt's loop until the scene is over, with one camera and one loudspeaker."""

    async def both() -> None:
        devices = watch or PlayedWatch(CAMERA, BUILT_IN)
        hardware = Hardware(lambda: devices, lambda name, device: Tape(0, 1, endless=True))
        program = Program(qapp, folder, make_plan or _plans(endless=True), hardware)
        running = asyncio.create_task(program.run(demo=False))
        try:
            async with asyncio.timeout(20):
                await _until(lambda: program._panel.isVisible())
                await scene(program)
        finally:
            program._quitting.set()
            await running

    folder.mkdir(exist_ok=True)
    run_on_qt(qapp, both())


async def _until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 - any condition, not only events
        await asyncio.sleep(0.01)


def _texts(program: Program) -> list[str]:
    return [getattr(row, "text", "") for row in program._panel.now.transcript.model.rows]


def _speakers(program: Program) -> list[str]:
    return [getattr(row, "speaker", "") for row in program._panel.now.transcript.model.rows]


def test_start_shows_captions_in_both_windows_and_stop_saves_the_meeting(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scene(program: Program) -> None:
        now = program._panel.now
        now.transport.main.click()
        await _until(lambda: "Yes we can" in _texts(program))
        await _until(lambda: any("Yes we can" in line for line in program._overlay.visible_text))
        now.transport.stop.click()
        await _until(lambda: program._meeting and program._meeting.state is State.IDLE)

    _play(qapp, tmp_path, scene)

    with sqlite3.connect(tmp_path / "captioner.db") as connection:
        assert connection.execute("SELECT text FROM segment").fetchall() == [("Yes we can",)]
    connection.close()


def test_pause_closes_the_source_and_resume_goes_on(qapp: QApplication, tmp_path: Path) -> None:
    async def scene(program: Program) -> None:
        main = program._panel.now.transport.main
        main.click()
        await _until(lambda: "Yes we can" in _texts(program))
        main.click()
        await _until(lambda: program._meeting and program._meeting.state is State.PAUSED)
        assert program._meeting
        assert program._meeting.levels == ()
        main.click()
        await _until(lambda: "No we cannot" in _texts(program))

    _play(qapp, tmp_path, scene)


def test_a_new_title_reaches_the_database_and_the_tray(qapp: QApplication, tmp_path: Path) -> None:
    async def scene(program: Program) -> None:
        program._tray.start_requested.emit()
        await _until(lambda: _texts(program))
        program._panel.now.title_changed.emit("Budget")
        await _until(lambda: "Budget" in program._tray.icon.toolTip())
        assert program._library.store
        assert (await program._library.store.meetings())[0].title == "Budget"

    _play(qapp, tmp_path, scene)


def test_an_export_is_written_where_the_person_says(qapp: QApplication, tmp_path: Path) -> None:
    async def scene(program: Program) -> None:
        program._overlay.start_requested.emit()
        await _until(lambda: "Yes we can" in _texts(program))
        await _until(lambda: program._meeting and program._meeting.session.stats.finals)
        program._panel.now.export_requested.emit("json")
        dialog = program._library.save_dialog
        assert dialog is not None
        dialog.path_chosen.emit(str(tmp_path / "out.json"))
        await _until((tmp_path / "out.json").exists)
        dialog.close()

    _play(qapp, tmp_path, scene)

    exported = json.loads((tmp_path / "out.json").read_text())
    assert [segment["text"] for segment in exported["segments"]] == ["Yes we can"]


def test_the_library_lists_and_opens_what_was_saved(qapp: QApplication, tmp_path: Path) -> None:
    async def scene(program: Program) -> None:
        program._panel.now.start_requested.emit()
        await _until(lambda: "No we cannot" in _texts(program))
        await _until(lambda: program._meeting and program._meeting.state is State.IDLE)
        program._panel.open_page("library")
        await _until(lambda: program._panel.library.open_button.isEnabled())
        program._panel.library.open_button.click()
        await _until(lambda: program._panel.library.transcript.model.rows)

    _play(qapp, tmp_path, scene, _plans_of_five_seconds())


def _plans_of_five_seconds() -> PlanMaker:
    def make(chosen: Callable[[], Settings], store: Store | None, key: str | None) -> Plan:
        return replace(_plans()(chosen, store, key), open_source=lambda start: Tape(start, 5))

    return make


def test_another_reading_mode_takes_effect_in_the_meeting_that_runs(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scene(program: Program) -> None:
        program._overlay.start_requested.emit()
        await _until(lambda: "Yes we can" in _texts(program))
        assert program._meeting

        program._change(reading_mode="steady")

        assert program._meeting._plan.assembler._mode == "steady"
        assert program._captions.figures.figures().mode == "steady"

    _play(qapp, tmp_path, scene)


def test_who_is_renamed_in_the_captions_is_renamed_everywhere(qapp: QApplication, tmp_path: Path) -> None:
    async def scene(program: Program) -> None:
        program._overlay.start_requested.emit()
        await _until(lambda: program._meeting and program._meeting.session.stats.finals)
        await _until(lambda: any(line.startswith("You") for line in program._overlay.visible_text))
        withdrawn = Segment("w", 0, "You", 1000.0, 1001.0, "Read already", True)
        newer = Segment("n", 0, None, 1002.0, 1003.0, "Newer", True)
        for row in (withdrawn, newer):
            program._overlay.apply(Change("added", 0, row))
        program._overlay.apply(Change("removed", 0, withdrawn))
        await _until(lambda: "You Read already" in program._overlay.visible_text)

        program._overlay.speaker_renamed.emit("You", "Ada")

        await _until(lambda: "Ada" in _speakers(program))
        assert "You" not in _speakers(program)
        await _until(lambda: not any(line.startswith("You") for line in program._overlay.visible_text))
        assert program._slots.slot("Ada") == 0

    _play(qapp, tmp_path, scene)


def test_what_was_just_done_is_said_though_captions_are_held(qapp: QApplication, tmp_path: Path) -> None:
    async def scene(program: Program) -> None:
        program._captions.refused = {}
        program._overlay.apply(Change("added", 0, Segment("a", 0, None, 0.0, 1.0, "Yes", True)))
        program._overlay.toggle_hold()
        await _until(lambda: program._overlay.accessibleDescription().startswith("Held"))

        program._tray.click_through_requested.emit(True)

        assert program._overlay.accessibleDescription().startswith("Clicks go through")

    _play(qapp, tmp_path, scene)


def test_what_was_just_done_is_said_in_the_captions_for_a_while(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("captioner.app.board.HINT_MS", 50)

    async def scene(program: Program) -> None:
        program._captions.refused = {}

        program._tray.click_through_requested.emit(True)

        assert program._overlay.accessibleDescription().startswith("Clicks go through")
        assert program._board.status.word == "Ready"
        await _until(lambda: program._overlay.accessibleDescription().startswith("Ready"))

    _play(qapp, tmp_path, scene)


def test_a_test_of_the_captions_leaves_them_as_they_were(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("captioner.app.desktop.SETTLING", 0.05)

    async def scene(program: Program) -> None:
        program._change(captions_visible=False)
        page = program._show_settings().desktop

        page.test_requested.emit()

        await _until(lambda: program._overlay.isVisible() and program._overlay.is_click_through)
        await _until(lambda: page.test.results.shown)
        assert not program._overlay.isVisible()
        assert not program._overlay.is_click_through

    _play(qapp, tmp_path, scene)


def test_settings_act_at_once_and_survive_a_restart(qapp: QApplication, tmp_path: Path) -> None:
    async def change(program: Program) -> None:
        program._panel.settings_requested.emit()
        dialog = program._dialog
        assert dialog is not None
        dialog.settings_changed.emit(
            replace(program._settings, style=CaptionStyle(size=150), theme="dark", system="hdmi")
        )
        program._overlay.placed.emit(Place(30, 40))
        program._tray.captions_toggled.emit(False)
        assert not program._overlay.isVisible()
        await _until(lambda: SettingsFile(tmp_path / "settings.toml").load() == program._settings)
        dialog.close()

    async def look(program: Program) -> None:
        assert program._settings == replace(
            Settings(),
            style=CaptionStyle(size=150),
            theme="dark",
            system="hdmi",
            places={screen_layout(): Place(30, 40)},
            captions_visible=False,
        )
        assert not program._overlay.isVisible()
        assert program._theme.tokens.window == "#12171D"

    _play(qapp, tmp_path, change)
    _play(qapp, tmp_path, look)


def test_a_tick_closes_and_opens_its_device_in_the_running_meeting(
    qapp: QApplication, tmp_path: Path
) -> None:
    mixes: list[PlayedMix] = []

    async def scene(program: Program) -> None:
        transport = program._panel.now.transport
        transport.main.click()
        await _until(lambda: program._meeting and program._meeting.state is State.LISTENING)
        transport.microphone.tick.click()
        await _until(lambda: mixes[0].replaced == [(0, False)])
        transport.microphone.tick.click()
        await _until(lambda: mixes[0].replaced == [(0, False), (0, True)])
        transport.system.device_changed.emit("app:Firefox")
        await _until(lambda: mixes[0].replaced[2:] == [(1, True)])

    _play(qapp, tmp_path, scene, mixed(_plans(), mixes))

    assert len(mixes) == 1


def test_the_last_tick_pauses_the_meeting_and_says_how_it_goes_on(qapp: QApplication, tmp_path: Path) -> None:
    mixes: list[PlayedMix] = []

    async def scene(program: Program) -> None:
        now = program._panel.now
        now.transport.main.click()
        await _until(lambda: program._meeting and program._meeting.state is State.LISTENING)
        now.transport.microphone.tick.click()
        now.transport.system.tick.click()
        await _until(lambda: program._meeting and program._meeting.state is State.PAUSED)
        assert not mixes[0].is_open
        assert now.banner.notice
        assert now.banner.notice.title == "No sound source is chosen"
        now.transport.main.click()
        assert program._meeting
        assert program._meeting.state is State.PAUSED
        now.transport.system.tick.click()
        await _until(lambda: program._meeting and program._meeting.state is State.LISTENING)
        assert not now.banner.isVisible()

    _play(qapp, tmp_path, scene, mixed(_plans(), mixes))

    assert len(mixes) == 2


def test_with_nothing_ticked_start_says_what_to_do_and_the_tick_takes_it_back(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scene(program: Program) -> None:
        now = program._panel.now
        now.transport.main.click()
        await _until(lambda: now.banner.notice)
        assert program._meeting is None
        assert program._board.status.word == "No sound source is chosen"
        now.transport.microphone.tick.click()
        assert program._board.status.kind == "ready"

    _play(qapp, _settings(tmp_path, "microphone_on = false\nsystem_on = false\n"), scene)


def test_the_lists_of_devices_follow_in_the_panel_and_in_the_settings(
    qapp: QApplication, tmp_path: Path
) -> None:
    watch = PlayedWatch(CAMERA, BUILT_IN)

    async def scene(program: Program) -> None:
        transport = program._panel.now.transport
        await _until(lambda: transport.system.combo.currentText() == "System default (Built-in Audio)")
        program._panel.settings_requested.emit()
        dialog = program._dialog
        assert dialog
        assert dialog.sound.microphone.combo.currentText() == "System default (Camera Microphone)"
        watch.becomes(CAMERA, HEADSET, BUILT_IN, BROWSER)
        for combo in (transport.system.combo, dialog.sound.system.combo):
            await _until(lambda combo=combo: combo.findData("app:Firefox") > 0)
        for combo in (transport.microphone.combo, dialog.sound.microphone.combo):
            assert combo.findText("Jabra Evolve2 65 · telephone quality") > 0
        dialog.close()

    _play(qapp, tmp_path, scene, watch=watch)

    assert not watch.is_open


def test_the_settings_listen_for_levels_only_while_no_meeting_runs(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scene(program: Program) -> None:
        program._panel.settings_requested.emit()
        dialog = program._dialog
        assert dialog
        await _until(dialog.sound.open.isVisible)
        program._panel.now.start_requested.emit()
        await _until(lambda: not dialog.sound.open.isVisible())
        assert program._meeting
        program._meeting.stop()
        await _until(dialog.sound.open.isVisible)
        dialog.open_page(1)
        await _until(lambda: dialog.sound.open.isHidden())
        dialog.close()

    _play(qapp, tmp_path, scene)


def test_levels_and_peaks_are_shown_while_a_meeting_runs(qapp: QApplication, tmp_path: Path) -> None:
    async def scene(program: Program) -> None:
        transport = program._panel.now.transport
        transport.main.click()
        await _until(lambda: transport.system.meter.lit and transport.microphone.meter.lit)
        assert transport.system.meter.lit < transport.microphone.meter.lit

    _play(qapp, tmp_path, scene, mixed(_plans(), []))


def test_the_embedded_engine_chosen_in_the_panel_brings_names_by_source_back(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scene(program: Program) -> None:
        program._panel.now.settings_changed.emit(replace(program._settings, engine="local"))
        assert program._settings.diarization == "channels"

    _play(qapp, _settings(tmp_path, 'engine = "deepgram"\ndiarization = "engine"\n'), scene)


def test_lines_heard_twice_are_shown_when_the_notice_is_answered(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def toggle() -> None:
        asked.append("doubled")

    async def scene(program: Program) -> None:
        program._panel.now.way_requested.emit("doubled")  # without a meeting there is nothing to show
        program._panel.now.start_requested.emit()
        await _until(lambda: program._meeting)
        monkeypatch.setattr(program._meeting, "toggle_doubled", toggle)
        program._panel.now.way_requested.emit("doubled")
        await _until(lambda: asked)

    _play(qapp, tmp_path, scene)

    assert asked == ["doubled"]


def test_a_source_that_cannot_be_opened_is_a_banner_and_start_is_offered_again(
    qapp: QApplication, tmp_path: Path
) -> None:
    def make(chosen: Callable[[], Settings], store: Store | None, key: str | None) -> Plan:
        def refuse(start: int) -> Tape:
            raise SourceError("There is no microphone", "Connect one")

        return replace(_plans()(chosen, store, key), open_source=refuse)

    async def scene(program: Program) -> None:
        program._panel.now.start_requested.emit()
        await _until(lambda: program._panel.now.banner.notice)
        notice = program._panel.now.banner.notice
        assert notice
        assert notice.title == "There is no microphone"
        await _until(lambda: program._meeting and program._meeting.state is State.IDLE)
        assert "meeting" in program._board.notices
        assert program._panel.now.transport.main.isEnabled()

    _play(qapp, tmp_path, scene, make)


def test_a_database_of_a_newer_program_is_a_banner_and_captions_still_run(
    qapp: QApplication, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "captioner.db") as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("CREATE TABLE later (x)")
    connection.close()
    before = (tmp_path / "captioner.db").read_bytes()

    async def scene(program: Program) -> None:
        await _until(lambda: "store" in program._board.notices)
        program._panel.now.start_requested.emit()
        await _until(lambda: "Yes we can" in _texts(program))

    _play(qapp, tmp_path, scene)

    assert (tmp_path / "captioner.db").read_bytes() == before


@pytest.mark.parametrize("aside", [True, False])
def test_broken_settings_are_said_and_kept(qapp: QApplication, tmp_path: Path, aside: bool) -> None:
    (tmp_path / "settings.toml").write_text("= = =" if aside else 'theme = "dark"\n')

    async def scene(program: Program) -> None:
        assert ("settings" in program._board.notices) is aside

    _play(qapp, tmp_path, scene)


def test_a_place_that_no_screen_has_does_not_keep_the_program_from_starting(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scene(program: Program) -> None:
        assert program._overlay.screen().geometry().contains(program._overlay.box)

    place = f'[places."{screen_layout()}"]\nx = 4000000000\ny = -9000000000\n'
    _play(qapp, _settings(tmp_path / "folder", place), scene)


def test_closing_the_panel_without_a_tray_ends_the_program(qapp: QApplication, tmp_path: Path) -> None:
    async def scene(program: Program) -> None:
        program._panel.close()
        await _until(program._quitting.is_set)

    _play(qapp, tmp_path, scene)


def _settings(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "settings.toml").write_text(text)
    return folder


def test_deepgram_without_a_key_is_a_banner_with_the_cure(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keyring.core._keyring_backend", MemoryKeyring())

    async def scene(program: Program) -> None:
        program._panel.now.start_requested.emit()
        await _until(lambda: "command" in program._board.notices)
        notice = program._board.notices["command"]
        assert notice.title == "There is no key for Deepgram"
        assert "settings under Engine" in notice.body
        assert program._meeting is None
        assert program._panel.now.transport.main.isEnabled()

    _play(qapp, _settings(tmp_path, 'engine = "deepgram"\nfallback = false\n'), scene)


def test_the_key_is_read_for_each_meeting_and_the_status_says_who_listens(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring, keys = MemoryKeyring(), list[str | None]()
    monkeypatch.setattr("keyring.core._keyring_backend", ring)
    ring.kept[SERVICE, ACCOUNT] = "a-key-of-the-keyring"

    def make(chosen: Callable[[], Settings], store: Store | None, key: str | None) -> Plan:
        keys.append(key)
        return replace(_plans(endless=True)(chosen, store, key), engine="deepgram")

    async def scene(program: Program) -> None:
        program._panel.now.start_requested.emit()
        await _until(lambda: "Yes we can" in _texts(program))
        await _until(lambda: program._board.status.detail.startswith("Deepgram"))

    _play(qapp, _settings(tmp_path, 'engine = "deepgram"\n'), scene, make)

    assert keys == ["a-key-of-the-keyring"]


def _relieved(chosen: Callable[[], Settings], store: Store | None, key: str | None) -> Plan:
    """A meeting whose engine is refused, with another one in its place."""
    refused = CountingEngine(Life(refused=AuthenticationError("Deepgram does not know this key (401)")))
    local = CountingEngine(name="local", tiles=False)
    session = Session(refused, StreamingOptions(), fallback=local)
    return replace(_plans(endless=True)(chosen, store, key), engine="counting", session=session)


def test_another_engine_that_listens_is_said_everywhere_with_the_way_to_the_cure(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scene(program: Program) -> None:
        now = program._panel.now
        now.start_requested.emit()
        await _until(lambda: program._meeting and program._meeting.state is State.FALLBACK)
        await _until(lambda: any(isinstance(row, SeamRow) for row in now.transcript.model.rows))
        assert program._board.status.word == "Local engine took over"
        assert program._overlay.accessibleDescription().startswith("Local engine took over")
        assert "Local engine took over" in program._tray.icon.toolTip()
        assert now.banner.notice
        assert now.banner.notice.code == "engine:authentication"
        now.banner.choose.click()
        assert program._dialog
        assert program._dialog.engine.isVisible()
        program._dialog.close()

    _play(qapp, tmp_path, scene, _relieved)


def test_what_ended_stays_said_until_it_is_put_aside(qapp: QApplication, tmp_path: Path) -> None:
    def make(chosen: Callable[[], Settings], store: Store | None, key: str | None) -> Plan:
        refused = CountingEngine(Life(refused=AuthenticationError("Deepgram does not know this key (401)")))
        session = Session(refused, StreamingOptions())
        return replace(_plans(endless=True)(chosen, store, key), session=session)

    async def scene(program: Program) -> None:
        program._panel.now.start_requested.emit()
        await _until(lambda: program._board.status.kind == "error")
        assert program._board.status.word == "Deepgram does not know this key (401)"
        program._panel.now.notice_dismissed.emit("meeting")
        assert program._board.status.kind == "ready"

    _play(qapp, tmp_path, scene, make)


@pytest.mark.parametrize("way", ["console", "billing"])
def test_the_providers_pages_open_in_the_browser(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("PySide6.QtGui.QDesktopServices.openUrl", lambda url: opened.append(url.toString()))

    async def scene(program: Program) -> None:
        program._panel.now.way_requested.emit(way)

    _play(qapp, tmp_path, scene)

    assert opened == ["https://console.deepgram.com/"]


def test_the_settings_page_shows_where_the_key_is_whenever_they_are_opened(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = MemoryKeyring()
    monkeypatch.setattr("keyring.core._keyring_backend", ring)

    async def scene(program: Program) -> None:
        program._panel.settings_requested.emit()
        dialog = program._dialog
        assert dialog
        dialog.close()
        ring.kept[SERVICE, ACCOUNT] = "a-key-of-the-keyring"
        program._panel.settings_requested.emit()
        await _until(lambda: dialog.engine.key.place == "keyring")
        dialog.close()

    _play(qapp, _settings(tmp_path, 'engine = "deepgram"\n'), scene)
