"""A caption style as a file of its own."""

import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.settings.presets import PRESETS, PresetName
from captioner.settings.style import CaptionStyle
from captioner.settings.style_file import export_style, import_style
from captioner.streaming.errors import ConfigurationError, StoreError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mine.toml"


@pytest.mark.parametrize("name", PRESETS)
def test_what_was_exported_comes_back(path: Path, name: PresetName):
    export_style(PRESETS[name], path)

    assert import_style(path) == PRESETS[name]
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_file_that_is_there_is_replaced(path: Path):
    path.write_text("mine\n" * 900)

    export_style(CaptionStyle(), path)

    assert import_style(path) == CaptionStyle()


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path):
    with pytest.raises(StoreError, match=r"style\.toml cannot be written: .*Choose another place"):
        export_style(CaptionStyle(), tmp_path / "gone" / "style.toml")


def test_a_folder_is_no_place_for_a_style_and_nothing_is_left_in_it(tmp_path: Path):
    (tmp_path / "style.toml").mkdir()

    with pytest.raises(StoreError, match="cannot be written"):
        export_style(CaptionStyle(), tmp_path / "style.toml")

    assert [each.name for each in tmp_path.iterdir()] == ["style.toml"]


def test_a_file_that_is_not_there_is_named(path: Path):
    with pytest.raises(StoreError, match=r"mine\.toml cannot be read: No such file"):
        import_style(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe",
        b"theme = = dark",
        b"caption_style = 3",
        b"[captions]\ntext = '#FFFFFF'",
        b"x = " + b"[" * 5000,
        b"# " + b"x" * 70_000,
    ],
)
def test_another_file_is_no_style(path: Path, content: bytes):
    path.write_bytes(content)

    with pytest.raises(ConfigurationError, match=r"mine\.toml holds no caption style\. Choose a file"):
        import_style(path)


@pytest.mark.parametrize(
    ("line", "instead", "cause"),
    [
        ("size = 100\n", "", "size is missing"),
        ("size = 100\n", "size = 100\nshadow = 3\n", "not known here: shadow. Update captioner"),
        ("size = 100", "size = 300", "size"),
        ("size = 100", "size = 'large'", "size"),
        ("bold = false", "bold = 1", "bold"),
        ("box_strength = 0.9", "box_strength = nan", "box_strength"),
        ('text = "#FFFFFF"', 'text = "white"', "text"),
        ('edge = "none"', 'edge = "glow"', "edge"),
    ],
)
def test_half_a_style_is_none(path: Path, line: str, instead: str, cause: str):
    export_style(CaptionStyle(), path)
    content = path.read_text()
    assert line in content

    path.write_text(content.replace(line, instead))

    with pytest.raises(ConfigurationError) as refused:
        import_style(path)
    assert cause in str(refused.value)
    assert refused.value.hint


def test_a_value_that_captions_cannot_have_is_said_in_plain_words(path: Path):
    export_style(CaptionStyle(), path)
    path.write_text(path.read_text().replace("size = 100", "size = 300"))

    with pytest.raises(ConfigurationError) as refused:
        import_style(path)

    assert refused.value.message == "mine.toml has a size that captions cannot have"


def test_a_pipe_is_not_waited_for(tmp_path: Path):
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    opened = threading.Event()

    def write() -> None:
        with pipe.open("w"):  # as soon as somebody reads
            opened.set()

    writing = threading.Thread(target=write)
    writing.start()

    try:
        with pytest.raises(ConfigurationError, match="holds no caption style"):
            import_style(pipe)
        assert not opened.is_set()
    finally:
        os.close(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK))
        writing.join()


def test_an_export_is_for_its_owner_and_takes_nothing_else_with_it(path: Path):
    other = path.with_name(f"{path.name}.new")
    other.write_text("mine")

    export_style(CaptionStyle(), path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert other.read_text() == "mine"


def test_names_in_a_message_are_kept_short(tmp_path: Path):
    path = tmp_path / f"{'mine' * 40}.toml"
    export_style(CaptionStyle(), path)
    path.write_text(path.read_text() + f"{'x' * 5000} = 1\n")

    with pytest.raises(ConfigurationError) as refused:
        import_style(path)

    assert len(refused.value.message) < 150


@given(st.binary(max_size=200))
def test_whatever_is_in_the_file_it_is_refused_with_a_cause(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
):
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(content)

    with pytest.raises(ConfigurationError):
        import_style(path)
