"""Settings on disk."""

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args

import pytest

from captioner.settings.choices import ReadingMode, Settings
from captioner.settings.file import SettingsFile
from captioner.settings.folder import data_directory
from captioner.settings.place import Place
from captioner.settings.style import CaptionStyle
from captioner.streaming.errors import StoreError
from captioner.transcript import stabilise

OTHERS: dict[str, Any] = {
    "microphone_on": False,
    "microphone": "usb mic",
    "system_on": False,
    "system": "hdmi",
    "engine": "deepgram",
    "deepgram_url": "ws://127.0.0.1:8000",
    "deepgram_model": "nova-3-medical",
    "language": "pt-BR",
    "keyterms": ("Lindqvist", 'the "blue" plan'),
    "mip_opt_out": False,
    "fallback": False,
    "backfill": False,
    "diarization": "off",
    "reading_mode": "steady",
    "captions_visible": False,
    "click_through": True,
    "locked": True,
    "hold_on_hover": False,
    "clear_after": 8,
    "motion": "reduced",
    "theme": "dark",
    "style": CaptionStyle(text="#FFF27A", box_strength=0.5, size=150, font="cursive", edge="raised", lines=8),
    "places": {"1920x1080+0+0": Place(-5, 700), "800x600+0+0 800x600+800+0": Place(3, 4, 500)},
}


def test_there_is_another_value_for_every_field() -> None:
    assert set(OTHERS) == {field.name for field in fields(Settings)}


@pytest.mark.parametrize("name", OTHERS)
def test_every_field_survives_saving_and_loading(name: str, tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.toml")
    chosen = replace(Settings(), **{name: OTHERS[name]})

    file.save(chosen)

    assert file.load() == chosen
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_two_changes_at_once_are_both_written_one_after_the_other(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.toml")
    sizes = range(13, 45)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(file.save, [Settings(clear_after=size) for size in sizes]))

    assert file.load().clear_after in sizes
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]


def test_keys_and_comments_of_others_stay_in_the_file(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.toml")
    file.path.write_text('# mine\nfuture = "kept"\nclear_after = 20\n')

    file.save(replace(file.load(), clear_after=30))

    assert file.path.read_text().startswith('# mine\nfuture = "kept"\nclear_after = 30\n')


def test_a_value_out_of_range_is_the_default(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.toml")
    file.path.write_text('clear_after = 900\ntheme = "pink"\nmicrophone_on = "yes"\nlocked = true\n')

    assert file.load() == replace(Settings(), locked=True)


@pytest.mark.parametrize(
    "line",
    [
        'engine = "auto"',
        'keyterms = "one"',
        'keyterms = ["one", 2]',
        'keyterms = ["one", " "]',
        "deepgram_url = 5",
        'deepgram_model = ""',
        'language = ["en"]',
        'mip_opt_out = "no"',
        "fallback = 0",
        'backfill = "never"',
        'diarization = "engine"',  # with the embedded engine, which tells no voices apart
    ],
)
def test_what_the_engine_settings_cannot_be_is_the_default(line: str, tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.toml")
    file.path.write_text(f"{line}\n")

    assert file.load() == Settings()
    assert file.moved_aside is None


def test_a_strange_address_is_kept_so_that_no_other_server_hears_the_sound(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.toml")
    file.path.write_text('engine = "deepgram"\ndeepgram_url = "wss//mine"\ndiarization = "engine"\n')

    assert file.load() == Settings(engine="deepgram", deepgram_url="wss//mine", diarization="engine")


def test_a_broken_file_is_moved_aside_and_reported(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.toml")
    file.path.write_text("theme = = dark")

    assert file.load() == Settings()
    assert file.moved_aside is not None
    assert file.moved_aside.name.startswith("settings.toml.corrupt-")
    assert file.moved_aside.read_text() == "theme = = dark"


def test_the_data_directory_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = data_directory(tmp_path / "a" / "b")

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_full_of_other_things_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "holiday.jpg").touch()

    data_directory(tmp_path)

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match="--data-dir"):
        data_directory(tmp_path / "file" / "below")


def test_settings_and_reading_modes_speak_of_the_same_modes() -> None:
    assert get_args(ReadingMode) == get_args(stabilise.ReadingMode)
